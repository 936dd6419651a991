// SPDX-License-Identifier: Apache-2.0
// Retries, ages, batches and bounds of deliveries, however a service spells them.
#include "graph/delivery.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

#include <utility>

using namespace slsaudit;

namespace {

using Field = std::pair<std::string, graph::Quantity graph::Delivery::*>;

const std::vector<Field>& fields() {
  static const std::vector<Field> all{
      {"retries", &graph::Delivery::retries},
      {"age", &graph::Delivery::maximum_age},
      {"retention", &graph::Delivery::retention},
      {"batch", &graph::Delivery::batch_size},
      {"window", &graph::Delivery::batch_window},
      {"concurrency", &graph::Delivery::concurrency},
      {"per_shard", &graph::Delivery::per_shard},
      {"shards", &graph::Delivery::shards},
      {"pollers", &graph::Delivery::pollers},
      {"rate", &graph::Delivery::rate_limit},
      {"timeout", &graph::Delivery::timeout},
      {"visibility", &graph::Delivery::visibility},
      {"invoke_retries", &graph::Delivery::invoke_retries},
      {"invoke_age", &graph::Delivery::invoke_age},
  };
  return all;
}

/// `5`, `1..5` for one of several, with `?` where it may be another and `-` where it may be unset.
std::string dump(const graph::Quantity& quantity) {
  std::string text;
  if (quantity.least) text = std::to_string(*quantity.least);
  if (quantity.most != quantity.least) text += ".." + std::to_string(quantity.most.value_or(0));
  if (quantity.may_be_other) text += "?";
  if (quantity.may_be_unset) text += "-";
  return text;
}

std::string dump(const graph::System& system, const graph::Delivery& delivery) {
  std::string text(graph::name(delivery.mechanism));
  for (const Field& field : fields()) {
    const graph::Quantity& quantity = delivery.*field.second;
    if (quantity.declared()) text += " " + field.first + "=" + dump(quantity);
  }
  for (const graph::Retrier& retrier : delivery.retriers) {
    text += " retry(" + dump(retrier.attempts) + " after " + dump(retrier.interval) + ")";
  }
  for (const graph::Iteration& map : delivery.maps) {
    text += " map(" + map.name + " " + dump(map.concurrency) + (map.distributed ? " distributed" : "") + ")";
  }
  for (const graph::EdgeId id : delivery.failures)
    text += " fails-to " + system.node(system.edge(id).to).label;
  return text;
}

struct Case {
  std::string name;
  std::string from;
  std::string to;
  std::string expected;
  std::string resources;
};

void check(const Case& one) {
  DYNAMIC_SECTION(one.name) {
    const auto built = test::build_system({"Resources:\n" + one.resources});
    const graph::System& system = built->system;
    REQUIRE(graph::verify(system) == "");
    const graph::Deliveries deliveries(system);
    std::string found;
    for (std::size_t i = 0; i < system.edges.size(); ++i) {
      const graph::Edge& edge = system.edges[i];
      if (system.node(edge.from).label != one.from || system.node(edge.to).label != one.to) continue;
      found += dump(system, deliveries.of(graph::EdgeId(i)));
      CHECK(dump(system, graph::delivery_of(system, graph::EdgeId(i))) == found);
    }
    CHECK(found == one.expected);
  }
}

} // namespace

TEST_CASE("deliveries of queues and streams to functions") {
  check({"queue", "Work", "Handler",
         "event_source retries=4 retention=600 batch=7 window=3 concurrency=9 visibility=30 fails-to Dead",
         R"(
  Work: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 30, MessageRetentionPeriod: 600, RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 } } }
  Dead: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Handler, BatchSize: '7', MaximumBatchingWindowInSeconds: 3, ScalingConfig: { MaximumConcurrency: 9 } }
)"});
  check({"stream, with a failure destination", "Clicks", "Handler",
         "event_source retries=-1 age=60 retention=172800 per_shard=10 shards=4 fails-to Failed",
         R"(
  Clicks: { Type: AWS::Kinesis::Stream, Properties: { ShardCount: 4, RetentionPeriodHours: 48 } }
  Failed: { Type: AWS::SNS::Topic }
  Handler: { Type: AWS::Lambda::Function }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !GetAtt Clicks.Arn, FunctionName: !Ref Handler, ParallelizationFactor: 10, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: !Ref Failed } } }
)"});
  check({"nothing declared", "Work", "Handler", "event_source",
         R"(
  Work: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Mapping: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Handler } }
)"});
  check({"a batch that nobody knows, and one that depends on a condition", "Work", "Handler",
         "event_source batch=5..10 window=?",
         R"(
  Work: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Mapping: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Handler, BatchSize: !If [Big, 10, 5], MaximumBatchingWindowInSeconds: !Ref Window } }
Parameters: { Stage: { Type: String }, Window: { Type: Number } }
Conditions: { Big: !Equals [!Ref Stage, prod] }
)"});
  check({"a pipe's source", "Work", "Pipe", "pipe_source retention=60 batch=4 window=2 fails-to Dead",
         R"(
  Work: { Type: AWS::SQS::Queue, Properties: { MessageRetentionPeriod: 60 } }
  Dead: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties: { Source: !GetAtt Work.Arn, Target: !GetAtt Handler.Arn, SourceParameters: { SqsQueueParameters: { BatchSize: 4, MaximumBatchingWindowInSeconds: 2, DeadLetterConfig: { Arn: !GetAtt Dead.Arn } } } }
)"});
}

TEST_CASE("deliveries of rules, schedules, topics and functions") {
  check({"a rule's target, and the function's own queue behind it", "Rule", "Handler",
         "rule_target retries=8 age=120 invoke_retries=1 invoke_age=300 fails-to Lost fails-to Dead",
         R"(
  Dead: { Type: AWS::SQS::Queue }
  Lost: { Type: AWS::SQS::Queue }
  Other: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function, Properties: { DeadLetterConfig: { TargetArn: !GetAtt Lost.Arn } } }
  Config: { Type: AWS::Lambda::EventInvokeConfig, Properties: { FunctionName: !Ref Handler, Qualifier: $LATEST, MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 300 } }
  Second: { Type: AWS::Lambda::Function }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [shop] }
      Targets:
        - { Id: a, Arn: !GetAtt Handler.Arn, RetryPolicy: { MaximumRetryAttempts: 8, MaximumEventAgeInSeconds: 120 }, DeadLetterConfig: { Arn: !GetAtt Dead.Arn } }
        - { Id: b, Arn: !GetAtt Second.Arn, DeadLetterConfig: { Arn: !GetAtt Other.Arn } }
)"});
  check({"a schedule", "Hourly", "Handler", "schedule retries=0 fails-to Dead",
         R"(
  Dead: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Hourly: { Type: AWS::Scheduler::Schedule, Properties: { Target: { Arn: !GetAtt Handler.Arn, RetryPolicy: { MaximumRetryAttempts: 0 }, DeadLetterConfig: { Arn: !GetAtt Dead.Arn } } } }
)"});
  check({"a subscription over HTTP", "Topic", "hooks.example.com",
         "subscription retries=50 rate=10 fails-to Dead",
         R"(
  Topic: { Type: AWS::SNS::Topic }
  Dead: { Type: AWS::SQS::Queue }
  Hook: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: https, Endpoint: 'https://hooks.example.com/', DeliveryPolicy: { healthyRetryPolicy: { numRetries: 50 }, throttlePolicy: { maxReceivesPerSecond: 10 } }, RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn } } }
)"});
  check({"two notifications with different settings", "Bucket", "Handler", "notification",
         R"(
  Handler: { Type: AWS::Lambda::Function }
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - { Event: 's3:ObjectCreated:*', Function: !GetAtt Handler.Arn }
          - { Event: 's3:ObjectRemoved:*', Function: !GetAtt Handler.Arn }
)"});
}

TEST_CASE("deliveries of workflows and APIs") {
  check({"states with retriers, within a Map", "Flow", "Handler",
         "state timeout=30000 retry(2 after 5) retry(- after -) map(Each 7) map(All 0 distributed)",
         R"(
  Handler: { Type: AWS::Lambda::Function }
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: All
        States:
          All:
            Type: Map
            MaxConcurrency: 0
            ItemProcessor:
              ProcessorConfig: { Mode: DISTRIBUTED }
              StartAt: Each
              States:
                Each:
                  Type: Map
                  MaxConcurrency: 7
                  ItemProcessor:
                    StartAt: Call
                    States:
                      Call:
                        Type: Task
                        Resource: !GetAtt Handler.Arn
                        TimeoutSeconds: 30
                        Retry:
                          - { ErrorEquals: [Timeout], MaxAttempts: 2, IntervalSeconds: 5 }
                          - { ErrorEquals: [States.ALL] }
                        End: true
                  End: true
            End: true
)"});
  check({"a method's timeout", "Api", "Handler", "integration timeout=5000",
         R"(
  Api: { Type: AWS::ApiGateway::RestApi }
  Handler: { Type: AWS::Lambda::Function }
  Get: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref Api, HttpMethod: GET, Integration: { Type: AWS_PROXY, TimeoutInMillis: 5000, Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations" } } }
)"});
  check({"a route's timeout", "Api", "Handler", "integration timeout=9000",
         R"(
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP } }
  Handler: { Type: AWS::Lambda::Function }
  Main: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Api, TimeoutInMillis: 9000, IntegrationUri: !GetAtt Handler.Arn } }
  Default: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: $default, Target: !Sub 'integrations/${Main}' } }
)"});
}
