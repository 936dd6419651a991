// SPDX-License-Identifier: Apache-2.0
// Events: the resources that each makes, and what stands in them.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

std::string service(const std::string& events, const std::string& rest = "") {
  return "service: shop\nprovider:\n  name: aws\n  runtime: python3.12\n  versionFunctions: false\n" + rest +
         "functions:\n  pay-now:\n    handler: a.b\n    events: " + events + "\n";
}

/// What a function without events makes.
const std::vector<std::string> always = {"IamRoleLambdaExecution AWS::IAM::Role",
                                         "PayDashnowLambdaFunction AWS::Lambda::Function",
                                         "PayDashnowLogGroup AWS::Logs::LogGroup"};

std::string added(const Lowering& lowering) {
  std::string out;
  for (const std::string& id : lowering.ids()) {
    if (std::find(always.begin(), always.end(), id) != always.end()) continue;
    if (!out.empty()) out += ", ";
    out += id;
  }
  return out;
}

struct Row {
  std::string events;
  std::string added;
};

struct Check {
  std::string events;
  std::string id;
  std::string property;
  std::string expected;
};

} // namespace

TEST_CASE("events make resources with the framework's names") {
  const auto row = GENERATE_COPY(values<Row>({
      {"[]", ""},
      {"[{iotFleetProvisioning: {templateBody: {Resources: {}}, provisioningRoleArn: "
       "'arn:aws:iam::1:role/r'}}]",
       "PayDashnowIotProvisioningTemplate AWS::IoT::ProvisioningTemplate, "
       "PayDashnowLambdaPermissionIotProvisioningTemplate AWS::Lambda::Permission"},
      {"[{sqs: 'arn:aws:sqs:us-east-1:1:my-queue'}]",
       "PayDashnowEventSourceMappingSQSMyqueue AWS::Lambda::EventSourceMapping"},
      {"[{sqs: {arn: {'Fn::GetAtt': [Jobs, Arn]}}}]",
       "PayDashnowEventSourceMappingSQSJobs AWS::Lambda::EventSourceMapping"},
      {"[{sqs: {arn: !GetAtt Jobs.Arn}}]",
       "PayDashnowEventSourceMappingSQSJobs AWS::Lambda::EventSourceMapping"},
      {"[{stream: 'arn:aws:kinesis:us-east-1:1:stream/clicks'}]",
       "PayDashnowEventSourceMappingKinesisClicks AWS::Lambda::EventSourceMapping"},
      {"[{stream: 'arn:aws:dynamodb:us-east-1:1:table/orders/stream/2020'}]",
       "PayDashnowEventSourceMappingDynamodbOrders AWS::Lambda::EventSourceMapping"},
      {"[{stream: {type: kinesis, arn: {'Fn::GetAtt': [S, Arn]}, consumer: true}}]",
       "PayDashnowEventSourceMappingKinesisS AWS::Lambda::EventSourceMapping, "
       "PayDashnowSConsumerStreamConsumer "
       "AWS::Kinesis::StreamConsumer"},
      {"[{sns: topic-a}]",
       "PayDashnowLambdaPermissionTopicaSNS AWS::Lambda::Permission, SNSTopicTopica AWS::SNS::Topic"},
      {"[{sns: {arn: 'arn:aws:sns:us-east-1:1:topic-a'}}]",
       "PayDashnowLambdaPermissionTopicaSNS AWS::Lambda::Permission, PayDashnowSnsSubscriptionTopica "
       "AWS::SNS::Subscription"},
      {"[{sns: {topicName: t, redrivePolicy: {deadLetterTargetRef: Dlq}}}]",
       "PayDashnowLambdaPermissionTSNS AWS::Lambda::Permission, PayDashnowSnsSubscriptionT "
       "AWS::SNS::Subscription, SNSTopicT "
       "AWS::SNS::Topic, TToPayDashnowDLQPolicy AWS::SQS::QueuePolicy"},
      {"[{s3: photos}]",
       "PayDashnowLambdaPermissionPhotosS3 AWS::Lambda::Permission, S3BucketPhotos AWS::S3::Bucket"},
      {"[{s3: {bucket: photos, existing: true}}]",
       "CustomDashresourceDashexistingDashs3LambdaFunction AWS::Lambda::Function, "
       "IamRoleCustomResourcesLambdaExecution "
       "AWS::IAM::Role, PayDashnowCustomS31 Custom::S3"},
      {"[{schedule: rate(1 hour)}, {schedule: {rate: ['rate(1 day)', 'rate(2 days)']}}]",
       "PayDashnowEventsRuleSchedule1 AWS::Events::Rule, PayDashnowEventsRuleSchedule2 AWS::Events::Rule, "
       "PayDashnowEventsRuleSchedule3 AWS::Events::Rule, PayDashnowLambdaPermissionEventsRuleSchedule1 "
       "AWS::Lambda::Permission, "
       "PayDashnowLambdaPermissionEventsRuleSchedule2 AWS::Lambda::Permission, "
       "PayDashnowLambdaPermissionEventsRuleSchedule3 "
       "AWS::Lambda::Permission"},
      {"[{schedule: {rate: [rate(1 hour)], method: scheduler}}]",
       "PayDashnowSchedulerSchedule1 AWS::Scheduler::Schedule"},
      {"[{eventBridge: {pattern: {source: [x]}}}]",
       "PayDashnowEventBridgeLambdaPermission1 AWS::Lambda::Permission, Shopdevpaynowrule1EventBridgeRule "
       "AWS::Events::Rule"},
      {"[{cloudwatchEvent: {event: {source: [aws.ec2]}}}]",
       "PayDashnowEventsRuleCloudWatchEvent1 AWS::Events::Rule, "
       "PayDashnowLambdaPermissionEventsRuleCloudWatchEvent1 "
       "AWS::Lambda::Permission"},
      {"[{cloudwatchLog: /aws/lambda/x}]",
       "PayDashnowLambdaPermissionLogsSubscriptionFilterCloudWatchLog AWS::Lambda::Permission, "
       "PayDashnowLogsSubscriptionFilterCloudWatchLog1 AWS::Logs::SubscriptionFilter"},
      {"[{iot: {sql: SELECT * FROM 't'}}]",
       "PayDashnowIotTopicRule1 AWS::IoT::TopicRule, PayDashnowLambdaPermissionIotTopicRule1 "
       "AWS::Lambda::Permission"},
      {"[{alexaSkill: amzn1.x}]", "PayDashnowLambdaPermissionAlexaSkill1 AWS::Lambda::Permission"},
      {"[{alexaSmartHome: amzn1.x}]", "PayDashnowLambdaPermissionAlexaSmartHome1 AWS::Lambda::Permission"},
      {"[{cognitoUserPool: {pool: People, trigger: PreSignUp}}]",
       "CognitoUserPoolPeople AWS::Cognito::UserPool, "
       "PayDashnowLambdaPermissionCognitoUserPoolPeopleTriggerSourcePreSignUp "
       "AWS::Lambda::Permission"},
      {"[{msk: {arn: 'arn:aws:kafka:us-east-1:1:cluster/main/abc', topic: t}}]",
       "PayDashnowEventSourceMappingMSKMainT AWS::Lambda::EventSourceMapping"},
      {"[{kafka: {bootstrapServers: [a], topic: t, accessConfigurations: {saslPlainAuth: [arn]}}}]",
       "PayDashnowEventSourceMappingKafkaT AWS::Lambda::EventSourceMapping"},
      {"[{activemq: {arn: x, queue: q, basicAuthArn: y}}]",
       "PayDashnowEventSourceMappingActiveMQQ AWS::Lambda::EventSourceMapping"},
      {"[{rabbitmq: {arn: x, queue: q, basicAuthArn: y}}]",
       "PayDashnowEventSourceMappingRabbitMQQ AWS::Lambda::EventSourceMapping"},
      {"[{websocket: $connect}]",
       "PayDashnowLambdaPermissionWebsockets AWS::Lambda::Permission, PayDashnowWebsocketsIntegration "
       "AWS::ApiGatewayV2::Integration, SconnectWebsocketsRoute AWS::ApiGatewayV2::Route, WebsocketsApi "
       "AWS::ApiGatewayV2::Api, "
       "WebsocketsDeployment AWS::ApiGatewayV2::Deployment, WebsocketsDeploymentStage "
       "AWS::ApiGatewayV2::Stage"},
      {"[{httpApi: '*'}]", "HttpApi AWS::ApiGatewayV2::Api, HttpApiIntegrationPayDashnow "
                           "AWS::ApiGatewayV2::Integration, HttpApiRouteDefault "
                           "AWS::ApiGatewayV2::Route, HttpApiStage AWS::ApiGatewayV2::Stage, "
                           "PayDashnowLambdaPermissionHttpApi AWS::Lambda::Permission"},
      {"[{http: 'GET /a-b/{id}'}]", "ApiGatewayDeployment AWS::ApiGateway::Deployment, "
                                    "ApiGatewayMethodADashbIdVarGet AWS::ApiGateway::Method, "
                                    "ApiGatewayResourceADashb AWS::ApiGateway::Resource, "
                                    "ApiGatewayResourceADashbIdVar AWS::ApiGateway::Resource, "
                                    "ApiGatewayRestApi AWS::ApiGateway::RestApi, "
                                    "PayDashnowLambdaPermissionApiGateway AWS::Lambda::Permission"},
  }));
  CAPTURE(row.events);
  const Lowering lowering(service(row.events));
  CHECK(lowering.problems() == "");
  CHECK(added(lowering) == row.added);
}

TEST_CASE("events keep the author's settings and the framework's defaults") {
  const std::string queue = "PayDashnowEventSourceMappingSQSQ";
  const std::string stream = "PayDashnowEventSourceMappingKinesisS";
  const std::string sqs =
      "[{sqs: {arn: 'a:b:q', batchSize: 5, maximumBatchingWindow: 7, maximumConcurrency: 9, enabled: false, "
      "functionResponseType: ReportBatchItemFailures, filterPatterns: [{a: [x, 1]}]}}]";
  const std::string kinesis =
      "[{stream: {arn: 'arn:aws:kinesis:r:1:stream/s', batchWindow: 3, parallelizationFactor: 2, "
      "bisectBatchOnFunctionError: true, maximumRetryAttempts: 4, destinations: {onFailure: "
      "'arn:aws:sqs:r:1:q'}}}]";
  const auto row = GENERATE_COPY(values<Check>({
      {"[{sqs: 'a:b:q'}]", queue, "BatchSize", "10"},
      {"[{sqs: 'a:b:q'}]", queue, "Enabled", "true"},
      {sqs, queue, "BatchSize", "5"},
      {sqs, queue, "Enabled", "false"},
      {sqs, queue, "MaximumBatchingWindowInSeconds", "7"},
      {sqs, queue, "ScalingConfig", R"({"MaximumConcurrency":9})"},
      {sqs, queue, "FunctionResponseTypes", R"(["ReportBatchItemFailures"])"},
      {sqs, queue, "FilterCriteria", R"({"Filters":[{"Pattern":"{\"a\":[\"x\",1]}"}]})"},
      {kinesis, stream, "StartingPosition", R"("TRIM_HORIZON")"},
      {kinesis, stream, "MaximumBatchingWindowInSeconds", "3"},
      {kinesis, stream, "ParallelizationFactor", "2"},
      {kinesis, stream, "BisectBatchOnFunctionError", "true"},
      {kinesis, stream, "MaximumRetryAttempts", "4"},
      {kinesis, stream, "DestinationConfig", R"({"OnFailure":{"Destination":"arn:aws:sqs:r:1:q"}})"},
      {"[{schedule: {rate: cron(0 0 * * ? *), enabled: false, input: {a: 1}}}]",
       "PayDashnowEventsRuleSchedule1", "State", R"("DISABLED")"},
      {"[{schedule: {rate: rate(1 hour), input: {a: 1}}}]", "PayDashnowEventsRuleSchedule1", "Targets",
       R"([{"Input":"{\"a\":1}","Arn":{"Fn::GetAtt":["PayDashnowLambdaFunction","Arn"]},"Id":"pay-nowSchedule"}])"},
      {"[{eventBridge: {schedule: rate(1 hour), eventBus: bus, retryPolicy: {maximumRetryAttempts: 1}, "
       "deadLetterQueueArn: d}}]",
       "Shopdevpaynowrule1EventBridgeRule", "EventBusName", R"("bus")"},
      {"[{eventBridge: {schedule: rate(1 hour), eventBus: bus, retryPolicy: {maximumRetryAttempts: 1}, "
       "deadLetterQueueArn: d}}]",
       "BusEventBridgeEventBus", "Name", R"("bus")"},
      {"[{s3: {bucket: b, event: 's3:ObjectRemoved:*', rules: [{prefix: in/}]}}]", "S3BucketB",
       "NotificationConfiguration",
       R"({"LambdaConfigurations":[{"Event":"s3:ObjectRemoved:*","Function":{"Fn::GetAtt":["PayDashnowLambdaFunction","Arn"]},"Filter":{"S3Key":{"Rules":[{"Name":"prefix","Value":"in/"}]}}}]})"},
      {"[{http: {method: get, path: x, private: true}}]", "ApiGatewayMethodXGet", "ApiKeyRequired", "true"},
      {"[{http: {method: get, path: x, authorizer: aws_iam}}]", "ApiGatewayMethodXGet", "AuthorizationType",
       R"("AWS_IAM")"},
      {"[{http: {method: get, path: x, authorizer: 'arn:aws:cognito-idp:r:1:userpool/p'}}]",
       "ApiGatewayMethodXGet", "AuthorizationType", R"("COGNITO_USER_POOLS")"},
      {"[{http: {method: get, path: x, authorizer: {arn: '${ssm:/auth/arn}', type: request}}}]",
       "ApiGatewayMethodXGet", "AuthorizerId", R"({"Ref":"UnknownApiGatewayAuthorizer"})"},
      {"[{http: {method: get, path: x, async: true}}]", "ApiGatewayMethodXGet", "HttpMethod", R"("GET")"},
      {"[{httpApi: {method: '*', path: /x, authorizer: {type: aws_iam}}}]", "HttpApiRouteAnyX",
       "AuthorizationType", R"("AWS_IAM")"},
      {"[{httpApi: GET /x}]", "HttpApiIntegrationPayDashnow", "TimeoutInMillis", "30000"},
      {"[{stream: {arn: 'arn:aws:kinesis:r:1:stream/s', startingPositionTimestamp: 7}}]", stream,
       "StartingPositionTimestamp", "absent"},
      {"[{stream: {arn: 'arn:aws:kinesis:r:1:stream/s', startingPositionTimestamp: 7, consumer: c}}]", stream,
       "StartingPositionTimestamp", "7"},
      {"[{http: {method: get, path: x, integration: mock}}]", "PayDashnowLambdaPermissionApiGateway",
       "Action", R"("lambda:InvokeFunction")"},
      {"[{cloudwatchLog: /aws/x}]", "PayDashnowLambdaPermissionLogsSubscriptionFilterCloudWatchLog",
       "Principal", R"({"Fn::Join":["",["logs.",{"Ref":"AWS::Region"},".amazonaws.com"]]})"},
      {"[{cognitoUserPool: {pool: p, existing: true, trigger: CustomEmailSender, kmsKeyId: k}}]",
       "PayDashnowCustomCognitoUserPool1", "UserPoolConfigs",
       R"([{"Trigger":"CustomEmailSender","LambdaVersion":"V1_0","KMSKeyID":"k"}])"},
  }));
  CAPTURE(row.events, row.property);
  const Lowering lowering(service(row.events));
  CHECK(lowering.problems() == "");
  CHECK(lowering.shown(row.id, row.property) == row.expected);
}

TEST_CASE("what a WebSocket API needs is there before it") {
  const Lowering lowering(service("[{websocket: {route: $connect, authorizer: pay-now, "
                                  "routeResponseSelectionExpression: $default}}]"));
  const auto waits_for = [&](std::string_view id) {
    return Lowering::one_line(dialect::to_json(*lowering.find(id)->body->get("DependsOn")));
  };
  CHECK(waits_for("PayDashnowLambdaPermissionWebsockets") ==
        R"(["WebsocketsApi","PayDashnowLambdaFunction"])");
  CHECK(waits_for("WebsocketsDeployment") ==
        R"(["SconnectWebsocketsRoute","SconnectWebsocketsRouteResponse"])");
}

TEST_CASE("an API of another stack has an address, too") {
  const Lowering lowering(service(
      "[{http: GET x}]", "  apiGateway: {restApiId: abc, restApiRootResourceId: r, description: d}\n"));
  CHECK(lowering.shown("ApiGatewayDeployment", "Description") == R"("d")");
  const std::string outputs = dialect::to_json(lowering.lowered);
  CHECK(outputs.find("ServiceEndpoint") != std::string::npos);
}

TEST_CASE("one key is granted once") {
  const Lowering lowering(
      "service: s\nprovider: {name: aws, kmsKeyArn: 'arn:k'}\nfunctions: {a: {handler: a.b}, "
      "b: {handler: a.b}}\n");
  CHECK(lowering.shown("IamRoleLambdaExecution", "Policies").find(R"("Resource":["arn:k"])") !=
        std::string::npos);
}

TEST_CASE("names that are too long end in a hash") {
  const Lowering lowering("service: shop-with-a-name-that-is-long\nprovider: {name: aws}\nfunctions: "
                          "{and-a-function-that-is-longer: "
                          "{handler: a.b, events: [{eventBridge: {schedule: rate(1 day)}}]}}\n");
  const std::string rule = "Shopwithanamethatislongdevandafunctionthatislongerrule1EventBridgeRule";
  CHECK(lowering.shown(rule, "Name") ==
        R"("shop-with-a-name-that-is-a6115bb5a982d3e3f7cf56321ff96cf1-rule-1")");
  CHECK(lowering.shown(rule, "Targets")
            .find("shop-with-a-name-that-is-59d3aa7da508708a5e6716e14be20dbd-target") != std::string::npos);
}

TEST_CASE("a target group is named by a hash") {
  const std::string alb = "[{alb: {listenerArn: 'arn:aws:elasticloadbalancing:us-east-1:1:listener/app/lb/"
                          "0123456789/abc', priority: 1, conditions: {path: /}, multiValueHeaders: true}}]";
  const Lowering lowering(service(alb));
  const Lowering prefixed(service(alb, "  alb: {targetGroupPrefix: edge-}\n"));
  const std::string group = "PayDashnowAlbMultiValueTargetGroup0123456789";
  CHECK(lowering.shown(group, "Tags") ==
        R"([{"Key":"Name","Value":"shop-pay-now-0123456789-multi-value-dev"}])");
  CHECK(lowering.shown(group, "Name") == R"("068ebe7652e3c9fc26ac4044eabd79cc")");
  CHECK(prefixed.shown(group, "Name") == R"("edge-068ebe7652e3c9fc26ac4044eab")");
}

TEST_CASE("events give the shared role what they need") {
  struct Need {
    std::string events;
    std::string statement;
  };
  const auto row = GENERATE_COPY(values<Need>({
      {"[{sqs: 'a:b:q'}]",
       R"({"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":["a:b:q"]})"},
      {"[{websocket: $default}]", R"("Action":["execute-api:ManageConnections"])"},
      {"[{stream: 'arn:aws:dynamodb:r:1:table/t/stream/x'}]", R"("dynamodb:GetRecords")"},
      {"[{schedule: {rate: [rate(1 hour)], method: scheduler}}]", R"("Action":["lambda:InvokeFunction"])"},
      {"[{msk: {arn: a, topic: t}}]", R"("ec2:DescribeSecurityGroups"],"Resource":"*"})"},
  }));
  CAPTURE(row.events);
  CHECK(Lowering(service(row.events)).shown("IamRoleLambdaExecution", "Policies").find(row.statement) !=
        std::string::npos);
}

TEST_CASE("events that can't be read are told and leave the rest alone") {
  struct Bad {
    std::string events;
    std::string problems;
  };
  const auto row = GENERATE_COPY(values<Bad>({
      {"x", "error wrong-shape"},
      {"[[1]]", "error wrong-shape"},
      {"[{mystery: 1}]", "note unknown-event"},
      {"[{htp: GET /x}]", "finding misnamed-event"},
      {"[{HttpApi: GET /x}]", "finding misnamed-event"},
      {"[{httpAp: GET /x}]", "finding misnamed-event"},
      {"[{sns2: x}]", "note unknown-event"},
      {"[{http: , path: x, method: get}]", "finding settings-beside-event"},
      {"[{http: GET /x, cors: true}]", "finding setting-beside-event"},
      {"[{http: GET /x, httpApi: GET /x}]", "finding events-in-one"},
      {"[{http: }]", "finding empty-event"},
      {"[{http: GET}]", "error http-event-without-path"},
      {"[{httpApi: {path: /x}}]", "error http-event-without-path"},
      {"[{http: {method: get, path: '${ssm:/x}'}}]", "note http-event-without-path"},
      {"[{sqs: {batchSize: 1}}]", "error event-without-source"},
      {"[{schedule: {enabled: true}}]", "error schedule-without-rate"},
      {"[{schedule: '${file(x.js)}'}]", "note code-file; note unknown-part"},
      {"[{http: {method: get, path: x, authorizer: nobody}}]", "finding unknown-function"},
      {"[{s3: {bucket: [1]}}]", "error wrong-shape"},
      {"[{alb: x}]", "error wrong-shape"},
      {"[{eventBridge: x}]", "error wrong-shape"},
      {"[{websocket: [1]}]", "error wrong-shape"},
      {"[{cognitoUserPool: x}]", "error wrong-shape"},
      {"[alexaSkill]", "note alexa-skill-without-id"},
  }));
  CAPTURE(row.events);
  const Lowering lowering(service(row.events));
  CHECK(lowering.problems(true) == row.problems);
  CHECK(lowering.find("PayDashnowLambdaFunction") != nullptr);
}

TEST_CASE("CORS, validation, keys and plans of the REST API") {
  const Lowering lowering(service(
      "[{http: {method: post, path: x, cors: true, request: {parameters: {querystrings: {q: true}}, schemas: "
      "{application/json: {type: object}}}}}, {http: {method: get, path: x, cors: {origins: ['https://a.b', "
      "'https://c.d'], allowCredentials: true}}}]",
      "  apiGateway: {apiKeys: [one, {name: two, value: v}], usagePlan: {throttle: {burstLimit: 5, "
      "rateLimit: 6}}}\n"
      "  tracing: {apiGateway: true}\n"));
  CHECK(lowering.problems() == "");
  CHECK(lowering.shown("ApiGatewayMethodXPost", "RequestParameters") ==
        R"({"method.request.querystring.q":true})");
  CHECK(lowering.shown("ApiGatewayMethodXPost", "RequestModels") ==
        R"({"application/json":{"Ref":"ApiGatewayMethodXPostApplicationJsonModel"}})");
  CHECK(lowering.shown("ApiGatewayUsagePlan", "Throttle") == R"({"BurstLimit":5,"RateLimit":6})");
  CHECK(lowering.shown("ApiGatewayApiKey2", "Value") == R"("v")");
  CHECK(lowering.shown("ApiGatewayUsagePlanKey1", "KeyId") == R"({"Ref":"ApiGatewayApiKey1"})");
  CHECK(lowering.shown("ApiGatewayDeployment", "StageDescription") == R"({"TracingEnabled":true})");
  CHECK(lowering.shown("ApiGatewayMethodXPost", "ApiKeyRequired") == "false");
  const std::string preflight = lowering.shown("ApiGatewayMethodXOptions", "Integration");
  CHECK(preflight.find("'OPTIONS,GET,POST'") != std::string::npos);
  CHECK(preflight.find(R"("method.response.header.Access-Control-Allow-Origin":"'https://a.b'")") !=
        std::string::npos);
}

TEST_CASE("whether a route is private may not be known") {
  const Lowering lowering(service("[{http: {method: get, path: x, private: '${env:PRIVATE}'}}]"));
  CHECK(lowering.shown("ApiGatewayMethodXGet", "ApiKeyRequired").find("slsaudit::unknown") !=
        std::string::npos);
}

TEST_CASE("keys with and without the name of a plan") {
  const Lowering lowering(service("[{http: get x}]",
                                  "  apiGateway: {usagePlan: [{free: {quota: {limit: 1}}}, {paid: {quota: "
                                  "{limit: 9}}}], apiKeys: [{free: [a]}, {paid: [b, c]}, d]}\n"));
  CHECK(lowering.shown("ApiGatewayApiKeyFree1", "Name") == R"("a")");
  CHECK(lowering.shown("ApiGatewayApiKeyPaid2", "Name") == R"("c")");
  CHECK(lowering.shown("ApiGatewayUsagePlanKeyPaid2", "UsagePlanId") ==
        R"({"Ref":"ApiGatewayUsagePlanPaid"})");
  CHECK(lowering.shown("ApiGatewayApiKey3", "Name") == R"("d")");
}

TEST_CASE("APIs that log bring what lets API Gateway write logs") {
  const std::string id = "CustomApiGatewayAccountCloudWatchRole";
  struct Logs {
    std::string events;
    std::string settings;
    bool brings;
  };
  const auto row = GENERATE(values<Logs>({
      {"[{http: get x}]", "", false},
      {"[{http: get x}]", "  logs: {restApi: true}\n", true},
      {"[{http: get x}]", "  logs: {restApi: {accessLogging: false}}\n", false},
      {"[{http: get x}]", "  logs: {restApi: {roleManagedExternally: true}}\n", false},
      {"[{websocket: $default}]", "  logs: {websocket: true}\n", true},
      {"[{httpApi: get /x}]", "  logs: {httpApi: true}\n", false},
  }));
  CAPTURE(row.events, row.settings);
  const Lowering lowering(service(row.events, row.settings));
  CHECK(lowering.problems() == "");
  CHECK((lowering.shown(id, "ServiceToken") != "absent") == row.brings);
}

TEST_CASE("an event is read as it is meant") {
  const Lowering lowering(service("[{httpApi: , path: /x, method: get}, {SQS: 'a:b:q'}]"));
  CHECK(lowering.find("HttpApiRouteGetX") != nullptr);
  CHECK(lowering.find("PayDashnowEventSourceMappingSQSQ") != nullptr);
}

} // namespace slsaudit
