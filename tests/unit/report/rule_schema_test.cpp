// SPDX-License-Identifier: Apache-2.0
// The schema of rule files against the files, and against their reader.
#include "report/rule_text.hpp"
#include "rules/engine.hpp"
#include "support/catch.hpp"
#include "syntax/reader.hpp"
#include "text/file_system.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

using namespace slsaudit;
using nlohmann::json;

namespace {

/// What speaks against a node, by the parts of JSON Schema that the schema uses for maps, lists and words.
/// Recursion is as deep as the schema.
void validate(const syntax::Node& node, const json& schema, const std::string& path,
              std::string& complaints) {
  if (schema.contains("enum")) {
    const auto& words = schema["enum"];
    if (std::find(words.begin(), words.end(), std::string(node.text)) == words.end())
      complaints += path + " is `" + std::string(node.text) + "`\n";
  }
  const bool wants_map = schema.contains("type") && schema["type"] == "object";
  const bool wants_list = schema.contains("type") && schema["type"] == "array";
  if (node.is_mapping() && !wants_map) complaints += path + " is a map\n";
  if (wants_map != node.is_mapping()) return;
  if (wants_list && node.is_sequence()) {
    for (const syntax::Entry& item : node.children)
      validate(*item.value, schema["items"], path + "[]", complaints);
  }
  if (!wants_map) return;
  for (const auto& key : schema.value("required", json::array())) {
    if (node.find(key.get<std::string>()) == nullptr)
      complaints += path + " lacks " + key.get<std::string>() + "\n";
  }
  for (const syntax::Entry& entry : node.children) {
    const std::string key(entry.key);
    const json properties = schema.value("properties", json::object());
    const json& others = schema["additionalProperties"];
    if (properties.contains(key))
      validate(*entry.value, properties[key], path + "." + key, complaints);
    else if (others.is_object())
      validate(*entry.value, others, path + "." + key, complaints);
    else
      complaints += path + " has no key " + key + "\n";
  }
}

std::string complaints_of(const std::string& text) {
  static const json schema = json::parse(report::rule_schema());
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, "rule.yaml", text);
  REQUIRE(document.root != nullptr);
  std::string complaints;
  validate(*document.root, schema, "rule", complaints);
  return complaints;
}

const std::string good = R"(code: ABC001
name: a-rule
summary: A rule
severity: medium
for: functions
when: row.public
message: "{row.function} is open"
why: because
fix: {sam: "A: b"}
)";

} // namespace

TEST_CASE("every rule file fits the schema") {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR"); // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  const text::DiskFileSystem files;
  std::size_t read = 0;
  for (const char* directory : {"/rules", "/examples/rules"}) {
    for (const rules::Rule& rule : rules::load_directory(files, std::string(root) + directory).rules) {
      const auto bytes = files.read(rule.path.str(), 1U << 20U);
      REQUIRE(bytes.ok());
      INFO(rule.path);
      CHECK(complaints_of(bytes.value()) == "");
      ++read;
    }
  }
  CHECK(read >= rules::builtin().size());
}

TEST_CASE("the schema and the reader refuse the same") {
  const char* wrong = GENERATE(
      "because: why\n", "assumed: {when: row.public, why: x}\n", "parameters: {most: {default: 5}}\n",
      "parameters: {most: {default: 5, meaning: x, unit: s}}\n", "evidence: [{text: x}]\n",
      "evidence: [{message: x, line: 4}]\n", "examples: [{name: x, sam: y, expect: [], dialect: sam}]\n",
      "examples: [{name: x, sam: y, expect: [{column: 4}]}]\n",
      "examples: [{name: x, sam: y, expect: [{line: 4, severity: bad}]}]\n",
      "examples: [{name: x, sam: y, expect: [], kind: strange}]\n", "tags: [fun]\n", "profile: lax\n",
      "fix-is: none\n", "let: [a]\n", "equivalents: [a]\n");
  INFO(wrong);
  CHECK(complaints_of(good) == "");
  CHECK(rules::load("rule.yaml", good).errors.empty());
  CHECK_FALSE(rules::load("rule.yaml", good + wrong).errors.empty());
  const std::string text(wrong);
  const bool is_wrong_shape = text.ends_with(": [a]\n"); // A list for a map: types are the editor's part.
  CHECK((complaints_of(good + text) != "" || is_wrong_shape));
}

TEST_CASE("the schema and the reader take the same") {
  const std::string all = good + R"(aliases: [b-rule]
profile: strict
since: 0.1.0
confidence: "assumed: nothing else"
assumed: {when: row.public, because: it may be}
parameters: {most: {default: [a, 5], meaning: how many}}
let: {need: row.timeout}
at: row.function
merge-by: row.function
key: row.function
evidence: [{each: "[1]", when: "true", at: row.function, message: "{item}"}]
fix-is: advice
limits: many
references: ["https://example.com"]
equivalents: {checkov: [CKV_1]}
silences: [ABC002]
tags: [security]
security-severity: "5.0"
examples: [{name: x, sam: "a: b", expect: [{line: 4, column: 5, severity: low}], kind: failing}]
)";
  CHECK(complaints_of(all) == "");
  CHECK(rules::load("rule.yaml", all).errors.empty());
}
