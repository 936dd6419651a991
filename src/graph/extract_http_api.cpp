// SPDX-License-Identifier: Apache-2.0
// API Gateway HTTP and WebSocket APIs: routes lead to integrations.
#include "graph/integration.hpp"

namespace slsaudit::graph {

namespace {

constexpr std::string_view integration_prefix = "integrations/";

/// The integration that a route's Target names: `integrations/${Integration}`.
NodeId integration_of(Site& site, const value::Value& target) {
  const auto spelling = spell(target);
  if (!spelling) return {};
  std::string_view text = spelling->text;
  if (text.starts_with(integration_prefix)) text.remove_prefix(integration_prefix.size());
  const auto token = leading_token(text);
  return token ? site.draft.index().referenced(site.template_index, *token) : NodeId{};
}

/// First-class service integrations have no URI: their parameters name the target.
void link_http_integration(Site& site, const Link& link, const value::Value& integration) {
  const value::Value uri = integration.get("IntegrationUri");
  if (uri.is_present()) {
    link_integration(site, link, uri, integration);
    return;
  }
  const value::Value parameters = integration.get("RequestParameters");
  for (const std::string_view name : {"QueueUrl", "StateMachineArn", "EventBusName", "StreamName"}) {
    link_integration(site, link, parameters.get(name), parameters);
  }
}

} // namespace

void extract_http_api(Site& site) {
  extract_openapi(site, site.get("Body"));
  link_integration(
      site,
      {.from = site.self, .to = {}, .settings = site.resource.properties, .text = site.says("target of API")},
      site.get("Target"), {});
  site.open_to_internet("public endpoint of API", {}, site.resource.properties);
}

void extract_route(Site& site) {
  const value::Factory& make = site.draft.make();
  for (const value::Value& target : site.get("Target").alternatives()) {
    const NodeId integration = integration_of(site, target);
    if (!integration.valid() || site.draft.node(integration).type != "AWS::ApiGatewayV2::Integration")
      continue;
    site.draft.mark_routed(integration);
    const value::Value& properties = site.draft.node(integration).resource->properties;
    std::vector<value::Member> settings(site.resource.properties.members().begin(),
                                        site.resource.properties.members().end());
    settings.push_back({"Integration", properties});
    for (const Target& api : site.targets(site.get("ApiId"))) {
      link_http_integration(site,
                            {.from = api.node,
                             .to = {},
                             .via = site.self,
                             .settings = make.map(settings, site.resource.properties.span()),
                             .text = site.says("route")},
                            properties);
    }
  }
}

/// Runs after all routes: an integration that no known route leads to still tells what the API calls.
void extract_http_integration(Site& site) {
  if (site.draft.is_routed(site.self)) return;
  for (const Target& api : site.targets(site.get("ApiId"))) {
    link_http_integration(site,
                          {.from = api.node,
                           .to = {},
                           .via = site.self,
                           .settings = site.resource.properties,
                           .text = site.says("integration")},
                          site.resource.properties);
  }
}

void extract_http_stage(Site& site) {
  link_access_log(site, site.get("ApiId"), site.get("AccessLogSettings.DestinationArn"));
}

} // namespace slsaudit::graph
