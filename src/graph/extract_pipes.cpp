// SPDX-License-Identifier: Apache-2.0
// EventBridge Pipes: a source that is polled, an optional enrichment that is waited for, a target.
#include "graph/extract.hpp"

namespace slsaudit::graph {

void extract_pipe(Site& site) {
  site.draft.mark_defined(site.self);
  for (const Target& source : site.targets(site.get("Source"))) {
    site.draft.add({.kind = EdgeKind::polls,
                    .from = source.node,
                    .to = site.self,
                    .mode = Mode::polled,
                    .settings = site.get("SourceParameters"),
                    .filter = site.get("SourceParameters.FilterCriteria"),
                    .span = source.value.span(),
                    .text = site.says("source of pipe")});
  }
  site.link({.kind = EdgeKind::invokes,
             .from = site.self,
             .to = {},
             .mode = Mode::synchronous,
             .settings = site.get("EnrichmentParameters"),
             .text = site.says("enrichment of pipe")},
            site.get("Enrichment"));
  site.deliver({.from = site.self,
                .to = {},
                .settings = site.get("TargetParameters"),
                .text = site.says("target of pipe")},
               site.get("Target"));
  for (const value::Member& parameters : members(site.get("SourceParameters"))) {
    site.link({.kind = EdgeKind::dead_letters,
               .from = site.self,
               .to = {},
               .mode = Mode::asynchronous,
               .settings = parameters.value,
               .text = site.says("dead-letter target of")},
              parameters.value.at("DeadLetterConfig.Arn"));
  }
  site.link({.kind = EdgeKind::assumes, .from = site.self, .to = {}, .text = site.says("role of")},
            site.get("RoleArn"));
}

} // namespace slsaudit::graph
