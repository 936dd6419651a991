// SPDX-License-Identifier: Apache-2.0
// AWS::Serverless::GraphQLApi: AppSync with its schema, data sources, functions and resolvers.
#include "dialect/sam/connectors.hpp"
#include "dialect/sam/policies.hpp"
#include "dialect/sam/resources.hpp"
#include "text/words.hpp"

namespace slsaudit::dialect::sam {

namespace {

struct GraphQl {
  Context& context;
  const Source& source;
  std::string id;
  std::map<std::string_view, std::string> data_sources; ///< Logical ids by the author's key.
  std::map<std::string_view, const Node*> functions;    ///< FunctionIds by the author's key.
  bool needs_none = false;

  [[nodiscard]] const Node* api_id(const Make& make) const { return make.get_att(id, "ApiId"); }
  [[nodiscard]] const Node* section(std::string_view key) const {
    return context.expect_map(source.get(key), key);
  }
};

/// Property names of SAM and AppSync for each kind of authorization.
struct AuthRow {
  std::string_view type;
  std::string_view written;
  std::string_view becomes;
};
constexpr AuthRow auth_rows[] = {{"AWS_LAMBDA", "LambdaAuthorizer", "LambdaAuthorizerConfig"},
                                 {"OPENID_CONNECT", "OpenIDConnect", "OpenIDConnectConfig"},
                                 {"AMAZON_COGNITO_USER_POOLS", "UserPool", "UserPoolConfig"}};

/// AuthenticationType and its configuration; collects the functions that authorize.
void read_auth(GraphQl& api, const Node* auth, bool additional, Map& into,
               std::vector<const Node*>& authorizers) {
  into.copy(auth, "Type", "AuthenticationType");
  for (const AuthRow& row : auth_rows) {
    const Node* config = get(auth, row.written);
    if (text_of(get(auth, "Type")) != row.type || !is_plain_map(config)) continue;
    Map copy(api.context.arena);
    copy.add(config);
    if (additional && row.written == "UserPool") copy.set("DefaultAction", nullptr);
    into.set(row.becomes, copy.node(config->span), key_span(auth, row.written, config->span));
    if (const Node* uri = get(config, "AuthorizerUri")) authorizers.push_back(uri);
  }
}

const Node* logging(GraphQl& api) {
  const Node* config = api.source.get("Logging");
  if (is_false(config)) return nullptr;
  const Span span = api.source.span_of("Logging");
  const Make make = api.context.make(span);
  Map result(api.context.arena);
  const Node* level = get(config, "FieldLogLevel");
  if (truthy(get(config, "ExcludeVerboseContent"))) result.copy(config, "ExcludeVerboseContent");
  result.set("FieldLogLevel", level != nullptr ? level : make.text("ALL"));
  result.copy(config, "CloudWatchLogsRoleArn");
  if (get(config, "CloudWatchLogsRoleArn") == nullptr) {
    const std::string role = api.id + "CloudWatchRole";
    api.context.emit(
        api.source, role, "AWS::IAM::Role",
        make.map(
            {{"AssumeRolePolicyDocument", trust(make, "appsync.amazonaws.com")},
             {"ManagedPolicyArns",
              make.list({make.sub(
                  "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs")})}}),
        span, "Logging");
    result.set("CloudWatchLogsRoleArn", make.get_att(role, "Arn"));
  }
  return result.node(span);
}

void connect(GraphQl& api, const std::string& id, Span span, ConnectorEnd source, ConnectorEnd destination,
             bool read, bool write) {
  source.written_type = source.type;
  destination.written_type = destination.type;
  emit_connection(api.context, api.source,
                  {api.context.keep(id), span, source, destination, read, write, "", nullptr});
}

void emit_api(GraphQl& api) {
  const Make make = api.context.make(api.source.id_span);
  Map properties(api.context.arena);
  const Node* name = api.source.get("Name");
  properties.set("Name", name != nullptr ? name : make.text(api.id));
  for (const std::string_view key : {"Visibility", "OwnerContact", "XrayEnabled", "IntrospectionConfig",
                                     "QueryDepthLimit", "ResolverCountLimit"}) {
    properties.copy(api.source.properties, key);
  }
  std::vector<const Node*> authorizers;
  const Node* auth = api.section("Auth");
  read_auth(api, auth, false, properties, authorizers);
  std::vector<const Node*> additional;
  if (const Node* more = api.context.expect_list(get(auth, "Additional"), "Auth.Additional")) {
    for (const Entry& entry : more->children) {
      Map provider(api.context.arena);
      read_auth(api, entry.value, true, provider, authorizers);
      additional.push_back(provider.node(entry.value->span));
    }
  }
  if (!additional.empty()) properties.set("AdditionalAuthenticationProviders", make.list(additional));
  properties.set("Tags", tag_list(api.context, api.source.get("Tags"), "graphqlapi:createdBy",
                                  api.source.span_of("Tags")));
  Draft& draft = api.context.emit_main(api.source, "AWS::AppSync::GraphQLApi", properties);
  if (const Node* config = logging(api))
    draft.properties->set("LogConfig", config, api.source.span_of("Logging"));
  for (std::size_t i = 0; i < authorizers.size(); ++i) {
    ConnectorEnd from;
    from.type = "AWS::AppSync::GraphQLApi";
    from.arn = make.ref(api.id);
    from.resource_id = api.api_id(make);
    ConnectorEnd to;
    to.type = "AWS::Lambda::Function";
    to.arn = authorizers[i];
    connect(api, api.id + "ToLambdaAuthConnector" + std::to_string(i + 1), authorizers[i]->span, from, to,
            false, true);
  }
}

void emit_part(GraphQl& api, const std::string& suffix, std::string_view type, Map& properties, Span span,
               std::string_view feature) {
  const Make make = api.context.make(span);
  properties.set("ApiId", api.api_id(make));
  api.context.emit(api.source, api.id + suffix, type, properties.node(span), span, feature);
}

void emit_schema(GraphQl& api) {
  Map schema(api.context.arena);
  schema.copy(api.source.properties, "SchemaInline", "Definition")
      .copy(api.source.properties, "SchemaUri", "DefinitionS3Location");
  emit_part(api, "Schema", "AWS::AppSync::GraphQLSchema", schema, api.source.span_of("SchemaInline"),
            "SchemaInline");
}

void emit_keys_cache_and_domain(GraphQl& api) {
  if (const Node* keys = api.section("ApiKeys")) {
    for (const Entry& entry : keys->children) {
      Map key(api.context.arena);
      key.copy(entry.value, "ApiKeyId")
          .copy(entry.value, "Description")
          .copy(entry.value, "ExpiresOn", "Expires");
      emit_part(api, std::string(entry.key), "AWS::AppSync::ApiKey", key, entry.key_span, "ApiKeys");
    }
  }
  if (const Node* given = api.section("Cache")) {
    Map cache(api.context.arena);
    for (const std::string_view key :
         {"ApiCachingBehavior", "Type", "Ttl", "AtRestEncryptionEnabled", "TransitEncryptionEnabled"})
      cache.copy(given, key);
    emit_part(api, "ApiCache", "AWS::AppSync::ApiCache", cache, api.source.span_of("Cache"), "Cache");
  }
  const Node* domain = api.section("DomainName");
  if (domain == nullptr) return;
  const Span span = api.source.span_of("DomainName");
  Map name(api.context.arena);
  name.copy(domain, "CertificateArn").copy(domain, "DomainName").copy(domain, "Description");
  api.context.emit(api.source, api.id + "DomainName", "AWS::AppSync::DomainName", name.node(span), span,
                   "DomainName");
  Map association(api.context.arena);
  association.set("DomainName", api.context.make(span).get_att(api.id + "DomainName", "DomainName"));
  emit_part(api, "DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation", association, span,
            "DomainName");
}

/// The role of a data source: the author's, or one with what the connector to the target grants.
void set_role(GraphQl& api, const std::string& id, const Entry& entry, std::string_view target_type,
              const Node* target, Map& properties) {
  const Make make = api.context.make(entry.key_span);
  if (get(entry.value, "ServiceRoleArn") != nullptr) {
    properties.copy(entry.value, "ServiceRoleArn");
    return;
  }
  const std::string role = id + "Role";
  properties.set("ServiceRoleArn", make.get_att(role, "Arn"));
  api.context.emit(api.source, role, "AWS::IAM::Role",
                   make.map({{"AssumeRolePolicyDocument", trust(make, "appsync.amazonaws.com")}}),
                   entry.key_span, "DataSources");
  const bool table = target_type == "AWS::DynamoDB::Table";
  const Node* permissions = get(entry.value, "Permissions");
  const bool all = !truthy(permissions) || !permissions->is_sequence();
  bool read = all && table;
  bool write = all;
  if (!all) {
    for (const Entry& permission : permissions->children) {
      read = read || text_of(permission.value) == "Read";
      write = write || text_of(permission.value) == "Write";
    }
  }
  ConnectorEnd from;
  from.type = "AWS::AppSync::DataSource";
  from.arn = make.get_att(id, "DataSourceArn");
  from.role = make.ref(role);
  ConnectorEnd to;
  to.type = target_type;
  to.arn = target;
  connect(api, id + (table ? "ToTableConnector" : "ToLambdaConnector"), entry.key_span, from, to, read,
          write);
}

Map start_data_source(GraphQl& api, const Entry& entry, std::string_view type) {
  const Make make = api.context.make(entry.key_span);
  Map properties(api.context.arena);
  const Node* name = get(entry.value, "Name");
  properties.set("Name", name != nullptr ? name : make.text(entry.key)).set("Type", make.text(type));
  properties.copy(entry.value, "Description");
  return properties;
}

void emit_table_source(GraphQl& api, const Entry& entry) {
  const Make make = api.context.make(entry.key_span);
  const std::string suffix = std::string(entry.key) + "DynamoDBDataSource";
  Map properties = start_data_source(api, entry, "AMAZON_DYNAMODB");
  const Node* region = get(entry.value, "Region");
  if (region == nullptr) region = make.ref("AWS::Region");
  Map config(api.context.arena);
  config.set("AwsRegion", region).copy(entry.value, "TableName");
  for (const std::string_view key : {"UseCallerCredentials", "Versioned"}) {
    if (truthy(get(entry.value, key))) config.copy(entry.value, key);
  }
  config.copy(entry.value, "DeltaSync", "DeltaSyncConfig");
  properties.set("DynamoDBConfig", config.node(entry.key_span));
  const Node* arn = get(entry.value, "TableArn");
  if (arn == nullptr) {
    arn = make.sub("arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}",
                   make.map({{"__TableName__", get(entry.value, "TableName")}, {"__Region__", region}}));
  }
  set_role(api, api.id + suffix, entry, "AWS::DynamoDB::Table", arn, properties);
  emit_part(api, suffix, "AWS::AppSync::DataSource", properties, entry.key_span, "DataSources");
  api.data_sources[entry.key] = api.id + suffix;
}

void emit_lambda_source(GraphQl& api, const Entry& entry) {
  const Make make = api.context.make(entry.key_span);
  const std::string suffix = std::string(entry.key) + "LambdaDataSource";
  Map properties = start_data_source(api, entry, "AWS_LAMBDA");
  const Node* function = get(entry.value, "FunctionArn");
  properties.set("LambdaConfig", make.map({{"LambdaFunctionArn", function}}));
  set_role(api, api.id + suffix, entry, "AWS::Lambda::Function", function, properties);
  emit_part(api, suffix, "AWS::AppSync::DataSource", properties, entry.key_span, "DataSources");
  api.data_sources[entry.key] = api.id + suffix;
}

void emit_data_sources(GraphQl& api) {
  const Node* all = api.section("DataSources");
  const auto each = [&](std::string_view kind, void (*emit)(GraphQl&, const Entry&)) {
    const Node* sources = api.context.expect_map(get(all, kind), "DataSources." + std::string(kind));
    if (sources == nullptr) return;
    for (const Entry& entry : sources->children) {
      if (api.context.expect_map(entry.value, entry.key) != nullptr) emit(api, entry);
    }
  };
  each("DynamoDb", emit_table_source);
  each("Lambda", emit_lambda_source);
}

const Node* data_source_name(GraphQl& api, const Make& make, const Node* written) {
  if (!is_text(written)) return written;
  const bool none = text::lower(written->text) == "none";
  if (none) {
    api.needs_none = true;
    return make.get_att(api.id + "NoneDataSource", "Name");
  }
  const auto found = api.data_sources.find(written->text);
  if (found != api.data_sources.end()) return make.get_att(found->second, "Name");
  api.context.problem(text::ProblemLevel::finding, "unknown-data-source",
                      "`" + std::string(api.id) + "` has no data source `" + std::string(written->text) + "`",
                      written->span);
  return written;
}

const Node* runtime(GraphQl& api, const Node* given) {
  if (!is_plain_map(given)) return nullptr;
  Map result(api.context.arena);
  result.copy(given, "Name").copy(given, "Version", "RuntimeVersion");
  return result.node(given->span);
}

void emit_functions(GraphQl& api) {
  const Node* all = api.section("Functions");
  if (all == nullptr) return;
  for (const Entry& entry : all->children) {
    const Make make = api.context.make(entry.key_span);
    if (const Node* id = get(entry.value, "Id")) {
      api.functions[entry.key] = id;
      continue;
    }
    Map function(api.context.arena);
    const Node* name = get(entry.value, "Name");
    function.set("Name", name != nullptr ? name : make.text(entry.key));
    function.copy(entry.value, "InlineCode", "Code").copy(entry.value, "CodeUri", "CodeS3Location");
    function.set("DataSourceName", data_source_name(api, make, get(entry.value, "DataSource")));
    function.copy(entry.value, "MaxBatchSize")
        .copy(entry.value, "Description")
        .copy(entry.value, "Sync", "SyncConfig");
    function.set("Runtime", runtime(api, get(entry.value, "Runtime")));
    emit_part(api, std::string(entry.key), "AWS::AppSync::FunctionConfiguration", function, entry.key_span,
              "Functions");
    api.functions[entry.key] = make.get_att(api.id + std::string(entry.key), "FunctionId");
  }
}

void set_pipeline(GraphQl& api, const Entry& entry, Map& resolver) {
  const Make make = api.context.make(entry.key_span);
  const Node* pipeline = api.context.expect_list(get(entry.value, "Pipeline"), "Pipeline");
  if (pipeline == nullptr) return;
  std::vector<const Node*> ids;
  for (const Entry& function : pipeline->children) {
    const auto found = api.functions.find(text_of(function.value));
    if (found != api.functions.end()) {
      ids.push_back(found->second);
    } else {
      api.context.problem(text::ProblemLevel::finding, "unknown-pipeline-function",
                          "resolver `" + std::string(entry.key) + "` names the function `" +
                              std::string(text_of(function.value)) + "`, which does not exist",
                          function.value->span);
    }
  }
  resolver.set("Kind", make.text("PIPELINE"))
      .set("PipelineConfig", make.map({{"Functions", make.list(ids)}}));
}

void emit_resolver(GraphQl& api, std::string_view type, const Entry& entry) {
  const Make make = api.context.make(entry.key_span);
  Map resolver(api.context.arena);
  const Node* field = get(entry.value, "FieldName");
  resolver.set("TypeName", make.text(type)).set("FieldName", field != nullptr ? field : make.text(entry.key));
  resolver.copy(entry.value, "InlineCode", "Code").copy(entry.value, "CodeUri", "CodeS3Location");
  if (resolver.empty() || (resolver.get("Code") == nullptr && resolver.get("CodeS3Location") == nullptr)) {
    // A resolver without code runs its pipeline with nothing before and the last result after.
    resolver.set("Code", make.text("\nexport function request(ctx) {\n    return {};\n}\n\nexport function "
                                   "response(ctx) {\n    return ctx.prev.result;\n}\n"));
    resolver.set("Runtime", make.json(R"({"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"})"));
  } else {
    resolver.set("Runtime", runtime(api, get(entry.value, "Runtime")));
  }
  set_pipeline(api, entry, resolver);
  resolver.copy(entry.value, "Caching", "CachingConfig")
      .copy(entry.value, "MaxBatchSize")
      .set("ApiId", api.api_id(make));
  Draft& draft =
      api.context.emit(api.source, api.id + std::string(type) + std::string(entry.key),
                       "AWS::AppSync::Resolver", resolver.node(entry.key_span), entry.key_span, "Resolvers");
  draft.depends_on.push_back(api.context.keep(api.id + "Schema"));
}

void emit_resolvers(GraphQl& api) {
  const Node* types = api.section("Resolvers");
  if (types == nullptr) return;
  for (const Entry& type : types->children) {
    const Node* resolvers = api.context.expect_map(type.value, type.key);
    if (resolvers == nullptr) continue;
    for (const Entry& entry : resolvers->children) emit_resolver(api, type.key, entry);
  }
}

} // namespace

void lower_graphql_api(Context& context, const Source& source) {
  GraphQl api{context, source, std::string(source.id), {}, {}, false};
  emit_api(api);
  emit_schema(api);
  emit_keys_cache_and_domain(api);
  emit_data_sources(api);
  emit_functions(api);
  emit_resolvers(api);
  if (!api.needs_none) return;
  const Make make = context.make(source.span_of("Functions"));
  Map none(context.arena);
  none.set("Name", make.text(api.id + "NoneDataSource")).set("Type", make.text("NONE"));
  emit_part(api, "NoneDataSource", "AWS::AppSync::DataSource", none, make.span(), "Functions");
}

} // namespace slsaudit::dialect::sam
