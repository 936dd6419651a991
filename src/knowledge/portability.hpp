// SPDX-License-Identifier: Apache-2.0
// How hard it is to take a service elsewhere. Rows: rules/knowledge/portability.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace slsaudit::knowledge {

struct Portability {
  std::string_view service;      ///< "DynamoDB"
  std::int64_t lock_in = 0;      ///< From 0 (an open standard) to 100 (nothing else speaks it).
  std::string_view alternatives; ///< "Cassandra, ScyllaDB (Alternator)"
  bool gathers_data = false;     ///< Data stays in it.
  bool has_export = false; ///< Data gets out in an open format by its own means, whatever is configured.
};

/// By AWS resource type ("AWS::DynamoDB::Table"); nothing when it has no interface of its own.
[[nodiscard]] std::optional<Portability> portability_of(std::string_view resource_type);

} // namespace slsaudit::knowledge
