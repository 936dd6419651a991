// SPDX-License-Identifier: Apache-2.0
// Faults planted into applications that have none: tests/seeded/.
#include "rules/examples.hpp"
#include "support/catch.hpp"

#include <yaml-cpp/yaml.h>

#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

using namespace slsaudit;

namespace {

constexpr std::array<const char*, 3> dialects{"cloudformation", "sam", "serverless"};

std::string file_of(const std::string& dialect) {
  return dialect == "serverless" ? "serverless.yml" : "template.yaml";
}

std::string read(const std::string& name) {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR"); // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  const auto bytes = text::DiskFileSystem().read(std::string(root) + "/tests/seeded/" + name, 1U << 20U);
  REQUIRE(bytes.ok());
  return bytes.value();
}

/// The files of an application, by path; its template is among them.
using Files = std::map<std::string, std::string>;

Files files_of(const std::string& application, const std::string& dialect) {
  const std::string file = file_of(dialect);
  return {{file, read(application + "/" + dialect + "/" + file)}};
}

/// The rules that a profile runs; the strict one runs them all.
std::vector<const rules::Rule*> rules_of(const std::string& profile) {
  std::vector<const rules::Rule*> result;
  for (const rules::Rule& rule : rules::builtin()) {
    if (profile == "strict" || rule.profile == "default") result.push_back(&rule);
  }
  return result;
}

/// The profile that has the rule of a code.
std::string profile_of(const std::string& code) {
  for (const rules::Rule& rule : rules::builtin()) {
    if (rule.code == code) return rule.profile.str();
  }
  FAIL("no rule has the code " << code);
  return {};
}

analysis::Settings settings() {
  analysis::Settings result;
  result.as_of = rules::example_date;
  return result;
}

/// How many findings each rule has; what went wrong counts as one of a code of its own.
using Counts = std::map<std::string, int>;

Counts count(const rules::Trialled& trialled) {
  Counts counts;
  for (const rules::Finding& finding : trialled.findings) ++counts[finding.code];
  for (const std::string& failure : trialled.failures) ++counts["failure: " + failure];
  for (const text::Problem& problem : trialled.errors) ++counts["error: " + problem.message];
  return counts;
}

/// Codes of which there are more than before.
std::string added(const Counts& now, const Counts& before) {
  std::string text;
  for (const auto& [code, count] : now) {
    const auto known = before.find(code);
    if (known == before.end() || known->second < count) text += (text.empty() ? "" : " ") + code;
  }
  return text;
}

/// What is found in an application that nothing was planted into. Made once.
const Counts& found_before(const std::string& application, const std::string& dialect,
                           const std::string& profile) {
  static std::map<std::string, Counts> known;
  const auto [entry, is_new] = known.try_emplace(application + " " + dialect + " " + profile);
  if (is_new) {
    text::SourceMap sources;
    entry->second = count(rules::judge_file(text::MemoryFileSystem(files_of(application, dialect)),
                                            file_of(dialect), rules_of(profile), sources, settings()));
  }
  return entry->second;
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

/// The files after the fault is planted, but for its edit.
Files planted_files(const YAML::Node& fault, const std::string& application, const std::string& dialect) {
  Files files = files_of(application, dialect);
  for (const auto& file : fault["files"]) files[file.first.Scalar()] = file.second.Scalar();
  if (!fault["replace"]) return files;
  std::string& text = files[file_of(dialect)];
  const std::string old = fault["replace"]["old"].Scalar();
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  text.replace(at, old.size(), fault["replace"]["new"].Scalar());
  return files;
}

std::string application_of(const YAML::Node& fault) {
  return fault["application"] ? fault["application"].Scalar() : "orders";
}

bool is_planted(const YAML::Node& fault, const std::string& dialect) {
  return fault["replace"].IsDefined() || !edit_of(fault, dialect).empty();
}

/// The codes that a fault gives.
std::set<std::string> expected_codes(const YAML::Node& fault) {
  std::set<std::string> codes{fault["code"].Scalar()};
  for (const auto& also : fault["also"]) codes.insert(also.first.Scalar());
  return codes;
}

} // namespace

TEST_CASE("the applications that faults are planted into have nothing wrong") {
  const std::map<std::string, std::string> profiles = {
      {"orders", "default"}, {"fleet", "default"}, {"desk", "strict"}};
  for (const auto& [application, profile] : profiles) {
    const std::vector<const rules::Rule*> all = rules_of(profile);
    for (const char* dialect : dialects) {
      INFO(application << " " << dialect);
      text::SourceMap sources;
      const rules::Trialled trialled = rules::judge_file(
          text::MemoryFileSystem(files_of(application, dialect)), file_of(dialect), all, sources, settings());
      CHECK(trialled.failures.empty());
      CHECK(trialled.errors.empty());
      for (const rules::Finding& finding : trialled.findings) {
        // What the stream and the alarms of the fleet cost is a fact; that both lie in one region another.
        const bool is_fact = finding.severity == rules::Severity::info || finding.code == "CST016";
        INFO(finding.code << ": " << finding.message);
        CHECK(is_fact);
      }
    }
  }
}

TEST_CASE("a planted fault is found, and nothing else") {
  std::string wrong;
  for (const YAML::Node& fault : YAML::Load(read("faults.yaml"))) {
    std::string codes;
    for (const std::string& code : expected_codes(fault)) codes += (codes.empty() ? "" : " ") + code;
    const std::string application = application_of(fault);
    const std::string profile = profile_of(fault["code"].Scalar());
    for (const std::string dialect : dialects) {
      if (!is_planted(fault, dialect)) continue;
      const std::string edit = edit_of(fault, dialect);
      text::SourceMap sources;
      const text::MemoryFileSystem files(planted_files(fault, application, dialect));
      const rules::Edit edits[] = {{edit.empty() ? "{}" : edit, "", ""}};
      const rules::Trialled trialled =
          rules::judge_edited(files, file_of(dialect), edits, rules_of(profile), sources, settings());
      const std::string found = added(count(trialled), found_before(application, dialect, profile));
      if (found != codes)
        wrong += fault["name"].Scalar() + ", " + dialect + ": " + codes + " expected, found " + found + "\n";
    }
  }
  CHECK(wrong == "");
}

// tests/seeded/unplanted.yaml says why a code is planted in some dialects only, or in none.
TEST_CASE("each rule's fault is planted in every dialect, or it is said why not") {
  std::set<std::string> planted;
  for (const YAML::Node& fault : YAML::Load(read("faults.yaml"))) {
    for (const std::string& code : expected_codes(fault)) {
      for (const char* dialect : dialects) {
        if (is_planted(fault, dialect)) planted.insert(code + " " + dialect);
      }
    }
  }
  const YAML::Node reasons = YAML::Load(read("unplanted.yaml"));
  std::set<std::string> explained;
  for (const auto& entry : reasons) {
    CHECK_FALSE(entry.second["because"].Scalar().empty());
    for (const YAML::Node& code : entry.second["codes"]) {
      for (const YAML::Node& dialect : entry.second["dialects"]) {
        const std::string key = code.Scalar() + " " + dialect.Scalar();
        INFO(key);
        CHECK(planted.count(key) == 0);
        explained.insert(key);
      }
    }
  }
  for (const rules::Rule& rule : rules::builtin()) {
    for (const char* dialect : dialects) {
      const std::string key = rule.code + " " + dialect;
      INFO(key);
      CHECK(planted.count(key) + explained.count(key) == 1);
    }
  }
}
