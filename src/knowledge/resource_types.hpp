// SPDX-License-Identifier: Apache-2.0
// Resource types, the names below their Properties and those that Fn::GetAtt takes. Rows:
// rules/knowledge/resource-types.csv. AWS adds names to types all the time: one that is not here may be newer
// than the rows.
#pragma once

#include "text/slice.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace slsaudit::knowledge {

/// Sorted, each once.
class Names {
public:
  Names(std::string_view text, std::span<const text::Slice> names) : text_(text), names_(names) {}
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] std::string_view operator[](std::size_t i) const { return names_[i].of(text_); }
  [[nodiscard]] bool contains(std::string_view name) const;

private:
  std::string_view text_;
  std::span<const text::Slice> names_;
};

struct ResourceType {
  std::string_view name; ///< "AWS::SQS::Queue"
  std::string_view ref;  ///< The property that Ref gives: "TableName"; empty where it gives none.
  Names properties;
  Names required;    ///< Of the properties, those that must be there.
  Names attributes;  ///< Dots in names: "Endpoint.Address".
  bool open = false; ///< Fn::GetAtt gives every property too.
};

/// Nothing for a type that has no row.
[[nodiscard]] std::optional<ResourceType> find_resource_type(std::string_view name);

/// The names of all types that have a row, sorted.
[[nodiscard]] std::vector<std::string_view> resource_type_names();

} // namespace slsaudit::knowledge
