// SPDX-License-Identifier: Apache-2.0
// Drawings by Graphviz's own library, where there is one: it is loaded when it is asked for, so that nobody
// else needs it, and no program is ever started.
#pragma once

#include "text/result.hpp"

#include <string>

namespace slsaudit::cli {

/// The SVG of a graph in the DOT language, laid out by `dot`. Fails where the library isn't there, saying
/// what to install or do instead, and with Graphviz's own words where it can't draw.
[[nodiscard]] text::Result<std::string> svg_from_dot(const std::string& dot);

} // namespace slsaudit::cli
