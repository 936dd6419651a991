// SPDX-License-Identifier: Apache-2.0
// Table "cycles": what needs itself in a circle. Three kinds: resources of one template that refer to one
// another (CloudFormation refuses such a stack), stacks that take each other's outputs (none of them can be
// deployed first), and services that wait for each other's answers.
#include "analysis/analyses.hpp"
#include "analysis/making_order.hpp"
#include "analysis/services.hpp"
#include "graph/index.hpp"
#include "graph/references.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace slsaudit::analysis {
namespace {

using graph::NodeId;
using graph::System;

/// What must hold for a reference to be there: conditions and how they come out.
using Assumptions = std::map<std::string_view, bool>;

struct Arc {
  std::size_t to = 0;
  text::Span span;
  std::string text; ///< Of the proof.
  Assumptions when;
  bool written = true; ///< By the author, rather than by the dialect.
};

/// A directed graph over numbers, and its circles.
class Digraph {
public:
  explicit Digraph(std::size_t size) : arcs_(size) {}

  void add(std::size_t from, Arc arc) { arcs_[from].push_back(std::move(arc)); }

  /// One circle of each strongly connected part that has one whose references can all be there together: a
  /// short one. Each is a list of arcs and where they start; parts in the order of their first member.
  struct Step {
    std::size_t from = 0;
    const Arc* arc = nullptr;
  };
  using Circle = std::vector<Step>;

  [[nodiscard]] std::vector<Circle> circles() const {
    const std::vector<std::size_t> part = parts();
    std::vector<bool> told(arcs_.size(), false);
    std::vector<Circle> result;
    for (std::size_t start = 0; start < arcs_.size(); ++start) {
      if (told[part[start]]) continue;
      Circle circle = shortest_from(start, part);
      if (circle.empty()) continue;
      told[part[start]] = true;
      result.push_back(std::move(circle));
    }
    return result;
  }

private:
  /// Tarjan's algorithm with a stack of its own: of each node, the number of its strongly connected part.
  [[nodiscard]] std::vector<std::size_t> parts() const {
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> order(arcs_.size(), none);
    std::vector<std::size_t> low(arcs_.size(), 0);
    std::vector<std::size_t> part(arcs_.size(), none);
    std::vector<std::size_t> open;
    std::vector<std::pair<std::size_t, std::size_t>> calls; // node, next arc
    std::size_t clock = 0;
    const auto enter = [&](std::size_t node) {
      order[node] = low[node] = clock++;
      open.push_back(node);
      calls.emplace_back(node, 0);
    };
    for (std::size_t root = 0; root < arcs_.size(); ++root) {
      if (order[root] == none) enter(root);
      while (!calls.empty()) {
        const std::size_t node = calls.back().first;
        if (calls.back().second < arcs_[node].size()) {
          const std::size_t to = arcs_[node][calls.back().second++].to;
          if (order[to] == none)
            enter(to);
          else if (part[to] == none)
            low[node] = std::min(low[node], order[to]);
          continue;
        }
        calls.pop_back();
        if (!calls.empty()) low[calls.back().first] = std::min(low[calls.back().first], low[node]);
        if (low[node] != order[node]) continue;
        for (std::size_t member = none; member != node;) {
          member = open.back();
          open.pop_back();
          part[member] = node;
        }
      }
    }
    return part;
  }

  /// Breadth first, within one part; an arc that contradicts the way to it is not taken.
  [[nodiscard]] Circle shortest_from(std::size_t start, const std::vector<std::size_t>& part) const {
    std::map<std::size_t, Step> reached_by;
    std::vector<std::size_t> queue{start};
    for (std::size_t i = 0; i < queue.size(); ++i) {
      Assumptions held;
      for (std::size_t node = queue[i]; node != start; node = reached_by.at(node).from)
        held.insert(reached_by.at(node).arc->when.begin(), reached_by.at(node).arc->when.end());
      for (const Arc& arc : arcs_[queue[i]]) {
        const bool possible = std::all_of(arc.when.begin(), arc.when.end(), [&](const auto& assumption) {
          const auto known = held.find(assumption.first);
          return known == held.end() || known->second == assumption.second;
        });
        if (!possible || part[arc.to] != part[start]) continue;
        if (arc.to == start) return way_to({queue[i], &arc}, start, reached_by);
        if (reached_by.emplace(arc.to, Step{queue[i], &arc}).second) queue.push_back(arc.to);
      }
    }
    return {};
  }

  static Circle way_to(Step last, std::size_t start, const std::map<std::size_t, Step>& reached_by) {
    Circle circle{last};
    while (circle.back().from != start) circle.push_back(reached_by.at(circle.back().from));
    std::reverse(circle.begin(), circle.end());
    return circle;
  }

  std::vector<std::vector<Arc>> arcs_;
};

/// Calls back for each reference in a value, with the conditions under which it is there.
// Recursion follows the nesting of values, which the reader bounds.
template <typename Seen>
void for_each_reference(const value::Value& value, const Assumptions& when, const Seen& seen) {
  if (value.is(value::Kind::conditional)) {
    for (const bool outcome : {true, false}) {
      Assumptions narrower = when;
      const auto [known, is_new] = narrower.emplace(value.condition(), outcome);
      if (!is_new && known->second != outcome) continue;
      for_each_reference(outcome ? value.when_true() : value.when_false(), narrower, seen);
    }
    return;
  }
  for (const value::Part& part : value.parts()) {
    if (part.is_reference) seen(part, value.span(), when);
  }
  for (const value::Value& item : value.items()) for_each_reference(item, when, seen);
  for (const value::Member& member : value.members()) for_each_reference(member.value, when, seen);
}

Assumptions existence(const dialect::Resource& resource) {
  return resource.condition.empty() ? Assumptions{} : Assumptions{{resource.condition, true}};
}

class Cycles {
public:
  Cycles(const Facts& facts, const Schema& schema, Table& table)
      : facts_(facts), system_(facts.system()), services_(system_), schema_(schema), table_(table) {}

  void run() {
    if (any_resource_needs_itself()) {
      read_keys();
      resources();
    }
    stacks();
    services();
  }

private:
  [[nodiscard]] const dialect::Resource* resource(std::size_t node) const {
    return system_.nodes[node].resource;
  }

  /// Whether there is a circle at all, in whatever world: most systems have none, and need no proofs.
  [[nodiscard]] bool any_resource_needs_itself() const {
    const std::vector<std::vector<NodeId>>& needs = facts_.shared<MakingOrder>().needs();
    const std::size_t count = needs.size();
    std::vector<std::size_t> needed_by(count, 0);
    for (const std::vector<NodeId>& list : needs) {
      for (const NodeId to : list) ++needed_by[to.index()];
    }
    // Takes away what nothing (that is left) needs: what stays is in circles, or needed by one.
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < count; ++i) {
      if (needed_by[i] == 0) free.push_back(i);
    }
    for (std::size_t i = 0; i < free.size(); ++i) {
      for (const NodeId to : needs[free[i]]) {
        if (--needed_by[to.index()] == 0) free.push_back(to.index());
      }
    }
    return free.size() < count;
  }

  void resources() {
    Digraph graph(system_.nodes.size());
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (resource(i) != nullptr) add_needs(graph, i, *resource(i));
    }
    for (const Digraph::Circle& circle : graph.circles()) {
      std::vector<NodeId> members;
      std::string way = quoted(author_name(circle.front().from));
      std::vector<Step> steps;
      for (const Digraph::Step& step : circle) {
        members.emplace_back(step.from);
        way += " → " + quoted(author_name(step.arc->to));
        steps.push_back({step.arc->span, step.arc->text});
      }
      tell("resources", members, way, place_of(circle), std::move(steps));
    }
  }

  /// Keys of resources, events, policies …: what stands there was made by a dialect, of what stands below.
  void read_keys() {
    for (const graph::Node& node : system_.nodes) {
      if (node.resource == nullptr) continue;
      for (const text::Span span : {node.resource->author.span, node.resource->id_span})
        keys_.emplace(span.file, span.begin);
    }
  }

  /// The same of a resource's properties.
  template <typename Seen>
  void for_each_reference_in(NodeId node, const Assumptions& when, const Seen& seen) const {
    const graph::Node& whole = system_.node(node);
    const auto texts = system_.references->of(node);
    if (!texts.empty() && !system_.templates[whole.template_index].used_conditions.empty())
      return for_each_reference(whole.resource->properties, when, seen);
    for (const value::Value& text : texts) for_each_reference(text, when, seen);
  }

  void add_needs(Digraph& graph, std::size_t from, const dialect::Resource& resource) const {
    const std::size_t where = system_.nodes[from].template_index;
    const std::string name = quoted(author_name(from));
    const auto add = [&](NodeId to, text::Span span, std::string_view how, Assumptions when) {
      const auto exists = existence(*system_.node(to).resource);
      when.insert(exists.begin(), exists.end());
      graph.add(from, {to.index(), span, name + std::string(how) + quoted(author_name(to.index())),
                       std::move(when), !keys_.contains({span.file, span.begin})});
    };
    const auto seen = [&](const value::Part& part, text::Span span, const Assumptions& when) {
      if (!names_resource(part)) return;
      const NodeId to = system_.find(where, part.name);
      if (to.valid()) add(to, span, " refers to ", when);
    };
    for_each_reference_in(NodeId(from), existence(resource), seen);
    for_each_reference(resource.update_policy, existence(resource), seen);
    for (const std::string_view id : resource.depends_on) {
      const NodeId to = system_.find(where, id);
      // A resource that names itself there is a problem of the template's text.
      if (to.valid() && to.index() != from) add(to, resource.id_span, " depends on ", existence(resource));
    }
  }

  [[nodiscard]] std::string author_name(std::size_t node) const {
    return std::string(system_.nodes[node].label);
  }

  /// The first reference that somebody wrote; else the first.
  static text::Span place_of(const Digraph::Circle& circle) {
    for (const Digraph::Step& step : circle) {
      if (step.arc->written) return step.arc->span;
    }
    return circle.front().arc->span;
  }

  void stacks() {
    Digraph graph(services_.count());
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::Node& node = system_.nodes[i];
      if (node.resource == nullptr) continue;
      const std::size_t from = services_.of_template(node.template_index);
      const auto seen = [&](const value::Part& part, text::Span span, const Assumptions& /*when*/) {
        using value::ReferenceKind;
        if (part.kind != ReferenceKind::import_value && part.kind != ReferenceKind::output) return;
        const auto source = system_.index->template_behind(node.template_index, part);
        if (!source || services_.of_template(*source) == from) return;
        graph.add(from, {services_.of_template(*source),
                         span,
                         quoted(shown_name(node)) + " takes `" +
                             std::string(part.attribute.empty() ? part.name : part.attribute) +
                             "`, which another stack gives",
                         {},
                         true});
      };
      for_each_reference_in(NodeId(i), {}, seen);
    }
    tell_templates("stacks", graph);
  }

  void services() {
    Digraph graph(services_.count());
    for (const graph::Edge& edge : system_.edges) {
      const bool waits = edge.kind == graph::EdgeKind::invokes && edge.mode == graph::Mode::synchronous;
      const graph::Evidence& evidence = edge.evidence.front();
      if (!waits || evidence.basis == graph::Basis::hinted) continue;
      const graph::Node& from = system_.node(edge.from);
      const graph::Node& to = system_.node(edge.to);
      if (from.resource == nullptr || to.resource == nullptr) continue;
      const std::size_t caller = services_.of_template(from.template_index);
      const std::size_t callee = services_.of_template(to.template_index);
      if (caller == callee) continue;
      graph.add(caller, {callee,
                         evidence.span,
                         quoted(shown_name(from)) + " waits for " + quoted(shown_name(to)),
                         {},
                         true});
    }
    tell_templates("services", graph);
  }

  void tell_templates(std::string_view kind, const Digraph& graph) {
    for (const Digraph::Circle& circle : graph.circles()) {
      std::string way = services_.name(circle.front().from);
      std::vector<Step> steps;
      for (const Digraph::Step& step : circle) {
        way += " → " + services_.name(step.arc->to);
        steps.push_back({step.arc->span, step.arc->text});
      }
      tell(kind, {}, way, place_of(circle), std::move(steps));
    }
  }

  void tell(std::string_view kind, const std::vector<NodeId>& members, const std::string& way,
            text::Span place, std::vector<Step> steps) {
    const auto length = static_cast<std::int64_t>(steps.size());
    add_row(table_, schema_,
            {{"resource", members.empty() ? cel::Value() : resource_cell(facts_, members.front())},
             {"kind", cel::Value(std::string(kind))},
             {"resources", resource_list(facts_, members)},
             {"length", length},
             {"way", way},
             {"place", cel::Value(way).at(place)}},
            place, std::move(steps));
  }

  std::set<std::pair<text::FileId, std::uint32_t>> keys_; ///< File and where they begin.
  const Facts& facts_;
  const System& system_;
  Services services_;
  const Schema& schema_;
  Table& table_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Cycles(facts, schema, table).run();
}

} // namespace

const Analysis& cycle_analysis() {
  static const Analysis analysis{
      {"cycles",
       "What needs itself in a circle, one row for each group that does; the references are the row's proof",
       {
           {"resource", "resource", "",
            "the first of the resources; null where stacks or services are meant"},
           {"kind", "string", "",
            "`resources` of one template that refer to one another, `stacks` that take each other's outputs, "
            "or "
            "`services` whose functions wait for each other"},
           {"resources", "list", "",
            "the resources in the order of the circle; empty where stacks are meant"},
           {"length", "int", "", "steps of the circle"},
           {"way", "string", "", "the circle: `Orders` → `Fn` → `Orders`"},
           {"place", "string", "", "stands at a reference that somebody wrote; for `at`"},
       }},
      compute,
      7};
  return analysis;
}

} // namespace slsaudit::analysis
