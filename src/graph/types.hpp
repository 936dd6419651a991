// SPDX-License-Identifier: Apache-2.0
// What the graph needs to know of a resource type: what it is for, how its ARN is spelled, which property
// names it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace slsaudit::graph {

/// What a type is in an event flow. `none` is everything else.
enum class Category : std::uint8_t {
  none,
  function,
  workflow,
  task, ///< Container tasks, builds and jobs that are started by a call.
  queue,
  topic,
  stream,
  bus,
  rule, ///< Rules, schedules and pipes: they deliver what others put.
  table,
  bucket,
  store, ///< Databases, caches, file systems, secrets, parameters.
  api,
  endpoint, ///< Something outside that the system calls: an API destination, a model endpoint.
  user_pool,
  log_group,
  role,
  policy,
};

/// How a resource's name ends inside its ARN.
enum class NameEnd : std::uint8_t {
  separator, ///< At the next ':' or '/'.
  colon,     ///< At the next ':'; the name may hold slashes.
  last,      ///< The last segment between slashes is the name (paths come before it).
};

struct TypeInfo {
  std::string_view type;
  Category category = Category::none;
  std::string_view service;       ///< Of its ARN ("dynamodb"); empty where ARNs don't name it.
  std::string_view prefix;        ///< Of the ARN's resource part, before the name ("table/", "function:").
  std::string_view name_property; ///< Empty where the author can't name it.
  NameEnd name_end = NameEnd::separator;
  std::string_view
      stands_for; ///< Property naming the resource that this one stands for: an alias → its function.
};

/// Null for types that have no row.
[[nodiscard]] const TypeInfo* type_info(std::string_view type);
/// Types that the Serverless Framework's other providers are lowered to: "other::google::Function".
[[nodiscard]] bool is_of_other_platform(std::string_view type);
/// `none` for types that have no row.
[[nodiscard]] Category category_of(std::string_view type);
/// All rows of an ARN's service.
[[nodiscard]] std::span<const TypeInfo* const> types_of_service(std::string_view service);

} // namespace slsaudit::graph
