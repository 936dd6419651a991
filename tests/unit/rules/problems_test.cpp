// SPDX-License-Identifier: Apache-2.0
// No problem of the level `finding` may vanish: each is judged by exactly one built-in rule of the table
// `problems`.
#include "rules/examples.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

#include <map>
#include <set>

using namespace slsaudit;

namespace {

/// Where a name is put together, or the level is set apart from it: by what the statement begins with.
const std::map<std::string, std::vector<std::string>>& composed_names() {
  static const std::map<std::string, std::vector<std::string>> names{
      {"ProblemLevel::finding, \"undeclared-\" + std::string(kind)",
       {"undeclared-reference", "undeclared-condition", "undeclared-mapping"}},
      {"ProblemLevel::finding; // CloudFormation refuses it", {"wrong-section-shape"}},
      {"ProblemLevel::finding);", {"unclosed-quote"}}, // of report_swallowed_lines
      {"ProblemLevel::finding,\n                            of.starts_with(\"AWS::Serverless::\")",
       {"misnamed-property", "doubtful-property"}},
      {"ProblemLevel::finding,\n                        meant.certain",
       {"misnamed-property", "doubtful-property"}},
      {"ProblemLevel::finding,\n          certain ?",
       {"misnamed-attribute", "doubtful-attribute", "unlisted-attribute"}},
      {"ProblemLevel::finding, std::string(name), std::move(message)", // of events
       {"empty-event", "event-without-type", "events-in-one", "misnamed-event", "misspelt-event",
        "setting-beside-event", "settings-beside-event"}},
      {"ProblemLevel::finding, std::move(name)", // of suppressions
       {"expired-suppression", "unused-suppression", "invalid-suppression"}},
  };
  return names;
}

/// The string literal that follows the level, as in `(ProblemLevel::finding, "name",`; else empty.
std::string literal_name(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \n", text.find(',') + 1);
  const std::size_t end = begin < text.size() && text[begin] == '"' ? text.find('"', begin + 1) : text.npos;
  if (end == text.npos || end + 1 >= text.size() || text[end + 1] != ',') return {};
  return std::string(text.substr(begin + 1, end - begin - 1));
}

/// The names of all problems that the sources tell as findings, with the file that does.
std::map<std::string, std::string> told_names() {
  std::map<std::string, std::string> names;
  const std::filesystem::path sources =
      std::filesystem::path(test::environment_or("SLSAUDIT_SOURCE_DIR", ".")) / "src";
  for (const char* folder : {"syntax", "dialect", "graph", "rules"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(sources / folder)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      const std::string text = test::read_file(entry.path());
      for (std::size_t at = text.find("ProblemLevel::finding"); at != text.npos;
           at = text.find("ProblemLevel::finding", at + 1)) {
        const std::string_view rest = std::string_view(text).substr(at);
        const std::string name = literal_name(rest);
        if (!name.empty()) {
          names.emplace(name, entry.path().string());
          continue;
        }
        INFO(entry.path().string() << ": " << rest.substr(0, 80));
        bool known = false;
        for (const auto& composed : composed_names()) {
          if (!rest.starts_with(composed.first)) continue;
          known = true;
          for (const std::string& each : composed.second) names.emplace(each, entry.path().string());
        }
        CHECK(known);
      }
    }
  }
  return names;
}

} // namespace

TEST_CASE("every problem that is a finding has exactly one rule") {
  const std::map<std::string, std::string> names = told_names();
  REQUIRE(names.count("duplicate-key") == 1);
  REQUIRE(names.count("undeclared-reference") == 1);
  for (const auto& [name, file] : names) {
    std::set<std::string> codes;
    for (const rules::Rule& rule : rules::builtin()) {
      const bool judged = rule.when->find("'" + name + "'") != std::string::npos;
      if (rule.for_each == "problems" && judged) codes.insert(rule.code.str());
    }
    INFO(name << " of " << file);
    CHECK(codes.size() == 1);
  }
}

TEST_CASE("rules of problems name only what is told as a finding") {
  const std::map<std::string, std::string> names = told_names();
  for (const rules::Rule& rule : rules::builtin()) {
    if (rule.for_each != "problems") continue;
    for (std::size_t begin = rule.when->find('\''); begin != std::string::npos;) {
      const std::size_t end = rule.when->find('\'', begin + 1);
      REQUIRE(end != std::string::npos);
      const std::string name(rule.when->substr(begin + 1, end - begin - 1));
      INFO(rule.code << " " << name);
      CHECK(names.count(name) == 1);
      begin = rule.when->find('\'', end + 1);
    }
  }
}
