// SPDX-License-Identifier: Apache-2.0
// AppSync: an API's data sources. What a resolver does with a table follows from the type that it resolves.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

constexpr std::string_view target_properties[] = {
    "LambdaConfig.LambdaFunctionArn",
    "EventBridgeConfig.EventBusArn",
    "HttpConfig.Endpoint",
    "OpenSearchServiceConfig.Endpoint",
    "ElasticsearchConfig.Endpoint",
    "RelationalDatabaseConfig.RdsHttpEndpointConfig.DbClusterIdentifier",
};

bool is_store(Category category) {
  return category == Category::table || category == Category::bucket || category == Category::store;
}

void link_source(Site& site, const value::Value& target) {
  for (const Target& api : site.targets(site.get("ApiId"))) {
    for (const Target& source : site.targets(target)) {
      if (is_store(site.draft.category(source.node)))
        continue; // its resolvers say whether they read or write
      site.draft.add({.kind = EdgeKind::routes,
                      .from = api.node,
                      .to = source.node,
                      .mode = Mode::synchronous,
                      .via = site.self,
                      .settings = site.resource.properties,
                      .span = source.value.span(),
                      .text = site.says("data source")});
    }
  }
}

/// What a resolver or a pipeline's function names, by `!GetAtt Source.Name` or by the source's own name.
const dialect::Resource* data_source(Site& site, std::size_t where, const value::Value& name) {
  NodeId node = site.draft.index().resolve(where, name);
  if (!node.valid()) node = site.draft.index().named(where, "AWS::AppSync::DataSource", text_of(name));
  if (!node.valid() || site.draft.node(node).type != "AWS::AppSync::DataSource") return nullptr;
  return site.draft.node(node).resource;
}

/// Stores that a resolver of a query reads and one of a mutation writes.
constexpr std::string_view store_properties[] = {
    "DynamoDBConfig.TableName",
    "ElasticsearchConfig.Endpoint",
    "OpenSearchServiceConfig.Endpoint",
    "RelationalDatabaseConfig.RdsHttpEndpointConfig.DbClusterIdentifier",
};

void link_stores(Site& site, const dialect::Resource& source) {
  const bool writes = text_of(site.get("TypeName")) == "Mutation";
  for (const Target& api : site.targets(site.get("ApiId"))) {
    for (const std::string_view property : store_properties) {
      for (const Target& store : site.targets(source.properties.at(property))) {
        const bool table = property == store_properties[0];
        if (!table && !is_store(site.draft.category(store.node))) continue;
        site.draft.add({.kind = writes ? EdgeKind::writes : EdgeKind::reads,
                        .from = api.node,
                        .to = store.node,
                        .mode = Mode::synchronous,
                        .via = site.self,
                        .settings = site.resource.properties,
                        .span = store.value.span(),
                        .text = site.says("resolver")});
      }
    }
  }
}

} // namespace

void extract_graphql_api(Site& site) {
  link_issuer(site, site.self, {}, site.get("OpenIDConnectConfig.Issuer"));
  for (const value::Value& provider : entries(site.get("AdditionalAuthenticationProviders")))
    link_issuer(site, site.self, {}, provider.at("OpenIDConnectConfig.Issuer"));
  if (text_of(site.get("Visibility")) == "PRIVATE") return;
  const value::Value authentication = site.get("AuthenticationType");
  site.open_to_internet("GraphQL API", authentication, site.resource.properties);
}

void extract_data_source(Site& site) {
  for (const std::string_view property : target_properties) link_source(site, site.get(property));
}

void extract_resolver(Site& site) {
  if (const dialect::Resource* source = data_source(site, site.template_index, site.get("DataSourceName")))
    link_stores(site, *source);
  for (const value::Value& function : entries(site.get("PipelineConfig.Functions"))) {
    for (const Target& step : site.draft.known_targets(site.template_index, function)) {
      const Node& node = site.draft.node(step.node);
      if (node.type != "AWS::AppSync::FunctionConfiguration") continue;
      const value::Value name = node.resource->properties.get("DataSourceName");
      if (const dialect::Resource* source = data_source(site, node.template_index, name))
        link_stores(site, *source);
    }
  }
}

} // namespace slsaudit::graph
