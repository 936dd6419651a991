// SPDX-License-Identifier: Apache-2.0
// yaml-cpp, which the reader of YAML is compared with.
#pragma once

#include "syntax/node.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <string>

namespace slsaudit::test {

/// Where the trees differ, or nothing. Recursion is bounded by the reader's depth limit.
inline std::optional<std::string> difference(const syntax::Node& ours, const YAML::Node& theirs,
                                             const std::string& path) {
  if (ours.is_scalar()) {
    const std::string expected = theirs.IsNull() ? "" : theirs.IsScalar() ? theirs.Scalar() : "(no scalar)";
    const bool null = theirs.IsNull() && syntax::scalar_type(ours) == syntax::ScalarType::null;
    if (null || ours.text == expected) return std::nullopt;
    return path + ": `" + std::string(ours.text) + "` but expected `" + expected + "`";
  }
  const std::size_t count = ours.children.size();
  if (ours.is_sequence() != theirs.IsSequence() || ours.is_mapping() != theirs.IsMap())
    return path + ": other kind";
  if (theirs.size() != count)
    return path + ": " + std::to_string(count) + " children but expected " + std::to_string(theirs.size());
  auto other = theirs.begin();
  for (std::size_t i = 0; i < count; ++i, ++other) {
    const syntax::Entry& entry = ours.children[i];
    const std::string here = path + "/" + (ours.is_mapping() ? std::string(entry.key) : std::to_string(i));
    if (ours.is_mapping()) {
      const std::string key = other->first.IsScalar() ? other->first.Scalar() : "";
      const bool null = other->first.IsNull();
      if (!null && key != entry.key) return here + ": key but expected `" + key + "`";
    }
    auto found = difference(*entry.value, ours.is_mapping() ? other->second : YAML::Node(*other), here);
    if (found) return found;
  }
  return std::nullopt;
}

inline bool has_merge(const syntax::Node& node) {
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const syntax::Entry& entry) { return entry.merged || has_merge(*entry.value); });
}

/// Nothing where yaml-cpp refuses the text.
inline std::optional<YAML::Node> yaml_reference(const std::string& bytes) {
  try {
    return YAML::Load(bytes);
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

} // namespace slsaudit::test
