// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.hpp"
#include "rules/holes.hpp"
#include "rules/packed.hpp"
#include "rules/rule_reader.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

const std::string good = R"(code: ABC001
name: a-rule
summary: A rule
severity: medium
for: functions
when: row.public
message: "{row.function} is open"
why: because
fix: {sam: close it}
)";

std::string with(const std::string& line, const std::string& replacement) {
  std::string text = good;
  const std::size_t at = text.find(line);
  REQUIRE(at != std::string::npos);
  text.replace(at, line.size(), replacement);
  return text;
}

std::string errors_of(const std::string& path, const std::string& text) {
  std::string all;
  for (const rules::RuleFileError& error : rules::load(path, text).errors) {
    all += std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.message + "\n";
  }
  return all;
}

} // namespace

TEST_CASE("a good rule file is read") {
  CHECK(errors_of("x/rule.yaml", good) == "");
  const rules::Loaded loaded = rules::load("rules/ABC/a-rule.yaml", good);
  REQUIRE(loaded.rules.size() == 1);
  CHECK(loaded.rules[0].group == "ABC");
  CHECK(loaded.rules[0].profile == "default");
  CHECK(loaded.rules[0].confidence == "proved");
}

TEST_CASE("errors in rule files name their place") {
  struct Case {
    const char* name;
    std::string text;
    std::string expected;
  };
  const Case cases[] = {
      {"no such key", with("why: because", "because: why"),
       "8:1 a rule has no key `because`\n1:1 the rule lacks `why`\n"},
      {"a key twice", good + "why: again\n", "10:1 `why` is given twice\n"},
      {"no text", with("when: row.public", "when: [a]"), "6:7 `when` must be text\n"},
      {"a bad code", with("ABC001", "A1"),
       "1:7 a code is two to five capitals and three digits, like `CON007`\n"},
      {"no such table", with("for: functions", "for: functoins"), "5:6 there is no table `functoins`\n"},
      {"no such column", with("row.public", "row.function.id == 'x' && row.pubic"),
       "6:37 a row of `functions` has no column `pubic`\n"},
      {"no such column in a hole", with("{row.function} is", "the {row.functoin} is"),
       "7:20 a row of `functions` has no column `functoin`\n"},
      {"an open hole", with("{row.function}", "{row.function"),
       "7:11 `{` is never closed; write `{{` for a brace\n"},
      {"of with another table", good + "of: [polls]\n",
       "10:6 `of` goes with the tables `resources` and `edges` only\n"},
      {"a bad tag", good + "tags: [security, fun]\n", "10:18 there is no tag `fun`\n"},
      {"a fix for nobody", with("fix: {sam: close it}", "fix: {terraform: x}"),
       "9:18 `fix` has no key `terraform`\n"},
      {"assumed needs both", good + "assumed: {when: row.public}\n",
       "10:10 `assumed` needs `when` and `because`\n"},
      {"an example without a template", good + "examples:\n  - {name: x, expect: []}\n",
       "11:5 an example needs `name`, `expect` and a template under its dialect\n"},
      {"a passing example that expects",
       good + "examples:\n  - {name: x, kind: passing, sam: y, expect: [{line: 1}]}\n",
       "11:5 a failing example expects findings, any other expects none\n"},
      {"two documents", good + "---\n" + good, "1:1 a rule file holds one rule\n"},
      {"documents without end", ",", "1:1 a rule file holds one rule\n"},
      {"bytes that are no text", with("{row.function} is", "\xFF{row.function} is"),
       "7:11 this is not UTF-8: save the file as UTF-8\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(errors_of("rule.yaml", c.text) == c.expected);
    }
  }
}

TEST_CASE("errors in expressions are placed in every style of scalar") {
  struct Case {
    const char* name;
    std::string text;
    std::string place;
  };
  const Case cases[] = {
      {"plain", "when: row.pubic", "6:11"},
      {"single quotes", "when: 'row.pubic'", "6:12"},
      {"double quotes", "when: \"row.pubic\"", "6:12"},
      {"literal", "when: |\n  true &&\n  row.pubic", "8:7"},
      {"folded", "when: >-\n  true &&\n    row.pubic", "8:9"},
      {"escaped", "when: \"'\\\"' == 'x' || row.pubic\"", "6:27"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const std::string errors = errors_of("rule.yaml", with("when: row.public", c.text));
      CHECK(errors.substr(0, errors.find(' ')) == c.place);
    }
  }
}

TEST_CASE("a folder that is a group wants its rules' codes and names") {
  CHECK(errors_of("rules/ABC/a-rule.yaml", good) == "");
  CHECK(errors_of("rules/OBS/a-rule.yaml", good) == "1:7 `ABC001` does not belong into the folder `OBS`\n");
  CHECK(errors_of("rules/ABC/other.yaml", good) == "2:7 `a-rule` stands in a file named `other.yaml`\n");
  CHECK(errors_of("my-rules/other.yaml", good) == "");
}

TEST_CASE("directories are read in order and codes are unique") {
  const text::MemoryFileSystem files({{"r/knowledge/quotas.yaml", "rows: []"},
                                      {"r/b.yaml", good},
                                      {"r/a.yml", good},
                                      {"r/notes.txt", "x"},
                                      {"r/deep/c.yaml", with("ABC001", "AAA001")}});
  const rules::Loaded loaded = rules::load_directory(files, "r");
  REQUIRE(loaded.rules.size() == 2);
  CHECK(loaded.rules[0].code == "AAA001");
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0].path == "r/b.yaml");
  CHECK(loaded.errors[0].message == "`ABC001` is the code of r/a.yml too");
}

TEST_CASE("packed rules come back as they were") {
  std::vector<rules::Rule> all = rules::builtin();
  all.push_back(rules::load("rule.yaml", good).rules.at(0));
  const std::string packed = rules::pack(all);
  const std::vector<rules::Rule> back = rules::unpack(packed);
  REQUIRE(back.size() == all.size());
  CHECK(rules::pack(back) == packed);
  CHECK(back.back().message == "{row.function} is open");
  CHECK(back.back().fix[1].at(0).edit == "close it");
}

TEST_CASE("snippets are split at their marks") {
  std::vector<cel::ParseError> errors;
  std::string text;
  for (const rules::Piece& piece :
       rules::split_marks("«a.id»:\n  X: {Y: !Sub \"${Z}\", W: «n + 1»}«b»", errors))
    text += piece.is_expression ? "<" + piece.text + ">" : piece.text;
  CHECK(text == "<a.id>:\n  X: {Y: !Sub \"${Z}\", W: <n + 1>}<b>");
  CHECK(errors.empty());
  (void)rules::split_marks("a «b", errors);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].offset == 2);
}

TEST_CASE("texts are split at their holes") {
  struct Case {
    const char* text;
    const char* pieces; ///< Expressions in angle brackets; "!" for an error.
  };
  const Case cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"a {b} c", "a <b> c"},
      {"{a}{b}", "<a><b>"},
      {"{{a}}", "{a}"},
      {"{ {'k': '}'}.k }", "< {'k': '}'}.k >"},
      {"${{x}} {'{'}", "${x} <'{'>"},
      {"{a", "!"},
      {"a}", "!"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.text) {
      std::vector<cel::ParseError> errors;
      std::string text;
      for (const rules::Piece& piece : rules::split_holes(c.text, errors)) {
        text += piece.is_expression ? "<" + piece.text + ">" : piece.text;
      }
      CHECK((errors.empty() ? text : std::string("!")) == c.pieces);
    }
  }
}
