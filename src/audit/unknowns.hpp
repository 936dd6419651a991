// SPDX-License-Identifier: Apache-2.0
// What stays unknown in the templates, and why.
#pragma once

#include "graph/system.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// One reason, and the places where it leaves a value or a part of a text unknown.
struct UnknownReason {
  std::string reason;
  std::size_t count = 0; ///< Places in the authors' text: a value that many resources share counts once.
  text::Span first;
};

/// All reasons in properties and outputs, the most frequent first.
[[nodiscard]] std::vector<UnknownReason> unknown_reasons(const std::vector<graph::System>& systems);

} // namespace slsaudit::audit
