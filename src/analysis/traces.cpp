// SPDX-License-Identifier: Apache-2.0
// Table "traces": each hop that events take, and what becomes of a trace there.
//
// A trace is there at a resource that records, and behind it as long as no hop loses it. A hop loses it where
// the tracer doesn't cross (a stream, a pipe), unless nothing that could record comes after it, and where it
// leads into a function whose tracing is off: X-Ray's context may go on from there, but what the function
// does is in no trace. For all that comes behind, a lost trace counts as lost. A state machine or a topic
// whose tracing is off passes on what it gets, so it loses nothing.
#include "analysis/analyses.hpp"
#include "analysis/entries.hpp"
#include "analysis/event_flow.hpp"
#include "analysis/functions.hpp"
#include "analysis/tracing.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace slsaudit::analysis {
namespace {

using knowledge::TraceLink;
using Arc = EventFlow::Arc;

std::string_view word(TraceLink link) {
  switch (link) {
  case TraceLink::parent:
    return "parent";
  case TraceLink::linked:
    return "linked";
  case TraceLink::manual:
    return "manual";
  case TraceLink::none:
    break;
  }
  return "none";
}

/// What a resource type is called in a sentence: "AWS::Kinesis::Stream" → "Kinesis".
std::string service_name(std::string_view type) {
  const std::size_t begin = type.find("::");
  const std::size_t end = type.find("::", begin + 2);
  return begin == std::string_view::npos ? std::string(type)
                                         : std::string(type.substr(begin + 2, end - begin - 2));
}

/// Whether a trace is there; ordered, so that the better of two ways counts.
enum class Live : std::uint8_t { no, unknown, yes };

class Traces {
public:
  explicit Traces(const Facts& facts)
      : facts_(facts), system_(facts.system()), flow_(facts.shared<EventFlow>()),
        tracing_(tracing_of(facts)) {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::Edge& edge = system_.edges[i];
      hops_.push_back(
          flow_.follows(graph::EdgeId(i))
              ? facts.knowledge().traced_hop(system_.node(edge.from).type, system_.node(edge.to).type)
              : nullptr);
    }
    spread();
    find_recorders();
    count_paths();
  }

  void report(const Schema& schema, Table& table) {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::EdgeId edge(i);
      if (flow_.follows(edge) && !arcs_of_[i].empty()) add(schema, table, edge);
    }
  }

private:
  [[nodiscard]] const Tracing& tracing(graph::NodeId node) const { return tracing_[node.index()]; }
  [[nodiscard]] bool is_function(graph::NodeId node) const { return is_type(system_, node, function_type); }

  /// What of a trace at the arc's start gets to its end.
  [[nodiscard]] Live carried(const Arc& arc) const {
    const graph::Edge& edge = system_.edge(arc.edge);
    const knowledge::TracedHop* hop = hops_[arc.edge.index()];
    const Live live = live_[arc.from];
    if (live == Live::no || hop == nullptr || hop->link == TraceLink::none) return Live::no;
    if (is_function(edge.to) && tracing(edge.to).traced == Traced::no) return Live::no;
    if (hop->link == TraceLink::manual || tracing(edge.from).foreign) return Live::unknown;
    return live;
  }

  [[nodiscard]] Live own(graph::NodeId node) const {
    if (tracing(node).traced == Traced::yes) return Live::yes;
    return tracing(node).traced == Traced::unknown ? Live::unknown : Live::no;
  }

  void raise(std::size_t state, Live live, std::size_t by, std::vector<std::size_t>& work) {
    // A function whose setting isn't known records as little as one knows, whatever comes to it.
    const graph::NodeId node = flow_.node_of(state);
    if (is_function(node) && tracing(node).traced == Traced::unknown) live = std::min(live, Live::unknown);
    if (live <= live_[state]) return;
    live_[state] = live;
    came_by_[state] = by;
    work.push_back(state);
  }

  void spread() {
    constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    live_.resize(flow_.size(), Live::no);
    came_by_.resize(flow_.size(), nowhere);
    std::vector<std::size_t> work;
    for (std::size_t state = 0; state < flow_.size(); ++state) {
      raise(state, own(flow_.node_of(state)), nowhere, work);
    }
    for (std::size_t next = 0; next < work.size(); ++next) { // each state comes at most twice
      for (const std::size_t arc : flow_.outgoing(work[next])) {
        raise(flow_.arcs()[arc].to, carried(flow_.arcs()[arc]), arc, work);
      }
    }
  }

  /// Nodes that could record, and those that lead to one.
  void find_recorders() {
    recorders_.resize(system_.nodes.size());
    std::vector<graph::NodeId> work;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (tracing_[i].traced == Traced::never) continue;
      recorders_[i] = true;
      work.emplace_back(i);
    }
    while (!work.empty()) {
      const graph::NodeId node = work.back();
      work.pop_back();
      for (const graph::EdgeId id : system_.incoming[node.index()]) {
        const graph::NodeId from = system_.edge(id).from;
        if (!flow_.follows(id) || recorders_[from.index()]) continue;
        recorders_[from.index()] = true;
        work.push_back(from);
      }
    }
  }

  /// For each edge, how many entries have ways over it: sets of entries as bits, handed on from part to part.
  void count_paths() {
    arcs_of_.resize(system_.edges.size());
    for (std::size_t arc = 0; arc < flow_.arcs().size(); ++arc) {
      arcs_of_[flow_.arcs()[arc].edge.index()].push_back(arc);
    }
    constexpr std::size_t bits = 64;
    const std::vector<graph::NodeId> entries = entry_nodes(facts_);
    const Parts& parts = flow_.parts();
    entries_of_part_.assign(parts.members.size(),
                            std::vector<std::uint64_t>((entries.size() + bits - 1) / bits));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries_of_part_[parts.of[flow_.start_of(entries[i])]][i / bits] |= std::uint64_t{1} << (i % bits);
    }
    for (auto part = parts.targets_first.rbegin(); part != parts.targets_first.rend(); ++part) {
      for (const std::size_t state : parts.members[*part]) {
        for (const std::size_t arc : flow_.outgoing(state)) unite(parts.of[flow_.arcs()[arc].to], *part);
      }
    }
  }

  void unite(std::size_t target, std::size_t source) {
    if (target == source) return;
    for (std::size_t i = 0; i < entries_of_part_[source].size(); ++i) {
      entries_of_part_[target][i] |= entries_of_part_[source][i];
    }
  }

  [[nodiscard]] std::int64_t paths(graph::EdgeId edge) const {
    std::int64_t count = 0;
    const std::size_t words = entries_of_part_.empty() ? 0 : entries_of_part_.front().size();
    for (std::size_t i = 0; i < words; ++i) {
      std::uint64_t all = 0;
      for (const std::size_t arc : arcs_of_[edge.index()]) {
        all |= entries_of_part_[flow_.parts().of[flow_.arcs()[arc].from]][i];
      }
      for (; all != 0; all &= all - 1) ++count;
    }
    return count;
  }

  /// The arc of an edge where a trace is most likely.
  [[nodiscard]] std::size_t best_arc(graph::EdgeId edge) const {
    const std::vector<std::size_t>& arcs = arcs_of_[edge.index()];
    return *std::max_element(arcs.begin(), arcs.end(), [&](std::size_t a, std::size_t b) {
      return live_[flow_.arcs()[a].from] < live_[flow_.arcs()[b].from];
    });
  }

  struct Break {
    cel::Value broken = false;
    std::string_view cause; ///< "off" or "crossing".
    std::string text;
    std::string restore;
    text::Span at;
  };

  [[nodiscard]] Break judge(graph::EdgeId id, Live live) const {
    const graph::Edge& edge = system_.edge(id);
    const knowledge::TracedHop* hop = hops_[id.index()];
    const Tracing& target = tracing(edge.to);
    Break result;
    result.at = facts_.object(id)->span();
    if (live == Live::no) return result;
    const bool off = is_function(edge.to) && target.traced == Traced::no;
    const bool crosses = hop == nullptr || hop->link != TraceLink::none;
    const bool matters = recorders_[edge.to.index()];
    if (!crosses && matters && !off) describe_crossing(edge, result);
    if (off) describe_off(edge, result);
    if (tracing(edge.from).foreign || target.foreign) {
      result.broken = cel::Value::unknown("a tracer that is not X-Ray's carries its context in its own way");
    } else if (!result.cause.empty()) {
      result.broken = live == Live::yes ? cel::Value(true) : unknown_trace();
    } else if (matters && (hop == nullptr || hop->link == TraceLink::manual)) {
      result.broken = cel::Value::unknown("whether code passes the trace on is not known");
    } else if (is_function(edge.to) && target.traced == Traced::unknown) {
      result.broken = cel::Value::unknown(target.reason);
    }
    return result;
  }

  [[nodiscard]] static cel::Value unknown_trace() {
    return cel::Value::unknown("whether a trace gets here is not known");
  }

  void describe_off(const graph::Edge& edge, Break& result) const {
    const Row* function = facts_.row_about("functions", edge.to);
    result.cause = "off";
    result.text = "tracing is off at " + quoted(shown_name(system_.node(edge.to)));
    result.restore = "set the tracing of " + quoted(shown_name(system_.node(edge.to))) + " to Active";
    if (function != nullptr) result.at = function->field("tracing_at").span();
  }

  void describe_crossing(const graph::Edge& edge, Break& result) const {
    const graph::Node& from = system_.node(edge.from);
    const graph::Node& to = system_.node(edge.to);
    result.cause = "crossing";
    result.text = "X-Ray does not go from " + service_name(from.type) + " to " + service_name(to.type);
    result.restore = "put the trace's id into what " + quoted(shown_name(from)) +
                     " holds, and take it up in " + quoted(shown_name(to)) +
                     "; or trace with OpenTelemetry, which links spans across it";
  }

  /// From where the trace was last recorded to the hop.
  [[nodiscard]] std::vector<Step> steps_to(std::size_t last, const Break& found) const {
    std::vector<std::size_t> arcs;
    constexpr std::size_t most = 20;
    std::size_t state = flow_.arcs()[last].from;
    while (came_by_[state] < flow_.arcs().size() && arcs.size() < most) {
      arcs.push_back(came_by_[state]);
      state = flow_.arcs()[came_by_[state]].from;
    }
    const graph::Node& origin = system_.node(flow_.node_of(state));
    std::vector<Step> steps{{id_span(origin), "tracing is on at " + quoted(shown_name(origin))}};
    std::reverse(arcs.begin(), arcs.end());
    for (const std::size_t arc : arcs) steps.push_back(step(arc));
    steps.push_back(step(last));
    steps.push_back({found.at, found.text});
    return steps;
  }

  [[nodiscard]] Step step(std::size_t arc) const {
    const graph::Edge& edge = system_.edge(flow_.arcs()[arc].edge);
    // What is polled goes from the source to its reader, who is the one that acts.
    const bool read = edge.kind == graph::EdgeKind::polls;
    const std::string text = quoted(shown_name(system_.node(read ? edge.to : edge.from))) + " " +
                             std::string(graph::name(edge.kind)) + " " +
                             quoted(shown_name(system_.node(read ? edge.from : edge.to)));
    return {edge.evidence.front().span, text};
  }

  [[nodiscard]] cel::Value traced_cell(graph::NodeId node) const {
    const Tracing& known = tracing(node);
    if (known.traced == Traced::never) return {};
    if (known.traced == Traced::unknown) return cel::Value::unknown(known.reason);
    return known.traced == Traced::yes;
  }

  [[nodiscard]] cel::Value link_cell(graph::EdgeId id) const {
    const graph::Edge& edge = system_.edge(id);
    const knowledge::TracedHop* hop = hops_[id.index()];
    if (hop == nullptr || tracing(edge.from).foreign || tracing(edge.to).foreign) {
      return cel::Value::unknown(hop == nullptr ? "how traces take this hop is not known"
                                                : "a tracer that is not X-Ray's is at work");
    }
    return word(hop->link);
  }

  void add(const Schema& schema, Table& table, graph::EdgeId id) const {
    const graph::Edge& edge = system_.edge(id);
    const knowledge::TracedHop* hop = hops_[id.index()];
    const std::size_t arc = best_arc(id);
    const Live live = live_[flow_.arcs()[arc].from];
    const Break found = judge(id, live);
    const bool told = !found.cause.empty();
    cel::Value starts = live == Live::unknown ? unknown_trace() : cel::Value(live == Live::yes);
    const auto text_cell = [](std::string_view text) {
      return text.empty() ? cel::Value() : cel::Value(text);
    };
    add_row(table, schema,
            {{"edge", edge_cell(facts_, id)},
             {"from", resource_cell(facts_, edge.from)},
             {"to", resource_cell(facts_, edge.to)},
             {"link", link_cell(id)},
             {"needs", text_cell(hop == nullptr ? std::string_view{} : hop->needs)},
             {"starts_on", std::move(starts)},
             {"from_traced", traced_cell(edge.from)},
             {"to_traced", traced_cell(edge.to)},
             {"broken", found.broken},
             {"cause_kind", text_cell(found.cause)},
             {"cause", text_cell(found.text)},
             {"restore", text_cell(found.restore)},
             {"paths", paths(id)},
             {"at", cel::Value(std::string(graph::name(edge.kind))).at(found.at)}},
            found.at, told ? steps_to(arc, found) : std::vector<Step>{});
  }

  const Facts& facts_;
  const graph::System& system_;
  const EventFlow& flow_;
  std::vector<Tracing> tracing_;                  ///< By node.
  std::vector<const knowledge::TracedHop*> hops_; ///< By edge; of those that events take.
  std::vector<Live> live_;                        ///< By state.
  std::vector<std::size_t> came_by_;              ///< By state: the arc that the trace came by.
  std::vector<bool> recorders_;                   ///< By node.
  std::vector<std::vector<std::size_t>> arcs_of_; ///< By edge.
  std::vector<std::vector<std::uint64_t>> entries_of_part_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Traces(facts).report(schema, table);
}

} // namespace

const Analysis& trace_analysis() {
  static const Analysis analysis{
      {"traces",
       "Each hop that events take, and what becomes of an X-Ray trace there. What the SDKs of functions must "
       "do "
       "(`needs`) is taken for granted",
       {
           {"edge", "edge", "", "the hop"},
           {"from", "resource", "", "where it starts"},
           {"to", "resource", "", "where it ends"},
           {"link", "string", "",
            "`parent` (the same trace goes on), `linked` (another trace that is linked to it), `manual` "
            "(only where "
            "code or a mapping carries it) or `none`; unknown where a tracer that is not X-Ray's is at work"},
           {"needs", "string", "", "what must be on for that; null for nothing"},
           {"starts_on", "bool", "",
            "a trace gets to `from`: its tracing is on, or that of something before it and no hop between "
            "loses it"},
           {"from_traced", "bool", "", "the setting of `from` is on; null when it has none"},
           {"to_traced", "bool", "", "the setting of `to` is on; null when it has none"},
           {"broken", "bool", "",
            "a trace gets to `from` and is lost here, though something behind could record it"},
           {"cause_kind", "string", "",
            "`off` (the tracing of the function behind it) or `crossing` (the tracer does not take this "
            "hop); null "
            "when nothing loses it"},
           {"cause", "string", "", "the same as a sentence; null likewise"},
           {"restore", "string", "", "what restores it; null likewise"},
           {"paths", "int", "", "entries whose events take this hop"},
           {"at", "any", "",
            "stands where the function's tracing is set, or at what makes the hop; for `at`"},
       }},
      compute,
      4};
  return analysis;
}

} // namespace slsaudit::analysis
