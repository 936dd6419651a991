// SPDX-License-Identifier: Apache-2.0
// JSON against the parts of JSON Schema that docs/schemas/report*.schema.json use.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

namespace slsaudit::test {

class JsonSchema {
public:
  using Json = nlohmann::json;
  explicit JsonSchema(Json schema) : root_(std::move(schema)) {}

  /// A line for each thing that is wrong; empty where the value is as the schema says.
  std::string complaints(const Json& value) const {
    std::string text;
    check(value, root_, "$", text);
    return text;
  }

private:
  /// Recursion is as deep as the value; schemas refer to themselves on the way down only.
  void check(const Json& value, const Json& schema, const std::string& path, std::string& text) const {
    for (const auto& [word, expected] : schema.items()) {
      if (word == "$ref")
        check(value, root_.at(Json::json_pointer(expected.get<std::string>().substr(1))), path, text);
      else if (word == "const" && value != expected)
        text += path + " is not " + expected.dump() + "\n";
      else if (word == "enum" && std::find(expected.begin(), expected.end(), value) == expected.end())
        text += path + " is " + value.dump() + "\n";
      else if (word == "type" && !is(value, expected.get<std::string>()))
        text += path + " is no " + expected.get<std::string>() + "\n";
      else if (word == "minimum" && value.is_number() && value < expected)
        text += path + " is below " + expected.dump() + "\n";
      else if (word == "pattern" && value.is_string() &&
               !std::regex_search(value.get<std::string>(), std::regex(expected.get<std::string>())))
        text += path + " doesn't match " + expected.dump() + ": " + value.dump() + "\n";
      else if (word == "items" && value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i)
          check(value[i], expected, path + "[" + std::to_string(i) + "]", text);
      else if (word == "oneOf")
        one_of(value, expected, path, text);
      else if (word == "required")
        for (const Json& key : expected)
          if (!value.contains(key.get<std::string>())) text += path + " lacks " + key.dump() + "\n";
      known(word, path, text);
    }
    if (value.is_object() && schema.contains("properties")) members(value, schema, path, text);
  }

  void members(const Json& value, const Json& schema, const std::string& path, std::string& text) const {
    for (const auto& [key, member] : value.items()) {
      if (schema["properties"].contains(key))
        check(member, schema["properties"][key], path + "." + key, text);
      else if (schema.contains("additionalProperties") && schema["additionalProperties"] == false)
        text += path + " has no field " + key + "\n";
    }
  }

  void one_of(const Json& value, const Json& schemas, const std::string& path, std::string& text) const {
    std::size_t fitting = 0;
    std::string all;
    for (const Json& schema : schemas) {
      std::string wrong;
      check(value, schema, path, wrong);
      fitting += wrong.empty() ? 1U : 0U;
      all += wrong;
    }
    if (fitting != 1) text += path + " fits " + std::to_string(fitting) + " of the choices:\n" + all;
  }

  static void known(const std::string& word, const std::string& path, std::string& text) {
    static const std::set<std::string> words{
        "$ref",    "const", "enum",        "type",        "minimum",
        "pattern", "items", "oneOf",       "required",    "properties",
        "$schema", "title", "definitions", "description", "additionalProperties"};
    if (words.count(word) == 0) text += path + ": the schema says " + word + ", which is not understood\n";
  }

  static bool is(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    if (type == "number") return value.is_number();
    if (type == "null") return value.is_null();
    return type == "string" && value.is_string();
  }

  Json root_;
};

} // namespace slsaudit::test
