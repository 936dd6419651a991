// SPDX-License-Identifier: Apache-2.0
// What load becomes on its way through the system: from the entries, hop by hop, to every node.
//
// One pass over the graph in the order of its components, so it takes time by nodes and edges whatever their
// shape. Everything is linear in the load: twice the rate at the entries is twice the rate everywhere.
//  - An API's requests spread evenly over its routes, a queue's messages over its consumers.
//  - A topic, rule, bus, stream, table or bucket hands every event to each target that filters nothing, and
//    spreads events evenly over the different filters of the others.
//  - A function or workflow does each thing that it is known to do once an event; a Map does it once an item
//    where the number of items is known, else once. Of functions that share a role those do what it allows
//    whose own environment names the target, where there are such.
//  - Batches are full, so invocations are as few as they can be.
//  - An event that a filter drops, a retry makes or a loop brings back doesn't count: in a loop it goes from
//    where events come in to all that lie farther off, and no hop back.
#pragma once

#include "analysis/table.hpp"
#include "graph/delivery.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slsaudit::analysis {

/// Where load comes in, and how much.
struct Source {
  enum class Origin : std::uint8_t {
    none,     ///< Nothing is known: it counts as no load.
    given,    ///< The profile names it.
    size,     ///< The profile's size stands for it.
    schedule, ///< It fires by its own schedule, however large the load is.
    limit,    ///< The most that its own settings let in.
  };
  graph::NodeId node;
  std::string kind; ///< As in the table "entries".
  Origin origin = Origin::none;
  double rate = 0; ///< Events a second.
  double burst = 0;
  double payload_kb = 4;
};

/// What gets to a node in all.
struct Through {
  double events = 0;      ///< A second.
  double invocations = 0; ///< Of a function: events, less those that come in one batch.
  double burst = 0;       ///< At the same moment, with nothing between that holds them back.
  double kilobytes = 0;   ///< Of payload a second, as far as it is handed on unchanged.
};

/// What each edge passes on, whatever the load: computed once for many loads.
class Weights {
public:
  /// Whether something may go over an edge at all.
  using Passes = bool (*)(const graph::System& system, const graph::Edge& edge);
  explicit Weights(const Facts& facts, Passes passes = nullptr);

  /// Events that go over an edge for each that gets to its start; 0 where it leads back into a loop.
  [[nodiscard]] double of(graph::EdgeId edge) const { return weights_[edge.index()]; }
  /// How often what is done over an edge is done for each event at its start: less than once where it is one
  /// of several writes that may be.
  [[nodiscard]] double share(graph::EdgeId edge) const { return shares_[edge.index()]; }
  /// Events in one invocation.
  [[nodiscard]] double batch(graph::EdgeId edge) const { return batches_[edge.index()]; }
  /// Where a node stands among all, those that pass something on to it first.
  [[nodiscard]] std::size_t position(graph::NodeId node) const { return positions_[node.index()]; }
  [[nodiscard]] const Facts& facts() const { return facts_; }

private:
  void weigh_from(graph::NodeId node, const graph::Deliveries& deliveries);
  [[nodiscard]] std::vector<std::size_t> levels() const;
  void put_in_order();

  const Facts& facts_;
  std::vector<bool> passes_;           ///< By edge: carries events that may come.
  std::vector<double> shares_;         ///< By edge.
  std::vector<double> weights_;        ///< By edge.
  std::vector<double> batches_;        ///< By edge.
  std::vector<std::size_t> positions_; ///< By node.
};

/// The same for what anyone on the internet sends: it goes over no route that is known to ask for
/// credentials.
struct PublicWeights : Weights {
  explicit PublicWeights(const Facts& facts);
};

class Traffic {
public:
  Traffic(const Facts& facts, std::vector<Source> sources);
  Traffic(const Weights& weights, std::vector<Source> sources);

  /// Other sources in place of these; takes as long as there is to do behind the old and the new ones.
  void change(std::vector<Source> sources);

  [[nodiscard]] const Through& at(graph::NodeId node) const { return through_[node.index()]; }
  [[nodiscard]] const std::vector<Source>& sources() const { return sources_; }
  [[nodiscard]] const Weights& weights() const { return weights_; }
  /// What gets any load, ascending.
  [[nodiscard]] const std::vector<graph::NodeId>& loaded() const { return loaded_; }
  /// Events a second that go over an edge.
  [[nodiscard]] double events_over(graph::EdgeId edge) const;
  /// The same in batches: invocations, where a function polls.
  [[nodiscard]] double invocations_over(graph::EdgeId edge) const {
    return events_over(edge) / weights_.batch(edge);
  }
  /// How the load of a node comes together: its own, and each hop that brings some.
  [[nodiscard]] std::vector<Step> steps_to(graph::NodeId node) const;

private:
  [[nodiscard]] bool is_loaded(graph::NodeId node) const;
  void find_loaded();
  void pass_on(graph::NodeId node);

  const Weights& weights_; ///< The facts' own.
  std::vector<Source> sources_;
  std::vector<Through> through_;
  std::vector<graph::NodeId> loaded_;
};

/// The load at every entry: the profile's, its size's, schedules' own. Sorted by node.
[[nodiscard]] std::vector<Source> sources_of(const Facts& facts);

/// Names in the profile that are no entries, or no functions, of the system; sorted.
[[nodiscard]] std::vector<std::string> unmatched_names(const Facts& facts);

/// Whether a profile means a node by a name: the author's id, or the logical one.
[[nodiscard]] bool is_named(const graph::Node& node, const std::string& name);

/// What an entry or a function without figures of its own gets.
struct DefaultLoad {
  double rate = 0;
  double burst = 0;
};
[[nodiscard]] DefaultLoad default_load(std::string_view size, std::string_view entry_kind);
inline constexpr double default_payload_kb = 4;

} // namespace slsaudit::analysis
