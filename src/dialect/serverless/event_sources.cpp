// SPDX-License-Identifier: Apache-2.0
// Events that Lambda polls: queues, streams, Kafka and message brokers. Each is an event source mapping.
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// Settings that only differ in spelling; each event has those that it knows.
constexpr auto polling = std::to_array<Renamed>({
    {"maximumBatchingWindow", "MaximumBatchingWindowInSeconds"},
    {"batchWindow", "MaximumBatchingWindowInSeconds"},
    {"parallelizationFactor", "ParallelizationFactor"},
    {"maximumRetryAttempts", "MaximumRetryAttempts"},
    {"bisectBatchOnFunctionError", "BisectBatchOnFunctionError"},
    {"maximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds"},
    {"tumblingWindowInSeconds", "TumblingWindowInSeconds"},
});

constexpr Renamed starting_timestamp{"startingPositionTimestamp", "StartingPositionTimestamp"};

void add_common(const Make& at, const Node* body, Properties& properties) {
  if (!body->is_mapping() || is_intrinsic(body)) return;
  copy_properties(properties, body, polling);
  if (const Node* type = dig(body, {"functionResponseType"})) {
    properties.push_back({"FunctionResponseTypes", at.at(type->span).list({type}), {}});
  }
  properties.push_back({"FilterCriteria", filter_criteria(at, body), {}});
}

const Node* or_default(const Node* body, std::string_view key, const Node* fallback) {
  const Node* written = body->is_mapping() ? dig(body, {key}) : nullptr;
  return written != nullptr ? written : fallback;
}

/// Sources whose names aren't known are still several: each has an id of its own.
std::string apart(Service& service, std::string id) {
  if (!id.ends_with("Unknown") || service.find(id) == nullptr) return id;
  std::size_t number = 2;
  while (service.find(id + std::to_string(number)) != nullptr) ++number;
  return id + std::to_string(number);
}

void add_mapping(Service& service, const Use& use, std::string id, Properties properties) {
  Draft& draft = service.add(std::move(id), "AWS::Lambda::EventSourceMapping",
                             author_of(*use.function, *use.event), std::move(properties));
  depend_on_role(draft, *use.function);
}

const Node* arn_of(Service& service, const Use& use) {
  const Node* arn = short_or(use.event->body, "arn");
  if (arn == nullptr) {
    service.problem(text::ProblemLevel::error, "event-without-source",
                    "the `" + std::string(use.event->type) + "` event says no `arn`", use.event->span,
                    "give the `arn` of the source");
  }
  return arn;
}

std::string_view stream_type(const Node* body, const Node* arn) {
  if (const auto type = known_text(dig(body, {"type"}))) return *type;
  const auto text = known_text(arn);
  if (text && text->find(":dynamodb:") != std::string_view::npos) return "dynamodb";
  if (text && text->find(":kinesis:") != std::string_view::npos) return "kinesis";
  // Of an intrinsic: DynamoDB streams are attributes of their own.
  const Node* attribute = dig(arn, {"Fn::GetAtt"});
  if (attribute != nullptr && attribute->children.size() == 2 &&
      known_text(attribute->children[1].value) == "StreamArn") {
    return "dynamodb";
  }
  if (arn->tag == "!GetAtt" && arn->is_scalar() && arn->text.ends_with(".StreamArn")) return "dynamodb";
  return "kinesis";
}

/// Of "…:stream/name" and "…:table/name/stream/label": the part behind the first slash.
std::string stream_name(const Node* arn) {
  const auto text = known_text(arn);
  if (!text) return source_name(arn, '/');
  const std::size_t begin = text->find('/');
  if (begin == std::string_view::npos) return std::string(naming::last_part(*text, ':'));
  return std::string(text->substr(begin + 1, text->find('/', begin + 1) - begin - 1));
}

const Node* failure_destination(Service& service, const Use& use, const Make& at) {
  const Node* written = dig(use.event->body, {"destinations", "onFailure"});
  if (written == nullptr) return nullptr;
  const Node* arn = short_or(written, "arn");
  if (arn == nullptr) return nullptr;
  const auto text = known_text(arn);
  const auto type = known_text(dig(written, {"type"}));
  const bool topic = type == "sns" || (!type && text && text->find(":sns:") != std::string_view::npos);
  const std::string& function = use.function->normalized;
  if (topic)
    service.grant(*use.function, "stream/sns/" + function, {"sns:Publish"}, arn);
  else
    service.grant(*use.function, "stream/sqs/" + function, {"sqs:ListQueues", "sqs:SendMessage"}, arn);
  return at.map({{"OnFailure", at.map({{"Destination", arn, {}}}), {}}});
}

/// The ARN to poll where the stream has a consumer of its own; grants what is needed.
const Node* consumer(Service& service, const Use& use, const Node* arn, const std::string& name,
                     std::string& depends_on) {
  const Node* written = dig(use.event->body, {"consumer"});
  const Make at = service.make.at(written->span);
  const std::string& function = use.function->normalized;
  service.grant(*use.function, "stream/consumed/" + function,
                {"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStreamSummary",
                 "kinesis:ListShards"},
                arn);
  const Node* polled = written;
  if (is_true(written)) {
    std::string consumer_name = std::string(use.function->key) + name;
    const Node* full = at.text(consumer_name + "Consumer");
    if (service.from_provider({"kinesis", "consumerNamingMode"}) != nullptr) {
      full = at.concat({at.text(consumer_name), service.name, service.stage, at.text("Consumer")});
      consumer_name += std::string(known_text(service.name).value_or("")) +
                       std::string(known_text(service.stage).value_or(""));
    }
    depends_on = naming::resource(consumer_name + "Consumer") + "StreamConsumer";
    service.add(depends_on, "AWS::Kinesis::StreamConsumer",
                generated_by(*use.function, at.span(), "stream.consumer"),
                {{"StreamARN", arn, {}}, {"ConsumerName", full, {}}});
    polled = at.ref(depends_on);
  }
  service.grant(*use.function, "stream/consumer/" + function, {"kinesis:SubscribeToShard"}, polled);
  return polled;
}

/// Kafka and broker events reach their source through network interfaces.
void grant_network(Service& service, const Function& function) {
  service.grant(function, "network/" + function.normalized,
                {"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs",
                 "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"},
                nullptr);
}

struct Access {
  std::string_view key;
  std::string_view type;
  std::string_view prefix;
  bool network;
};
constexpr std::array kafka_access = std::to_array<Access>({
    {"vpcSubnet", "VPC_SUBNET", "subnet:", true},
    {"vpcSecurityGroup", "VPC_SECURITY_GROUP", "security_group:", true},
    {"saslPlainAuth", "BASIC_AUTH", "", false},
    {"saslScram256Auth", "SASL_SCRAM_256_AUTH", "", false},
    {"saslScram512Auth", "SASL_SCRAM_512_AUTH", "", false},
    {"clientCertificateTlsAuth", "CLIENT_CERTIFICATE_TLS_AUTH", "", false},
    {"serverRootCaCertificate", "SERVER_ROOT_CA_CERTIFICATE", "", false},
});

/// What the framework's schema takes for a list: a list, or one item.
std::vector<const Node*> one_or_many(const Node* written) {
  if (written == nullptr || syntax::is_null(*written)) return {};
  if (!written->is_sequence()) return {written};
  std::vector<const Node*> items;
  for (const syntax::Entry& item : written->children) items.push_back(item.value);
  return items;
}

const Node* kafka_accesses(Service& service, const Use& use, const Make& at) {
  std::vector<const Node*> accesses;
  const Node* written = dig(use.event->body, {"accessConfigurations"});
  bool network = false;
  for (const Access& row : kafka_access) {
    for (const Node* value : one_or_many(dig(written, {row.key}))) {
      const Make here = at.at(value->span);
      accesses.push_back(here.map(
          {{"Type", here.text(row.type), {}}, {"URI", here.concat({here.text(row.prefix), value}), {}}}));
      if (!row.network) {
        service.grant(*use.function, "kafka/" + use.function->normalized, {"secretsmanager:GetSecretValue"},
                      value);
      }
      network = network || row.network;
    }
  }
  if (network) grant_network(service, *use.function);
  return at.list(accesses);
}

void lower_broker(Service& service, const Uses& uses, std::string_view id_part) {
  for (const Use& use : uses) {
    const Node* body = use.event->body;
    const Node* arn = arn_of(service, use);
    if (arn == nullptr) continue;
    const Make at = service.make.at(use.event->span);
    const Node* queue = dig(body, {"queue"});
    std::vector<const Node*> accesses = {
        at.map({{"Type", at.text("BASIC_AUTH"), {}}, {"URI", dig(body, {"basicAuthArn"}), {}}})};
    if (const Node* host = dig(body, {"virtualHost"})) {
      accesses.push_back(at.map({{"Type", at.text("VIRTUAL_HOST"), {}}, {"URI", host, {}}}));
    }
    Properties properties = {{"EventSourceArn", arn, {}},
                             {"FunctionName", service.target(at, *use.function), {}},
                             {"Queues", at.list({queue}), {}},
                             {"SourceAccessConfigurations", at.list(accesses), {}}};
    copy_properties(properties, body, {{"batchSize", "BatchSize"}, {"enabled", "Enabled"}});
    add_common(at, body, properties);
    const std::string name(known_text(queue).value_or("Unknown"));
    add_mapping(service, use,
                use.function->normalized + "EventSourceMapping" + std::string(id_part) +
                    naming::alphanumeric(name).substr(0, 150),
                properties);
    service.grant(*use.function, "mq/" + use.function->normalized, {"mq:DescribeBroker"}, arn);
    if (const Node* secret = dig(body, {"basicAuthArn"})) {
      service.grant(*use.function, "mq/secret/" + use.function->normalized, {"secretsmanager:GetSecretValue"},
                    secret);
    }
    grant_network(service, *use.function);
  }
}

} // namespace

void lower_sqs(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* body = use.event->body;
    const Node* arn = arn_of(service, use);
    if (arn == nullptr) continue;
    const Make at = service.make.at(use.event->span);
    Properties properties = {{"BatchSize", or_default(body, "batchSize", at.number(10)), {}},
                             {"EventSourceArn", arn, {}},
                             {"FunctionName", service.target(at, *use.function), {}},
                             {"Enabled", or_default(body, "enabled", at.boolean(true)), {}}};
    add_common(at, body, properties);
    if (const Node* concurrency = or_default(body, "maximumConcurrency", nullptr)) {
      properties.push_back(
          {"ScalingConfig", at.at(concurrency->span).map({{"MaximumConcurrency", concurrency, {}}}), {}});
    }
    add_mapping(service, use,
                apart(service, use.function->normalized + "EventSourceMappingSQS" +
                                   naming::alphanumeric(source_name(arn, ':'))),
                properties);
    service.grant(*use.function, "sqs", {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
                  arn);
  }
}

void lower_stream(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* body = use.event->body;
    const Node* arn = arn_of(service, use);
    if (arn == nullptr) continue;
    const Make at = service.make.at(use.event->span);
    const std::string_view type = stream_type(body, arn);
    const std::string name = stream_name(arn);
    std::string consumer_id;
    const Node* polled = arn;
    if (type == "dynamodb") {
      service.grant(*use.function, "stream/dynamodb/" + use.function->normalized,
                    {"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream",
                     "dynamodb:ListStreams"},
                    arn);
    } else if (is_set(or_default(body, "consumer", nullptr))) {
      polled = consumer(service, use, arn, name, consumer_id);
    } else {
      service.grant(
          *use.function, "stream/kinesis/" + use.function->normalized,
          {"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListStreams"},
          arn);
    }
    Properties properties = {
        {"BatchSize", or_default(body, "batchSize", at.number(10)), {}},
        {"Enabled", or_default(body, "enabled", at.boolean(true)), {}},
        {"EventSourceArn", polled, {}},
        {"FunctionName", service.target(at, *use.function), {}},
        {"StartingPosition", or_default(body, "startingPosition", at.text("TRIM_HORIZON")), {}},
        {"DestinationConfig", failure_destination(service, use, at), {}}};
    add_common(at, body, properties);
    // The framework passes it over where the stream has no consumer of its own.
    if (polled != arn) copy_properties(properties, body, {starting_timestamp});
    const std::string id = apart(service, use.function->normalized + "EventSourceMapping" +
                                              naming::upper_first(type) + naming::alphanumeric(name));
    add_mapping(service, use, id, properties);
    if (!consumer_id.empty()) service.find(id)->depends_on.push_back(consumer_id);
  }
}

void lower_msk(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* body = use.event->body;
    const Node* arn = arn_of(service, use);
    if (arn == nullptr) continue;
    const Make at = service.make.at(use.event->span);
    const Node* topic = dig(body, {"topic"});
    Properties properties = {
        {"EventSourceArn", arn, {}},
        {"FunctionName", service.target(at, *use.function), {}},
        {"StartingPosition", or_default(body, "startingPosition", at.text("TRIM_HORIZON")), {}},
        {"Topics", at.list({topic}), {}}};
    copy_properties(properties, body,
                    {{"batchSize", "BatchSize"}, {"enabled", "Enabled"}, starting_timestamp});
    add_common(at, body, properties);
    if (const Node* group = dig(body, {"consumerGroupId"})) {
      properties.push_back(
          {"AmazonManagedKafkaEventSourceConfig", at.map({{"ConsumerGroupId", group, {}}}), {}});
    }
    if (const Node* secret = dig(body, {"saslScram512"})) {
      properties.push_back(
          {"SourceAccessConfigurations",
           at.list({at.map({{"Type", at.text("SASL_SCRAM_512_AUTH"), {}}, {"URI", secret, {}}})}),
           {}});
    }
    const std::string topic_name(known_text(topic).value_or("Unknown"));
    add_mapping(service, use,
                use.function->normalized + "EventSourceMappingMSK" +
                    naming::alphanumeric(stream_name(arn)).substr(0, 79) +
                    naming::alphanumeric(topic_name).substr(0, 79),
                properties);
    service.grant(*use.function, "msk/" + use.function->normalized,
                  {"kafka:DescribeCluster", "kafka:GetBootstrapBrokers"}, arn);
    grant_network(service, *use.function);
  }
}

void lower_kafka(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* body = use.event->body;
    const Make at = service.make.at(use.event->span);
    const Node* topic = dig(body, {"topic"});
    const Node* endpoints = at.map({{"KafkaBootstrapServers", dig(body, {"bootstrapServers"}), {}}});
    Properties properties = {
        {"FunctionName", service.target(at, *use.function), {}},
        {"StartingPosition", or_default(body, "startingPosition", at.text("TRIM_HORIZON")), {}},
        {"SelfManagedEventSource", at.map({{"Endpoints", endpoints, {}}}), {}},
        {"Topics", at.list({topic}), {}},
        {"SourceAccessConfigurations", kafka_accesses(service, use, at), {}}};
    copy_properties(properties, body,
                    {{"batchSize", "BatchSize"}, {"enabled", "Enabled"}, starting_timestamp});
    add_common(at, body, properties);
    if (const Node* group = dig(body, {"consumerGroupId"})) {
      properties.push_back(
          {"SelfManagedKafkaEventSourceConfig", at.map({{"ConsumerGroupId", group, {}}}), {}});
    }
    const std::string topic_name(known_text(topic).value_or("Unknown"));
    add_mapping(service, use,
                use.function->normalized + "EventSourceMappingKafka" +
                    naming::alphanumeric(topic_name).substr(0, 158),
                properties);
  }
}

void lower_activemq(Service& service, const Uses& uses) {
  lower_broker(service, uses, "ActiveMQ");
}
void lower_rabbitmq(Service& service, const Uses& uses) {
  lower_broker(service, uses, "RabbitMQ");
}

} // namespace slsaudit::dialect::serverless
