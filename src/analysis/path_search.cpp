// SPDX-License-Identifier: Apache-2.0
#include "analysis/path_search.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

constexpr double largest = 1e15; ///< Products stop here, so that they stay exact.

} // namespace

PathSearch::PathSearch(const EventFlow& flow) : flow_(flow), labels_(flow.size()), stamp_(flow.size(), 0) {
  const Parts& parts = flow.parts();
  position_.resize(parts.members.size());
  for (std::size_t i = 0; i < parts.targets_first.size(); ++i)
    position_[parts.targets_first[i]] = parts.targets_first.size() - i;
}

std::size_t PathSearch::hops_behind(std::size_t start, std::size_t limit) {
  std::size_t hops = 0;
  reach({start});
  for (const std::size_t state : reached_) {
    hops += flow_.outgoing(state).size() + 1;
    if (hops > limit) break;
  }
  return hops;
}

void PathSearch::run(const std::vector<std::size_t>& starts, const std::vector<double>& reserved) {
  reach(starts);
  for (const std::size_t state : reached_) labels_[state] = {};
  for (const std::size_t start : starts) {
    PathLabel& label = labels_[start];
    label.entry = start;
    label.at_once = std::min(1.0, reserved[flow_.node_of(start).index()]);
  }
  std::vector<std::size_t> parts;
  for (const std::size_t state : reached_) parts.push_back(flow_.parts().of[state]);
  std::sort(parts.begin(), parts.end(),
            [&](std::size_t a, std::size_t b) { return position_[a] < position_[b]; });
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  for (const std::size_t part : parts) {
    go_round(part, reserved);
    leave(part, reserved);
  }
}

void PathSearch::reach(std::vector<std::size_t> work) {
  ++round_;
  for (const std::size_t state : work) stamp_[state] = round_;
  for (std::size_t next = 0; next < work.size(); ++next) {
    for (const std::size_t arc : flow_.outgoing(work[next])) {
      const std::size_t target = flow_.arcs()[arc].to;
      if (stamp_[target] == round_) continue;
      stamp_[target] = round_;
      work.push_back(target);
    }
  }
  std::sort(work.begin(), work.end());
  reached_ = std::move(work);
}

PathRank PathSearch::extended(PathRank rank, std::size_t arc) const {
  const graph::EdgeId id = flow_.arcs()[arc].edge;
  const Multiplication& factor = flow_.multiplication(id);
  if (factor.most == unbounded) {
    ++rank.unbounded;
  } else {
    rank.most = std::min(largest, rank.most * factor.most);
  }
  rank.least = std::min(largest, rank.least * factor.least);
  const bool synchronous = flow_.system().edge(id).mode == graph::Mode::synchronous;
  if (synchronous && rank.prefix == rank.hops) ++rank.prefix;
  rank.asynchronous += synchronous ? 0 : 1;
  ++rank.hops;
  return rank;
}

/// In a cycle, events come from the member that the best way leads to, by the fewest hops.
void PathSearch::go_round(std::size_t part, const std::vector<double>& reserved) {
  std::vector<std::size_t> work;
  for (const std::size_t state : flow_.parts().members[part]) {
    if (stamp_[state] == round_) work.push_back(state);
  }
  if (work.empty() || !flow_.in_cycle(work.front())) return;
  PathRank best;
  int deepest = 0;
  std::size_t entry = PathLabel::none;
  for (const std::size_t state : work) {
    const PathLabel& label = labels_[state];
    deepest = std::max(deepest, label.deepest);
    if (label.entry == PathLabel::none || (entry != PathLabel::none && !(best < label.rank))) continue;
    best = label.rank;
    entry = label.entry;
  }
  std::vector<std::size_t> layer;
  for (const std::size_t state : work) {
    PathLabel& label = labels_[state];
    const bool is_best = label.entry != PathLabel::none && !(label.rank < best);
    if (is_best) {
      layer.push_back(state);
      ++label.rank.unbounded;
    }
    if (!is_best) label.entry = PathLabel::none;
    label.deepest = deepest;
    label.at_once = std::min(unbounded, reserved[flow_.node_of(state).index()]);
  }
  spread(part, std::move(layer));
}

void PathSearch::spread(std::size_t part, std::vector<std::size_t> layer) {
  int distance = 0;
  for (const std::size_t state : layer) labels_[state].distance = 0;
  while (!layer.empty()) {
    ++distance;
    std::vector<std::size_t> next;
    for (const std::size_t state : layer) {
      for (const std::size_t arc : flow_.outgoing(state)) {
        const std::size_t target = flow_.arcs()[arc].to;
        if (flow_.parts().of[target] != part) continue;
        PathLabel& label = labels_[target];
        const bool is_new = label.entry == PathLabel::none;
        if (!is_new && label.distance != distance) continue;
        const PathRank rank = extended(labels_[state].rank, arc);
        if (is_new) next.push_back(target);
        if (!is_new && !(label.rank < rank)) continue;
        label.rank = rank;
        label.arc = arc;
        label.entry = labels_[state].entry;
        label.distance = distance;
      }
    }
    layer = std::move(next);
  }
}

/// Hops out of a part, whose members are settled.
void PathSearch::leave(std::size_t part, const std::vector<double>& reserved) {
  for (const std::size_t state : flow_.parts().members[part]) {
    if (stamp_[state] != round_) continue;
    const PathLabel& from = labels_[state];
    for (const std::size_t arc : flow_.outgoing(state)) {
      const EventFlow::Arc& hop = flow_.arcs()[arc];
      if (flow_.parts().of[hop.to] != part) improve(labels_[hop.to], from, arc, reserved);
    }
  }
}

void PathSearch::improve(PathLabel& label, const PathLabel& from, std::size_t arc,
                         const std::vector<double>& reserved) {
  const graph::EdgeId id = flow_.arcs()[arc].edge;
  const graph::Edge& edge = flow_.system().edge(id);
  const Multiplication& factor = flow_.multiplication(id);
  const double at_once = std::min(from.at_once * factor.at_once, factor.cap);
  label.at_once = std::max(label.at_once, std::min(at_once, reserved[edge.to.index()]));
  label.deepest = std::max(label.deepest, from.deepest + (edge.mode == graph::Mode::synchronous ? 0 : 1));
  const PathRank rank = extended(from.rank, arc);
  if (label.entry != PathLabel::none && !(label.rank < rank)) return;
  label.rank = rank;
  label.arc = arc;
  label.entry = from.entry;
}

} // namespace slsaudit::analysis
