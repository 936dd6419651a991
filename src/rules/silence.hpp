// SPDX-License-Identifier: Apache-2.0
// Rules whose findings make those of others needless.
#pragma once

#include "rules/merge.hpp"
#include "rules/rule.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

/// What an entry of `silences` says: "CON005", or "SEC002 below high", which leaves graver findings alone.
struct Silenced {
  std::string_view code;
  std::optional<Severity> below;
};
/// Nothing where it says neither.
[[nodiscard]] std::optional<Silenced> silenced_by(std::string_view entry);

/// Leaves out what another rule says at least as gravely of the same resource, or at the same place: which of
/// two resources a finding names may depend on the dialect, the line to edit doesn't.
void silence(std::vector<std::vector<Draft>>& by_rule,
             const std::function<const Rule&(std::size_t)>& rule_of);

} // namespace slsaudit::rules
