// SPDX-License-Identifier: Apache-2.0
// `cloudFront` events: one distribution for all of them, whose behaviors call functions at the edge.
#include "dialect/serverless/cloud_front.hpp"

#include "dialect/print.hpp"
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view distribution_id = "CloudFrontDistribution";
/// AWS's own policy "CachingOptimized", which the framework takes where the author says nothing of caching.
constexpr std::string_view default_cache_policy = "658327ea-f89d-4fab-a63d-7e88639e58f6";

struct Origin {
  std::string id;
  Properties properties;
};

struct Behavior {
  std::string path; ///< Empty: the one for what no other matches.
  std::string origin;
  Properties properties; ///< Without TargetOriginId, PathPattern and LambdaFunctionAssociations.
  std::vector<const Node*> associations;
};

struct Distribution {
  std::vector<Origin> origins;
  std::vector<Behavior> behaviors;
  std::string default_origin;
};

void set(Properties& properties, std::string_view key, const Node* value) {
  if (value == nullptr) return;
  const auto it = std::find_if(properties.begin(), properties.end(),
                               [&](const Property& property) { return property.key == key; });
  if (it != properties.end())
    it->value = value;
  else
    properties.push_back({key, value, {}});
}

bool has(const Properties& properties, std::string_view key) {
  return std::any_of(properties.begin(), properties.end(),
                     [&](const Property& property) { return property.key == key; });
}

/// All entries of a mapping, as they are called.
Properties entries_of(const Node* mapping) {
  Properties properties;
  if (mapping == nullptr || !mapping->is_mapping()) return properties;
  for (const syntax::Entry& entry : mapping->children)
    properties.push_back({entry.key, entry.value, entry.key_span});
  return properties;
}

/// `s3://bucket.s3.amazonaws.com/path` or `https://host/path`.
Properties read_address(const Make& at, std::string_view address) {
  const std::size_t scheme_end = address.find("://");
  const bool bucket = address.starts_with("s3:");
  if (scheme_end != std::string_view::npos) address.remove_prefix(scheme_end + 3);
  const std::size_t host_end = std::min(address.find_first_of(":/?#"), address.size());
  const std::size_t slash = std::min(address.find('/'), address.size());
  std::string_view path = address.substr(slash);
  path = path.substr(0, path.find_first_of("?#"));
  Properties properties = {{"DomainName", at.text(text::lower(address.substr(0, host_end))), {}}};
  if (path.size() > 1) properties.push_back({"OriginPath", at.text(path), {}});
  if (bucket)
    properties.push_back({"S3OriginConfig", at.map({}), {}});
  else
    properties.push_back(
        {"CustomOriginConfig", at.map({{"OriginProtocolPolicy", at.text("match-viewer"), {}}}), {}});
  return properties;
}

Origin read_origin(const Make& at, const Node* written) {
  Origin origin;
  const auto address = known_text(written);
  origin.properties = address ? read_address(at, *address) : entries_of(written);
  const Node* settings = at.map(origin.properties);
  const Node* domain = dig(settings, {"DomainName"});
  const auto host = known_text(domain);
  origin.id = has(origin.properties, "S3OriginConfig") ? "s3/" : "custom/";
  origin.id += host ? std::string(*host) : naming::alphanumeric(domain == nullptr ? "" : to_json(*domain));
  origin.id += known_text(dig(settings, {"OriginPath"})).value_or("");
  origin.properties.push_back({"Id", at.text(origin.id), {}});
  return origin;
}

/// What the author says of caching: a policy, or times. Nothing: the default policy.
const Node* cache_policy(const Make& at, const Node* event, const Node* behavior) {
  if (const Node* given = dig(event, {"cachePolicy"})) {
    if (const Node* id = dig(given, {"id"})) return id;
    if (const auto name = known_text(dig(given, {"name"})))
      return at.ref("CloudFrontCachePolicy" + naming::resource(*name));
  }
  if (const Node* id = dig(behavior, {"CachePolicyId"})) return id;
  for (const std::string_view key : {"ForwardedValues", "MaxTTL", "MinTTL", "DefaultTTL"}) {
    if (dig(behavior, {key}) != nullptr) return nullptr;
  }
  return at.text(default_cache_policy);
}

void add_behavior(const Use& use, const Make& at, const std::string& origin, Distribution& distribution) {
  const Node* event = use.event->body;
  const Node* written = dig(event, {"behavior"});
  Behavior behavior;
  behavior.path = known_text(dig(event, {"pathPattern"})).value_or("");
  behavior.origin = origin;
  behavior.properties = {{"ViewerProtocolPolicy", at.text("allow-all"), {}}};
  for (const Property& property : entries_of(written)) set(behavior.properties, property.key, property.value);
  set(behavior.properties, "CachePolicyId", cache_policy(at, event, written));
  const Node* association =
      at.map({{"EventType", dig(event, {"eventType"}), {}},
              {"LambdaFunctionARN", at.ref(use.function->normalized + "LambdaVersion"), {}},
              {"IncludeBody", dig(event, {"includeBody"}), {}}});
  const auto same =
      std::find_if(distribution.behaviors.begin(), distribution.behaviors.end(), [&](const Behavior& other) {
        return other.path == behavior.path && other.origin == behavior.origin;
      });
  if (same == distribution.behaviors.end()) {
    behavior.associations.push_back(association);
    distribution.behaviors.push_back(std::move(behavior));
    return;
  }
  same->associations.push_back(association);
  for (const Property& property : behavior.properties) {
    if (!has(same->properties, property.key)) same->properties.push_back(property);
  }
}

const Node* behavior_node(const Make& at, const Behavior& behavior) {
  Properties properties = behavior.properties;
  properties.push_back({"TargetOriginId", at.text(behavior.origin), {}});
  if (!behavior.associations.empty())
    properties.push_back({"LambdaFunctionAssociations", at.list(behavior.associations), {}});
  if (!behavior.path.empty()) properties.push_back({"PathPattern", at.text(behavior.path), {}});
  return at.map(properties);
}

/// Puts the default behavior first. Where each has a path, it is a copy of the first without functions.
void order_behaviors(Distribution& distribution) {
  auto& behaviors = distribution.behaviors;
  std::stable_partition(behaviors.begin(), behaviors.end(),
                        [](const Behavior& behavior) { return behavior.path.empty(); });
  if (behaviors.front().path.empty()) return;
  Behavior fallback = behaviors.front();
  fallback.path.clear();
  fallback.associations.clear();
  fallback.origin =
      distribution.default_origin.empty() ? distribution.origins.front().id : distribution.default_origin;
  behaviors.insert(behaviors.begin(), std::move(fallback));
}

void add_distribution(Service& service, const Use& first, const Make& at, const Distribution& distribution) {
  std::vector<const Node*> origins;
  for (const Origin& origin : distribution.origins) origins.push_back(at.map(origin.properties));
  std::vector<const Node*> behaviors;
  for (const Behavior& behavior : distribution.behaviors) behaviors.push_back(behavior_node(at, behavior));
  const Node* standard = behaviors.front();
  behaviors.erase(behaviors.begin());
  const Node* config = at.map({{"Comment", at.concat({service.name, at.text(" "), service.stage}), {}},
                               {"Enabled", at.boolean(true), {}},
                               {"DefaultCacheBehavior", standard, {}},
                               {"Origins", at.list(origins), {}},
                               {"CacheBehaviors", behaviors.empty() ? nullptr : at.list(behaviors), {}}});
  service.add(std::string(distribution_id), "AWS::CloudFront::Distribution",
              generated_by(*first.function, first.event->span, "cloudFront"),
              {{"DistributionConfig", config, {}}});
  service.outputs.push_back({distribution_id,
                             at.map({{"Description", at.text("CloudFront Distribution Id"), {}},
                                     {"Value", at.ref(distribution_id), {}}}),
                             {}});
  service.outputs.push_back({"CloudFrontDistributionDomainName",
                             at.map({{"Description", at.text("CloudFront Distribution Domain Name"), {}},
                                     {"Value", at.get_att(distribution_id, "DomainName"), {}}}),
                             {}});
}

/// Lambda@Edge knows neither networks nor variables, and its copies outlive the stack.
void adapt_function(Service& service, const Function& function) {
  Draft* draft = service.find(function.logical_id);
  for (const std::string_view key : {"VpcConfig", "Environment"}) {
    std::erase_if(draft->properties, [&](const Property& property) { return property.key == key; });
  }
  draft->deletion_policy = "Retain";
}

} // namespace

bool runs_at_edge(const Function& function) {
  return std::any_of(function.events.begin(), function.events.end(), [](const Event& event) {
    return event.type == "cloudFront" && !syntax::is_null(*event.body);
  });
}

void lower_cache_policies(Service& service) {
  const Node* policies = service.from_provider({"cloudFront", "cachePolicies"});
  if (policies == nullptr || !policies->is_mapping()) return;
  for (const syntax::Entry& entry : policies->children) {
    const Make at = service.make.at(entry.key_span);
    Properties config = entries_of(entry.value);
    set(config, "Name", service.dashed(at, {at.text(entry.key)}));
    service.add("CloudFrontCachePolicy" + naming::resource(entry.key), "AWS::CloudFront::CachePolicy",
                {.id = "provider", .type = "serverless provider", .span = entry.key_span},
                {{"CachePolicyConfig", at.map(config), {}}});
  }
}

void lower_cloudfront(Service& service, const Uses& uses) {
  Distribution distribution;
  for (const Use& use : uses) {
    const Node* body = use.event->body;
    const Make at = service.make.at(use.event->span);
    adapt_function(service, *use.function);
    const Node* written = dig(body, {"origin"});
    if (written == nullptr) {
      service.problem(text::ProblemLevel::error, "event-without-source",
                      "the `cloudFront` event says no `origin`", use.event->span,
                      "give the address of the `origin`, as in `https://example.com/path`");
      continue;
    }
    Origin origin = read_origin(at.at(written->span), written);
    if (is_set(dig(body, {"isDefaultOrigin"}))) distribution.default_origin = origin.id;
    add_behavior(use, at, origin.id, distribution);
    if (std::none_of(distribution.origins.begin(), distribution.origins.end(),
                     [&](const Origin& other) { return other.id == origin.id; }))
      distribution.origins.push_back(std::move(origin));
    const Node* source =
        at.join("", {at.text(""), at.text("arn:"), at.ref("AWS::Partition"), at.text(":cloudfront::"),
                     at.ref("AWS::AccountId"), at.text(":distribution/"), at.ref(distribution_id)});
    Draft& permission =
        add_permission(service, *use.function, *use.event, use.function->logical_id + "InvokePermission",
                       "edgelambda.amazonaws.com", source);
    permission.set("FunctionName", at.ref(use.function->normalized + "LambdaVersion"));
    service.grant(*use.function, "edge",
                  {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:TagResource"},
                  nullptr);
  }
  if (distribution.behaviors.empty()) return;
  order_behaviors(distribution);
  const Use& first = uses.front();
  add_distribution(service, first, service.make.at(first.event->span), distribution);
}

} // namespace slsaudit::dialect::serverless
