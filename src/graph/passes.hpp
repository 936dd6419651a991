// SPDX-License-Identifier: Apache-2.0
// Filters and patterns against what is put where: whether an event that came by one edge can go on by
// another.
#pragma once

#include "graph/patterns.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace slsaudit::graph {

/// Object keys of which the start and the end are known.
struct KeyRange {
  std::string prefix;
  std::string suffix;
};

/// Where objects that a node writes to a bucket may lie: from the grants of its role, or from what the edge
/// itself says. Empty where nothing is known: anywhere.
[[nodiscard]] std::vector<KeyRange> written_keys(const System& system, const Edge& edge);

/// What is known of the events that an edge brings to its target: what a publisher whose entries are written
/// out puts, what the platform puts by itself, what a pattern let through. One for each kind of event; at
/// least one.
[[nodiscard]] std::vector<Content> contents_of(const System& system, const Edge& edge);

/// Whether an event that came by `in` can go on by `out`, as far as filters say. `never`: none does.
/// `matches`: some surely do. `in.to` must be `out.from`.
[[nodiscard]] Verdict passes(const System& system, const Edge& in, const Edge& out);

/// Whether every event goes on by `out`, whatever it came by.
[[nodiscard]] bool lets_all_through(const System& system, const Edge& out);

/// The same for many questions, each pair of edges compared once.
class Passages {
public:
  /// `system` must outlive it.
  explicit Passages(const System& system) : system_(system) {}
  [[nodiscard]] Verdict of(EdgeId in, EdgeId out);
  /// Compared anew. Edges of the system.
  [[nodiscard]] Verdict of(const Edge& in, const Edge& out);

private:
  /// What the source of an edge tells by itself.
  [[nodiscard]] const std::vector<Content>& told_of_source(const Edge& out);
  [[nodiscard]] const std::vector<Content>& arriving_by(const Edge& in);

  const System& system_;
  std::unordered_map<std::uint64_t, Verdict> known_;
  // Who asks, asks of one edge and all that follow it: of the last one its events are kept.
  const Edge* arriving_by_ = nullptr;
  std::vector<Content> arriving_;
  NodeId told_from_;
  std::vector<Content> told_;
};

/// Two edges out of one node: `never` when no event passes both, `matches` when every one that passes `left`
/// passes `right`.
[[nodiscard]] Verdict overlap(const System& system, const Edge& left, const Edge& right);

/// Whether any event that the edge's source makes by itself can pass the edge's filter: `never` for a filter
/// that lets nothing through, whoever publishes (a field that such events don't have).
[[nodiscard]] Verdict satisfiable(const System& system, const Edge& edge);

/// Of settings or a filter that several declarations make: each of them; of any other, itself; of an absent
/// one, nothing.
[[nodiscard]] std::vector<value::Value> each_of(const value::Value& value);
/// How many declarations make the edge: the routes of an API to one function stand in one, where its
/// definition has them. At least 1.
[[nodiscard]] std::size_t declarations(const Edge& edge);

} // namespace slsaudit::graph
