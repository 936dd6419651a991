// SPDX-License-Identifier: Apache-2.0
#include "graph/extract.hpp"

namespace slsaudit::graph {

void extract_queue(Site& site) {
  site.link({.kind = EdgeKind::dead_letters,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .settings = site.get("RedrivePolicy"),
             .text = site.says("redrive policy of")},
            site.get("RedrivePolicy.deadLetterTargetArn"));
}

} // namespace slsaudit::graph
