// SPDX-License-Identifier: Apache-2.0
#include "report/facts.hpp"

#include "report/facts_text.hpp"
#include "report/json_parts.hpp"
#include "report/redact.hpp"

#include <algorithm>

namespace slsaudit::report {

namespace {

/// Lists and maps of facts hold few levels, and expressions can't nest without end either; beyond this many
/// levels a value is shown as text.
constexpr int max_levels = 8;

Json cell_json(const cel::Value& value, int level = 0);

Json row_json(const analysis::Row& row, int level) {
  Json json = Json::object();
  const auto& columns = row.schema().columns;
  for (std::size_t i = 0; i < std::min(row.size(), columns.size()); ++i)
    json[std::string(columns[i].name)] = cell_json(row.cell(i), level);
  return json;
}

/// Unknown is not the same as null: a reader of facts must be able to tell.
Json cell_json(const cel::Value& value, int level) {
  if (const auto* boolean = value.boolean()) return *boolean;
  if (const auto* integer = value.integer()) return *integer;
  if (const auto* natural = value.unsigned_integer()) return *natural;
  if (const auto* number = value.number()) return *number;
  if (const auto string = value.string()) return redact(*string);
  if (const auto* unknown = value.unknown()) return {{"unknown", unknown->reasons}};
  if (value.is_null()) return nullptr;
  if (level == max_levels) return redact(value.display());
  if (const auto* list = value.list()) {
    Json items = Json::array();
    for (const cel::Value& item : *list) items.push_back(cell_json(item, level + 1));
    return items;
  }
  if (const auto* map = value.map()) {
    Json json = Json::object();
    for (const auto& [key, item] : *map) json[redact(key.display())] = cell_json(item, level + 1);
    return json;
  }
  if (const auto* row = dynamic_cast<const analysis::Row*>(value.object())) return row_json(*row, level + 1);
  return redact(shown(value));
}

Json place_json(text::Span span, const text::SourceMap& sources) {
  const text::Position at = sources.position(span.file, span.begin);
  return {{"path", std::string(sources.path(span.file))}, {"line", at.line}, {"column", at.column}};
}

Json table_json(const analysis::Table& table, const text::SourceMap& sources) {
  Json json{
      {"summary", std::string(table.schema->summary)}, {"columns", Json::array()}, {"rows", Json::array()}};
  for (const analysis::Column& column : table.schema->columns) {
    Json entry{{"name", column.name}, {"type", column.type}, {"meaning", column.meaning}};
    if (!column.unit.empty()) entry["unit"] = column.unit;
    json["columns"].push_back(std::move(entry));
  }
  for (const analysis::Row& row : table.rows) {
    Json entry = row_json(row, 0);
    if (row.span().valid()) entry["at"] = place_json(row.span(), sources);
    for (const analysis::Step& step : row.steps()) {
      Json told{{"message", redact(step.text)}};
      if (step.span.valid()) told["at"] = place_json(step.span, sources);
      entry["steps"].push_back(std::move(told));
    }
    json["rows"].push_back(std::move(entry));
  }
  return json;
}

std::vector<const analysis::Schema*> wanted(const FactsInput& input) {
  std::vector<const analysis::Schema*> schemas;
  for (const analysis::Schema* schema : analysis::Facts::schemas()) {
    if (input.tables.empty() || std::ranges::find(input.tables, schema->name) != input.tables.end())
      schemas.push_back(schema);
  }
  return schemas;
}

} // namespace

void render_facts_json(const FactsInput& input, std::ostream& out) {
  Json json{{"format", "slsaudit-facts"}, {"format_version", 1}, {"systems", Json::array()}};
  for (const graph::System& system : input.systems) {
    const analysis::Facts facts(system, input.settings);
    Json tables = Json::object();
    for (const analysis::Schema* schema : wanted(input)) {
      tables[std::string(schema->name)] = table_json(*facts.table(schema->name), input.sources);
    }
    json["systems"].push_back({{"tables", std::move(tables)}});
  }
  write_json(json, out);
}

void render_facts_text(const FactsInput& input, std::uint32_t width, std::ostream& out) {
  for (const graph::System& system : input.systems) {
    const analysis::Facts facts(system, input.settings);
    for (const analysis::Schema* schema : wanted(input)) {
      const analysis::Table& table = *facts.table(schema->name);
      if (!table.rows.empty() || !input.tables.empty()) print_table(table, width, out);
    }
  }
}

void render_values_json(const std::vector<cel::Value>& values, std::ostream& out) {
  Json json{{"format", "slsaudit-query"}, {"format_version", 1}, {"systems", Json::array()}};
  for (const cel::Value& value : values) json["systems"].push_back({{"value", cell_json(value)}});
  write_json(json, out);
}

void render_values_text(const std::vector<cel::Value>& values, std::ostream& out) {
  for (const cel::Value& value : values) {
    if (value.list() == nullptr) {
      out << line_of(value) << '\n';
      continue;
    }
    for (const cel::Value& item : *value.list()) out << line_of(item) << '\n';
  }
}

} // namespace slsaudit::report
