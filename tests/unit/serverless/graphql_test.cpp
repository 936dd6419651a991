// SPDX-License-Identifier: Apache-2.0
// GraphQL APIs of serverless-appsync-plugin, in its two spellings, and serverless-lift's constructs.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {

using test::Lowering;

namespace {

struct Row {
  std::string id;
  std::string property;
  std::string expected;
};

void check(const Lowering& lowering, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.id, row.property);
    CHECK(lowering.shown(row.id, row.property) == row.expected);
  }
}

const std::string head = R"(service: blog
provider: {name: aws, runtime: nodejs20.x}
functions:
  posts: {handler: a.b}
  guard: {handler: a.c}
)";

const std::string trust =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"appsync.amazonaws.com"},"Action":"sts:AssumeRole"}]})";

} // namespace

TEST_CASE("an AppSync API at the top of the service") {
  const Lowering lowering(head + R"(plugins: [serverless-appsync-plugin]
appSync:
  name: blog
  authentication: {type: AWS_LAMBDA, config: {functionName: guard, authorizerResultTtlInSeconds: 60}}
  additionalAuthentications:
    - {type: API_KEY}
    - {type: AMAZON_COGNITO_USER_POOLS, config: {userPoolId: pool}}
  apiKeys: [one, {name: two-b, description: the second}]
  logging: {level: ERROR, retentionInDays: 14}
  xrayEnabled: true
  caching: {behavior: FULL_REQUEST_CACHING, ttl: 60}
  waf: {name: wall, rules: [throttle]}
  domain: {name: api.example.com, certificateArn: arn:c}
  dataSources:
    posts: {type: AWS_LAMBDA, config: {functionName: posts}}
    inside: {type: AWS_LAMBDA, config: {function: {handler: i.h, timeout: 60}}}
    table: {type: AMAZON_DYNAMODB, config: {tableName: !Ref Table}}
    web: {type: HTTP, config: {endpoint: 'https://example.com'}}
    bus: {type: AMAZON_EVENTBRIDGE, config: {eventBusArn: arn:bus}}
    old: {type: NONE}
  pipelineFunctions:
    load: {dataSource: table, code: load.js}
  resolvers:
    Query.posts: posts
    Query.post: {dataSource: table, request: false, response: false}
    Mutation.save: {functions: [load, {dataSource: inside, code: s.js}], code: x.js}
    Mutation.own: {dataSource: {type: HTTP, name: other, config: {endpoint: 'https://x'}}, code: o.js}
)");
  CHECK(lowering.problems(true).empty());
  check(
      lowering,
      {
          {"GraphQlApi", "AuthenticationType", "\"AWS_LAMBDA\""},
          {"GraphQlApi", "LambdaAuthorizerConfig",
           R"({"AuthorizerUri":{"Fn::GetAtt":["GuardLambdaFunction","Arn"]},"AuthorizerResultTtlInSeconds":60})"},
          {"GraphQlApi", "AdditionalAuthenticationProviders",
           R"([{"AuthenticationType":"API_KEY"},{"AuthenticationType":"AMAZON_COGNITO_USER_POOLS","UserPoolConfig":{"UserPoolId":"pool","AwsRegion":{"Ref":"AWS::Region"}}}])"},
          {"GraphQlApi", "XrayEnabled", "true"},
          {"GraphQlApi", "LogConfig",
           R"({"CloudWatchLogsRoleArn":{"Fn::GetAtt":["GraphQlApiLogGroupRole","Arn"]},"FieldLogLevel":"ERROR"})"},
          {"GraphQlApiLogGroup", "RetentionInDays", "14"},
          {"GraphQlApiLogGroupRole", "AssumeRolePolicyDocument", trust},
          {"LambdaAuthorizerPermission", "FunctionName", R"({"Fn::GetAtt":["GuardLambdaFunction","Arn"]})"},
          {"GraphQlApione", "Description", "\"one\""},
          {"GraphQlApitwob", "Description", "\"the second\""},
          {"GraphQlCaching", "Ttl", "60"},
          {"GraphQlWafAssoc", "WebACLArn", R"({"Fn::GetAtt":["GraphQlWaf","Arn"]})"},
          {"GraphQlDomainName", "CertificateArn", "\"arn:c\""},
          {"GraphQlDsposts", "LambdaConfig",
           R"({"LambdaFunctionArn":{"Fn::GetAtt":["PostsLambdaFunction","Arn"]}})"},
          {"GraphQlDsposts", "ServiceRoleArn", R"({"Fn::GetAtt":["GraphQlDspostsRole","Arn"]})"},
          {"InsideLambdaFunction", "Timeout", "60"},
          {"GraphQlDsinside", "LambdaConfig",
           R"({"LambdaFunctionArn":{"Fn::GetAtt":["InsideLambdaFunction","Arn"]}})"},
          {"GraphQlDstable", "DynamoDBConfig",
           R"({"AwsRegion":{"Ref":"AWS::Region"},"TableName":{"Ref":"Table"}})"},
          {"GraphQlDsweb", "ServiceRoleArn", "absent"},
          {"GraphQlDsbusRole", "Policies",
           R"([{"PolicyName":"AppSync-Datasource-bus","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Action":["events:PutEvents"],"Effect":"Allow","Resource":["arn:bus"]}]}}])"},
          {"GraphQlFunctionConfigurationload", "DataSourceName",
           R"({"Fn::GetAtt":["GraphQlDstable","Name"]})"},
          {"GraphQlResolverQueryposts", "DataSourceName", R"({"Fn::GetAtt":["GraphQlDsposts","Name"]})"},
          {"GraphQlResolverQuerypost", "RequestMappingTemplate", "absent"},
          {"GraphQlResolverMutationsave", "PipelineConfig",
           R"({"Functions":[{"Fn::GetAtt":["GraphQlFunctionConfigurationload","FunctionId"]},{"Fn::GetAtt":["GraphQlFunctionConfigurationMutationsave1","FunctionId"]}]})"},
          {"GraphQlResolverMutationown", "DataSourceName", R"({"Fn::GetAtt":["GraphQlDsother","Name"]})"},
      });
}

TEST_CASE("AppSync APIs as version 1 of the plugin spells them") {
  const Lowering lowering(head + R"(plugins: [serverless-appsync-plugin]
custom:
  appSync:
    - name: blog
      authenticationType: AMAZON_COGNITO_USER_POOLS
      userPoolConfig: {awsRegion: eu-west-1, userPoolId: pool, defaultAction: DENY}
      logConfig: {level: ALL, loggingRoleArn: arn:r}
      dataSources:
        - {type: AWS_LAMBDA, name: posts, config: {functionName: posts}}
        - {type: NONE, name: none}
      functionConfigurations: [{name: load, dataSource: posts}]
      mappingTemplates:
        - {type: Query, field: posts, dataSource: posts}
        - [{type: Query, field: all, kind: PIPELINE, functions: [load]}]
)");
  CHECK(lowering.problems(true).empty());
  check(
      lowering,
      {{"BlogGraphQlApi", "UserPoolConfig",
        R"({"AwsRegion":"eu-west-1","UserPoolId":"pool","DefaultAction":"DENY"})"},
       {"BlogGraphQlApi", "LogConfig", R"({"CloudWatchLogsRoleArn":"arn:r","FieldLogLevel":"ALL"})"},
       {"GraphQlDsBlogposts", "Type", "\"AWS_LAMBDA\""},
       {"BlogGraphQlResolverQueryposts", "DataSourceName", R"({"Fn::GetAtt":["GraphQlDsBlogposts","Name"]})"},
       {"BlogGraphQlResolverQueryall", "PipelineConfig",
        R"({"Functions":[{"Fn::GetAtt":["BlogGraphQlFunctionConfigurationload","FunctionId"]}]})"}});
  CHECK(
      Lowering(head + "custom: {appSync: {name: blog, authenticationType: API_KEY}}\n").find("GraphQlApi") ==
      nullptr); // nobody reads it without the plugin
}

TEST_CASE("serverless-lift: a queue and its worker") {
  const Lowering lowering(head + R"(plugins: [serverless-lift]
constructs:
  jobs:
    type: queue
    worker: {handler: w.h, timeout: 10}
    maxBatchingWindow: 5
    batchSize: 10
    maxRetries: 5
    alarm: people@example.com
    extensions: {queue: {Properties: {MessageRetentionPeriod: 600}}}
  later: {type: queue, worker: posts, fifo: true, delay: 3}
)");
  CHECK(lowering.problems(true).empty());
  check(lowering,
        {{"jobsQueueCEDBAE3E", "VisibilityTimeout", "65"},
         {"jobsQueueCEDBAE3E", "RedrivePolicy",
          R"({"deadLetterTargetArn":{"Fn::GetAtt":["jobsDlqD18CF374","Arn"]},"maxReceiveCount":5})"},
         {"jobsQueueCEDBAE3E", "MessageRetentionPeriod", "600"},
         {"jobsQueueCEDBAE3E", "QueueName", "\"blog-dev-jobs\""},
         {"jobsDlqD18CF374", "MessageRetentionPeriod", "1209600"},
         {"jobsAlarmAD624355", "AlarmActions", R"([{"Ref":"jobsAlarmTopic6C2524F8"}])"},
         {"JobsWorkerLambdaFunction", "Handler", "\"w.h\""},
         {"JobsWorkerEventSourceMappingSQSJobsQueueCEDBAE3E", "FunctionResponseTypes",
          R"(["ReportBatchItemFailures"])"},
         {"JobsWorkerEventSourceMappingSQSJobsQueueCEDBAE3E", "BatchSize", "10"},
         {"laterQueue32DCE1F4", "QueueName", "\"blog-dev-later.fifo\""},
         {"laterQueue32DCE1F4", "VisibilityTimeout", "36"},
         {"laterQueue32DCE1F4", "DelaySeconds", "3"},
         {"PostsEventSourceMappingSQSLaterQueue32DCE1F4", "BatchSize", "1"}});
}

TEST_CASE("serverless-lift: constructs, what they let functions do and their variables") {
  const Lowering lowering(R"(service: shop
provider:
  name: aws
  runtime: nodejs20.x
  environment: {BUCKET: '${construct:files.bucketName}', TABLE: '${construct:data.tableArn}', X: '${construct:files.no}'}
plugins: [serverless-lift]
functions: {api: {handler: a.b}}
constructs:
  files: {type: storage, publicPath: public}
  data: {type: database/dynamodb-single-table, gsiCount: 1, localSecondaryIndexes: true}
  hook: {type: webhook, path: /pay, authorizer: {handler: h.a}}
  site: {type: static-website, path: out, domain: x.example.com, certificate: arn:c}
  app: {type: single-page-app, path: out}
  ssr: {type: server-side-website, assets: {'/js/*': js}}
  net: {type: vpc}
  jobs: {type: queue}
  what: {type: something/else}
)");
  CHECK(lowering.problems(true) == "finding construct-without-worker; note partly-understood-plugin");
  check(
      lowering,
      {{"ApiLambdaFunction", "Environment",
        R"({"Variables":{"BUCKET":{"Ref":"filesBucket23E7585D"},"TABLE":{"Fn::GetAtt":["dataTable09E9821C","Arn"]},"X":{"slsaudit::unknown":"`constructs` makes no such value that is known"}}})"},
       {"ApiLambdaFunction", "VpcConfig",
        R"({"SecurityGroupIds":[{"Fn::GetAtt":["netAppSecurityGroup78C321DF","GroupId"]}],"SubnetIds":[{"Ref":"netPrivateSubnet1SubnetCE880968"},{"Ref":"netPrivateSubnet2Subnet70946A9F"}]})"},
       {"filesBucket23E7585D", "PublicAccessBlockConfiguration",
        R"({"BlockPublicAcls":true,"BlockPublicPolicy":false,"IgnorePublicAcls":true,"RestrictPublicBuckets":false})"},
       {"dataTable09E9821C", "BillingMode", "\"PAY_PER_REQUEST\""},
       {"hookRoute78C51D86", "RouteKey", "\"POST /pay\""},
       {"hookRoute78C51D86", "AuthorizationType", "\"CUSTOM\""},
       {"HookAuthorizerLambdaFunction", "Handler", "\"h.a\""},
       {"siteBucketPolicy0C71C997", "PolicyDocument",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["siteBucket9649E592","Arn"]},"/*"]]}}]})"}});
  const syntax::Node* policies = lowering.property("IamRoleLambdaExecution", "Policies");
  REQUIRE(policies != nullptr);
  const std::string statements = Lowering::one_line(dialect::to_json(*policies));
  CHECK(statements.find("dynamodb:BatchWriteItem") != std::string::npos);
  CHECK(statements.find("s3:PutObject") != std::string::npos);
}

} // namespace slsaudit
