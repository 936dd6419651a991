// SPDX-License-Identifier: Apache-2.0
// Reads the files of rules/knowledge/: at build time for the rows that are compiled in, at run time for those
// of
// --knowledge.
#pragma once

#include "knowledge/rows/layout.hpp"
#include "syntax/node.hpp"
#include "text/arena.hpp"
#include "text/source_map.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::knowledge::rows {

using Row = std::vector<Cell>; ///< cell_count() cells, in the layout's order.

struct Table {
  TableId id{};
  std::vector<Row> rows; ///< By key, no two alike.
};

/// A value as compact JSON, every scalar as a string. Reads no deeper than the tree, whose depth is limited.
[[nodiscard]] std::string json(const syntax::Node& node);

/// The tables of one file, named as its layouts name it ("tracing.yaml"), which must be one of theirs. `path`
/// is what problems are told under. Text of cells lives in `arena`; what is wrong comes to `problems`, whose
/// rows are then missing.
[[nodiscard]] std::vector<Table> read(std::string_view file, std::string path, std::string bytes,
                                      text::SourceMap& sources, text::Arena& arena, text::Problems& problems);

} // namespace slsaudit::knowledge::rows
