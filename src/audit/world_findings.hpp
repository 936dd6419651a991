// SPDX-License-Identifier: Apache-2.0
// Findings of several worlds as those of one run.
#pragma once

#include "audit/worlds.hpp"
#include "rules/engine.hpp"
#include "rules/finding.hpp"

#include <vector>

namespace slsaudit::audit {

/// `by_world` are the findings of each world, `open` those of the templates with nothing assumed; the latter
/// count only where not all worlds were looked at. A finding of all worlds stands as it is; one of some names
/// the conditions that make the difference. Each stands once.
[[nodiscard]] std::vector<rules::Finding> merge_worlds(std::vector<std::vector<rules::Finding>> by_world,
                                                       std::vector<rules::Finding> open,
                                                       const Worlds& worlds);

/// Of findings that the first world has, merge_worlds() tells the fix from there: for other worlds this
/// chooses the rest.
[[nodiscard]] rules::ChooseFixes fixes_beyond(const std::vector<rules::Finding>& first_world);

} // namespace slsaudit::audit
