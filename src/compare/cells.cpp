// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "compare/traits.hpp"

#include <charconv>

namespace slsaudit::compare {
namespace {

graph::NodeId node_of(const SideFacts& side, const analysis::Row& row, std::string_view column) {
  const cel::Value cell = row.field(column);
  return cell.object() != nullptr ? side.facts.node_of(cell.object()) : graph::NodeId();
}

} // namespace

std::string text_of(const analysis::Row& row, std::string_view column) {
  const cel::Value cell = row.field(column);
  return cell.is_null() || cell.unknown() != nullptr ? std::string() : cell.display();
}

std::string listed(const cel::List& items) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < items.size() && i < most; ++i) {
    const bool last = i + 1 == items.size();
    if (i > 0) text += last ? " and " : ", ";
    text += items[i].object() != nullptr ? items[i].display() : analysis::quoted(items[i].display());
  }
  return items.size() > most ? text + " and " + std::to_string(items.size() - most) + " more" : text;
}

std::string list_of(const analysis::Row& row, std::string_view column) {
  const cel::Value cell = row.field(column);
  return cell.list() == nullptr ? std::string() : listed(*cell.list());
}

Figure figure_of(const analysis::Row& row, std::string_view column) {
  const cel::Value cell = row.field(column);
  if (cell.is_null()) return {};
  if (cell.integer() != nullptr) return Figure(static_cast<double>(*cell.integer()));
  if (cell.number() != nullptr) return Figure(*cell.number());
  if (cell.boolean() != nullptr) return Figure(std::string(*cell.boolean() ? "yes" : "no"));
  if (!cell.string()) return Figure::not_known();
  // CloudFormation takes "30" for 30.
  const std::string_view text = *cell.string();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? Figure(number) : Figure(std::string(text));
}

bool is_true(const analysis::Row& row, std::string_view column) {
  const cel::Value cell = row.field(column);
  return cell.boolean() != nullptr && *cell.boolean();
}

bool is_false(const analysis::Row& row, std::string_view column) {
  const cel::Value cell = row.field(column);
  return cell.boolean() != nullptr && !*cell.boolean();
}

std::string id_of(const SideFacts& side, const analysis::Row& row, std::string_view column) {
  const graph::NodeId node = node_of(side, row, column);
  return node.valid() ? std::string(analysis::shown_name(side.facts.system().node(node))) : std::string();
}

std::string path_of(const SideFacts& side, const analysis::Row& row, std::string_view column) {
  const graph::NodeId node = node_of(side, row, column);
  if (!node.valid()) return {};
  const graph::System& system = side.facts.system();
  if (system.node(node).resource == nullptr) return {};
  const text::FileId file = system.templates[system.node(node).template_index].file;
  return file.valid() ? std::string(side.sources.path(file)) : std::string();
}

} // namespace slsaudit::compare
