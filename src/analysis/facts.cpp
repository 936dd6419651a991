// SPDX-License-Identifier: Apache-2.0
#include "analysis/table.hpp"
namespace slsaudit::analysis {
Row::Row(const Schema& schema, std::vector<cel::Value> cells, text::Span span, std::vector<Step> steps)
    : schema_(&schema), cells_(std::move(cells)), span_(span), steps_(std::move(steps)) {}
std::string_view Row::type_name() const { return schema_->name; }
cel::Value Row::field(std::string_view) const { return {}; }
bool Row::has(std::string_view) const { return false; }
std::string Row::display() const { return {}; }
struct Facts::State {
  const graph::System& system;
};
Facts::Facts(const graph::System& system, Settings) : state_(std::make_unique<State>(State{system})) {}
Facts::~Facts() = default;
const graph::System& Facts::system() const { return state_->system; }
const std::vector<const Schema*>& Facts::schemas() {
  static const std::vector<const Schema*> none;
  return none;
}
const Table* Facts::table(std::string_view) const { return nullptr; }
const cel::Object* Facts::object(graph::NodeId) const { return nullptr; }
const cel::Object* Facts::object(graph::EdgeId) const { return nullptr; }
graph::NodeId Facts::node_of(const cel::Object*) const { return {}; }
const Row* Facts::row_of(const cel::Object*) const { return nullptr; }
} // namespace slsaudit::analysis
