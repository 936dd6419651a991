// SPDX-License-Identifier: Apache-2.0
// What holds of one side's architecture, in a form that can be told apart from the other side's.
#pragma once

#include "analysis/table.hpp"
#include "compare/change.hpp"
#include "text/source_map.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::compare {

/// How a difference of a measure is judged.
enum class Better : std::uint8_t { less, more, neither };

/// What may differ while the trait stays.
struct Measure {
  std::string name; ///< "reserved concurrency"
  std::string unit; ///< "executions", "USD/month", "%" …; empty for none.
  Figure figure;
  Better better = Better::neither;
  std::string_view none = "none"; ///< How Kind::none is told: "no limit".
  double tolerance = 0;           ///< Numbers nearer than that are the same.
};

struct Trait {
  Topic topic = Topic::entry;
  std::string key;     ///< What makes it the same one on both sides …
  std::string path;    ///< … together with the template's path, or where that is gone, without it.
  std::string subject; ///< See Change.
  std::string gained;  ///< How its coming is told; empty: not at all.
  std::string lost;    ///< How its going is told; empty: not at all.
  /// What stands for "{}" in the two: traits that differ in it alone are told as one ("read and write").
  std::string verb;
  Effect effect = Effect::worse; ///< Of its coming; its going is the opposite.
  std::vector<Measure> measures;
  text::Span span;
};
using Traits = std::vector<Trait>;

/// The tables of one system, and how its resources and files are called.
struct SideFacts {
  const analysis::Facts& facts;
  const text::SourceMap& sources;
  std::string system; ///< The directory that its templates have in common.
};

// One function a topic, each in the file of that name.
void add_entries(const SideFacts& side, Traits& traits);
void add_exposure(const SideFacts& side, Traits& traits);
void add_grants(const SideFacts& side, Traits& traits);
void add_fan_out(const SideFacts& side, Traits& traits);
void add_concurrency(const SideFacts& side, Traits& traits);
void add_costs(const SideFacts& side, Traits& traits);
void add_availability(const SideFacts& side, Traits& traits);
void add_portability(const SideFacts& side, Traits& traits);

// Cells of rows.
[[nodiscard]] std::string text_of(const analysis::Row& row,
                                  std::string_view column); ///< Empty where unknown.
[[nodiscard]] std::string listed(const cel::List& items);   ///< "`a`, `b`, `c` and 2 more"
[[nodiscard]] std::string list_of(const analysis::Row& row, std::string_view column);
[[nodiscard]] Figure figure_of(const analysis::Row& row, std::string_view column);
[[nodiscard]] bool is_true(const analysis::Row& row, std::string_view column);
[[nodiscard]] bool is_false(const analysis::Row& row, std::string_view column);
/// The author's id of the resource in a column, without backticks; empty where there is none.
[[nodiscard]] std::string id_of(const SideFacts& side, const analysis::Row& row, std::string_view column);
/// The path of the template that declares it.
[[nodiscard]] std::string path_of(const SideFacts& side, const analysis::Row& row, std::string_view column);

} // namespace slsaudit::compare
