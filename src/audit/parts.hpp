// SPDX-License-Identifier: Apache-2.0
// The parts of a system that have nothing to do with each other: no event, reference or right goes from one
// to the other, they nest no stack of each other and name nothing outside that both use.
//
// How the conditions of one part come out changes nothing in another: each part has worlds of its own.
#pragma once

#include "audit/load.hpp"
#include "graph/system.hpp"

#include <vector>

namespace slsaudit::audit {

/// The indexes of templates, each in one part; in a part ascending, parts in the order of their firsts.
/// `system` is what graph::build() makes of these templates in this order.
[[nodiscard]] std::vector<std::vector<std::size_t>> parts_of(const std::vector<LoadedTemplate>& templates,
                                                             const graph::System& system);

/// Those templates alone; `parent` is an index among them.
[[nodiscard]] std::vector<LoadedTemplate> pick(const std::vector<LoadedTemplate>& templates,
                                               const std::vector<std::size_t>& indexes);

} // namespace slsaudit::audit
