// SPDX-License-Identifier: Apache-2.0
// Findings of several worlds as those of one run.
#pragma once

#include "audit/worlds.hpp"
#include "rules/engine.hpp"
#include "rules/finding.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// What the rules say of some templates.
struct WorldFindings {
  std::vector<std::vector<rules::Finding>> by_world;
  /// With nothing assumed. They count only where not all worlds were looked at.
  std::vector<rules::Finding> open;
  const Worlds* worlds = nullptr;
};

/// A finding of all worlds stands as it is; one of some names the conditions that make the difference. Each
/// stands once.
[[nodiscard]] std::vector<rules::Finding> merge_worlds(WorldFindings findings);

/// What the rules of these codes say of all of a system where each part is in that world of its own, or in
/// its first one if it has fewer.
using JudgeWhole =
    std::function<std::vector<rules::Finding>(std::size_t world, const std::set<std::string>& codes)>;

/// The same of a system of which some parts were judged alone. `first` are the findings of all of it where
/// each part is in its first world. What a part alone has and the whole has not is taken away by something
/// elsewhere: it is not told. What both have in the first world is told as the whole has it.
[[nodiscard]] std::vector<rules::Finding> merge_parts(std::vector<rules::Finding> first,
                                                      std::vector<WorldFindings> parts,
                                                      const JudgeWhole& judge_whole);

/// Of findings that the first world has, the fix is told from there: for other worlds this chooses the rest.
[[nodiscard]] rules::ChooseFixes fixes_beyond(const std::vector<rules::Finding>& first_world);

} // namespace slsaudit::audit
