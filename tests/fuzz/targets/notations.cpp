// SPDX-License-Identifier: Apache-2.0
// The small notations that templates, settings and reports have within strings. The first byte chooses one;
// the rest is its text.
#include "analysis/schedule.hpp"
#include "analysis/secret_text.hpp"
#include "audit/gitignore.hpp"
#include "audit/units.hpp"
#include "cel/regex.hpp"
#include "cel/time.hpp"
#include "dialect/limits.hpp"
#include "dialect/serverless/dotenv.hpp"
#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"
#include "knowledge/iam.hpp"
#include "report/escape.hpp"
#include "report/screen.hpp"
#include "support/unsafe_text.hpp"
#include "text/file_system.hpp"
#include "text/words.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace slsaudit::fuzz {

namespace {

/// What stands before and after the first line feed.
std::pair<std::string_view, std::string_view> halves(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

void amount(std::optional<double> value) {
  SLSAUDIT_ASSERT(!value || (std::isfinite(*value) && *value >= 0));
}

void quantities(std::string_view text) {
  amount(audit::parse_amount(text));
  amount(audit::parse_rate(text));
  amount(audit::parse_duration(text));
  amount(audit::parse_size(text));
  amount(audit::parse_factor(text));
  amount(analysis::firings_per_month(text));
  dialect::Limits limits;
  (void)dialect::set_limit(limits, text);
}

void times(std::string_view text) {
  if (const auto time = cel::read_timestamp(text)) {
    SLSAUDIT_ASSERT(cel::in_range(*time));
    SLSAUDIT_ASSERT(cel::read_timestamp(cel::to_text(*time)) == time);
  }
  if (const auto duration = cel::read_duration(text))
    SLSAUDIT_ASSERT(cel::read_duration(cel::to_text(*duration)) == duration);
  (void)cel::read_offset(text);
}

/// The definition of `*` and `?`, in the time of both lengths' product.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  for (const char wanted : pattern) {
    std::vector<bool> next(text.size() + 1);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (wanted == '*')
        next[i] = reached[i] || (i > 0 && next[i - 1]);
      else if (i > 0 && reached[i - 1])
        next[i] = wanted == '?' || text::lower(wanted) == text::lower(text[i - 1]);
    }
    reached = std::move(next);
  }
  return reached[text.size()];
}

void wildcards(std::string_view text) {
  const auto [pattern, subject] = halves(text);
  if (pattern.size() * subject.size() > 10'000) return;
  SLSAUDIT_ASSERT(knowledge::wildcard_match(pattern, subject) == matches_by_definition(pattern, subject));
}

void actions(std::string_view text) {
  for (const knowledge::Action& action : knowledge::actions_matching(text)) {
    const std::string name = std::string(action.service) + ":" + std::string(action.name);
    SLSAUDIT_ASSERT(text == "*" || matches_by_definition(text, name));
  }
}

void ignore_patterns(std::string_view text) {
  const auto [pattern, path] = halves(text);
  if (const auto parsed = audit::IgnorePattern::parse(pattern)) (void)parsed->matches(path, false);
  audit::IgnoreRules rules;
  rules.add("a", text);
  (void)rules.ignored("a/" + std::string(path), true);
}

void regular_expressions(std::string_view text) {
  const auto [pattern, subject] = halves(text);
  std::string error;
  const auto compiled = cel::Regex::compile(pattern, error);
  SLSAUDIT_ASSERT(compiled.has_value() == error.empty());
  if (!compiled) return;
  const bool found = compiled->matches(subject);
  // A pattern that has seen many texts goes another way.
  for (std::size_t i = 0; i < 20; ++i) (void)compiled->matches(subject.substr(subject.size() * i / 20));
  SLSAUDIT_ASSERT(compiled->matches(subject) == found);
  for (const std::size_t size : {subject.size() / 2, subject.size() / 3}) {
    const std::string_view part = subject.substr(0, size);
    SLSAUDIT_ASSERT(compiled->matches(part) == cel::Regex::compile(pattern, error)->matches(part));
  }
  const std::string both = "(?:" + std::string(pattern) + ")|(?:" + std::string(pattern) + ")";
  if (pattern.find("(?") == std::string_view::npos) {
    const auto twice = cel::Regex::compile(both, error);
    if (twice) SLSAUDIT_ASSERT(twice->matches(subject) == found);
  }
}

void paths(std::string_view text) {
  const std::string once = text::normalize_path(text);
  SLSAUDIT_ASSERT(text::normalize_path(once) == once);
  const auto [directory, path] = halves(text);
  const std::string joined = text::join_path(directory, path);
  SLSAUDIT_ASSERT(text::normalize_path(joined) == joined);
  (void)text::is_within(joined, text::normalize_path(directory));
  (void)text::parent_path(text);
}

void environment(std::string_view text) {
  for (const auto& [name, value] : dialect::serverless::read_dotenv(text, {{"HOME", "/root"}})) {
    (void)dialect::serverless::is_plain_setting(name, value);
    const auto secret = analysis::judge_secret(name, value);
    SLSAUDIT_ASSERT(!secret || !secret->what.empty());
  }
}

void encodings(std::string_view text) {
  const text::Decoded decoded = text::to_utf8(std::string(text));
  check_text(decoded.text);
  SLSAUDIT_ASSERT(decoded.bad_count == 0 || decoded.first_bad < decoded.text.size());
}

void safe(const char* format, const std::string& text) {
  require_none(test::unsafe(format, text));
}

void escapes(std::string_view text) {
  safe("text", report::printable(text));
  safe("text", report::one_line(text));
  safe("text", report::ascii_text(report::printable(text)));
  safe("junit", "<a b=\"" + report::xml_attribute(text) + "\">" + report::xml_text(text) + "</a>");
  safe("markdown", report::markdown_text(text) + "\n");
  safe("markdown", report::markdown_code(text) + "\n");
  safe("markdown", report::markdown_prose(text) + "\n");
  safe("markdown", report::markdown_block(text));
  safe("csv", report::csv_field(text) + "\r\n");
  safe("github",
       "::error file=" + report::workflow_property(text) + ",title=t::" + report::workflow_message(text));
  safe("text", report::uri_path(text));
  safe("text", report::sarif_text(text));
  SLSAUDIT_ASSERT(report::printable(report::printable(text)) == report::printable(text));
}

void screen(std::string_view text) {
  const auto [first, line] = halves(text);
  const std::string_view numbers = first; // lambdas don't capture parts of a pair
  const report::ScreenLine shown = report::screen_line(line);
  safe("text", "1 | " + shown.text); // it stands behind its line's number
  SLSAUDIT_ASSERT(shown.columns.size() == line.size() + 1);
  const std::uint32_t width = 4 + static_cast<std::uint32_t>(numbers.size());
  const auto cell = [&](std::size_t at) {
    const auto byte = static_cast<unsigned char>(at < numbers.size() ? numbers[at] : 0);
    return std::min<std::uint32_t>(byte, shown.columns.back());
  };
  const std::uint32_t begin = std::min(cell(0), cell(1));
  const std::uint32_t end = std::max(cell(0), cell(1));
  const report::Clipped clipped = report::clip(shown, begin, end, width);
  check_text(clipped.text);
  SLSAUDIT_ASSERT(clipped.begin <= clipped.end);
  SLSAUDIT_ASSERT(report::screen_line(clipped.text).columns.back() <= width + 1);
  (void)report::wrapped(report::printable(text), numbers.size() % 50, "  ", width);
}

constexpr std::array notations{
    quantities, times,       wildcards, actions, ignore_patterns, regular_expressions,
    paths,      environment, encodings, escapes, screen};

} // namespace

void run_notations(std::string_view bytes) {
  if (bytes.empty()) return;
  notations[static_cast<unsigned char>(bytes[0]) % notations.size()](bytes.substr(1));
}

} // namespace slsaudit::fuzz
