// SPDX-License-Identifier: Apache-2.0
// Events that Lambda polls: each is an event source mapping and a grant to read.
#include "dialect/sam/events.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view passed_through[] = {"StartingPosition",
                                               "StartingPositionTimestamp",
                                               "BatchSize",
                                               "Enabled",
                                               "MaximumBatchingWindowInSeconds",
                                               "MaximumRetryAttempts",
                                               "BisectBatchOnFunctionError",
                                               "MaximumRecordAgeInSeconds",
                                               "ParallelizationFactor",
                                               "Topics",
                                               "Queues",
                                               "SourceAccessConfigurations",
                                               "TumblingWindowInSeconds",
                                               "FunctionResponseTypes",
                                               "FilterCriteria",
                                               "KmsKeyArn",
                                               "ScalingConfig",
                                               "ProvisionedPollerConfig",
                                               "MetricsConfig",
                                               "LoggingConfig"};

constexpr std::string_view network_statement = R"({"Action": ["ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface", "ec2:DescribeVpcs", "ec2:DescribeSubnets",
  "ec2:DescribeSecurityGroups"], "Effect": "Allow", "Resource": "*"})";

struct Poller {
  std::string_view type;
  std::string_view source_property; ///< Holds the ARN of what is polled; empty for none.
  std::string_view managed_policy;  ///< Empty for none.
  void (*add_policy)(const Event&, std::vector<const Node*>& statements);
  std::string_view policy_name; ///< Of the statements.
};

const Node* read_secret(const Make& make, const Node* uri) {
  return make.json(R"({"Action": ["secretsmanager:GetSecretValue"], "Effect": "Allow", "Resource": "$uri"})",
                   {{"uri", uri}});
}

/// URIs of SourceAccessConfigurations with one of these types.
std::vector<const Node*> access_uris(const Event& event, std::initializer_list<std::string_view> types) {
  std::vector<const Node*> result;
  const Node* configurations =
      event.context.expect_list(event.get("SourceAccessConfigurations"), "SourceAccessConfigurations");
  if (configurations == nullptr) return result;
  for (const Entry& entry : configurations->children) {
    const std::string_view type = text_of(get(entry.value, "Type"));
    const Node* uri = get(entry.value, "URI");
    if (uri != nullptr && std::find(types.begin(), types.end(), type) != types.end()) result.push_back(uri);
  }
  return result;
}

void add_key(const Event& event, std::vector<const Node*>& statements, bool as_list) {
  const std::string_view key = text_of(event.get("SecretsManagerKmsKeyId"));
  if (key.empty()) return;
  const Make make = event.make();
  const Node* action = make.text("kms:Decrypt");
  statements.push_back(make.map(
      {{"Action", as_list ? make.list({action}) : action},
       {"Effect", make.text("Allow")},
       {"Resource",
        make.sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/" + std::string(key))}}));
}

/// Secrets and the Glue registry that a SchemaRegistryConfig names.
void add_schema_registry(const Event& event, std::vector<const Node*>& statements) {
  const Node* config = event.context.expect_map(event.get("SchemaRegistryConfig"), "SchemaRegistryConfig");
  if (config == nullptr) return;
  const Make make = event.make();
  if (const Node* access = get(config, "AccessConfigs"); access != nullptr && access->is_sequence()) {
    for (const Entry& entry : access->children) {
      if (const Node* uri = get(entry.value, "URI")) statements.push_back(read_secret(make, uri));
    }
  }
  const Node* registry = get(config, "SchemaRegistryURI");
  const Call call = call_of(registry);
  const std::string_view arn =
      call && call.name == "Sub" && call.argument->is_scalar() ? call.argument->text : text_of(registry);
  constexpr std::string_view mark = ":registry/";
  const auto at = arn.find(mark);
  if (!arn.starts_with("arn") || at == std::string_view::npos) return;
  const std::string name(arn.substr(at + mark.size()));
  statements.push_back(make.json(R"({"Action": ["glue:GetRegistry"], "Effect": "Allow", "Resource": "$arn"})",
                                 {{"arn", registry}}));
  statements.push_back(make.json(
      R"({"Action": ["glue:GetSchemaVersion"], "Effect": "Allow", "Resource": [{"Fn::Sub": "$schemas"}]})",
      {{"schemas",
        make.text("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:schema/" + name + "/*")}}));
}

void add_msk(const Event& event, std::vector<const Node*>& statements) {
  add_schema_registry(event, statements);
  for (const Node* uri : access_uris(event, {"CLIENT_CERTIFICATE_TLS_AUTH"}))
    statements.push_back(read_secret(event.make(), uri));
}

void add_mq(const Event& event, std::vector<const Node*>& statements) {
  const Make make = event.make();
  for (const Node* uri : access_uris(event, {"BASIC_AUTH"})) statements.push_back(read_secret(make, uri));
  statements.push_back(
      make.json(R"({"Action": ["mq:DescribeBroker"], "Effect": "Allow", "Resource": "$broker"})",
                {{"broker", event.get("Broker")}}));
  add_key(event, statements, false);
}

void add_kafka(const Event& event, std::vector<const Node*>& statements) {
  const Make make = event.make();
  const auto secrets = access_uris(
      event, {"SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"});
  if (!secrets.empty()) statements.push_back(read_secret(make, secrets[0]));
  // The translator repeats the login's secret for a root certificate, whatever secret holds the certificate.
  const auto certificates = access_uris(event, {"SERVER_ROOT_CA_CERTIFICATE"});
  if (!certificates.empty() && !secrets.empty()) statements.push_back(read_secret(make, secrets[0]));
  if (!access_uris(event, {"VPC_SUBNET"}).empty()) statements.push_back(make.json(network_statement));
  add_key(event, statements, true);
  add_schema_registry(event, statements);
}

void add_documentdb(const Event& event, std::vector<const Node*>& statements) {
  const Make make = event.make();
  for (const Node* uri : access_uris(event, {"BASIC_AUTH"})) statements.push_back(read_secret(make, uri));
  const Node* rest = make.json(R"([{"Action": ["rds:DescribeDBClusterParameters"], "Effect": "Allow",
      "Resource": {"Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:cluster-pg:*"}},
    {"Action": ["rds:DescribeDBSubnetGroups"], "Effect": "Allow",
      "Resource": {"Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:subgrp:*"}},
    {"Action": ["rds:DescribeDBClusters"], "Effect": "Allow", "Resource": "$cluster"}])",
                               {{"cluster", event.get("Cluster")}});
  for (const Entry& entry : rest->children) statements.push_back(entry.value);
  statements.push_back(make.json(network_statement));
  add_key(event, statements, true);
}

constexpr Poller pollers[] = {
    {"DocumentDB", "Cluster", "", add_documentdb, "SamAutoGeneratedDocumentDBPolicy"},
    {"DynamoDB", "Stream", "service-role/AWSLambdaDynamoDBExecutionRole", nullptr, ""},
    {"Kinesis", "Stream", "service-role/AWSLambdaKinesisExecutionRole", nullptr, ""},
    {"MQ", "Broker", "", add_mq, "SamAutoGeneratedAMQPolicy"},
    {"MSK", "Stream", "service-role/AWSLambdaMSKExecutionRole", add_msk, "MSKExecutionRolePolicy"},
    {"SQS", "Queue", "service-role/AWSLambdaSQSQueueExecutionRole", nullptr, ""},
    {"SelfManagedKafka", "", "", add_kafka, "SelfManagedKafkaExecutionRolePolicy"},
};

/// OnFailure's Type says what to grant; the mapping doesn't take it.
const Node* destination_config(const Event& event, const Node* config) {
  const Node* on_failure = event.context.expect_map(get(config, "OnFailure"), "DestinationConfig.OnFailure");
  if (on_failure == nullptr || get(on_failure, "Type") == nullptr) return config;
  Map inner(event.context.arena);
  inner.add(on_failure).set("Type", nullptr);
  Map outer(event.context.arena);
  outer.add(config).set("OnFailure", inner.node(on_failure->span));
  return outer.node(config->span);
}

void add_kafka_config(const Event& event, Map& mapping) {
  const std::string_view key = event.type == "MSK"                ? "AmazonManagedKafkaEventSourceConfig"
                               : event.type == "SelfManagedKafka" ? "SelfManagedKafkaEventSourceConfig"
                                                                  : std::string_view{};
  if (key.empty()) return;
  Map config(event.context.arena);
  config.copy(event.properties, "ConsumerGroupId").copy(event.properties, "SchemaRegistryConfig");
  if (!config.empty()) mapping.set(key, config.node(event.span));
}

void add_type_specific(const Event& event, Map& mapping) {
  const Make make = event.make();
  if (const Node* servers = event.get("KafkaBootstrapServers")) {
    mapping.set("SelfManagedEventSource",
                make.map({{"Endpoints", make.map({{"KafkaBootstrapServers", servers}})}}));
  }
  add_kafka_config(event, mapping);
  if (event.type != "DocumentDB") return;
  Map config(event.context.arena);
  config.copy(event.properties, "DatabaseName")
      .copy(event.properties, "CollectionName")
      .copy(event.properties, "FullDocument");
  mapping.set("DocumentDBEventSourceConfig", config.node(event.span));
}

void link_role(const Event& event, const Poller& poller) {
  const Make make = event.make();
  if (!poller.managed_policy.empty())
    event.role.add_managed(managed_policy(event.context, poller.managed_policy, event.span));
  if (poller.add_policy != nullptr) {
    std::vector<const Node*> statements;
    poller.add_policy(event, statements);
    const bool own_name = poller.type == "MQ" && is_true(event.get("DynamicPolicyName"));
    const std::string name = own_name ? std::string(event.id) + "AMQPolicy" : std::string(poller.policy_name);
    const bool versioned = poller.type == "SelfManagedKafka";
    const Node* document = make.map(
        {{"Version", versioned ? make.text("2012-10-17") : nullptr}, {"Statement", make.list(statements)}});
    if (!statements.empty())
      event.role.add_policy(make.map({{"PolicyName", make.text(name)}, {"PolicyDocument", document}}));
  }
  const Node* on_failure = get(event.get("DestinationConfig"), "OnFailure");
  const Node* policy =
      grant_destination(make, text_of(get(on_failure, "Type")), event.id, get(on_failure, "Destination"));
  if (policy != nullptr) event.role.add_policy(policy);
}

} // namespace

void emit_mapping(const Event& event, std::string_view id_suffix, std::string_view type,
                  const Node* properties) {
  const Make make = event.make();
  const auto* poller =
      std::find_if(std::begin(pollers), std::end(pollers), [&](const Poller& p) { return p.type == type; });
  Event reading{event.context, event.source, event.target, event.role, event.key,
                event.id,      event.span,   type,         properties};
  Map mapping(event.context.arena);
  mapping.set("FunctionName", event.target.name(make));
  if (!poller->source_property.empty() && reading.require(poller->source_property) != nullptr) {
    mapping.copy(properties, poller->source_property, "EventSourceArn");
  }
  for (const std::string_view key : passed_through) mapping.copy(properties, key);
  add_type_specific(reading, mapping);
  if (const Node* config = event.context.expect_map(reading.get("DestinationConfig"), "DestinationConfig")) {
    mapping.set("DestinationConfig", destination_config(reading, config));
  }
  event.emit(id_suffix, "AWS::Lambda::EventSourceMapping", mapping.node(event.span));
  link_role(reading, *poller);
}

void lower_event_source_mapping(const Event& event) {
  emit_mapping(event, "", event.type, event.properties);
}

} // namespace slsaudit::dialect::sam
