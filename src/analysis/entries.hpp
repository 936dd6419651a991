// SPDX-License-Identifier: Apache-2.0
// Where load comes in.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// A resource that something outside the system feeds, or that nothing feeds at all.
struct Entry {
  graph::NodeId node;
  std::string_view kind; ///< See the table.
  graph::NodeId source;  ///< The outside party that feeds it; invalid where none is known.
  graph::EdgeId edge;    ///< How it does; invalid where none is known.
  bool fed = false;      ///< Resources of the system feed it as well.
};

/// By node; a function with a URL that also polls an imported queue counts twice.
[[nodiscard]] const std::vector<Entry>& entries_of(const Facts& facts);
/// The nodes of these, each once, ascending.
[[nodiscard]] std::vector<graph::NodeId> entry_nodes(const Facts& facts);

/// Whether someone waits for what happens behind an entry of that kind.
[[nodiscard]] bool is_waited_for(std::string_view entry_kind);

} // namespace slsaudit::analysis
