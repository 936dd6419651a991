// SPDX-License-Identifier: Apache-2.0
#include "analysis/schedule.hpp"

#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <string>
#include <vector>

namespace slsaudit::analysis {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0 || separator != ' ') parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What stands in the parentheses after a name: "rate(5 minutes)".
std::optional<std::string_view> argument(std::string_view expression, std::string_view name) {
  const bool fits = expression.size() > name.size() + 2 && expression.substr(0, name.size()) == name &&
                    expression[name.size()] == '(' && expression.back() == ')';
  if (!fits) return std::nullopt;
  return trimmed(expression.substr(name.size() + 1, expression.size() - name.size() - 2));
}

std::optional<double> of_rate(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 3> units{
      {{"minute", 1.0 / 60}, {"hour", 1}, {"day", 24}}};
  const std::vector<std::string_view> words = split(text, ' ');
  if (words.size() != 2) return std::nullopt;
  const std::optional<int> count = number(words[0]);
  if (!count || *count < 1) return std::nullopt;
  for (const auto& unit : units) {
    const bool plural = words[1].size() == unit.first.size() + 1 && words[1].back() == 's';
    if (words[1].substr(0, unit.first.size()) == unit.first && (plural || words[1] == unit.first))
      return hours_per_month / (*count * unit.second);
  }
  return std::nullopt;
}

// --- Cron ---

constexpr int largest = 64; ///< Minutes reach 59.
using Set = std::bitset<largest>;

struct Field {
  int from = 0;
  int to = 0;
  std::string_view names; ///< Three letters each, for `from` and on.
};
constexpr Field minutes{0, 59, ""};
constexpr Field hours{0, 23, ""};
constexpr Field days{1, 31, ""};
constexpr Field months{1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"};
constexpr Field weekdays{1, 7, "SUNMONTUEWEDTHUFRISAT"};

std::optional<int> member(const Field& field, std::string_view text) {
  const std::string upper = text::upper(text);
  for (std::size_t i = 0; i + 3 <= field.names.size(); i += 3) {
    if (field.names.substr(i, 3) == upper) return field.from + static_cast<int>(i / 3);
  }
  const std::optional<int> value = number(text);
  return value && *value >= field.from && *value <= field.to ? value : std::nullopt;
}

/// One item of a list: "*", "5", "MON-FRI", "0/15", "8-18/2".
std::optional<Set> range(const Field& field, std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<int> step =
      slash == std::string_view::npos ? std::optional(1) : number(text.substr(slash + 1));
  const std::string_view span = text.substr(0, slash);
  const std::size_t dash = span.find('-');
  const bool all = span == "*" || span == "?";
  const std::optional<int> first = all ? std::optional(field.from) : member(field, span.substr(0, dash));
  std::optional<int> last = first;
  if (all || slash != std::string_view::npos) last = field.to;
  if (dash != std::string_view::npos) last = member(field, span.substr(dash + 1));
  if (!first || !last || !step || *step < 1) return std::nullopt;
  Set set;
  const int count = field.to - field.from + 1;
  const int length = *last >= *first ? *last - *first : *last - *first + count; // "FRI-MON"
  for (int i = 0; i <= length; i += *step)
    set.set(static_cast<std::size_t>(field.from + (*first - field.from + i) % count));
  return set;
}

std::optional<Set> list(const Field& field, std::string_view text) {
  Set set;
  for (const std::string_view item : split(text, ',')) {
    const std::optional<Set> one = range(field, item);
    if (!one) return std::nullopt;
    set |= *one;
  }
  return set.none() ? std::nullopt : std::optional(set);
}

struct Month {
  int length = 31;
  int first = 1; ///< The weekday of its first day; Sunday is 1.
  [[nodiscard]] int weekday(int day) const { return (first - 1 + day - 1) % 7 + 1; }
};

/// The day nearest to one of the month that is neither Saturday nor Sunday.
int nearest_weekday(const Month& month, int day) {
  day = std::min(day, month.length);
  const int weekday = month.weekday(day);
  if (weekday == 7) return day > 1 ? day - 1 : day + 2;
  if (weekday == 1) return day < month.length ? day + 1 : day - 2;
  return day;
}

/// Which days of a month an expression means; asked of every month that there can be.
class Days {
public:
  static std::optional<Days> read(std::string_view of_month, std::string_view of_week) {
    Days result;
    result.of_month_ = of_month;
    result.of_week_ = of_week;
    if (of_month != "?" && of_week != "?" && of_month != "*" && of_week != "*") return std::nullopt;
    const bool by_month = result.read_month_days();
    return by_month && result.read_weekdays() ? std::optional(result) : std::nullopt;
  }

  [[nodiscard]] int count(const Month& month) const {
    int matching = 0;
    for (int day = 1; day <= month.length; ++day) matching += matches(month, day) ? 1 : 0;
    return matching;
  }

private:
  bool read_month_days() {
    if (of_month_ == "L" || of_month_ == "LW") return true;
    if (of_month_.size() > 1 && of_month_.back() == 'W') {
      near_ = member(days, of_month_.substr(0, of_month_.size() - 1)).value_or(0);
      return near_ > 0;
    }
    const std::optional<Set> set = list(days, of_month_);
    days_ = set.value_or(Set());
    return set.has_value();
  }

  bool read_weekdays() {
    const std::size_t hash = of_week_.find('#');
    if (hash != std::string_view::npos) {
      weekday_ = member(weekdays, of_week_.substr(0, hash)).value_or(0);
      nth_ = number(of_week_.substr(hash + 1)).value_or(0);
      return weekday_ > 0 && nth_ >= 1 && nth_ <= 5;
    }
    if (of_week_ == "L") {
      weekdays_.set(7); // The last day of a week.
      return true;
    }
    if (of_week_.size() > 1 && of_week_.back() == 'L') {
      weekday_ = member(weekdays, of_week_.substr(0, of_week_.size() - 1)).value_or(0);
      return weekday_ > 0;
    }
    const std::optional<Set> set = list(weekdays, of_week_);
    weekdays_ = set.value_or(Set());
    return set.has_value();
  }

  [[nodiscard]] bool matches(const Month& month, int day) const {
    if (of_month_ == "L") return day == month.length;
    if (of_month_ == "LW") return day == nearest_weekday(month, month.length);
    if (near_ > 0) return near_ <= month.length && day == nearest_weekday(month, near_);
    if (!days_.test(static_cast<std::size_t>(day))) return false;
    if (weekday_ == 0) return weekdays_.test(static_cast<std::size_t>(month.weekday(day)));
    if (month.weekday(day) != weekday_) return false;
    return nth_ > 0 ? (day - 1) / 7 + 1 == nth_ : day + 7 > month.length;
  }

  std::string_view of_month_;
  std::string_view of_week_;
  Set days_;
  Set weekdays_;
  int near_ = 0;    ///< "15W"
  int weekday_ = 0; ///< "6#3", "6L"
  int nth_ = 0;
};

/// Days a year. In 28 years every month but February begins four times on each weekday; February does three
/// times with 28 days and once with 29.
double days_a_year(const Days& on_days, const Set& in_months) {
  constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  double total = 0;
  for (int month = 1; month <= 12; ++month) {
    if (!in_months.test(static_cast<std::size_t>(month))) continue;
    const int length = lengths[static_cast<std::size_t>(month - 1)];
    for (int first = 1; first <= 7; ++first) {
      total += on_days.count({length, first}) * (month == 2 ? 3.0 : 4.0) / 28;
      if (month == 2) total += on_days.count({29, first}) / 28.0;
    }
  }
  return total;
}

std::optional<double> of_cron(std::string_view text) {
  const std::vector<std::string_view> fields = split(text, ' ');
  if (fields.size() != 6) return std::nullopt;
  const std::optional<Set> in_minutes = list(minutes, fields[0]);
  const std::optional<Set> in_hours = list(hours, fields[1]);
  const std::optional<Set> in_months = list(months, fields[3]);
  const std::optional<Days> on_days = Days::read(fields[2], fields[4]);
  if (!in_minutes || !in_hours || !in_months || !on_days) return std::nullopt;
  const auto per_day = static_cast<double>(in_minutes->count() * in_hours->count());
  constexpr double days_of_year = 365.25;
  return per_day * days_a_year(*on_days, *in_months) / days_of_year * (hours_per_month / 24);
}

} // namespace

std::optional<double> firings_per_month(std::string_view expression) {
  expression = trimmed(expression);
  if (const auto rate = argument(expression, "rate")) return of_rate(*rate);
  if (const auto cron = argument(expression, "cron")) return of_cron(*cron);
  if (argument(expression, "at")) return 0;
  return std::nullopt;
}

} // namespace slsaudit::analysis
