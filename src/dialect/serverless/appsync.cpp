// SPDX-License-Identifier: Apache-2.0
// serverless-appsync-plugin (and version 4 of the framework, which has it built in): GraphQL APIs with their
// data sources, functions and resolvers. Both generations of its settings are read: `appSync` at the top of
// the service, and `custom.appSync` of version 1, which may be a list of APIs.
#include "dialect/serverless/appsync.hpp"

#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view at_deployment = "read from a file when the service is deployed";

/// Without what can't stand in a logical id.
std::string cfn_name(std::string_view name) {
  return naming::plain(name);
}

/// Calls back with name, key's place and body of each: of a mapping, of a list of mappings, or of a list of
/// bodies that hold their names.
template <typename Each> void for_each_named(const Node* list, std::string_view name_key, const Each& each) {
  if (list == nullptr) return;
  if (list->is_mapping()) {
    for (const syntax::Entry& entry : list->children) {
      const auto name = known_text(dig(entry.value, {name_key}));
      each(name ? *name : entry.key, entry.key_span, entry.value);
    }
    return;
  }
  for (const syntax::Entry& item : list->children) {
    if (const auto name = known_text(dig(item.value, {name_key})))
      each(*name, item.value->span, item.value);
    else
      for_each_named(item.value->is_mapping() ? item.value : nullptr, name_key, each);
  }
}

class GraphQl {
public:
  GraphQl(Service& service, const Node* config, text::Span span, std::string prefix)
      : service_(service), config_(config),
        at_(service.make.at(span)), api_{service, std::move(prefix), nullptr} {}

  void lower() {
    if (const Node* existing = get("apiId")) {
      api_.id_node = existing;
    } else {
      api_.id_node = at_.get_att(id("GraphQlApi"), "ApiId");
      lower_api();
      lower_around();
    }
    for_each_named(get("dataSources"), "name", [&](std::string_view name, text::Span span, const Node* body) {
      lower_data_source(api_, name, span, body);
    });
    for_each_named(
        either(config_, "pipelineFunctions", "functionConfigurations"), "name",
        [&](std::string_view name, text::Span span, const Node* body) { lower_function(name, span, body); });
    if (const Node* resolvers = get("resolvers")) {
      for_each_named(resolvers, "", [&](std::string_view name, text::Span span, const Node* body) {
        const std::size_t dot = name.find('.');
        const auto field = dot == std::string_view::npos ? name : name.substr(dot + 1);
        lower_resolver(name.substr(0, dot), field, name, span, body);
      });
    }
    lower_old_resolvers(get("mappingTemplates"));
  }

private:
  [[nodiscard]] const Node* get(std::string_view key) const { return dig(config_, {key}); }
  [[nodiscard]] std::string id(std::string_view name) const { return api_.id(name); }

  /// One way to authenticate: version 2 has `type` and `config`, version 1 keys beside `authenticationType`.
  void add_provider(const Node* provider, bool additional, Properties& to) {
    const Node* type = either(provider, "type", "authenticationType");
    to.push_back({"AuthenticationType", type, type != nullptr ? type->span : text::Span{}});
    const auto known = known_text(type);
    const auto settings = [&](std::string_view old) {
      const Node* config = dig(provider, {"config"});
      return config != nullptr ? config : dig(provider, {old});
    };
    if (known == "AMAZON_COGNITO_USER_POOLS") {
      const Node* config = settings("userPoolConfig");
      Properties pool;
      copy_properties(pool, config,
                      {{"awsRegion", "AwsRegion"},
                       {"userPoolId", "UserPoolId"},
                       {"appIdClientRegex", "AppIdClientRegex"}});
      if (dig(config, {"awsRegion"}) == nullptr) pool.push_back({"AwsRegion", at_.ref("AWS::Region"), {}});
      const Node* action = dig(config, {"defaultAction"});
      if (!additional) pool.push_back({"DefaultAction", action != nullptr ? action : at_.text("ALLOW"), {}});
      to.push_back({"UserPoolConfig", at_.map(pool), {}});
    } else if (known == "OPENID_CONNECT") {
      Properties oidc;
      copy_properties(
          oidc, settings("openIdConnectConfig"),
          {{"issuer", "Issuer"}, {"clientId", "ClientId"}, {"iatTTL", "IatTTL"}, {"authTTL", "AuthTTL"}});
      to.push_back({"OpenIDConnectConfig", at_.map(oidc), {}});
    } else if (known == "AWS_LAMBDA") {
      const Node* config = settings("lambdaAuthorizerConfig");
      const Node* arn = function_arn(service_, at_, config, authorizer_name());
      Properties lambda = {{"AuthorizerUri", arn, {}}};
      copy_properties(lambda, config,
                      {{"identityValidationExpression", "IdentityValidationExpression"},
                       {"authorizerResultTtlInSeconds", "AuthorizerResultTtlInSeconds"}});
      to.push_back({"LambdaAuthorizerConfig", at_.map(lambda), {}});
      service_.add(id("LambdaAuthorizerPermission"), "AWS::Lambda::Permission",
                   GraphQlApi::author(at_.span(), true),
                   {{"Action", at_.text("lambda:InvokeFunction"), {}},
                    {"FunctionName", arn, {}},
                    {"Principal", at_.text("appsync.amazonaws.com"), {}},
                    {"SourceArn", at_.ref(id("GraphQlApi")), {}}});
    }
    has_keys_ = has_keys_ || known == "API_KEY";
  }

  [[nodiscard]] std::string authorizer_name() const {
    return std::string(known_text(get("name")).value_or("")) + "Authorizer";
  }

  void lower_api() {
    Properties properties = {{"Name", get("name"), {}},
                             {"XrayEnabled", get("xrayEnabled"), {}},
                             {"Visibility", get("visibility"), {}},
                             {"IntrospectionConfig", introspection(), {}},
                             {"QueryDepthLimit", get("queryDepthLimit"), {}},
                             {"ResolverCountLimit", get("resolverCountLimit"), {}},
                             {"Tags", tag_list(at_, get("tags")), {}}};
    const Node* main = get("authentication");
    add_provider(main != nullptr ? main : config_, false, properties);
    std::vector<const Node*> more;
    const Node* additional =
        either(config_, "additionalAuthentications", "additionalAuthenticationProviders");
    if (additional != nullptr) {
      for (const syntax::Entry& item : additional->children) {
        Properties provider;
        add_provider(item.value, true, provider);
        more.push_back(at_.at(item.value->span).map(provider));
      }
    }
    if (!more.empty()) properties.push_back({"AdditionalAuthenticationProviders", at_.list(more), {}});
    add_logging(properties);
    service_.add(id("GraphQlApi"), "AWS::AppSync::GraphQLApi", GraphQlApi::author(at_.span()), properties);
  }

  [[nodiscard]] const Node* introspection() const {
    const Node* wanted = get("introspection");
    return wanted == nullptr ? nullptr : at_.text(is_false(wanted) ? "DISABLED" : "ENABLED");
  }

  void add_logging(Properties& to) {
    const Node* logging = either(config_, "logging", "logConfig");
    if (logging == nullptr || is_false(dig(logging, {"enabled"}))) return;
    const Make at = at_.at(logging->span);
    const Node* role = either(logging, "roleArn", "loggingRoleArn");
    const std::string group = id("GraphQlApiLogGroup");
    Properties config = {{"CloudWatchLogsRoleArn",
                          role != nullptr ? role : at.get_att(id("GraphQlApiLogGroupRole"), "Arn"),
                          {}}};
    copy_properties(config, logging,
                    {{"level", "FieldLogLevel"}, {"excludeVerboseContent", "ExcludeVerboseContent"}});
    to.push_back({"LogConfig", at.map(config), {}});
    const Node* retention = dig(logging, {"retentionInDays"});
    if (retention == nullptr) retention = service_.from_provider({"logRetentionInDays"});
    service_.add(group, "AWS::Logs::LogGroup", GraphQlApi::author(logging->span, true),
                 {{"LogGroupName", at.join("/", {at.text("/aws/appsync/apis"), api_.id_node}), {}},
                  {"RetentionInDays", retention, {}}});
    if (role != nullptr) return;
    service_.add(id("GraphQlApiLogGroupRole"), "AWS::IAM::Role", GraphQlApi::author(logging->span, true),
                 {{"AssumeRolePolicyDocument", trust_in(at, "appsync.amazonaws.com"), {}}});
    const Node* allowed = at.json(R"({"Effect": "Allow", "Resource": ["$group"],
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]})",
                                  {{"group", at.get_att(group, "Arn")}});
    service_.add(id("GraphQlApiLogGroupPolicy"), "AWS::IAM::Policy", GraphQlApi::author(logging->span, true),
                 {{"PolicyName", at.text(id("GraphQlApiLogGroupPolicy")), {}},
                  {"Roles", at.list({at.ref(id("GraphQlApiLogGroupRole"))}), {}},
                  {"PolicyDocument", policy_document(at, {allowed}), {}}});
  }

  /// A part of the API that has nothing but settings.
  void add_part(std::string_view name, std::string_view type, text::Span span, Properties properties) {
    properties.insert(properties.begin(), {"ApiId", api_.id_node, {}});
    service_.add(id(name), type, GraphQlApi::author(span), std::move(properties));
  }

  void lower_around() {
    add_part("GraphQlSchema", "AWS::AppSync::GraphQLSchema", at_.span(),
             {{"Definition", at_.unknown(at_deployment), {}}});
    if (const Node* caching = get("caching"); caching != nullptr && !is_false(dig(caching, {"enabled"}))) {
      Properties cache = {{"Type", at_.text("T2_SMALL"), {}}, {"Ttl", at_.number(3600), {}}};
      for (Property& property : cache) {
        const Node* own = dig(caching, {property.key == "Type" ? "type" : "ttl"});
        if (own != nullptr) property.value = own;
      }
      copy_properties(cache, caching,
                      {{"behavior", "ApiCachingBehavior"},
                       {"atRestEncryption", "AtRestEncryptionEnabled"},
                       {"transitEncryption", "TransitEncryptionEnabled"}});
      add_part("GraphQlCaching", "AWS::AppSync::ApiCache", caching->span, std::move(cache));
    }
    if (has_keys_) lower_keys(get("apiKeys"));
    lower_domain(get("domain"));
    lower_firewall(either(config_, "waf", "wafConfig"));
  }

  void lower_keys(const Node* keys) {
    const auto add = [&](std::string_view name, text::Span span, const Node* body) {
      const Node* description = dig(body, {"description"});
      add_part("GraphQlApi" + std::string(name), "AWS::AppSync::ApiKey", span,
               {{"Description", description != nullptr ? description : at_.text(name), {}},
                {"ApiKeyId", dig(body, {"apiKeyId"}), {}},
                {"Expires", at_.unknown("counted from when the service is deployed"), {}}});
    };
    if (keys == nullptr) add("Default", at_.span(), nullptr);
    if (keys == nullptr || !keys->is_sequence()) return;
    for (const syntax::Entry& item : keys->children) {
      const auto name = known_text(item.value->is_mapping() ? dig(item.value, {"name"}) : item.value);
      if (name) add(*name, item.value->span, item.value->is_mapping() ? item.value : nullptr);
    }
  }

  void lower_domain(const Node* domain) {
    if (domain == nullptr || is_false(dig(domain, {"enabled"})) ||
        is_false(dig(domain, {"useCloudFormation"})))
      return;
    const Node* certificate = dig(domain, {"certificateArn"});
    service_.add(id("GraphQlDomainName"), "AWS::AppSync::DomainName", GraphQlApi::author(domain->span),
                 {{"CertificateArn",
                   certificate != nullptr ? certificate : at_.unknown("a certificate that the plugin makes"),
                   {}},
                  {"DomainName", dig(domain, {"name"}), {}}});
    add_part("GraphQlDomainAssociation", "AWS::AppSync::DomainNameApiAssociation", domain->span,
             {{"DomainName", dig(domain, {"name"}), {}}});
    service_.find(id("GraphQlDomainAssociation"))->depends_on.push_back(id("GraphQlDomainName"));
  }

  void lower_firewall(const Node* waf) {
    if (waf == nullptr || is_false(dig(waf, {"enabled"}))) return;
    const Node* acl = dig(waf, {"arn"});
    if (acl == nullptr) {
      service_.add(id("GraphQlWaf"), "AWS::WAFv2::WebACL", GraphQlApi::author(waf->span),
                   {{"Name", dig(waf, {"name"}), {}},
                    {"Scope", at_.text("REGIONAL"), {}},
                    {"Rules", at_.unknown("the plugin makes the rules of short spellings"), {}}});
      acl = at_.get_att(id("GraphQlWaf"), "Arn");
    }
    service_.add(id("GraphQlWafAssoc"), "AWS::WAFv2::WebACLAssociation", GraphQlApi::author(waf->span, true),
                 {{"ResourceArn", at_.get_att(id("GraphQlApi"), "Arn"), {}}, {"WebACLArn", acl, {}}});
  }

  /// The data source that a resolver or function names, or has in itself.
  const Node* source_of(const Make& at, const Node* body, std::string_view fallback) {
    const Node* named = body->is_mapping() ? dig(body, {"dataSource"}) : body;
    if (named == nullptr) return nullptr;
    if (const auto name = known_text(named)) return at.get_att(api_.source_id(*name), "Name");
    if (!named->is_mapping()) return named;
    const std::string name(known_text(dig(named, {"name"})).value_or(fallback));
    lower_data_source(api_, at.keep(name), at.span(), named);
    return at.get_att(api_.source_id(name), "Name");
  }

  /// Code or mapping templates, whose text stands in files.
  static void add_code(const Make& at, const Node* body, Properties& to) {
    if (dig(body, {"code"}) != nullptr) {
      to.push_back({"Code", at.unknown(at_deployment), {}});
      to.push_back({"Runtime", at.json(R"({"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"})"), {}});
      return;
    }
    const std::pair<std::string_view, std::string_view> templates[] = {
        {"request", "RequestMappingTemplate"}, {"response", "ResponseMappingTemplate"}};
    for (const auto& [key, property] : templates) {
      if (!is_false(dig(body, {key}))) to.push_back({property, at.unknown(at_deployment), {}});
    }
  }

  void lower_function(std::string_view name, text::Span span, const Node* body) {
    const Make at = at_.at(span);
    Properties properties = {{"Name", at.text(name), {}},
                             {"DataSourceName", source_of(at, body, name), {}},
                             {"Description", dig(body, {"description"}), {}},
                             {"MaxBatchSize", dig(body, {"maxBatchSize"}), {}}};
    add_code(at, body, properties);
    add_part("GraphQlFunctionConfiguration" + std::string(name), "AWS::AppSync::FunctionConfiguration", span,
             std::move(properties));
  }

  const Node* pipeline(const Make& at, std::string_view resolver, const Node* functions) {
    std::vector<const Node*> ids;
    for (const syntax::Entry& item : functions->children) {
      std::string name = cfn_name(resolver) + std::to_string(ids.size());
      if (const auto known = known_text(item.value))
        name = *known;
      else if (item.value->is_mapping())
        lower_function(at.keep(name), item.value->span, item.value);
      ids.push_back(at.get_att(id("GraphQlFunctionConfiguration" + name), "FunctionId"));
    }
    return at.map({{"Functions", at.list(ids), {}}});
  }

  void lower_resolver(std::string_view type, std::string_view field, std::string_view name, text::Span span,
                      const Node* body) {
    const Make at = at_.at(span);
    const auto own_type = known_text(dig(body, {"type"}));
    const auto own_field = known_text(dig(body, {"field"}));
    const std::string made =
        "GraphQlResolver" + std::string(own_type.value_or(type)) + std::string(own_field.value_or(field));
    const Node* functions = dig(body, {"functions"});
    const bool steps = functions != nullptr && functions->is_sequence();
    Properties properties = {{"TypeName", at.text(own_type.value_or(type)), {}},
                             {"FieldName", at.text(own_field.value_or(field)), {}},
                             {"Kind", at.text(steps ? "PIPELINE" : "UNIT"), {}},
                             {"PipelineConfig", steps ? pipeline(at, name, functions) : nullptr, {}},
                             {"DataSourceName", steps ? nullptr : source_of(at, body, cfn_name(name)), {}},
                             {"MaxBatchSize", dig(body, {"maxBatchSize"}), {}}};
    add_code(at, body, properties);
    add_part(made, "AWS::AppSync::Resolver", span, std::move(properties));
    service_.find(id(made))->depends_on.push_back(id("GraphQlSchema"));
  }

  /// Version 1 lists resolvers, and lists of them.
  // Recursion follows the nesting of a tree that the resolver has bounded.
  void lower_old_resolvers(const Node* list) {
    if (list == nullptr || !list->is_sequence()) return;
    for (const syntax::Entry& item : list->children) {
      if (item.value->is_sequence()) lower_old_resolvers(item.value);
      const auto type = known_text(dig(item.value, {"type"}));
      const auto field = known_text(dig(item.value, {"field"}));
      if (type && field) lower_resolver(*type, *field, *field, item.value->span, item.value);
    }
  }

  Service& service_;
  const Node* config_;
  Make at_;
  GraphQlApi api_;
  bool has_keys_ = false;
};

struct Written {
  const Node* config = nullptr;
  text::Span span;
  bool one = true; ///< The service's only API: its ids need no prefix.
};

std::vector<Written> written_apis(const Service& service) {
  const syntax::Entry* entry = entry_of(service.root, "appSync");
  if (entry == nullptr && service.has_plugin("serverless-appsync-plugin"))
    entry = entry_of(service.root->get("custom"), "appSync");
  if (entry == nullptr) return {};
  std::vector<Written> apis;
  if (entry->value->is_mapping()) apis.push_back({entry->value, entry->key_span, true});
  if (!entry->value->is_sequence()) return apis;
  for (const syntax::Entry& item : entry->value->children) {
    if (item.value->is_mapping()) apis.push_back({item.value, item.value->span, false});
  }
  return apis;
}

} // namespace

void add_appsync_functions(Service& service) {
  for (const Written& api : written_apis(service)) {
    const auto add = [&](std::string_view name, text::Span span, const Node* config) {
      const Node* function = dig(config, {"function"});
      if (function != nullptr && function->is_mapping()) add_function(service, {name, span, function, false});
    };
    for_each_named(dig(api.config, {"dataSources"}), "name",
                   [&](std::string_view name, text::Span span, const Node* body) {
                     add(name, span, dig(body, {"config"}));
                   });
    const std::string name(known_text(dig(api.config, {"name"})).value_or(""));
    add(service.make.keep(name + "Authorizer"), api.span, dig(api.config, {"authentication", "config"}));
  }
}

void lower_appsync(Service& service) {
  for (const Written& api : written_apis(service)) {
    const std::string prefix =
        api.one ? "" : naming::upper_first(cfn_name(known_text(dig(api.config, {"name"})).value_or("api")));
    GraphQl(service, api.config, api.span, prefix).lower();
  }
}

} // namespace slsaudit::dialect::serverless
