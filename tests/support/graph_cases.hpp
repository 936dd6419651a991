// SPDX-License-Identifier: Apache-2.0
// Tables of templates and the edges that they shall make.
#pragma once

#include "support/catch.hpp"
#include "support/graph_dump.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace slsaudit::test {

using Lines = std::vector<std::string>;

struct GraphCase {
  std::string name;
  std::string resources; ///< Below `Resources:`.
  Lines edges;
};

inline Lines sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// `also` as in dump_edges.
inline void check_graph(const GraphCase& expected, const Lines& also = {}) {
  DYNAMIC_SECTION(expected.name) {
    const auto built = build_system({"Resources:\n" + expected.resources});
    CHECK(graph::verify(built->system) == "");
    CHECK(sorted(dump_edges(built->system, also)) == sorted(expected.edges));
  }
}

} // namespace slsaudit::test
