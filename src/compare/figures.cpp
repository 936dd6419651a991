// SPDX-License-Identifier: Apache-2.0
#include "compare/figures.hpp"

#include "analysis/analyses.hpp"
#include "analysis/platform.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace slsaudit::compare {
namespace {

constexpr std::array<std::string_view, 8> topic_names{
    "entry", "exposure", "grant", "fan-out", "concurrency", "cost", "availability", "portability"};
constexpr std::array<std::string_view, 8> topic_titles{
    "Entries", "Exposure", "Grants", "Fan-out", "Concurrency", "Cost", "Availability", "Portability"};
constexpr std::array<std::string_view, 3> turn_names{"gained", "changed", "lost"};
constexpr std::array<std::string_view, 3> effect_names{"worse", "neither", "better"};

constexpr std::string_view money = "USD/month";

/// On a line, for judging; words but "yes" and "no" have no place on one.
std::optional<double> height(const Figure& figure, Better better) {
  switch (figure.kind) {
  case Figure::Kind::number:
    return figure.number;
  case Figure::Kind::none:
    if (better != Better::less) return std::nullopt;
    return std::numeric_limits<double>::infinity();
  case Figure::Kind::word:
    if (figure.word == "yes" || figure.word == "no") return figure.word == "yes" ? 1 : 0;
    return std::nullopt;
  case Figure::Kind::unknown:
    break;
  }
  return std::nullopt;
}

std::string number_text(const Measure& measure) {
  if (measure.unit == money) return analysis::dollars(measure.figure.number);
  return analysis::shown(measure.figure.number);
}

std::string unit_text(const Measure& measure) {
  if (measure.unit == money) return " a month";
  return measure.unit.empty() ? std::string() : " " + measure.unit;
}

} // namespace

std::string_view name(Topic topic) {
  return topic_names[static_cast<std::size_t>(topic)];
}

std::string_view title(Topic topic) {
  return topic_titles[static_cast<std::size_t>(topic)];
}

std::string_view name(Turn turn) {
  return turn_names[static_cast<std::size_t>(turn)];
}

std::string_view name(Effect effect) {
  return effect_names[static_cast<std::size_t>(effect)];
}

Effect opposite(Effect effect) {
  if (effect == Effect::neither) return effect;
  return effect == Effect::worse ? Effect::better : Effect::worse;
}

bool same(const Figure& before, const Figure& after, double tolerance) {
  if (before.kind != Figure::Kind::number || after.kind != Figure::Kind::number) return before == after;
  // A sum of many terms differs in its last digits with their order.
  const double size = std::max(std::abs(before.number), std::abs(after.number));
  constexpr double rounding = 1e-9;
  return std::abs(before.number - after.number) <= std::max(tolerance, size * rounding);
}

Effect judged(const Figure& before, const Measure& after) {
  const auto from = height(before, after.better);
  const auto to = height(after.figure, after.better);
  if (after.better == Better::neither || !from || !to || *from == *to) return Effect::neither;
  return (*to > *from) == (after.better == Better::more) ? Effect::better : Effect::worse;
}

std::string shown(const Measure& measure) {
  switch (measure.figure.kind) {
  case Figure::Kind::none:
    return std::string(measure.none);
  case Figure::Kind::unknown:
    return "not known";
  case Figure::Kind::word:
    return measure.figure.word;
  case Figure::Kind::number:
    return number_text(measure);
  }
  return {};
}

std::string difference_text(const Trait& trait, const Measure& before, const Measure& after) {
  std::string from = shown(before);
  std::string to = shown(after);
  if (from == to) { // they differ in digits that are left out
    from = analysis::precisely(before.figure.number);
    to = analysis::precisely(after.figure.number);
  }
  std::string text = after.name + " " + from + " → " + to;
  if (after.figure.kind == Figure::Kind::number) text += unit_text(after);
  if (!trait.subject.empty()) return analysis::quoted(trait.subject) + ": " + text;
  const std::string system = trait.key.substr(1); // of what is about a whole system
  return system.empty() ? text : analysis::quoted(system) + ": " + text;
}

} // namespace slsaudit::compare
