// SPDX-License-Identifier: Apache-2.0
// Any bytes as one template, and as two templates of one system: the graph that comes out is always sound,
// and all facts can be computed on it.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"

namespace slsaudit::fuzz {

void run_graph(std::string_view bytes) {
  for (const int copies : {1, 2}) {
    Reading reading;
    for (int i = 0; i < copies; ++i) reading.add(bytes);
    Reading::compute_facts(reading.build());
  }
}

} // namespace slsaudit::fuzz
