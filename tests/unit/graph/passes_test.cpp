// SPDX-License-Identifier: Apache-2.0
// Whether what one edge brings another edge's filter lets through.
#include "graph/passes.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;

namespace {

struct Case {
  std::string name;
  std::string from; ///< By the edge from here …
  std::string by;   ///< … to here …
  std::string to;   ///< … and on to here.
  std::string expected;
  std::string resources;
};

std::string shown(graph::Verdict verdict) {
  return verdict == graph::Verdict::never     ? "never"
         : verdict == graph::Verdict::matches ? "matches"
                                              : "unknown";
}

graph::EdgeId edge_between(const graph::System& system, const std::string& from, const std::string& to) {
  for (std::size_t i = 0; i < system.edges.size(); ++i) {
    const graph::Edge& edge = system.edges[i];
    const bool flows = edge.kind != graph::EdgeKind::refers && edge.kind != graph::EdgeKind::assumes;
    if (flows && system.node(edge.from).label == from && system.node(edge.to).label == to)
      return graph::EdgeId(i);
  }
  return {};
}

void check(const Case& one) {
  DYNAMIC_SECTION(one.name) {
    const auto built = test::build_system({"Resources:\n" + one.resources});
    const graph::System& system = built->system;
    REQUIRE(graph::verify(system) == "");
    const graph::EdgeId in = edge_between(system, one.from, one.by);
    const graph::EdgeId out = edge_between(system, one.by, one.to);
    REQUIRE(in.valid());
    REQUIRE(out.valid());
    graph::Passages passages(system);
    CHECK(shown(passages.of(in, out)) == one.expected);
    CHECK(passages.of(in, out) == graph::passes(system, system.edge(in), system.edge(out)));
  }
}

const std::string bucket_with_rule = R"(
  Uploads: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } } }
  Others: { Type: AWS::S3::Bucket }
  Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: PATTERN } }
)";

std::string with(std::string text, const std::string& pattern) {
  return text.replace(text.find("PATTERN"), 7, pattern);
}

} // namespace

TEST_CASE("events on a bus") {
  const std::string bus = "default event bus";
  check(
      {"a bucket's events", "Uploads", bus, "Rule", "matches", with(bucket_with_rule, "{source: [aws.s3]}")});
  check(
      {"another service's", "Uploads", bus, "Rule", "never", with(bucket_with_rule, "{source: [aws.ec2]}")});
  check({"another bucket's", "Uploads", bus, "Rule", "never",
         with(bucket_with_rule, "{source: [aws.s3], detail: {bucket: {name: [!Ref Others]}}}")});
  check({"only created objects", "Uploads", bus, "Rule", "unknown",
         with(bucket_with_rule, "{source: [aws.s3], detail-type: [Object Created]}")});
  check({"events of the system's own account", "Uploads", bus, "Rule", "matches",
         with(bucket_with_rule, "{account: [!Ref AWS::AccountId], region: [!Ref AWS::Region]}")});
  check({"events of an account that may be another", "Uploads", bus, "Rule", "unknown",
         with(bucket_with_rule, "{account: ['123456789012']}")});
  check({"an envelope's field that no event has", "Uploads", bus, "Rule", "never",
         with(bucket_with_rule, "{source: [aws.s3], detailType: [Object Created]}")});

  check({"a bucket of another name", "Uploads", bus, "Rule", "never",
         with(bucket_with_rule, "{source: [aws.s3], detail: {bucket: {name: [elsewhere]}}}")});
  check({"a bucket that is not known", "Uploads", bus, "Rule", "unknown",
         with(bucket_with_rule, "{source: [aws.s3], detail: {bucket: {name: [{prefix: shop-}]}}}")});

  const std::string workflow = R"(
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: Put
        States:
          Put:
            Type: Task
            Resource: arn:aws:states:::events:putEvents
            Parameters: { Entries: [ { EventBusName: !Ref Bus, Source: shop.orders, DetailType: Order Paid } ] }
            End: true
  Rule: { Type: AWS::Events::Rule, Properties: { EventBusName: !Ref Bus, EventPattern: PATTERN } }
)";
  check({"what a state puts", "Flow", "Bus", "Rule", "matches",
         with(workflow, "{source: [shop.orders], detail-type: [{prefix: Order}]}")});
  check({"what a state does not put", "Flow", "Bus", "Rule", "never",
         with(workflow, "{source: [shop.users]}")});
  check({"a detail that is not known", "Flow", "Bus", "Rule", "unknown",
         with(workflow, "{source: [shop.orders], detail: {total: [{numeric: ['>', 5]}]}}")});

  const std::string function = R"(
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'events:PutEvents', Resource: !GetAtt Bus.Arn } ] } } ] } }
  Handler: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
  Rule: { Type: AWS::Events::Rule, Properties: { EventBusName: !Ref Bus, EventPattern: PATTERN } }
)";
  check({"a function may put anything of its own", "Handler", "Bus", "Rule", "unknown",
         with(function, "{source: [shop]}")});
  check({"but nothing of the platform's", "Handler", "Bus", "Rule", "never",
         with(function, "{source: [aws.s3, aws.ec2]}")});

  const std::string schedule = R"(
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Hourly: { Type: AWS::Scheduler::Schedule, Properties: { Target: { Arn: !GetAtt Bus.Arn, EventBridgeParameters: { Source: clock, DetailType: Hour } } } }
  Rule: { Type: AWS::Events::Rule, Properties: { EventBusName: !Ref Bus, EventPattern: PATTERN } }
)";
  check({"a schedule's event", "Hourly", "Bus", "Rule", "matches", with(schedule, "{source: [clock]}")});
  check({"not a schedule's event", "Hourly", "Bus", "Rule", "never", with(schedule, "{detail-type: [Day]}")});

  check({"from bus to bus", "First", "Bus", "Second", "never", R"(
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  First: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [shop] }, Targets: [ { Id: a, Arn: !GetAtt Bus.Arn } ] } }
  Second: { Type: AWS::Events::Rule, Properties: { EventBusName: !Ref Bus, EventPattern: { source: [bank] } } }
)"});
}

TEST_CASE("what services tell a rule that names the resource") {
  const std::string writer = R"(
  X: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { EventBridgeConfiguration: {} } } }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 's3:PutObject', Resource: !Sub '${X.Arn}/out/*' } ] } } ] } }
  Writer: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
  Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.s3], PATTERN } } }
)";
  check({"objects under another prefix", "Writer", "X", "Rule", "never",
         with(writer, "detail: { bucket: { name: [!Ref X] }, object: { key: [ { prefix: in/ } ] } }")});
  check({"under that prefix", "Writer", "X", "Rule", "matches",
         with(writer, "detail: { bucket: { name: [!Ref X] }, object: { key: [ { prefix: out/ } ] } }")});
  check({"of which some are below", "Writer", "X", "Rule", "unknown",
         with(writer, "detail: { bucket: { name: [!Ref X] }, object: { key: [ { prefix: out/a/ } ] } }")});
  check({"deleted ones", "Writer", "X", "Rule", "never",
         with(writer, "detail-type: [Object Deleted], detail: { bucket: { name: [!Ref X] } }")});
  check({"calls that a trail records", "Writer", "X", "Rule", "never",
         with(writer, "detail: { requestParameters: { bucketName: [!Ref X], key: [ { prefix: in/ } ] } }")});

  const std::string workflow = R"(
  Start: { Type: AWS::Scheduler::Schedule, Properties: { Target: { Arn: !GetAtt Flow.Arn } } }
  Flow: { Type: AWS::StepFunctions::StateMachine }
  Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.states], detail: { stateMachineArn: [ !Ref Flow ], PATTERN } } } }
)";
  check({"every change of an execution", "Start", "Flow", "Rule", "matches",
         with(workflow, "status: [{exists: true}]")});
  check({"some of them", "Start", "Flow", "Rule", "unknown", with(workflow, "status: [FAILED]")});
}

TEST_CASE("messages through a topic") {
  const std::string bucket = R"(
  Topic: { Type: AWS::SNS::Topic }
  Uploads: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { TopicConfigurations: [ { Event: 's3:ObjectCreated:*', Topic: !Ref Topic } ] } } }
  Handler: { Type: AWS::Lambda::Function }
  Sub: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Handler.Arn, PATTERN } }
)";
  check({"a bucket sends no attributes", "Uploads", "Topic", "Handler", "never",
         with(bucket, "FilterPolicy: { kind: [order] }")});
  check({"which a policy may demand", "Uploads", "Topic", "Handler", "matches",
         with(bucket, "FilterPolicy: { kind: [ { exists: false } ] }")});
  check(
      {"the body is another matter", "Uploads", "Topic", "Handler", "unknown",
       with(bucket,
            "FilterPolicy: { Records: { s3: { bucket: { name: [x] } } } }, FilterPolicyScope: MessageBody")});
  check({"without a policy", "Uploads", "Topic", "Handler", "matches",
         with(bucket, "RawMessageDelivery: true")});

  const std::string workflow = R"(
  Topic: { Type: AWS::SNS::Topic }
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: Tell
        States:
          Tell: { Type: Task, Resource: 'arn:aws:states:::sns:publish', End: true, Parameters: { TopicArn: !Ref Topic, Message: x, MessageAttributes: { kind: { DataType: String, StringValue: order } } } }
  Handler: { Type: AWS::Lambda::Function }
  Sub: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Handler.Arn, PATTERN } }
)";
  check({"a state's attribute", "Flow", "Topic", "Handler", "matches",
         with(workflow, "FilterPolicy: { kind: [order] }")});
  check({"another attribute", "Flow", "Topic", "Handler", "never",
         with(workflow, "FilterPolicy: { kind: [user] }")});
}

TEST_CASE("objects in a bucket") {
  const std::string copier = R"(
  Data: { Type: AWS::S3::Bucket, Properties: { BucketName: data, NotificationConfiguration: { LambdaConfigurations: [ { Event: 's3:ObjectCreated:*', Function: !GetAtt Handler.Arn, Filter: { S3Key: { Rules: [ { Name: prefix, Value: in/ } ] } } } ] } } }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 's3:PutObject', Resource: PATTERN } ] } } ] } }
  Handler: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
)";
  check({"written elsewhere", "Handler", "Data", "Handler", "never",
         with(copier, "'arn:aws:s3:::data/out/*'")});
  check(
      {"written there", "Handler", "Data", "Handler", "matches", with(copier, "'arn:aws:s3:::data/in/x/*'")});
  check({"written anywhere", "Handler", "Data", "Handler", "unknown", with(copier, "'arn:aws:s3:::data/*'")});

  check({"a delivery stream's prefix", "Delivery", "Data", "Handler", "never", R"(
  Handler: { Type: AWS::Lambda::Function }
  Data: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { LambdaConfigurations: [ { Event: 's3:ObjectCreated:*', Function: !GetAtt Handler.Arn, Filter: { S3Key: { Rules: [ { Name: prefix, Value: in/ } ] } } } ] } } }
  Delivery: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { ExtendedS3DestinationConfiguration: { BucketARN: !GetAtt Data.Arn, Prefix: 'raw/!{timestamp:yyyy}/' } } }
)"});
}

TEST_CASE("records of event sources") {
  const std::string table = R"(
  Table: { Type: AWS::DynamoDB::Table, Properties: { StreamSpecification: { StreamViewType: KEYS_ONLY } } }
  Handler: { Type: AWS::Lambda::Function }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !GetAtt Table.StreamArn, FunctionName: !Ref Handler, FilterCriteria: { Filters: [ { Pattern: 'PATTERN' } ] } }
)";
  struct Filter {
    std::string pattern;
    std::string expected;
  };
  const std::vector<Filter> cases = {
      {R"({"eventName": ["INSERT"]})", "unknown"},
      {R"({"eventName": ["CREATE"]})", "never"},
      {R"({"eventName": ["INSERT", "MODIFY", "REMOVE"]})", "matches"},
      {R"({"dynamodb": {"NewImage": {"state": {"S": ["paid"]}}}})", "never"},
      {R"({"dynamodb": {"Keys": {"id": {"S": ["a"]}}}})", "unknown"},
      {R"({"EventName": ["INSERT"]})", "never"},
  };
  for (const Filter& one : cases) {
    CAPTURE(one.pattern);
    const auto built = test::build_system({"Resources:\n" + with(table, one.pattern)});
    const graph::EdgeId edge = edge_between(built->system, "Table", "Handler");
    REQUIRE(edge.valid());
    CHECK(shown(graph::satisfiable(built->system, built->system.edge(edge))) == one.expected);
  }
}

TEST_CASE("two edges out of one node") {
  const std::string bucket = R"(
  One: { Type: AWS::Lambda::Function }
  Two: { Type: AWS::Lambda::Function }
  Data:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - { Event: 's3:ObjectCreated:*', Function: !GetAtt One.Arn, Filter: { S3Key: { Rules: [ { Name: prefix, Value: a/ }, { Name: suffix, Value: .jpg } ] } } }
          - { Event: 's3:ObjectCreated:*', Function: !GetAtt Two.Arn, Filter: { S3Key: { Rules: [ PATTERN ] } } }
)";
  const auto overlap = [&](const std::string& rule) {
    const auto built = test::build_system({"Resources:\n" + with(bucket, rule)});
    const graph::System& system = built->system;
    return shown(graph::overlap(system, system.edge(edge_between(system, "Data", "One")),
                                system.edge(edge_between(system, "Data", "Two"))));
  };
  CHECK(overlap("{ Name: prefix, Value: b/ }") == "never");
  CHECK(overlap("{ Name: suffix, Value: .png }") == "never");
  CHECK(overlap("{ Name: prefix, Value: a/b }") == "unknown");
  CHECK(overlap("{ Name: suffix, Value: jpg }") == "matches");
}
