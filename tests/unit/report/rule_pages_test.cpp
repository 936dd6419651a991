// SPDX-License-Identifier: Apache-2.0
// Pages and the schema that are made from rule files.
#include "report/rule_pages.hpp"
#include "report/rule_text.hpp"
#include "rules/engine.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "text/file_system.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <regex>
#include <sstream>

using namespace slsaudit;

namespace {

std::string docs() {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR"); // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  return std::string(root) + "/docs/";
}

std::string read(const std::string& path) {
  const auto bytes = text::DiskFileSystem().read(path, 1U << 22U);
  return bytes.ok() ? bytes.value() : std::string("not there");
}

rules::Rule sample() {
  const rules::Loaded loaded = rules::load("rules/ABC/a-rule.yaml", R"(code: ABC001
name: a-rule
summary: A rule | of <T>
severity: "row.public ? 'high' : 'low'"
for: functions
parameters: {most: {default: 5, meaning: how many}}
when: row.public
message: "{row.function} is open"
why: because
fix: {sam: "A: b"}
equivalents: {checkov: [CKV_1, CKV_2]}
silences: [ABC002]
)");
  REQUIRE(loaded.errors.empty());
  return loaded.rules.front();
}

} // namespace

TEST_CASE("the pages of rules are up to date") {
  const auto pages = report::rule_pages(rules::builtin());
  std::string stale;
  for (const auto& [name, text] : pages) {
    if (read(docs() + "rules/" + name) != text) stale += name + " ";
  }
  INFO("cmake --build BUILD --target write_docs");
  CHECK(stale == "");
  const auto written = text::DiskFileSystem().list(docs() + "rules");
  REQUIRE(written.ok());
  for (const text::DirectoryEntry& entry : written.value()) {
    INFO(entry.name);
    CHECK(pages.count(entry.name) == 1);
  }
}

TEST_CASE("the table of other tools' checks is up to date") {
  const std::string page = read(docs() + "coverage.md");
  INFO("cmake --build BUILD --target write_docs");
  CHECK(page.find("| CKV_AWS_50 | [OBS001](rules/OBS001.md) |") != std::string::npos);
  CHECK(report::with_coverage(page, rules::builtin()) == page);
}

// Every check of the survey's themes that has an id of a known form has a rule, or a sentence why it has
// none.
TEST_CASE("no check of other tools is forgotten") {
  std::istringstream lines(test::read_file(test::shared_data() / "peers.md"));
  const std::string page = read(docs() + "coverage.md");
  const std::regex row(R"(^\| (\d+) \|[^|]*\|([^|]*)\|)");
  const std::regex id(
      R"(CKV2?_AWS_\d+|AWS-\d{4}|\b[EWI][1-9]\d{3}\b|\b(?:WS|ES)\d{4}\b|Serverless-\w+|AwsSolutions-\w+)");
  std::string forgotten;
  for (std::string line; std::getline(lines, line) && !line.starts_with("### K.");) {
    std::smatch cells;
    if (!std::regex_search(line, cells, row)) continue;
    const std::string who = cells[2];
    for (auto found = std::sregex_iterator(who.begin(), who.end(), id); found != std::sregex_iterator();
         ++found) {
      const std::string name = found->str();
      const std::size_t at = page.find(name);
      if (at == std::string::npos) forgotten += name + " ";
    }
  }
  CHECK(forgotten == "");
}

TEST_CASE("a page holds what the file says") {
  const rules::Rule rule = sample();
  auto pages = report::rule_pages({&rule, 1});
  const std::string page = pages["ABC001.md"];
  for (const char* part : {"# ABC001 a-rule", "high or low, by the case", "- most (default 5): how many",
                           "- checkov: CKV_1, CKV_2", "| silences | ABC002 |"}) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
  CHECK(pages["README.md"].find("A rule \\| of &lt;T> | default |") != std::string::npos);
}

TEST_CASE("the schema of rule files is up to date") {
  CHECK(read(docs() + "schemas/rule.schema.json") == report::rule_schema());
}
