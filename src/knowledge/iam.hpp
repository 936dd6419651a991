// SPDX-License-Identifier: Apache-2.0
// What IAM actions exist and what they do. Rows: rules/knowledge/iam-actions.csv.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::knowledge {

enum class Access : std::uint8_t { list, read, write, tagging, permissions };
enum class ResourceLevel : std::uint8_t {
  required,  ///< Takes a resource ARN: `Resource: "*"` is wider than needed.
  optional,  ///< May take one.
  star_only, ///< Only `*` is accepted.
};

struct Action {
  std::string_view service; ///< "dynamodb"
  std::string_view name;    ///< "PutItem"
  Access access = Access::read;
  ResourceLevel resource_level = ResourceLevel::optional;
  /// The ARNs that a call needs, with a blank between: "table/NAME", or "=iam::A:user/NAME" where the
  /// service, the region (R) or the account (A) are others. Empty where that isn't known.
  std::string_view on;
};

/// All actions that a pattern such as "s3:Get*" or "*" matches: `*` and `?`, case-insensitive, in linear
/// time. Sorted by service and name.
[[nodiscard]] std::vector<Action> actions_matching(std::string_view pattern);
/// Whether the data has any action of that service prefix; where it hasn't, nothing can be said of its
/// actions.
[[nodiscard]] bool knows_service(std::string_view service);
/// `*` and `?` wildcards, case-insensitive.
[[nodiscard]] bool wildcard_match(std::string_view pattern, std::string_view text);

} // namespace slsaudit::knowledge
