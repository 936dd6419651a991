// SPDX-License-Identifier: Apache-2.0
// serverless-lift: each entry of `constructs` becomes a group of resources, functions and events.
#include "dialect/serverless/lift.hpp"

#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"
#include "text/md5.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::dialect::serverless {

namespace {

std::optional<std::int64_t> number_of(const Node* node) {
  const auto text = known_text(node);
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool whole = error == std::errc() && end == text->data() + text->size();
  return whole ? std::optional(number) : std::nullopt;
}

// --- queue ---

Function* worker_of(Construct& construct) {
  Service& service = construct.service();
  const Node* worker = construct.get("worker");
  std::string_view key;
  if (const auto name = known_text(worker)) {
    key = *name;
  } else if (worker != nullptr && worker->is_mapping()) {
    key = construct.at.keep(std::string(construct.name()) + "Worker");
    add_function(service, {key, construct.at.span(), worker, false});
  }
  for (Function& function : service.functions) {
    if (function.key == key) return &function;
  }
  return nullptr;
}

/// Six times what the worker may take, and the window in which messages are gathered.
const Node* visibility_of(const Construct& construct, const Function& worker) {
  const Node* timeout = dig(worker.body, {"timeout"});
  const Node* window = construct.get("maxBatchingWindow");
  const auto seconds = timeout == nullptr ? 6 : number_of(timeout);
  const auto gathering = window == nullptr ? 0 : number_of(window);
  constexpr std::int64_t longest = 1'000'000; // beyond any that AWS takes
  const auto known = [](const std::optional<std::int64_t>& time) {
    return time && *time >= 0 && *time < longest;
  };
  if (!known(seconds) || !known(gathering)) return construct.at.unknown("the worker's timeout is not known");
  return construct.at.number(*seconds * 6 + *gathering);
}

void add_failure_alarm(Construct& construct) {
  const Node* email = construct.get("alarm");
  if (email == nullptr) return;
  construct.add_helper("AlarmTopic", "AWS::SNS::Topic", R"({"TopicName": "$name"})",
                       {{"name", construct.physical("-dlq-alarm-topic")}});
  construct.add_helper("AlarmTopicSubscription", "AWS::SNS::Subscription",
                       R"({"Protocol": "email", "TopicArn": "$topic", "Endpoint": "$email"})",
                       {{"topic", construct.ref("AlarmTopic")}, {"email", email}});
  construct.add_helper("Alarm", "AWS::CloudWatch::Alarm",
                       R"({"AlarmName": "$name", "Namespace": "AWS/SQS", "Statistic": "Sum", "Period": 60,
      "MetricName": "ApproximateNumberOfMessagesVisible", "EvaluationPeriods": 1, "Threshold": 0,
      "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
      "Dimensions": [{"Name": "QueueName", "Value": "$queue"}], "AlarmActions": ["$topic"]})",
                       {{"name", construct.physical("-dlq-alarm")},
                        {"queue", construct.at.get_att(construct.id("Dlq"), "QueueName")},
                        {"topic", construct.ref("AlarmTopic")}});
}

void lower_queue(Construct& construct) {
  Function* worker = worker_of(construct);
  const Make& at = construct.at;
  if (worker == nullptr) {
    construct.service().problem(text::ProblemLevel::finding, "construct-without-worker",
                                "the queue `" + std::string(construct.name()) +
                                    "` names no `worker` that is a function of the service",
                                at.span(), "give it a function: `worker: {handler: src/worker.handler}`");
    return;
  }
  const Node* fifo = is_true(construct.get("fifo")) ? construct.get("fifo") : nullptr;
  const std::string ending = fifo != nullptr ? ".fifo" : "";
  const auto encryption = known_text(construct.get("encryption"));
  const Node* key = encryption == "kmsManaged"    ? at.text("alias/aws/sqs")
                    : encryption == "kmsExisting" ? construct.get("encryptionKeyArn")
                    : encryption == "kms"         ? at.unknown("a key that the plugin makes")
                                                  : nullptr;
  const Node* retries = construct.get("maxRetries");
  construct
      .add_helper(
          "Dlq", "AWS::SQS::Queue",
          R"({"QueueName": "$name", "MessageRetentionPeriod": 1209600, "FifoQueue": "$fifo", "KmsMasterKeyId": "$key"})",
          {{"name", construct.physical("-dlq" + ending)}, {"fifo", fifo}, {"key", key}})
      .deletion_policy = "Delete";
  construct
      .add("Queue", "AWS::SQS::Queue",
           R"({"QueueName": "$name", "VisibilityTimeout": "$visibility", "FifoQueue": "$fifo",
      "ContentBasedDeduplication": "$fifo", "DelaySeconds": "$delay", "KmsMasterKeyId": "$key",
      "RedrivePolicy": {"deadLetterTargetArn": "$dlq", "maxReceiveCount": "$retries"}})",
           {{"name", construct.physical(ending)},
            {"visibility", visibility_of(construct, *worker)},
            {"fifo", fifo},
            {"delay", construct.get("delay")},
            {"key", key},
            {"dlq", construct.arn("Dlq")},
            {"retries", retries != nullptr ? retries : at.number(3)}})
      .deletion_policy = "Delete";
  add_failure_alarm(construct);
  const Node* batch = construct.get("batchSize");
  const Node* window = construct.get("maxBatchingWindow");
  worker->events.push_back(
      {"sqs", at.span(),
       at.json(R"({"arn": "$arn", "batchSize": "$batch", "maximumBatchingWindow": "$window",
                "maximumConcurrency": "$concurrency", "functionResponseType": "ReportBatchItemFailures"})",
               {{"arn", construct.arn("Queue")},
                {"batch", batch != nullptr ? batch : at.number(1)},
                {"window", window != nullptr ? window : at.number(0)},
                {"concurrency", construct.get("maxConcurrency")}})});
}

// --- storage and database ---

void lower_storage(Construct& construct) {
  const Make& at = construct.at;
  const bool kms = known_text(construct.get("encryption")) == "kms";
  construct
      .add("Bucket", "AWS::S3::Bucket",
           R"({"BucketEncryption": {"ServerSideEncryptionConfiguration":
        [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "$algorithm"}}]},
      "VersioningConfiguration": {"Status": "Enabled"},
      "PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "BlockPublicPolicy": "$closed",
        "IgnorePublicAcls": true, "RestrictPublicBuckets": "$closed"},
      "LifecycleConfiguration": {"Rules": [
        {"Status": "Enabled", "Transitions": [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}]},
        {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}]}})",
           {{"algorithm", at.text(kms ? "aws:kms" : "AES256")},
            {"closed", at.boolean(construct.get("publicPath") == nullptr)}})
      .deletion_policy = "Retain";
  add_bucket_policy(construct, "Bucket",
                    R"({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*",
      "Resource": ["$arn", {"Fn::Join": ["", ["$arn", "/*"]]}],
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}})",
                    {{"arn", construct.arn("Bucket")}});
}

void lower_single_table(Construct& construct) {
  const Make& at = construct.at;
  std::vector<const Node*> names = {at.text("PK"), at.text("SK")};
  std::vector<const Node*> global;
  std::vector<const Node*> local;
  const auto key = [&](std::string name) {
    names.push_back(at.text(name));
    return at.text(std::move(name));
  };
  const std::int64_t count =
      std::clamp<std::int64_t>(number_of(construct.get("gsiCount")).value_or(0), 0, 20);
  for (std::int64_t i = 1; i <= count; ++i) {
    const std::string name = "GSI-" + std::to_string(i);
    global.push_back(
        at.json(R"({"IndexName": "$name", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
      {"AttributeName": "$hash", "KeyType": "HASH"}, {"AttributeName": "$range", "KeyType": "RANGE"}]})",
                {{"name", at.text(name)}, {"hash", key(name + "-PK")}, {"range", key(name + "-SK")}}));
  }
  for (int i = 1; is_true(construct.get("localSecondaryIndexes")) && i <= 5; ++i) {
    const std::string name = "LSI-" + std::to_string(i);
    local.push_back(at.json(R"({"IndexName": "$name", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
      {"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "$range", "KeyType": "RANGE"}]})",
                            {{"name", at.text(name)}, {"range", key(name + "-SK")}}));
  }
  std::vector<const Node*> attributes;
  for (const Node* name : names)
    attributes.push_back(at.json(R"({"AttributeName": "$name", "AttributeType": "S"})", {{"name", name}}));
  construct
      .add(
          "Table", "AWS::DynamoDB::Table",
          R"({"KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
      "AttributeDefinitions": "$attributes", "BillingMode": "PAY_PER_REQUEST",
      "GlobalSecondaryIndexes": "$global", "LocalSecondaryIndexes": "$local",
      "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
      "TimeToLiveSpecification": {"AttributeName": "TimeToLive", "Enabled": true},
      "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}})",
          {{"attributes", at.list(attributes)},
           {"global", global.empty() ? nullptr : at.list(global)},
           {"local", local.empty() ? nullptr : at.list(local)}})
      .deletion_policy = "Retain";
}

// --- the table of types ---

struct Type {
  std::string_view name;
  void (*lower)(Construct&);
  std::string_view main;                 ///< The part that functions may use …
  std::vector<std::string_view> actions; ///< … and for what.
  std::string_view below;                ///< What follows the ARN for things inside of it.
};

const std::vector<Type>& types() {
  static const std::vector<Type> all = {
      {"storage",
       lower_storage,
       "Bucket",
       {"s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket"},
       "/*"},
      {"queue", lower_queue, "Queue", {"sqs:SendMessage", "sqs:ChangeMessageVisibility"}, ""},
      {"database/dynamodb-single-table",
       lower_single_table,
       "Table",
       {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem",
        "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem"},
       "/index/*"},
      {"webhook", lower_webhook, "", {}, ""},
      {"static-website", lower_static_website, "", {}, ""},
      {"single-page-app", lower_single_page_app, "", {}, ""},
      {"server-side-website", lower_server_side_website, "", {}, ""},
      {"vpc", lower_vpc, "", {}, ""},
  };
  return all;
}

const Type* type_of(const Node* construct) {
  const auto name = known_text(dig(construct, {"type"}));
  const auto found =
      std::find_if(types().begin(), types().end(), [&](const Type& type) { return type.name == name; });
  return found == types().end() ? nullptr : &*found;
}

/// Where an extension's key leads: the part of the construct that it changes.
std::string part_of_extension(std::string_view key, std::string_view type) {
  if (key == "distribution") return "CDN";
  if (key == "api") return "HttpApi";
  if (key == "bucket" && type == "server-side-website") return "Assets";
  return naming::upper_first(key);
}

void extend(Construct& construct, std::string_view type) {
  const Node* extensions = construct.get("extensions");
  if (extensions == nullptr || !extensions->is_mapping()) return;
  for (const syntax::Entry& entry : extensions->children) {
    Draft* draft = construct.service().find(construct.id(part_of_extension(entry.key, type)));
    const Node* properties = dig(entry.value, {"Properties"});
    if (draft == nullptr || properties == nullptr) continue;
    for (const syntax::Entry& property : properties->children)
      draft->set(property.key, merge_deep(construct.at, draft->get(property.key), property.value));
  }
}

/// Where the part stands in the plugin's tree of constructs, whose path is hashed into its id. Most are a
/// `Resource` below a construct of their name.
std::string path_of(std::string_view part) {
  constexpr auto bare =
      std::to_array<std::string_view>({"Integration", "Route", "Authorizer", "IGW", "VPCGW"});
  if (part.empty()) return "Resource";
  if (std::find(bare.begin(), bare.end(), part) != bare.end()) return std::string(part);
  for (const std::string_view subnet : {"PublicSubnet", "PrivateSubnet"}) {
    if (!part.starts_with(subnet)) continue;
    const std::size_t end = subnet.size() + 1; // the number of its zone
    return std::string(part.substr(0, end)) + "/" + std::string(part.substr(end));
  }
  for (const std::string_view below : {"DefaultStage", "Policy"}) {
    if (part.size() > below.size() && part.ends_with(below))
      return std::string(part.substr(0, part.size() - below.size())) + "/" + std::string(below) + "/Resource";
  }
  return std::string(part) + "/Resource";
}

const Node* constructs_of(const Service& service) {
  const Node* constructs = service.root->get("constructs");
  return constructs != nullptr && constructs->is_mapping() ? constructs : nullptr;
}

/// What `${construct:…}` may name: the attribute, and the part that has it with its own name for it; without
/// one, its Ref.
struct Attribute {
  std::string_view type;
  std::string_view name;
  std::string_view part;
  std::string_view attribute;
};
constexpr auto attributes = std::to_array<Attribute>({
    {"storage", "bucketArn", "Bucket", "Arn"},
    {"storage", "bucketName", "Bucket", ""},
    {"queue", "queueUrl", "Queue", ""},
    {"queue", "queueArn", "Queue", "Arn"},
    {"queue", "dlqUrl", "Dlq", ""},
    {"queue", "dlqArn", "Dlq", "Arn"},
    {"database/dynamodb-single-table", "tableName", "Table", ""},
    {"database/dynamodb-single-table", "tableArn", "Table", "Arn"},
    {"database/dynamodb-single-table", "tableStreamArn", "Table", "StreamArn"},
    {"webhook", "busName", "Bus", ""},
    {"static-website", "cname", "CDN", "DomainName"},
    {"single-page-app", "cname", "CDN", "DomainName"},
    {"server-side-website", "cname", "CDN", "DomainName"},
    {"server-side-website", "assetsBucketName", "Assets", ""},
});

} // namespace

std::string part_id(std::string_view construct, std::string_view part) {
  const std::string hash = text::md5_hex(std::string(construct) + "/" + path_of(part));
  return naming::plain(construct) + std::string(part) + text::upper(std::string_view(hash).substr(0, 8));
}

void add_bucket_policy(Construct& construct, std::string_view bucket, std::string_view statement,
                       Holes holes) {
  const Make& at = construct.at;
  construct.add_helper(
      std::string(bucket) + "Policy", "AWS::S3::BucketPolicy",
      R"({"Bucket": "$bucket", "PolicyDocument": "$document"})",
      {{"bucket", construct.ref(bucket)}, {"document", policy_document(at, {at.json(statement, holes)})}});
}

const Node* construct_value(const Make& make, std::string_view type, std::string_view name,
                            std::string_view attribute) {
  for (const Attribute& row : attributes) {
    if (row.type != type || row.name != attribute) continue;
    const std::string id = part_id(name, row.part);
    return row.attribute.empty() ? make.ref(id) : make.get_att(id, row.attribute);
  }
  return nullptr;
}

void add_constructs(Service& service) {
  const Node* constructs = constructs_of(service);
  if (constructs == nullptr) return;
  for (const syntax::Entry& entry : constructs->children) {
    const Type* type = type_of(entry.value);
    if (type == nullptr) {
      service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                      "the construct `" + std::string(entry.key) + "` is of a type that is not read",
                      entry.key_span, "what it adds is not audited");
      continue;
    }
    Construct construct(service, entry);
    type->lower(construct);
    extend(construct, type->name);
  }
}

void grant_constructs(Service& service) {
  const Node* constructs = constructs_of(service);
  // The plugin adds its statements to the provider's, unless it is told not to.
  const auto user =
      std::find_if(service.functions.begin(), service.functions.end(),
                   [](const Function& function) { return function.role_id == "IamRoleLambdaExecution"; });
  if (constructs == nullptr || user == service.functions.end()) return;
  if (is_false(dig(service.root, {"lift", "automaticPermissions"}))) return;
  for (const syntax::Entry& entry : constructs->children) {
    const Type* type = type_of(entry.value);
    if (type == nullptr || type->main.empty()) continue;
    const std::string id = part_id(entry.key, type->main);
    if (service.find(id) == nullptr) continue;
    const Make at = service.make.at(entry.key_span);
    const Node* arn = at.get_att(id, "Arn");
    const std::string group = "construct/" + std::string(entry.key);
    service.grant(*user, group, type->actions, arn);
    if (!type->below.empty())
      service.grant(*user, group, type->actions, at.join("", {arn, at.text(type->below)}));
  }
}

} // namespace slsaudit::dialect::serverless
