// SPDX-License-Identifier: Apache-2.0
// Containers, databases, alarms, mail, deployments and custom resources in the graph.
#include "support/graph_cases.hpp"

using namespace slsaudit;
using Case = test::GraphCase;
using test::check_graph;

TEST_CASE("databases") {
  const std::vector<Case> cases = {
      {"an address in the environment; one for reading only",
       R"(
  Db: { Type: AWS::RDS::DBCluster }
  Cache: { Type: AWS::ElastiCache::ReplicationGroup }
  Writer: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { DB: !Sub 'postgres://app@${Db.Endpoint.Address}/shop', CACHE: !GetAtt Cache.PrimaryEndPoint.Address } } } }
  Reader: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { DB: !GetAtt Db.ReadEndpoint.Address } } } }
  Other: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { PORT: !GetAtt Db.Port } } } }
)",
       {"Writer -reads-> Db [hinted]", "Writer -writes-> Db [hinted]", "Writer -reads-> Cache [hinted]",
        "Writer -writes-> Cache [hinted]", "Reader -reads-> Db [hinted]"}},
      {"the Data API and a database user",
       R"(
  Db: { Type: AWS::RDS::DBCluster }
  Proxy: { Type: AWS::RDS::DBProxy, Properties: { Auth: [ { SecretArn: !Ref Secret } ] } }
  Targets: { Type: AWS::RDS::DBProxyTargetGroup, Properties: { DBProxyName: !Ref Proxy, DBClusterIdentifiers: [ !Ref Db ] } }
  Secret: { Type: AWS::SecretsManager::Secret }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'rds-data:BatchExecuteStatement', Resource: !GetAtt Db.DBClusterArn }
              - { Effect: Allow, Action: 'rds-db:connect', Resource: !Sub 'arn:aws:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${Db.DBClusterResourceId}/app' }
  Handler: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
)",
       {"Handler -reads-> Db [granted]", "Handler -writes-> Db [granted]", "Proxy -reads-> Secret",
        "Proxy -routes-> Db via Targets"}},
      {"whoever reads the credentials",
       R"(
  Db: { Type: AWS::RDS::DBInstance }
  Secret: { Type: AWS::SecretsManager::Secret }
  Attachment: { Type: AWS::SecretsManager::SecretTargetAttachment, Properties: { SecretId: !Ref Secret, TargetId: !Ref Db } }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'secretsmanager:GetSecretValue', Resource: !Ref Secret } ] } } ] } }
  Handler: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
)",
       {"Handler -reads-> Db [hinted]", "Handler -writes-> Db [hinted]",
        "Handler -reads-> Secret [granted]"}},
      {"a security group that lets a function in",
       R"(
  Inside: { Type: AWS::EC2::SecurityGroup }
  Guard: { Type: AWS::EC2::SecurityGroup, Properties: { SecurityGroupIngress: [ { IpProtocol: tcp, SourceSecurityGroupId: !GetAtt Inside.GroupId } ] } }
  Db: { Type: AWS::RDS::DBInstance, Properties: { VPCSecurityGroups: [ !GetAtt Guard.GroupId ] } }
  Handler: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SecurityGroupIds: [ !Ref Inside ] } } }
  Elsewhere: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SecurityGroupIds: [ !Ref Guard ] } } }
)",
       {"Handler -reads-> Db [hinted]", "Handler -writes-> Db [hinted]"}},
      {"brokers take messages",
       R"(
  Broker: { Type: AWS::AmazonMQ::Broker }
  Handler: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { URL: !Select [0, !GetAtt Broker.AmqpEndpoints] , PLAIN: !GetAtt Broker.AmqpEndpoints } } } }
)",
       {"Handler -sends-> Broker [hinted]"}},
      {"a file system",
       R"(
  Files: { Type: AWS::EFS::FileSystem }
  Point: { Type: AWS::EFS::AccessPoint, Properties: { FileSystemId: !Ref Files } }
  Handler: { Type: AWS::Lambda::Function, Properties: { FileSystemConfigs: [ { Arn: !GetAtt Point.Arn, LocalMountPath: /mnt/x } ] } }
)",
       {"Handler -reads-> Files", "Handler -writes-> Files"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("containers, builds and jobs") {
  const std::vector<Case> cases = {
      {"a service behind a load balancer",
       R"(
  Work: { Type: AWS::SQS::Queue }
  Secret: { Type: AWS::SecretsManager::Secret }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Work.Arn } ] } } ] } }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions: [ { Environment: [ { Name: QUEUE, Value: !Ref Work } ], Secrets: [ { Name: S, ValueFrom: !Ref Secret } ] } ]
  Group: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
  Service: { Type: AWS::ECS::Service, Properties: { TaskDefinition: !Ref Task, LoadBalancers: [ { TargetGroupArn: !Ref Group } ] } }
  Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internal } }
  Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { LoadBalancerArn: !Ref Balancer, DefaultActions: [ { Type: forward, TargetGroupArn: !Ref Group } ] } }
)",
       {"Balancer -routes-> Task via Group", "Task -reads-> Secret", "Task -sends-> Work [granted+hinted]"}},
      {"a job that a workflow submits",
       R"(
  Lake: { Type: AWS::S3::Bucket }
  Queue: { Type: AWS::Batch::JobQueue }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 's3:PutObject', Resource: !Sub '${Lake.Arn}/*' } ] } } ] } }
  Job: { Type: AWS::Batch::JobDefinition, Properties: { ContainerProperties: { JobRoleArn: !GetAtt Role.Arn } } }
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties: { Definition: { StartAt: Run, States: { Run: { Type: Task, Resource: 'arn:aws:states:::batch:submitJob.sync', Parameters: { JobQueue: !Ref Queue, JobDefinition: !Ref Job }, End: true } } } }
)",
       {"Flow -invokes-> Job", "Flow -invokes-> Queue", "Job -writes-> Lake [granted]"}},
      {"a build, a crawler and an app",
       R"(
  Lake: { Type: AWS::S3::Bucket }
  Token: { Type: AWS::SSM::Parameter, Properties: { Name: /token } }
  Build: { Type: AWS::CodeBuild::Project, Properties: { Artifacts: { Type: S3, Location: !Ref Lake }, Environment: { EnvironmentVariables: [ { Name: T, Type: PARAMETER_STORE, Value: /token } ] } } }
  Crawler: { Type: AWS::Glue::Crawler, Properties: { Targets: { S3Targets: [ { Path: !Sub 's3://${Lake}/raw' } ] } } }
  App: { Type: AWS::AppRunner::Service }
)",
       {"Build -reads-> Token [declared+hinted]", "Build -writes-> Lake", "Crawler -reads-> Lake",
        "internet -requests-> App"}},
      {"an activity",
       R"(
  Review: { Type: AWS::StepFunctions::Activity, Properties: { Name: review } }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: ['states:GetActivityTask', 'states:SendTaskSuccess'], Resource: !Ref Review } ] } } ] } }
  Worker: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
)",
       {"Worker -reads-> Review [granted]", "Worker -writes-> Review [granted]"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("what happens by itself") {
  const std::vector<Case> cases = {
      {"an alarm's actions",
       R"(
  Topic: { Type: AWS::SNS::Topic }
  Handler: { Type: AWS::Lambda::Function }
  Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmActions: [ !Ref Topic, !GetAtt Handler.Arn, 'arn:aws:automate:eu-west-1:ec2:stop' ] } }
)",
       {"Alarm -sends-> Topic", "Alarm -triggers-> Handler"}},
      {"a scaling policy moves no event",
       R"(
  Policy: { Type: AWS::AutoScaling::ScalingPolicy }
  Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmActions: [ !Ref Policy ] } }
)",
       {}},
      {"what services tell the default bus about resources",
       R"(
  Flow: { Type: AWS::StepFunctions::StateMachine }
  Alarm: { Type: AWS::CloudWatch::Alarm }
  Failed: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.states], detail: { stateMachineArn: [ !Ref Flow ] } } } }
  Rang: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.cloudwatch], resources: [ !GetAtt Alarm.Arn ] } } }
  Own: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [shop], resources: [ !GetAtt Alarm.Arn ] } } }
)",
       {"Flow -triggers-> Failed filter={source: [aws.states], detail: {stateMachineArn: [${Flow}]}}",
        "Alarm -triggers-> Rang filter={source: [aws.cloudwatch], resources: [${Alarm.Arn}]}",
        "default event bus -triggers-> Own filter={source: [shop], resources: [${Alarm.Arn}]}"}},
      {"a rule that names a bucket hears that one, if it tells the bus",
       R"(
  X: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { EventBridgeConfiguration: {} } } }
  Y: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { EventBridgeConfiguration: {} } } }
  Z: { Type: AWS::S3::Bucket }
  HearsX: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.s3], detail-type: [Object Created], detail: { bucket: { name: [ !Ref X ] } } } } }
  HearsZ: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.s3], detail: { bucket: { name: [ !Ref Z ] } } } } }
  Elsewhere: { Type: AWS::Events::Rule, Properties: { EventBusName: other, EventPattern: { source: [aws.s3], detail: { bucket: { name: [ !Ref X ] } } } } }
)",
       {"X -triggers-> HearsX filter={source: [aws.s3], detail-type: [Object Created], detail: {bucket: "
        "{name: "
        "[${X}]}}}",
        "Y -sends-> default event bus",
        "default event bus -triggers-> HearsZ filter={source: [aws.s3], detail: {bucket: {name: [${Z}]}}}",
        "other -triggers-> Elsewhere filter={source: [aws.s3], detail: {bucket: {name: [${X}]}}}"}},
      {"a rule that names no bucket hears all that tell the bus, over it",
       R"(
  X: { Type: AWS::S3::Bucket, Properties: { NotificationConfiguration: { EventBridgeConfiguration: {} } } }
  Z: { Type: AWS::S3::Bucket }
  Any: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.s3] } } }
)",
       {"X -sends-> default event bus", "default event bus -triggers-> Any filter={source: [aws.s3]}"}},
      {"executions of workflows, but not of express ones",
       R"(
  Slow: { Type: AWS::StepFunctions::StateMachine }
  Fast: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineType: EXPRESS } }
  Failed: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.states], detail: { status: [FAILED] } } } }
)",
       {"Slow -sends-> default event bus",
        "default event bus -triggers-> Failed filter={source: [aws.states], detail: {status: [FAILED]}}"}},
      {"tasks, pipelines, builds, jobs, images and parameters",
       R"(
  Cluster: { Type: AWS::ECS::Cluster }
  Pipeline: { Type: AWS::CodePipeline::Pipeline }
  Build: { Type: AWS::CodeBuild::Project }
  Job: { Type: AWS::Glue::Job }
  Images: { Type: AWS::ECR::Repository, Properties: { RepositoryName: shop } }
  Setting: { Type: AWS::SSM::Parameter, Properties: { Name: /shop/rate } }
  Stopped: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.ecs], detail-type: [ECS Task State Change], detail: { clusterArn: [ !GetAtt Cluster.Arn ], lastStatus: [STOPPED] } } } }
  Released: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.codepipeline], detail: { pipeline: [ !Ref Pipeline ], state: [SUCCEEDED] } } } }
  Built: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.codebuild], detail: { project-name: [ !Ref Build ] } } } }
  Ran: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.glue], detail-type: [Glue Job State Change], detail: { jobName: [ !Ref Job ] } } } }
  Pushed: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.ecr], detail-type: [ECR Image Action], detail: { repository-name: [shop] } } } }
  Changed: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.ssm], detail: { name: [/shop/rate] } } } }
)",
       {"Cluster -triggers-> Stopped filter={source: [aws.ecs], detail-type: [ECS Task State Change], "
        "detail: "
        "{clusterArn: [${Cluster.Arn}], lastStatus: [STOPPED]}}",
        "Pipeline -triggers-> Released filter={source: [aws.codepipeline], detail: {pipeline: [${Pipeline}], "
        "state: [SUCCEEDED]}}",
        "Build -triggers-> Built filter={source: [aws.codebuild], detail: {project-name: [${Build}]}}",
        "Job -triggers-> Ran filter={source: [aws.glue], detail-type: [Glue Job State Change], detail: "
        "{jobName: "
        "[${Job}]}}",
        "Images -triggers-> Pushed filter={source: [aws.ecr], detail-type: [ECR Image Action], detail: "
        "{repository-name: [shop]}}",
        "Setting -triggers-> Changed filter={source: [aws.ssm], detail: {name: [/shop/rate]}}"}},
      {"calls that a trail records",
       R"(
  X: { Type: AWS::S3::Bucket }
  Called: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [aws.s3], detail: { requestParameters: { bucketName: [ !Ref X ] } } } } }
)",
       {"X -triggers-> Called filter={source: [aws.s3], detail: {requestParameters: {bucketName: [${X}]}}}"}},
      {"received mail",
       R"(
  Inbox: { Type: AWS::S3::Bucket }
  Handler: { Type: AWS::Lambda::Function }
  Rule: { Type: AWS::SES::ReceiptRule, Properties: { Rule: { Actions: [ { S3Action: { BucketName: !Ref Inbox } }, { LambdaAction: { FunctionArn: !GetAtt Handler.Arn } } ] } } }
)",
       {"Rule -triggers-> Handler", "Rule -writes-> Inbox", "email -requests-> Rule"}},
      {"a deployment's hooks",
       R"(
  Handler: { Type: AWS::Lambda::Function }
  Check: { Type: AWS::Lambda::Function }
  App: { Type: AWS::CodeDeploy::Application }
  Group: { Type: AWS::CodeDeploy::DeploymentGroup, Properties: { ApplicationName: !Ref App } }
  Live:
    Type: AWS::Lambda::Alias
    UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: !Ref App, DeploymentGroupName: !Ref Group, BeforeAllowTrafficHook: !Ref Check } }
    Properties: { FunctionName: !Ref Handler }
)",
       {"Group -invokes-> Check via Live"}},
      {"notifications by custom resources",
       R"(
  Bucket: { Type: AWS::S3::Bucket }
  Handler: { Type: AWS::Lambda::Function, Properties: { FunctionName: shop-dev-handler } }
  Notify:
    Type: Custom::S3BucketNotifications
    Properties:
      BucketName: !Ref Bucket
      NotificationConfiguration: { LambdaFunctionConfigurations: [ { Events: ['s3:ObjectCreated:*'], LambdaFunctionArn: !GetAtt Handler.Arn, Filter: { Key: { FilterRules: [ { Name: prefix, Value: in/ } ] } } } ] }
  Existing:
    Type: Custom::S3
    Properties: { FunctionName: shop-dev-handler, BucketName: legacy, BucketConfigs: [ { Event: 's3:ObjectCreated:*', Rules: [ { Suffix: .csv } ] } ] }
  Pool: { Type: Custom::CognitoUserPool, Properties: { FunctionName: shop-dev-handler, UserPoolName: people, UserPoolConfigs: [ { Trigger: PreSignUp } ] } }
)",
       {"Bucket -triggers-> Handler via Notify filter={S3Key: {Rules: [{Name: prefix, Value: in/}]}}",
        "legacy -triggers-> Handler via Existing filter={S3Key: {Rules: [{Name: suffix, Value: .csv}]}}",
        "people -triggers-> Handler via Pool"}},
  };
  for (const Case& expected : cases) check_graph(expected);
  check_graph({"a web ACL belongs to what it guards",
               R"(
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { EndpointConfiguration: { Types: [PRIVATE] } } }
  Acl: { Type: AWS::WAFv2::WebACL }
  Join: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: !GetAtt Acl.Arn, ResourceArn: !Sub 'arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/prod' } }
)",
               {"Acl -refers-> Api via Join"}},
              {"refers"});
}
