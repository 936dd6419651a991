// SPDX-License-Identifier: Apache-2.0
// Of the REST API: request validation, API keys and usage plans.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/rest_api.hpp"
#include "text/assert.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

bool has_required_parameter(const HttpEvent& event) {
  for (const std::string_view place : {"querystrings", "headers", "paths"}) {
    const Node* named = dig(event.body, {"request", "parameters", place});
    if (named == nullptr) continue;
    for (const syntax::Entry& entry : named->children) {
      const bool required = entry.value->is_mapping() ? !is_false(dig(entry.value, {"required"})) : is_set(entry.value);
      if (required) return true;
    }
  }
  return false;
}

std::string add_validator(Service& service, const RestApi& api, const HttpEvent& event) {
  const Make at = service.make.at(event.use->event->span);
  const std::string id =
      "ApiGateway" + naming::alphanumeric(known_text(service.name).value_or("")) + "RequestValidator";
  const Node* name = at.concat({service.dashed(at), at.text(" | Validate request body and querystring parameters")});
  service.add(id, "AWS::ApiGateway::RequestValidator", generated_by(*event.use->function, event.use->event->span, "http.request"),
              {{"RestApiId", api.id, {}},
               {"ValidateRequestBody", at.boolean(true), {}},
               {"ValidateRequestParameters", at.boolean(true), {}},
               {"Name", name, {}}});
  return id;
}

/// "application/json" → "ApplicationJson".
std::string start_case(std::string_view text) {
  std::string out;
  bool begin = true;
  for (const char c : text) {
    const std::string kept = naming::alphanumeric(std::string_view(&c, 1));
    if (!kept.empty()) out += begin ? kept : std::string(1, c);
    begin = kept.empty();
  }
  return out;
}

std::string add_model(Service& service, const RestApi& api, const HttpEvent& event, const syntax::Entry& written) {
  const Make at = service.make.at(written.key_span);
  const Node* schema = written.value;
  const Node* content_type = at.text(written.key);
  std::string id = method_id(event.path, event.method) + start_case(written.key) + "Model";
  if (const auto name = known_text(schema)) {
    if (const Node* shared = service.from_provider({"apiGateway", "request", "schemas", *name})) {
      schema = shared;
      content_type = at.text("application/json");
      id = "ApiGateway" + start_case(*name) + "Model";
    }
  }
  const Node* definition = dig(schema, {"schema"});
  Author author = author_of(*event.use->function, *event.use->event);
  author.span = written.key_span;
  Properties properties = {{"RestApiId", api.id, {}},
                           {"ContentType", content_type, {}},
                           {"Schema", definition != nullptr ? definition : schema, {}}};
  if (definition != nullptr) copy_properties(properties, schema, {{"name", "Name"}, {"description", "Description"}});
  service.add(id, "AWS::ApiGateway::Model", author, properties);
  return id;
}

struct Plan {
  std::string name; ///< Empty: the only one.
  const Node* settings = nullptr;
  text::Span span;
};

std::vector<Plan> plans_of(const Service& service) {
  const syntax::Entry* written = nullptr;
  const Node* gateway = service.from_provider({"apiGateway"});
  if (gateway != nullptr) written = gateway->find("usagePlan");
  const syntax::Entry* keys = gateway != nullptr ? gateway->find("apiKeys") : nullptr;
  std::vector<Plan> plans;
  if (written != nullptr && written->value->is_sequence()) {
    for (const syntax::Entry& item : written->value->children) {
      if (!item.value->is_mapping() || item.value->children.empty()) continue;
      const syntax::Entry& plan = item.value->children.front();
      plans.push_back({std::string(plan.key), plan.value, plan.key_span});
    }
  } else if (written != nullptr || keys != nullptr) {
    plans.push_back({{}, written != nullptr ? written->value : nullptr, written != nullptr ? written->key_span : keys->key_span});
  }
  return plans;
}

std::string add_plan(Service& service, const RestApi& api, const Plan& plan, const std::string& deployment) {
  const Make at = service.make.at(plan.span);
  const std::string id = "ApiGatewayUsagePlan" + naming::upper_first(plan.name);
  const std::string title = plan.name.empty() ? "Usage plan for " : "Usage plan \"" + plan.name + "\" for ";
  const Node* name = plan.name.empty() ? service.dashed(at)
                                       : at.concat({service.name, at.text("-" + plan.name + "-"), service.stage});
  const auto part = [&](std::string_view key, std::initializer_list<Renamed> table) -> const Node* {
    Properties properties;
    copy_properties(properties, dig(plan.settings, {key}), table);
    return properties.empty() ? nullptr : at.map(properties);
  };
  Draft& draft = service.add(
      id, "AWS::ApiGateway::UsagePlan",
      {.id = "provider", .type = "serverless provider", .span = plan.span, .generated = false, .feature = {}},
      {{"ApiStages", at.list({at.map({{"ApiId", api.id, {}}, {"Stage", service.stage, {}}})}), {}},
       {"Description", at.concat({at.text(title), service.name, at.text(" "), service.stage, at.text(" stage")}), {}},
       {"UsagePlanName", name, {}},
       {"Quota", part("quota", {{"limit", "Limit"}, {"offset", "Offset"}, {"period", "Period"}}), {}},
       {"Throttle", part("throttle", {{"burstLimit", "BurstLimit"}, {"rateLimit", "RateLimit"}}), {}}});
  draft.depends_on = {deployment};
  return id;
}

struct KeyGroup {
  std::string plan_name;
  std::string plan_id;
  const Node* keys = nullptr;
};

void add_keys(Service& service, const RestApi& api, const KeyGroup& group, const std::string& deployment) {
  int number = 0;
  for (const syntax::Entry& item : group.keys->children) {
    const Make at = service.make.at(item.value->span);
    const std::string suffix = naming::upper_first(group.plan_name) + std::to_string(++number);
    const Node* written = item.value;
    Properties properties = {{"Enabled", at.boolean(true), {}},
                             {"Name", written->is_mapping() && !is_intrinsic(written) ? dig(written, {"name"}) : written, {}},
                             {"StageKeys",
                              at.list({at.map({{"RestApiId", api.id, {}}, {"StageName", service.stage, {}}})}), {}}};
    if (written->is_mapping() && !is_intrinsic(written)) {
      if (const Node* enabled = dig(written, {"enabled"})) properties.front().value = enabled;
      copy_properties(properties, written,
                      {{"value", "Value"}, {"description", "Description"}, {"customerId", "CustomerId"}});
    }
    const Author author{.id = "provider", .type = "serverless provider", .span = at.span(), .generated = false, .feature = {}};
    service.add("ApiGatewayApiKey" + suffix, "AWS::ApiGateway::ApiKey", author, properties).depends_on = {deployment};
    service.add("ApiGatewayUsagePlanKey" + suffix, "AWS::ApiGateway::UsagePlanKey", author,
                {{"KeyId", at.ref("ApiGatewayApiKey" + suffix), {}},
                 {"KeyType", at.text("API_KEY"), {}},
                 {"UsagePlanId", at.ref(group.plan_id), {}}});
  }
}

} // namespace

void lower_validation(Service& service, const RestApi& api, const HttpEvent& event) {
  const Node* schemas = dig(event.body, {"request", "schemas"});
  if (schemas == nullptr) schemas = dig(event.body, {"request", "schema"});
  const bool has_schemas = schemas != nullptr && schemas->is_mapping() && !schemas->children.empty();
  if (!has_schemas && !has_required_parameter(event)) return;
  const std::string validator = add_validator(service, api, event);
  const Make at = service.make.at(event.use->event->span);
  Properties models;
  if (has_schemas) {
    for (const syntax::Entry& entry : schemas->children) {
      models.push_back({entry.key, at.ref(add_model(service, api, event, entry)), entry.key_span});
    }
  }
  Draft* method = service.find(method_id(event.path, event.method));
  SLSAUDIT_ASSERT(method != nullptr);
  method->set("RequestValidatorId", at.ref(validator));
  if (!models.empty()) method->set("RequestModels", at.map(models));
}

void lower_usage_plans(Service& service, const RestApi& api, const std::string& deployment) {
  std::vector<KeyGroup> groups;
  const Node* keys = service.from_provider({"apiGateway", "apiKeys"});
  for (const Plan& plan : plans_of(service)) {
    const std::string id = add_plan(service, api, plan, deployment);
    if (plan.name.empty()) {
      groups.push_back({{}, id, keys});
      continue;
    }
    if (keys == nullptr || !keys->is_sequence()) continue;
    for (const syntax::Entry& item : keys->children) {
      const Node* of_plan = dig(item.value, {plan.name});
      if (of_plan != nullptr && of_plan->is_sequence()) groups.push_back({plan.name, id, of_plan});
    }
  }
  for (const KeyGroup& group : groups) {
    if (group.keys != nullptr && group.keys->is_sequence()) add_keys(service, api, group, deployment);
  }
}

} // namespace slsaudit::dialect::serverless
