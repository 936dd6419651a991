// SPDX-License-Identifier: Apache-2.0
// What resources refer to, looked for once: several ask, and each look goes through all that a template says.
#pragma once

#include "graph/index.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace slsaudit::graph {

class References {
public:
  explicit References(const Index& index);

  /// Texts among a resource's properties that are made of others, in their order; of a choice, those of all
  /// alternatives. Nothing for outside parties.
  [[nodiscard]] std::span<const value::Value> of(NodeId node) const;

private:
  std::vector<value::Value> texts_;
  std::vector<std::uint32_t> begins_; ///< In `texts_`, by resource; one more at the end.
};

} // namespace slsaudit::graph
