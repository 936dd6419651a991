// SPDX-License-Identifier: Apache-2.0
#include "report/rule_text.hpp"

#include "report/paint.hpp"
#include "report/rule_words.hpp"
#include "report/sarif_rules.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

namespace {

std::string indented(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) result += "  " + std::string(text.substr(0, end));
    result += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

void section(std::string_view title, std::string_view text, const Paint& paint, std::ostream& out) {
  if (text.empty()) return;
  out << '\n' << paint(colour::bold, title) << '\n' << indented(printable(text));
}

} // namespace

void list_rules_text(const std::vector<const rules::Rule*>& rules, std::ostream& out) {
  std::size_t widest = 0;
  for (const rules::Rule* rule : rules) widest = std::max(widest, rule->name.size());
  for (const rules::Rule* rule : rules) {
    out << fmt::format("{:<8} {:<8} {:<{}}  {}{}\n", rule->code, severity_word(*rule), rule->name, widest,
                       printable(rule->summary), rule->profile == "strict" ? " (strict)" : "");
  }
}

void explain_rule(const rules::Rule& rule, const Style& style, std::ostream& out) {
  const Paint paint(style.colour);
  out << paint(colour::bold, rule.code + " " + rule.name) << '\n'
      << indented(sentence(printable(rule.summary)));
  std::string tags;
  for (const text::SharedText& tag : rule.tags) tags += (tags.empty() ? "" : ", ") + tag;
  out << '\n'
      << indented(fmt::format("severity: {}\nconfidence: {}\nprofile: {}{}{}", severity_text(rule),
                              confidence_text(rule), rule.profile, tags.empty() ? "" : "\ntags: " + tags,
                              rule.since.empty() ? "" : "\nsince: " + rule.since));
  section("Why it matters", rule.why, paint, out);
  for (std::size_t i = 0; i < dialect_titles.size(); ++i) {
    section("Fix in " + std::string(dialect_titles[i]), rule.shown_fix[i], paint, out);
  }
  const auto failing = std::ranges::find(rule.examples, "failing", &rules::Example::kind);
  if (failing != rule.examples.end()) {
    section("Example: " + failing->name, failing->text, paint, out);
    for (const auto& [path, text] : failing->files) section("Its file " + path, text, paint, out);
  }
  section("Limits", rule.limits, paint, out);
  section("Parameters", parameters_text(rule), paint, out);
  section("Equivalents", equivalents_text(rule), paint, out);
  std::string references;
  for (const text::SharedText& reference : rule.references) references += reference + "\n";
  section("References", references, paint, out);
}

} // namespace slsaudit::report
