// SPDX-License-Identifier: Apache-2.0
// What leads people to resources and shows them: names in Route 53, custom domains of APIs, dashboards.
// Nothing flows through them.
#include "graph/extract.hpp"
#include "graph/patterns.hpp"

namespace slsaudit::graph {

namespace {

void refer(Site& site, NodeId to, text::Span span, std::string_view what) {
  if (!to.valid() || to == site.self) return;
  site.draft.add(
      {.kind = EdgeKind::refers, .from = site.self, .to = to, .span = span, .text = site.says(what)});
}

void link_record(Site& site, const value::Value& record) {
  for (const std::string_view place : {"AliasTarget.DNSName", "ResourceRecords"}) {
    for (const value::Value& name : entries(record.at(place))) {
      for (const Target& target : site.draft.known_targets(site.template_index, name))
        refer(site, target.node, target.value.span(), "record");
    }
  }
}

/// A metric is ["AWS/Lambda", "Errors", "FunctionName", NAME, …]; "." repeats what stands above.
void link_metric(Site& site, const value::Value& metric, text::Span span) {
  const auto items = metric.items();
  for (std::size_t i = 3; i < items.size(); i += 2) {
    if (!items[i].as_string() || items[i].as_string() == ".") continue;
    for (const Target& shown : site.draft.known_targets(site.template_index, items[i]))
      refer(site, shown.node, span, "metric of dashboard");
  }
}

} // namespace

void extract_record(Site& site) {
  link_record(site, site.resource.properties);
  for (const value::Value& record : entries(site.get("RecordSets"))) link_record(site, record);
}

/// A path of a custom domain: the domain leads to the API.
void extract_domain_mapping(Site& site) {
  for (const Target& domain : site.draft.known_targets(site.template_index, site.get("DomainName"))) {
    for (const std::string_view property : {"ApiId", "RestApiId"}) {
      site.link({.kind = EdgeKind::refers,
                 .from = domain.node,
                 .to = {},
                 .via = site.self,
                 .text = site.says("mapping of domain by")},
                site.get(property));
    }
  }
}

void extract_dashboard(Site& site) {
  const value::Value body = site.get("DashboardBody");
  const value::Value read = read_pattern(body, site.draft.arena());
  for (const value::Value& widget : entries(read.get("widgets"))) {
    for (const value::Value& metric : entries(widget.at("properties.metrics")))
      link_metric(site, metric, body.span());
  }
}

} // namespace slsaudit::graph
