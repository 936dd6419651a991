// SPDX-License-Identifier: Apache-2.0
// What values name, within a template and across templates.
#include "graph/system.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;

namespace {

struct Case {
  std::string written; ///< The value of a property.
  std::string names;   ///< Logical id, or empty.
};

constexpr std::string_view declared = R"(
Parameters:
  Stage: { Type: String }
  StoredQueue: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/queue }
Resources:
  Orders: { Type: AWS::DynamoDB::Table, Properties: { TableName: !Sub '${AWS::StackName}-orders' } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: !Sub '${Stage}-topic' } }
  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: shop-uploads } }
  Api: { Type: AWS::ApiGateway::RestApi }
  Handler: { Type: AWS::Lambda::Function, Properties: { FunctionName: hello } }
  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Handler } }
  Loop: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Loop } }
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { Name: shop/db } }
  Group: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /shop/app } }
  Role: { Type: AWS::IAM::Role, Properties: { RoleName: worker, Path: /x/ } }
  Twice: { Type: AWS::SQS::Queue, Properties: { QueueName: same } }
  Again: { Type: AWS::SNS::Topic, Properties: { TopicName: same } }
  Nested: { Type: AWS::CloudFormation::Stack }
  Probe: { Type: Custom::Probe, Properties: { Value: )";

} // namespace

TEST_CASE("values name resources") {
  const std::vector<Case> cases = {
      {"!Ref Orders", "Orders"},
      {"!GetAtt Orders.StreamArn", "Orders"},
      {"!Sub '${AWS::StackName}-orders'", "Orders"},
      {"!Sub 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${AWS::StackName}-orders/stream/x'",
       "Orders"},
      {"!Sub '${Orders.Arn}/index/*'", "Orders"},
      {"!Sub '${Orders}-backup'", ""},
      {"jobs", "Queue"},
      {"'arn:aws:sqs:eu-west-1:111122223333:jobs'", "Queue"},
      {"'arn:aws:sns:eu-west-1:111122223333:jobs'", ""},
      {"!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/jobs'", "Queue"},
      {"!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/${Queue.QueueName}'", "Queue"},
      {"!Join [':', [arn, aws, sns, !Ref 'AWS::Region', !Ref 'AWS::AccountId', !Join ['-', [!Ref Stage, "
       "topic]]]]",
       "Topic"},
      {"'arn:aws:s3:::shop-uploads/*'", "Bucket"},
      {"!Sub 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/prod'", "Api"},
      {"!Sub 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/orders'", "Api"},
      {"!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:hello:live'", "Handler"},
      {"!Ref Live", "Handler"},
      {"!Ref Loop", ""},
      {"!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations'",
       "Handler"},
      {"!Sub 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/db-\?\?\?\?\?\?'",
       "Secret"},
      {"!Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/shop/app:*'", "Group"},
      {"!Sub 'arn:aws:iam::${AWS::AccountId}:role/x/worker'", "Role"},
      {"same", ""},
      {"'arn:aws:sns:eu-west-1:111122223333:same'", "Again"},
      {"!GetAtt Nested.Outputs.QueueArn", "Nested"},
      {"nothing", ""},
      {"!Ref Missing", ""},
      {"!If [IsProd, !Ref Queue, jobs]", "Queue"},
      {"!If [IsProd, !Ref Queue, !Ref Topic]", ""},
      {"[a]", ""},
  };
  for (const Case& expected : cases) {
    DYNAMIC_SECTION(expected.written) {
      const auto built = test::build_system({std::string(declared) + expected.written +
                                             " } }\nConditions: { IsProd: !Equals [!Ref Stage, prod] }\n"});
      const auto& system = built->system;
      CHECK(graph::verify(system) == "");
      const graph::NodeId probe = system.find(0, "Probe");
      REQUIRE(probe.valid());
      const auto node = graph::resolve(system, 0, system.node(probe).resource->properties.get("Value"));
      CHECK((node.valid() ? system.node(node).label : "") == expected.names);
    }
  }
}

TEST_CASE("values name resources of other templates") {
  const std::string other = R"(
Resources:
  Queue: { Type: AWS::SQS::Queue }
  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: !Sub 'shop-${AWS::Region}' } }
  Stored: { Type: AWS::SSM::Parameter, Properties: { Name: /shop/queue, Value: !GetAtt Queue.Arn } }
Outputs:
  Table: { Value: !GetAtt Table.Arn, Export: { Name: shop-table } }
)";
  const std::vector<Case> cases = {
      {"!ImportValue shop-table", "Table"},
      {"!ImportValue elsewhere", ""},
      {"'{{resolve:ssm:/shop/queue}}'", "Queue"},
      {"'{{resolve:ssm:/shop/queue:2}}'", "Queue"},
      {"!Ref StoredQueue", "Queue"},
      {"!Sub 'arn:aws:dynamodb:${AWS::Region}:1:table/shop-${AWS::Region}'", "Table"},
  };
  for (const Case& expected : cases) {
    DYNAMIC_SECTION(expected.written) {
      const auto built = test::build_system({R"(
Parameters:
  StoredQueue: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/queue }
Resources:
  Probe: { Type: Custom::Probe, Properties: { Value: )" +
                                                 expected.written + " } }\n",
                                             other});
      const auto& system = built->system;
      const graph::NodeId probe = system.find(0, "Probe");
      REQUIRE(probe.valid());
      const auto node = graph::resolve(system, 0, system.node(probe).resource->properties.get("Value"));
      CHECK((node.valid() ? system.node(node).label : "") == expected.names);
      if (node.valid()) CHECK(system.node(node).template_index == 1);
    }
  }
}

TEST_CASE("systems of several templates are joined") {
  const auto built = test::build_system({R"(
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
Outputs:
  Bus: { Value: !GetAtt Bus.Arn, Export: { Name: shop-bus } }
)",
                                         R"(
Resources:
  Handler: { Type: AWS::Lambda::Function }
  Rule:
    Type: AWS::Events::Rule
    Properties: { EventBusName: shop, EventPattern: { source: [shop] }, Targets: [ { Id: a, Arn: !GetAtt Handler.Arn } ] }
  Other:
    Type: AWS::Events::Rule
    Properties: { EventBusName: !ImportValue shop-bus, EventPattern: { source: [x] }, Targets: [] }
)"});
  CHECK(graph::verify(built->system) == "");
  CHECK(test::dump_edges(built->system) ==
        std::vector<std::string>{"Bus -triggers-> Rule filter={source: [shop]}",
                                 "Bus -triggers-> Other filter={source: [x]}", "Rule -triggers-> Handler"});
}
