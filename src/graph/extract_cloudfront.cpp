// SPDX-License-Identifier: Apache-2.0
// CloudFront: origins, and functions at the edge.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

void link_edge_functions(Site& site, const value::Value& behavior) {
  for (const value::Value& association : entries(behavior.get("LambdaFunctionAssociations"))) {
    site.link({.kind = EdgeKind::triggers,
               .from = site.self,
               .to = {},
               .mode = Mode::synchronous,
               .settings = association,
               .text = site.says("edge function of distribution")},
              association.get("LambdaFunctionARN"));
  }
}

} // namespace

void extract_distribution(Site& site) {
  const value::Value config = site.get("DistributionConfig");
  site.draft.add({.kind = EdgeKind::requests,
                  .from = site.draft.internet(site.template_index),
                  .to = site.self,
                  .mode = Mode::synchronous,
                  .span = site.resource.id_span,
                  .text = site.says("distribution")});
  for (const value::Value& origin : entries(config.get("Origins"))) {
    const value::Value domain = origin.get("DomainName");
    for (const Target& target : site.draft.known_targets(site.template_index, domain)) {
      const Category category = site.draft.category(target.node);
      site.draft.add({.kind = category == Category::bucket ? EdgeKind::reads : EdgeKind::routes,
                      .from = site.self,
                      .to = target.node,
                      .mode = Mode::synchronous,
                      .settings = origin,
                      .span = target.value.span(),
                      .text = site.says("origin of distribution")});
    }
  }
  site.link({.kind = EdgeKind::logs,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .settings = config.get("Logging"),
             .text = site.says("access log of distribution")},
            config.at("Logging.Bucket"));
  link_edge_functions(site, config.get("DefaultCacheBehavior"));
  for (const value::Value& behavior : entries(config.get("CacheBehaviors")))
    link_edge_functions(site, behavior);
}

} // namespace slsaudit::graph
