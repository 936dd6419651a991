// SPDX-License-Identifier: Apache-2.0
// Tables "portability" and "portability_system": how hard the system is to take elsewhere.
//
// The score is 100 less the weighted mean of the resources' lock-in. A resource where data gathers weighs 3,
// one that holds logic in the vendor's own language 2, any other 1: data is the hardest to move, then logic.
// Resources of types that nothing is known of don't count, nor generated ones that nothing flows through (the
// deployment's bucket): nobody chose them. An API or a rule that an event of a function made was chosen with
// the event.
#include "analysis/analyses.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

constexpr std::array<std::string_view, 6> logic_types{"AWS::StepFunctions::StateMachine",
                                                      "AWS::AppSync::Resolver",
                                                      "AWS::AppSync::FunctionConfiguration",
                                                      "AWS::Events::Rule",
                                                      "AWS::Pipes::Pipe",
                                                      "AWS::IoT::TopicRule"};

std::int64_t weight_of(std::string_view type, const knowledge::Portability& known) {
  if (known.gathers_data) return 3;
  return std::find(logic_types.begin(), logic_types.end(), type) != logic_types.end() ? 2 : 1;
}

struct Item {
  graph::NodeId node;
  knowledge::Portability known;
  std::int64_t weight;
};

/// A rule that only keeps time is a schedule; what takes it elsewhere is a crontab, not a bus.
std::string_view portable_type(const graph::Node& node) {
  if (node.type != "AWS::Events::Rule") return node.type;
  const bool schedule = property(node, "ScheduleExpression").is_present();
  if (schedule && property(node, "EventPattern").is_absent()) return "AWS::Scheduler::Schedule";
  return node.type;
}

bool flows(const graph::Edge& edge) {
  return edge.kind != graph::EdgeKind::assumes && edge.kind != graph::EdgeKind::logs &&
         edge.kind != graph::EdgeKind::refers;
}

/// Whether the author chose the resource, by writing it or by asking for what the dialect makes it for.
bool is_chosen(const graph::System& system, std::size_t i) {
  if (!system.nodes[i].resource->author.generated) return true;
  const auto flows_along = [&](graph::EdgeId id) { return flows(system.edge(id)); };
  return std::any_of(system.outgoing[i].begin(), system.outgoing[i].end(), flows_along) ||
         std::any_of(system.incoming[i].begin(), system.incoming[i].end(), flows_along);
}

std::vector<Item> items_of(const Facts& facts) {
  const graph::System& system = facts.system();
  std::vector<Item> items;
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::Node& node = system.nodes[i];
    if (node.resource == nullptr || !is_chosen(system, i)) continue;
    const std::string_view type = portable_type(node);
    const knowledge::Portability* known = facts.knowledge().portability(type);
    if (known != nullptr) items.push_back({graph::NodeId(i), *known, weight_of(type, *known)});
  }
  return items;
}

void compute_resources(const Facts& facts, const Schema& schema, Table& table) {
  for (const Item& item : items_of(facts)) {
    add_row(table, schema,
            {{"resource", resource_cell(facts, item.node)},
             {"service", item.known.service},
             {"lock_in", item.known.lock_in},
             {"weight", item.weight},
             {"points", item.known.lock_in * item.weight},
             {"gathers_data", item.known.gathers_data},
             {"alternatives", item.known.alternatives}},
            id_span(facts.system().node(item.node)));
  }
}

struct Service {
  std::string_view name;
  std::int64_t points = 0;
  std::int64_t count = 0;
  const Item* first = nullptr;
};

/// The services that cost most points, the worst first.
std::vector<Service> by_service(const std::vector<Item>& items) {
  std::map<std::string_view, Service> services;
  for (const Item& item : items) {
    Service& service = services[item.known.service];
    service.name = item.known.service;
    service.points += item.known.lock_in * item.weight;
    ++service.count;
    if (service.first == nullptr) service.first = &item;
  }
  std::vector<Service> ordered;
  for (const auto& entry : services) ordered.push_back(entry.second);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Service& a, const Service& b) { return a.points > b.points; });
  return ordered;
}

struct Sum {
  std::int64_t points = 0;
  std::int64_t weight = 0;
  void add(const Item& item) {
    points += item.known.lock_in * item.weight;
    weight += item.weight;
  }
  /// Rounded to the nearest; the mean is at most 100, so the score is never negative.
  [[nodiscard]] std::int64_t score() const { return 100 - (points + weight / 2) / weight; }
};

/// Those that no condition can leave out.
std::vector<Item> sure_items(const graph::System& system, const std::vector<Item>& items) {
  std::vector<Item> sure;
  for (const Item& item : items) {
    if (system.node(item.node).resource->condition.empty()) sure.push_back(item);
  }
  return sure;
}

/// The highest score that any choice among the resources under a condition can give: with those that pull the
/// mean down, and without the others.
std::int64_t best_score(const graph::System& system, std::vector<Item> items) {
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.known.lock_in < b.known.lock_in; });
  Sum sum;
  for (const Item& item : sure_items(system, items)) sum.add(item);
  for (const Item& item : items) {
    if (system.node(item.node).resource->condition.empty()) continue;
    if (sum.weight == 0 || item.known.lock_in * sum.weight < sum.points) sum.add(item);
  }
  return sum.score();
}

void compute_system(const Facts& facts, const Schema& schema, Table& table) {
  const std::vector<Item> items = items_of(facts);
  if (items.empty()) return;
  Sum sum;
  for (const Item& item : items) sum.add(item);
  const std::int64_t points = sum.points;
  const std::vector<Item> sure = sure_items(facts.system(), items);
  const std::vector<Service> services = by_service(items);
  constexpr std::size_t shown = 5;
  std::vector<Step> steps;
  std::vector<std::string> worst;
  for (const Service& service : services) {
    if (steps.size() == shown || service.points == 0) break;
    const std::int64_t share = (100 * service.points + points / 2) / points;
    std::string text = std::to_string(service.count) + " × " + std::string(service.name) + ": lock-in " +
                       std::to_string(service.first->known.lock_in) + ", " + std::to_string(share) +
                       " % of all points";
    if (!service.first->known.alternatives.empty()) {
      text += "; replaced by " + std::string(service.first->known.alternatives);
    }
    steps.push_back({id_span(facts.system().node(service.first->node)), std::move(text)});
    worst.emplace_back(service.name);
  }
  const graph::NodeId heaviest = services.front().first->node;
  add_row(table, schema,
          {{"heaviest", resource_cell(facts, heaviest)},
           {"score", sum.score()},
           {"best", best_score(facts.system(), items)},
           {"resources", static_cast<std::int64_t>(items.size())},
           {"services", static_cast<std::int64_t>(services.size())},
           {"sure_resources", static_cast<std::int64_t>(sure.size())},
           {"sure_services", static_cast<std::int64_t>(by_service(sure).size())},
           {"worst", string_list(worst)}},
          id_span(facts.system().node(heaviest)), std::move(steps));
}

} // namespace

const Analysis& portability_analysis() {
  static const Analysis analysis{
      {"portability",
       "Each resource whose service's portability is known, generated ones that nothing flows through left "
       "out",
       {
           {"resource", "resource", "", "the resource"},
           {"service", "string", "", "`DynamoDB`, `Lambda` …"},
           {"lock_in", "int", "points", "0 (an open standard) to 100 (nothing else speaks it)"},
           {"weight", "int", "", "3 where data gathers, 2 where logic is in the vendor's language, else 1"},
           {"points", "int", "points", "lock_in × weight"},
           {"gathers_data", "bool", "", "data stays in it"},
           {"alternatives", "string", "", "what could replace the service"},
       }},
      compute_resources};
  return analysis;
}

const Analysis& portability_system_analysis() {
  static const Analysis analysis{
      {"portability_system",
       "One row a system: its portability score; the proof lists the services that cost most",
       {
           {"heaviest", "resource", "", "the first resource of the service that costs most"},
           {"score", "int", "points", "0 (nothing moves) to 100 (everything does)"},
           {"best", "int", "points",
            "the highest that it can be, whatever the conditions of resources decide"},
           {"resources", "int", "", "resources that count"},
           {"services", "int", "", "different services"},
           {"sure_resources", "int", "", "resources that count and are made under no condition"},
           {"sure_services", "int", "", "different services of those"},
           {"worst", "list", "", "the services that cost most, at most 5"},
       }},
      compute_system};
  return analysis;
}

} // namespace slsaudit::analysis
