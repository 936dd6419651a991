// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "analysis/table.hpp"

#include <algorithm>

namespace slsaudit::analysis {

// --- Row ---

Row::Row(const Schema& schema, std::vector<cel::Value> cells, text::Span span, std::vector<Step> steps)
    : schema_(&schema), cells_(std::move(cells)), span_(span), steps_(std::move(steps)) {}

std::string_view Row::type_name() const {
  return schema_->name;
}

cel::Value Row::field(std::string_view name) const {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (schema_->columns[i].name == name) return cells_[i];
  }
  return cel::Value::error("no such field " + quoted(name) + " in a row of " + quoted(schema_->name));
}

bool Row::has(std::string_view name) const {
  const cel::Value value = field(name);
  return !value.is_null() && value.error() == nullptr;
}

std::string Row::display() const {
  return cells_.empty() ? std::string(schema_->name) : cells_.front().display();
}

// --- Facts ---

const std::vector<const Analysis*>& analyses() {
  static const std::vector<const Analysis*> all = [] {
    // clang-format off
    std::vector<const Analysis*> list{
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
        &hub_analysis(),
        &identity_analysis(),
        &loop_analysis(),
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

struct Facts::State {
  const graph::System& system;
  Settings settings;
  std::deque<ResourceObject> resources;
  std::deque<EdgeObject> edges;
  std::map<std::string_view, std::vector<graph::NodeId>> by_type;
  std::map<std::string_view, Table> tables;
  std::map<std::pair<std::string_view, graph::NodeId>, const Row*> about;
  std::map<const cel::Object*, const Row*> rows;
};

Facts::Facts(const graph::System& system, Settings settings)
    : state_(std::make_unique<State>(State{system, std::move(settings), {}, {}, {}, {}, {}, {}})) {
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    state_->resources.emplace_back(*this, graph::NodeId(i));
    state_->by_type[system.nodes[i].type].emplace_back(i);
  }
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
  return found == state_->by_type.end() ? none : found->second;
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
  const auto& all = analyses();
  const auto analysis =
      std::find_if(all.begin(), all.end(), [&](const Analysis* a) { return a->schema.name == name; });
  if (analysis == all.end()) return nullptr;
  const Schema& schema = (*analysis)->schema;
  const auto found = state_->tables.find(schema.name);
  if (found != state_->tables.end()) return &found->second;

  Table computed{&schema, {}};
  (*analysis)->compute(*this, schema,
                       computed); // May ask for other tables, so nothing is kept before it is done.
  Table& table = state_->tables.emplace(schema.name, std::move(computed)).first->second;
  for (const Row& row : table.rows) {
    state_->rows.emplace(&row, &row);
    const graph::NodeId node = row.cells().empty() ? graph::NodeId{} : node_of(row.cells().front().object());
    if (node.valid()) state_->about.emplace(std::pair(schema.name, node), &row);
  }
  return &table;
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
  const auto found = state_->rows.find(object);
  return found == state_->rows.end() ? nullptr : found->second;
}

const Row* Facts::row_about(std::string_view name, graph::NodeId node) const {
  if (table(name) == nullptr) return nullptr;
  const auto found = state_->about.find(std::pair(name, node));
  return found == state_->about.end() ? nullptr : found->second;
}

} // namespace slsaudit::analysis
