// SPDX-License-Identifier: Apache-2.0
// Resource policies of REST APIs, and what methods ask of requests.
#include "dialect/sam/api_auth.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view policy_key = "x-amazon-apigateway-policy";

/// Adds statements; a lone one may stand without a list, and none stands twice where `once`.
void add_statements(Context& context, ApiBody& body, const std::vector<const Node*>& statements, bool once,
                    bool alone, Span span) {
  const Make make = context.make(span);
  Tree& policy = body.document().at(policy_key, span);
  policy.set("Version", make.text("2012-10-17"), span);
  Tree* existing = policy.get("Statement");
  if (existing == nullptr) {
    policy.set("Statement", alone && statements.size() == 1 ? statements[0] : make.list(statements), span);
    return;
  }
  if (!existing->is_list()) existing = &policy.set("Statement", make.list({existing->node()}), span);
  for (const Node* statement : statements) {
    const auto& members = existing->members();
    const bool known = once && std::any_of(members.begin(), members.end(), [&](const Tree::Member& member) {
                         return same(member.value->node(), statement);
                       });
    if (!known) existing->push(statement);
  }
}

/// The path's methods as resources of a policy.
const Node* resources_of(Context& context, ApiBody& body, std::string_view path, const Node* stage,
                         Span span) {
  const Make make = context.make(span);
  std::vector<const Node*> result;
  for (Tree* item : body.items(path)) {
    for (const Tree::Member& member : item->members()) {
      std::string method = normal_method(member.key) == any_method ? "*" : std::string(member.key);
      for (char& c : method) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
      std::string pattern = path_pattern(path, true);
      if (path.size() > 1 && path.ends_with('/')) pattern += '/';
      result.push_back(
          make.sub("execute-api:/${__Stage__}/" + method + pattern, make.map({{"__Stage__", stage}})));
    }
  }
  return make.list(result);
}

const Node* as_list(const Make& make, const Node* node) {
  return node->is_sequence() && !is_intrinsic(node) ? node : make.list({node});
}

void add_conditional(Context& context, ApiBody& body, const Node* resources, const Node* condition,
                     Span span) {
  const Make make = context.make(span);
  const Node* allow = make.json(
      R"({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "$resources", "Principal": "*"})",
      {{"resources", resources}});
  const Node* deny = make.json(
      R"({"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "$resources", "Principal": "*",
    "Condition": "$condition"})",
      {{"resources", resources}, {"condition", condition}});
  add_statements(context, body, {allow, deny}, true, false, span);
}

/// {"aws:SourceVpc": […], "aws:SourceVpce": […]} of the lists of one side; null when they are empty.
const Node* vpc_condition(Context& context, const Node* policy, const std::string& side, Span span) {
  const Make make = context.make(span);
  std::vector<const Node*> vpcs;
  std::vector<const Node*> endpoints;
  const auto each = [&](const std::string& key, const auto& take) {
    const Node* list = get(policy, key);
    if (list == nullptr || !list->is_sequence()) return;
    for (const Entry& entry : list->children) take(entry.value);
  };
  each("SourceVpc" + side, [&](const Node* item) {
    if (text_of(item).starts_with("vpce-")) endpoints.push_back(item);
    if (text_of(item).starts_with("vpc-")) vpcs.push_back(item);
  });
  each("IntrinsicVpc" + side, [&](const Node* item) { vpcs.push_back(item); });
  each("IntrinsicVpce" + side, [&](const Node* item) { endpoints.push_back(item); });
  if (vpcs.empty() && endpoints.empty()) return nullptr;
  return make.map({{"aws:SourceVpc", vpcs.empty() ? nullptr : make.list(vpcs)},
                   {"aws:SourceVpce", endpoints.empty() ? nullptr : make.list(endpoints)}});
}

std::string validator_name(bool body, bool parameters) {
  if (body) return parameters ? "body-and-params" : "body-only";
  return parameters ? "params-only" : "no-validation";
}

void add_validator(const Event& event, ApiBody& body, std::string_view path, std::string_view method,
                   const Node* model) {
  const Node* check_body = get(model, "ValidateBody");
  const Node* check_parameters = get(model, "ValidateParameters");
  if (check_body == nullptr && check_parameters == nullptr) return;
  const Make make = event.make();
  const std::string name = validator_name(truthy(check_body), truthy(check_parameters));
  Tree& validators = body.document().at("x-amazon-apigateway-request-validators", event.span);
  if (!validators.has(name)) {
    validators.set(name, make.map({{"validateRequestBody", make.boolean(truthy(check_body))},
                                   {"validateRequestParameters", make.boolean(truthy(check_parameters))}}));
  }
  for (Tree* definition : body.definitions(path, method)) {
    definition->set("x-amazon-apigateway-request-validator", make.text(name), event.span);
  }
}

} // namespace

void add_resource_policy(Context& context, const Node* policy, ApiBody& body, std::string_view path,
                         const Node* stage, Span span) {
  const Make make = context.make(span);
  const Node* resources = resources_of(context, body, path, stage, span);
  for (const auto& [key, effect] :
       {std::pair("AwsAccountWhitelist", "Allow"), std::pair("AwsAccountBlacklist", "Deny")}) {
    const Node* accounts = get(policy, key);
    if (!truthy(accounts)) continue;
    add_statements(
        context, body,
        {make.json(R"({"Effect": "$effect", "Action": "execute-api:Invoke", "Resource": "$resources",
      "Principal": {"AWS": "$accounts"}})",
                   {{"effect", make.text(effect)},
                    {"resources", resources},
                    {"accounts", as_list(make, accounts)}})},
        false, true, span);
  }
  for (const auto& [key, operation] :
       {std::pair("IpRangeWhitelist", "NotIpAddress"), std::pair("IpRangeBlacklist", "IpAddress")}) {
    const Node* ranges = get(policy, key);
    if (!truthy(ranges)) continue;
    add_conditional(context, body, resources,
                    make.map({{operation, make.map({{"aws:SourceIp", as_list(make, ranges)}})}}), span);
  }
  for (const auto& [side, operation] :
       {std::pair("Blacklist", "StringEquals"), std::pair("Whitelist", "StringNotEquals")}) {
    const Node* condition = vpc_condition(context, policy, side, span);
    if (condition != nullptr)
      add_conditional(context, body, resources, make.map({{operation, condition}}), span);
  }
}

void add_custom_statements(Context& context, const Node* policy, ApiBody& body, Span span) {
  const Node* statements = get(policy, "CustomStatements");
  if (!truthy(statements)) return;
  std::vector<const Node*> items;
  if (statements->is_sequence() && !is_intrinsic(statements)) {
    for (const Entry& entry : statements->children) items.push_back(entry.value);
  } else {
    items.push_back(statements);
  }
  add_statements(context, body, items, true, !statements->is_sequence(), span);
}

void add_request_model(const Event& event, ApiState& api, ApiBody& body, std::string_view path,
                       std::string_view method) {
  const Node* model = event.context.expect_map(event.get("RequestModel"), "RequestModel");
  const std::string_view name = text_of(get(model, "Model"));
  if (name.empty()) return;
  if (get(api.source->get("Models"), name) == nullptr) {
    event.context.problem(text::ProblemLevel::finding, "unknown-model",
                          "event `" + std::string(event.key) + "` of `" + std::string(event.source.id) +
                              "` names the model `" + std::string(name) + "`, which `" +
                              std::string(api.source->id) + "` does not define",
                          get(model, "Model")->span, "define it in `Models` of the API");
  }
  const Make make = event.make();
  const std::string lower = normal_method(name);
  const Node* required = get(model, "Required");
  for (Tree* definition : body.definitions(path, method)) {
    if (body.document().has("swagger")) {
      definition->list_at("parameters", event.span)
          .push(make.json(
              R"({"in": "body", "name": "$name", "schema": {"$ref": "$path"}, "required": "$required"})",
              {{"name", make.text(lower)},
               {"path", make.text("#/definitions/" + lower)},
               {"required", required}}));
    } else {
      definition->set(
          "requestBody",
          make.json(
              R"({"content": {"application/json": {"schema": {"$ref": "$path"}}}, "required": "$required"})",
              {{"path", make.text("#/components/schemas/" + lower)}, {"required", required}}),
          event.span);
    }
  }
  add_validator(event, body, path, method, model);
}

void add_request_parameters(const Event& event, ApiBody& body, std::string_view path,
                            std::string_view method) {
  const Node* parameters = event.context.expect_list(event.get("RequestParameters"), "RequestParameters");
  if (parameters == nullptr) return;
  const Make make = event.make();
  constexpr std::string_view prefix = "method.request.";
  for (const Entry& entry : parameters->children) {
    const bool detailed = is_plain_map(entry.value) && entry.value->children.size() == 1;
    const std::string_view name = detailed ? entry.value->children[0].key : text_of(entry.value);
    const auto dot = name.find('.', std::min(name.size(), prefix.size()));
    if (!name.starts_with(prefix) || dot == std::string_view::npos) {
      event.wrong("wrong-request-parameter",
                  "has a request parameter that is not `method.request.LOCATION.NAME`");
      continue;
    }
    const Node* settings = detailed ? entry.value->children[0].value : nullptr;
    const std::string_view place = name.substr(prefix.size(), dot - prefix.size());
    const Node* required = get(settings, "Required");
    for (Tree* definition : body.definitions(path, method)) {
      definition->list_at("parameters", event.span)
          .push(make.map({{"in", make.text(place == "querystring" ? "query" : place)},
                          {"name", make.text(name.substr(dot + 1))},
                          {"required", required != nullptr ? required : make.boolean(false)},
                          {"type", make.text("string")}}));
      if (!truthy(get(settings, "Caching"))) continue;
      definition->get(integration_key)->list_at("cacheKeyParameters", event.span).push(make.text(name));
    }
  }
}

} // namespace slsaudit::dialect::sam
