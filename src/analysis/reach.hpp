// SPDX-License-Identifier: Apache-2.0
// Questions about the graph that several tables ask.
#pragma once

#include "analysis/table.hpp"

#include <set>
#include <span>
#include <vector>

namespace slsaudit::analysis {

/// For each node: whether an outside caller's request gets to it with nothing that stores it on the way
/// (queue, stream, topic, bus, bucket). `waits`: every hop is synchronous, so the caller waits for the node.
struct Exposure {
  bool reached = false;
  bool waits = false;
  /// Reached, or waited for, by an entry that is known to be public: not by an API alone that may be a
  /// private one.
  bool surely_reached = false;
  bool surely_waits = false;
  std::vector<graph::NodeId> entries; ///< The first resources behind the outside that lead here, ascending.
};

/// Follows requests, routes, invocations and synchronous triggers from outside parties of type
/// "outside::internet".
[[nodiscard]] const std::vector<Exposure>& exposure_of(const Facts& facts);

/// Whether an edge carries an event or request that makes its target do something.
[[nodiscard]] bool carries_event(const graph::Edge& edge);
/// Whether it changes a store or sends a message.
[[nodiscard]] bool is_write(const graph::Edge& edge);

/// The resources that a value is, or has in its text; ascending. `where` is the template that it stands in.
[[nodiscard]] std::set<graph::NodeId> named_nodes(const graph::System& system, std::size_t where,
                                                  const value::Value& value);

/// Lists by number, in one piece of memory: most graphs have about as many parts as nodes.
template <class T> class Groups {
public:
  /// Of groups that are given as the number of each item's: items keep their order.
  Groups(const std::vector<std::size_t>& group_of, std::size_t groups)
      : Groups(group_of, groups, [](std::size_t i) { return T(i); }) {}
  /// The same, where `item` gives the item by its place in `group_of`.
  template <class Item>
  Groups(const std::vector<std::size_t>& group_of, std::size_t groups, Item item) : begins_(groups + 1) {
    for (const std::size_t group : group_of) ++begins_[group + 1];
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    items_.resize(group_of.size());
    for (std::size_t i = 0; i < group_of.size(); ++i) items_[next[group_of[i]]++] = item(i);
  }
  Groups() = default;
  [[nodiscard]] std::size_t size() const { return begins_.size() - 1; }
  [[nodiscard]] std::span<const T> operator[](std::size_t group) const {
    return std::span<const T>(items_).subspan(begins_[group], begins_[group + 1] - begins_[group]);
  }

private:
  std::vector<std::size_t> begins_ = std::vector<std::size_t>(1); ///< And where the last one ends.
  std::vector<T> items_;
};

/// Strongly connected parts of a directed graph that is given by what follows each node.
struct Parts {
  std::vector<std::size_t> of;            ///< By node; numbered in the order of their smallest node.
  Groups<std::size_t> members;            ///< Ascending.
  std::vector<std::size_t> targets_first; ///< Each part after those that lead from it.
};
[[nodiscard]] Parts parts_of(const std::vector<std::vector<std::size_t>>& followers);

/// Strongly connected components over the edges that `follow` selects: the component of each node. Components
/// are numbered in the order of their smallest node.
struct Components {
  std::vector<std::size_t> of;   ///< By node.
  Groups<graph::NodeId> members; ///< Ascending.
  /// All of them, each after those that edges lead to from it: the order to compute what follows a node in.
  std::vector<std::size_t> targets_first;
};
[[nodiscard]] Components components_of(const graph::System& system, const std::vector<bool>& follow);
/// The same over the edges that carry events.
[[nodiscard]] const Components& event_components(const Facts& facts);

/// Functions that a Lambda version or alias belongs to: by its FunctionName. Invalid when not known.
[[nodiscard]] graph::NodeId function_of(const graph::System& system, graph::NodeId version_or_alias);

} // namespace slsaudit::analysis
