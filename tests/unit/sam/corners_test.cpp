// SPDX-License-Identifier: Apache-2.0
// Whole templates with every kind of event, destination and setting: what each becomes, by id and type.
#include "support/catch.hpp"
#include "unit/sam/lowered.hpp"

using namespace slsaudit;

namespace {

const char* const pushed_template = R"(Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Globals:
  Function:
    Runtime: python3.12
    Handler: app.handler
    CodeUri: s3://b/k
    Environment: {Variables: {A: 1}}
    Layers: [!Ref L1]
    Tags: {team: a}
    VpcConfig: {SecurityGroupIds: [sg-1], SubnetIds: [subnet-1]}
    EphemeralStorage: {Size: 1024}
    RolePath: /x/
    Architectures: [arm64]
    PropagateTags: true
    LoggingConfig: {LogFormat: JSON}
    RuntimeManagementConfig: {UpdateRuntimeOn: Auto}
    DeploymentPreference: {Type: Linear10PercentEvery1Minute, Enabled: true, Alarms: [!Ref Alarm]}
    AutoPublishAlias: live
Resources:
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1}}
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  Pool: {Type: AWS::Cognito::UserPool}
  B: {Type: AWS::S3::Bucket}
  F1:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties:
      Environment: {Variables: {B: 2}}
      Layers: [!Ref L2]
      Events:
        Iot: {Type: IoTRule, Properties: {Sql: "SELECT * FROM 'x'", AwsIotSqlVersion: beta}}
        Logs: {Type: CloudWatchLogs, Properties: {LogGroupName: g, FilterPattern: p}}
        Alexa: {Type: AlexaSkill, Properties: {SkillId: amzn1}}
        Cog: {Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: [PreSignUp, CustomMessage]}}
        S3: {Type: S3, Properties: {Bucket: !Ref B, Events: [s3:ObjectCreated:*, s3:ObjectRemoved:*], Filter: {S3Key: {Rules: [{Name: prefix, Value: a}]}}}}
        Sns: {Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true, FilterPolicy: {a: [b]}, RedrivePolicy: {deadLetterTargetArn: !GetAtt Q.Arn}}}
        Sched: {Type: Schedule, Properties: {Schedule: rate(1 minute), Enabled: false, Name: n, Description: d, Input: '{}', DeadLetterConfig: {Type: SQS, QueueLogicalId: MyDlq}, RetryPolicy: {MaximumRetryAttempts: 3}}}
        Eb: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}, InputPath: $.x, Target: {Id: tid}, RuleName: rn, DeadLetterConfig: {Arn: !GetAtt Q.Arn}}}
        Cw: {Type: CloudWatchEvent, Properties: {Pattern: {source: [a]}, State: DISABLED}}
        Sv2: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute), DeadLetterConfig: {Type: SQS}, GroupName: g, OmitName: true, PermissionsBoundary: arn:b}}
  F2:
    Type: AWS::Serverless::Function
    Properties:
      AutoPublishAliasAllProperties: true
      ReservedConcurrentExecutions: 5
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}
      FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}, InvokeMode: RESPONSE_STREAM}
      SnapStart: {ApplyOn: PublishedVersions}
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}
      KmsKeyArn: arn:aws:kms:a
      PermissionsBoundary: arn:pb
      VersionDescription: v
      EventInvokeConfig:
        MaximumEventAgeInSeconds: 60
        DestinationConfig: {OnSuccess: {Type: SQS}, OnFailure: {Type: Lambda, Destination: !GetAtt F1.Arn}}
      Policies: [AWSLambdaRole, {S3ReadPolicy: {BucketName: !Ref B}}, {Statement: [{Effect: Allow, Action: x:y, Resource: '*'}]}, !If [IsProd, {SQSPollerPolicy: {QueueName: q}}, !Ref AWS::NoValue]]
      DeploymentPreference: {Hooks: {PreTraffic: !Ref Hook}, TriggerConfigurations: [{TriggerEvents: [DeploymentSuccess], TriggerTargetArn: !Ref T, TriggerName: t}]}
  Hook:
    Type: AWS::Serverless::Function
    Properties: {DeploymentPreference: {Enabled: false}, AutoPublishAlias: live}
  L1: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: s3://b/l, RetentionPolicy: Delete, CompatibleRuntimes: [python3.12]}}
  L2: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: {Bucket: b, Key: k}, LayerName: two}}
)";

const char* const pushed_resources = R"(Alarm AWS::CloudWatch::Alarm
Q AWS::SQS::Queue
T AWS::SNS::Topic
Pool AWS::Cognito::UserPool
B AWS::S3::Bucket
F1 AWS::Lambda::Function
F1Version AWS::Lambda::Version
F1Aliaslive AWS::Lambda::Alias
F1AlexaPermission AWS::Lambda::Permission
F1AliasliveCognitoPermission AWS::Lambda::Permission
F1Cw AWS::Events::Rule
F1CwPermission AWS::Lambda::Permission
F1Eb AWS::Events::Rule
F1EbPermission AWS::Lambda::Permission
F1IotPermission AWS::Lambda::Permission
F1Iot AWS::IoT::TopicRule
F1LogsPermission AWS::Lambda::Permission
F1Logs AWS::Logs::SubscriptionFilter
F1S3Permission AWS::Lambda::Permission
F1Sched AWS::Events::Rule
MyDlq AWS::SQS::Queue
F1SchedQueuePolicy AWS::SQS::QueuePolicy
F1SchedPermission AWS::Lambda::Permission
F1SnsQueue AWS::SQS::Queue
F1SnsQueuePolicy AWS::SQS::QueuePolicy
F1Sns AWS::SNS::Subscription
F1SnsEventSourceMapping AWS::Lambda::EventSourceMapping
F1Sv2 AWS::Scheduler::Schedule
F1Sv2Queue AWS::SQS::Queue
F1Sv2Role AWS::IAM::Role
F1Role AWS::IAM::Role
ServerlessDeploymentApplication AWS::CodeDeploy::Application
CodeDeployServiceRole AWS::IAM::Role
F1DeploymentGroup AWS::CodeDeploy::DeploymentGroup
F2 AWS::Lambda::Function
F2Version AWS::Lambda::Version
F2Aliaslive AWS::Lambda::Alias
F2Url AWS::Lambda::Url
F2UrlPublicPermissions AWS::Lambda::Permission
F2URLInvokeAllowPublicAccess AWS::Lambda::Permission
F2EventInvokeConfigOnSuccessQueue AWS::SQS::Queue
F2EventInvokeConfig AWS::Lambda::EventInvokeConfig
F2Role AWS::IAM::Role
F2DeploymentGroup AWS::CodeDeploy::DeploymentGroup
Hook AWS::Lambda::Function
HookVersion AWS::Lambda::Version
HookAliaslive AWS::Lambda::Alias
HookRole AWS::IAM::Role
L1 AWS::Lambda::LayerVersion
L2 AWS::Lambda::LayerVersion
)";

const char* const pulled_template = R"(Transform: AWS::Serverless-2016-10-31
Conditions: {C: !Equals [a, b]}
Globals:
  SimpleTable: {SSESpecification: {SSEEnabled: true}}
  StateMachine: {PropagateTags: true}
Resources:
  St: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Db: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}], StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: bus}}
  P:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: a.b
      CodeUri: {Bucket: b, Key: k, Version: v}
      Events:
        K: {Type: Kinesis, Properties: {Stream: !GetAtt St.Arn, StartingPosition: LATEST, BatchSize: 5, ParallelizationFactor: 2, BisectBatchOnFunctionError: true, DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Q.Arn}}, FilterCriteria: {Filters: [{Pattern: x}]}, FunctionResponseTypes: [ReportBatchItemFailures], MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: 1, TumblingWindowInSeconds: 5, MetricsConfig: {Metrics: [EventCount]}}}
        D: {Type: DynamoDB, Properties: {Stream: !GetAtt Db.StreamArn, StartingPosition: TRIM_HORIZON, Enabled: false}}
        S: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, ScalingConfig: {MaximumConcurrency: 5}, KmsKeyArn: arn:k, ProvisionedPollerConfig: {MinimumPollers: 2}}}
        M: {Type: MSK, Properties: {Stream: arn:aws:kafka:us-east-1:1:cluster/c/u, StartingPosition: LATEST, Topics: [t], ConsumerGroupId: g, SourceAccessConfigurations: [{Type: SASL_SCRAM_512_AUTH, URI: arn:s}]}}
        Mq: {Type: MQ, Properties: {Broker: arn:b, Queues: [q], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:s}, {Type: VIRTUAL_HOST, URI: /}], SecretsManagerKmsKeyId: kid}}
        Kf: {Type: SelfManagedKafka, Properties: {KafkaBootstrapServers: [a:9092], Topics: [t], SourceAccessConfigurations: [{Type: VPC_SUBNET, URI: subnet:1}, {Type: VPC_SECURITY_GROUP, URI: security_group:2}, {Type: SASL_SCRAM_256_AUTH, URI: arn:aws:secretsmanager:a}]}}
        Doc: {Type: DocumentDB, Properties: {Cluster: arn:c, DatabaseName: d, CollectionName: c, FullDocument: UpdateLookup, SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:s}]}}
    Connectors:
      ToTable: {Properties: {Destination: {Id: Db}, Permissions: [Read, Write]}}
      Many: {Properties: {Destination: [{Id: Q}, {Id: T}], Permissions: [Write]}, SourceReference: {Qualifier: q}}
  Tab: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: pk, Type: Number}, ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}, TableName: tn, Tags: {a: b}, PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}}
  Sm:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt P.Arn, End: true}}}
      DefinitionSubstitutions: {x: !Ref Q}
      Policies: [{LambdaInvokePolicy: {FunctionName: !Ref P}}]
      Type: EXPRESS
      Logging: {Level: ALL, Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: arn:l}}]}
      Tracing: {Enabled: true}
      AutoPublishAlias: live
      DeploymentPreference: {Type: LINEAR, Percentage: 10, Interval: 5, Alarms: [a]}
      UseAliasAsEventTarget: true
      Tags: {t: u}
      Name: nm
      Events:
        A: {Type: Api, Properties: {Path: /s, Method: post, UnescapeMappingTemplate: true}}
        Sc: {Type: Schedule, Properties: {Schedule: rate(1 day), RoleArn: arn:r}}
        S2: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), State: DISABLED}}
        E: {Type: EventBridgeRule, Properties: {EventBusName: !Ref Bus, Pattern: {source: [a]}, InputTransformer: {InputTemplate: x}, RetryPolicy: {MaximumRetryAttempts: 1}}}
        Cw: {Type: CloudWatchEvent, Properties: {Pattern: {source: [a]}}}
  Con: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Sm}, Destination: {Id: Tab}, Permissions: [Read]}}
  Con2: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: T}, Destination: {Id: Q}, Permissions: [Write]}}
  Con3: {Type: AWS::Serverless::Connector, Properties: {Source: {Type: AWS::Events::Rule, Arn: arn:x}, Destination: {Id: P}, Permissions: [Write]}}
  App: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: a, SemanticVersion: 1.0.0}, Parameters: {a: b}, NotificationARNs: [x], Tags: {a: b}, TimeoutInMinutes: 5}}
  Gq:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: "type Query { a: String }"
      Auth: {Type: AWS_IAM, Additional: [{Type: API_KEY}]}
      ApiKeys: {K: {ExpiresOn: 5}}
      DataSources: {DynamoDb: {Ds: {TableName: !Ref Db, TableArn: !GetAtt Db.Arn}}, Lambda: {L: {FunctionArn: !GetAtt P.Arn}}}
      Functions: {Fn: {Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, DataSource: Ds, CodeUri: s3://a/b}}
      Resolvers: {Query: {a: {Pipeline: [Fn], Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, InlineCode: x}}}
      XrayEnabled: true
      Logging: true
      Cache: {ApiCachingBehavior: FULL_REQUEST_CACHING, Ttl: 5, Type: T2_SMALL}
      DomainName: {CertificateArn: c, DomainName: d}
)";

const char* const pulled_resources = R"(St AWS::Kinesis::Stream
Db AWS::DynamoDB::Table
Q AWS::SQS::Queue
T AWS::SNS::Topic
Bus AWS::Events::EventBus
P AWS::Lambda::Function
PD AWS::Lambda::EventSourceMapping
PDoc AWS::Lambda::EventSourceMapping
PK AWS::Lambda::EventSourceMapping
PKf AWS::Lambda::EventSourceMapping
PM AWS::Lambda::EventSourceMapping
PMq AWS::Lambda::EventSourceMapping
PS AWS::Lambda::EventSourceMapping
PRole AWS::IAM::Role
PToTablePolicy AWS::IAM::ManagedPolicy
PManyPolicyDestination0 AWS::IAM::ManagedPolicy
PManyPolicyDestination1 AWS::IAM::ManagedPolicy
Tab AWS::DynamoDB::Table
Sm AWS::StepFunctions::StateMachine
SmRole AWS::IAM::Role
SmVersion AWS::StepFunctions::StateMachineVersion
SmAliaslive AWS::StepFunctions::StateMachineAlias
SmARole AWS::IAM::Role
SmCw AWS::Events::Rule
SmCwRole AWS::IAM::Role
SmE AWS::Events::Rule
SmERole AWS::IAM::Role
SmS2 AWS::Scheduler::Schedule
SmS2Role AWS::IAM::Role
SmSc AWS::Events::Rule
ConPolicy AWS::IAM::ManagedPolicy
Con2QueuePolicy AWS::SQS::QueuePolicy
Con3WriteLambdaPermission AWS::Lambda::Permission
App AWS::CloudFormation::Stack
Gq AWS::AppSync::GraphQLApi
GqCloudWatchRole AWS::IAM::Role
GqSchema AWS::AppSync::GraphQLSchema
GqK AWS::AppSync::ApiKey
GqApiCache AWS::AppSync::ApiCache
GqDomainName AWS::AppSync::DomainName
GqDomainNameApiAssociation AWS::AppSync::DomainNameApiAssociation
GqDsDynamoDBDataSourceRole AWS::IAM::Role
GqDsDynamoDBDataSourceToTableConnectorPolicy AWS::IAM::ManagedPolicy
GqDsDynamoDBDataSource AWS::AppSync::DataSource
GqLLambdaDataSourceRole AWS::IAM::Role
GqLLambdaDataSourceToLambdaConnectorPolicy AWS::IAM::ManagedPolicy
GqLLambdaDataSource AWS::AppSync::DataSource
GqFn AWS::AppSync::FunctionConfiguration
GqQuerya AWS::AppSync::Resolver
ServerlessRestApi AWS::ApiGateway::RestApi
ServerlessRestApiDeployment AWS::ApiGateway::Deployment
ServerlessRestApiProdStage AWS::ApiGateway::Stage
)";

} // namespace

TEST_CASE("every event that is pushed, traffic shifting, destinations and layers") {
  const test::LoweredText lowered(pushed_template);
  CHECK(lowered.resources() == pushed_resources);
  CHECK(lowered.problems().empty());
  CHECK(lowered.at("/F1Sns/Properties/RedrivePolicy/deadLetterTargetArn") == R"({"Fn::GetAtt":["Q","Arn"]})");
  CHECK(lowered.at("/F1Sched/Properties/Targets/0/DeadLetterConfig/Arn") ==
        R"({"Fn::GetAtt":["MyDlq","Arn"]})");
  CHECK(lowered.at("/F1Sv2/Properties/Name") == "absent");
  CHECK(lowered.at("/F2Aliaslive/UpdatePolicy/CodeDeployLambdaAliasUpdate/BeforeAllowTrafficHook") ==
        R"({"Ref":"Hook"})");
  CHECK(lowered.at("/F2EventInvokeConfig/Properties/DestinationConfig/OnSuccess/Destination") ==
        R"({"Fn::GetAtt":["F2EventInvokeConfigOnSuccessQueue","Arn"]})");
}

TEST_CASE("every event that is pulled, state machines, connectors and GraphQL") {
  const test::LoweredText lowered(pulled_template);
  CHECK(lowered.resources() == pulled_resources);
  CHECK(lowered.at("/PM/Properties/AmazonManagedKafkaEventSourceConfig/ConsumerGroupId") == R"("g")");
  CHECK(lowered.problems().empty());
  CHECK(lowered.at("/PManyPolicyDestination1/Properties/Roles") == R"([{"Ref":"PRole"}])");
  CHECK(lowered.at("/SmCw/Properties/Targets/0/Arn") == R"({"Ref":"SmAliaslive"})");
  CHECK(lowered.at("/Con2QueuePolicy/Properties/Queues") == R"([{"Ref":"Q"}])");
  CHECK(lowered.at("/GqDomainNameApiAssociation/Properties/DomainName") ==
        R"({"Fn::GetAtt":["GqDomainName","DomainName"]})");
}

TEST_CASE("of an event that is written twice the last counts") {
  const test::LoweredText text(R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      CodeUri: s3://b/k
      Events:
        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Daily: {Type: Schedule, Properties: {Schedule: rate(2 days)}}
)");
  CHECK(text.resources() == "Work AWS::Lambda::Function\nWorkDaily AWS::Events::Rule\n"
                            "WorkDailyPermission AWS::Lambda::Permission\nWorkRole AWS::IAM::Role\n");
  CHECK(text.at("/WorkDaily/Properties/ScheduleExpression") == "\"rate(2 days)\"");
}
