// SPDX-License-Identifier: Apache-2.0
// What a change of templates does to the architecture, one fact at a time.
#pragma once

#include "text/span.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace slsaudit::compare {

/// What a change is about, in the order in which it is told.
enum class Topic : std::uint8_t {
  entry,        ///< Where load comes in.
  exposure,     ///< What outsiders reach, and routes that ask for no credentials.
  grant,        ///< Who may do what with which store, service or resource.
  fan_out,      ///< What one event becomes.
  concurrency,  ///< How much runs at once, and what bounds it.
  cost,         ///< A month at the load profile.
  availability, ///< Of what callers wait for.
  portability,  ///< How hard the system is to move.
};
[[nodiscard]] std::string_view name(Topic topic);  ///< "fan-out"
[[nodiscard]] std::string_view title(Topic topic); ///< "Fan-out"

enum class Turn : std::uint8_t { gained, changed, lost };
[[nodiscard]] std::string_view name(Turn turn);

/// For who runs the system. Neither: it depends on what was meant.
enum class Effect : std::uint8_t { worse, neither, better };
[[nodiscard]] std::string_view name(Effect effect);
[[nodiscard]] Effect opposite(Effect effect);

/// A number or word of a fact.
struct Figure {
  enum class Kind : std::uint8_t { none, unknown, number, word };
  Kind kind = Kind::none; ///< None: nothing is set, or nothing limits it.
  double number = 0;
  std::string word;

  Figure() = default;
  explicit Figure(double value) : kind(Kind::number), number(value) {}
  explicit Figure(std::string value) : kind(Kind::word), word(std::move(value)) {}
  [[nodiscard]] static Figure not_known() {
    Figure figure;
    figure.kind = Kind::unknown;
    return figure;
  }
  friend bool operator==(const Figure&, const Figure&) = default;
};

struct Change {
  Topic topic = Topic::entry;
  Turn turn = Turn::changed;
  Effect effect = Effect::neither;
  std::string subject; ///< The author's id of what it is about; of the whole system, empty.
  std::string text;    ///< A sentence without period, backticks round names.
  std::string measure; ///< Of a changed figure: what it measures ("reserved concurrency") …
  std::string unit;    ///< … in what ("USD/month"; empty for none) …
  Figure before;       ///< … and what it was and is.
  Figure after;
  text::Span span; ///< In the new side's texts; of what is lost, in the old side's. May be invalid.
};

} // namespace slsaudit::compare
