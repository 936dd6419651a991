// SPDX-License-Identifier: Apache-2.0
// Table "fan_out": what one event becomes.
//
// For every node two numbers are computed from its targets' numbers, in one pass over the graph (cycles are
// another table's matter: an edge inside one is not followed):
//  - consumers: deliveries of one event, queues and functions counted alike;
//  - unbounded: function invocations of them that start at once and that nothing holds back: no reserved
//  concurrency,
//    no queue, stream or mapping between, no MaxConcurrency of a Map.
// A node that hands every event to all (topic, rule, bus, feed) adds its targets up, those whose filters
// let different events through, or that are made under different conditions, excepted: nothing says that one
// event reaches both. A node that chooses (function, API, bucket, workflow) counts as the widest of its
// choices, so each number is a lower bound of the worst case.
#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/reach.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

constexpr std::int64_t most = 1'000'000'000; ///< Sums stop here.

constexpr std::array<std::string_view, 8> handing_to_all{
    "AWS::SNS::Topic",     "AWS::Events::Rule",    "AWS::Events::EventBus",      "outside::event-bus",
    "AWS::IoT::TopicRule", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Kinesis::Stream"};

struct Width {
  std::int64_t consumers = 0;
  std::int64_t unbounded = 0;
  /// A Map over an input of unknown length, without MaxConcurrency, invokes a function …
  bool open_ended = false;
  bool distributed = false; ///< … and is a Distributed one, which the platform doesn't hold at 40 either …
  bool reads_items =
      false; ///< … over what it reads (a bucket's objects, a file's lines), as many as there are.
};

Width operator+(Width a, Width b) {
  return {std::min(most, a.consumers + b.consumers), std::min(most, a.unbounded + b.unbounded),
          a.open_ended || b.open_ended, a.distributed || b.distributed, a.reads_items || b.reads_items};
}
/// The wider, each number for itself.
Width widest(Width a, Width b) {
  return {std::max(a.consumers, b.consumers), std::max(a.unbounded, b.unbounded),
          a.open_ended || b.open_ended, a.distributed || b.distributed, a.reads_items || b.reads_items};
}
auto rank(const Width& width) {
  return std::tuple(width.open_ended, width.unbounded, width.consumers);
}

class FanOut {
public:
  explicit FanOut(const Facts& facts)
      : facts_(facts), system_(facts.system()), widths_(system_.nodes.size()) {
    std::vector<bool> follow;
    for (const graph::Edge& edge : system_.edges) follow.push_back(carries_event(edge));
    components_ = components_of(system_, follow);
    for (const std::size_t component : components_.targets_first) {
      for (const graph::NodeId node : components_.members[component]) widths_[node.index()] = width_of(node);
    }
  }

  void report(const Schema& schema, Table& table) {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      if (multiplies(node)) add(schema, table, node);
    }
  }

private:
  [[nodiscard]] const Width& width(graph::NodeId node) const { return widths_[node.index()]; }

  [[nodiscard]] std::vector<graph::EdgeId> onward(graph::NodeId node) const {
    std::vector<graph::EdgeId> edges;
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool inside = components_.of[edge.from.index()] == components_.of[edge.to.index()];
      if (carries_event(edge) && !inside) edges.push_back(id);
    }
    return edges;
  }

  [[nodiscard]] bool hands_to_all(graph::NodeId node) const {
    return std::find(handing_to_all.begin(), handing_to_all.end(), system_.node(node).type) !=
           handing_to_all.end();
  }

  [[nodiscard]] bool is_reserved(graph::NodeId function) const {
    return property(system_.node(function), "ReservedConcurrentExecutions").is_present();
  }

  /// What a node is worth to the one that hands it an event.
  [[nodiscard]] Width behind(const graph::Edge& edge) const {
    Width result = width(edge.to);
    if (!hands_to_all(edge.to) || result.consumers == 0) result.consumers = 1;
    if (edge.mode == graph::Mode::polled) { // The queue, stream or feed holds events back.
      result.unbounded = 0;
      result.open_ended = result.distributed = result.reads_items = false;
    } else if (result.unbounded > 0) {
      result.open_ended = result.open_ended || iterates(edge);
      result.distributed = result.distributed || iterates(edge, is_distributed);
      result.reads_items = result.reads_items || iterates(edge, reads_items);
    }
    return result;
  }

  using MapTest = bool (*)(const value::Value&);

  /// A state within a Map whose iterations run at once without a limit. `Maps` is what the graph knows around
  /// it.
  [[nodiscard]] static bool iterates(const graph::Edge& edge, MapTest also = nullptr) {
    const std::vector<value::Value> all = each_of(edge.settings);
    return std::any_of(all.begin(), all.end(), [&](const value::Value& settings) {
      const value::Value maps = settings.get("Maps");
      return std::any_of(maps.items().begin(), maps.items().end(), [&](const value::Value& map) {
        return is_unlimited(map) && (also == nullptr || also(map));
      });
    });
  }
  [[nodiscard]] static bool is_unlimited(const value::Value& map) {
    const bool known_items = map.get("Items").is_list();
    const value::Value limit = map.get("MaxConcurrency");
    const bool limited =
        (limit.is_present() && limit.as_integer() != 0) || map.get("MaxConcurrencyPath").is_present();
    return map.is_map() && !known_items && !limited;
  }
  [[nodiscard]] static bool is_distributed(const value::Value& map) {
    return map.get("Mode").as_string() == "DISTRIBUTED";
  }
  [[nodiscard]] static bool reads_items(const value::Value& map) {
    return is_distributed(map) && map.get("ItemReader").is_present();
  }

  using Edges = std::vector<graph::EdgeId>;

  [[nodiscard]] Width sum_of(const Edges& edges) const {
    Width total;
    for (const graph::EdgeId id : edges) total = total + behind(system_.edge(id));
    return total;
  }

  /// Those that `is_free` finds, and of the others the widest group of which all are the `same`.
  template <typename IsFree, typename Same>
  [[nodiscard]] Edges widest_group(const Edges& edges, IsFree is_free, Same same) const {
    Edges result;
    std::vector<Edges> groups;
    for (const graph::EdgeId id : edges) {
      if (is_free(id)) {
        result.push_back(id);
        continue;
      }
      const auto found = std::find_if(groups.begin(), groups.end(),
                                      [&](const Edges& group) { return same(group.front(), id); });
      if (found == groups.end()) {
        groups.push_back({id});
      } else {
        found->push_back(id);
      }
    }
    const auto best = std::max_element(groups.begin(), groups.end(), [&](const Edges& a, const Edges& b) {
      return rank(sum_of(a)) < rank(sum_of(b));
    });
    if (best != groups.end()) result.insert(result.end(), best->begin(), best->end());
    return result;
  }

  /// The conditions on which an edge depends more than the node that it leaves; empty when there are none.
  [[nodiscard]] std::string conditions_of(graph::EdgeId id) const {
    const graph::Edge& edge = system_.edge(id);
    const auto name_of = [&](graph::NodeId node) {
      const dialect::Resource* resource = node.valid() ? system_.node(node).resource : nullptr;
      if (resource == nullptr || resource->condition.empty()) return std::string();
      return std::to_string(system_.node(node).template_index) + ":" + std::string(resource->condition) + " ";
    };
    const std::string own = name_of(edge.from);
    std::string result;
    for (const graph::NodeId node : {edge.via, edge.to}) {
      const std::string name = name_of(node);
      if (name != own && result.find(name) == std::string::npos) result += name;
    }
    return result;
  }

  /// Of edges that filter, the widest group whose filters all let the events of one of them through; where
  /// there are too many to compare them all, of equal filters.
  [[nodiscard]] Edges passing_together(const Edges& edges) const {
    constexpr std::size_t most_compared = 64;
    const auto is_free = [&](graph::EdgeId id) { return !system_.edge(id).filter.is_present(); };
    if (edges.size() > most_compared) {
      return widest_group(edges, is_free, [&](graph::EdgeId a, graph::EdgeId b) {
        return system_.edge(a).filter.equals(system_.edge(b).filter);
      });
    }
    Edges best;
    for (const graph::EdgeId narrow : edges) {
      if (is_free(narrow)) continue;
      const auto together = [&](graph::EdgeId id) {
        return id == narrow ||
               graph::overlap(system_, system_.edge(narrow), system_.edge(id)) == graph::Verdict::matches;
      };
      Edges group;
      std::copy_if(edges.begin(), edges.end(), std::back_inserter(group),
                   [&](graph::EdgeId id) { return !is_free(id) && together(id); });
      if (best.empty() || rank(sum_of(best)) < rank(sum_of(group))) best = std::move(group);
    }
    Edges result;
    std::copy_if(edges.begin(), edges.end(), std::back_inserter(result), is_free);
    result.insert(result.end(), best.begin(), best.end());
    return result;
  }

  /// Edges that surely carry the same event: those without a filter and the widest group of filters that let
  /// the same events through. Of these, those that always exist and the widest group that depends on the same
  /// condition: two conditions may exclude each other.
  [[nodiscard]] Edges together(graph::NodeId node) const {
    const Edges same_event = passing_together(onward(node));
    return widest_group(
        same_event, [&](graph::EdgeId id) { return conditions_of(id).empty(); },
        [&](graph::EdgeId a, graph::EdgeId b) { return conditions_of(a) == conditions_of(b); });
  }

  [[nodiscard]] Width width_of(graph::NodeId node) const {
    Width result;
    if (hands_to_all(node)) {
      for (const graph::EdgeId id : together(node)) result = result + behind(system_.edge(id));
      return result;
    }
    for (const graph::EdgeId id : onward(node)) result = widest(result, behind(system_.edge(id)));
    if (is_type(system_, node, function_type) && !is_reserved(node)) {
      result.unbounded = std::max<std::int64_t>(result.unbounded, 1);
    }
    return result;
  }

  /// Here the multiplication happens: the node is wider than any single thing behind it.
  [[nodiscard]] bool multiplies(graph::NodeId node) const {
    Width single;
    bool opens = false;
    for (const graph::EdgeId id : onward(node)) {
      const Width one = behind(system_.edge(id));
      opens = opens || (one.open_ended && !width(system_.edge(id).to).open_ended);
      single = widest(single, one);
    }
    if (opens) return true;
    if (!hands_to_all(node)) return false;
    const Width& all = width(node);
    return all.consumers > std::max<std::int64_t>(single.consumers, 1) ||
           all.unbounded > std::max<std::int64_t>(single.unbounded, 1);
  }

  struct Path {
    std::vector<graph::NodeId> ends;
    std::vector<graph::NodeId> iterated;
    std::vector<std::string> bounds;
    std::vector<Step> steps;
  };

  /// Everything that one event of `source` becomes, hop by hop, each node once.
  [[nodiscard]] Path spread(graph::NodeId source) const {
    Path path;
    std::vector<bool> seen(system_.nodes.size());
    std::vector<graph::NodeId> work{source};
    for (std::size_t next = 0; next < work.size(); ++next) {
      const std::vector<graph::EdgeId> edges =
          hands_to_all(work[next]) ? together(work[next]) : onward(work[next]);
      for (const graph::EdgeId id : edges) {
        const graph::Edge& edge = system_.edge(id);
        if (seen[edge.to.index()]) continue;
        seen[edge.to.index()] = true;
        if (is_aside(edge)) continue;
        path.steps.push_back(step_of(edge, id));
        note_bounds(edge, path);
        if (edge.mode != graph::Mode::polled) work.push_back(edge.to);
      }
    }
    return path;
  }

  /// A write to a store that passes nothing on: the event ends there, but multiplies nothing.
  [[nodiscard]] bool is_aside(const graph::Edge& edge) const {
    const Width& behind_it = width(edge.to);
    return !hands_to_all(edge.from) && !is_type(system_, edge.to, function_type) &&
           behind_it.consumers == 0 && behind_it.unbounded == 0;
  }

  [[nodiscard]] Step step_of(const graph::Edge& edge, graph::EdgeId id) const {
    std::string text = facts_.object(id)->display();
    if (hands_to_all(edge.to) && width(edge.to).consumers > 1) {
      text += " × " + std::to_string(width(edge.to).consumers);
    }
    if (iterates(edge)) text += " × the items of a Map without MaxConcurrency";
    return {facts_.object(id)->span(), std::move(text)};
  }

  void note_bounds(const graph::Edge& edge, Path& path) const {
    const std::string target = quoted(shown_name(system_.node(edge.to)));
    if (edge.mode == graph::Mode::polled) {
      path.bounds.push_back(quoted(shown_name(system_.node(edge.from))) + " holds events back for " + target);
      return;
    }
    if (!is_type(system_, edge.to, function_type)) return;
    if (is_reserved(edge.to)) {
      path.bounds.push_back(target + " reserves concurrency");
    } else {
      path.ends.push_back(edge.to);
      if (iterates(edge)) path.iterated.push_back(edge.to);
    }
  }

  void add(const Schema& schema, Table& table, graph::NodeId source) {
    Path path = spread(source);
    const Width& all = width(source);
    const std::vector<graph::EdgeId> edges = onward(source);
    const text::Span own = id_span(system_.node(source));
    const text::Span span = own.valid() || edges.empty() ? own : facts_.object(edges.front())->span();
    const bool bounded = all.unbounded < 2 && !all.open_ended;
    add_row(table, schema,
            {{"source", resource_cell(facts_, source)},
             {"entries", resource_list(facts_, entries_of(source))},
             {"consumers", all.consumers},
             {"unbounded", all.unbounded},
             {"open_ended", all.open_ended},
             {"distributed", all.distributed},
             {"reads_items", all.reads_items},
             {"iterated", resource_list(facts_, path.iterated)},
             {"bounded", bounded},
             {"functions", resource_list(facts_, path.ends)},
             {"bounds", string_list(path.bounds)},
             {"place", cel::Value(quoted(shown_name(system_.node(source)))).at(span)}},
            span, std::move(path.steps));
  }

  /// Where events that reach the node come from: nodes that nothing of the system feeds.
  [[nodiscard]] std::vector<graph::NodeId> entries_of(graph::NodeId node) const {
    std::vector<graph::NodeId> entries;
    std::vector<bool> seen(system_.nodes.size());
    std::vector<graph::NodeId> work{node};
    seen[node.index()] = true;
    for (std::size_t next = 0; next < work.size(); ++next) {
      bool fed = false;
      for (const graph::EdgeId id : system_.incoming[work[next].index()]) {
        const graph::Edge& edge = system_.edge(id);
        if (!carries_event(edge)) continue;
        fed = true;
        if (!seen[edge.from.index()]) work.push_back(edge.from);
        seen[edge.from.index()] = true;
      }
      if (!fed) entries.push_back(work[next]);
    }
    std::sort(entries.begin(), entries.end());
    return entries;
  }

  const Facts& facts_;
  const graph::System& system_;
  Components components_;
  std::vector<Width> widths_;
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
           {"entries", "list", "", "where its events come from: nodes that nothing of the system feeds"},
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
