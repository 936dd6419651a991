// SPDX-License-Identifier: Apache-2.0
// CloudFront: origins, and functions at the edge.
#include "graph/extract.hpp"

#include <algorithm>

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

/// "name.s3.amazonaws.com", "name.s3-website-eu-west-1.amazonaws.com": a bucket by its name, whatever that is
/// made of.
NodeId named_bucket(Site& site, const value::Value& domain) {
  const auto spelling = spell(domain);
  if (!spelling || spelling->opaque || !spelling->text.ends_with(".amazonaws.com")) return {};
  const std::string_view text = spelling->text;
  const std::size_t end = std::min(text.rfind(".s3."), text.rfind(".s3-"));
  return end == std::string_view::npos
             ? NodeId{}
             : site.draft.index().named(site.template_index, "AWS::S3::Bucket", text.substr(0, end));
}

/// What a distribution fetches from: resources, buckets by name, and hosts of others.
std::vector<Target> origins(Site& site, const value::Value& domain) {
  std::vector<Target> result;
  for (const value::Value& alternative : domain.alternatives()) {
    NodeId node = site.draft.index().resolve(site.template_index, alternative);
    if (!node.valid()) node = named_bucket(site, alternative);
    if (!node.valid()) node = site.draft.bare_host(site.template_index, alternative);
    if (node.valid()) result.push_back({node, alternative});
  }
  return result;
}

/// An origin in S3 whose bucket can't be told by its name, and the only bucket that the distribution is said
/// to depend on.
void hint_bucket(Site& site, const value::Value& origin) {
  std::vector<NodeId> buckets;
  for (const std::string_view name : site.resource.depends_on) {
    const NodeId node = site.draft.index().find(site.template_index, name);
    if (node.valid() && site.draft.category(node) == Category::bucket) buckets.push_back(node);
  }
  if (buckets.size() != 1 || !origin.get("S3OriginConfig").is_present()) return;
  site.draft.add({.kind = EdgeKind::reads,
                  .from = site.self,
                  .to = buckets.front(),
                  .mode = Mode::synchronous,
                  .settings = origin,
                  .basis = Basis::hinted,
                  .span = origin.get("DomainName").span(),
                  .text = site.says("S3 origin and DependsOn of distribution")});
}

} // namespace

void extract_distribution(Site& site) {
  const value::Value config = site.get("DistributionConfig");
  site.open_to_internet("distribution", {}, {});
  for (const value::Value& origin : entries(config.get("Origins"))) {
    const value::Value domain = origin.get("DomainName");
    const std::vector<Target> known = origins(site, domain);
    if (known.empty()) hint_bucket(site, origin);
    for (const Target& target : known) {
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
