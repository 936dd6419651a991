// SPDX-License-Identifier: Apache-2.0
#include "report/rule_text.hpp"
#include "rules/rule_keys.hpp"

#include <nlohmann/json.hpp>

namespace slsaudit::report {

namespace {

using Json = nlohmann::ordered_json;

Json text_schema() {
  // What YAML reads as a number or a boolean (`when: true`), the reader takes as text.
  return {{"type", {"string", "number", "boolean"}}};
}

Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json map_of(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Json map_with(Json properties, Json required) {
  Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json one_of_dialects() {
  return {{"cloudformation", text_schema()}, {"sam", text_schema()}, {"serverless", text_schema()}};
}

Json fixes_schema() {
  const Json texts = map_with({{"when", text_schema()},
                               {"of", text_schema()},
                               {"each", text_schema()},
                               {"replaces", text_schema()},
                               {"edit", text_schema()}},
                              Json::array({"edit"}));
  Json dialects = one_of_dialects();
  for (auto& [name, schema] : dialects.items()) schema = {{"anyOf", {schema, list_of(texts)}}};
  return map_with(std::move(dialects), Json::array());
}

Json severities() {
  return {{"enum", {"critical", "high", "medium", "low", "info"}}};
}

Json parameters_schema() {
  const Json scalar = text_schema();
  const Json value{{"anyOf", {scalar, list_of(scalar)}}};
  return map_of(map_with({{"default", value}, {"meaning", text_schema()}}, {"default", "meaning"}));
}

Json evidence_schema() {
  const Json text = text_schema();
  return list_of(
      map_with({{"message", text}, {"each", text}, {"when", text}, {"at", text}}, Json::array({"message"})));
}

Json examples_schema() {
  const Json number{{"type", "integer"}, {"minimum", 1}};
  Json expected =
      map_with({{"file", text_schema()}, {"line", number}, {"column", number}, {"severity", severities()}},
               Json::array({"line"}));
  Json properties{{"name", text_schema()},
                  {"kind", {{"enum", {"failing", "passing", "unknown"}}}},
                  {"files", map_of(text_schema())},
                  {"expect", list_of(std::move(expected))}};
  properties.update(one_of_dialects());
  Json example = map_with(std::move(properties), {"name", "expect"});
  example["oneOf"] = Json::array();
  for (const char* dialect : {"cloudformation", "sam", "serverless"})
    example["oneOf"].push_back({{"required", Json::array({dialect})}});
  return list_of(std::move(example));
}

Json shape_schema(rules::RuleKey::Shape shape) {
  using Shape = rules::RuleKey::Shape;
  switch (shape) {
  case Shape::text:
    return text_schema();
  case Shape::texts:
    return list_of(text_schema());
  case Shape::assumed:
    return map_with({{"when", text_schema()}, {"because", text_schema()}}, {"when", "because"});
  case Shape::parameters:
    return parameters_schema();
  case Shape::let:
    return map_of(text_schema());
  case Shape::evidence:
    return evidence_schema();
  case Shape::fix:
    return fixes_schema();
  case Shape::equivalents:
    return map_of(list_of(text_schema()));
  case Shape::examples:
    return examples_schema();
  }
  return text_schema();
}

/// What the words under a key are limited to, beside their shape.
void narrow(std::string_view key, Json& schema) {
  if (key == "code") schema = {{"type", "string"}, {"pattern", "^[A-Z]{2,5}[0-9]{3}$"}};
  if (key == "name") schema = {{"type", "string"}, {"pattern", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"}};
  if (key == "summary") schema = {{"type", "string"}, {"maxLength", 100}};
  if (key == "profile") schema = {{"enum", {"default", "strict"}}};
  if (key == "fix-is") schema = {{"enum", {"edit", "advice"}}};
  if (key == "holds") schema = {{"enum", {"anywhere", "everywhere"}}};
  if (key == "tags") schema["items"] = {{"enum", rules::rule_tags()}};
}

} // namespace

std::string rule_schema() {
  Json properties = Json::object();
  Json required = Json::array();
  for (const rules::RuleKey& key : rules::rule_keys()) {
    Json schema = shape_schema(key.shape);
    narrow(key.name, schema);
    schema["description"] = key.meaning;
    properties[std::string(key.name)] = std::move(schema);
    if (key.required) required.push_back(key.name);
  }
  Json root{{"$schema", "http://json-schema.org/draft-07/schema#"},
            {"title", "slsaudit rule"},
            {"description", "A rule of slsaudit; docs/rule-format.md says more."}};
  root.update(map_with(std::move(properties), std::move(required)));
  return root.dump(2) + "\n";
}

} // namespace slsaudit::report
