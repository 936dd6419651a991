// SPDX-License-Identifier: Apache-2.0
// API Gateway REST APIs, and the OpenAPI documents of both generations.
#include "graph/integration.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

constexpr std::string_view methods[] = {
    "delete", "get", "head", "options", "patch", "post", "put", "trace", "x-amazon-apigateway-any-method"};

void link_operation(Site& site, const value::Member& path, const value::Member& operation) {
  const value::Value integration = operation.value.get("x-amazon-apigateway-integration");
  if (!integration.is_map()) return;
  const value::Factory& make = site.draft.make();
  std::vector<value::Member> settings{{"Path", make.string(path.key, path.value.key_span())},
                                      {"Method", make.string(operation.key, operation.value.key_span())}};
  settings.insert(settings.end(), operation.value.members().begin(), operation.value.members().end());
  link_integration(
      site,
      {.from = site.self,
       .to = {},
       .settings = make.map(settings, operation.value.span()),
       .text = site.says(std::string(operation.key) + " " + std::string(path.key) + " in the body of API")},
      integration.get("uri"), integration);
}

void link_authorizer_uri(Site& site, NodeId via, const value::Value& api, const value::Value& uri,
                         const value::Value& settings) {
  for (const Target& from : site.targets(api)) {
    site.link({.kind = EdgeKind::invokes,
               .from = from.node,
               .to = {},
               .mode = Mode::synchronous,
               .via = via,
               .settings = settings,
               .text = site.says("authorizer")},
              uri);
  }
}

} // namespace

void extract_openapi(Site& site, const value::Value& body) {
  for (const value::Member& path : members(body.get("paths"))) {
    for (const value::Member& operation : members(path.value)) {
      if (std::ranges::find(methods, operation.key) != std::end(methods))
        link_operation(site, path, operation);
    }
  }
  for (const std::string_view schemes : {"securityDefinitions", "components.securitySchemes"}) {
    for (const value::Member& scheme : members(body.at(schemes))) {
      const value::Value authorizer = scheme.value.get("x-amazon-apigateway-authorizer");
      site.link({.kind = EdgeKind::invokes,
                 .from = site.self,
                 .to = {},
                 .mode = Mode::synchronous,
                 .settings = scheme.value,
                 .text = site.says("authorizer `" + std::string(scheme.key) + "` in the body of API")},
                authorizer.get("authorizerUri"));
      link_issuer(site, site.self, {}, authorizer.at("jwtConfiguration.issuer"));
    }
  }
}

void extract_rest_api(Site& site) {
  extract_openapi(site, site.get("Body"));
  const value::Value types = site.get("EndpointConfiguration.Types");
  if (holds(types, "PRIVATE")) return;
  site.open_to_internet("public endpoint of API", types, site.resource.properties);
}

void extract_method(Site& site) {
  const value::Value integration = site.get("Integration");
  for (const Target& api : site.targets(site.get("RestApiId"))) {
    link_integration(site,
                     {.from = api.node,
                      .to = {},
                      .via = site.self,
                      .settings = site.resource.properties,
                      .text = site.says("method")},
                     integration.get("Uri"), integration);
  }
}

void extract_authorizer(Site& site) {
  link_authorizer_uri(site, site.self, site.get("RestApiId"), site.get("AuthorizerUri"),
                      site.resource.properties);
}

void extract_http_authorizer(Site& site) {
  link_authorizer_uri(site, site.self, site.get("ApiId"), site.get("AuthorizerUri"),
                      site.resource.properties);
  for (const Target& api : site.targets(site.get("ApiId")))
    link_issuer(site, api.node, site.self, site.get("JwtConfiguration.Issuer"));
}

void extract_rest_stage(Site& site) {
  link_access_log(site, site.get("RestApiId"), site.get("AccessLogSetting.DestinationArn"));
}

} // namespace slsaudit::graph
