// SPDX-License-Identifier: Apache-2.0
// Table "fan_out": what one event becomes, and on which way.
#include "analysis/analyses.hpp"
#include "analysis/entries.hpp"
#include "analysis/fan_width.hpp"
#include "analysis/reach.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// Hops that the proof of one row shows, and feeding edges that the search for its entries looks at: in a
/// large system everything may be behind everything.
constexpr std::size_t most_hops = 200;
constexpr std::size_t most_fed_by = 2000;

class FanOut {
public:
  explicit FanOut(const Facts& facts)
      : facts_(facts), system_(facts.system()), widths_(facts), enters_(system_.nodes.size()) {
    for (const graph::NodeId entry : entry_nodes(facts)) enters_[entry.index()] = true;
  }

  void report(const Schema& schema, Table& table) {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      if (widths_.multiplies(node)) add(schema, table, node);
    }
  }

private:
  struct Path {
    std::vector<graph::NodeId> ends;
    std::vector<graph::NodeId> iterated;
    std::vector<std::string> bounds;
    std::vector<Step> steps;
    bool cut = false; ///< There is more of it.
  };

  /// What one event of `source` becomes, hop by hop, each node once: the nearest hops where they are many.
  [[nodiscard]] Path spread(graph::NodeId source) const {
    Path path;
    std::vector<bool> seen(system_.nodes.size());
    std::vector<graph::NodeId> work{source};
    for (std::size_t next = 0; next < work.size(); ++next) {
      for (const graph::EdgeId id : widths_.taken(work[next])) {
        const graph::Edge& edge = system_.edge(id);
        if (seen[edge.to.index()]) continue;
        seen[edge.to.index()] = true;
        if (is_aside(edge)) continue;
        if (path.steps.size() == most_hops) {
          path.cut = true;
          return path;
        }
        // A rule that SAM names after the function that it starts says nothing to readers.
        const bool alike = shown_name(system_.node(edge.from)) == shown_name(system_.node(edge.to));
        if (!alike) path.steps.push_back(step_of(edge, id));
        note_bounds(edge, path);
        if (edge.mode != graph::Mode::polled) work.push_back(edge.to);
      }
    }
    return path;
  }

  /// A write to a store that passes nothing on: the event ends there, but multiplies nothing.
  [[nodiscard]] bool is_aside(const graph::Edge& edge) const {
    const Width& behind_it = widths_.of(edge.to);
    return !widths_.hands_to_all(edge.from) && !is_type(system_, edge.to, function_type) &&
           behind_it.consumers == 0 && behind_it.unbounded == 0;
  }

  [[nodiscard]] Step step_of(const graph::Edge& edge, graph::EdgeId id) const {
    std::string text = facts_.object(id)->display();
    if (widths_.hands_to_all(edge.to) && widths_.of(edge.to).consumers > 1) {
      text += " × " + std::to_string(widths_.of(edge.to).consumers);
    }
    if (iterates_without_limit(edge)) text += " × the items of a Map without MaxConcurrency";
    return {facts_.object(id)->span(), std::move(text)};
  }

  void note_bounds(const graph::Edge& edge, Path& path) const {
    const std::string target = quoted(shown_name(system_.node(edge.to)));
    if (edge.mode == graph::Mode::polled) {
      path.bounds.push_back(quoted(shown_name(system_.node(edge.from))) + " holds events back for " + target);
      return;
    }
    if (!is_type(system_, edge.to, function_type)) return;
    if (reserves_concurrency(system_, edge.to)) {
      path.bounds.push_back(target + " reserves concurrency");
    } else {
      path.ends.push_back(edge.to);
      if (iterates_without_limit(edge)) path.iterated.push_back(edge.to);
    }
  }

  void add(const Schema& schema, Table& table, graph::NodeId source) {
    Path path = spread(source);
    const Width& all = widths_.of(source);
    if (path.cut)
      path.steps.push_back({{}, "and on: the proof ends after " + std::to_string(most_hops) + " hops"});
    const FanWidths::Edges& edges = widths_.onward(source);
    const text::Span own = id_span(system_.node(source));
    const text::Span span = own.valid() || edges.empty() ? own : facts_.object(edges.front())->span();
    const bool bounded = all.unbounded < 2 && !all.open_ended;
    add_row(table, schema,
            {{"source", resource_cell(facts_, source)},
             {"entries", entries_of(source)},
             {"consumers", all.consumers},
             {"unbounded", all.unbounded},
             {"open_ended", all.open_ended},
             {"distributed", all.distributed},
             {"reads_items", all.reads_items},
             {"iterated", cut_list(resource_list(facts_, path.iterated), path.cut)},
             {"bounded", bounded},
             {"functions", cut_list(resource_list(facts_, path.ends), path.cut)},
             {"bounds", cut_list(string_list(path.bounds), path.cut)},
             {"place", cel::Value(quoted(shown_name(system_.node(source)))).at(span)}},
            span, std::move(path.steps));
  }

  /// A list that isn't complete ends with an item that is not known.
  [[nodiscard]] static cel::Value cut_list(cel::Value list, bool cut) {
    if (!cut) return list;
    cel::List items = *list.list();
    items.push_back(cel::Value::unknown("the list ends where the search for more stopped, after " +
                                        std::to_string(most_hops) + " hops"));
    return items;
  }

  /// Where events that reach the node come from: nodes that nothing of the system feeds.
  [[nodiscard]] cel::Value entries_of(graph::NodeId node) const {
    std::vector<graph::NodeId> entries;
    std::vector<bool> seen(system_.nodes.size());
    std::vector<graph::NodeId> work{node};
    seen[node.index()] = true;
    std::size_t looked_at = 0;
    for (std::size_t next = 0; next < work.size() && looked_at < most_fed_by; ++next) {
      bool fed = false;
      for (const graph::EdgeId id : system_.incoming[work[next].index()]) {
        const graph::Edge& edge = system_.edge(id);
        if (!carries_event(edge)) continue;
        fed = true;
        ++looked_at;
        if (!seen[edge.from.index()]) work.push_back(edge.from);
        seen[edge.from.index()] = true;
      }
      if (!fed || enters_[work[next].index()]) entries.push_back(work[next]);
    }
    std::sort(entries.begin(), entries.end());
    return cut_list(resource_list(facts_, entries), looked_at >= most_fed_by);
  }

  const Facts& facts_;
  const graph::System& system_;
  FanWidths widths_;
  std::vector<bool> enters_; ///< By node: events come in there.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  FanOut(facts).report(schema, table);
}

} // namespace

const Analysis& fan_out_analysis() {
  static const Analysis analysis{
      {"fan_out",
       "Where one event becomes several; the proof is the way it takes, hop by hop",
       {
           {"source", "resource", "",
            "the node that multiplies: topic, rule, bus, feed, or a workflow with a Map"},
           {"entries", "list", "",
            "where its events come from: nodes that nothing of the system feeds; a list of this table that "
            "is "
            "too long ends with an item that is not known"},
           {"consumers", "int", "deliveries",
            "of one event, across nested topics, rules and buses; at least"},
           {"unbounded", "int", "invocations",
            "that one event starts at once and nothing holds back; at least"},
           {"open_ended", "bool", "",
            "a Map over an input of unknown length invokes a function without MaxConcurrency"},
           {"distributed", "bool", "",
            "that Map is a Distributed one; an inline one runs 40 iterations at once"},
           {"reads_items", "bool", "",
            "it is Distributed and reads its items (ItemReader); those of a state's input are held by its "
            "size"},
           {"iterated", "list", "", "the functions that such Maps invoke"},
           {"bounded", "bool", "", "fewer than two unbounded invocations, and not open-ended"},
           {"functions", "list", "", "functions at its end that nothing bounds"},
           {"bounds", "list", "", "what bounds other ends: reserved concurrency, queues and streams between"},
           {"place", "string", "",
            "stands at the source, or at the first hop where no template declares it; for `at`"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
