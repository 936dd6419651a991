// SPDX-License-Identifier: Apache-2.0
#include "report/rule_pages.hpp"

#include "report/rule_words.hpp"
#include "report/sarif_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::report {

namespace {

constexpr std::string_view made =
    "<!-- Made by the target write_docs from the rule's file; changes are made there. -->\n";

std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

/// `<Name>` outside of code would be taken for HTML.
std::string prose(std::string_view text) {
  std::string result;
  bool is_code = false;
  for (const char c : text) {
    if (c == '`') is_code = !is_code;
    result += c == '<' && !is_code ? std::string("&lt;") : std::string(1, c);
  }
  while (!result.empty() && result.back() == '\n') result.pop_back();
  return result;
}

void section(std::string_view title, const std::string& text, std::string& page) {
  if (!text.empty()) page += fmt::format("\n## {}\n\n{}\n", title, text);
}

std::string block(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return "```yaml\n" + std::string(text) + "\n```";
}

std::string joined(const std::vector<text::SharedText>& words) {
  std::string text;
  for (const text::SharedText& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Each line an item of a list.
std::string bullets(const std::string& lines) {
  std::string result;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    result += (result.empty() ? "- " : "\n- ") + lines.substr(begin, end - begin);
    begin = end + 1;
  }
  return result;
}

std::string expected_text(const rules::Example& example) {
  std::string text;
  for (const rules::ExpectedFinding& expected : example.expect) {
    text += fmt::format("{}line {}", text.empty() ? "" : ", ", expected.line);
    if (!expected.file.empty()) text += fmt::format(" of `{}`", expected.file);
    if (expected.severity) text += fmt::format(" ({})", rules::name(*expected.severity));
  }
  return text;
}

std::string examples_text(const rules::Rule& rule) {
  std::string text;
  for (std::size_t i = 0; i < dialect_titles.size(); ++i) {
    const auto example = std::ranges::find_if(rule.examples, [&](const rules::Example& candidate) {
      return static_cast<std::size_t>(candidate.dialect) == i && candidate.kind == "failing";
    });
    if (example == rule.examples.end()) continue;
    text += fmt::format("{}{}, {}: found at {}\n\n{}", text.empty() ? "" : "\n\n", dialect_titles[i],
                        example->name, expected_text(*example), block(example->text));
    for (const auto& [path, other] : example->files)
      text += fmt::format("\n\n`{}`:\n\n{}", path, block(other));
  }
  return text;
}

std::string fixes_text(const rules::Rule& rule) {
  std::string text;
  for (std::size_t i = 0; i < dialect_titles.size(); ++i) {
    if (rule.shown_fix[i].empty()) continue;
    text +=
        fmt::format("{}{}\n\n{}", text.empty() ? "" : "\n\n", dialect_titles[i], block(rule.shown_fix[i]));
  }
  return text;
}

std::string rule_page(const rules::Rule& rule) {
  std::string page = fmt::format("{}\n# {} {}\n\n{}\n\n", made, rule.code, rule.name, sentence(rule.summary));
  const std::string columns[][2] = {
      {"severity", severity_text(rule)}, {"confidence", confidence_text(rule)},
      {"profile", rule.profile.str()},   {"since", rule.since.str()},
      {"tags", joined(rule.tags)},       {"security severity", rule.security_severity.str()},
      {"aliases", joined(rule.aliases)}, {"silences", joined(rule.silences)}};
  page += "| | |\n|---|---|\n";
  for (const auto& [name, text] : columns) {
    if (!text.empty()) page += fmt::format("| {} | {} |\n", name, cell(prose(text)));
  }
  section("Why it matters", prose(rule.why), page);
  section(rule.fix_is == "edit" ? "Fix" : "What to do", fixes_text(rule), page);
  section("Limits", prose(rule.limits), page);
  section("Parameters", bullets(prose(parameters_text(rule))), page);
  section("Examples", examples_text(rule), page);
  section("Equivalents", bullets(equivalents_text(rule)), page);
  std::string references;
  for (const text::SharedText& reference : rule.references) references += "<" + reference + ">\n";
  section("References", bullets(references), page);
  return page;
}

std::string index_page(std::span<const rules::Rule> rules) {
  std::string page =
      fmt::format("{}\n# Rules\n\n{} rules. `slsaudit explain CODE` shows a page in the terminal; "
                  "those of the profile `strict` run with `--profile strict` only.\n",
                  made, rules.size());
  std::string group;
  for (const rules::Rule& rule : rules) {
    if (rule.group != group) {
      group = rule.group.str();
      page += fmt::format(
          "\n## {}\n\n| code | name | severity | summary | profile |\n|---|---|---|---|---|\n", group);
    }
    page += fmt::format("| [{0}]({0}.md) | `{1}` | {2} | {3} | {4} |\n", rule.code, rule.name,
                        severity_text(rule), cell(prose(rule.summary)), rule.profile);
  }
  return page;
}

std::string coverage_table(std::span<const rules::Rule> rules) {
  std::map<std::string, std::map<std::string, std::string>> tools; // Rules by tool, then check.
  for (const rules::Rule& rule : rules) {
    for (const auto& [tool, ids] : rule.equivalents) {
      for (const text::SharedText& id : ids) {
        std::string& codes = tools[tool.str()][id.str()];
        codes += fmt::format("{}[{}](rules/{}.md)", codes.empty() ? "" : ", ", rule.code, rule.code);
      }
    }
  }
  std::string table;
  for (const auto& [tool, checks] : tools) {
    table += fmt::format("\n### {}\n\n| check | rule |\n|---|---|\n", tool);
    for (const auto& [id, codes] : checks) table += fmt::format("| {} | {} |\n", id, codes);
  }
  return table + "\n";
}

} // namespace

std::string with_coverage(const std::string& page, std::span<const rules::Rule> rules) {
  constexpr std::string_view first =
      "<!-- Made by the target write_docs from the rules' files; changes are made there. -->\n";
  const std::size_t begin = page.find(first);
  const std::size_t end = page.find("<!-- end -->");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return page;
  return page.substr(0, begin + first.size()) + coverage_table(rules) + page.substr(end);
}

std::map<std::string, std::string> rule_pages(std::span<const rules::Rule> rules) {
  std::map<std::string, std::string> pages{{"README.md", index_page(rules)}};
  for (const rules::Rule& rule : rules) pages.emplace(rule.code + ".md", rule_page(rule));
  return pages;
}

} // namespace slsaudit::report
