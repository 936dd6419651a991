// SPDX-License-Identifier: Apache-2.0
// What someone waits for and what that hangs on, and what keeps past events; computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

#include <cmath>

using namespace slsaudit;
using support::Model;

namespace {

const std::string cfn = "Parameters: {P: {Type: Number}}\nResources:\n";

std::string fn(const std::string& name, const std::string& properties = "Timeout: 3") {
  return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {" + properties + "}}\n";
}
std::string api(const std::string& target) {
  return "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !GetAtt " + target +
         ".Arn}}\n";
}
std::string role(const std::string& name, const std::string& action, const std::string& resource) {
  return "  " + name +
         ": {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: "
         "[{Effect: Allow, "
         "Action: '" +
         action + "', Resource: !GetAtt " + resource + ".Arn}]}}]}}\n";
}
const std::string table = "  T: {Type: AWS::DynamoDB::Table}\n";

struct Case {
  const char* name;
  std::string text;
  const char* expected;
};

double number(const Model& model, const char* column) {
  const analysis::Table* rows = model.table("sync_chains");
  REQUIRE(rows->rows.size() == 1);
  const cel::Value value = rows->rows.front().field(column);
  REQUIRE(value.number() != nullptr);
  return *value.number();
}

} // namespace

TEST_CASE("chains of callers that wait") {
  const std::string may_call =
      fn("F", "Timeout: 20, Role: !GetAtt R.Arn") + role("R", "lambda:InvokeFunction", "G");
  // way, depth, certain, worst_latency, cold_starts, stores, vendors
  const Case cases[] = {
      {"nobody waits", cfn + fn("F"), ""},
      {"an API and a function", cfn + fn("F") + api("F"), "`Api` → `F` | 1 | true | 3 | 1 | [] | []\n"},
      {"the API gives up first", cfn + fn("F", "Timeout: 300") + api("F"),
       "`Api` → `F` | 1 | true | 30 | 1 | [] | []\n"},
      {"a function that may call another", cfn + may_call + fn("G") + api("F"),
       "`Api` → `F` → `G` | 2 | false | 20 | 2 | [] | []\n"},
      {"a store",
       cfn + fn("F", "Role: !GetAtt R.Arn") + role("R", "dynamodb:GetItem", "T") + table + api("F"),
       "`Api` → `F` | 1 | true | 3 | 1 | [`T`] | []\n"},
      {"a vendor",
       cfn + fn("F", "Environment: {Variables: {PAY: 'https://api.payments.example/v1'}}") + api("F"),
       "`Api` → `F` → `api.payments.example` | 1 | true | 3 | 1 | [] | [`api.payments.example`]\n"},
      {"a URL",
       cfn + fn("F") +
           "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}\n",
       "`F` | 1 | true | 3 | 1 | [] | []\n"},
      {"a queue between",
       cfn + fn("F", "Role: !GetAtt R.Arn") + role("R", "sqs:SendMessage", "Q") +
           "  Q: {Type: AWS::SQS::Queue}\n" + fn("G") +
           "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref G, EventSourceArn: "
           "!GetAtt "
           "Q.Arn}}\n" +
           api("F"),
       "`Api` → `F` | 1 | true | 3 | 1 | [`Q`] | []\n"},
      {"provisioned",
       cfn + fn("F") + api("F") +
           "  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F, "
           "ProvisionedConcurrencyConfig: "
           "{ProvisionedConcurrentExecutions: 2}}}\n",
       "`Api` → `F` | 1 | true | 3 | 0 | [] | []\n"},
      {"a timeout that is not known", cfn + fn("F", "Timeout: !Ref P") + api("F"),
       "`Api` → `F` | 1 | true | 30 | 1 | [] | []\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("sync_chains", {"way", "depth", "certain", "worst_latency", "cold_starts",
                                               "stores", "vendors"}) == c.expected);
    }
  }
}

TEST_CASE("who has a function's URL waits for the function") {
  const auto caller = [](const std::string& auth, const std::string& value) {
    return cfn + fn("F", "Environment: {Variables: {ORDERS: " + value + "}}") + fn("H") +
           "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref H, AuthType: " + auth +
           "}}\n" + api("F");
  };
  const auto way = [](const std::string& text) {
    return Model(text).rows("sync_chains", {"way", "certain"});
  };
  const std::string own = "`H` | true\n"; // the URL is an entry itself
  CHECK(way(caller("NONE", "!GetAtt U.FunctionUrl")) == own + "`Api` → `F` → `H` | true\n");
  CHECK(way(caller("NONE", "!Sub '${U.FunctionUrl}orders/new'")) == own + "`Api` → `F` → `H` | true\n");
  // It needs a right to ask, and nothing says that it has it.
  CHECK(way(caller("AWS_IAM", "!Sub '${U.FunctionUrl}orders/new'")) == own + "`Api` → `F` | true\n");
  // The name alone.
  CHECK(way(caller("NONE", "!Ref H")) == own + "`Api` → `F` → `H` | false\n");
  CHECK(way(caller("NONE", "orders")) == own + "`Api` → `F` | true\n");
}

TEST_CASE("availabilities multiply, each service once") {
  const Model one(cfn + fn("F") + api("F"));
  CHECK(std::abs(number(one, "availability") - 100 * 0.9995 * 0.9995) < 1e-9);
  CHECK(std::abs(number(one, "minutes_a_year") - (1 - 0.9995 * 0.9995) * 525'600) < 1e-6);
  const Model two(cfn + fn("F", "Role: !GetAtt R.Arn") + role("R", "dynamodb:*", "T") + table + api("F"));
  CHECK(std::abs(number(two, "availability") - 100 * 0.9995 * 0.9995 * 0.9999) < 1e-9);
  CHECK(two.rows("sync_chains", {"services", "complete"}) ==
        "[AWS Lambda, Amazon API Gateway, Amazon DynamoDB] | true\n");
}

TEST_CASE("slow starts add up") {
  const auto text = [](const std::string& first, const std::string& second) {
    return cfn + fn("F", first + ", Role: !GetAtt R.Arn") + role("R", "lambda:InvokeFunction", "G") +
           fn("G", second) + api("F");
  };
  const std::vector<std::string> columns{"cold_starts", "heavy", "cold_start_complete"};
  CHECK(Model(text("Runtime: python3.12", "Runtime: python3.12")).rows("sync_chains", columns) ==
        "2 | [] | true\n");
  CHECK(Model(text("Runtime: java21", "Runtime: python3.12")).rows("sync_chains", columns) ==
        "2 | [`F`] | true\n");
  CHECK(Model(text("Runtime: java21, SnapStart: {ApplyOn: PublishedVersions}", "PackageType: Image"))
            .rows("sync_chains", columns) == "2 | [`G`] | false\n");
  const Model twice(text("Runtime: python3.12", "Runtime: python3.12"));
  const knowledge::Runtime* runtime = twice.facts().knowledge().runtime("python3.12");
  REQUIRE(runtime != nullptr);
  CHECK(number(twice, "cold_start_ms") == 2 * runtime->cold_start_ms);
}

TEST_CASE("what is lost takes requests with it") {
  const std::string two = cfn + fn("F", "Role: !GetAtt R.Arn") + fn("G", "Role: !GetAtt S.Arn") + fn("H") +
                          role("R", "dynamodb:GetItem", "T") + role("S", "dynamodb:PutItem", "T") + table +
                          "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n";
  const auto route = [](const std::string& target) {
    return "  R" + target +
           ": {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: 'GET /" + target +
           "', Target: !Sub 'integrations/${I" + target + "}'}}\n  I" + target +
           ": {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: "
           "AWS_PROXY, "
           "IntegrationUri: !GetAtt " +
           target + ".Arn}}\n";
  };
  const std::vector<std::string> columns{"resource", "requests", "broken_requests", "entry"};
  CHECK(Model(two + route("F") + route("G") + route("H")).rows("failure_points", columns) ==
        "`F` | 3 | 1 | false\n`G` | 3 | 1 | false\n`H` | 3 | 1 | false\n`T` | 3 | 2 | false\n`Api` | 3 | 3 | "
        "true\n");
  // A store that only background work needs breaks nothing.
  CHECK(Model(two + route("H")).rows("failure_points", columns) ==
        "`H` | 1 | 1 | false\n`Api` | 1 | 1 | true\n");
  // A call that may be waited for doesn't count.
  CHECK(Model(cfn + fn("F", "Role: !GetAtt R.Arn") + role("R", "lambda:InvokeFunction", "G") + fn("G") +
              api("F"))
            .rows("failure_points", {"resource", "share"}) == "`F` | 1\n`Api` | 1\n");
}

TEST_CASE("what is sent after the call keeps nobody waiting") {
  const std::string queue = "  Q: {Type: AWS::SQS::Queue}\n";
  const std::vector<std::string> columns{"resource", "broken_requests"};
  const auto dead = [&](const std::string& more) {
    return cfn + fn("F", "Role: !GetAtt R.Arn, DeadLetterConfig: {TargetArn: !GetAtt Q.Arn}" + more) +
           role("R", "sqs:SendMessage", "Q") + queue + api("F");
  };
  // Lambda sends there what it gave up; the grant is for that.
  CHECK(Model(dead("")).rows("failure_points", columns) == "`F` | 1\n`Api` | 1\n");
  CHECK(Model(dead("")).rows("sync_chains", {"stores", "services"}) ==
        "[] | [AWS Lambda, Amazon API Gateway]\n");
  // The code knows the queue as well.
  CHECK(Model(dead(", Environment: {Variables: {Q: !Ref Q}}")).rows("failure_points", columns) ==
        "`F` | 1\n`Q` | 1\n`Api` | 1\n");
  // Without a destination, the grant is for the code.
  CHECK(Model(cfn + fn("F", "Role: !GetAtt R.Arn") + role("R", "sqs:SendMessage", "Q") + queue + api("F"))
            .rows("failure_points", columns) == "`F` | 1\n`Q` | 1\n`Api` | 1\n");
  const char* const sam = R"(Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: {Type: SQS, Destination: !GetAtt Failed.Arn}
          OnSuccess: {Type: SNS, Destination: !Ref Done}
      Events: {Get: {Type: HttpApi, Properties: {Path: /, Method: get}}}
  Failed: {Type: AWS::SQS::Queue}
  Done: {Type: AWS::SNS::Topic}
)";
  CHECK(Model(sam).rows("failure_points", columns) == "`F` | 1\n`ServerlessHttpApi` | 1\n");
  CHECK(Model("service: shop\nprovider: {name: aws, runtime: nodejs22.x}\n"
              "functions: {take: {handler: a.b, url: true, onError: !Ref Failed}}\n"
              "resources: {Resources: {Failed: {Type: AWS::SNS::Topic}}}\n")
            .rows("failure_points", columns) == "`take` | 1\n");
}

TEST_CASE("logs of events keep them or don't") {
  const auto stream = [](const std::string& properties, const std::string& more = "") {
    return cfn + fn("F") + fn("G") + "  K: {Type: AWS::Kinesis::Stream, Properties: {" + properties + "}}\n" +
           "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: "
           "!GetAtt "
           "K.Arn}}\n  N: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref G, "
           "EventSourceArn: "
           "!GetAtt K.Arn}}\n" +
           more;
  };
  const std::string firehose =
      "  D: {Type: AWS::KinesisFirehose::DeliveryStream, Properties: {KinesisStreamSourceConfiguration: "
      "{KinesisStreamARN: !GetAtt K.Arn}, S3DestinationConfiguration: {BucketARN: !GetAtt B.Arn}}}\n"
      "  B: {Type: AWS::S3::Bucket}\n";
  const std::string bus =
      cfn + fn("F") + "  Bus: {Type: AWS::Events::EventBus, Properties: {Name: b}}\n" +
      "  R: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Bus, EventPattern: {source: "
      "[a]}, Targets: [{Id: f, Arn: !GetAtt F.Arn}]}}\n";
  const auto archive = [](const std::string& more) {
    return "  A: {Type: AWS::Events::Archive, Properties: {SourceArn: !GetAtt Bus.Arn" + more + "}}\n";
  };
  // log, kind, consumers, retention, archives, storage, replayable
  const Case cases[] = {
      {"a stream as it comes", stream("ShardCount: 1"), "`K` | stream | 2 | 24 | [] | [] | false\n"},
      {"a stream that keeps a week", stream("RetentionPeriodHours: 168"),
       "`K` | stream | 2 | 168 | [] | [] | true\n"},
      {"a stream that keeps what isn't known", stream("RetentionPeriodHours: !Ref P"),
       "`K` | stream | 2 | ? | [] | [] | ?\n"},
      {"a stream that is delivered", stream("ShardCount: 1", firehose),
       "`K` | stream | 2 | 24 | [] | [`D`] | true\n"},
      {"a bus", bus, "`Bus` | bus | 1 | 0 | [] | [] | false\n"},
      {"a bus with an archive", bus + archive(", RetentionDays: 30"),
       "`Bus` | bus | 1 | 720 | [`A`] | [] | true\n"},
      {"a bus with an archive for good", bus + archive(""), "`Bus` | bus | 1 | null | [`A`] | [] | true\n"},
      {"a topic",
       cfn + fn("F") +
           "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt "
           "F.Arn}]}}\n",
       "`T` | topic | 1 | 0 | [] | [] | false\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("event_logs", {"log", "kind", "consumers", "retention", "archives", "storage",
                                              "replayable"}) == c.expected);
    }
  }
}
