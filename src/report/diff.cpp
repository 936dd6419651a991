// SPDX-License-Identifier: Apache-2.0
#include "report/diff.hpp"

#include "report/shown.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::report {

namespace {

struct Format {
  std::string_view name;
  DiffRenderer render;
};
constexpr std::array<Format, 4> table{{{"json", render_diff_json},
                                       {"markdown", render_diff_markdown},
                                       {"sarif", render_diff_sarif},
                                       {"text", render_diff_text}}};

std::string from_to(std::size_t before, std::size_t after, std::string_view noun) {
  if (before == after) return counted(after, noun);
  return std::to_string(before) + " → " + counted(after, noun);
}

} // namespace

DiffRenderer diff_renderer(std::string_view format) {
  const auto found = std::ranges::find(table, format, &Format::name);
  return found == table.end() ? nullptr : found->render;
}

const std::vector<std::string_view>& diff_formats() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Format& format : table) all.push_back(format.name);
    return all;
  }();
  return names;
}

bool fails(const DiffInput& input) {
  return input.fail_on && std::ranges::any_of(input.comparison.fresh, [&](const rules::Finding& finding) {
           return finding.severity >= *input.fail_on;
         });
}

audit::Result fresh_result(const DiffInput& input) {
  audit::Result result = input.after;
  result.findings = input.comparison.fresh;
  result.suppressed.clear();
  result.debt.clear();
  return result;
}

std::string_view sign(compare::Turn turn) {
  constexpr std::array<std::string_view, 3> signs{"+", "~", "-"};
  return signs[static_cast<std::size_t>(turn)];
}

std::string diff_summary(const DiffInput& input) {
  const compare::Comparison& comparison = input.comparison;
  std::string text =
      comparison.fresh.empty() ? "no new findings" : counted(comparison.fresh.size(), "new finding");
  std::string separator = ": ";
  for (const rules::Severity severity : severities_worst_first) {
    const auto number = std::ranges::count(comparison.fresh, severity, &rules::Finding::severity);
    if (number == 0) continue;
    text += separator + std::to_string(number) + " " + std::string(name(severity));
    separator = ", ";
  }
  text += "; " + std::to_string(comparison.fixed.size()) + " fixed";
  if (!comparison.silenced.empty())
    text += ", " + std::to_string(comparison.silenced.size()) + " suppressed now";
  return text + ", " + std::to_string(comparison.unchanged.size()) + " unchanged";
}

std::string basis_of(const DiffInput& input) {
  return input.load + "; an API's requests spread evenly over its routes";
}

std::string diff_sizes(const DiffInput& input) {
  const audit::Statistics& before = input.before.statistics;
  const audit::Statistics& after = input.after.statistics;
  return from_to(before.templates, after.templates, "template") + ", " +
         from_to(before.resources, after.resources, "resource");
}

void render_diff_sarif(const DiffInput& input, const Style& style, std::ostream& out) {
  render_sarif(fresh_result(input), style, out);
}

} // namespace slsaudit::report
