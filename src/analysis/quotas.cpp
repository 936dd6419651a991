// SPDX-License-Identifier: Apache-2.0
// Table "quotas": every count of a template against the documented quota for it. What is counted is three
// lists below: of a property, of resources that name another, and of a template. Limits are rows of
// knowledge; a count whose row is missing is left out.
#include "analysis/analyses.hpp"
#include "analysis/measure.hpp"
#include "analysis/platform.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace slsaudit::analysis {
namespace {

using Measure = Measured (*)(const value::Value&);

/// What stands in one property of one resource.
struct OfProperty {
  std::string_view quota;
  std::string_view type;
  std::string_view path;
  Measure measure;
  std::string_view what;
};
constexpr OfProperty of_properties[] = {
    {"apigateway/resource-policy-size", "AWS::ApiGateway::RestApi", "Policy", json_bytes_in,
     "bytes of its policy"},
    {"appsync/functions-per-pipeline", "AWS::AppSync::Resolver", "PipelineConfig.Functions", items_in,
     "functions in the pipeline"},
    {"cloudformation/parameters", "AWS::CloudFormation::Stack", "Parameters", members_in,
     "parameters passed"},
    {"dynamodb/global-indexes", "AWS::DynamoDB::Table", "GlobalSecondaryIndexes", items_in,
     "global secondary indexes"},
    {"dynamodb/global-indexes", "AWS::DynamoDB::GlobalTable", "GlobalSecondaryIndexes", items_in,
     "global secondary indexes"},
    {"dynamodb/local-indexes", "AWS::DynamoDB::Table", "LocalSecondaryIndexes", items_in,
     "local secondary indexes"},
    {"dynamodb/local-indexes", "AWS::DynamoDB::GlobalTable", "LocalSecondaryIndexes", items_in,
     "local secondary indexes"},
    {"dynamodb/table-read-units", "AWS::DynamoDB::Table", "ProvisionedThroughput.ReadCapacityUnits",
     number_in, "read capacity units"},
    {"dynamodb/table-write-units", "AWS::DynamoDB::Table", "ProvisionedThroughput.WriteCapacityUnits",
     number_in, "write capacity units"},
    {"eventbridge/pattern-size", "AWS::Events::Rule", "EventPattern", json_bytes_in,
     "characters of its pattern"},
    {"eventbridge/targets-per-rule", "AWS::Events::Rule", "Targets", items_in, "targets"},
    {"iam/managed-policies-per-role", "AWS::IAM::Role", "ManagedPolicyArns", items_in, "managed policies"},
    {"iam/managed-policy-size", "AWS::IAM::ManagedPolicy", "PolicyDocument", json_bytes_in,
     "characters of its document"},
    {"iam/trust-policy-size", "AWS::IAM::Role", "AssumeRolePolicyDocument", json_bytes_in,
     "characters of its trust policy"},
    {"kinesis/parallelization-max", "AWS::Lambda::EventSourceMapping", "ParallelizationFactor", number_in,
     "batches of a shard at once"},
    {"kinesis/retention-max", "AWS::Kinesis::Stream", "RetentionPeriodHours", number_in,
     "hours of retention"},
    {"kinesis/shards", "AWS::Kinesis::Stream", "ShardCount", number_in, "shards"},
    {"kms/key-policy-size", "AWS::KMS::Key", "KeyPolicy", json_bytes_in, "bytes of its policy"},
    {"lambda/environment-size", "AWS::Lambda::Function", "Environment.Variables", pair_bytes_in,
     "bytes of environment variables"},
    {"lambda/async-event-age", "AWS::Lambda::EventInvokeConfig", "MaximumEventAgeInSeconds", number_in,
     "seconds of event age"},
    {"lambda/batch-window-max", "AWS::Lambda::EventSourceMapping", "MaximumBatchingWindowInSeconds",
     number_in, "seconds of batching window"},
    {"lambda/ephemeral-storage-max", "AWS::Lambda::Function", "EphemeralStorage.Size", number_in,
     "MB of ephemeral storage"},
    {"lambda/sqs-maximum-concurrency-max", "AWS::Lambda::EventSourceMapping",
     "ScalingConfig.MaximumConcurrency", number_in, "maximum concurrency"},
    {"lambda/layers-per-function", "AWS::Lambda::Function", "Layers", items_in, "layers"},
    {"lambda/memory-max", "AWS::Lambda::Function", "MemorySize", number_in, "MB of memory"},
    {"lambda/timeout-max", "AWS::Lambda::Function", "Timeout", number_in, "seconds of timeout"},
    {"sns/filter-policy-keys", "AWS::SNS::Subscription", "FilterPolicy", members_in, "keys of its filter"},
    {"sqs/delay-max", "AWS::SQS::Queue", "DelaySeconds", number_in, "seconds of delay"},
    {"sqs/retention-max", "AWS::SQS::Queue", "MessageRetentionPeriod", number_in, "seconds of retention"},
    {"sqs/visibility-max", "AWS::SQS::Queue", "VisibilityTimeout", number_in,
     "seconds of visibility timeout"},
    {"sqs/wait-max", "AWS::SQS::Queue", "ReceiveMessageWaitTimeSeconds", number_in, "seconds of waiting"},
    {"ssm/advanced-size", "AWS::SSM::Parameter", "Value", text_bytes_in, "bytes of its value"},
    {"stepfunctions/definition-size", "AWS::StepFunctions::StateMachine", "Definition", json_bytes_in,
     "bytes of its definition"},
    {"stepfunctions/definition-size", "AWS::StepFunctions::StateMachine", "DefinitionString", text_bytes_in,
     "bytes of its definition"},
    {"vpc/rules-per-group", "AWS::EC2::SecurityGroup", "SecurityGroupEgress", items_in, "outbound rules"},
    {"vpc/rules-per-group", "AWS::EC2::SecurityGroup", "SecurityGroupIngress", items_in, "inbound rules"},
    {"vpc/groups-per-interface", "AWS::Lambda::Function", "VpcConfig.SecurityGroupIds", items_in,
     "security groups"},
};

/// Documents of policies that resources attach to others add up there.
Measured document_bytes(const value::Value& properties) {
  return json_bytes_in(properties.get("PolicyDocument"));
}
Measured inline_documents(const value::Value& properties) {
  Measured result;
  for (const value::Value& policy : properties.get("Policies").items()) {
    result += json_bytes_in(policy.get("PolicyDocument"));
  }
  return result;
}
Measured one(const value::Value& properties) {
  return {1, true, properties.span(), nullptr};
}
Measured one_filter(const value::Value& properties) {
  const bool filters = properties.get("FilterPolicy").is_present();
  return {filters ? 1.0 : 0.0, true, properties.span(), nullptr};
}
Measured notifications(const value::Value& properties) {
  Measured result;
  for (const char* list : {"LambdaConfigurations", "QueueConfigurations", "TopicConfigurations"}) {
    result += items_in(properties.get("NotificationConfiguration").get(list));
  }
  return result;
}
/// Resources of a REST API that its OpenAPI document makes: one for each path and each of its beginnings.
Measured path_resources(const value::Value& properties) {
  const value::Value paths = properties.at("Body.paths");
  std::vector<std::string_view> prefixes;
  for (const value::Member& path : paths.members()) {
    for (std::size_t slash = path.key.find('/', 1);; slash = path.key.find('/', slash + 1)) {
      prefixes.push_back(path.key.substr(0, slash));
      if (slash == std::string_view::npos) break;
    }
  }
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  return {static_cast<double>(prefixes.size()), true, paths.span(), paths.assumption()};
}
Measured path_operations(const value::Value& properties) {
  Measured result;
  for (const value::Member& path : properties.at("Body.paths").members()) result += members_in(path.value);
  return result;
}

/// What several resources add to one: those whose property names it. An empty property: itself.
struct OfOwner {
  std::string_view quota;
  std::string_view owner_type;
  std::string_view type;
  std::string_view property;
  Measure measure;
  std::string_view what;
};
constexpr OfOwner of_owners[] = {
    {"apigateway/authorizers-per-api", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Authorizer", "RestApiId",
     one, "authorizers"},
    {"apigateway/authorizers-per-api", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Authorizer", "ApiId",
     one, "authorizers"},
    {"apigateway/integrations-per-http-api", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration",
     "ApiId", one, "integrations"},
    {"apigateway/resources-per-rest-api", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Resource",
     "RestApiId", one, "resources"},
    {"apigateway/resources-per-rest-api", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::RestApi", "",
     path_resources, "resources"},
    {"apigateway/routes-per-http-api", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Route", "ApiId", one,
     "routes"},
    {"apigateway/routes-per-http-api", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Api", "",
     path_operations, "routes"},
    {"apigateway/stages-per-api", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "RestApiId", one,
     "stages"},
    {"apigateway/stages-per-api", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "ApiId", one,
     "stages"},
    {"logs/metric-filters", "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "LogGroupName", one,
     "metric filters"},
    {"logs/subscription-filters", "AWS::Logs::LogGroup", "AWS::Logs::SubscriptionFilter", "LogGroupName", one,
     "subscription filters"},
    {"eventbridge/rules-per-bus", "AWS::Events::EventBus", "AWS::Events::Rule", "EventBusName", one, "rules"},
    {"iam/role-inline-size", "AWS::IAM::Role", "AWS::IAM::Policy", "Roles", document_bytes,
     "characters of inline policies"},
    {"iam/role-inline-size", "AWS::IAM::Role", "AWS::IAM::Role", "", inline_documents,
     "characters of inline policies"},
    {"iam/role-inline-size", "AWS::IAM::Role", "AWS::IAM::RolePolicy", "RoleName", document_bytes,
     "characters of inline policies"},
    {"kinesis/fan-out-consumers", "AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer", "StreamARN", one,
     "consumers with enhanced fan-out"},
    {"s3/bucket-policy-size", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket", document_bytes,
     "bytes of its policy"},
    {"s3/notification-configurations", "AWS::S3::Bucket", "AWS::S3::Bucket", "", notifications,
     "event notifications"},
    {"sns/filter-policies-per-topic", "AWS::SNS::Topic", "AWS::SNS::Subscription", "TopicArn", one_filter,
     "subscriptions with a filter"},
};

struct Counted {
  graph::NodeId resource; ///< Invalid of a template.
  std::size_t template_index = 0;
  std::string_view quota;
  std::string_view what;
  Measured count;
  std::vector<Step> steps;
};

/// A problem that says that the template makes more than what is in sight.
bool makes_more(const text::Problem& problem) {
  return problem.name == "for-each-limit" || problem.name == "for-each-not-expanded" ||
         problem.name == "macro-not-run";
}

class Counting {
public:
  explicit Counting(const Facts& facts) : facts_(facts), system_(facts.system()) {}

  std::vector<Counted> run() {
    for (std::size_t i = 0; i < system_.templates.size(); ++i) count_template(i);
    for (const OfProperty& row : of_properties) count_property(row);
    for (const OfOwner& row : of_owners) count_owned(row);
    for (auto& [key, counted] : owned_) counts_.push_back(std::move(counted));
    std::sort(counts_.begin(), counts_.end(), [](const Counted& a, const Counted& b) {
      return std::tuple(a.template_index, a.resource.valid(), a.resource, a.quota, a.what) <
             std::tuple(b.template_index, b.resource.valid(), b.resource, b.quota, b.what);
    });
    return std::move(counts_);
  }

private:
  void count_template(std::size_t index) {
    const dialect::Template& text = system_.templates[index];
    // A loop that is cut off, or a file that isn't there, has more.
    const auto add = [&](std::string_view quota, std::string_view what, double amount, text::Span at,
                         bool whole) {
      if (amount > 0) counts_.push_back({{}, index, quota, what, {amount, whole, at, nullptr}, {}});
    };
    const auto size = [](const auto& list) { return static_cast<double>(list.size()); };
    const auto place = [](const auto& list, auto span) {
      const auto written =
          std::find_if(list.begin(), list.end(), [&](const auto& one) { return (one.*span).valid(); });
      return written == list.end() ? text::Span{} : *written.*span;
    };
    const text::Span first_resource = place(text.resources, &dialect::Resource::id_span);
    const bool all = !text.unread.names && std::ranges::none_of(text.problems, makes_more);
    add("cloudformation/resources", "resources", size(text.resources), first_resource, all);
    const text::Span first_output = place(text.outputs, &dialect::Output::name_span);
    add("cloudformation/outputs", "outputs", size(text.outputs),
        first_output.valid() ? first_output : first_resource, all);
    // What the Serverless Framework's variables and SAM's transform take are no parameters of the stack, and
    // the text of a service file isn't what is deployed.
    if (text.dialect == dialect::Dialect::serverless) return;
    add("cloudformation/parameters", "parameters", size(text.parameters),
        place(text.parameters, &dialect::Parameter::name_span), true);
    std::uint32_t end = 0;
    for (const dialect::Resource& resource : text.resources) {
      if (resource.span.valid() && resource.span.file == text.file) end = std::max(end, resource.span.end);
    }
    // What stands behind the last resource isn't counted.
    add("cloudformation/template-size", "bytes of the template", end, first_resource, false);
  }

  void count_property(const OfProperty& row) {
    for (const graph::NodeId node : facts_.nodes_of_type(row.type)) {
      const value::Value value = property(system_.node(node), row.path);
      if (!value.is_present()) continue;
      Measured count = row.measure(value);
      if (count.amount > 0) counts_.push_back({node, template_of(node), row.quota, row.what, count, {}});
    }
  }

  void count_owned(const OfOwner& row) {
    for (const graph::NodeId node : facts_.nodes_of_type(row.type)) {
      const graph::Node& member = system_.node(node);
      const Measured amount = row.measure(member.resource->properties);
      if (amount.amount <= 0) continue;
      for (const graph::NodeId owner : owners_of(row, node)) {
        if (!is_type(system_, owner, row.owner_type)) continue;
        Counted& counted = owned_[{owner, row.quota}];
        if (counted.steps.empty()) counted = {owner, template_of(owner), row.quota, row.what, {}, {}};
        counted.count += amount;
        if (!member.resource->condition.empty()) counted.count.exact = false;
        counted.steps.push_back(
            {id_span(member), quoted(shown_name(member)) + " adds " + shown(amount.amount)});
      }
    }
    // The parts say where each stands; the whole stands at its owner.
    for (auto& [key, counted] : owned_) counted.count.at = id_span(system_.node(key.first));
  }

  [[nodiscard]] std::vector<graph::NodeId> owners_of(const OfOwner& row, graph::NodeId node) const {
    if (row.property.empty()) return {node};
    const graph::Node& member = system_.node(node);
    const value::Value names = property(member, row.property);
    std::vector<graph::NodeId> owners;
    for (const value::Value& name :
         names.is_list() ? std::vector(names.items().begin(), names.items().end()) : std::vector{names}) {
      const graph::NodeId owner = graph::resolve(system_, member.template_index, name);
      if (owner.valid()) owners.push_back(owner);
    }
    return owners;
  }

  [[nodiscard]] std::size_t template_of(graph::NodeId node) const {
    return system_.node(node).template_index;
  }

  const Facts& facts_;
  const graph::System& system_;
  std::vector<Counted> counts_;
  std::map<std::pair<graph::NodeId, std::string_view>, Counted> owned_;
};

/// Sizes are counted in bytes, whatever unit their quota is told in.
double in_counted_units(const knowledge::Quota& quota) {
  const bool size = quota.id.find("size") != std::string_view::npos;
  if (size && quota.unit == "KB") return quota.value * 1024;
  if (size && quota.unit == "MB") return quota.value * 1024 * 1024;
  return quota.value;
}

/// A setting may be as large as its quota: that uses nothing up.
bool is_setting(std::string_view quota) {
  return quota.ends_with("-max") || quota == "lambda/async-event-age";
}

cel::Value count_cell(const Measured& count) {
  return cel::Value(whole(count.amount)).at(count.at).assuming(count.assumption);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (Counted& counted : Counting(facts).run()) {
    const knowledge::Quota* quota = platform(facts).quota(counted.quota);
    if (quota == nullptr || quota->value <= 0) continue;
    const double limit = in_counted_units(*quota);
    // Of what stands in one place, the row says it all.
    if (!counted.steps.empty())
      counted.steps.push_back({counted.count.at, (counted.count.exact ? "" : "at least ") +
                                                     shown(counted.count.amount) + " " +
                                                     std::string(counted.what) + " of " + shown(limit)});
    add_row(table, schema,
            {{"resource", resource_cell(facts, counted.resource)},
             {"quota", cel::Value::borrowed(quota->id)},
             {"what", counted.what},
             {"count", count_cell(counted.count)},
             {"limit", whole(limit)},
             {"share", cel::Value(counted.count.amount / limit).assuming(counted.count.assumption)},
             {"setting", is_setting(quota->id)},
             {"exact", counted.count.exact},
             {"adjustable", quota->adjustable},
             {"verified", quota->origin.verified},
             {"source", cel::Value::borrowed(quota->origin.source)},
             {"as_of", cel::Value::borrowed(quota->origin.as_of)},
             {"at", cel::Value(counted.what).at(counted.count.at)}},
            counted.count.at, std::move(counted.steps));
  }
}

} // namespace

const Analysis& quota_analysis() {
  static const Analysis analysis{
      {"quotas",
       "What templates and resources hold, against the platform's documented quotas",
       {
           {"resource", "resource", "", "whose count it is; null where it is the template's"},
           {"quota", "string", "", "id of the row of knowledge: `lambda/layers-per-function`"},
           {"what", "string", "", "what is counted: `layers`"},
           {"count", "int", "",
            "how many; a lower bound where `exact` is false; stands where they are written"},
           {"limit", "int", "", "the quota, in the same units"},
           {"share", "double", "", "count / limit: 1 is all of it"},
           {"setting", "bool", "",
            "it is one setting against its largest value (a timeout of 900 s), so that only more than 1 is a "
            "problem; false of what adds up"},
           {"exact", "bool", "",
            "whether all that counts is known: references in sizes and items under conditions are not"},
           {"adjustable", "bool", "", "whether the provider raises the quota on request"},
           {"verified", "bool", "", "whether the quota was checked against its source"},
           {"source", "string", "", "where the quota is documented"},
           {"as_of", "string", "", "the source's date"},
           {"at", "string", "", "stands at what is counted; for `at`"},
       }},
      compute,
      16};
  return analysis;
}

} // namespace slsaudit::analysis
