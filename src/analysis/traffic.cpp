// SPDX-License-Identifier: Apache-2.0
#include "analysis/traffic.hpp"

#include "analysis/analyses.hpp"
#include "analysis/entries.hpp"
#include "analysis/event_sources.hpp"
#include "analysis/flow.hpp"
#include "analysis/open_routes.hpp"
#include "analysis/platform.hpp"
#include "analysis/reach.hpp"
#include "analysis/schedule.hpp"
#include "analysis/shared_uses.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

namespace slsaudit::analysis {
namespace {

using graph::Category;

/// For shares of what is passed on.
double parts_of_choice(const graph::Edge& edge) {
  return static_cast<double>(graph::declarations(edge));
}

enum class Spreading : std::uint8_t {
  each,    ///< Every target gets every event.
  filters, ///< Those that filter share.
  choice,  ///< One of the targets gets it.
};

Spreading spreading_of(const graph::Node& node) {
  switch (graph::category_of(node.type)) {
  case Category::api:
  case Category::queue:
    return Spreading::choice;
  case Category::topic:
  case Category::bus:
  case Category::stream:
  case Category::table:
  case Category::bucket:
  case Category::log_group:
    return Spreading::filters;
  default:
    break;
  }
  if (node.type == "outside::event-bus") return Spreading::filters;
  const bool balancer = node.type == "AWS::ElasticLoadBalancingV2::LoadBalancer";
  return balancer ? Spreading::choice : Spreading::each;
}

/// Items of the Map states round a state, where they are written out.
double iterations(const graph::Delivery& delivery) {
  double items = 1;
  for (const graph::Iteration& map : delivery.maps) {
    if (map.items.known()) items *= static_cast<double>(map.items.number());
  }
  return items;
}

/// An API's authorizers see requests of all routes that ask for credentials.
bool chooses_by(const graph::Edge& edge) {
  return edge.kind != graph::EdgeKind::invokes;
}

} // namespace

Weights::Weights(const Facts& facts, Passes passes)
    : facts_(facts), passes_(facts.system().edges.size()), weights_(facts.system().edges.size()),
      batches_(facts.system().edges.size(), 1) {
  const graph::System& system = facts.system();
  const auto& uses = facts.shared<SharedUses>();
  shares_.assign(system.edges.size(), 1);
  for (std::size_t i = 0; i < system.edges.size(); ++i) {
    const graph::Edge& edge = system.edges[i];
    passes_[i] =
        carries_event(edge) && !uses.is_of_another(edge) && (passes == nullptr || passes(system, edge));
  }
  const graph::Deliveries deliveries(facts.system());
  for (std::size_t i = 0; i < facts.system().nodes.size(); ++i) weigh_from(graph::NodeId(i), deliveries);
  put_in_order();
}

void Weights::weigh_from(graph::NodeId node, const graph::Deliveries& deliveries) {
  const graph::System& system = facts_.system();
  const auto& uses = facts_.shared<SharedUses>();
  const Spreading spreading = spreading_of(system.node(node));
  double choices = 0;
  double routes = 0;
  double open = 0; // of the routes
  std::map<graph::EdgeKind, double> alike;
  std::set<std::string> filters; // different ones, by their text
  for (const graph::EdgeId id : system.outgoing[node.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (!passes_[id.index()]) continue;
    if (uses.is_one_of(edge)) ++alike[edge.kind];
    if (chooses_by(edge)) choices += parts_of_choice(edge);
    if (spreading == Spreading::choice && edge.kind == graph::EdgeKind::routes) {
      routes += parts_of_choice(edge);
      if (open_edge(system, edge) == Tri::yes) open += parts_of_choice(edge);
    }
    constexpr std::size_t enough = 2000;
    if (spreading == Spreading::filters && edge.filter.is_present())
      filters.insert(edge.filter.display(enough));
  }
  for (const graph::EdgeId id : system.outgoing[node.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (!passes_[id.index()]) continue;
    if (uses.is_one_of(edge)) shares_[id.index()] = 1 / alike[edge.kind];
    double weight = shares_[id.index()];
    if (spreading == Spreading::choice && chooses_by(edge)) weight = parts_of_choice(edge) / choices;
    if (spreading == Spreading::choice && !chooses_by(edge) && routes > 0) weight = 1 - open / routes;
    if (spreading == Spreading::filters && edge.filter.is_present())
      weight = 1 / static_cast<double>(filters.size());
    const graph::Delivery delivery = deliveries.of(id);
    weights_[id.index()] = weight * iterations(delivery);
    batches_[id.index()] = batch_of(facts_, id, delivery);
  }
}

/// Events of a component come in at what edges from other components lead to, and at entries; the fewest hops
/// from there are a node's level. What doesn't lead to a higher level leads back.
std::vector<std::size_t> Weights::levels() const {
  const graph::System& system = facts_.system();
  const Components& components = event_components(facts_);
  constexpr std::size_t unreached = static_cast<std::size_t>(-1);
  std::vector<std::size_t> level(system.nodes.size(), unreached);
  std::vector<graph::NodeId> reached;
  const auto reach = [&](graph::NodeId node, std::size_t hops) {
    if (level[node.index()] != unreached) return;
    level[node.index()] = hops;
    reached.push_back(node);
  };
  for (const Entry& entry : entries_of(facts_)) reach(entry.node, 0);
  for (std::size_t i = 0; i < system.edges.size(); ++i) {
    const graph::Edge& edge = system.edges[i];
    const bool comes_in = components.of[edge.from.index()] != components.of[edge.to.index()];
    if (comes_in && weights_[i] > 0) reach(edge.to, 0);
  }
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const graph::NodeId node = reached[next];
    for (const graph::EdgeId id : system.outgoing[node.index()]) {
      const graph::Edge& edge = system.edge(id);
      const bool stays = components.of[node.index()] == components.of[edge.to.index()];
      if (stays && weights_[id.index()] > 0) reach(edge.to, level[node.index()] + 1);
    }
  }
  return level;
}

void Weights::put_in_order() {
  const graph::System& system = facts_.system();
  const Components& components = event_components(facts_);
  const std::vector<std::size_t> level = levels();
  positions_.resize(system.nodes.size());
  std::size_t position = system.nodes.size();
  for (const std::size_t component : components.targets_first) {
    const std::span<const graph::NodeId> in_order = components.members[component];
    if (in_order.size() == 1) { // nearly always
      positions_[in_order.front().index()] = --position;
      continue;
    }
    std::vector<graph::NodeId> members(in_order.begin(), in_order.end());
    std::stable_sort(members.begin(), members.end(),
                     [&](graph::NodeId a, graph::NodeId b) { return level[a.index()] < level[b.index()]; });
    for (auto node = members.rbegin(); node != members.rend(); ++node) positions_[node->index()] = --position;
  }
  for (std::size_t i = 0; i < system.edges.size(); ++i) {
    const graph::Edge& edge = system.edges[i];
    if (components.of[edge.from.index()] != components.of[edge.to.index()]) continue;
    if (level[edge.to.index()] <= level[edge.from.index()]) weights_[i] = 0;
  }
}

namespace {

bool anyone_passes(const graph::System& system, const graph::Edge& edge) {
  return open_edge(system, edge) != Tri::no;
}

} // namespace

PublicWeights::PublicWeights(const Facts& facts) : Weights(facts, anyone_passes) {}

Traffic::Traffic(const Facts& facts, std::vector<Source> sources)
    : Traffic(facts.shared<Weights>(), std::move(sources)) {}

Traffic::Traffic(const Weights& weights, std::vector<Source> sources)
    : weights_(weights), through_(weights.facts().system().nodes.size()) {
  change(std::move(sources));
}

void Traffic::change(std::vector<Source> sources) {
  for (const graph::NodeId node : loaded_) through_[node.index()] = {};
  sources_ = std::move(sources);
  for (const Source& source : sources_) {
    Through& own = through_[source.node.index()];
    own.events += source.rate;
    own.invocations += source.rate;
    own.burst += source.burst;
    own.kilobytes += source.rate * source.payload_kb;
  }
  find_loaded();
  std::sort(loaded_.begin(), loaded_.end(),
            [&](graph::NodeId a, graph::NodeId b) { return weights_.position(a) < weights_.position(b); });
  for (const graph::NodeId node : loaded_) pass_on(node);
  std::sort(loaded_.begin(), loaded_.end());
}

/// The sources, and all behind them that edges may bring something to.
void Traffic::find_loaded() {
  const graph::System& system = weights_.facts().system();
  std::vector<bool> seen(system.nodes.size());
  loaded_.clear();
  const auto visit = [&](graph::NodeId node) {
    if (!seen[node.index()]) loaded_.push_back(node);
    seen[node.index()] = true;
  };
  for (const Source& source : sources_) {
    if (is_loaded(source.node)) visit(source.node);
  }
  for (std::size_t next = 0; next < loaded_.size(); ++next) {
    for (const graph::EdgeId id : system.outgoing[loaded_[next].index()]) {
      if (weights_.of(id) > 0) visit(system.edge(id).to);
    }
  }
}

bool Traffic::is_loaded(graph::NodeId node) const {
  const Through& through = through_[node.index()];
  return through.events != 0 || through.burst != 0;
}

void Traffic::pass_on(graph::NodeId node) {
  const graph::System& system = weights_.facts().system();
  const Through& from = through_[node.index()];
  for (const graph::EdgeId id : system.outgoing[node.index()]) {
    const double weight = weights_.of(id);
    if (weight <= 0) continue;
    const graph::Edge& edge = system.edge(id);
    Through& to = through_[edge.to.index()];
    to.events += from.events * weight;
    to.invocations += from.events * weight / weights_.batch(id);
    to.kilobytes += from.kilobytes * weight;
    // A queue, stream or feed holds back what comes at once.
    if (edge.mode != graph::Mode::polled) to.burst += from.burst * weight;
  }
}

double Traffic::events_over(graph::EdgeId id) const {
  return through_[weights_.facts().system().edge(id).from.index()].events * weights_.of(id);
}

std::vector<Step> Traffic::steps_to(graph::NodeId node) const {
  const Facts& facts = weights_.facts();
  const graph::System& system = facts.system();
  std::vector<Step> steps;
  for (const Source& source : sources_) {
    if (source.node != node || source.rate + source.burst == 0) continue;
    std::string text = "load " + shown(source.rate) + "/s";
    if (source.burst > 0) text += " and " + shown(source.burst) + " at once";
    steps.push_back({id_span(system.node(node)), std::move(text)});
  }
  for (const graph::EdgeId id : system.incoming[node.index()]) {
    const double events = events_over(id);
    if (events <= 0 || !carries_event(system.edge(id))) continue;
    std::string text = facts.object(id)->display() + ": " + shown(events) + "/s";
    const double batch = weights_.batch(id);
    if (batch > 1) text += " in batches of " + shown(batch);
    steps.push_back({facts.object(id)->span(), std::move(text)});
  }
  return steps;
}

// --- Sources ---

bool is_named(const graph::Node& node, const std::string& name) {
  return author_id(node) == name || node.label == name;
}

DefaultLoad default_load(std::string_view size, std::string_view kind) {
  struct Size {
    std::string_view name;
    double rate;
    double burst;
  };
  constexpr std::array<Size, 3> sizes{{{"small", 1, 5}, {"medium", 50, 200}, {"large", 1000, 3000}}};
  // What people upload, send by mail or sign up for is rarer than what programs send.
  constexpr std::array<std::string_view, 5> rare{"bucket", "email", "user-pool", "workflow", "task"};
  constexpr double rarely = 10;
  if (kind == "schedule" || kind == "deployment" || kind == "log-group") return {};
  const auto found = std::ranges::find(sizes, size, &Size::name);
  if (found == sizes.end()) return {};
  const bool is_rare = std::ranges::find(rare, kind) != rare.end();
  const double factor = is_rare ? 1 / rarely : 1;
  return {found->rate * factor, found->burst * factor};
}

namespace {

const EntryLoad* load_named(const LoadProfile& profile, const graph::Node& node) {
  for (const auto& [name, load] : profile.entries) {
    if (is_named(node, name)) return &load;
  }
  return nullptr;
}

double schedule_rate(const Row& row) {
  const cel::Value monthly = row.field("schedule_per_month");
  return monthly.number() != nullptr ? *monthly.number() / seconds_per_month : 0;
}

Source source_of(const Facts& facts, const Row& row) {
  const LoadProfile& profile = facts.settings().load;
  Source source;
  source.node = facts.node_of(row.field("entry").object());
  source.kind = *row.field("kind").string();
  source.payload_kb = default_payload_kb;
  if (const EntryLoad* given = load_named(profile, facts.system().node(source.node))) {
    source.origin = Source::Origin::given;
    source.rate = given->rate.value_or(0) * profile.scale;
    source.burst = given->burst.value_or(0) * profile.scale;
    source.payload_kb = given->payload_kb.value_or(default_payload_kb);
  } else if (source.kind == "schedule") {
    source.origin = Source::Origin::schedule;
    source.rate = schedule_rate(row);
  } else if (const DefaultLoad load = default_load(profile.size, source.kind); load.rate > 0) {
    source.origin = Source::Origin::size;
    source.rate = load.rate * profile.scale;
    source.burst = load.burst * profile.scale;
  }
  return source;
}

} // namespace

std::vector<Source> sources_of(const Facts& facts) {
  std::vector<Source> sources;
  for (const Row& row : facts.table("entries")->rows) {
    Source source = source_of(facts, row);
    // A resource that enters in two ways has one load: the profile names resources.
    const bool again = !sources.empty() && sources.back().node == source.node &&
                       sources.back().origin == Source::Origin::given;
    if (!again) sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<std::string> unmatched_names(const Facts& facts) {
  const LoadProfile& profile = facts.settings().load;
  std::vector<graph::NodeId> entries;
  for (const Row& row : facts.table("entries")->rows)
    entries.push_back(facts.node_of(row.field("entry").object()));
  std::vector<std::string> names;
  const auto note = [&](const std::string& name, const std::vector<graph::NodeId>& nodes) {
    const bool found = std::any_of(nodes.begin(), nodes.end(), [&](graph::NodeId node) {
      return is_named(facts.system().node(node), name);
    });
    if (!found) names.push_back(name);
  };
  for (const auto& item : profile.entries) note(item.first, entries);
  for (const auto& item : profile.functions) note(item.first, facts.nodes_of_type(function_type));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

} // namespace slsaudit::analysis
