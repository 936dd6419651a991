// SPDX-License-Identifier: Apache-2.0
// The ways of events and what multiplies on them, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const std::string cfn = "Parameters: {P: {Type: Number}}\nResources:\n";
const std::string sam = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.12, "
                        "Handler: a.b, CodeUri: .}}\nResources:\n";

std::string fn(const std::string& name, const std::string& properties = "Timeout: 3") {
  return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {" + properties + "}}\n";
}
std::string mapping(const std::string& source, const std::string& function, const std::string& more = "") {
  return "  M" + function + ": {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref " +
         function + ", EventSourceArn: " + source + more + "}}\n";
}
std::string workflow(const std::string& states) {
  return "  W: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: {StartAt: A, States: {" +
         states + "}}}}\n";
}
std::string map(const std::string& more) {
  return "A: {Type: Map, End: true, " + more +
         "ItemProcessor: {StartAt: B, States: {B: {Type: Task, End: true, Resource: !GetAtt F.Arn}}}}";
}

struct Case {
  const char* name;
  std::string text;
  const char* expected;
};

} // namespace

TEST_CASE("events multiply on their way") {
  const std::string queue = "  Q: {Type: AWS::SQS::Queue}\n";
  // way, at_least, at_most, at_once
  const Case cases[] = {
      {"a function alone", cfn + fn("F"), "`F` | 1 | 1 | 1\n"},
      {"a queue hands over batches", cfn + fn("F") + queue + mapping("!GetAtt Q.Arn", "F"),
       "`Q` → `F` | 0.1 | 1 | 1\n"},
      {"one by one", cfn + fn("F") + queue + mapping("!GetAtt Q.Arn", "F", ", BatchSize: 1"),
       "`Q` → `F` | 1 | 1 | 1\n"},
      {"a batch of unknown size",
       cfn + fn("F") + queue + mapping("!GetAtt Q.Arn", "F", ", BatchSize: !Ref P"),
       "`Q` → `F` | 1e-04 | 1 | 1\n"},
      {"a Map over what comes", cfn + fn("F") + workflow(map("")), "`W` → `F` | 1 | null | 40\n"},
      {"a bounded Map", cfn + fn("F") + workflow(map("MaxConcurrency: 5, ")), "`W` → `F` | 1 | null | 5\n"},
      {"a Map over a known list", cfn + fn("F") + workflow(map("Items: [1, 2, 3], ")),
       "`W` → `F` | 3 | 3 | 3\n"},
      {"a Map and a reservation",
       cfn + fn("F", "ReservedConcurrentExecutions: 2") + workflow(map("Items: [1, 2, 3], ")),
       "`W` → `F` | 3 | 3 | 2\n"},
      {"a Map over a function with an unknown reservation",
       cfn + fn("F", "ReservedConcurrentExecutions: !Ref P") + workflow(map("")),
       "`W` → `F` | 1 | null | 40\n"},
      {"two subscriptions are two ways",
       cfn + fn("F") + fn("G") +
           "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt "
           "F.Arn}, "
           "{Protocol: lambda, Endpoint: !GetAtt G.Arn}]}}\n",
       "`T` → `F` | 1 | 1 | 1\n`T` → `G` | 1 | 1 | 1\n"},
      {"a stream's shards",
       cfn + fn("F") + "  K: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}\n" +
           mapping("!GetAtt K.Arn", "F", ", ParallelizationFactor: 3, BatchSize: 50"),
       "`K` → `F` | 0.02 | 1 | 1\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("paths", {"way", "at_least", "at_most", "at_once"}) == c.expected);
    }
  }
}

TEST_CASE("code sends as often as it likes, until something holds events back") {
  const auto text = [](const std::string& reserved, const std::string& scaling) {
    return sam + R"(  Api:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}}]
      Events: {Get: {Type: HttpApi, Properties: {Path: /a, Method: get}}}
  Q: {Type: AWS::SQS::Queue}
  Work:
    Type: AWS::Serverless::Function
    Properties:
)" + reserved +
           "      Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, BatchSize: 5" + scaling +
           "}}}\n";
  };
  const std::vector<std::string> columns{
      "way", "hops", "asynchronous_hops", "deepest", "synchronous_prefix", "at_most", "at_once", "bounds"};
  const std::string way = "`ServerlessHttpApi` → `Api` → `Q` → `Work` | 3 | 2 | 2 | 1 | null | ";
  CHECK(Model(text("", "")).rows("paths", columns) == way + "null | [`Q` holds events back for `Work`]\n");
  CHECK(Model(text("      ReservedConcurrentExecutions: 7\n", "")).rows("paths", columns) ==
        way + "7 | [`Q` holds events back for `Work`, `Work` reserves 7 executions]\n");
  CHECK(Model(text("", ", ScalingConfig: {MaximumConcurrency: 4}")).rows("paths", columns) ==
        way + "4 | [`Q` holds events back for `Work`, `Work` runs 4 times at once for `Q`]\n");
}

TEST_CASE("of several ways the one with the largest product is shown") {
  // A topic reaches F directly and by a queue; both ways end in the queue behind F.
  const std::string text =
      cfn + fn("F", "DeadLetterConfig: {}") + "  Q: {Type: AWS::SQS::Queue}\n" +
      mapping("!GetAtt Q.Arn", "F") +
      "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: "
      "!GetAtt F.Arn}, {Protocol: sqs, Endpoint: !GetAtt Q.Arn}]}}\n";
  CHECK(Model(text).rows("paths", {"way", "at_least", "asynchronous_hops", "deepest"}) ==
        "`T` → `F` | 1 | 1 | 2\n");
}

TEST_CASE("cycles multiply without a bound") {
  const auto bucket = [](const std::string& filter) {
    return sam + R"(  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{Statement: [{Effect: Allow, Action: 's3:PutObject', Resource: !Sub 'arn:aws:s3:::${B}/out/*'}]}]
      Environment: {Variables: {B: !Ref B}}
      Events:
        New:
          Type: S3
          Properties:
            Bucket: !Ref B
            Events: s3:ObjectCreated:*
)" + filter +
           "  B: {Type: AWS::S3::Bucket}\n  G: {Type: AWS::Serverless::Function, Properties: {Events: {New: "
           "{Type: "
           "SNS, Properties: {Topic: !Ref T}}}}}\n  T: {Type: AWS::SNS::Topic}\n";
  };
  const std::vector<std::string> columns{"way", "at_most", "cyclic"};
  // Nothing but the function itself feeds the bucket: others must have begun.
  CHECK(Model(bucket("")).rows("paths", columns) ==
        "`B` → `F` | null | true\n`B` → `F` → `B` | null | true\n`T` → `G` | 1 | false\n");
  const std::string elsewhere = "            Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}\n";
  CHECK(Model(bucket(elsewhere)).rows("paths", columns) ==
        "`B` → `F` → `B` | null | false\n`T` → `G` | 1 | false\n");
  const std::string called = bucket("") +
                             "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, "
                             "Target: !GetAtt F.Arn}}\n";
  CHECK(Model(called).rows("paths", columns) ==
        "`T` → `G` | 1 | false\n`Api` → `F` | null | true\n`Api` → `F` → `B` | null | true\n");
}

TEST_CASE("what code puts on the account's bus is no event of another service") {
  const auto text = [](const std::string& source) {
    return sam + R"(  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{EventBridgePutEventsPolicy: {EventBusName: default}}]
      Events: {Get: {Type: HttpApi, Properties: {Path: /a, Method: get}}}
  G:
    Type: AWS::Serverless::Function
    Properties: {Events: {E: {Type: EventBridgeRule, Properties: {Pattern: {source: [)" +
           source + "]}}}}}\n";
  };
  CHECK(Model(text("orders")).rows("paths", {"way"}) ==
        "`ServerlessHttpApi` → `F` → `default event bus` → `G` → `G`\n");
  CHECK(Model(text("aws.ec2")).rows("paths", {"way"}) ==
        "`G` → `G`\n`ServerlessHttpApi` → `F` → `default event bus`\n");
}

TEST_CASE("no path leads over a filter that lets nothing through") {
  const std::string table =
      "  T: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: "
      "NEW_IMAGE}}}\n";
  const auto text = [&](const char* field) {
    return cfn + fn("F") + table +
           mapping("!GetAtt T.StreamArn", "F",
                   std::string(", FilterCriteria: {Filters: [{Pattern: '{\"") + field +
                       "\": [\"INSERT\"]}'}]}");
  };
  CHECK(Model(text("eventName")).rows("paths", {"entry", "end"}) == "`T` | `F`\n");
  CHECK(Model(text("EventName")).rows("paths", {"entry", "end"}) == "`T` | `T`\n");
}

TEST_CASE("of an entry's ways the one with the most asynchronous hops is told alone") {
  const std::vector<std::string> columns{"way", "asynchronous_hops"};
  const auto subscribed = [](const std::string& function) {
    return "  " + function +
           ": {Type: AWS::Serverless::Function, Properties: {Events: {N: {Type: SNS, Properties: " +
           "{Topic: !Ref T}}}}}\n";
  };
  const auto sends = [](const std::string& function, const std::string& event, const std::string& policies) {
    return "  " + function + ": {Type: AWS::Serverless::Function, Properties: {Policies: " + policies +
           ", Events: {E: " + event + "}}}\n";
  };
  const std::string topic = "  T: {Type: AWS::SNS::Topic}\n";
  const std::string queue = "  Q: {Type: AWS::SQS::Queue}\n";
  const std::string to_queue = "[{SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}}]";
  const std::string of_topic = "{Type: SNS, Properties: {Topic: !Ref T}}";
  const std::string of_queue = "{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}";
  const std::string further = sends("F", of_topic, to_queue) + queue + sends("H", of_queue, "[]");

  // One way, and two of which the second goes on.
  CHECK(Model(sam + topic + subscribed("F")).rows("longest_paths", columns) == "`T` → `F` | 1\n");
  CHECK(Model(sam + topic + further).rows("longest_paths", columns) == "`T` → `F` → `Q` → `H` | 3\n");
  CHECK(Model(sam + topic + subscribed("A") + further).rows("longest_paths", columns) ==
        "`T` → `F` → `Q` → `H` | 3\n");
  // A wildcard may mean something else: the way over it is left out.
  const std::string anything = "[{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Q.Arn}]}]";
  CHECK(Model(sam + topic + sends("F", of_topic, anything) + queue + sends("H", of_queue, "[]"))
            .rows("longest_paths", columns) == "");
  // Nobody waits for nothing here.
  const std::string called = "{Type: HttpApi, Properties: {Path: /a, Method: get}}";
  CHECK(Model(sam + sends("F", called, "[]")).rows("longest_paths", columns) == "");
  CHECK(Model(sam + sends("A", called, to_queue) + queue + sends("H", of_queue, "[]"))
            .rows("longest_paths", columns) == "`ServerlessHttpApi` → `A` → `Q` → `H` | 2\n");
}

TEST_CASE("what meets on the account's bus by chance is no way") {
  const std::vector<std::string> columns{"way", "asynchronous_hops"};
  const std::string machine = workflow("A: {Type: Pass, End: true}");
  const auto rule = [](const std::string& detail) {
    return "  F: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}\n"
           "  R: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.states]" +
           detail + "}, Targets: [{Id: f, Arn: !GetAtt F.Arn}]}}\n";
  };
  const std::string named = ", detail: {stateMachineArn: [!Ref P]}";
  const std::string way = "`W` → `default event bus` → `R` → `F` | 3\n";

  // Of one template it may well be the one that is meant; of another's nothing says so, unless all are asked
  // for.
  CHECK(Model(cfn + machine + rule(named)).rows("longest_paths", columns) == way);
  CHECK(Model({cfn + machine, cfn + rule(named)}).rows("longest_paths", columns) == "");
  CHECK(Model({cfn + machine, cfn + rule("")}).rows("longest_paths", columns) == way);
}
