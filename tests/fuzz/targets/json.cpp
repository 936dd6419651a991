// SPDX-License-Identifier: Apache-2.0
// Any bytes as JSON: the tree is sound, and it is nlohmann's.
#include "fuzz/checks.hpp"
#include "fuzz/json_reference.hpp"
#include "fuzz/targets.hpp"
#include "support/span_check.hpp"

#include <algorithm>

namespace slsaudit::fuzz {

namespace {

/// Where our reader goes its own way: it reads less (limits, files that are no text), or more (placeholders,
/// halves of characters).
bool goes_its_own_way(const text::Problem& problem) {
  return problem.message.find("the limit of") != std::string::npos || problem.name == "not-text" ||
         problem.name == "json-placeholder" || problem.name == "lone-surrogate";
}

/// An error of the text: bad bytes have become characters before anything is parsed.
bool is_error_of_json(const text::Problem& problem) {
  return problem.level == text::ProblemLevel::error && problem.name != "invalid-utf8" &&
         problem.name != "invalid-utf16";
}

} // namespace

void run_json(std::string_view bytes) {
  const test::Read read(std::string(bytes), "fuzz.json", small_limits());
  check_document(read.sources, read.document);
  const text::Problems& problems = read.document.problems;
  const bool refused = std::ranges::any_of(problems, is_error_of_json);
  if (!refused) require_none(test::SpanCheck(read).run());
  if (std::ranges::any_of(problems, goes_its_own_way)) return;
  const JsonReference expected = read_json_reference(read.sources.text(read.document.file));
  if (expected.goes_its_own_way) return;
  SLSAUDIT_ASSERT(refused == !expected.value.has_value());
  if (expected.value) SLSAUDIT_ASSERT(is_same(*read.document.root, *expected.value));
}

} // namespace slsaudit::fuzz
