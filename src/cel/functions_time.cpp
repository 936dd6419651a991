// SPDX-License-Identifier: Apache-2.0
#include "cel/functions.hpp"
#include "cel/operations.hpp"
#include "cel/time.hpp"

#include <array>
#include <chrono>

namespace slsaudit::cel {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86'400;

Value not_a_time(const Call& call, std::string_view text) {
  const std::string message =
      "`" + std::string(text) + "` is no " + std::string(call.name) + " or out of range";
  return call[0].from_template() ? Value::unknown(message) : Value::error(message);
}

Value to_timestamp(const Call& call) {
  if (call[0].timestamp()) return call[0];
  std::optional<Timestamp> time;
  if (const auto* seconds = call[0].integer()) {
    time = Timestamp{*seconds, 0};
  } else if (call[0].string()) {
    time = read_timestamp(*call[0].string());
  } else {
    return no_overload(call);
  }
  return time && in_range(*time) ? Value(*time) : not_a_time(call, call[0].display());
}

Value to_duration(const Call& call) {
  if (call[0].duration()) return call[0];
  if (!call[0].string()) return no_overload(call);
  const auto duration = read_duration(*call[0].string());
  return duration ? Value(*duration) : not_a_time(call, *call[0].string());
}

/// A point in time where it is looked at: days since 1970 and seconds of the day.
struct Local {
  std::int64_t days = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  [[nodiscard]] std::chrono::sys_days date() const { return std::chrono::sys_days(std::chrono::days(days)); }
  [[nodiscard]] std::chrono::year_month_day civil() const { return date(); }
};

std::int64_t year_of(const Local& local) {
  return int{local.civil().year()};
}
std::int64_t month_of(const Local& local) {
  return unsigned{local.civil().month()} - std::int64_t{1};
}
std::int64_t date_of(const Local& local) {
  return unsigned{local.civil().day()};
}
std::int64_t day_of_month(const Local& local) {
  return date_of(local) - 1;
}
std::int64_t day_of_week(const Local& local) {
  return std::chrono::weekday(local.date()).c_encoding();
}
std::int64_t day_of_year(const Local& local) {
  return (local.date() - std::chrono::sys_days(local.civil().year() / 1 / 1)).count();
}
std::int64_t hours_of(const Local& local) {
  return local.seconds / 3600;
}
std::int64_t minutes_of(const Local& local) {
  return local.seconds / 60 % 60;
}
std::int64_t seconds_of(const Local& local) {
  return local.seconds % 60;
}
std::int64_t milliseconds_of(const Local& local) {
  return local.nanoseconds / 1'000'000;
}

template <std::int64_t (*part)(const Local&)> Value part_of(const Call& call) {
  if (!call[0].timestamp()) return no_overload(call);
  std::int64_t seconds = call[0].timestamp()->seconds;
  if (call.size() > 1) {
    if (!call[1].string()) return no_overload(call);
    const auto offset = read_offset(*call[1].string());
    if (!offset)
      return Value::error("time zones are offsets like `+02:00`, not `" + std::string(*call[1].string()) +
                          "`");
    seconds += *offset * std::int64_t{60};
  }
  const std::int64_t days = seconds / day - (seconds % day < 0 ? 1 : 0);
  return part(Local{days, seconds - days * day, call[0].timestamp()->nanoseconds});
}

/// Of a duration the whole in that unit; milliseconds are those of the last second.
template <std::int64_t (*part)(const Local&), std::int64_t unit> Value part_or_whole(const Call& call) {
  const Duration* duration = call[0].duration();
  if (duration == nullptr || call.size() > 1) return part_of<part>(call);
  constexpr std::int64_t millisecond = 1'000'000;
  return unit == millisecond ? duration->nanoseconds % second / unit : duration->nanoseconds / unit;
}

constexpr std::array<Builtin, 12> table{{
    {"timestamp", Style::function, 1, 1, to_timestamp, "timestamp(x) -> timestamp",
     "of an RFC 3339 text, or of seconds since 1970"},
    {"duration", Style::function, 1, 1, to_duration, "duration(text) -> duration",
     "of a text like 1h30m or 0.5s"},
    {"getFullYear", Style::receiver, 1, 2, part_of<year_of>, "timestamp.getFullYear() -> int",
     "the year; like all of "
     "these, with an offset like '+02:00' as argument it is looked at from there"},
    {"getMonth", Style::receiver, 1, 2, part_of<month_of>, "timestamp.getMonth() -> int",
     "the month, from 0"},
    {"getDate", Style::receiver, 1, 2, part_of<date_of>, "timestamp.getDate() -> int",
     "the day of the month, from 1"},
    {"getDayOfMonth", Style::receiver, 1, 2, part_of<day_of_month>, "timestamp.getDayOfMonth() -> int",
     "the day of the month, from 0"},
    {"getDayOfWeek", Style::receiver, 1, 2, part_of<day_of_week>, "timestamp.getDayOfWeek() -> int",
     "the day of the week, Sunday being 0"},
    {"getDayOfYear", Style::receiver, 1, 2, part_of<day_of_year>, "timestamp.getDayOfYear() -> int",
     "the day of the year, from 0"},
    {"getHours", Style::receiver, 1, 2, part_or_whole<hours_of, 3600 * second>,
     "timestamp.getHours() -> int, duration.getHours()", "the hour, or the duration in hours"},
    {"getMinutes", Style::receiver, 1, 2, part_or_whole<minutes_of, 60 * second>,
     "timestamp.getMinutes() -> int, duration.getMinutes()", "the minute, or the duration in minutes"},
    {"getSeconds", Style::receiver, 1, 2, part_or_whole<seconds_of, second>,
     "timestamp.getSeconds() -> int, duration.getSeconds()", "the second, or the duration in seconds"},
    {"getMilliseconds", Style::receiver, 1, 2, part_or_whole<milliseconds_of, 1'000'000>,
     "timestamp.getMilliseconds() -> int, duration.getMilliseconds()", "the milliseconds of the last second"},
}};

} // namespace

std::span<const Builtin> time_functions() {
  return table;
}

} // namespace slsaudit::cel
