// SPDX-License-Identifier: Apache-2.0
// Table "sync_chains": what someone waits for.
//
// The longest chain behind each node is computed once, from targets to sources on the condensation; of
// equally long ones the less available, then the one that starts slower. Calls round a cycle are not
// followed.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/reach.hpp"
#include "analysis/schedule.hpp"
#include "analysis/sync_flow.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <bitset>
#include <set>
#include <tuple>
#include <unordered_map>

namespace slsaudit::analysis {
namespace {

using graph::Category;

constexpr std::size_t most_services = 256;
constexpr std::size_t most_shown = 20; ///< Nodes of a chain that a row lists.
constexpr double minutes_per_year = hours_per_month * 12 * 60;

bool computes(const graph::Node& node) {
  const Category category = graph::category_of(node.type);
  return category == Category::function || category == Category::workflow || category == Category::task;
}

/// How a function starts when no instance is there.
struct ColdStart {
  bool possible = false;
  bool heavy = false;
  double milliseconds = 0; ///< As far as measured.
  bool measured = true;
};

struct Chain {
  int depth = 0; ///< Nodes that compute.
  double available = 1;
  int cold_starts = 0;
  double cold_ms = 0;
  bool measured = true;
  bool certain = true;  ///< Every caller on it surely waits.
  bool complete = true; ///< Every service on it has a published level.
  std::bitset<most_services> services;
  graph::EdgeId next;

  [[nodiscard]] auto rank() const { return std::tuple(depth, -available, cold_starts, cold_ms); }
};

class Chains {
public:
  explicit Chains(const Facts& facts)
      : facts_(facts), system_(facts.system()), chains_(system_.nodes.size()) {
    for (const Provisioned& item : provisioned_concurrency(facts)) {
      if (item.function.valid()) warm_.insert(item.function);
    }
    std::vector<bool> follow;
    for (const graph::Edge& edge : system_.edges) follow.push_back(is_chained(wait_over(system_, edge)));
    components_ = components_of(system_, follow);
    for (const std::size_t component : components_.targets_first) {
      for (const graph::NodeId node : components_.members[component])
        chains_[node.index()] = chain_from(node, follow);
    }
  }

  void report(const Schema& schema, Table& table) const {
    for (const Request& request : requests_of(facts_)) add(schema, table, request);
  }

private:
  [[nodiscard]] Chain chain_from(graph::NodeId node, const std::vector<bool>& follow) const {
    Chain best;
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool inside = components_.of[edge.from.index()] == components_.of[edge.to.index()];
      if (!follow[id.index()] || inside) continue;
      const Chain& behind = chains_[edge.to.index()];
      if (best.next.valid() && !(best.rank() < behind.rank())) continue;
      best = behind;
      best.next = id;
      best.certain = behind.certain && wait_over(system_, edge) == Wait::answers;
    }
    add_node(best, node);
    return best;
  }

  void add_node(Chain& chain, graph::NodeId node) const {
    use(chain, node);
    const bool chooses = graph::category_of(system_.node(node).type) == Category::api; // One route of many.
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      if (!chooses && wait_over(system_, system_.edge(id)) == Wait::accepts) use(chain, system_.edge(id).to);
    }
    chain.available = availability_of(chain.services);
    if (!computes(system_.node(node))) return;
    ++chain.depth;
    const ColdStart cold = cold_start_of(node);
    chain.cold_starts += cold.possible ? 1 : 0;
    chain.cold_ms += cold.possible ? cold.milliseconds : 0;
    chain.measured = chain.measured && (!cold.possible || cold.measured);
  }

  /// Which row of published levels stands for a node.
  void use(Chain& chain, graph::NodeId node) const {
    const auto [level, is_new] = levels_.try_emplace(system_.node(node).type, most_services);
    if (is_new) {
      const knowledge::Sla* sla = facts_.knowledge().sla(level->first);
      if (sla != nullptr) level->second = static_cast<std::size_t>(sla - facts_.knowledge().slas().data());
    }
    const std::size_t index = level->second;
    if (index < most_services) {
      chain.services.set(index);
    } else {
      chain.complete = false;
    }
  }

  /// Each service once: its resources fail together.
  [[nodiscard]] double availability_of(const std::bitset<most_services>& services) const {
    const std::vector<knowledge::Sla>& all = facts_.knowledge().slas();
    std::set<std::string_view> counted;
    double available = 1;
    for (std::size_t i = 0; i < std::min(all.size(), most_services); ++i) {
      if (services.test(i) && counted.insert(all[i].service).second) available *= all[i].percent / 100;
    }
    return available;
  }

  [[nodiscard]] ColdStart cold_start_of(graph::NodeId node) const {
    ColdStart cold;
    const graph::Node& function = system_.node(node);
    if (function.type != function_type || warm_.contains(node)) return cold;
    cold.possible = true;
    const bool image = property(function, "PackageType").as_string() == "Image";
    const bool snapshot = property(function, "SnapStart.ApplyOn").as_string() == "PublishedVersions";
    const knowledge::Runtime* runtime =
        facts_.knowledge().runtime(property(function, "Runtime").as_string().value_or(""));
    cold.heavy = !snapshot && (image || (runtime != nullptr && runtime->heavy));
    cold.measured = !image && !snapshot && runtime != nullptr && runtime->cold_start_ms > 0;
    if (cold.measured) cold.milliseconds = runtime->cold_start_ms;
    return cold;
  }

  [[nodiscard]] std::vector<graph::EdgeId> calls_behind(graph::NodeId node) const {
    std::vector<graph::EdgeId> calls;
    while (calls.size() < most_shown && chains_[node.index()].next.valid()) {
      calls.push_back(chains_[node.index()].next);
      node = system_.edge(calls.back()).to;
    }
    return calls;
  }

  void add(const Schema& schema, Table& table, const Request& request) const {
    Chain chain = chains_[request.first.index()];
    std::vector<graph::EdgeId> calls = calls_behind(request.first);
    std::vector<graph::NodeId> nodes{request.first};
    for (const graph::EdgeId id : calls) nodes.push_back(system_.edge(id).to);
    if (request.call.valid()) {
      add_node(chain, request.entry);
      chain.certain = chain.certain && wait_over(system_, system_.edge(request.call)) == Wait::answers;
      calls.insert(calls.begin(), request.call);
      nodes.insert(nodes.begin(), request.entry);
    }
    std::vector<Step> steps;
    for (const graph::EdgeId id : calls)
      steps.push_back({facts_.object(id)->span(), facts_.object(id)->display()});
    const text::Span span = steps.empty() ? id_span(system_.node(request.entry)) : steps.front().span;
    add_row(table, schema,
            {{"entry", resource_cell(facts_, request.entry)},
             {"first", resource_cell(facts_, request.first)},
             {"depth", chain.depth},
             {"chain", resource_list(facts_, nodes)},
             {"way", way_of(nodes, chain)},
             {"certain", chain.certain},
             {"worst_latency", worst_latency(request)},
             {"cold_starts", chain.cold_starts},
             {"cold_start_ms", chain.cold_ms},
             {"cold_start_complete", chain.measured},
             {"heavy", resource_list(facts_, heavy_of(nodes))},
             {"availability", chain.available * 100},
             {"minutes_a_year", (1 - chain.available) * minutes_per_year},
             {"services", string_list(names_of(chain.services))},
             {"complete", chain.complete},
             {"stores", resource_list(facts_, beside(nodes, false))},
             {"vendors", resource_list(facts_, beside(nodes, true))}},
            span, std::move(steps));
  }

  [[nodiscard]] std::string way_of(const std::vector<graph::NodeId>& nodes, const Chain& chain) const {
    std::string way;
    for (const graph::NodeId node : nodes)
      way += (way.empty() ? "" : " → ") + quoted(shown_name(system_.node(node)));
    return static_cast<std::size_t>(chain.depth) > nodes.size() ? way + " → …" : way;
  }

  /// What the entry and the first function let the caller wait at most.
  [[nodiscard]] cel::Value worst_latency(const Request& request) const {
    const cel::Value own = facts_.object(request.first)->field("timeout");
    const bool is_function = is_type(system_, request.first, function_type);
    cel::Value limit;
    if (is_function)
      limit = own.integer() == nullptr
                  ? cel::Value::unknown("the function's timeout is not known")
                  : cel::Value(static_cast<double>(*own.integer())).at(own.span()).assuming(own.assumption());
    const auto row = timeouts_.find(request.call);
    if (row == timeouts_.end()) return limit;
    const cel::Value caller = row->second->field("caller_limit");
    if (caller.number() == nullptr) return caller.is_null() ? limit : caller;
    return limit.number() == nullptr || *caller.number() < *limit.number() ? caller : limit;
  }

  [[nodiscard]] std::vector<graph::NodeId> heavy_of(const std::vector<graph::NodeId>& nodes) const {
    std::vector<graph::NodeId> heavy;
    for (const graph::NodeId node : nodes) {
      if (cold_start_of(node).heavy) heavy.push_back(node);
    }
    return heavy;
  }

  [[nodiscard]] std::vector<std::string> names_of(const std::bitset<most_services>& services) const {
    const std::vector<knowledge::Sla>& all = facts_.knowledge().slas();
    std::set<std::string> names;
    for (std::size_t i = 0; i < std::min(all.size(), most_services); ++i) {
      if (services.test(i)) names.insert(std::string(all[i].service));
    }
    return {names.begin(), names.end()};
  }

  /// What nodes of a chain ask beside it: hosts of others, or everything else that they need.
  [[nodiscard]] std::vector<graph::NodeId> beside(const std::vector<graph::NodeId>& nodes,
                                                  bool vendors) const {
    std::set<graph::NodeId> found;
    for (const graph::NodeId node : nodes) {
      if (!computes(system_.node(node))) continue;
      for (const graph::EdgeId id : system_.outgoing[node.index()]) {
        const graph::Edge& edge = system_.edge(id);
        const Wait wait = wait_over(system_, edge);
        const bool host = is_type(system_, edge.to, "outside::host");
        const bool wanted = vendors ? host && wait == Wait::answers : !host && wait == Wait::accepts;
        if (wanted) found.insert(edge.to);
      }
    }
    return {found.begin(), found.end()};
  }

  static std::map<graph::EdgeId, const Row*> rows_by_edge(const Facts& facts) {
    std::map<const cel::Object*, const Row*> rows;
    for (const Row& row : facts.table("timeouts")->rows) rows.emplace(row.field("edge").object(), &row);
    std::map<graph::EdgeId, const Row*> result;
    for (std::size_t i = 0; i < facts.system().edges.size(); ++i) {
      const auto row = rows.find(facts.object(graph::EdgeId(i)));
      if (row != rows.end()) result.emplace(graph::EdgeId(i), row->second);
    }
    return result;
  }

  const Facts& facts_;
  const graph::System& system_;
  std::set<graph::NodeId> warm_; ///< Functions with provisioned concurrency.
  Components components_;
  mutable std::unordered_map<std::string_view, std::size_t> levels_; ///< Places of rows, by type.
  std::vector<Chain> chains_;                                        ///< By node.
  std::map<graph::EdgeId, const Row*> timeouts_ = rows_by_edge(facts_);
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Chains(facts).report(schema, table);
}

} // namespace

const Analysis& sync_chain_analysis() {
  static const Analysis analysis{
      {"sync_chains",
       "What someone waits for: of each entry that is waited for and each call behind it the longest chain "
       "of "
       "calls that wait for each other; the proof is its calls",
       {
           {"entry", "resource", "",
            "the API, load balancer, distribution, user pool, or the function with a URL"},
           {"first", "resource", "", "what it calls"},
           {"depth", "int", "hops", "functions, workflows and container tasks on the chain"},
           {"chain", "list", "", "its resources in order, the first 20"},
           {"way", "string", "", "the same with arrows between, for messages"},
           {"certain", "bool", "",
            "each caller surely waits; false where a policy lets a function invoke another and nothing says "
            "how"},
           {"worst_latency", "double", "s",
            "the longest that the caller can wait: until the entry or the first function gives up, whichever "
            "is "
            "sooner; null where nothing limits it; at most, where a limit is not known"},
           {"cold_starts", "int", "", "functions on it without provisioned concurrency"},
           {"cold_start_ms", "double", "ms",
            "what the runtimes of these take to start a function that does nothing, as measured; at least"},
           {"cold_start_complete", "bool", "", "there is a figure for each of them"},
           {"heavy", "list", "",
            "those of them with a runtime that starts slowly as a kind (JVM, .NET) without SnapStart, or a "
            "container image"},
           {"availability", "double", "%",
            "product of the monthly uptimes that providers commit to for the services on the chain and those "
            "its "
            "resources read, write or send to, each service once; at most"},
           {"minutes_a_year", "double", "minutes", "what that leaves of a year of 8,760 hours; at least"},
           {"services", "list", "", "the services counted"},
           {"complete", "bool", "", "every resource on it is of a service with a published level"},
           {"stores", "list", "", "what functions on it read, write or send to before they answer"},
           {"vendors", "list", "",
            "hosts of others that functions on it wait for, as their environment names them"},
       }},
      compute,
      4};
  return analysis;
}

} // namespace slsaudit::analysis
