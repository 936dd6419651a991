// SPDX-License-Identifier: Apache-2.0
// Values as texts of any length.
#pragma once

#include "cel/value.hpp"

namespace slsaudit::cel {

/// As Value::display(), but cut only where it is longer than `max` bytes.
[[nodiscard]] std::string display(const Value& value, std::size_t max);

} // namespace slsaudit::cel
