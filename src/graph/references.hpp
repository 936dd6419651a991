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
  /// Resources of the same template that one of them names by their logical ids, in the order of the texts,
  /// as often as they are named; the resource itself may be among them.
  [[nodiscard]] std::span<const NodeId> needed_by(NodeId node) const;

private:
  /// By resource, where its own begin; one more at the end.
  struct Begin {
    std::uint32_t texts = 0;
    std::uint32_t named = 0;
    std::uint32_t needed = 0;
  };
  void add_named(const Index& index, NodeId self, const value::Value& text);
  void begin();
  template <class Item>
  [[nodiscard]] std::span<const Item> part_of(const std::vector<Item>& list, NodeId node,
                                              std::uint32_t Begin::*of) const {
    if (!node.valid() || node.index() + 1 >= begins_.size()) return {};
    const std::uint32_t first = begins_[node.index()].*of;
    return std::span(list).subspan(first, begins_[node.index() + 1].*of - first);
  }

  std::vector<value::Value> texts_;
  std::vector<Named> named_;
  std::vector<NodeId> needed_;
  std::vector<Begin> begins_;
};

} // namespace slsaudit::graph
