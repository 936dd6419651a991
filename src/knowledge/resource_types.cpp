// SPDX-License-Identifier: Apache-2.0
#include "knowledge/resource_types.hpp"

#include "knowledge/tables.hpp"

#include <algorithm>

namespace slsaudit::knowledge {

bool Names::contains(std::string_view name) const {
  const auto before = [&](const text::Slice& left, std::string_view right) { return left.of(text_) < right; };
  const auto found = std::lower_bound(names_.begin(), names_.end(), name, before);
  return found != names_.end() && found->of(text_) == name;
}

std::optional<ResourceType> find_resource_type(std::string_view name) {
  const tables::ResourceTypes all = tables::resource_types();
  const auto before = [&](const tables::TypeRow& row, std::string_view wanted) {
    return row.name.of(all.text) < wanted;
  };
  const auto row = std::lower_bound(all.rows.begin(), all.rows.end(), name, before);
  if (row == all.rows.end() || row->name.of(all.text) != name) return std::nullopt;
  std::size_t first = row->first_name;
  const auto next = [&](std::size_t count) {
    const Names names(all.text, all.names.subspan(first, count));
    first += count;
    return names;
  };
  const Names properties = next(row->properties);
  const Names required = next(row->required);
  const Names attributes = next(row->attributes);
  return ResourceType{
      row->name.of(all.text), row->ref.of(all.text), properties, required, attributes, row->open};
}

std::vector<std::string_view> resource_type_names() {
  const tables::ResourceTypes all = tables::resource_types();
  std::vector<std::string_view> names;
  names.reserve(all.rows.size());
  for (const tables::TypeRow& row : all.rows) names.push_back(row.name.of(all.text));
  return names;
}

} // namespace slsaudit::knowledge
