// SPDX-License-Identifier: Apache-2.0
// Object keys: where they are written, and which a notification's filter lets through.
#pragma once

#include "graph/passes.hpp"

namespace slsaudit::graph {

/// Prefix and suffix of a notification's filter.
[[nodiscard]] KeyRange filter_range(const value::Value& filter);
/// No key lies in both.
[[nodiscard]] bool disjoint(const KeyRange& left, const KeyRange& right);
/// Every key of the first lies in the second.
[[nodiscard]] bool within(const KeyRange& inner, const KeyRange& outer);
/// Whether a writer is known to delete objects and never to put any: its policies are all that is known of
/// it.
[[nodiscard]] bool only_deletes(const System& system, const Edge& edge);

} // namespace slsaudit::graph
