// SPDX-License-Identifier: Apache-2.0
// What the files of rules/knowledge/ hold: which tables, and which fields their rows have. The reader, the
// build-time tool and the base all go by these descriptions.
//
// A file is a mapping: `documents` names what its rows are from, and each table is a list of rows.
//
//   documents:
//     lambda-quotas: {source: "AWS Lambda developer guide, Lambda quotas", as_of: 2026}
//   quotas:
//     - {id: lambda/layers-per-function, value: 5, unit: layers, source: lambda-quotas}
//
// Each row names its document in `source`; `as_of` and `verified` of the document count unless the row has
// its own. Any row may have a `note` for those who read the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace slsaudit::knowledge::rows {

enum class FieldKind : std::uint8_t {
  text,       ///< Any scalar.
  number,     ///< From 0 up.
  integer,    ///< Whole, and maybe negative.
  flag,       ///< true or false.
  choice,     ///< One of a few words; the cell's number is its place among them.
  date,       ///< YYYY, YYYY-MM or YYYY-MM-DD.
  list,       ///< Scalars; the cell's text holds one a line.
  statements, ///< A list of mappings; the cell's text is JSON, with every scalar as a string.
};

struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::text;
  bool required = true;
  double otherwise = 0; ///< A number's or flag's value where the row has none.
  std::span<const std::string_view> choices = {};
};

enum class TableId : std::uint8_t {
  connections,
  escalations,
  event_sources,
  hourly,
  managed_policies,
  metric_subjects,
  metrics,
  portability,
  prices,
  quotas,
  runtimes,
  slas,
  traced_hops,
  traced_services,
};
inline constexpr std::size_t table_count = 14;

struct Layout {
  TableId id;
  std::string_view name; ///< In C++: "traced_hops".
  std::string_view file; ///< "tracing.yaml"
  std::string_view list; ///< The key of its rows there: "hops".
  std::span<const Field> fields;
  std::size_t key = 1; ///< So many of the first fields tell a row from all others; rows are sorted by them.
};

/// By id.
[[nodiscard]] const std::array<Layout, table_count>& layouts();
[[nodiscard]] const Layout& layout(TableId table);

/// What follows a row's own fields: the origin's cells.
inline constexpr std::size_t origin_cells = 3; ///< source, as_of, verified.
[[nodiscard]] inline std::size_t cell_count(const Layout& layout) {
  return layout.fields.size() + origin_cells;
}

/// What a field of a row holds. Text and number are both there where a kind has both.
struct Cell {
  std::string_view text;
  double number = 0;
};

} // namespace slsaudit::knowledge::rows
