// SPDX-License-Identifier: Apache-2.0
// The keys of rule files, as their reader knows them: what the schema for editors is made of.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

struct RuleKey {
  /// What stands under the key. The words are those of docs/rule-format.md.
  enum class Shape : std::uint8_t {
    text,
    texts, ///< A list of texts.
    assumed,
    parameters,
    let,
    evidence,
    fix,
    equivalents,
    examples,
  };
  std::string_view name;
  bool required = false;
  Shape shape = Shape::text;
  std::string_view meaning;
};

/// In the order of the format.
[[nodiscard]] std::vector<RuleKey> rule_keys();
/// Of `tags`.
[[nodiscard]] const std::vector<std::string_view>& rule_tags();

} // namespace slsaudit::rules
