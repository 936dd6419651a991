// SPDX-License-Identifier: Apache-2.0
// Which rules a run asks for.
#pragma once

#include "rules/names.hpp"
#include "rules/rule.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::audit {

/// Terms are codes ("CON007"), names ("visibility-timeout-too-short"), aliases or groups ("CON"), in any
/// case.
struct Selection {
  std::vector<std::string> select; ///< Empty: every rule of the profile.
  std::vector<std::string> ignore;
  std::string profile = "default"; ///< "strict" adds the strict rules. A term in `select` needs no profile.
};

struct UnknownTerm {
  std::string term;
  std::string suggestion; ///< The nearest code, name or group; empty when nothing is near.
};

struct Selected {
  std::vector<const rules::Rule*> rules; ///< By code.
  std::vector<UnknownTerm> unknown;      ///< Terms that name no rule: an error of usage.
};

[[nodiscard]] Selected select(std::span<const rules::Rule> all, const Selection& selection);

using rules::names;
using rules::nearest;

/// The rule that has this code, name or alias; null when there is none.
[[nodiscard]] const rules::Rule* find_rule(std::span<const rules::Rule> all, std::string_view term);

/// The nearest code, name, alias or group of any rule.
[[nodiscard]] std::string_view nearest_rule(std::span<const rules::Rule> all, std::string_view term);

} // namespace slsaudit::audit
