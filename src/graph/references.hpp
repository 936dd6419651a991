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

  /// Another resource that one of them names.
  struct Named {
    NodeId node;
    text::Span span; ///< Of the text.
  };
  /// In the order of the texts.
  [[nodiscard]] std::span<const Named> named_by(NodeId node) const;

private:
  /// By resource, where its own begin; one more at the end.
  struct Begin {
    std::uint32_t texts = 0;
    std::uint32_t named = 0;
  };
  void add_named(const Index& index, NodeId self, const value::Value& text);
  void begin();

  std::vector<value::Value> texts_;
  std::vector<Named> named_;
  std::vector<Begin> begins_;
};

} // namespace slsaudit::graph
