// SPDX-License-Identifier: Apache-2.0
// Which resources a template becomes.
#include "support/catch.hpp"
#include "unit/sam/lowered.hpp"

using namespace slsaudit;

namespace {

const std::string head = "Transform: AWS::Serverless-2016-10-31\nResources:\n";

std::string function(const std::string& properties) {
  return head +
         "  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b, Runtime: nodejs20.x, "
         "InlineCode: x" +
         properties + "}\n";
}

struct Row {
  std::string name;
  std::string yaml;
  std::string resources;
};

const std::string plain = "F AWS::Lambda::Function\n";
const std::string role = "FRole AWS::IAM::Role\n";

const Row rows[] = {
    {"a function brings its role", function(""), plain + role},
    {"no role where the author gives one", function(", Role: x"), plain},
    {"implicit REST API", function(", Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}"),
     plain + "FEPermissionProd AWS::Lambda::Permission\n" + role +
         "ServerlessRestApi AWS::ApiGateway::RestApi\nServerlessRestApiDeployment "
         "AWS::ApiGateway::Deployment\n"
         "ServerlessRestApiProdStage AWS::ApiGateway::Stage\n"},
    {"implicit HTTP API", function(", Events: {E: {Type: HttpApi}}"),
     plain + "FEPermission AWS::Lambda::Permission\n" + role +
         "ServerlessHttpApi AWS::ApiGatewayV2::Api\nServerlessHttpApiApiGatewayDefaultStage "
         "AWS::ApiGatewayV2::Stage\n"},
    {"queue", function(", Events: {E: {Type: SQS, Properties: {Queue: arn}}}"),
     plain + "FE AWS::Lambda::EventSourceMapping\n" + role},
    {"topic", function(", Events: {E: {Type: SNS, Properties: {Topic: arn}}}"),
     plain + "FEPermission AWS::Lambda::Permission\nFE AWS::SNS::Subscription\n" + role},
    {"topic through a queue",
     function(", Events: {E: {Type: SNS, Properties: {Topic: arn, SqsSubscription: true}}}"),
     plain +
         "FEQueue AWS::SQS::Queue\nFEQueuePolicy AWS::SQS::QueuePolicy\nFE AWS::SNS::Subscription\n"
         "FEEventSourceMapping AWS::Lambda::EventSourceMapping\n" +
         role},
    {"schedule with a dead-letter queue",
     function(", Events: {E: {Type: Schedule, Properties: {Schedule: rate(1 day), DeadLetterConfig: {Type: "
              "SQS}}}}"),
     plain +
         "FE AWS::Events::Rule\nFEQueue AWS::SQS::Queue\nFEQueuePolicy AWS::SQS::QueuePolicy\nFEPermission "
         "AWS::Lambda::Permission\n" +
         role},
    {"scheduler",
     function(", Events: {E: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}}"),
     plain + "FE AWS::Scheduler::Schedule\nFERole AWS::IAM::Role\n" + role},
    {"rule", function(", Events: {E: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}}}}"),
     plain + "FE AWS::Events::Rule\nFEPermission AWS::Lambda::Permission\n" + role},
    {"log group",
     function(", Events: {E: {Type: CloudWatchLogs, Properties: {LogGroupName: g, FilterPattern: ''}}}"),
     plain + "FEPermission AWS::Lambda::Permission\nFE AWS::Logs::SubscriptionFilter\n" + role},
    {"IoT rule", function(", Events: {E: {Type: IoTRule, Properties: {Sql: s}}}"),
     plain + "FEPermission AWS::Lambda::Permission\nFE AWS::IoT::TopicRule\n" + role},
    {"Alexa skill", function(", Events: {E: {Type: AlexaSkill}}"),
     plain + "FEPermission AWS::Lambda::Permission\n" + role},
    {"function URL open to everyone", function(", FunctionUrlConfig: {AuthType: NONE}"),
     plain +
         "FUrl AWS::Lambda::Url\nFUrlPublicPermissions AWS::Lambda::Permission\n"
         "FURLInvokeAllowPublicAccess AWS::Lambda::Permission\n" +
         role},
    {"function URL for IAM", function(", FunctionUrlConfig: {AuthType: AWS_IAM}"),
     plain + "FUrl AWS::Lambda::Url\n" + role},
    {"alias and deployment", function(", AutoPublishAlias: live-1, DeploymentPreference: {Type: AllAtOnce}"),
     plain + "FVersion AWS::Lambda::Version\nFAliasliveD1 AWS::Lambda::Alias\n" + role +
         "ServerlessDeploymentApplication AWS::CodeDeploy::Application\nCodeDeployServiceRole "
         "AWS::IAM::Role\n"
         "FDeploymentGroup AWS::CodeDeploy::DeploymentGroup\n"},
    {"destinations made by SAM",
     function(", EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS}, OnFailure: {Type: SNS}}}"),
     plain +
         "FEventInvokeConfigOnSuccessQueue AWS::SQS::Queue\nFEventInvokeConfigOnFailureTopic "
         "AWS::SNS::Topic\n"
         "FEventInvokeConfig AWS::Lambda::EventInvokeConfig\n" +
         role},
    {"explicit REST API with a usage plan",
     head + "  A:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: v1, Auth: {ApiKeyRequired: "
            "true, UsagePlan: {CreateUsagePlan: PER_API}}}\n",
     "A AWS::ApiGateway::RestApi\nADeployment AWS::ApiGateway::Deployment\nAv1Stage AWS::ApiGateway::Stage\n"
     "AUsagePlan AWS::ApiGateway::UsagePlan\nAApiKey AWS::ApiGateway::ApiKey\nAUsagePlanKey "
     "AWS::ApiGateway::UsagePlanKey\n"},
    {"HTTP API with a domain",
     head + "  A:\n    Type: AWS::Serverless::HttpApi\n    Properties: {Domain: {DomainName: d, "
            "CertificateArn: c, BasePath: [/one], Route53: {HostedZoneId: z}}}\n",
     "A AWS::ApiGatewayV2::Api\nAApiGatewayDefaultStage AWS::ApiGatewayV2::Stage\nApiGatewayDomainNameV2 "
     "AWS::ApiGatewayV2::DomainName\n"
     "AoneApiMapping AWS::ApiGatewayV2::ApiMapping\nRecordSetGroup AWS::Route53::RecordSetGroup\n"},
    {"HTTP API with a domain beside resources that are called like what SAM makes for one",
     head + "  RecordSetGroup: {Type: AWS::Route53::RecordSetGroup, Properties: {HostedZoneId: y}}\n"
            "  ApiGatewayDomainNameV2: {Type: AWS::ApiGatewayV2::DomainName, Properties: {DomainName: e}}\n"
            "  A:\n    Type: AWS::Serverless::HttpApi\n    Properties: {Domain: {DomainName: d, "
            "CertificateArn: c, BasePath: [/one], Route53: {HostedZoneId: z}}}\n",
     "RecordSetGroup AWS::Route53::RecordSetGroup\nApiGatewayDomainNameV2 AWS::ApiGatewayV2::DomainName\n"
     "A AWS::ApiGatewayV2::Api\nAApiGatewayDefaultStage AWS::ApiGatewayV2::Stage\nApiGatewayDomainNameV20 "
     "AWS::ApiGatewayV2::DomainName\n"
     "AoneApiMapping AWS::ApiGatewayV2::ApiMapping\nRecordSetGroup0 AWS::Route53::RecordSetGroup\n"},
    {"simple table", head + "  T:\n    Type: AWS::Serverless::SimpleTable\n", "T AWS::DynamoDB::Table\n"},
    {"layer", head + "  L:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: layer/}\n",
     "L AWS::Lambda::LayerVersion\n"},
    {"application",
     head + "  N:\n    Type: AWS::Serverless::Application\n    Properties: {Location: n.yaml}\n",
     "N AWS::CloudFormation::Stack\n"},
    {"state machine with a schedule and an alias",
     head + "  S:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: s.json, "
            "AutoPublishAlias: live, Events: {E: "
            "{Type: Schedule, Properties: {Schedule: rate(1 day)}}}}\n",
     "S AWS::StepFunctions::StateMachine\nSRole AWS::IAM::Role\nSVersion "
     "AWS::StepFunctions::StateMachineVersion\n"
     "SAliaslive AWS::StepFunctions::StateMachineAlias\nSE AWS::Events::Rule\nSERole AWS::IAM::Role\n"},
    {"embedded connector",
     function("") +
         "    Connectors: {C: {Properties: {Destination: {Id: T}, Permissions: [Read]}}}\n  T:\n  "
         "  Type: AWS::DynamoDB::Table\n    Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}]}\n",
     plain + role + "FCPolicy AWS::IAM::ManagedPolicy\nT AWS::DynamoDB::Table\n"},
    {"WebSocket API",
     head + "  W:\n    Type: AWS::Serverless::WebSocketApi\n    Properties: {RouteSelectionExpression: r, "
            "Routes: {$connect: {FunctionArn: f}}}\n",
     "W AWS::ApiGatewayV2::Api\nWConnectRoute AWS::ApiGatewayV2::Route\nWConnectIntegration "
     "AWS::ApiGatewayV2::Integration\n"
     "WConnectPermission AWS::Lambda::Permission\nWDefaultStage AWS::ApiGatewayV2::Stage\n"},
    {"GraphQL API",
     head + "  G:\n    Type: AWS::Serverless::GraphQLApi\n    Properties: {SchemaInline: s, Logging: false, "
            "Auth: {Type: API_KEY}, ApiKeys: {K: {}}, "
            "DataSources: {Lambda: {D: {FunctionArn: f}}}}\n",
     "G AWS::AppSync::GraphQLApi\nGSchema AWS::AppSync::GraphQLSchema\nGK "
     "AWS::AppSync::ApiKey\nGDLambdaDataSourceRole AWS::IAM::Role\n"
     "GDLambdaDataSourceToLambdaConnectorPolicy AWS::IAM::ManagedPolicy\nGDLambdaDataSource "
     "AWS::AppSync::DataSource\n"},
    {"capacity provider",
     head +
         "  C:\n    Type: AWS::Serverless::CapacityProvider\n    Properties: {VpcConfig: {SubnetIds: [s]}}\n",
     "COperatorRole AWS::IAM::Role\nC AWS::Lambda::CapacityProvider\n"},
};

} // namespace

TEST_CASE("SAM resources become these CloudFormation resources") {
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const test::LoweredText text(row.yaml);
      CHECK(text.resources() == row.resources);
      CHECK(text.problems().empty());
    }
  }
}
