// SPDX-License-Identifier: Apache-2.0
// Turns the YAML library's terse complaints into problems that say what was found, what was expected and what
// to do. Internal to this folder.
#pragma once

#include "syntax/tree_builder.hpp"

#include <optional>
#include <string_view>

namespace slsaudit::syntax {

/// A scalar in quotes over several lines, one of which looks like a key of an enclosing mapping: its closing
/// quote is most likely missing, and a later quote was taken for it.
struct SwallowedLines {
  text::Span quote; ///< The opening quote.
  text::Span line;  ///< The key that was swallowed.
};

/// What the library said. Offsets are bytes of the text.
struct YamlFailure {
  std::string_view problem;        ///< "did not find expected key"
  std::string_view context;        ///< "while parsing a block mapping"; may be empty.
  std::size_t at = 0;              ///< Where the problem is.
  std::size_t context_at = 0;      ///< Where the construct began; meaningless without context.
  std::size_t last_scalar_end = 0; ///< Of the last scalar that was read.
  bool last_scalar_quoted = false;
  std::optional<SwallowedLines> swallowed;
};

/// Adds one error for the failure.
void report_yaml_failure(TreeBuilder& builder, std::string_view text, const YamlFailure& failure);

/// Looks for swallowed lines in a quoted scalar at `span` of the text whose mapping's keys stand in `column`.
[[nodiscard]] std::optional<SwallowedLines> find_swallowed_lines(std::string_view text, text::Span scalar,
                                                                 std::int64_t column);

/// Adds the finding for a swallow that still gave valid YAML.
void report_swallowed_lines(TreeBuilder& builder, const SwallowedLines& swallowed, text::ProblemLevel level);

} // namespace slsaudit::syntax
