// SPDX-License-Identifier: Apache-2.0
// All bounds on what templates may make a run do. People know each by its name, which its error tells.
#pragma once

#include "syntax/reader.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace slsaudit::dialect {

/// Those of the reader hold for one file, the others for one template or as said.
struct Limits : syntax::Limits {
  std::size_t max_loop_entries = 20'000; ///< Entries that all `Fn::ForEach` make; CloudFormation takes 500.
  std::size_t max_loop_nodes = 500'000;  ///< Nodes that they copy.
  std::size_t max_variable_depth = 300;  ///< `${…}` within `${…}`, and one leading to the next.
  std::size_t max_text = 1U << 20U;      ///< Bytes of a string that variables are put into.
  std::size_t max_includes = 1'000;      ///< Files that are taken in.
  std::size_t max_nested_stacks = 256;   ///< Of one run.
  std::size_t max_stack_depth = 10;      ///< Stacks within stacks.
  std::size_t max_resources = 50'000;    ///< After loops and lowering.
  std::size_t max_files = 200'000;       ///< Candidates of one run.
  std::size_t max_output = 1U << 30U;    ///< Bytes of a report.
};

struct LimitName {
  std::string_view name;
  std::size_t Limits::*value;
  std::string_view meaning;
};

/// Sorted by name.
[[nodiscard]] std::span<const LimitName> limit_names();

/// Sets what "NAME=VALUE" says. Empty, or what is wrong with it.
[[nodiscard]] std::string set_limit(Limits& limits, std::string_view text);

} // namespace slsaudit::dialect
