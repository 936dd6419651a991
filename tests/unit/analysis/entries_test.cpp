// SPDX-License-Identifier: Apache-2.0
// Where load comes in, and how often schedules fire; computed by hand.
#include "analysis/schedule.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"

#include <cmath>

using namespace slsaudit;
using support::Model;

TEST_CASE("schedules fire so often a month") {
  constexpr double month = 730.0 / 24; // In days.
  constexpr double year = 365.25;
  struct Case {
    const char* expression;
    double expected;
  };
  const Case cases[] = {
      {"rate(1 minute)", 730 * 60},
      {"rate(5 minutes)", 730 * 12},
      {"rate(2 hours)", 365},
      {" rate(1 day) ", month},
      {"cron(0 12 * * ? *)", month},
      {"cron(0/5 * * * ? *)", month * 24 * 12},
      {"cron(*/20 8-17 ? * MON-FRI *)", month * 3 * 10 * 5 / 7},
      {"cron(0 0 ? * FRI-MON *)", month * 4 / 7},
      {"cron(0 0 ? * 6L *)", month * 12 / year},
      {"cron(0 0 ? * TUE#2 *)", month * 12 / year},
      {"cron(0 0 1,15 * ? *)", month * 24 / year},
      {"cron(0 0 L * ? *)", month * 12 / year},
      {"cron(0 0 LW * ? *)", month * 12 / year},
      {"cron(0 0 15W * ? *)", month * 12 / year},
      {"cron(0 0 31 * ? *)", month * 7 / year},
      {"cron(0 0 29 FEB ? *)", month * 0.25 / year},
      {"cron(30 6 1 JAN-MAR/2 ? 2030)", month * 2 / year},
      {"at(2030-01-01T00:00:00)", 0},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.expression) {
      const auto firings = analysis::firings_per_month(c.expression);
      REQUIRE(firings);
      CHECK(std::abs(*firings - c.expected) < 1e-9 * (1 + c.expected));
    }
  }
  for (const char* wrong : {"", "rate(5)", "rate(0 minutes)", "rate(5 weeks)", "cron(* * * * *)",
                            "cron(0 12 1 * MON *)", "cron(61 * * * ? *)", "cron(0 24 * * ? *)",
                            "cron(0 0 ? * MON#6 *)", "cron(0 0 ? * XYZ *)", "daily", "cron(0/0 * * * ? *)"}) {
    INFO(wrong);
    CHECK_FALSE(analysis::firings_per_month(wrong));
  }
}

namespace {

const std::string cfn = "Parameters: {P: {Type: Number}}\nResources:\n";
const std::string sam = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: python3.12, "
                        "Handler: a.b, CodeUri: .}}\nParameters: {P: {Type: Number}}\nResources:\n";
const std::string fn = "  Fn: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}\n";

std::string mapping(const std::string& source, const std::string& more = "") {
  return "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Fn, EventSourceArn: " +
         source + more + "}}\n";
}

struct Case {
  const char* name;
  std::string text;
  const char* expected;
};

} // namespace

TEST_CASE("load comes in where nothing of the system feeds") {
  // entry, kind, access, source, fed, synchronous, functions
  const Case cases[] = {
      {"a function by itself", cfn + fn, "`Fn` | function | internal | null | false | false | [`Fn`]\n"},
      {"a queue that nobody here fills",
       cfn + fn + "  Q: {Type: AWS::SQS::Queue}\n" + mapping("!GetAtt Q.Arn"),
       "`Q` | queue | internal | null | false | false | [`Fn`]\n"},
      {"a queue that anyone may fill",
       cfn + fn + "  Q: {Type: AWS::SQS::Queue}\n" + mapping("!GetAtt Q.Arn") +
           "  QP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: {Statement: "
           "[{Effect: Allow, Principal: '*', Action: 'sqs:Send*', Resource: !GetAtt Q.Arn}]}}}\n",
       "`Q` | queue | public | `internet` | false | false | [`Fn`]\n"},
      {"a queue that a topic may fill",
       cfn + fn + "  Q: {Type: AWS::SQS::Queue}\n" + mapping("!GetAtt Q.Arn") +
           "  QP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: {Statement: "
           "[{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: !GetAtt Q.Arn, Condition: "
           "{ArnEquals: "
           "{'aws:SourceArn': 'arn:aws:sns:eu-west-1:123456789012:t'}}}]}}}\n",
       "`Q` | queue | internal | null | false | false | [`Fn`]\n"},
      {"an imported queue", cfn + fn + mapping("!ImportValue Orders"),
       "`Fn` | imported | internal | `imported Orders` | false | false | [`Fn`]\n"},
      {"a dead-letter queue and its reader are no entries",
       cfn + fn + "  Q: {Type: AWS::SQS::Queue}\n" + mapping("!GetAtt Q.Arn") +
           "  T: {Type: AWS::Lambda::Function, Properties: {DeadLetterConfig: {TargetArn: !GetAtt Q.Arn}}}\n",
       "`T` | function | internal | null | false | false | [`T`]\n"},
      {"a store that nothing hears",
       cfn + "  B: {Type: AWS::S3::Bucket}\n  T: {Type: AWS::DynamoDB::Table}\n", ""},
      {"through topics and rules",
       cfn + fn +
           "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt "
           "Fn.Arn}, "
           "{Protocol: sqs, Endpoint: !GetAtt Q.Arn}]}}\n  Q: {Type: AWS::SQS::Queue}\n"
           "  B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {TopicConfigurations: "
           "[{Event: 's3:ObjectCreated:*', Topic: !Ref T}]}}}\n",
       "`B` | bucket | internal | null | false | false | [`Fn`]\n"},
      {"a rule on the account's bus",
       cfn + fn +
           "  R: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.ec2]}, Targets: [{Id: a, "
           "Arn: "
           "!GetAtt Fn.Arn}]}}\n",
       "`R` | rule | internal | `default event bus` | false | false | [`Fn`]\n"},
      {"a user pool",
       cfn + fn +
           "  U: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt Fn.Arn}}}\n",
       "`U` | user-pool | public | null | false | true | [`Fn`]\n"},
      {"a skill that is named, and whatever skill",
       sam +
           "  A: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: AlexaSkill, Properties: "
           "{SkillId: "
           "s}}}}}\n  B: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: AlexaSkill}}}}\n",
       "`A` | skill | authenticated | `Alexa` | false | true | [`A`]\n"
       "`B` | skill | public | `Alexa` | false | true | [`B`]\n"},
      {"a smart home, a bot and things",
       cfn + fn +
           "  H: {Type: AWS::Lambda::Function}\n  L: {Type: AWS::Lambda::Function}\n"
           "  Ph: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref H, Principal: "
           "alexa-connectedhome.amazon.com}}\n"
           "  Pl: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref L, Principal: "
           "lexv2.amazonaws.com}}\n"
           "  Pi: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: "
           "iot.amazonaws.com}}\n",
       "`Fn` | iot | authenticated | `IoT devices` | false | false | [`Fn`]\n"
       "`H` | skill | authenticated | `Alexa` | false | true | [`H`]\n"
       "`L` | chat | authenticated | `Lex` | false | true | [`L`]\n"},
      {"a load balancer counts once",
       cfn + fn +
           "  Lb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}\n"
           "  L: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Lb, "
           "DefaultActions: [{Type: forward, TargetGroupArn: !Ref G}]}}\n"
           "  G: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: lambda, Targets: "
           "[{Id: "
           "!GetAtt Fn.Arn}]}}\n"
           "  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: "
           "elasticloadbalancing.amazonaws.com, SourceArn: !Ref G}}\n",
       "`Lb` | load-balancer | public | `internet` | false | true | [`Fn`]\n"},
      {"a load balancer, an API and a user pool that are not declared here", R"(
service: s
provider: {name: aws, runtime: nodejs20.x, apiGateway: {restApiId: abc, restApiRootResourceId: def}}
functions:
  alb: {handler: a.b, events: [{alb: {listenerArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2", priority: 1, conditions: {path: /x}}}]}
  rest: {handler: a.b, events: [{http: GET /x}]}
  pool: {handler: a.b, events: [{cognitoUserPool: {pool: People, trigger: PreSignUp, existing: true}}]}
)",
       "`alb` | load-balancer | ? | "
       "`arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2` | false | true | [`alb`]\n"
       "`rest` | rest | ? | `abc` | false | true | [`rest`]\n"
       "`pool` | user-pool | public | `People` | false | true | [`pool`]\n"
       "`pool` | deployment | internal | null | false | false | [`pool`]\n"},
      {"rotation of a secret and a rule of AWS Config",
       cfn + fn +
           "  S: {Type: AWS::SecretsManager::Secret}\n  R: {Type: AWS::SecretsManager::RotationSchedule, "
           "Properties: {SecretId: !Ref S, RotationLambdaARN: !GetAtt Fn.Arn}}\n"
           "  C: {Type: AWS::Lambda::Function}\n  Rule: {Type: AWS::Config::ConfigRule, Properties: {Source: "
           "{Owner: "
           "CUSTOM_LAMBDA, SourceIdentifier: !GetAtt C.Arn}}}\n",
       "`S` | store | internal | null | false | false | [`Fn`]\n"
       "`Rule` | service | internal | null | false | false | [`C`]\n"},
      {"a function for custom resources",
       cfn + fn + "  C: {Type: Custom::Thing, Properties: {ServiceToken: !GetAtt Fn.Arn}}\n",
       "`Fn` | deployment | internal | null | false | false | [`Fn`]\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("entries", {"entry", "kind", "access", "source", "fed", "synchronous",
                                           "functions"}) == c.expected);
    }
  }
}

TEST_CASE("events on the account's bus come from the system where it puts them there") {
  const auto text = [](const std::string& source) {
    return sam + R"(  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{EventBridgePutEventsPolicy: {EventBusName: default}}]
      Events: {Get: {Type: HttpApi, Properties: {Path: /a, Method: get}}}
  Hear:
    Type: AWS::Serverless::Function
    Properties: {Events: {E: {Type: EventBridgeRule, Properties: {Pattern: {source: [)" +
           source + "]}}}}}\n";
  };
  const std::vector<std::string> columns{"entry", "kind", "fed"};
  CHECK(Model(text("orders")).rows("entries", columns) == "`ServerlessHttpApi` | http | false\n");
  CHECK(Model(text("aws.ec2")).rows("entries", columns) ==
        "`Hear` | rule | false\n`ServerlessHttpApi` | http | false\n");
}

TEST_CASE("entries have limits of their own") {
  const auto http = [](const std::string& stage) {
    return cfn + fn +
           "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !GetAtt "
           "Fn.Arn}}\n" +
           stage;
  };
  const auto stage = [](const std::string& name, const std::string& rate) {
    return "  " + name +
           ": {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, DefaultRouteSettings: "
           "{ThrottlingRateLimit: " +
           rate + ", ThrottlingBurstLimit: 7}}}\n";
  };
  const auto scheduled = [](const std::string& more) {
    return sam +
           "  Fn: {Type: AWS::Serverless::Function, Properties: {Events: {S: {Type: Schedule, Properties: "
           "{Schedule: rate(1 hour)" +
           more + "}}}}}\n";
  };
  const std::string url =
      "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}\n";
  // kind, access, limit, limit_unit, burst, schedule_per_month
  const Case cases[] = {
      {"an API without", http(""), "http | ? | null | requests/s | null | null\n"},
      {"an API with a throttle", http(stage("S", "10")), "http | ? | 10 | requests/s | 7 | null\n"},
      {"two stages", http(stage("S", "10") + stage("T", "20")), "http | ? | 30 | requests/s | 14 | null\n"},
      {"a throttle that is not known", http(stage("S", "!Ref P")), "http | ? | ? | requests/s | 7 | null\n"},
      {"a throttle on one method only",
       cfn + "  Api: {Type: AWS::ApiGateway::RestApi}\n  S: {Type: AWS::ApiGateway::Stage, Properties: "
             "{RestApiId: "
             "!Ref Api, MethodSettings: [{ResourcePath: /a, HttpMethod: GET, ThrottlingRateLimit: 5}]}}\n",
       "rest | ? | null | requests/s | null | null\n"},
      {"a throttle on all methods",
       cfn + "  Api: {Type: AWS::ApiGateway::RestApi}\n  S: {Type: AWS::ApiGateway::Stage, Properties: "
             "{RestApiId: "
             "!Ref Api, MethodSettings: [{ResourcePath: /*, HttpMethod: '*', ThrottlingRateLimit: 5}]}}\n",
       "rest | ? | 5 | requests/s | null | null\n"},
      {"a URL",
       cfn + "  F: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 4}}\n" + url,
       "url | public | 40 | requests/s | null | null\n"},
      {"a URL without a reservation",
       cfn + "  F: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}\n" + url,
       "url | public | null | requests/s | null | null\n"},
      {"pollers",
       cfn + fn + "  Q: {Type: AWS::SQS::Queue}\n" +
           mapping("!GetAtt Q.Arn", ", ScalingConfig: {MaximumConcurrency: 12}"),
       "queue | internal | 12 | executions | null | null\n"},
      {"pollers without a maximum", cfn + fn + "  Q: {Type: AWS::SQS::Queue}\n" + mapping("!GetAtt Q.Arn"),
       "queue | internal | null | executions | null | null\n"},
      {"shards",
       cfn + fn + "  K: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 3}}\n" +
           mapping("!GetAtt K.Arn"),
       "stream | internal | 3 | shards | null | null\n"},
      {"shards on demand",
       cfn + fn +
           "  K: {Type: AWS::Kinesis::Stream, Properties: {StreamModeDetails: {StreamMode: ON_DEMAND}}}\n" +
           mapping("!GetAtt K.Arn"),
       "stream | internal | null | null | null | null\n"},
      {"a schedule", scheduled(""), "schedule | internal | 730 | events/month | null | 730\n"},
      {"a schedule that is off", scheduled(", State: DISABLED"),
       "schedule | internal | 0 | events/month | null | 0\n"},
      {"a schedule that is not known",
       cfn + fn +
           "  R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: !Sub 'rate(${P} minutes)', "
           "Targets: [{Id: a, Arn: !GetAtt Fn.Arn}]}}\n",
       "schedule | internal | ? | events/month | null | ?\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("entries", {"kind", "access", "limit", "limit_unit", "burst",
                                           "schedule_per_month"}) == c.expected);
    }
  }
}

TEST_CASE("what feeds only itself is started at its sources of events") {
  const std::string queue =
      "  Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt "
      "Dead.Arn, maxReceiveCount: 3}}}\n  Dead: {Type: AWS::SQS::Queue}\n";
  const std::string back = R"(  Back:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}}]
      Events: {D: {Type: SQS, Properties: {Queue: !GetAtt Dead.Arn}}}
  Work:
    Type: AWS::Serverless::Function
    Properties: {Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}}
)";
  CHECK(Model(sam + queue + back).rows("entries", {"entry", "kind", "fed", "functions"}) ==
        "`Q` | queue | true | [`Work`]\n");
}

TEST_CASE("guests of an identity pool make it public, users that a provider vouches for don't") {
  const auto pool = [](const std::string& guests) {
    return "Resources:\n  Pool: {Type: AWS::Cognito::IdentityPool, Properties: {" + guests +
           "}}\n  Join: {Type: AWS::Cognito::IdentityPoolRoleAttachment, Properties: {IdentityPoolId: !Ref "
           "Pool, "
           "Roles: {authenticated: !GetAtt R.Arn}}}\n"
           "  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: "
           "[{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: !GetAtt Fn.Arn}]}}]}}\n"
           "  Fn: {Type: AWS::Lambda::Function}\n";
  };
  const std::vector<std::string> columns{"entry", "access"};
  CHECK(Model(pool("AllowUnauthenticatedIdentities: true")).rows("entries", columns) == "`Pool` | public\n");
  CHECK(Model(pool("AllowUnauthenticatedIdentities: false")).rows("entries", columns) ==
        "`Pool` | authenticated\n");
}
