// SPDX-License-Identifier: Apache-2.0
// Which resources of a template wait for which others.
#pragma once

#include "analysis/open_routes.hpp"

#include <map>
#include <vector>

namespace slsaudit::analysis {

/// Remembers what it has looked up.
class MakingOrder {
public:
  explicit MakingOrder(const graph::System& system) : system_(system) {}

  /// What a resource needs before it is made, in its template.
  const std::vector<graph::NodeId>& needs_of(graph::NodeId node);
  /// Whether one resource needs another, over any between; unknown where there are too many of these.
  [[nodiscard]] Tri is_made_after(graph::NodeId later, graph::NodeId earlier);

private:
  const graph::System& system_;
  std::map<graph::NodeId, std::vector<graph::NodeId>> needs_;
};

} // namespace slsaudit::analysis
