// SPDX-License-Identifier: Apache-2.0
// The compiled rows of rules/knowledge/ as src/tools/compile_knowledge.cpp lays them out. Private to this
// folder.
#pragma once

#include "knowledge/rows/layout.hpp"
#include "text/slice.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace slsaudit::knowledge::tables {

using text::Slice;

struct ActionRow {
  Slice name;
  std::uint8_t access;
  std::uint8_t resource_level;
  Slice on;
};
/// Services in order; the rows of one go from `first` to the next one's.
struct ServiceRow {
  Slice name;
  std::uint32_t first;
};
/// A type's properties, those of them that are required, and its attributes follow each other among the
/// names.
struct TypeRow {
  Slice name;
  Slice ref;
  std::uint32_t first_name;
  std::uint16_t properties;
  std::uint16_t required;
  std::uint16_t attributes;
  bool open;
};
struct TemplateRow {
  Slice name;
  Slice statements;
  std::uint32_t first_parameter;
  std::uint32_t parameter_count;
};
struct KeyFormatRow {
  Slice prefix;
  std::uint32_t least;
  std::uint32_t most;
  Slice what;
  bool exposed;
};
/// What a field of a row holds, see rows::Cell.
struct PackedCell {
  Slice text;
  double number;
};

struct Actions {
  std::string_view text;
  std::span<const ActionRow> rows;      ///< Sorted by service, then by name in lower case.
  std::span<const ServiceRow> services; ///< Sorted by name.
};
struct ResourceTypes {
  std::string_view text;
  std::span<const TypeRow> rows; ///< Sorted by name.
  std::span<const Slice> names;  ///< Sorted within each of a row's three lists.
};
struct PolicyTemplates {
  std::string_view text;
  std::span<const TemplateRow> rows; ///< Sorted by name.
  std::span<const Slice> parameters;
};
struct KeyFormats {
  std::string_view text;
  std::span<const KeyFormatRow> rows; ///< As in the file.
};
/// A table's rows one after the other, each as many cells as its layout has.
struct Rows {
  std::string_view text;
  std::span<const PackedCell> cells;
};

[[nodiscard]] Actions actions();
[[nodiscard]] ResourceTypes resource_types();
[[nodiscard]] PolicyTemplates policy_templates();
[[nodiscard]] KeyFormats key_formats();
[[nodiscard]] Rows rows_of(rows::TableId table);

} // namespace slsaudit::knowledge::tables
