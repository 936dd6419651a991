// SPDX-License-Identifier: Apache-2.0
// What each extractor makes of a template, edge by edge.
#include "graph/system.hpp"
#include "support/graph_cases.hpp"

using namespace slsaudit;
using Case = test::GraphCase;
using test::check_graph;

TEST_CASE("event source mappings, invoke configurations and URLs") {
  const std::vector<Case> cases = {
      {"queue by GetAtt, with a filter",
       R"(
  Orders: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 } } }
  Dead: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Orders.Arn
      FunctionName: !Ref Handler
      FilterCriteria: { Filters: [ { Pattern: '{}' } ] }
)",
       {"Orders -dead_letters-> Dead",
        "Orders -polls-> Handler via Mapping filter={Filters: [{Pattern: {}}]}"}},
      {"table stream, ARN of a function alias, failures to a topic",
       R"(
  Orders: { Type: AWS::DynamoDB::Table }
  Failed: { Type: AWS::SNS::Topic }
  Handler: { Type: AWS::Lambda::Function }
  Version: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Handler } }
  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Handler, FunctionVersion: !GetAtt Version.Version, Name: live } }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Orders.StreamArn
      FunctionName: !Ref Live
      DestinationConfig: { OnFailure: { Destination: !Ref Failed } }
)",
       {"Orders -polls-> Handler via Mapping", "Handler -dead_letters-> Failed via Mapping"}},
      {"a stream of another stack and one of another account",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  One:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !ImportValue clicks-arn, FunctionName: !Ref Handler }
  Two:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks', FunctionName: !Ref Handler }
)",
       {"arn:aws:kinesis:eu-west-1:111122223333:stream/clicks -polls-> Handler via Two",
        "imported clicks-arn -polls-> Handler via One"}},
      {"an enhanced fan-out consumer stands for its stream",
       R"(
  Clicks: { Type: AWS::Kinesis::Stream }
  Consumer: { Type: AWS::Kinesis::StreamConsumer, Properties: { StreamARN: !GetAtt Clicks.Arn, ConsumerName: c } }
  Handler: { Type: AWS::Lambda::Function }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !Ref Consumer, FunctionName: !GetAtt Handler.Arn }
)",
       {"Clicks -polls-> Handler via Mapping"}},
      {"invoke configuration and dead-letter queue",
       R"(
  Done: { Type: AWS::Events::EventBus, Properties: { Name: done } }
  Dead: { Type: AWS::SQS::Queue }
  Next: { Type: AWS::Lambda::Function }
  Handler: { Type: AWS::Lambda::Function, Properties: { DeadLetterConfig: { TargetArn: !GetAtt Dead.Arn } } }
  Config:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Handler
      Qualifier: $LATEST
      DestinationConfig: { OnSuccess: { Destination: !GetAtt Next.Arn }, OnFailure: { Destination: !GetAtt Done.Arn } }
)",
       {"Handler -invokes-> Next via Config", "Handler -dead_letters-> Done via Config",
        "Handler -dead_letters-> Dead"}},
      {"function URL",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  Url: { Type: AWS::Lambda::Url, Properties: { AuthType: NONE, TargetFunctionArn: !GetAtt Handler.Arn } }
)",
       {"internet -requests-> Handler via Url"}},
      {"either of two queues",
       R"(
  A: { Type: AWS::SQS::Queue }
  B: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { EventSourceArn: !If [IsProd, !GetAtt A.Arn, !GetAtt B.Arn], FunctionName: !Ref Handler }
Parameters: { Stage: { Type: String } }
Conditions: { IsProd: !Equals [!Ref Stage, prod] }
)",
       {"A -polls-> Handler via Mapping", "B -polls-> Handler via Mapping"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("permissions count when nothing stronger is known") {
  const std::vector<Case> cases = {
      {"a topic that only a permission names",
       R"(
  Topic: { Type: AWS::SNS::Topic }
  Handler: { Type: AWS::Lambda::Function }
  Allow:
    Type: AWS::Lambda::Permission
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: !Ref Handler, Principal: sns.amazonaws.com, SourceArn: !Ref Topic }
)",
       {"Topic -triggers-> Handler via Allow"}},
      {"a subscription is stronger",
       R"(
  Topic: { Type: AWS::SNS::Topic, Properties: { Subscription: [ { Protocol: lambda, Endpoint: !GetAtt Handler.Arn } ] } }
  Handler: { Type: AWS::Lambda::Function }
  Allow:
    Type: AWS::Lambda::Permission
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: !Ref Handler, Principal: sns.amazonaws.com, SourceArn: !Ref Topic }
)",
       {"Topic -triggers-> Handler"}},
      {"another account",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  Allow:
    Type: AWS::Lambda::Permission
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: !Ref Handler, Principal: '111122223333' }
)",
       {"account 111122223333 -requests-> Handler via Allow"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("topics, buses, schedules and pipes") {
  const std::vector<Case> cases = {
      {"subscriptions of every kind",
       R"(
  Topic: { Type: AWS::SNS::Topic }
  Work: { Type: AWS::SQS::Queue }
  Dead: { Type: AWS::SQS::Queue }
  ToQueue:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref Topic
      Protocol: sqs
      Endpoint: !GetAtt Work.Arn
      FilterPolicy: { kind: [order] }
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn }
  ToHook: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: https, Endpoint: 'https://hooks.example.com/x?y' } }
  ToPeople: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topic, Protocol: email, Endpoint: a@example.com } }
)",
       {"Topic -sends-> Work via ToQueue filter={kind: [order]}", "Topic -sends-> email via ToPeople",
        "Topic -sends-> hooks.example.com via ToHook", "Topic -dead_letters-> Dead via ToQueue"}},
      {"a rule on a bus, with a target's dead-letter queue",
       R"(
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Dead: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { source: [shop] }
      Targets: [ { Id: a, Arn: !GetAtt Handler.Arn, DeadLetterConfig: { Arn: !GetAtt Dead.Arn } } ]
  Archive: { Type: AWS::Events::Archive, Properties: { SourceArn: !GetAtt Bus.Arn } }
)",
       {"Bus -triggers-> Rule filter={source: [shop]}", "Bus -sends-> Archive", "Rule -triggers-> Handler",
        "Rule -dead_letters-> Dead"}},
      {"schedules, the default bus and a bucket's events",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  Uploads: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } } }
  Nightly: { Type: AWS::Events::Rule, Properties: { ScheduleExpression: rate(1 day), Targets: [ { Id: a, Arn: !GetAtt Handler.Arn } ] } }
  Hourly: { Type: AWS::Scheduler::Schedule, Properties: { ScheduleExpression: rate(1 hour), Target: { Arn: !GetAtt Handler.Arn } } }
  Uploaded:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [aws.s3], detail: { bucket: { name: [ !Ref Uploads ] } } }
      Targets: [ { Id: a, Arn: !GetAtt Handler.Arn } ]
)",
       {"Uploads -triggers-> Uploaded filter={source: [aws.s3], detail: {bucket: {name: [${Uploads}]}}}",
        "Nightly -triggers-> Handler", "Hourly -triggers-> Handler", "Uploaded -triggers-> Handler"}},
      {"a pipe and an API destination",
       R"(
  In: { Type: AWS::SQS::Queue }
  Enrich: { Type: AWS::Lambda::Function }
  Hook: { Type: AWS::Events::ApiDestination, Properties: { InvocationEndpoint: 'https://api.example.com/v1' } }
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties: { Source: !GetAtt In.Arn, Enrichment: !GetAtt Enrich.Arn, Target: !GetAtt Hook.Arn }
)",
       {"In -polls-> Pipe", "Hook -sends-> api.example.com", "Pipe -triggers-> Hook",
        "Pipe -invokes-> Enrich"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("buckets, tables and streams") {
  const std::vector<Case> cases = {
      {"two notifications to one function keep both filters",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  Topic: { Type: AWS::SNS::Topic }
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - { Event: 's3:ObjectCreated:*', Function: !GetAtt Handler.Arn, Filter: { S3Key: { Rules: [ { Name: prefix, Value: a/ } ] } } }
          - { Event: 's3:ObjectCreated:*', Function: !GetAtt Handler.Arn, Filter: { S3Key: { Rules: [ { Name: prefix, Value: b/ } ] } } }
        TopicConfigurations:
          - { Event: 's3:ObjectRemoved:*', Topic: !Ref Topic }
)",
       {"Bucket -triggers-> Handler filter=[{S3Key: {Rules: [{Name: prefix, Value: a/}]}}, "
        "{S3Key: {Rules: [{Name: prefix, Value: b/}]}}]",
        "Bucket -sends-> Topic"}},
      {"a table's feed through Firehose into a bucket",
       R"(
  Feed: { Type: AWS::Kinesis::Stream }
  Table: { Type: AWS::DynamoDB::Table, Properties: { KinesisStreamSpecification: { StreamArn: !GetAtt Feed.Arn } } }
  Lake: { Type: AWS::S3::Bucket }
  Transform: { Type: AWS::Lambda::Function }
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      KinesisStreamSourceConfiguration: { KinesisStreamARN: !GetAtt Feed.Arn }
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Lake.Arn
        ProcessingConfiguration:
          Processors: [ { Type: Lambda, Parameters: [ { ParameterName: LambdaArn, ParameterValue: !GetAtt Transform.Arn } ] } ]
)",
       {"Feed -polls-> Delivery", "Table -streams-> Feed", "Delivery -invokes-> Transform",
        "Delivery -writes-> Lake"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("APIs") {
  const std::vector<Case> cases = {
      {"REST methods: a function, a queue, a host",
       R"(
  Api: { Type: AWS::ApiGateway::RestApi }
  Orders: { Type: AWS::SQS::Queue }
  Handler: { Type: AWS::Lambda::Function }
  Check: { Type: AWS::Lambda::Function }
  Auth:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      AuthorizerUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Check.Arn}/invocations"
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      HttpMethod: GET
      Integration: { Type: AWS_PROXY, Uri: !Sub "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations" }
  Post:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      HttpMethod: POST
      Integration: { Type: AWS, Uri: !Sub "arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/${Orders.QueueName}" }
  Put:
    Type: AWS::ApiGateway::Method
    Properties: { RestApiId: !Ref Api, HttpMethod: PUT, Integration: { Type: HTTP_PROXY, Uri: 'https://legacy.example.com:8080/x' } }
)",
       {"Api -routes-> Orders via Post", "Api -routes-> Handler via Get",
        "Api -routes-> legacy.example.com via Put", "Api -invokes-> Check via Auth",
        "internet -requests-> Api"}},
      {"a private REST API with an OpenAPI body and an action in a template",
       R"(
  Flow: { Type: AWS::StepFunctions::StateMachine }
  Handler: { Type: AWS::Lambda::Function, Properties: { FunctionName: hello } }
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      EndpointConfiguration: { Types: [PRIVATE] }
      Body:
        openapi: 3.0.1
        paths:
          /hello:
            get:
              x-amazon-apigateway-integration:
                type: aws_proxy
                uri: !Join ['', ['arn:aws:apigateway:', !Ref 'AWS::Region', ':lambda:path/2015-03-31/functions/arn:aws:lambda:', !Ref 'AWS::Region', ':', !Ref 'AWS::AccountId', ':function:hello/invocations']]
          /start:
            post:
              x-amazon-apigateway-integration:
                type: aws
                uri: !Sub "arn:aws:apigateway:${AWS::Region}:states:action/StartExecution"
                requestTemplates: { application/json: !Sub '{"stateMachineArn": "${Flow}", "input": "{}"}' }
)",
       {"Api -routes-> Flow", "Api -routes-> Handler"}},
      {"HTTP API: routes, a service integration, an unrouted integration, quick create",
       R"(
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP, Target: !GetAtt Quick.Arn } }
  Quick: { Type: AWS::Lambda::Function }
  Handler: { Type: AWS::Lambda::Function }
  Lonely: { Type: AWS::Lambda::Function }
  Orders: { Type: AWS::SQS::Queue }
  Main: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Handler.Arn } }
  Unrouted: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Lonely.Arn } }
  Send:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationSubtype: SQS-SendMessage, RequestParameters: { QueueUrl: !Ref Orders } }
  Default: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: $default, Target: !Sub 'integrations/${Main}' } }
  Post: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: POST /, Target: !Join ['/', [integrations, !Ref Send]] } }
)",
       {"Api -routes-> Quick", "Api -routes-> Handler via Default", "Api -routes-> Lonely via Unrouted",
        "Api -routes-> Orders via Post", "internet -requests-> Api"}},
      {"GraphQL",
       R"(
  Api: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: API_KEY } }
  Table: { Type: AWS::DynamoDB::Table }
  Handler: { Type: AWS::Lambda::Function }
  Data: { Type: AWS::AppSync::DataSource, Properties: { ApiId: !GetAtt Api.ApiId, Name: data, Type: AMAZON_DYNAMODB, DynamoDBConfig: { TableName: !Ref Table } } }
  Code: { Type: AWS::AppSync::DataSource, Properties: { ApiId: !GetAtt Api.ApiId, Name: code, Type: AWS_LAMBDA, LambdaConfig: { LambdaFunctionArn: !GetAtt Handler.Arn } } }
  Get: { Type: AWS::AppSync::Resolver, Properties: { ApiId: !GetAtt Api.ApiId, TypeName: Query, FieldName: get, DataSourceName: data } }
  Put: { Type: AWS::AppSync::Resolver, Properties: { ApiId: !GetAtt Api.ApiId, TypeName: Mutation, FieldName: put, DataSourceName: !GetAtt Data.Name } }
)",
       {"Api -routes-> Handler via Code", "Api -reads-> Table via Get", "Api -writes-> Table via Put",
        "internet -requests-> Api"}},
      {"GraphQL pipelines and databases",
       R"(
  Api: { Type: AWS::AppSync::GraphQLApi, Properties: { AuthenticationType: API_KEY } }
  Table: { Type: AWS::DynamoDB::Table }
  Db: { Type: AWS::RDS::DBCluster }
  Data: { Type: AWS::AppSync::DataSource, Properties: { ApiId: !GetAtt Api.ApiId, Name: data, DynamoDBConfig: { TableName: !Ref Table } } }
  Rows: { Type: AWS::AppSync::DataSource, Properties: { ApiId: !GetAtt Api.ApiId, Name: rows, RelationalDatabaseConfig: { RdsHttpEndpointConfig: { DbClusterIdentifier: !GetAtt Db.DBClusterArn } } } }
  Step: { Type: AWS::AppSync::FunctionConfiguration, Properties: { ApiId: !GetAtt Api.ApiId, DataSourceName: !GetAtt Data.Name } }
  Put: { Type: AWS::AppSync::Resolver, Properties: { ApiId: !GetAtt Api.ApiId, TypeName: Mutation, FieldName: put, Kind: PIPELINE, PipelineConfig: { Functions: [ !GetAtt Step.FunctionId ] } } }
  Get: { Type: AWS::AppSync::Resolver, Properties: { ApiId: !GetAtt Api.ApiId, TypeName: Query, FieldName: get, DataSourceName: rows } }
)",
       {"Api -writes-> Table via Put", "Api -reads-> Db via Get", "internet -requests-> Api"}},
      {"a load balancer and a distribution",
       R"(
  Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
  Handler: { Type: AWS::Lambda::Function }
  Group: { Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: { TargetType: lambda, Targets: [ { Id: !GetAtt Handler.Arn } ] } }
  Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { LoadBalancerArn: !Ref Balancer, DefaultActions: [ { Type: forward, TargetGroupArn: !Ref Group } ] } }
  Site: { Type: AWS::S3::Bucket }
  Edge: { Type: AWS::Lambda::Function }
  EdgeVersion: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Edge } }
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [ { Id: s3, DomainName: !GetAtt Site.RegionalDomainName } ]
        DefaultCacheBehavior: { LambdaFunctionAssociations: [ { EventType: viewer-request, LambdaFunctionARN: !Ref EdgeVersion } ] }
)",
       {"Balancer -routes-> Handler via Group", "Cdn -triggers-> Edge", "Cdn -reads-> Site",
        "internet -requests-> Balancer", "internet -requests-> Cdn"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("user pools, logs and device messages") {
  const std::vector<Case> cases = {
      {"user pool triggers",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  Pool: { Type: AWS::Cognito::UserPool, Properties: { LambdaConfig: { PreSignUp: !GetAtt Handler.Arn, CustomEmailSender: { LambdaArn: !GetAtt Handler.Arn, LambdaVersion: V1_0 } } } }
)",
       {"Pool -triggers-> Handler"}},
      {"log groups by name, and what is subscribed to them",
       R"(
  One: { Type: AWS::Lambda::Function }
  Two: { Type: AWS::Lambda::Function, Properties: { FunctionName: two } }
  OneLogs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !Sub '/aws/lambda/${One}' } }
  TwoLogs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /aws/lambda/two } }
  Filter: { Type: AWS::Logs::SubscriptionFilter, Properties: { LogGroupName: /aws/lambda/two, FilterPattern: ERROR, DestinationArn: !GetAtt One.Arn } }
)",
       {"One -logs-> OneLogs", "Two -logs-> TwoLogs", "TwoLogs -triggers-> One via Filter filter=ERROR"}},
      {"topic rule",
       R"(
  Table: { Type: AWS::DynamoDB::Table }
  Dead: { Type: AWS::SQS::Queue }
  Rule:
    Type: AWS::IoT::TopicRule
    Properties:
      TopicRulePayload:
        Sql: SELECT * FROM 'a'
        Actions: [ { DynamoDBv2: { PutItem: { TableName: !Ref Table } } } ]
        ErrorAction: { Sqs: { QueueUrl: !Ref Dead } }
)",
       {"Rule -writes-> Table", "Rule -dead_letters-> Dead"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("functions of other platforms") {
  const std::vector<Case> cases = {
      {"started by a queue, a call and a schedule; putting into a queue",
       R"(
  Orders: { Type: other::azure::Queue }
  Results: { Type: other::azure::Queue }
  Front: { Type: other::azure::Api }
  Nightly: { Type: other::azure::Schedule }
  Handler:
    Type: other::azure::Function
    Properties:
      Events:
        - Source: !Ref Orders
        - Source: !Ref Front
        - { Source: !Ref Front, Direction: out }
        - Source: !Ref Nightly
        - { Source: !Ref Results, Direction: out }
)",
       {"Front -routes-> Handler", "Handler -sends-> Results", "Nightly -triggers-> Handler",
        "Orders -polls-> Handler", "internet -requests-> Front"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}
