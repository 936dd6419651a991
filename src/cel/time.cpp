// SPDX-License-Identifier: Apache-2.0
#include "cel/time.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace slsaudit::cel {

namespace {

constexpr std::int64_t second = 1'000'000'000; // in nanoseconds
constexpr std::int64_t day = 86'400;           // in seconds
constexpr std::int64_t first_second = -62'135'596'800;
constexpr std::int64_t last_second = 253'402'300'799;

/// Takes exactly `count` digits; -1 where they are not there.
int take_number(std::string_view& text, std::size_t count) {
  int number = 0;
  if (text.size() < count || text.substr(0, count).find_first_not_of("0123456789") != std::string_view::npos)
    return -1;
  std::from_chars(text.data(), text.data() + count, number);
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

/// Digits behind a point as billionths; digits beyond the ninth are dropped.
std::int64_t take_fraction(std::string_view& text) {
  std::int64_t fraction = 0;
  std::int64_t weight = second / 10;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    fraction += (text.front() - '0') * weight;
    weight /= 10;
  }
  return fraction;
}

std::string padded(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string fraction_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  std::string text = "." + padded(nanoseconds, 9);
  return text.substr(0, text.find_last_not_of('0') + 1);
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 7> units{{{"ns", 1},
                                     {"us", 1'000},
                                     {"µs", 1'000},
                                     {"ms", 1'000'000},
                                     {"s", second},
                                     {"m", 60 * second},
                                     {"h", 3600 * second}}};

} // namespace

bool in_range(Timestamp time) {
  return time.seconds >= first_second && time.seconds <= last_second;
}

std::optional<int> read_offset(std::string_view text) {
  if (text == "UTC" || text == "Z" || text.empty()) return 0;
  const bool west = take(text, "-");
  if (!west) take(text, "+");
  const int hours = take_number(text, 2);
  if (hours < 0 || hours > 23 || !take(text, ":")) return std::nullopt;
  const int minutes = take_number(text, 2);
  if (minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  return (west ? -1 : 1) * (60 * hours + minutes);
}

std::optional<Timestamp> read_timestamp(std::string_view text) {
  const int year = take_number(text, 4);
  const int month = take(text, "-") ? take_number(text, 2) : -1;
  const int date = take(text, "-") ? take_number(text, 2) : -1;
  if (!take(text, "T") && !take(text, "t")) return std::nullopt;
  const int hours = take_number(text, 2);
  const int minutes = take(text, ":") ? take_number(text, 2) : -1;
  const int seconds = take(text, ":") ? take_number(text, 2) : -1;
  const std::int64_t nanoseconds = take(text, ".") ? take_fraction(text) : 0;
  if (text.empty()) return std::nullopt;
  const auto offset = text == "z" ? std::optional(0) : read_offset(text);
  const std::chrono::year_month_day civil{std::chrono::year(year),
                                          std::chrono::month(static_cast<unsigned>(month < 0 ? 0 : month)),
                                          std::chrono::day(static_cast<unsigned>(date < 0 ? 0 : date))};
  const bool clock = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
  if (year < 0 || !civil.ok() || !clock || !offset) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(civil).time_since_epoch().count();
  const Timestamp time{days * day + hours * 3600 + minutes * 60 + seconds - *offset * 60, nanoseconds};
  return in_range(time) ? std::optional(time) : std::nullopt;
}

std::optional<Duration> read_duration(std::string_view text) {
  const bool negative = take(text, "-");
  if (!negative) take(text, "+");
  if (text == "0") return Duration{};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t whole = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), whole);
    const bool digits = text.front() >= '0' && text.front() <= '9';
    if ((!digits && text.front() != '.') || (digits && parsed.ec != std::errc{})) return std::nullopt;
    if (digits) text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    const std::int64_t fraction = take(text, ".") ? take_fraction(text) : 0;
    const std::size_t length = std::min(text.find_first_of("0123456789."), text.size());
    const auto* unit = units.begin();
    while (unit != units.end() && unit->name != text.substr(0, length)) ++unit;
    if (unit == units.end()) return std::nullopt;
    text.remove_prefix(length);
    std::int64_t part = 0;
    // A fraction of at most nine digits; of an hour it is 3600 times a second's.
    const std::int64_t small = unit->nanoseconds >= second ? fraction * (unit->nanoseconds / second)
                                                           : fraction / (second / unit->nanoseconds);
    if (__builtin_mul_overflow(whole, unit->nanoseconds, &part) ||
        __builtin_add_overflow(part, small, &part) || __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
  }
  return Duration{negative ? -total : total};
}

std::string to_text(Timestamp time) {
  const std::int64_t days = time.seconds / day - (time.seconds % day < 0 ? 1 : 0);
  const std::int64_t rest = time.seconds - days * day;
  const std::chrono::year_month_day civil{std::chrono::sys_days(std::chrono::days(days))};
  return padded(int{civil.year()}, 4) + "-" + padded(unsigned{civil.month()}, 2) + "-" +
         padded(unsigned{civil.day()}, 2) + "T" + padded(rest / 3600, 2) + ":" + padded(rest / 60 % 60, 2) +
         ":" + padded(rest % 60, 2) + fraction_text(time.nanoseconds) + "Z";
}

std::string to_text(Duration duration) {
  const std::int64_t whole = duration.nanoseconds / second;
  const std::int64_t rest = duration.nanoseconds % second;
  const bool sign = duration.nanoseconds < 0 && whole == 0;
  return (sign ? "-" : "") + std::to_string(whole) + fraction_text(rest < 0 ? -rest : rest) + "s";
}

std::optional<Timestamp> plus(Timestamp time, Duration duration) {
  std::int64_t nanoseconds = time.nanoseconds + duration.nanoseconds % second;
  std::int64_t seconds = time.seconds + duration.nanoseconds / second;
  if (nanoseconds < 0) {
    nanoseconds += second;
    --seconds;
  } else if (nanoseconds >= second) {
    nanoseconds -= second;
    ++seconds;
  }
  const Timestamp result{seconds, nanoseconds};
  return in_range(result) ? std::optional(result) : std::nullopt;
}

std::optional<Duration> minus(Timestamp left, Timestamp right) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(left.seconds - right.seconds, second, &result) ||
      __builtin_add_overflow(result, left.nanoseconds - right.nanoseconds, &result)) {
    return std::nullopt;
  }
  return Duration{result};
}

} // namespace slsaudit::cel
