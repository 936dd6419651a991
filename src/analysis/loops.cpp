// SPDX-License-Identifier: Apache-2.0
// Table "loops": ways on which an event comes back to where it was.
//
// Cycles lie within strongly connected components. Of each node of a component the shortest cycle through it
// looked for, and of those that start anew by the same trigger one is reported (the surest, then the
// shortest): enough to break every loop, and never exponentially many.
#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/grants.hpp"
#include "analysis/reach.hpp"
#include "analysis/wildcards.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace slsaudit::analysis {
namespace {

/// Services that Lambda's recursive loop detection follows.
constexpr std::array<std::string_view, 4> detected{function_type, "AWS::SQS::Queue", "AWS::SNS::Topic",
                                                   "AWS::S3::Bucket"};
/// Edges that a search may look at in all; a system that needs more has its other loops left out.
constexpr std::size_t search_budget = 2'000'000;
/// Edges that are looked at while what comes is compared with one filter.
constexpr std::size_t cost_of_comparing = 40;

using Cycle = std::vector<graph::EdgeId>;

class Search {
public:
  explicit Search(const Facts& facts)
      : system_(facts.system()), passages_(facts.shared<Passages>()), components_(event_components(facts)),
        inner_(system_.nodes.size()), previous_(system_.edges.size()), round_of_(system_.edges.size()) {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::Edge& edge = system_.edges[i];
      const bool inside = components_.of[edge.from.index()] == components_.of[edge.to.index()];
      if (carries_event(edge) && inside) inner_[edge.from.index()].emplace_back(i);
    }
  }

  std::set<Cycle> run() {
    std::set<Cycle> cycles;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (budget_ == 0) {
        if (!inner_[i].empty()) left_out_.emplace_back(i);
        continue;
      }
      Cycle best;
      for (const graph::EdgeId id : inner_[i]) {
        Cycle cycle = shortest_from(id);
        if (!cycle.empty() && (best.empty() || cycle.size() < best.size())) best = std::move(cycle);
      }
      if (!best.empty()) cycles.insert(canonical(best));
      if (budget_ == 0) left_out_.emplace_back(i);
    }
    return cycles;
  }

  /// Nodes that may be on cycles, for which the budget left no search.
  [[nodiscard]] const std::vector<graph::NodeId>& left_out() const { return left_out_; }

private:
  /// Breadth-first over edges: whether an event goes on depends on the edge that it came by.
  Cycle shortest_from(graph::EdgeId start) {
    const graph::NodeId home = system_.edge(start).from;
    ++round_;
    reach(start, {});
    std::vector<graph::EdgeId> work{start};
    for (std::size_t next = 0; next < work.size(); ++next) {
      const graph::EdgeId in = work[next];
      const graph::NodeId at = system_.edge(in).to;
      if (at == home && passes(in, start)) return trace(in);
      for (const graph::EdgeId out : inner_[at.index()]) {
        if (budget_ == 0) return {};
        const bool is_known = round_of_[out.index()] == round_;
        budget_ -=
            std::min(budget_, !is_known && passages_.compares(out) ? cost_of_comparing : std::size_t{1});
        if (is_known || !passes(in, out)) continue;
        reach(out, in);
        work.push_back(out);
      }
    }
    return {};
  }

  void reach(graph::EdgeId edge, graph::EdgeId from) {
    round_of_[edge.index()] = round_;
    previous_[edge.index()] = from;
  }

  [[nodiscard]] bool passes(graph::EdgeId in, graph::EdgeId out) const {
    return passages_.of(in, out) != Passage::blocked;
  }

  [[nodiscard]] Cycle trace(graph::EdgeId last) const {
    Cycle cycle;
    for (graph::EdgeId id = last; id.valid(); id = previous_[id.index()]) cycle.push_back(id);
    std::reverse(cycle.begin(), cycle.end());
    return cycle;
  }

  /// Starts with the edge that leaves the smallest node.
  [[nodiscard]] Cycle canonical(Cycle cycle) const {
    const auto first = std::min_element(cycle.begin(), cycle.end(), [&](graph::EdgeId a, graph::EdgeId b) {
      return std::pair(system_.edge(a).from, a) < std::pair(system_.edge(b).from, b);
    });
    std::rotate(cycle.begin(), first, cycle.end());
    return cycle;
  }

  const graph::System& system_;
  const Passages& passages_;
  const Components& components_;
  std::vector<std::vector<graph::EdgeId>> inner_; ///< By node: edges that stay within its component.
  std::vector<graph::EdgeId> previous_;           ///< By edge, of this round.
  std::vector<unsigned> round_of_;                ///< By edge: when it was reached last.
  unsigned round_ = 0;
  std::size_t budget_ = search_budget;
  std::vector<graph::NodeId> left_out_;
};

cel::Value stopped_by_platform(const Facts& facts, const std::vector<graph::NodeId>& nodes) {
  bool any_function = false;
  cel::Value unknown;
  for (const graph::NodeId node : nodes) {
    const graph::Node& member = facts.system().node(node);
    if (std::find(detected.begin(), detected.end(), member.type) == detected.end()) return false;
    if (member.type != function_type) continue;
    any_function = true;
    const value::Value setting = property(member, "RecursiveLoop");
    if (setting.as_string() == "Allow") return false;
    if (setting.is_present() && !setting.as_string())
      unknown = cel::Value::unknown("RecursiveLoop is not known");
  }
  return unknown.is_null() ? cel::Value(any_function) : unknown;
}

/// Declared, or granted to a function whose environment names the target: it can't write without a name.
bool is_named(const graph::Edge& edge) {
  return std::any_of(edge.evidence.begin(), edge.evidence.end(),
                     [](const graph::Evidence& evidence) { return evidence.basis != graph::Basis::granted; });
}

/// Granted to a role that other functions run with too: the grant may be meant for one of them.
bool by_shared_role(const graph::System& system, const graph::Edge& edge) {
  if (strongest_basis(edge) != graph::Basis::granted) return false;
  const auto& out = system.outgoing[edge.from.index()];
  return std::any_of(out.begin(), out.end(), [&](graph::EdgeId id) {
    if (system.edge(id).kind != graph::EdgeKind::assumes) return false;
    const graph::Node& role = system.node(system.edge(id).to);
    const bool for_all = role.resource != nullptr && role.resource->author.generated;
    if (for_all && system.templates[role.template_index].unread.functions) return true;
    const auto& in = system.incoming[system.edge(id).to.index()];
    return std::count_if(in.begin(), in.end(), [&](graph::EdgeId other) {
             return system.edge(other).kind == graph::EdgeKind::assumes;
           }) > 1;
  });
}

/// The hop that an author would change to break the loop: the trigger that starts the work anew, else the
/// first hop.
graph::EdgeId breaking_hop(const graph::System& system, const Cycle& cycle) {
  const auto starts = [&](graph::EdgeId id) {
    const graph::EdgeKind kind = system.edge(id).kind;
    return kind == graph::EdgeKind::triggers || kind == graph::EdgeKind::polls;
  };
  const auto found = std::find_if(cycle.begin(), cycle.end(), starts);
  return found == cycle.end() ? cycle.front() : *found;
}

bool is_certain(const Passages& passages, const Cycle& cycle) {
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    if (passages.of(cycle[i], cycle[(i + 1) % cycle.size()]) != Passage::certain) return false;
  }
  return true;
}

/// By the author's names; by logical ids where they name two nodes alike (a function and the bucket made for
/// it).
std::string way_through(const graph::System& system, const std::vector<graph::NodeId>& nodes) {
  std::string way;
  for (std::size_t i = 0; i <= nodes.size(); ++i) {
    const graph::Node& node = system.node(nodes[i % nodes.size()]);
    const auto alike = std::count_if(nodes.begin(), nodes.end(), [&](graph::NodeId other) {
      return shown_name(system.node(other)) == shown_name(node);
    });
    const bool ambiguous = alike > 1 && node.type != function_type;
    way += (way.empty() ? "" : " → ") + quoted(ambiguous ? std::string_view(node.label) : shown_name(node));
  }
  return way;
}

void add(const Facts& facts, const Schema& schema, Table& table, const Cycle& cycle) {
  const graph::System& system = facts.system();
  const auto& wildcards = facts.shared<Wildcards>();
  std::vector<graph::NodeId> nodes;
  std::vector<graph::NodeId> functions;
  std::vector<Step> steps;
  graph::Basis basis = graph::Basis::declared;
  bool wildcard = false;
  bool shared = false;
  bool named = true;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const graph::Edge& edge = system.edge(cycle[i]);
    nodes.push_back(edge.from);
    if (is_type(system, edge.from, function_type)) functions.push_back(edge.from);
    basis = std::max(basis, strongest_basis(edge));
    wildcard = wildcard || wildcards.grant(edge);
    shared = shared || by_shared_role(system, edge);
    named = named && is_named(edge);
    const std::string evidence = edge.evidence.empty() ? std::string() : ": " + edge.evidence.front().text;
    steps.push_back({facts.object(cycle[i])->span(), facts.object(cycle[i])->display() + evidence});
  }
  const std::string way = way_through(system, nodes);
  const graph::EdgeId hop = breaking_hop(system, cycle);
  const auto place = std::ranges::find(cycle, hop);
  const graph::EdgeId back = place == cycle.begin() ? cycle.back() : *(place - 1);
  const text::Span span = facts.object(hop)->span();
  add_row(table, schema,
          {{"start", resource_cell(facts, nodes.front())},
           {"nodes", resource_list(facts, nodes)},
           {"functions", resource_list(facts, functions)},
           {"length", static_cast<std::int64_t>(cycle.size())},
           {"way", way},
           {"basis", graph::name(basis)},
           {"wildcard", wildcard},
           {"shared", shared},
           {"named", named},
           {"certain", is_certain(facts.shared<Passages>(), cycle)},
           {"stopped_by_platform", stopped_by_platform(facts, nodes)},
           {"hop", edge_cell(facts, hop)},
           {"back", edge_cell(facts, back)},
           {"searched", true}},
          span, std::move(steps));
}

/// Says aloud that loops may be missing: nothing of them is known.
void add_unknown(const Facts& facts, const Schema& schema, Table& table,
                 const std::vector<graph::NodeId>& left_out) {
  const std::string why = "the search for loops ended at its bound: those through " +
                          std::to_string(left_out.size()) +
                          (left_out.size() == 1 ? " resource" : " resources") + " may be missing";
  const text::Span span = id_span(facts.system().node(left_out.front()));
  std::vector<std::uint32_t> cells(schema.columns.size(), table.pool->add(cel::Value::unknown(why).at(span)));
  cells.front() = table.pool->add(resource_cell(facts, left_out.front()));
  cells.back() = table.pool->add(false);
  table.rows.emplace_back(schema, *table.pool, cells, span, std::vector<Step>{{span, why}});
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  const auto& passages = facts.shared<Passages>();
  std::map<graph::EdgeId, Cycle> shortest;
  Search search(facts);
  for (const Cycle& cycle : search.run()) {
    Cycle& known = shortest[breaking_hop(system, cycle)];
    const auto rank = [&](const Cycle& c) { return std::pair(!is_certain(passages, c), c.size()); };
    if (known.empty() || rank(cycle) < rank(known)) known = cycle;
  }
  for (const auto& entry : shortest) add(facts, schema, table, entry.second);
  if (!search.left_out().empty()) add_unknown(facts, schema, table, search.left_out());
}

} // namespace

const Analysis& loop_analysis() {
  static const Analysis analysis{
      {"loops",
       "Ways on which an event comes back to where it was, those that filters surely break left out; the "
       "proof is the "
       "evidence of each hop",
       {
           {"start", "resource", "", "the first of its nodes"},
           {"nodes", "list", "", "in the order of the way"},
           {"functions", "list", "", "those of them that are functions"},
           {"length", "int", "hops", "how many hops it has"},
           {"way", "string", "", "its nodes with arrows between, for messages"},
           {"basis", "string", "", "the weakest of its hops: `declared`, `granted` or `hinted`"},
           {"wildcard", "bool", "",
            "a hop is granted by nothing more exact than a wildcard action, or on all resources or a family "
            "of names"},
           {"shared", "bool", "",
            "a hop is granted to a role that several functions run with: it may be meant for another"},
           {"named", "bool", "", "the environment of each function that a grant lets write names where to"},
           {"certain", "bool", "", "no filter on the way, or each is known to match"},
           {"stopped_by_platform", "bool", "",
            "Lambda's loop detection covers all its services and no function opts out"},
           {"hop", "edge", "", "the trigger that starts it anew; for `at`"},
           {"back", "edge", "", "the hop before that, by which it gets back; the same in a loop of one hop"},
           {"searched", "bool", "",
            "false of a last row that says that the search ended at its bound: loops through `start` and "
            "others may be missing, and the other cells are not known"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
