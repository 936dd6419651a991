// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/shape.hpp"

#include "text/encoding.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::cloudformation {

text::Problem wrong_shape(std::string_view problem, const syntax::Entry& entry, std::string_view expected) {
  const bool missing = syntax::is_null(*entry.value) && entry.key_span.valid();
  std::string message = "`" + std::string(text::beginning(entry.key, 60)) + "` is " +
                        std::string(syntax::describe(*entry.value)) + "; expected " + std::string(expected);
  return {text::ProblemLevel::error,
          std::string(problem),
          std::move(message),
          missing ? entry.key_span : entry.value->span,
          "write " + std::string(expected),
          {}};
}

bool is_mapping_or_unknown(const syntax::Node& node) {
  return node.is_mapping() || node.kind == syntax::NodeKind::unknown;
}

bool is_resource_attribute(std::string_view name) {
  // `Version` is for custom resources; `Description` is written in templates that deploy.
  static constexpr std::array<std::string_view, 14> known{
      "Type",           "Properties",          "DependsOn",     "Condition",
      "DeletionPolicy", "UpdateReplacePolicy", "Version",       "Metadata",
      "UpdatePolicy",   "CreationPolicy",      "Fn::Transform", "Connectors",
      "IgnoreGlobals",  "Description"};
  return std::ranges::find(known, name) != known.end() || name.starts_with("Fn::ForEach");
}

} // namespace slsaudit::dialect::cloudformation
