// SPDX-License-Identifier: Apache-2.0
// One system as one line of JSON: the result of a unit of work that `slsaudit merge` puts together.
// docs/schemas/system-line.schema.json tells the shape.
#pragma once

#include "audit/pipeline.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

enum class SystemOutcome : std::uint8_t {
  clean,      ///< Nothing at or above its --fail-on.
  findings,   ///< Something is.
  unusable,   ///< Its configuration or rules can't be used: nothing was audited, or not by all rules.
  incomplete, ///< An input could not be read; the others are audited.
};
[[nodiscard]] std::string_view name(SystemOutcome outcome);

struct SystemInput {
  std::string root;
  std::string as_of; ///< Empty where nothing was audited.
  SystemOutcome outcome = SystemOutcome::clean;
  const audit::Audited* audited = nullptr; ///< Null where nothing was.
  std::vector<std::string> messages;       ///< Why not.
  std::optional<rules::Severity> fail_on;  ///< Nothing: no finding fails it.
};

/// With its line feed. The same input gives the same bytes.
[[nodiscard]] std::string system_line(const SystemInput& input);

} // namespace slsaudit::report
