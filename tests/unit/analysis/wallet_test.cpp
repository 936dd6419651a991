// SPDX-License-Identifier: Apache-2.0
// What anyone may make a system cost: computed by hand.
#include "analysis/analyses.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"
#include "support/pieces.hpp"

#include <cmath>

using namespace slsaudit;
using support::function_tail;
using support::Model;
using support::one;

TEST_CASE("what anyone may make an entry cost is its limit's price") {
  const auto api = [](const std::string& more) {
    return "Transform: AWS::Serverless-2016-10-31\nResources:\n"
           "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod" +
           more +
           "}}\n  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: i.h, Runtime: "
           "nodejs22.x, "
           "Events: {Get: {Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Api}}}}}\n";
  };
  const std::string throttle = ", MethodSettings: [{ResourcePath: '/*', HttpMethod: '*', "
                               "ThrottlingRateLimit: 20, ThrottlingBurstLimit: 5}]";
  // 1,000 executions of 200 ms work off 5,000/s, which is less than the account's 10,000.
  CHECK(Model(api("")).rows("denial_of_wallet", {"entry", "throttled", "rate", "rate_kind"}) ==
        "`Api` | false | 5000 | concurrency\n");
  CHECK(Model(api(throttle)).rows("denial_of_wallet", {"entry", "throttled", "rate", "rate_kind"}) ==
        "`Api` | true | 20 | own\n");
  CHECK(Model(api(", Auth: {DefaultAuthorizer: AWS_IAM}")).rows("denial_of_wallet", {"entry"}).empty());
  const std::string url =
      one("AWS::Lambda::Function", function_tail) +
      "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref R, AuthType: NONE}}\n";
  CHECK(Model(url).rows("denial_of_wallet", {"entry", "kind", "rate_kind"}) == "`R` | url | concurrency\n");
  CHECK(Model(one("AWS::SQS::Queue", "DelaySeconds: 1")).rows("denial_of_wallet", {"entry"}).empty());
}

TEST_CASE("what anyone may make cost is what lies behind open routes") {
  const auto api = [](const std::string& auth) {
    return "Transform: AWS::Serverless-2016-10-31\nResources:\n"
           "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"
           "  Open: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
           "CodeUri: ., "
           "MemorySize: 128, Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /o, Method: "
           "get}}}}}\n"
           "  Closed: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
           "CodeUri: ., "
           "MemorySize: 10240, Policies: [{DynamoDBWritePolicy: {TableName: !Ref Table}}], Events: {E: "
           "{Type: Api, "
           "Properties: {RestApiId: !Ref Api, Path: /c, Method: post" +
           auth +
           "}}}}}\n"
           "  Table: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}\n";
  };
  const std::string named = Model(api("")).rows("denial_of_wallet", {"hottest"});
  CHECK(named == "`Closed`\n");
  CHECK(Model(api(", Auth: {Authorizer: AWS_IAM}"))
            .rows("denial_of_wallet", {"entry", "resources", "hottest"}) ==
        "`Api` | [`Api`, `Open`] | `Api`\n");
}

TEST_CASE("the share of a guarded route goes over the open ones") {
  const auto requests_of_open = [](const std::string& auth) {
    const Model model(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"
        "  Open: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
        "CodeUri: ., Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /o, Method: "
        "get}}}}}\n"
        "  Other: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
        "CodeUri: ., Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /c, Method: "
        "get" +
        auth + "}}}}}\n");
    for (const analysis::Step& step : model.table("denial_of_wallet")->rows.front().steps()) {
      if (step.text.starts_with("`Open` requests")) return step.text;
    }
    return std::string();
  };
  // 1,000 executions of 200 ms work off 5,000/s: half of them, then all, at $0.20 a million.
  CHECK(requests_of_open("") == "`Open` requests: $1.80 an hour");
  CHECK(requests_of_open(", Auth: {Authorizer: AWS_IAM}") == "`Open` requests: $3.60 an hour");
}

TEST_CASE("what a table's write units refuse costs nothing, nor does what its stream would start") {
  const auto hottest = [](const std::string& capacity, const std::string& more) {
    return Model("Transform: AWS::Serverless-2016-10-31\nResources:\n"
                 "  Table: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: "
                 "NEW_IMAGE}, " +
                 capacity +
                 "}}\n"
                 "  Front: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
                 "CodeUri: ., MemorySize: 128, Policies: [{DynamoDBWritePolicy: {TableName: !Ref Table}}], "
                 "Events: "
                 "{E: {Type: Api, Properties: {Path: /o, Method: post}}}}}\n"
                 "  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
                 "CodeUri: ., MemorySize: 10240, Events: {E: {Type: DynamoDB, Properties: {Stream: !GetAtt "
                 "Table.StreamArn, StartingPosition: LATEST, BatchSize: 1}}}}}\n" +
                 more)
        .rows("denial_of_wallet", {"hottest"});
  };
  const std::string five = "ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}";
  CHECK(hottest("BillingMode: PAY_PER_REQUEST", "") == "`Work`\n");
  CHECK(hottest(five, "") != "`Work`\n");
  CHECK(hottest("BillingMode: PROVISIONED, " + five, "") != "`Work`\n");
  // What adjusts the units may let any number through.
  CHECK(hottest(five,
                "  Scale: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {MinCapacity: 5, "
                "MaxCapacity: 40000}}\n") == "`Work`\n");
}

TEST_CASE("what the account refuses to start costs nothing") {
  const Model model("Transform: AWS::Serverless-2016-10-31\nResources:\n"
                    "  M: {Type: AWS::Serverless::StateMachine, Properties: {Type: STANDARD, Definition: "
                    "{StartAt: A, States: {A: {Type: Pass, Next: B}, B: {Type: Pass, End: true}}}, "
                    "Events: {Get: {Type: Api, Properties: {Path: /, Method: get}}}}}\n");
  const auto& rows = model.table("denial_of_wallet")->rows;
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().field("rate").display() == "10000");
  // An hour: 10,000/s × $3.50 a million requests are 126.00, and what they answer 12.36; of the workflow
  // 300/s start, × 3 transitions × $25 a million are 81.00.
  CHECK(std::round(*rows.front().field("usd_per_hour").number()) == 219);
}

TEST_CASE("a FIFO queue takes so many messages, unless it is set to take more") {
  const auto usd = [](const std::string& settings) {
    const Model model("Transform: AWS::Serverless-2016-10-31\nResources:\n"
                      "  Jobs: {Type: AWS::SQS::Queue, Properties: {" +
                      settings +
                      "}}\n"
                      "  Front: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: "
                      "a.b, CodeUri: ., Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt "
                      "Jobs.QueueName}}], Events: {E: {Type: Api, Properties: {Path: /o, Method: post}}}}}\n"
                      "  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: "
                      "a.b, CodeUri: ., MemorySize: 1024, Events: {E: {Type: SQS, Properties: {Queue: "
                      "!GetAtt Jobs.Arn, BatchSize: 1}}}}}\n");
    return *model.table("denial_of_wallet")->rows.front().field("usd_per_hour").number();
  };
  const double plain = usd("FifoQueue: true");
  CHECK(plain < usd(""));
  CHECK(plain == usd("FifoQueue: true, FifoThroughputLimit: perQueue"));
  CHECK(plain <
        usd("FifoQueue: true, FifoThroughputLimit: perMessageGroupId, DeduplicationScope: messageGroup"));
}

TEST_CASE("what a reservation holds back costs nothing") {
  const auto system = [](const std::string& reserved, const std::string& mapping = "") {
    return "Transform: AWS::Serverless-2016-10-31\nResources:\n"
           "  Jobs: {Type: AWS::SQS::Queue}\n"
           "  Front: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
           "CodeUri: ., MemorySize: 128, Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt "
           "Jobs.QueueName}}], Events: {E: {Type: Api, Properties: {Path: /o, Method: post}}}}}\n"
           "  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
           "CodeUri: ., MemorySize: 10240" +
           reserved + ", Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 1" +
           mapping + "}}}}}\n";
  };
  CHECK(Model(system("")).rows("denial_of_wallet", {"hottest"}) == "`Work`\n");
  const Model few(system("", ", ScalingConfig: {MaximumConcurrency: 2}"));
  CHECK(Model::show(few.table("denial_of_wallet")->rows.front().field("hottest")) != "`Work`");
  const Model held(system(", ReservedConcurrentExecutions: 2"));
  const auto& rows = held.table("denial_of_wallet")->rows;
  REQUIRE(rows.size() == 1);
  CHECK(Model::show(rows.front().field("hottest")) != "`Work`");
  const std::string none =
      Model(system(", ReservedConcurrentExecutions: 0")).rows("denial_of_wallet", {"resources"});
  CHECK(none.find("`Front`") != std::string::npos);
  CHECK(none.find("`Work`") == std::string::npos);
}

TEST_CASE("all that an attack starts shares the account's executions") {
  const auto duration_of_work = [](const std::string& memory) {
    const Model model("Transform: AWS::Serverless-2016-10-31\nResources:\n"
                      "  Jobs: {Type: AWS::SQS::Queue}\n"
                      "  Front: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: "
                      "a.b, CodeUri: ., MemorySize: 128, Policies: [{SQSSendMessagePolicy: {QueueName: "
                      "!GetAtt Jobs.QueueName}}], Events: {E: {Type: Api, Properties: {Path: /o, Method: "
                      "post}}}}}\n"
                      "  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: "
                      "a.b, CodeUri: ., MemorySize: " +
                      memory +
                      ", Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 1}}}}}\n");
    for (const analysis::Step& step : model.table("denial_of_wallet")->rows.front().steps()) {
      if (step.text.starts_with("`Work` duration")) return step.text;
    }
    return std::string();
  };
  // All 1,000 answer; or 833/s come, of which each takes 200 ms and another second at 10 GB.
  CHECK(duration_of_work("128").empty());
  CHECK(duration_of_work("10240") == "`Work` duration: $500.00 an hour");
}

TEST_CASE("of what one pattern lets a function write, it writes one for each event") {
  const auto cost = [](const std::string& tables) {
    const Model model(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n" + tables +
        "  F: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, CodeUri: "
        "., MemorySize: 128, Policies: [{Statement: [{Effect: Allow, Action: \"dynamodb:PutItem\", "
        "Resource: !Sub \"arn:aws:dynamodb:*:*:table/app-*\"}]}], Events: {E: {Type: Api, Properties: "
        "{Path: /o, Method: post}}}}}\n");
    return std::round(*model.table("denial_of_wallet")->rows.front().field("usd_per_hour").number());
  };
  const auto table = [](const std::string& name) {
    return "  " + name + ": {Type: AWS::DynamoDB::Table, Properties: {TableName: app-" + name +
           ", BillingMode: PAY_PER_REQUEST}}\n";
  };
  CHECK(cost(table("A")) > cost(""));
  CHECK(cost(table("A") + table("B")) == cost(table("A")));
}

TEST_CASE("what asks for credentials, or is another's to use, is no part of what anyone may cost") {
  const auto service = [](const std::string& auth, const std::string& environment) {
    return "Transform: AWS::Serverless-2016-10-31\nResources:\n"
           "  Api: {Type: AWS::Serverless::HttpApi}\n"
           "  Done: {Type: AWS::SNS::Topic}\n"
           "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n"
           "      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: "
           "lambda.amazonaws.com}, "
           "Action: \"sts:AssumeRole\"}]}\n"
           "      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "
           "\"sns:Publish\", "
           "Resource: !Ref Done}]}}]\n"
           "  Open: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: i.h, Runtime: "
           "nodejs22.x, "
           "Role: !GetAtt Role.Arn, Events: {Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /, "
           "Method: "
           "get}}}}}\n"
           "  Closed: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: i.h, Runtime: "
           "nodejs22.x, "
           "Role: !GetAtt Role.Arn" +
           environment +
           ", Events: {Post: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /, Method: post" + auth +
           "}}}}}\n";
  };
  const std::string closed = ", Auth: {Authorizer: AWS_IAM}";
  const std::string names = ", Environment: {Variables: {DONE: !Ref Done}}";
  const auto paid = [](const std::string& text) {
    const Model model(text);
    std::string resources;
    for (const analysis::Row& row : model.table("denial_of_wallet")->rows)
      resources += Model::show(row.field("resources"));
    return resources;
  };
  const auto has = [](const std::string& text, const char* name) {
    return text.find(name) != std::string::npos;
  };
  const std::string all = paid(service("", ""));
  CHECK(has(all, "`Open`"));
  CHECK(has(all, "`Closed`"));
  CHECK(has(all, "`Done`"));
  const std::string behind = paid(service(closed, ""));
  CHECK(has(behind, "`Open`"));
  CHECK_FALSE(has(behind, "`Closed`"));
  CHECK(has(behind, "`Done`")); // either of the two may be meant to send
  const std::string named = paid(service(closed, names));
  CHECK(has(named, "`Open`"));
  CHECK_FALSE(has(named, "`Done`"));
}

TEST_CASE("a GraphQL API behind an HTTP integration answers callers with credentials alone") {
  const auto resources = [](const std::string& more) {
    return Model("Resources:\n"
                 "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP}}\n"
                 "  Call: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, "
                 "IntegrationType: HTTP_PROXY, IntegrationMethod: POST, IntegrationUri: !GetAtt "
                 "Graph.GraphQLUrl" +
                 more +
                 "}}\n"
                 "  Route: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: POST /q, "
                 "Target: !Sub \"integrations/${Call}\"}}\n"
                 "  Graph: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: g, AuthenticationType: "
                 "AWS_IAM}}\n")
        .rows("denial_of_wallet", {"entry", "resources"});
  };
  CHECK(resources("") == "`Api` | [`Api`]\n");
  CHECK(resources(", RequestParameters: {'overwrite:header.x-api-key': $request.header.key}") ==
        "`Api` | [`Api`]\n");
  CHECK(resources(", RequestParameters: {'overwrite:header.X-Api-Key': da2-fakekey}") ==
        "`Api` | [`Graph`, `Api`]\n");
}

TEST_CASE("a table that is paid by request takes so many units a second") {
  const auto writes = [](const std::string& more) {
    const Model model(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        "  F: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, CodeUri: ., "
        "Policies: [{DynamoDBWritePolicy: {TableName: !Ref Table}}], Events: {E: {Type: HttpApi, Properties: "
        "{Path: /o, Method: post}}}}}\n"
        "  Table: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST" +
        more + "}}\n");
    for (const analysis::Step& step : model.table("denial_of_wallet")->rows.front().steps()) {
      if (step.text.starts_with("`Table` writes")) return step.text;
    }
    return std::string();
  };
  // 5,000/s × 4 units × $0.625 a million × 3,600 s.
  CHECK(writes("") == "`Table` writes: $45.00 an hour");
  CHECK(writes(", OnDemandThroughput: {MaxWriteRequestUnits: 4000}") ==
        "`Table` writes: $9.00 an hour, for the 4,000 units a second that it takes");
}
