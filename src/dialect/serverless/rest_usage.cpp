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
      const bool required =
          entry.value->is_mapping() ? !is_false(dig(entry.value, {"required"})) : is_set(entry.value);
      if (required) return true;
    }
  }
  return false;
}

std::string add_validator(Service& service, const RestApi& api, const HttpEvent& event) {
  const Make at = service.make.at(event.use->event->span);
  const std::string id =
      "ApiGateway" + naming::alphanumeric(known_text(service.name).value_or("")) + "RequestValidator";
  const Node* name =
      at.concat({service.dashed(at), at.text(" | Validate request body and querystring parameters")});
  service.add(id, "AWS::ApiGateway::RequestValidator",
              generated_by(*event.use->function, event.use->event->span, "http.request"),
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

std::string add_model(Service& service, const RestApi& api, const HttpEvent& event,
                      const syntax::Entry& written) {
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
  if (definition != nullptr)
    copy_properties(properties, schema, {{"name", "Name"}, {"description", "Description"}});
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
    plans.push_back({{},
                     written != nullptr ? written->value : nullptr,
                     written != nullptr ? written->key_span : keys->key_span});
  }
  return plans;
}

void add_plan(Service& service, const RestApi& api, const Plan& plan, const std::string& deployment) {
  const Make at = service.make.at(plan.span);
  const std::string id = "ApiGatewayUsagePlan" + naming::upper_first(plan.name);
  const std::string title = plan.name.empty() ? "Usage plan for " : "Usage plan \"" + plan.name + "\" for ";
  const Node* name = plan.name.empty()
                         ? service.dashed(at)
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
       {"Description",
        at.concat({at.text(title), service.name, at.text(" "), service.stage, at.text(" stage")}),
        {}},
       {"UsagePlanName", name, {}},
       {"Quota", part("quota", {{"limit", "Limit"}, {"offset", "Offset"}, {"period", "Period"}}), {}},
       {"Throttle", part("throttle", {{"burstLimit", "BurstLimit"}, {"rateLimit", "RateLimit"}}), {}}});
  draft.depends_on = {deployment};
}

struct Key {
  const Node* written = nullptr;
  std::string plan; ///< Empty: that without a name.
  int number = 0;   ///< Among those of the plan.
};

/// A key stands alone, or in a list under its plan's name. As in the framework, a list starts the numbers
/// anew for the lone keys behind it, too.
std::vector<Key> keys_of(const Service& service, const std::vector<Plan>& plans) {
  const Node* written = service.from_provider({"apiGateway", "apiKeys"});
  std::vector<Key> keys;
  if (written == nullptr || !written->is_sequence()) return keys;
  int number = 0;
  for (const syntax::Entry& item : written->children) {
    const bool is_map = item.value->is_mapping() && !item.value->children.empty();
    const std::string_view first = is_map ? item.value->children.front().key : std::string_view();
    const bool of_plan = is_map && std::any_of(plans.begin(), plans.end(),
                                               [&](const Plan& plan) { return plan.name == first; });
    const Node* list = of_plan ? item.value->children.front().value : nullptr;
    if (!of_plan) {
      keys.push_back({item.value, {}, ++number});
    } else if (list->is_sequence()) {
      number = 0;
      for (const syntax::Entry& one : list->children)
        keys.push_back({one.value, std::string(first), ++number});
    }
  }
  return keys;
}

void add_key(Service& service, const RestApi& api, const Key& key, const std::string& deployment) {
  const Node* written = key.written;
  const Make at = service.make.at(written->span);
  const std::string suffix = naming::upper_first(key.plan) + std::to_string(key.number);
  const bool has_settings = written->is_mapping() && !is_intrinsic(written);
  Properties properties = {
      {"Enabled", at.boolean(true), {}},
      {"Name", has_settings ? dig(written, {"name"}) : written, {}},
      {"StageKeys", at.list({at.map({{"RestApiId", api.id, {}}, {"StageName", service.stage, {}}})}), {}}};
  if (has_settings) {
    if (const Node* enabled = dig(written, {"enabled"})) properties.front().value = enabled;
    copy_properties(properties, written,
                    {{"value", "Value"}, {"description", "Description"}, {"customerId", "CustomerId"}});
  }
  const Author author{
      .id = "provider", .type = "serverless provider", .span = at.span(), .generated = false, .feature = {}};
  service.add("ApiGatewayApiKey" + suffix, "AWS::ApiGateway::ApiKey", author, properties).depends_on = {
      deployment};
  service.add("ApiGatewayUsagePlanKey" + suffix, "AWS::ApiGateway::UsagePlanKey", author,
              {{"KeyId", at.ref("ApiGatewayApiKey" + suffix), {}},
               {"KeyType", at.text("API_KEY"), {}},
               {"UsagePlanId", at.ref("ApiGatewayUsagePlan" + naming::upper_first(key.plan)), {}}});
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
  const std::vector<Plan> plans = plans_of(service);
  for (const Plan& plan : plans) add_plan(service, api, plan, deployment);
  for (const Key& key : keys_of(service, plans)) add_key(service, api, key, deployment);
}

} // namespace slsaudit::dialect::serverless
