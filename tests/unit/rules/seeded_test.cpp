// SPDX-License-Identifier: Apache-2.0
// Faults planted into applications that have none: tests/seeded/.
#include "rules/examples.hpp"
#include "support/catch.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

using namespace slsaudit;

namespace {

struct Application {
  const char* dialect;
  const char* file;
};
constexpr std::array<Application, 3> applications{Application{"cloudformation", "template.yaml"},
                                                  {"sam", "template.yaml"},
                                                  {"serverless", "serverless.yml"}};

std::string read(const std::string& name) {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR"); // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  const auto bytes = text::DiskFileSystem().read(std::string(root) + "/tests/seeded/" + name, 1U << 20U);
  REQUIRE(bytes.ok());
  return bytes.value();
}

text::MemoryFileSystem files_of(const Application& application) {
  const std::string name = std::string(application.dialect) + "/" + application.file;
  return text::MemoryFileSystem({{application.file, read(name)}});
}

std::vector<const rules::Rule*> default_rules() {
  std::vector<const rules::Rule*> result;
  for (const rules::Rule& rule : rules::builtin()) {
    if (rule.profile == "default") result.push_back(&rule);
  }
  return result;
}

analysis::Settings settings() {
  analysis::Settings result;
  result.as_of = rules::example_date;
  return result;
}

/// What any such system is told about itself: facts (`info`), which are no faults.
constexpr std::string_view facts[] = {"RES016"};

/// Codes with the number of their findings where there are several; and what went wrong.
std::string told(const rules::Trialled& trialled) {
  std::map<std::string, int> counts;
  for (const rules::Finding& finding : trialled.findings) {
    const bool is_fact = std::ranges::find(facts, finding.code) != std::end(facts);
    if (!is_fact || finding.severity != rules::Severity::info) ++counts[finding.code];
  }
  std::string text;
  for (const auto& [code, count] : counts)
    text += (text.empty() ? "" : " ") + code + (count > 1 ? "*" + std::to_string(count) : "");
  for (const std::string& failure : trialled.failures) text += " failure: " + failure;
  for (const text::Problem& problem : trialled.errors) text += " error: " + problem.message;
  return text;
}

/// The edit of a fault for a dialect: its own, else the one for resources that all have; empty for none.
std::string edit_of(const YAML::Node& fault, const std::string& dialect) {
  if (fault[dialect]) return fault[dialect].Scalar();
  if (!fault["resources"]) return {};
  const bool is_serverless = dialect == "serverless";
  std::string text = is_serverless ? "resources:\n  Resources:\n" : "Resources:\n";
  std::istringstream lines(fault["resources"].Scalar());
  for (std::string line; std::getline(lines, line);) text += (is_serverless ? "    " : "  ") + line + "\n";
  return text;
}

} // namespace

TEST_CASE("the applications that faults are planted into have none") {
  const std::vector<const rules::Rule*> all = default_rules();
  for (const Application& application : applications) {
    INFO(application.dialect);
    text::SourceMap sources;
    CHECK(told(rules::judge_file(files_of(application), application.file, all, sources, settings())) == "");
  }
}

TEST_CASE("a planted fault is found, and nothing else") {
  const std::vector<const rules::Rule*> all = default_rules();
  std::string wrong;
  std::set<std::string> planted;
  for (const YAML::Node& fault : YAML::Load(read("faults.yaml"))) {
    std::set<std::string> expected{fault["code"].Scalar()};
    for (const auto& also : fault["also"]) expected.insert(also.first.Scalar());
    std::string codes;
    for (const std::string& code : expected) codes += (codes.empty() ? "" : " ") + code;
    for (const Application& application : applications) {
      const std::string edit = edit_of(fault, application.dialect);
      if (edit.empty()) continue;
      text::SourceMap sources;
      const rules::Edit edits[] = {{edit, ""}};
      const std::string found =
          told(rules::judge_edited(files_of(application), application.file, edits, all, sources, settings()));
      planted.insert(fault["code"].Scalar());
      if (found != codes)
        wrong += fault["name"].Scalar() + ", " + application.dialect + ": " + codes + " expected, found " +
                 found + "\n";
    }
  }
  CHECK(wrong == "");
  CHECK(planted.size() >= 70);
}
