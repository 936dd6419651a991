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
#include "analysis/entries.hpp"
#include "analysis/flow.hpp"
#include "analysis/reach.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace slsaudit::analysis {
namespace {

constexpr std::int64_t most = 1'000'000'000; ///< Sums stop here.
/// Hops that the proof of one row shows, and feeding edges that the search for its entries looks at: in a
/// large system everything may be behind everything.
constexpr std::size_t most_hops = 200;
constexpr std::size_t most_fed_by = 2000;

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
      : facts_(facts), system_(facts.system()), components_(event_components(facts)),
        widths_(system_.nodes.size()), onward_(system_.nodes.size()), enters_(system_.nodes.size()),
        together_(system_.nodes.size()) {
    find_onward();
    for (const graph::NodeId entry : entry_nodes(facts)) enters_[entry.index()] = true;
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
  using Edges = std::vector<graph::EdgeId>;

  [[nodiscard]] const Width& width(graph::NodeId node) const { return widths_[node.index()]; }

  void find_onward() {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::Edge& edge = system_.edges[i];
      // What hands an event to all hands it to those that it will come back from, too.
      const bool ends_here = hands_to_all(edge.from) && !hands_to_all(edge.to);
      if (carries_event(edge) && (!leads_back(edge) || ends_here)) onward_[edge.from.index()].emplace_back(i);
    }
  }

  /// Within a loop: what lies behind is not counted, or it would never end.
  [[nodiscard]] bool leads_back(const graph::Edge& edge) const {
    return components_.of[edge.from.index()] == components_.of[edge.to.index()];
  }

  [[nodiscard]] const Edges& onward(graph::NodeId node) const { return onward_[node.index()]; }

  [[nodiscard]] bool hands_to_all(graph::NodeId node) const {
    return std::find(handing_to_all.begin(), handing_to_all.end(), system_.node(node).type) !=
           handing_to_all.end();
  }

  [[nodiscard]] bool is_reserved(graph::NodeId function) const {
    return property(system_.node(function), "ReservedConcurrentExecutions").is_present();
  }

  /// A node without all that lies behind it.
  [[nodiscard]] Width alone(graph::NodeId node) const {
    Width result;
    result.unbounded = is_type(system_, node, function_type) && !is_reserved(node) ? 1 : 0;
    return result;
  }

  /// What a node is worth to the one that hands it an event.
  [[nodiscard]] Width behind(const graph::Edge& edge) const {
    Width result = leads_back(edge) ? alone(edge.to) : width(edge.to);
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

  [[nodiscard]] Width sum_of(const Edges& edges) const {
    Width total;
    for (const graph::EdgeId id : edges) total = total + behind(system_.edge(id));
    return total;
  }

  /// The edges without a key, and of the others the widest group of one key.
  template <typename Key> [[nodiscard]] Edges widest_group(const Edges& edges, Key key_of) const {
    Edges result;
    std::vector<Edges> groups;
    std::map<std::string, std::size_t> numbers; // By key; in the order of their first edges.
    for (const graph::EdgeId id : edges) {
      const std::string key = key_of(id);
      if (key.empty()) {
        result.push_back(id);
        continue;
      }
      const auto [entry, is_new] = numbers.try_emplace(key, groups.size());
      if (is_new) groups.emplace_back();
      groups[entry->second].push_back(id);
    }
    const Edges* best = nullptr;
    Width widest_sum;
    for (const Edges& group : groups) {
      const Width sum = sum_of(group);
      if (best != nullptr && !(rank(widest_sum) < rank(sum))) continue;
      best = &group;
      widest_sum = sum;
    }
    if (best != nullptr) result.insert(result.end(), best->begin(), best->end());
    return result;
  }

  using FilterKeys = std::map<std::string, Edges>;

  /// The same text for equal filters, and no other's. Unknown ones equal none.
  [[nodiscard]] std::string key_of_filter(graph::EdgeId id, FilterKeys& known) const {
    const value::Value& filter = system_.edge(id).filter;
    if (!filter.is_present()) return {};
    // What is written in another order is equal too, and has the same letters.
    constexpr std::size_t enough = 1'000'000;
    std::string text = filter.display(enough);
    std::sort(text.begin(), text.end());
    auto& alike = known[text];
    const auto same = std::ranges::find_if(
        alike, [&](graph::EdgeId other) { return system_.edge(other).filter.equals(filter); });
    const std::size_t number = static_cast<std::size_t>(same - alike.begin());
    if (same == alike.end()) alike.push_back(id);
    return text + "#" + std::to_string(number);
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
    if (edges.size() > most_compared) {
      FilterKeys known;
      return widest_group(edges, [&](graph::EdgeId id) { return key_of_filter(id, known); });
    }
    Edges result;
    Edges filtering;
    for (const graph::EdgeId id : edges)
      (system_.edge(id).filter.is_present() ? filtering : result).push_back(id);
    Edges best;
    for (const graph::EdgeId narrow : filtering) {
      Edges group;
      std::copy_if(filtering.begin(), filtering.end(), std::back_inserter(group), [&](graph::EdgeId id) {
        return id == narrow ||
               graph::overlap(system_, system_.edge(narrow), system_.edge(id)) == graph::Verdict::matches;
      });
      if (best.empty() || rank(sum_of(best)) < rank(sum_of(group))) best = std::move(group);
    }
    result.insert(result.end(), best.begin(), best.end());
    return result;
  }

  /// Edges that surely carry the same event: those without a filter and the widest group of filters that let
  /// the same events through. Of these, those that always exist and the widest group that depends on the same
  /// condition: two conditions may exclude each other.
  [[nodiscard]] Edges find_together(graph::NodeId node) const {
    return widest_group(passing_together(onward(node)), [&](graph::EdgeId id) { return conditions_of(id); });
  }

  /// The edges that one event takes at once; settled once the node's targets are.
  [[nodiscard]] const Edges& taken(graph::NodeId node) const {
    if (!hands_to_all(node)) return onward(node);
    std::optional<Edges>& known = together_[node.index()];
    if (!known) known = find_together(node);
    return *known;
  }

  [[nodiscard]] Width width_of(graph::NodeId node) const {
    Width result;
    if (hands_to_all(node)) {
      for (const graph::EdgeId id : taken(node)) result = result + behind(system_.edge(id));
      return result;
    }
    for (const graph::EdgeId id : onward(node)) result = widest(result, behind(system_.edge(id)));
    result.unbounded = std::max(result.unbounded, alone(node).unbounded);
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
    bool cut = false; ///< There is more of it.
  };

  /// What one event of `source` becomes, hop by hop, each node once: the nearest hops where they are many.
  [[nodiscard]] Path spread(graph::NodeId source) const {
    Path path;
    std::vector<bool> seen(system_.nodes.size());
    std::vector<graph::NodeId> work{source};
    for (std::size_t next = 0; next < work.size(); ++next) {
      for (const graph::EdgeId id : taken(work[next])) {
        const graph::Edge& edge = system_.edge(id);
        if (seen[edge.to.index()]) continue;
        seen[edge.to.index()] = true;
        if (is_aside(edge)) continue;
        if (path.steps.size() == most_hops) {
          path.cut = true;
          return path;
        }
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
    if (path.cut)
      path.steps.push_back({{}, "and on: the proof ends after " + std::to_string(most_hops) + " hops"});
    const Edges& edges = onward(source);
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
  const Components& components_;
  std::vector<Width> widths_;
  std::vector<Edges> onward_;                          ///< By node: edges that carry events on.
  std::vector<bool> enters_;                           ///< By node: events come in there.
  mutable std::vector<std::optional<Edges>> together_; ///< By node that hands to all.
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
