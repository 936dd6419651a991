// SPDX-License-Identifier: Apache-2.0
#include "knowledge/portability.hpp"

#include "knowledge/tables.hpp"

#include <algorithm>

namespace slsaudit::knowledge {

std::optional<Portability> portability_of(std::string_view resource_type) {
  const tables::Portabilities all = tables::portabilities();
  const auto found = std::lower_bound(
      all.types.begin(), all.types.end(), resource_type,
      [&](const tables::TypeRow& row, std::string_view wanted) { return row.type.of(all.text) < wanted; });
  if (found == all.types.end() || found->type.of(all.text) != resource_type) {
    return std::nullopt;
  }
  const tables::PortabilityRow& row = all.rows[found->service];
  return Portability{row.service.of(all.text), row.lock_in, row.alternatives.of(all.text), row.gathers_data,
                     row.has_export};
}

} // namespace slsaudit::knowledge
