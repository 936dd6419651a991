// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "analysis/table.hpp"
#include "parallel/once.hpp"
#include "text/assert.hpp"
#include "text/sign.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace slsaudit::analysis {

// --- Row ---

Row::Row(const Schema& schema, CellPool& pool, const std::vector<std::uint32_t>& cells, text::Span span,
         std::vector<Step> steps)
    : schema_(&schema), pool_(&pool), first_(pool.keep(cells)), span_(span) {
  SLSAUDIT_ASSERT(cells.size() == schema.columns.size());
  if (!steps.empty()) steps_ = std::make_unique<const std::vector<Step>>(std::move(steps));
}

const std::vector<Step>& Row::steps() const {
  static const std::vector<Step> none;
  return steps_ != nullptr ? *steps_ : none;
}

std::string_view Row::type_name() const {
  return schema_->name;
}

Columns::Columns(std::initializer_list<Column> columns) : all_(columns) {
  for (const Column& column : all_) signs_.push_back(text::sign_of(column.name));
}

std::size_t Columns::find(std::string_view name) const {
  const std::uint8_t sign = text::sign_of(name);
  for (std::size_t at = 0; at < signs_.size(); ++at) {
    if (signs_[at] == sign && all_[at].name == name) return at;
  }
  return size();
}

cel::Value Row::field(std::string_view name) const {
  const std::size_t column = schema_->columns.find(name);
  if (column < size()) return cell(column);
  return cel::Value::error("no such field " + quoted(name) + " in a row of " + quoted(schema_->name));
}

bool Row::has(std::string_view name) const {
  const cel::Value value = field(name);
  return !value.is_null() && value.error() == nullptr;
}

std::string Row::display() const {
  return size() == 0 ? std::string(schema_->name) : cell(0).display();
}

// --- Facts ---

const std::vector<const Analysis*>& analyses() {
  static const std::vector<const Analysis*> all = [] {
    // clang-format off
    std::vector<const Analysis*> list{
        &admission_analysis(),
        &alarm_analysis(),
        &alarms_system_analysis(),
        &api_analysis(),
        &concurrency_analysis(),
        &concurrency_budget_analysis(),
        &concurrency_demand_analysis(),
        &connection_analysis(),
        &cost_analysis(),
        &cost_system_analysis(),
        &cycle_analysis(),
        &dead_end_analysis(),
        &denial_of_wallet_analysis(),
        &edge_analysis(),
        &entry_analysis(),
        &escalation_analysis(),
        &event_log_analysis(),
        &exposure_analysis(),
        &failure_point_analysis(),
        &fan_out_analysis(),
        &function_analysis(),
        &grant_analysis(),
        &handed_secret_analysis(),
        &hub_analysis(),
        &identity_analysis(),
        &longest_path_analysis(),
        &loop_analysis(),
        &namesake_analysis(),
        &need_analysis(),
        &ownership_analysis(),
        &parameter_analysis(),
        &path_analysis(),
        &portability_analysis(),
        &portability_system_analysis(),
        &problem_analysis(),
        &quota_analysis(),
        &reach_analysis(),
        &resource_analysis(),
        &retry_analysis(),
        &role_analysis(),
        &runtime_analysis(),
        &saturation_analysis(),
        &secret_analysis(),
        &service_link_analysis(),
        &stage_analysis(),
        &starvation_analysis(),
        &state_analysis(),
        &statement_analysis(),
        &store_analysis(),
        &sync_chain_analysis(),
        &table_analysis(),
        &timeout_analysis(),
        &trace_analysis(),
        &watched_analysis(),
    };
    // clang-format on
    std::sort(list.begin(), list.end(),
              [](const Analysis* a, const Analysis* b) { return a->schema.name < b->schema.name; });
    return list;
  }();
  return all;
}

namespace {

/// Place in analyses(); nothing for an unknown name.
std::optional<std::size_t> place_of(std::string_view name) {
  static const std::unordered_map<std::string_view, std::size_t> places = [] {
    std::unordered_map<std::string_view, std::size_t> made;
    for (std::size_t i = 0; i < analyses().size(); ++i) made.emplace(analyses()[i]->schema.name, i);
    return made;
  }();
  const auto found = places.find(name);
  return found != places.end() ? std::optional(found->second) : std::nullopt;
}

} // namespace

struct Facts::State {
  /// A table, once somebody has asked for it: nobody asks for some.
  struct Slot {
    parallel::Once once;
    std::optional<Table> table;
    std::vector<std::pair<graph::NodeId, std::uint32_t>> about; ///< Rows by node, then by the table's order.
  };
  State(const graph::System& of, Settings given)
      : system(of), settings(std::move(given)), slots(analyses().size()) {}

  const graph::System& system;
  Settings settings;
  std::vector<ResourceObject> resources;
  std::vector<EdgeObject> edges;
  /// What is of one type.
  struct Type {
    cel::Value name;
    std::vector<graph::NodeId> nodes;
  };
  std::unordered_map<std::string_view, Type> by_type;
  std::vector<Slot> slots; ///< By place in analyses().

  /// What tables share, once somebody has asked for it.
  struct Kept {
    parallel::Once once;
    std::shared_ptr<const void> made;
  };
  std::mutex mutex; ///< Of the map alone.
  std::map<std::type_index, Kept> kept;

  /// May ask for other tables, which never ask for this one: what one thread waits for, another one computes.
  Slot& slot(const Facts& facts, std::size_t place) {
    Slot& slot = slots[place];
    slot.once.call([&] {
      const Analysis& analysis = *analyses()[place];
      Table& table = slot.table.emplace();
      table.schema = &analysis.schema;
      analysis.compute(facts, analysis.schema, table);
      table.pool->finish();
      for (std::uint32_t i = 0; i < table.rows.size(); ++i) {
        const Row& row = table.rows[i];
        if (row.size() == 0) continue;
        const graph::NodeId node = facts.node_of(row.cell(0).object());
        if (node.valid()) slot.about.emplace_back(node, i);
      }
      slot.about.shrink_to_fit();
      std::ranges::sort(slot.about);
    });
    return slot;
  }
};

Facts::Facts(const graph::System& system, Settings settings)
    : state_(std::make_unique<State>(system, std::move(settings))) {
  state_->resources.reserve(system.nodes.size());
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    State::Type& type = state_->by_type[system.nodes[i].type];
    if (type.nodes.empty()) type.name = system.nodes[i].type;
    type.nodes.emplace_back(i);
    state_->resources.emplace_back(*this, graph::NodeId(i), type.name);
  }
  state_->edges.reserve(system.edges.size());
  for (std::size_t i = 0; i < system.edges.size(); ++i) state_->edges.emplace_back(*this, graph::EdgeId(i));
}

Facts::~Facts() = default;

const graph::System& Facts::system() const {
  return state_->system;
}
const Settings& Facts::settings() const {
  return state_->settings;
}
const knowledge::Base& Facts::knowledge() const {
  return state_->settings.knowledge != nullptr ? *state_->settings.knowledge : knowledge::Base::builtin();
}

const std::vector<graph::NodeId>& Facts::nodes_of_type(std::string_view type) const {
  static const std::vector<graph::NodeId> none;
  const auto found = state_->by_type.find(type);
  return found == state_->by_type.end() ? none : found->second.nodes;
}

const std::vector<const Schema*>& Facts::schemas() {
  static const std::vector<const Schema*> all = [] {
    std::vector<const Schema*> list;
    for (const Analysis* analysis : analyses()) list.push_back(&analysis->schema);
    return list;
  }();
  return all;
}

const Table* Facts::table(std::string_view name) const {
  const auto place = place_of(name);
  return place ? &*state_->slot(*this, *place).table : nullptr;
}

unsigned Facts::effort(std::string_view table) {
  const auto place = place_of(table);
  return place ? analyses()[*place]->effort : 0;
}

const void* Facts::kept_at(std::type_index type, Make make) const {
  State::Kept* kept = nullptr;
  {
    const std::scoped_lock lock(state_->mutex);
    kept = &state_->kept[type];
  }
  kept->once.call([&] { kept->made = make(*this); }); // May ask for others.
  return kept->made.get();
}

void Facts::forget_shared() const {
  state_->kept.clear();
}

void Facts::clear(parallel::Workers& workers) {
  forget_shared();
  parallel::Workers alone;
  parallel::Workers& sharing = system().nodes.size() < parallel::few_resources ? alone : workers;
  sharing.each(state_->slots.size(), [&](std::size_t i) { state_->slots[i].table.reset(); });
}

const cel::Object* Facts::object(graph::NodeId node) const {
  return node.valid() ? &state_->resources[node.index()] : nullptr;
}
const cel::Object* Facts::object(graph::EdgeId edge) const {
  return edge.valid() ? &state_->edges[edge.index()] : nullptr;
}

graph::NodeId Facts::node_of(const cel::Object* object) const {
  const auto* resource = dynamic_cast<const ResourceObject*>(object);
  return resource != nullptr ? resource->node() : graph::NodeId{};
}

const Row* Facts::row_of(const cel::Object* object) const {
  return dynamic_cast<const Row*>(object);
}

const Row* Facts::row_about(std::string_view name, graph::NodeId node) const {
  const auto place = place_of(name);
  if (!place) return nullptr;
  const State::Slot& slot = state_->slot(*this, *place);
  const auto found = std::ranges::lower_bound(slot.about, std::pair(node, std::uint32_t{0}));
  return found != slot.about.end() && found->first == node ? &slot.table->rows[found->second] : nullptr;
}

} // namespace slsaudit::analysis
