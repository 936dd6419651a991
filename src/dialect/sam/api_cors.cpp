// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/api_cors.hpp"

#include <set>

namespace slsaudit::dialect::sam {

namespace {

/// 'DELETE,GET,OPTIONS' of a path's methods, quoted as API Gateway wants it.
std::string methods_of(Tree& item) {
  std::set<std::string> methods{"OPTIONS"};
  for (const Tree::Member& member : item.members()) {
    std::string name(member.key);
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    methods.insert(name);
  }
  if (item.has(any_method)) methods = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};
  std::string result;
  for (const std::string& method : methods) result += (result.empty() ? "" : ",") + method;
  return "'" + result + "'";
}

const Node* header_type(const Make& make, const Node* value, std::string_view type) {
  return value == nullptr ? nullptr : make.map({{"type", make.text(type)}});
}

const Node* options_method(const Make& make, const Node* cors, const Node* origin, const Node* methods) {
  const Node* headers = truthy(get(cors, "AllowHeaders")) ? get(cors, "AllowHeaders") : nullptr;
  const Node* age = get(cors, "MaxAge");
  const Node* credentials = is_true(get(cors, "AllowCredentials")) ? make.text("'true'") : nullptr;
  return make.json(
      R"({"summary": "CORS support", "consumes": ["application/json"], "produces": ["application/json"],
    "x-amazon-apigateway-integration": {"type": "mock",
      "requestTemplates": {"application/json": "{\n  \"statusCode\" : 200\n}\n"},
      "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "{}\n"},
        "responseParameters": {
          "method.response.header.Access-Control-Allow-Origin": "$origin",
          "method.response.header.Access-Control-Allow-Headers": "$headers",
          "method.response.header.Access-Control-Allow-Methods": "$methods",
          "method.response.header.Access-Control-Max-Age": "$age",
          "method.response.header.Access-Control-Allow-Credentials": "$credentials"}}}},
    "responses": {"200": {"description": "Default response for CORS method", "headers": {
      "Access-Control-Allow-Origin": "$origin_type", "Access-Control-Allow-Headers": "$headers_type",
      "Access-Control-Allow-Methods": "$methods_type", "Access-Control-Max-Age": "$age_type",
      "Access-Control-Allow-Credentials": "$credentials_type"}}}})",
      {{"origin", origin},
       {"headers", headers},
       {"methods", methods},
       {"age", age},
       {"credentials", credentials},
       {"origin_type", header_type(make, origin, "string")},
       {"headers_type", header_type(make, headers, "string")},
       {"methods_type", header_type(make, methods, "string")},
       {"age_type", header_type(make, age, "integer")},
       {"credentials_type", header_type(make, credentials, "string")}});
}

std::string lower_first(std::string_view key) {
  std::string result(key);
  if (!result.empty() && result[0] >= 'A' && result[0] <= 'Z') result[0] = static_cast<char>(result[0] + 32);
  return result;
}

/// Renames the properties inside an intrinsic. Recursion follows the author's nesting.
const Node* lower_keys(Context& context, const Node* node) {
  if (node->children.empty()) return node;
  std::vector<Entry> entries(node->children.begin(), node->children.end());
  for (Entry& entry : entries) {
    entry.value = lower_keys(context, entry.value);
    if (entry.key.starts_with("Allow") || entry.key == "ExposeHeaders" || entry.key == "MaxAge")
      entry.key = context.keep(lower_first(entry.key));
  }
  Node copy = *node;
  copy.children = context.arena.copy(entries);
  return context.arena.make<Node>(copy);
}

} // namespace

void add_rest_cors(Context& context, const Source& source, ApiBody& body) {
  const Node* cors = source.get("Cors");
  if (!truthy(cors)) return;
  const Span span = source.span_of("Cors");
  const Make make = context.make(span);
  const bool simple = !is_plain_map(cors);
  const Node* origin = simple ? cors : get(cors, "AllowOrigin");
  if (origin == nullptr) origin = make.text("'*'");
  const Node* settings = simple ? nullptr : cors;
  // A path and the same with a slash at its end are one resource: only the first gets the method.
  std::set<std::string_view> done;
  for (std::string_view path : body.paths()) {
    const std::string_view full = path;
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    if (!done.insert(path).second) continue;
    const Node* given = truthy(get(settings, "AllowMethods")) ? get(settings, "AllowMethods") : nullptr;
    for (Tree* item : body.items(full)) {
      if (item->has("options")) continue;
      const Node* methods = given != nullptr ? given : make.text(methods_of(*item));
      item->set("options", options_method(make, settings, origin, methods), span);
    }
  }
}

void add_http_cors(Context& context, const Source& source, ApiBody& body) {
  const Node* cors = context.resolve_deep(source.get("CorsConfiguration"));
  if (!truthy(cors)) return;
  const Span span = source.span_of("CorsConfiguration");
  const Make make = context.make(span);
  Tree& extension = body.document().at("x-amazon-apigateway-cors", span);
  if (is_true(cors)) {
    extension.set("allowOrigins", make.list({make.text("*")}), span);
  } else if (is_intrinsic(cors)) {
    const Node* lowered = lower_keys(context, cors);
    const Call call = call_of(lowered);
    Node argument = *call.argument;
    if (call.argument == lowered) argument.tag = {}; // the short form, which is its own argument
    extension.set(call.name == "Ref" ? "Ref" : "Fn::" + std::string(call.name),
                  context.arena.make<Node>(argument), span);
  } else if (context.expect_map(cors, "CorsConfiguration") != nullptr) {
    for (const std::string_view key :
         {"AllowOrigins", "AllowHeaders", "AllowMethods", "ExposeHeaders", "MaxAge", "AllowCredentials"}) {
      const Node* value = get(cors, key);
      const bool wanted = key == "MaxAge"             ? value != nullptr
                          : key == "AllowCredentials" ? is_true(value)
                                                      : truthy(value);
      if (wanted) extension.set(lower_first(key), value, key_span(cors, key, span));
    }
  }
}

} // namespace slsaudit::dialect::sam
