// SPDX-License-Identifier: Apache-2.0
// What happens to the rest of a system when one node of it fails, slows down or is taken over.
//
// Taken for granted: code doesn't catch the failure of what it calls; what is only granted or hinted is used.
// Both make the answer a worst case, and items that rest on the second say so.
#pragma once

#include "analysis/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::analysis {

enum class Mishap : std::uint8_t { fail, slow, compromise };
[[nodiscard]] std::string_view name(Mishap mishap);

struct Consequence {
  graph::NodeId node;                  ///< That it is about; invalid for a whole service or everything.
  std::string text;                    ///< A sentence without a period.
  std::optional<std::int64_t> seconds; ///< How long that lasts: a retention, a timeout.
  bool certain = true;                 ///< Known by declarations alone.
  std::vector<Step> steps;             ///< How it is known.
};

struct Chapter {
  std::string_view name;  ///< "broken"; stable.
  std::string_view title; ///< "Entries that break now"
  std::vector<Consequence> items;
};

/// Chapters in a fixed order, empty ones included; items in an order that depends on the system only.
struct WhatIf {
  Mishap mishap = Mishap::fail;
  graph::NodeId node;
  std::vector<Chapter> chapters;
};

[[nodiscard]] WhatIf what_if(const Facts& facts, Mishap mishap, graph::NodeId node);

/// Nodes of that name: an id of the author or of a template, or an outside party's name; an author's id means
/// the resource of it that runs, where one does. Empty for none.
[[nodiscard]] std::vector<graph::NodeId> nodes_named(const graph::System& system, std::string_view name);
/// Names that people may have meant, the nearest first.
[[nodiscard]] std::vector<std::string> names_near(const graph::System& system, std::string_view name);

// By file.
void tell_failure(const Facts& facts, WhatIf& result);
void tell_slowness(const Facts& facts, WhatIf& result);
void tell_compromise(const Facts& facts, WhatIf& result);

/// What waits for a node, over any number of hops, the node itself included; and by which edge each was found
/// (invalid for the node itself).
struct Dependents {
  std::vector<graph::NodeId> nodes; ///< In the order in which they were found: the nearest first.
  std::vector<graph::EdgeId> by;    ///< By node of the system.
  std::vector<bool> has;            ///< By node of the system.
};
[[nodiscard]] Dependents dependents_of(const graph::System& system, graph::NodeId node);
/// Whether the edge's source waits for its target's answer.
[[nodiscard]] bool waits_for(const graph::Edge& edge);
[[nodiscard]] std::string spoken(std::int64_t seconds); ///< "4 days", "6 hours", "90 s"
[[nodiscard]] Step step_of(const graph::System& system, const graph::Edge& edge);
[[nodiscard]] bool is_declared(const graph::Edge& edge);

} // namespace slsaudit::analysis
