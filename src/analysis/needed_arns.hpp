// SPDX-License-Identifier: Apache-2.0
// Which ARNs calls have to be allowed on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::analysis {

/// What a call needs of one kind: "table/NAME" of DynamoDB, as `knowledge::Action::on` has it.
struct NeededArn {
  std::string_view service;
  std::string_view region;
  std::string_view account;
  std::string_view rest;
};
/// Reads one of the pieces of `knowledge::Action::on`, which outlives what it gives.
[[nodiscard]] NeededArn needed_arn_of(std::string_view service, std::string_view text);
/// As a text for `!Sub`, with the name put in.
[[nodiscard]] std::string spelled(const NeededArn& need, std::string_view name);

/// What calls need, and those of which that isn't known.
struct Needs {
  std::vector<std::string_view> known;
  std::vector<std::string> others;
};
/// Of calls of one service; nothing where they are spelled by other means.
[[nodiscard]] Needs all_needs(std::string_view service, const std::vector<std::string>& actions);
/// What all the calls need; nothing where that of one isn't known.
[[nodiscard]] std::vector<std::string_view> needs(std::string_view service,
                                                  const std::vector<std::string>& actions);

/// Calls to a search domain itself, which are asked of the path that they go to.
[[nodiscard]] bool goes_to_path(std::string_view action);

} // namespace slsaudit::analysis
