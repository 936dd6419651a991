// SPDX-License-Identifier: Apache-2.0
#include "report/facts.hpp"

#include "report/redact.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace slsaudit::report {

namespace {

using Json = nlohmann::ordered_json;

/// Unknown is not the same as null: a reader of facts must be able to tell.
Json cell_json(const cel::Value& value) {
  if (const auto* boolean = value.boolean()) return *boolean;
  if (const auto* integer = value.integer()) return *integer;
  if (const auto* natural = value.unsigned_integer()) return *natural;
  if (const auto* number = value.number()) return *number;
  if (const auto* string = value.string()) return redact(*string);
  if (const auto* unknown = value.unknown()) return {{"unknown", unknown->reasons}};
  if (value.is_null()) return nullptr;
  if (const auto* list = value.list()) {
    Json items = Json::array(); // lists of facts hold scalars and resources: no nesting that input controls
    for (const cel::Value& item : *list)
      items.push_back(item.list() != nullptr ? Json(item.display()) : cell_json(item));
    return items;
  }
  return redact(value.display());
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
    Json entry = Json::object();
    const std::size_t cells = std::min(row.cells().size(), table.schema->columns.size());
    for (std::size_t i = 0; i < cells; ++i) {
      entry[std::string(table.schema->columns[i].name)] = cell_json(row.cells()[i]);
    }
    if (const text::Span span = row.span(); span.valid()) {
      const text::Position at = sources.position(span.file, span.begin);
      entry["at"] = {
          {"path", std::string(sources.path(span.file))}, {"line", at.line}, {"column", at.column}};
    }
    json["rows"].push_back(std::move(entry));
  }
  return json;
}

} // namespace

void render_facts_json(const std::vector<graph::System>& systems, const analysis::Settings& settings,
                       const text::SourceMap& sources, std::ostream& out) {
  Json json{{"format", "slsaudit-facts"}, {"format_version", 1}, {"systems", Json::array()}};
  for (const graph::System& system : systems) {
    const analysis::Facts facts(system, settings);
    Json tables = Json::object();
    for (const analysis::Schema* schema : analysis::Facts::schemas()) {
      const analysis::Table* table = facts.table(schema->name);
      if (table != nullptr && table->schema != nullptr)
        tables[std::string(schema->name)] = table_json(*table, sources);
    }
    json["systems"].push_back({{"tables", std::move(tables)}});
  }
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace slsaudit::report
