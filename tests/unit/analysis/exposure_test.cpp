// SPDX-License-Identifier: Apache-2.0
// What outsiders can reach, and the three answers to whether they can.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const char* const api = R"(Transform: AWS::Serverless-2016-10-31
Parameters: {Endpoint: {Type: String}}
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
)";

const char* const function = R"(
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      InlineCode: x
      Events:
        Get: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get}}
)";

std::string exposure(const std::string& text) {
  return Model(text).rows("exposure", {"label", "who", "way", "access", "authenticated", "certain"});
}

std::string resources(const std::string& text) {
  return "Parameters: {Any: {Type: String}}\nResources:\n" + text;
}

} // namespace

TEST_CASE("a route of a public API") {
  const auto facts = [](const std::string& settings) {
    const Model model(api + settings + function);
    return model.rows("functions", {"public", "open", "user_facing"}) +
           model.rows("exposure", {"label", "access", "authenticated", "certain"});
  };
  CHECK(facts("") == "true | true | true\n`Hello` | invoke | false | true\n");
  CHECK(facts("      Auth: {DefaultAuthorizer: AWS_IAM}\n") ==
        "true | false | true\n`Hello` | invoke | true | true\n");
  CHECK(facts("      EndpointConfiguration: {Type: PRIVATE}\n") == "false | false | false\n");
  // Who knows whether it is private?
  CHECK(facts("      EndpointConfiguration: {Type: !Ref Endpoint}\n") ==
        "? | ? | ?\n`Hello` | invoke | ? | ?\n");
}

TEST_CASE("a WebSocket API asks once, when a client connects") {
  const auto text = [](const char* type) {
    return resources(std::string(R"(
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}
  Hello: {Type: AWS::Lambda::Function}
  Send:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Hello.Arn}
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $connect, AuthorizationType: )") +
                     type + R"(}
  Message:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: send, Target: !Sub "integrations/${Send}"}
)");
  };
  CHECK(exposure(text("AWS_IAM")) == "`Hello` | internet | route | invoke | true | true\n");
  CHECK(exposure(text("NONE")) == "`Hello` | internet | route | invoke | false | true\n");
}

TEST_CASE("policies of resources") {
  struct Case {
    const char* name;
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"a queue for everyone", R"(
  Queue: {Type: AWS::SQS::Queue}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: "*"}]}
)",
       "`Queue` | internet | policy | write | false | true\n"},
      {"a queue for one topic", R"(
  Queue: {Type: AWS::SQS::Queue}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: "*",
             Condition: {ArnEquals: {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:news"}}}
)",
       ""},
      {"a queue for every source", R"(
  Queue: {Type: AWS::SQS::Queue}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: "*"}, Action: "sqs:SendMessage", Resource: "*",
             Condition: {ArnLike: {"aws:SourceArn": "*"}}}
)",
       "`Queue` | internet | policy | write | false | true\n"},
      {"a function for another account", R"(
  Hello: {Type: AWS::Lambda::Function}
  Grant:
    Type: AWS::Lambda::Permission
    Properties: {Action: "lambda:InvokeFunction", FunctionName: !Ref Hello, Principal: "111122223333"}
)",
       "`Hello` | account 111122223333 | policy | invoke | true | true\n"},
      {"a function for everyone with an account", R"(
  Hello: {Type: AWS::Lambda::Function}
  Grant:
    Type: AWS::Lambda::Permission
    Properties: {Action: "lambda:InvokeFunction", FunctionName: !Ref Hello, Principal: "*"}
)",
       "`Hello` | any AWS account | policy | invoke | true | true\n"},
      {"a function for a service", R"(
  Hello: {Type: AWS::Lambda::Function}
  Grant:
    Type: AWS::Lambda::Permission
    Properties: {Action: "lambda:InvokeFunction", FunctionName: !Ref Hello, Principal: s3.amazonaws.com}
)",
       ""},
      {"a role for another account", R"(
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "sts:AssumeRole"}]
)",
       "`Role` | account 111122223333 | trust | assume | true | true\n"},
      {"a role for another account that says who asks", R"(
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "sts:AssumeRole",
             Condition: {StringEquals: {"sts:ExternalId": blue}}}
)",
       "`Role` | account 111122223333 | trust | assume | true | false\n"},
      {"a role for this account", R"(
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "sts:AssumeRole"}
)",
       ""},
      {"a role for an account that nobody knows", R"(
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${Any}:root"}, Action: "sts:AssumeRole"}]
)",
       "`Role` | another account | trust | assume | true | ?\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(exposure(resources(c.text)) == c.expected);
    }
  }
}

TEST_CASE("buckets block what is public unless they say otherwise") {
  const auto bucket = [](const char* settings) {
    return exposure(resources(std::string(R"(
  Site:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
)") + settings));
  };
  CHECK(bucket("") == "`Site` | internet | acl | read | false | ?\n");
  CHECK(bucket("      PublicAccessBlockConfiguration: {BlockPublicAcls: false}\n") ==
        "`Site` | internet | acl | read | false | true\n");
  CHECK(bucket("      PublicAccessBlockConfiguration: {IgnorePublicAcls: true}\n") == "");
  CHECK(bucket("      PublicAccessBlockConfiguration: {BlockPublicAcls: !Ref Any}\n") ==
        "`Site` | internet | acl | read | false | ?\n");
}

TEST_CASE("databases with a public address are as open as their security groups") {
  const auto database = [](const char* cidr) {
    return exposure(resources(std::string(R"(
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: )") +
                              cidr + R"(}]
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {PubliclyAccessible: true, VPCSecurityGroups: [!GetAtt Group.GroupId]}
)"));
  };
  CHECK(database("0.0.0.0/0") == "`Group` | internet | port | connect | false | true\n"
                                 "`Db` | internet | address | connect | true | true\n");
  CHECK(database("10.0.0.0/8") == "`Db` | internet | address | connect | true | false\n");
}

TEST_CASE("guests hold what the pool's role for them holds") {
  const auto pool = [](const char* guests) {
    return exposure(resources(std::string(R"(
  Photos: {Type: AWS::S3::Bucket}
  Guest:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:PutObject", Resource: !Sub "${Photos.Arn}/*"}]}
  Pool: {Type: AWS::Cognito::IdentityPool, Properties: {AllowUnauthenticatedIdentities: )") +
                              guests + R"(}}
  Roles:
    Type: AWS::Cognito::IdentityPoolRoleAttachment
    Properties: {IdentityPoolId: !Ref Pool, Roles: {unauthenticated: !GetAtt Guest.Arn}}
)"));
  };
  CHECK(pool("true") == "`Photos` | guest | identity | write | false | true\n");
  CHECK(pool("false") == "");
}
