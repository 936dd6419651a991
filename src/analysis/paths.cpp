// SPDX-License-Identifier: Apache-2.0
// Tables "paths" and "longest_paths": the ways that events take from each entry to each end, compactly.
//
// One pass over the condensation of the flow gives every node the best way to it, in the order of `Rank`; a
// way round a cycle counts as one more multiplication without a bound. Where the entries together see more
// than `hop_budget` hops, one pass for all entries at once has to do: then there is one row for each end,
// from the entry that makes most of it.
#include "analysis/analyses.hpp"
#include "analysis/entries.hpp"
#include "analysis/measure.hpp"
#include "analysis/path_search.hpp"
#include "analysis/wildcards.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace slsaudit::analysis {
namespace {

constexpr std::size_t hop_budget = 100'000;
/// Hops of one row that its proof shows: the last ones.
constexpr std::size_t hops_shown = 20;

enum class Shown : std::uint8_t { all, longest };

class Paths {
public:
  Paths(const Facts& facts, Shown shown)
      : shown_(shown), facts_(facts), system_(facts.system()), flow_(facts.shared<EventFlow>()),
        passages_(facts.shared<Passages>()), search_(flow_) {
    for (const graph::Node& node : system_.nodes) {
      const auto known = property(node, "ReservedConcurrentExecutions").as_integer();
      reserved_.push_back(known ? static_cast<double>(*known) : unbounded);
    }
  }

  void report(const Schema& schema, Table& table) {
    std::vector<std::size_t> starts;
    std::size_t hops = 0;
    for (const graph::NodeId node : entry_nodes(facts_)) {
      starts.push_back(flow_.start_of(node));
      if (hops <= hop_budget) hops += search_.hops_behind(starts.back(), hop_budget);
    }
    if (hops > hop_budget) {
      search_.run(starts, reserved_);
      add_ends(schema, table, false);
      return;
    }
    for (const std::size_t start : starts) {
      search_.run({start}, reserved_);
      add_ends(schema, table, true);
    }
  }

private:
  void add_ends(const Schema& schema, Table& table, bool complete) {
    std::vector<std::size_t> ends;
    for (const std::size_t state : search_.reached()) {
      if (!is_end(state)) continue;
      const bool same_node = !ends.empty() && flow_.node_of(ends.back()) == flow_.node_of(state);
      if (!same_node) {
        ends.push_back(state);
      } else if (search_.label(ends.back()).rank < search_.label(state).rank) {
        ends.back() = state;
      }
    }
    if (shown_ == Shown::longest) ends = longest_of(ends);
    for (const std::size_t end : ends) add(schema, table, end, complete);
  }

  /// Of each entry, one end of those that most asynchronous hops lead to, none granted by a wildcard only. Of
  /// equal ones what else is known of the way decides, so that it doesn't depend on names and order.
  [[nodiscard]] std::vector<std::size_t> longest_of(const std::vector<std::size_t>& ends) {
    const auto order = [&](std::size_t end) {
      const PathLabel& label = search_.label(end);
      const PathRank& rank = label.rank;
      return std::tuple(rank.asynchronous, rank.hops, rank.prefix, rank.unbounded, rank.most, rank.least,
                        label.at_once, is_cyclic(last_hops(end), end));
    };
    ++round_;
    std::map<std::size_t, std::size_t> by_entry;
    for (const std::size_t end : ends) {
      const PathLabel& label = search_.label(end);
      if (label.rank.asynchronous == 0 || label.deepest > label.rank.asynchronous || is_doubtful(end))
        continue;
      const auto best = by_entry.find(label.entry);
      if (best == by_entry.end() || order(best->second) < order(end))
        by_entry.insert_or_assign(label.entry, end);
    }
    std::vector<std::size_t> longest;
    for (const auto& best : by_entry) longest.push_back(best.second);
    std::ranges::sort(longest);
    return longest;
  }

  /// Whether one of the hops that its proof shows is granted by a wildcard only, or the way meets the next by
  /// chance. Ways begin alike: what is told of one's beginning goes for all that go on from there.
  [[nodiscard]] bool is_doubtful(std::size_t end) {
    const std::vector<std::size_t> hops = last_hops(end);
    const bool is_whole =
        hops.empty() || search_.label(flow_.arcs()[hops.front()].from).arc == PathLabel::none;
    if (told_.empty()) told_.resize(flow_.parts().of.size());
    std::size_t told = 0; // hops from the start
    for (std::size_t i = is_whole ? hops.size() : 0; i > 0 && told == 0; --i) {
      const Told& known = told_[flow_.arcs()[hops[i - 1]].to];
      if (known.round != round_) continue;
      if (known.doubtful) return true;
      told = i;
    }
    for (std::size_t i = told; i < hops.size(); ++i) {
      const bool doubtful = is_vague(hops[i]) || (i > 0 && meets_by_chance(hops[i - 1], hops[i]));
      if (is_whole) told_[flow_.arcs()[hops[i]].to] = {round_, doubtful};
      if (doubtful) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_vague(std::size_t arc) {
    const graph::EdgeId id = flow_.arcs()[arc].edge;
    if (vague_.empty()) vague_.resize(system_.edges.size());
    std::optional<bool>& known = vague_[id.index()];
    if (!known) known = facts_.shared<Wildcards>().grant(system_.edge(id));
    return *known;
  }

  /// Whether the way leads over a bus that lets none of its events through to what follows, which is not told
  /// apart where many send to it, or over the account's own from one template to another without a pattern
  /// that is known to ask for them: all that is deployed to the account is heard there.
  [[nodiscard]] bool meets_by_chance(std::size_t before, std::size_t arc) const {
    const graph::EdgeId in = flow_.arcs()[before].edge;
    const graph::EdgeId out = flow_.arcs()[arc].edge;
    const graph::Node& from = system_.node(system_.edge(in).from);
    const graph::Node& to = system_.node(system_.edge(out).to);
    const bool is_foreign = is_type(system_, system_.edge(in).to, "outside::event-bus") &&
                            from.template_index != to.template_index;
    const Passage passage = passages_.of(in, out);
    return passage == Passage::blocked || (is_foreign && passage != Passage::certain);
  }

  /// Nothing follows, or nothing but ways back.
  [[nodiscard]] bool is_end(std::size_t state) const {
    const auto& parts = flow_.parts().of;
    const auto& out = flow_.outgoing(state);
    return std::all_of(out.begin(), out.end(),
                       [&](std::size_t arc) { return parts[flow_.arcs()[arc].to] == parts[state]; });
  }

  void add(const Schema& schema, Table& table, std::size_t end, bool complete) {
    const PathLabel& label = search_.label(end);
    const graph::NodeId entry = flow_.node_of(label.entry);
    const std::vector<std::size_t> hops = last_hops(end);
    std::vector<std::string> bounds;
    std::vector<Step> steps;
    for (const std::size_t arc : hops) {
      const Hop& hop = hop_over(flow_.arcs()[arc].edge);
      steps.push_back(hop.step);
      bounds.insert(bounds.end(), hop.bounds.begin(), hop.bounds.end());
    }
    const text::Span own = id_span(system_.node(entry));
    const text::Span span = own.valid() || steps.empty() ? own : steps.front().span;
    add_row(table, schema,
            {{"entry", resource_cell(facts_, entry)},
             {"end", resource_cell(facts_, flow_.node_of(end))},
             {"way", way_of(hops, label, end)},
             {"nodes", resource_list(facts_, nodes_of(hops, end))},
             {"hops", label.rank.hops},
             {"asynchronous_hops", label.rank.asynchronous},
             {"deepest", std::max(label.deepest, label.rank.asynchronous)},
             {"synchronous_prefix", label.rank.prefix},
             {"wildcard", std::ranges::any_of(hops, [&](std::size_t arc) { return is_vague(arc); })},
             {"at_least", label.rank.least},
             {"at_most", label.rank.unbounded > 0 ? cel::Value() : count_cell(label.rank.most)},
             {"at_once", at_once_of(end)},
             {"cyclic", is_cyclic(hops, end)},
             {"bounds", string_list(bounds)},
             {"complete", complete}},
            span, std::move(steps));
  }

  [[nodiscard]] std::vector<std::size_t> last_hops(std::size_t end) const {
    std::vector<std::size_t> hops;
    for (std::size_t state = end; hops.size() < hops_shown; state = flow_.arcs()[hops.back()].from) {
      if (search_.label(state).arc == PathLabel::none) break;
      hops.push_back(search_.label(state).arc);
    }
    std::reverse(hops.begin(), hops.end());
    return hops;
  }

  [[nodiscard]] std::vector<graph::NodeId> nodes_of(const std::vector<std::size_t>& hops,
                                                    std::size_t end) const {
    std::vector<graph::NodeId> nodes;
    for (const std::size_t arc : hops) nodes.push_back(flow_.node_of(flow_.arcs()[arc].from));
    nodes.push_back(flow_.node_of(end));
    return nodes;
  }

  [[nodiscard]] bool is_cyclic(const std::vector<std::size_t>& hops, std::size_t end) const {
    return flow_.in_cycle(end) || std::any_of(hops.begin(), hops.end(), [&](std::size_t arc) {
             return flow_.in_cycle(flow_.arcs()[arc].from);
           });
  }

  [[nodiscard]] std::string way_of(const std::vector<std::size_t>& hops, const PathLabel& label,
                                   std::size_t end) const {
    std::string way = quoted(shown_name(system_.node(flow_.node_of(label.entry))));
    if (static_cast<std::size_t>(label.rank.hops) > hops.size()) way += " → …";
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const std::size_t state = i + 1 < hops.size() ? flow_.arcs()[hops[i]].to : end;
      way += " → " + quoted(shown_name(system_.node(flow_.node_of(state))));
    }
    return way;
  }

  /// What rows say of an edge, made once.
  struct Hop {
    Step step;
    std::vector<std::string> bounds;
  };

  const Hop& hop_over(graph::EdgeId id) {
    const auto [place, is_new] = hops_.try_emplace(id);
    if (!is_new) return place->second;
    const std::string& why = flow_.multiplication(id).why;
    const cel::Object* edge = facts_.object(id);
    place->second = {{edge->span(), edge->display() + (why.empty() ? "" : " × " + why)}, bounds_of(id)};
    return place->second;
  }

  [[nodiscard]] cel::Value at_once_of(std::size_t end) const {
    const value::Value written = property(system_.node(flow_.node_of(end)), "ReservedConcurrentExecutions");
    const double at_once = search_.label(end).at_once;
    const bool hidden = written.is_present() && !written.as_integer();
    if (hidden && at_once == unbounded) return cel::Value::unknown("the reserved concurrency is not known");
    return count_cell(at_once);
  }

  [[nodiscard]] std::vector<std::string> bounds_of(graph::EdgeId id) const {
    std::vector<std::string> bounds;
    const graph::Edge& edge = system_.edge(id);
    const std::string from = quoted(shown_name(system_.node(edge.from)));
    const std::string to = quoted(shown_name(system_.node(edge.to)));
    const Multiplication& factor = flow_.multiplication(id);
    if (edge.mode == graph::Mode::polled) bounds.push_back(from + " holds events back for " + to);
    if (factor.cap != unbounded)
      bounds.push_back(to + " runs " + number(factor.cap) + " times at once for " + from);
    const graph::Delivery delivery = flow_.deliveries().of(id);
    for (const graph::Iteration& map : delivery.maps) {
      if (map.concurrency.known() && map.concurrency.number() > 0)
        bounds.push_back("Map " + quoted(map.name) + " runs " + std::to_string(map.concurrency.number()) +
                         " iterations at once");
    }
    if (reserved_[edge.to.index()] != unbounded)
      bounds.push_back(to + " reserves " + number(reserved_[edge.to.index()]) + " executions");
    return bounds;
  }

  static std::string number(double count) { return std::to_string(whole(count)); }

  Shown shown_;
  const Facts& facts_;
  const graph::System& system_;
  const EventFlow& flow_;
  const Passages& passages_;
  PathSearch search_;
  std::map<graph::EdgeId, Hop> hops_;
  /// What is known of the way to a state, of one search.
  struct Told {
    unsigned round = 0;
    bool doubtful = false;
  };
  std::vector<Told> told_; ///< By state; empty before one is asked for.
  unsigned round_ = 0;
  std::vector<std::optional<bool>> vague_; ///< By edge: granted by a wildcard only; what has been asked for.
  std::vector<double> reserved_;           ///< By node; infinite where nothing is reserved, as far as known.
};

Columns columns() {
  return {
      {"entry", "resource", "", "where the event comes in"},
      {"end", "resource", "", "the last that it reaches"},
      {"way", "string", "", "the nodes with arrows between, for messages"},
      {"nodes", "list", "", "the same, those of the last 20 hops"},
      {"hops", "int", "hops", "how many hops the way has; round a cycle, the fewest"},
      {"asynchronous_hops", "int", "hops", "those of them that nobody waits for: polled ones as well"},
      {"deepest", "int", "hops", "asynchronous hops of the deepest way between the two"},
      {"synchronous_prefix", "int", "hops", "those that the caller at the entry waits for"},
      {"wildcard", "bool", "",
       "a hop of the proof is granted by nothing more exact than a wildcard action, or on all resources "
       "or a family of names: events may never take it"},
      {"at_least", "double", "events",
       "at the end for one at the entry that takes this way, passes its filters and fails nowhere: "
       "below 1 "
       "where full batches make several one"},
      {"at_most", "double", "events",
       "the same; null where nothing that is known bounds it: code that sends as often as it likes, a "
       "Map "
       "over items of unknown number, a cycle"},
      {"at_once", "double", "executions",
       "at most so many at the end are at work at once for one event at the entry, by any way: "
       "iterations of "
       "Maps (40 inline, 10,000 distributed unless set), reserved concurrency, mappings' maxima, "
       "shards; "
       "null where nothing bounds them, unknown where a reservation is"},
      {"cyclic", "bool", "", "the way touches a cycle of events"},
      {"bounds", "list", "", "what on the way bounds how much is at work at once"},
      {"complete", "bool", "",
       "a row for each entry and end; false in a system whose entries together see more than 100,000 "
       "hops: "
       "then there is one for each end, from the entry that makes most of it"},
  };
}

void compute_paths(const Facts& facts, const Schema& schema, Table& table) {
  Paths(facts, Shown::all).report(schema, table);
}

void compute_longest(const Facts& facts, const Schema& schema, Table& table) {
  Paths(facts, Shown::longest).report(schema, table);
}

} // namespace

const Analysis& path_analysis() {
  static const Analysis analysis{{"paths",
                                  "The ways of events from each entry to each end (what passes nothing on, "
                                  "but for stores that nothing hears); of several "
                                  "ways the one with the largest product, and of equal ones the deepest; the "
                                  "proof is the way's last 20 hops with what "
                                  "multiplies there",
                                  columns()},
                                 compute_paths};
  return analysis;
}

const Analysis& longest_path_analysis() {
  static const Analysis analysis{{"longest_paths",
                                  "Of each entry's `paths` the one with the most asynchronous hops, those "
                                  "with a `wildcard` left out, and those over a bus that no pattern is known "
                                  "to let them leave for another template; none for entries "
                                  "whose events take no such hop",
                                  columns()},
                                 compute_longest,
                                 12};
  return analysis;
}

} // namespace slsaudit::analysis
