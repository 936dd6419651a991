// SPDX-License-Identifier: Apache-2.0
// What one run found, with all that reports need to show it.
#pragma once

#include "rules/finding.hpp"
#include "rules/rule.hpp"
#include "rules/suppression.hpp"
#include "text/problem.hpp"
#include "text/source_map.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace slsaudit::audit {

struct Statistics {
  std::size_t templates = 0; ///< Read as a template of a known dialect.
  std::size_t resources = 0; ///< After lowering.
  double seconds = 0; ///< Wall time; printed by text reports only, so that all others are reproducible.
};

struct Result {
  const text::SourceMap* sources = nullptr;
  std::vector<rules::Finding> findings; ///< Ordered by rules::before.
  std::vector<rules::SuppressedFinding> suppressed; ///< Counted and not judged; in the same order.
  std::vector<rules::Finding> debt; ///< Findings that the baseline knows; in the same order.
  text::Problems errors;             ///< Inputs or parts of them that could not be read (exit 3), in order.
  std::vector<std::string> failures; ///< Files that could not be opened: no text, so no place (exit 3).
  std::vector<std::string> rule_failures; ///< Rules whose expressions failed: bugs of theirs (exit 2).
  text::Problems notes;                   ///< For --verbose.
  std::vector<const rules::Rule*> rules;  ///< Those that ran, by code.
  Statistics statistics;
};

} // namespace slsaudit::audit
