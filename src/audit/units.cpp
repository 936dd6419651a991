// SPDX-License-Identifier: Apache-2.0
#include "audit/units.hpp"

#include "text/words.hpp"

#include <charconv>
#include <cmath>
#include <span>
#include <string>

namespace slsaudit::audit {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit factors[] = {{"", 1}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}};
constexpr Unit periods[] = {{"s", 1},
                            {"sec", 1},
                            {"second", 1},
                            {"min", 1.0 / 60},
                            {"minute", 1.0 / 60},
                            {"h", 1.0 / 3600},
                            {"hour", 1.0 / 3600},
                            {"d", 1.0 / 86400},
                            {"day", 1.0 / 86400},
                            {"month", 1.0 / 2'628'000}};
constexpr Unit durations[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}};
constexpr Unit sizes[] = {{"b", 1.0 / 1024}, {"kb", 1},   {"k", 1},     {"kib", 1},
                          {"mb", 1024},      {"m", 1024}, {"mib", 1024}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<double> factor_of(std::string_view name, std::span<const Unit> units) {
  const std::string wanted = text::lower(name);
  for (const Unit& unit : units) {
    if (unit.name == wanted) return unit.factor;
  }
  return std::nullopt;
}

/// A number, then a unit out of the list.
std::optional<double> parse(std::string_view text, std::span<const Unit> units) {
  text = trimmed(text);
  // from_chars alone would take "inf" and "nan" too.
  if (text.empty() || ((text.front() < '0' || text.front() > '9') && text.front() != '.'))
    return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  const auto read = static_cast<std::size_t>(end - text.data());
  const auto factor = factor_of(trimmed(text.substr(read)), units);
  if (!factor) return std::nullopt;
  return number * *factor;
}

} // namespace

std::optional<double> parse_amount(std::string_view text) {
  return parse(text, factors);
}

std::optional<double> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto amount = parse_amount(text.substr(0, slash));
  if (!amount || slash == std::string_view::npos) return amount;
  const auto period = factor_of(trimmed(text.substr(slash + 1)), periods);
  if (!period) return std::nullopt;
  return *amount * *period;
}

std::optional<double> parse_duration(std::string_view text) {
  return parse(text, durations);
}

std::optional<double> parse_size(std::string_view text) {
  return parse(text, sizes);
}

std::optional<double> parse_factor(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && (text.back() == 'x' || text.back() == 'X')) text.remove_suffix(1);
  const auto factor = parse_amount(text);
  return factor && *factor > 0 ? factor : std::nullopt;
}

} // namespace slsaudit::audit
