// SPDX-License-Identifier: Apache-2.0
// Loops and fan-out on small systems, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"
#include "support/random_system.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const std::string sam = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.12, "
                        "Handler: a.b, CodeUri: .}}\nResources:\n";

/// A bucket that starts a function, which may write below `written` of the same bucket.
std::string bucket_loop(const std::string& filter, const std::string& written) {
  return R"(Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: write
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:PutObject", Resource: !Sub "${Bucket.Arn})" +
         written + R"("}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: !GetAtt Fn.Arn
)" + filter;
}

std::string prefix(const std::string& text) {
  return "            Filter: {S3Key: {Rules: [{Name: prefix, Value: " + text + "}]}}\n";
}

} // namespace

TEST_CASE("loops through a bucket") {
  struct Case {
    const char* name;
    std::string filter;
    std::string written;
    const char* expected;
  };
  const Case cases[] = {
      {"no filter", "", "/*", "`Fn` → `Bucket` → `Fn` | granted | false | true | true\n"},
      {"disjoint prefixes", prefix("in/"), "/out/*", ""},
      {"the same prefix", prefix("in/"), "/in/*", "`Fn` → `Bucket` → `Fn` | granted | false | true | true\n"},
      {"a filter, and writes anywhere", prefix("in/"), "/*",
       "`Fn` → `Bucket` → `Fn` | granted | false | false | true\n"},
      {"disjoint suffixes", "            Filter: {S3Key: {Rules: [{Name: suffix, Value: .jpg}]}}\n", "/*.png",
       ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(bucket_loop(c.filter, c.written));
      CHECK(model.rows("loops", {"way", "basis", "wildcard", "certain", "stopped_by_platform"}) ==
            c.expected);
    }
  }
}

TEST_CASE("a loop's grants may be inexact or meant for another function") {
  const auto loop = [](const std::string& actions, const std::string& resource,
                       const std::string& more = "") {
    return R"(Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Environment: {Variables: {TABLE: !Ref T}}}
  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt T.StreamArn, FunctionName: !Ref Fn, StartingPosition: LATEST}
  T:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: stock, StreamSpecification: {StreamViewType: NEW_IMAGE}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: )" +
           actions + ", Resource: " + resource + "}]}\n" + more;
  };
  const std::vector<std::string> columns{"length", "wildcard", "shared", "named"};
  const std::string table = "!GetAtt T.Arn";
  const std::string other = "  Other: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}\n";
  CHECK(Model(loop("[\"dynamodb:PutItem\"]", table)).rows("loops", columns) == "2 | false | false | true\n");
  CHECK(Model(loop("[\"dynamodb:*\"]", table)).rows("loops", columns) == "2 | true | false | true\n");
  CHECK(Model(loop("[\"dynamodb:*\", \"dynamodb:PutItem\"]", table)).rows("loops", columns) ==
        "2 | false | false | true\n");
  CHECK(Model(loop("[\"dynamodb:GetItem\", \"dynamodb:P*\"]", table)).rows("loops", columns) ==
        "2 | true | false | true\n");
  CHECK(Model(loop("[\"dynamodb:PutItem\"]", "\"*\"")).rows("loops", columns) == "2 | true | false | true\n");
  CHECK(
      Model(loop("[\"dynamodb:PutItem\"]", "\"arn:aws:dynamodb:*:*:table/stock\"")).rows("loops", columns) ==
      "2 | false | false | true\n");
  CHECK(Model(loop("[\"dynamodb:PutItem\"]", "\"arn:aws:dynamodb:*:*:table/st*\"")).rows("loops", columns) ==
        "2 | true | false | true\n"); // a family of names
  CHECK(Model(loop("[\"dynamodb:PutItem\"]", "\"arn:aws:dynamodb:*:*:table/*\"")).rows("loops", columns) ==
        "2 | true | false | true\n");
  CHECK(Model(loop("[\"dynamodb:PutItem\"]", table, other)).rows("loops", columns) ==
        "2 | false | true | true\n");
}

TEST_CASE("a loop's nodes that share an author's name go by their ids") {
  const Model model(sam + R"(  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{EventBridgePutEventsPolicy: {EventBusName: !Ref Bus}}]
      Events: {Made: {Type: EventBridgeRule, Properties: {EventBusName: !Ref Bus, Pattern: {source: [orders]}}}}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
)");
  CHECK(model.rows("loops", {"way"}) == "`Fn` → `Bus` → `FnMade` → `Fn`\n");
}

TEST_CASE("what the framework allows its one role for a destination is no loop of the destination") {
  const auto service = [](const std::string& more) {
    return "service: shop\nprovider: {name: aws, runtime: nodejs22.x" + more +
           "}\nfunctions:\n  take: {handler: a.b, destinations: {onSuccess: tell}, events: [{httpApi: 'POST "
           "/orders'}]}\n  tell: {handler: a.b}\n";
  };
  CHECK(Model(service("")).rows("loops", {"way"}).empty());
  // The author allows both to call it.
  CHECK(
      Model(service(", iam: {role: {statements: [{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: "
                    "!GetAtt TellLambdaFunction.Arn}]}}"))
          .rows("loops", {"way", "shared"}) == "`tell` → `tell` | true\n");
}

TEST_CASE("grants on another bucket say nothing about this one") {
  const auto text = [](const std::string& resources) {
    return R"(Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: write
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:PutObject", Resource: [)" +
           resources + R"(]}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: acme-in
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: !GetAtt Fn.Arn
            Filter: {S3Key: {Rules: [{Name: prefix, Value: new/}]}}
  Other: {Type: AWS::S3::Bucket, Properties: {BucketName: acme-out}}
)";
  };
  const std::vector<std::string> columns{"way", "certain"};
  const std::string own = "\"arn:aws:s3:::acme-in/done/*\", ";
  CHECK(Model(text(own + "\"arn:aws:s3:::acme-out/*\"")).rows("loops", columns) == "");
  CHECK(Model(text(own + "!Sub \"${Other.Arn}/new/*\"")).rows("loops", columns) == "");
  CHECK(Model(text(own + "\"arn:aws:s3:::acme-*/*\"")).rows("loops", columns) ==
        "`Fn` → `Bucket` → `Fn` | false\n");
  CHECK(Model(text(own + "!Sub \"${Bucket.Arn}/new/x/*\"")).rows("loops", columns) ==
        "`Fn` → `Bucket` → `Fn` | true\n");
}

TEST_CASE("deleting an object makes no new one") {
  std::string text = bucket_loop("", "/*");
  text.replace(text.find("s3:PutObject"), 12, "s3:DeleteObject");
  CHECK(Model(text).rows("loops", {"way"}) == "");
}

TEST_CASE("a search for loops that ends at its bound says so") {
  // Six layers of functions, each of which invokes the whole next one; the last writes where the first isn't
  // woken: no loop, but many ways to look at.
  const auto layers = [](int wide) {
    std::string text = "Resources:\n";
    std::string notifications;
    constexpr int deep = 6;
    for (int layer = 0; layer < deep; ++layer) {
      for (int i = 0; i < wide; ++i) {
        const std::string name = "F" + std::to_string(layer) + "x" + std::to_string(i);
        std::string statement =
            "{Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::data/out/*'}";
        if (layer + 1 < deep) {
          std::string callees;
          for (int j = 0; j < wide; ++j)
            callees += "!GetAtt F" + std::to_string(layer + 1) + "x" + std::to_string(j) + ".Arn, ";
          statement = "{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: [" + callees + "]}";
        }
        if (layer == 0) {
          notifications += "{Event: 's3:ObjectCreated:*', Function: !GetAtt " + name +
                           ".Arn, Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}}, ";
        }
        text +=
            "  R" + name +
            ": {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: "
            "[" +
            statement + "]}}]}}\n  " + name + ": {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R" +
            name + ".Arn}}\n";
      }
    }
    return text +
           "  Data: {Type: AWS::S3::Bucket, Properties: {BucketName: data, NotificationConfiguration: "
           "{LambdaConfigurations: [" +
           notifications + "]}}}\n";
  };
  CHECK(Model(layers(4)).rows("loops", {"start", "searched"}) == "");
  const Model large(layers(24));
  const auto& rows = large.facts().table("loops")->rows;
  REQUIRE(rows.size() == 1);
  CHECK(Model::show(rows.front().field("searched")) == "false");
  CHECK(rows.front().field("certain").unknown() != nullptr);
  CHECK(rows.front().steps().front().text.find("ended at its bound") != std::string::npos);
}

TEST_CASE("loops through other services") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected;
  };
  const std::string consumer = "  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n";
  const std::string queue_event = "      Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}\n";
  const Case cases[] = {
      {"a queue that its consumer fills",
       sam + consumer + "      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}}]\n" +
           queue_event + "  Q: {Type: AWS::SQS::Queue}\n",
       "2 | true\n"},
      {"and opts out of detection",
       sam + consumer +
           "      RecursiveLoop: Allow\n      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt "
           "Q.QueueName}}]\n" +
           queue_event + "  Q: {Type: AWS::SQS::Queue}\n",
       "2 | false\n"},
      {"a consumer that sends elsewhere",
       sam + consumer + "      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Other.QueueName}}]\n" +
           queue_event + "  Q: {Type: AWS::SQS::Queue}\n  Other: {Type: AWS::SQS::Queue}\n",
       ""},
      {"a WebSocket API that its function answers through",
       "Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}\n"
       "  R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: send, Target: !Sub "
       "\"integrations/${I}\"}}\n"
       "  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationUri: !Sub "
       "\"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations\"}}\n"
       "  Fn: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}\n"
       "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - PolicyName: p\n"
       "          PolicyDocument: {Statement: [{Effect: Allow, Action: \"execute-api:ManageConnections\", "
       "Resource: "
       "!Sub \"arn:aws:execute-api:eu-west-1:111122223333:${Api}/*\"}]}\n",
       ""},
      {"a table's stream into a function that writes the table",
       sam + consumer +
           "      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref T}}]\n"
           "      Events: {E: {Type: DynamoDB, Properties: {Stream: !GetAtt T.StreamArn, StartingPosition: "
           "LATEST}}}\n"
           "  T:\n    Type: AWS::DynamoDB::Table\n    Properties: {StreamSpecification: {StreamViewType: "
           "NEW_IMAGE}}\n",
       "2 | false\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("loops", {"length", "stopped_by_platform"}) == c.expected);
    }
  }
}

namespace {

std::string function(const std::string& name, const std::string& properties = "") {
  return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {Runtime: python3.12" + properties +
         "}}\n";
}
std::string subscription(const std::string& name, const std::string& topic, const std::string& protocol,
                         const std::string& endpoint, const std::string& more = "") {
  return "  " + name + ": {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref " + topic +
         ", Protocol: " + protocol + ", Endpoint: !GetAtt " + endpoint + ".Arn" + more + "}}\n";
}
const std::string topic = "Resources:\n  T: {Type: AWS::SNS::Topic}\n";
const std::string conditions =
    "Parameters: {P: {Type: String}}\nConditions: {X: !Equals [!Ref P, x], Y: !Equals [!Ref P, y]}\n";
std::string only_if(const std::string& condition, std::string resource) {
  return resource.insert(resource.find('{') + 1, "Condition: " + condition + ", ");
}

} // namespace

TEST_CASE("fan-out of a topic") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< source, consumers, unbounded, bounded, functions
  };
  const std::string two =
      topic + subscription("S1", "T", "lambda", "A") + subscription("S2", "T", "lambda", "B");
  const Case cases[] = {
      {"two functions", two + function("A") + function("B"), "`T` | 2 | 2 | false | [`A`, `B`]\n"},
      {"one of them reserves", two + function("A", ", ReservedConcurrentExecutions: 5") + function("B"),
       "`T` | 2 | 1 | true | [`B`]\n"},
      {"one function", topic + subscription("S1", "T", "lambda", "A") + function("A"), ""},
      {"different filters: one event passes one of them",
       topic + subscription("S1", "T", "lambda", "A", ", FilterPolicy: {kind: [a]}") +
           subscription("S2", "T", "lambda", "B", ", FilterPolicy: {kind: [b]}") + function("A") +
           function("B"),
       ""},
      {"different conditions: they may exclude each other",
       conditions + two + only_if("X", function("A")) + only_if("Y", function("B")), ""},
      {"the same condition", conditions + two + only_if("X", function("A")) + only_if("X", function("B")),
       "`T` | 2 | 2 | false | [`A`, `B`]\n"},
      {"a queue in front of one",
       topic + subscription("S1", "T", "lambda", "A") + subscription("S2", "T", "sqs", "Q") +
           "  Q: {Type: AWS::SQS::Queue}\n  M: {Type: AWS::Lambda::EventSourceMapping, Properties: "
           "{EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref B}}\n" +
           function("A") + function("B"),
       "`T` | 2 | 1 | true | [`A`]\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("fan_out", {"source", "consumers", "unbounded", "bounded", "functions"}) ==
            c.expected);
    }
  }
}

TEST_CASE("variants of one template are not added up") {
  // Templates of one directory that listen to the account's default bus.
  const auto part = [](const std::string& id, const std::string& name) {
    return "Resources:\n  " + id + ": {Type: AWS::Lambda::Function, Properties: {FunctionName: " + name +
           "}}\n  Paid: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [shop]}, Targets: "
           "[{Id: f, "
           "Arn: !GetAtt " +
           id + ".Arn}]}}\n";
  };
  const auto widths = [](const std::vector<std::string>& texts) {
    return Model(texts).rows("fan_out", {"consumers", "unbounded"});
  };
  CHECK(widths({part("Ship", "ship"), part("Bill", "bill")}) == "2 | 2\n");
  CHECK(widths({part("Ship", "ship"), part("Ship", "ship")}).empty());
  CHECK(widths({part("Ship", "ship"), part("Ship", "ship2")}) == "2 | 2\n");
  CHECK(widths({part("Ship", "ship"), part("Ship", "!Sub \"${AWS::StackName}-ship\"")}) == "2 | 2\n");
}

TEST_CASE("a Map multiplies by what nobody knows") {
  const auto machine = [](const std::string& limit, const std::string& mode = "") {
    return "Resources:\n" + function("A") + R"(  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: Each
        States:
          Each:
            Type: Map
)" + limit +
           R"(            ItemProcessor:
)" + mode + R"(              StartAt: Work
              States: {Work: {Type: Task, Resource: !GetAtt A.Arn, End: true}}
            End: true
)";
  };
  CHECK(Model(machine("")).rows("fan_out", {"source", "open_ended", "bounded"}) == "`M` | true | false\n");
  CHECK(Model(machine("            MaxConcurrency: 5\n")).rows("fan_out", {"source"}) == "");
  CHECK(Model(machine("            MaxConcurrency: 0\n")).rows("fan_out", {"source", "iterated"}) ==
        "`M` | [`A`]\n");
  CHECK(Model(machine("            Items: [1, 2, 3]\n")).rows("fan_out", {"source"}) == "");
  CHECK(Model(machine("")).rows("fan_out", {"distributed"}) == "false\n");
  CHECK(Model(machine("", "              ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}\n"))
            .rows("fan_out", {"distributed", "reads_items"}) == "true | false\n");
  CHECK(Model(machine("            ItemReader: {Resource: \"arn:aws:states:::s3:listObjectsV2\"}\n",
                      "              ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}\n"))
            .rows("fan_out", {"distributed", "reads_items"}) == "true | true\n");
}

TEST_CASE("lists and proofs of fan-out that end early say so") {
  const Model model(support::large_sketch(support::Shape::chain, 900).text());
  const analysis::Table* table = model.facts().table("fan_out");
  REQUIRE(!table->rows.empty());
  const analysis::Row& first = table->rows.front(); // Nearly all of the system is behind it …
  CHECK(first.steps().size() == 201);
  CHECK(first.steps().back().text == "and on: the proof ends after 200 hops");
  REQUIRE(first.field("functions").list() != nullptr);
  CHECK(first.field("functions").list()->back().unknown() != nullptr);
  const analysis::Row& last = table->rows.back(); // … and little behind this one.
  CHECK(last.steps().size() < 200);
  CHECK(last.field("functions").list()->back().unknown() == nullptr);
}

TEST_CASE("a search for loops that found some and ended at its bound says so last") {
  const auto last = [](std::size_t resources) {
    const Model model(support::large_sketch(support::Shape::dense, resources).text());
    const analysis::Table* table = model.facts().table("loops");
    return table->rows.empty() ? std::string() : Model::show(table->rows.back().field("searched"));
  };
  CHECK(last(60) == "true");
  CHECK(last(1200) == "false");
}

TEST_CASE("what hands to all counts those that events come back from") {
  const std::string text = R"(
Resources:
  S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  A: {Type: AWS::Lambda::Function}
  B: {Type: AWS::Lambda::Function}
  Back: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "kinesis:PutRecord", Resource: !GetAtt S.Arn}]}}]}}
  Ma: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref A, EventSourceArn: !GetAtt S.Arn}}
  Mb: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref B, EventSourceArn: !GetAtt S.Arn}}
  Mc: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Back, EventSourceArn: !GetAtt S.Arn}}
)";
  CHECK(Model(text).rows("fan_out", {"source", "consumers", "unbounded"}) == "`S` | 3 | 0\n");
}

TEST_CASE("loops through EventBridge's events of a bucket end where its pattern names other keys") {
  const auto text = [](const std::string& bucket, const std::string& prefix) {
    return "Resources:\n"
           "  X: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: "
           "{}}}}\n"
           "  Y: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: "
           "{}}}}\n"
           "  Rule: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.s3], detail: {bucket: "
           "{name: "
           "[!Ref " +
           bucket + "]}, object: {key: [{prefix: " + prefix +
           "}]}}}, Targets: [{Id: a, Arn: !GetAtt Fn.Arn}]}}\n"
           "  Fn: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}\n"
           "  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: "
           "[{Effect: "
           "Allow, Action: 's3:PutObject', Resource: !Sub '${X.Arn}/out/*'}]}}]}}\n";
  };
  CHECK(Model(text("X", "in/")).rows("loops", {"way"}) == "");
  CHECK(Model(text("Y", "out/")).rows("loops", {"way"}) == "");
  CHECK(Model(text("X", "out/")).rows("loops", {"way", "certain"}) == "`X` → `Rule` → `Fn` → `X` | true\n");
  CHECK(Model(text("X", "out/a/")).rows("loops", {"certain"}) == "false\n");
  CHECK(Model(text("X", "out/")).rows("entries", {"entry"}) == "`X`\n`Y`\n");
}
