// SPDX-License-Identifier: Apache-2.0
// Plugins that change what is deployed.
#include "dialect/serverless/expression.hpp"
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

std::string service(const std::string& plugin, const std::string& function, const std::string& rest = "") {
  return "service: shop\nprovider: {name: aws, runtime: python3.12}\nplugins: [" + plugin +
         "]\nfunctions:\n  f:\n    handler: a.b\n" + function + rest;
}

struct Row {
  std::string plugin, function, rest; // of service()
  std::string id, property, expected;
};

} // namespace

TEST_CASE("plugins add and change what they are set up to") {
  const std::string http = "    events: [{http: {method: get, path: a}}]\n";
  const std::string deployment = "ApiGatewayDeployment";
  const std::string throttling = "serverless-api-gateway-throttling";
  const std::string caching = "serverless-api-gateway-caching";
  const std::string canary = "serverless-plugin-canary-deployments";
  const std::string letters = "serverless-plugin-lambda-dead-letter";
  const std::string shifting = "    deploymentSettings: {alias: Live, preTrafficHook: hook}\n";
  const std::string shifting_all =
      "  hook: {handler: h}\ncustom: {deploymentSettings: {type: Canary10Percent5Minutes}}\n";
  const std::string insights = "serverless-plugin-lambda-insights";
  const std::string warmup = "serverless-plugin-warmup";
  const std::string tracing = "serverless-plugin-tracing";
  const std::string warmers =
      "custom: {n: 5, warmup: {default: {enabled: true, timeout: '${self:custom.n}'}}}\n";
  const std::string steps = "serverless-step-functions";
  const std::string machine =
      "stepFunctions:\n  stateMachines:\n    m:\n      definition: {StartAt: A}\n      events:\n"
      "        - schedule: rate(1 hour)\n"
      "        - eventBridge: {event: {source: [x]}, eventBusName: b}\n"
      "        - http: {path: p, method: post}\n";
  const auto row = GENERATE_COPY(values<Row>({
      {throttling, http,
       "custom: {r: 9, apiGatewayThrottling: {maxRequestsPerSecond: '${self:custom.r}', "
       "maxConcurrentRequests: "
       "5}}\n",
       deployment, "StageDescription",
       R"({"MethodSettings":[{"HttpMethod":"*","ResourcePath":"/*","ThrottlingRateLimit":9,"ThrottlingBurstLimit":5}]})"},
      {throttling, "    events: [{http: {method: get, path: a, throttling: {maxRequestsPerSecond: 3}}}]\n",
       "", deployment, "StageDescription",
       R"({"MethodSettings":[{"HttpMethod":"get","ResourcePath":"/a","ThrottlingRateLimit":3}]})"},
      {"x", "    events: [{http: {method: get, path: a, throttling: {maxRequestsPerSecond: 3}}}]\n", "",
       deployment, "StageDescription", "absent"},
      {caching, "    events: [{http: {method: get, path: a, caching: {enabled: true, ttlInSeconds: 60}}}]\n",
       "custom: {apiGatewayCaching: {enabled: true}}\n", deployment, "StageDescription",
       R"({"CacheClusterEnabled":true,"CacheClusterSize":"0.5","MethodSettings":[{"HttpMethod":"get","ResourcePath":"/a","CachingEnabled":true,"CacheTtlInSeconds":60}]})"},
      {canary, shifting, shifting_all, "FLambdaFunctionAliasLive", "Name", R"("Live")"},
      {canary, shifting, shifting_all, "FLambdaFunctionDeploymentGroup", "DeploymentConfigName",
       R"({"Fn::Sub":["CodeDeployDefault.Lambda${ConfigName}",{"ConfigName":"Canary10Percent5Minutes"}]})"},
      {canary, shifting, shifting_all, "FLambdaFunctionDeploymentGroup", "DeploymentGroupName",
       R"("shop-dev-FLambdaFunctionDeploymentGroup")"},
      {canary, shifting, "custom: {deploymentSettings: {type: AllAtOnce, stages: [prod]}}\n",
       "FLambdaFunctionAliasLive", "Name", "absent"},
      {canary, shifting, "custom: {deploymentSettings: {type: AllAtOnce, codeDeployRole: 'arn:r'}}\n",
       "FLambdaFunctionDeploymentGroup", "ServiceRoleArn", R"("arn:r")"},
      {canary, shifting, shifting_all, "ShopdevDeploymentApplication", "ComputePlatform", R"("Lambda")"},
      {canary, shifting + "    events: [{sqs: 'arn:aws:sqs:r:1:q'}]\n", shifting_all,
       "FEventSourceMappingSQSQ", "FunctionName", R"({"Ref":"FLambdaFunctionAliasLive"})"},
      {"x", shifting, shifting_all, "FLambdaFunctionAliasLive", "Name", "absent"},
      {letters, "    deadLetter: {sqs: {queueName: q, visibilityTimeout: 9}}\n", "", "FDeadLetterQueue",
       "VisibilityTimeout", "9"},
      {letters, "    deadLetter: {sqs: q}\n", "", "FDeadLetterQueue", "QueueName", R"("q")"},
      {letters, "    deadLetter: {sqs: q}\n", "", "FLambdaFunction", "DeadLetterConfig",
       R"({"TargetArn":{"Fn::GetAtt":["FDeadLetterQueue","Arn"]}})"},
      {letters, "    deadLetter: {sns: t}\n", "", "FLambdaFunction", "DeadLetterConfig",
       R"({"TargetArn":{"Ref":"FDeadLetterTopic"}})"},
      {letters, "    deadLetter: {targetArn: {GetResourceArn: T}}\n",
       "resources: {Resources: {T: {Type: 'AWS::SNS::Topic'}}}\n", "FLambdaFunction", "DeadLetterConfig",
       R"({"TargetArn":{"Ref":"T"}})"},
      {letters, "    deadLetter: {targetArn: 'arn:x'}\n", "", "FLambdaFunction", "DeadLetterConfig",
       R"({"TargetArn":"arn:x"})"},
      {warmup, "", warmers, "WarmUpPluginDefaultLambdaFunction", "Timeout", "5"},
      {warmup, "", warmers, "WarmUpPluginDefaultLambdaFunction", "MemorySize", "128"},
      {warmup, "", warmers, "WarmUpPluginDefaultLambdaFunction", "FunctionName",
       R"("shop-dev-warmup-plugin-default")"},
      {warmup, "", warmers, "WarmUpPluginDefaultRole", "RoleName",
       R"({"Fn::Join":["-",["shop","dev",{"Ref":"AWS::Region"},"default","role"]]})"},
      {tracing, "    tracing: true\n", "", "FLambdaFunction", "TracingConfig", R"({"Mode":"Active"})"},
      {tracing, "", "", "FLambdaFunction", "TracingConfig", R"({"Mode":"PassThrough"})"},
      {warmup, "", warmers, "WarmUpPluginDefaultEventsRuleSchedule1", "ScheduleExpression",
       "\"rate(5 minutes)\""},
      {warmup, "", warmers, "WarmUpPluginDefaultLambdaFunction", "Role",
       R"({"Fn::GetAtt":["WarmUpPluginDefaultRole","Arn"]})"},
      {warmup, "    warmup: {default: {enabled: prod}}\n", warmers, "WarmUpPluginDefaultLambdaFunction",
       "Timeout", "absent"},
      {warmup, "    warmup: true\n", "custom: {warmup: {memorySize: 256, prewarm: true}}\n",
       "WarmUpPluginLambdaFunction", "MemorySize", "256"},
      {warmup, "    warmup: true\n", "custom: {warmup: {memorySize: 256, prewarm: true}}\n",
       "WarmUpPluginLambdaFunction", "Role", R"({"Fn::GetAtt":["IamRoleLambdaExecution","Arn"]})"},
      {warmup, "", "custom: {warmup: {memorySize: 256, prewarm: true}}\n", "WarmUpPluginLambdaFunction",
       "Role", "absent"},
      {insights, "    lambdaInsights: true\n", "custom: {lambdaInsights: {insightsVersion: 14}}\n",
       "FLambdaFunction", "Layers",
       R"([{"Fn::Sub":"arn:${AWS::Partition}:lambda:${AWS::Region}:580247275435:layer:LambdaInsightsExtension:14"}])"},
      {insights, "    lambdaInsights: true\n", "custom: {lambdaInsights: {insightsVersion: 14}}\n",
       "IamRoleLambdaExecution", "ManagedPolicyArns",
       R"([{"Fn::Sub":"arn:${AWS::Partition}:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"}])"},
      {insights, "", "", "IamRoleLambdaExecution", "ManagedPolicyArns", "absent"},
      {steps, "", machine, "MStepFunctionsEventsRuleSchedule1", "ScheduleExpression", "\"rate(1 hour)\""},
      {steps, "",
       "stepFunctions: {stateMachines: {m: {definition: {A: !GetAtt f.Arn, B: {'Fn::GetAtt': [f, Arn]}, C: "
       "{Ref: "
       "f}, D: !GetAtt [f, Arn], E: {Ref: other}}}}}\n",
       "MStepFunctionsStateMachine", "Definition",
       R"({"A":{"Fn::GetAtt":["FLambdaFunction","Arn"]},"B":{"Fn::GetAtt":["FLambdaFunction","Arn"]},"C":{"Ref":"FLambdaFunction"},"D":{"Fn::GetAtt":["FLambdaFunction","Arn"]},"E":{"Ref":"other"}})"},
      {steps, "", machine, "MEventsRuleCloudWatchEvent1", "EventPattern", R"({"source":["x"]})"},
      {steps, "", machine, "MEventsRuleCloudWatchEvent1", "EventBusName", R"("b")"},
      {steps, "", machine, "MScheduleToStepFunctionsRole", "AssumeRolePolicyDocument",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole"}]})"},
  }));
  CAPTURE(row.plugin, row.function, row.id);
  const Lowering lowering(service(row.plugin, row.function, row.rest));
  CHECK(lowering.shown(row.id, row.property) == row.expected);
  CHECK(lowering.problems().empty());
}

TEST_CASE("conditions of plugins are worked out where both sides are known") {
  struct Asked {
    std::string expression;
    std::optional<bool> expected;
  };
  const auto row = GENERATE(values<Asked>({
      {"true", true},
      {"false", false},
      {"\"dev\" == \"dev\"", true},
      {"'dev'!=='dev'", false},
      {"\"a\" == \"b\" || (\"c\" === \"c\" && !false)", true},
      {"!(\"a\" == \"a\") && true", false},
      {"1 == 1", true},
      {"0", false},
      {"\"\"", false},
      {"\"x\" && \"y\"", true},
      {"true || stage", true},
      {"dev == \"dev\"", std::nullopt},
      {"1 == \"1\"", std::nullopt},
      {"1 === \"1\"", false},
      {"1 !== \"1\"", true},
      {"['a', \"b\"].includes('b')", true},
      {"!['a'].includes('b') && ['a', 'b'].indexOf('b') >= 0", true},
      {"['a'].indexOf('b') === -1", true},
      {"[1].length > 0", true},
      {"['a', 'b'][1] == 'b'", true},
      {"'pr-12'.startsWith('pr-')", true},
      {"'Prod'.toLowerCase() === 'prod'", true},
      {"'a,b'.split(',').includes('b')", true},
      {"/^(dev|test)$/.test('dev')", true},
      {"/^pr-[0-9/]+$/i.test('PR-1/2')", true},
      {"'staging'.match(/^stag/) ? false : true", false},
      {"1.5 <= 2 && -1 < 0", true},
      {"/(?=a)/.test('a')", std::nullopt},
      {"/a/.test(stage)", std::nullopt},
      {"/a", std::nullopt},
      {"['a'", std::nullopt},
      {"['a'].map(x)", std::nullopt},
      {"process.env.CI == 'a'", std::nullopt},
      {"`${a}`", std::nullopt},
      {std::string(300, '['), std::nullopt},
      {std::string(300, '?'), std::nullopt},
      {"\"a", std::nullopt},
      {"(true", std::nullopt},
      {"", std::nullopt},
      {std::string(300, '('), std::nullopt},
      {std::string(300, '!'), std::nullopt},
  }));
  CAPTURE(row.expression);
  CHECK(dialect::serverless::holds(row.expression) == row.expected);
}

TEST_CASE("functions are left out where a plugin's condition says so") {
  struct Asked {
    std::string plugin;
    std::string enabled;
    bool there;
    std::string problems;
  };
  const std::string conditional = "serverless-plugin-conditional-functions";
  const std::string disable = "serverless-disable-functions";
  const auto row = GENERATE_COPY(values<Asked>({
      {conditional, "'\"${sls:stage}\" == \"dev\"'", true, ""},
      {conditional, "'\"${sls:stage}\" == \"prod\"'", false, ""},
      {conditional, "'false'", false, ""},
      {conditional, "false", true, ""},
      {conditional, "true", true, ""},
      {conditional, "'[1].length > 1'", false, ""},
      {conditional, "'[1].map(a)'", true, "note partly-understood-plugin"},
      {conditional, "${env:ON}", true, "note partly-understood-plugin"},
      {disable, "false", false, ""},
      {disable, "true", true, ""},
      {disable, "${env:ON}", true, ""},
      {"serverless-offline", "false", true, ""},
  }));
  CAPTURE(row.plugin, row.enabled);
  const Lowering lowering(service(row.plugin, "    enabled: " + row.enabled + "\n"));
  CHECK((lowering.find("FLambdaFunction") != nullptr) == row.there);
  CHECK(lowering.problems(true) == row.problems);
}

TEST_CASE("serverless-plugin-ifelse changes the service before it is read") {
  const Lowering lowering(R"(service: shop
provider: {name: aws, runtime: python3.12, timeout: 5, stage: dev, environment: {A: a}}
plugins: [serverless-plugin-ifelse]
custom:
  serverlessIfElse:
    - If: '"${self:provider.stage}" == "dev"'
      Set: {provider.timeout: 9, provider.memorySize: 256, nothing.deep.er: 1}
      Exclude: [functions.gone, provider.environment.A, functions.none.such]
      ElseExclude: [functions.f]
    - If: '"${sls:stage}" != "dev"'
      Set: {provider.timeout: 1}
      ElseSet: {functions.f.description: d}
    - ExcludeIf: {functions.once: '"a" == "a"', functions.f: 'stage'}
functions:
  - f: {handler: a.b}
    gone: {handler: a.b}
  - once: {handler: a.b}
)");
  CHECK(lowering.shown("FLambdaFunction", "Timeout") == "9");
  CHECK(lowering.shown("FLambdaFunction", "MemorySize") == "256");
  CHECK(lowering.shown("FLambdaFunction", "Description") == "\"d\"");
  CHECK(lowering.shown("FLambdaFunction", "Environment") == R"({"Variables":{}})");
  CHECK(lowering.find("GoneLambdaFunction") == nullptr);
  CHECK(lowering.find("OnceLambdaFunction") == nullptr);
  CHECK(lowering.problems(true) == "note partly-understood-plugin");
}

TEST_CASE("a state machine's role may do what its tasks need") {
  struct Granted {
    std::string states; // of a machine `m`, or its other settings
    std::string expected;
  };
  const auto task = [](const std::string& name, const std::string& parameters) {
    return "definition: {States: {A: {Type: Task, Resource: 'arn:aws:states:::" + name + "', Parameters: {" +
           parameters + "}}}}";
  };
  const auto allowed = [](const std::string& actions, const std::string& resource) {
    return R"([{"Effect":"Allow","Action":[)" + actions + R"(],"Resource":)" + resource + "}]";
  };
  const std::string own = "${AWS::Region}:${AWS::AccountId}:";
  const std::string arns =
      R"([{"Fn::GetAtt":["FLambdaFunction","Arn"]},{"Fn::Sub":["${SlsVariable1}:*",{"SlsVariable1":{"Fn::GetAtt":["FLambdaFunction","Arn"]}}]}])";
  const auto row = GENERATE_COPY(values<Granted>({
      {"definition: {States: {A: {Type: Pass}}}", R"([{"Effect":"Deny","Action":"*","Resource":"*"}])"},
      {"definition: {States: {A: {Type: Task, Resource: !GetAtt f.Arn}, B: {Type: Task, Resource: "
       "{Fn::GetAtt: "
       "[f, Arn]}}}}",
       allowed(R"("lambda:InvokeFunction")", arns)},
      {"definition: {States: {P: {Type: Parallel, Branches: [{States: {M: {Type: Map, Iterator: {States: {A: "
       "{Type: Task, Resource: !GetAtt f.Arn}}}}}}]}}}",
       allowed(R"("lambda:InvokeFunction")", arns)},
      {task("lambda:invoke", "FunctionName: !GetAtt f.Arn"), allowed(R"("lambda:InvokeFunction")", arns)},
      {task("lambda:invoke", "FunctionName.$: $.f"), allowed(R"("lambda:InvokeFunction")", R"("*")")},
      {task("lambda:invoke.waitForTaskToken", "FunctionName: 'x:1'"),
       allowed(R"("lambda:InvokeFunction")",
               R"([{"Fn::Sub":"arn:${AWS::Partition}:lambda:)" + own +
                   R"(function:x:1"},{"Fn::Sub":"arn:${AWS::Partition}:lambda:)" + own +
                   R"(function:x:1:*"}])")},
      {task("sqs:sendMessage", "QueueUrl: !Ref Q"),
       allowed(R"("sqs:SendMessage")", R"([{"Fn::GetAtt":["Q","Arn"]}])")},
      {task("sqs:sendMessage", "QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q'"),
       allowed(R"("sqs:SendMessage")", R"([{"Fn::Sub":"arn:${AWS::Partition}:sqs:eu-west-1:1:q"}])")},
      {task("sns:publish", "TopicArn: !Ref T"), allowed(R"("sns:Publish")", R"([{"Ref":"T"}])")},
      {task("aws-sdk:dynamodb:query", "TableName: t, IndexName: i"),
       allowed(R"("dynamodb:Query")",
               R"([{"Fn::Sub":"arn:${AWS::Partition}:dynamodb:)" + own + R"(table/t/index/i"}])")},
      {task("dynamodb:putItem", "TableName: '{% $t %}'"), allowed(R"("dynamodb:PutItem")", R"("*")")},
      {task("events:putEvents", "Entries: [{Detail: {}}]"),
       allowed(R"("events:PutEvents")",
               R"([{"Fn::Sub":"arn:${AWS::Partition}:events:)" + own + R"(event-bus/default"}])")},
      {task("s3:getObject", "Bucket: b, Key.$: $.k"),
       allowed(R"("s3:GetObject")", R"([{"Fn::Sub":"arn:${AWS::Partition}:s3:::b/*"}])")},
      {task("glue:startJobRun.sync", ""),
       allowed(R"("glue:StartJobRun","glue:GetJobRun","glue:GetJobRuns","glue:BatchStopJobRun")", R"("*")")},
      {"tracingConfig: {enabled: true}",
       allowed(
           R"("xray:PutTraceSegments","xray:PutTelemetryRecords","xray:GetSamplingRules","xray:GetSamplingTargets")",
           R"("*")")},
      {"iamRoleStatements: [{Effect: Allow, Action: x:Y, Resource: z}]",
       R"([{"Effect":"Allow","Action":"x:Y","Resource":"z"}])"},
      {task("athena:startQueryExecution", ""),
       R"([{"slsaudit::unknown":"what the plugin grants for the task `athena:startQueryExecution` depends on its version"}])"},
      {"definition: '${file(x.js):states}'", R"([{"slsaudit::unknown":"`x.js` is code, which isn't run"}])"},
  }));
  CAPTURE(row.states);
  const Lowering lowering(service("serverless-step-functions", "",
                                  "stepFunctions: {stateMachines: {m: {" + row.states + "}}}\n"));
  const auto* role = lowering.property("MStepFunctionsStateMachineRole", "Policies");
  REQUIRE(role != nullptr);
  const syntax::Node* policy = role->children.front().value;
  CHECK(Lowering::one_line(dialect::to_json(*policy->get("PolicyDocument")->get("Statement"))) ==
        row.expected);
}

TEST_CASE("a distributed map runs as executions of its own machine") {
  const Lowering lowering(service(
      "serverless-step-functions", "",
      "stepFunctions: {stateMachines: {m: {name: big, definition: {States: {A: {Type: Map, ItemProcessor: "
      "{ProcessorConfig: {Mode: DISTRIBUTED}, States: {}}, ItemReader: {Resource: "
      "'arn:aws:states:::s3:getObject', Parameters: {Bucket: b}}}}}}}}\n"));
  const std::string policies = lowering.shown("BigRole", "Policies");
  CAPTURE(policies);
  for (const std::string_view part :
       {"dev-shop-statemachine", ":stateMachine:big\"", ":execution:big:*\"", "s3:::b/*"}) {
    CAPTURE(part);
    CHECK(policies.find(part) != std::string::npos);
  }
}

TEST_CASE("plugins that route to services, watch, keep logs and scale") {
  const Lowering lowering(R"(service: shop
provider: {name: aws, runtime: nodejs20.x}
plugins:
  - serverless-apigateway-service-proxy
  - serverless-plugin-aws-alerts
  - serverless-plugin-log-retention
  - serverless-plugin-log-subscription
  - serverless-provisioned-concurrency-autoscaling
  - serverless-step-functions
custom:
  logRetentionInDays: 14
  alerts: {stages: [dev], topics: {alarm: {topic: shop-alarms}}, alarms: [functionErrors, {name: slow, metric: Duration}]}
  logSubscription: {enabled: true, destinationArn: arn:sink}
  apiGatewayServiceProxies:
    - sqs: {path: /orders, method: post, queueName: orders}
    - dynamodb: {path: 'items/{id}', method: put, tableName: !Ref Items, action: GetItem, authorizationType: AWS_IAM}
functions:
  f: {handler: a.b, provisionedConcurrency: 2, concurrencyAutoscaling: {maximum: 5}, logRetentionInDays: 3}
  g: {handler: a.b}
stepFunctions:
  stateMachines:
    m: {events: [http: POST start], definition: {StartAt: A}}
)");
  CHECK(lowering.problems(true).empty());
  struct Row {
    std::string id;
    std::string property;
    std::string expected;
  };
  const std::vector<Row> rows{
      {"ApiGatewayRestApi", "Name", "\"dev-shop\""},
      {"ApiGatewayMethodOrdersPost", "AuthorizationType", "\"NONE\""},
      {"ApiGatewayMethodItemsIdVarPut", "AuthorizationType", "\"AWS_IAM\""},
      {"ApiGatewayResourceItemsIdVar", "ParentId", R"({"Ref":"ApiGatewayResourceItems"})"},
      {"ApigatewayToDynamodbRole", "Policies",
       R"([{"PolicyName":"apigatewaytodynamodb","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"]},{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":{"Fn::Sub":["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${SlsVariable1}",{"SlsVariable1":{"Ref":"Items"}}]}}]}}])"},
      {"ApiGatewayMethodStartPost", "Integration",
       R"({"IntegrationHttpMethod":"POST","Type":"AWS","Credentials":{"Fn::GetAtt":["ApigatewayToStepFunctionsRole","Arn"]},"PassthroughBehavior":"NEVER","Uri":{"Fn::Sub":"arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"},"RequestTemplates":{"application/json":{"Fn::Join":["",["{\"target\": \"",{"Ref":"MStepFunctionsStateMachine"},"\"}"]]}}})"},
      {"FFunctionErrorsAlarm", "AlarmActions", R"([{"Ref":"AwsAlertsAlarm"}])"},
      {"GSlowAlarm", "MetricName", "\"Duration\""},
      {"FLogGroup", "RetentionInDays", "3"},
      {"GLogGroup", "RetentionInDays", "14"},
      {"GSubscriptionFilter", "DestinationArn", "\"arn:sink\""},
      {"FAutoScalingTarget", "MaxCapacity", "5"},
      {"GAutoScalingTarget", "MaxCapacity", "absent"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.id, row.property);
    CHECK(lowering.shown(row.id, row.property) == row.expected);
  }
  const auto* deployment = lowering.find("ApiGatewayDeployment");
  REQUIRE(deployment != nullptr);
  CHECK(Lowering::one_line(dialect::to_json(*deployment->body->get("DependsOn"))) ==
        R"(["ApiGatewayMethodOrdersPost","ApiGatewayMethodItemsIdVarPut","ApiGatewayMethodStartPost"])");
}

TEST_CASE("traffic shifting says how at the alias, and its resources are not the author's") {
  const Lowering lowering(service("serverless-plugin-canary-deployments",
                                  "    deploymentSettings: {type: AllAtOnce, alias: Live, alarms: [A]}\n"));
  const auto* alias = lowering.find("FLambdaFunctionAliasLive");
  REQUIRE(alias != nullptr);
  REQUIRE(alias->body->get("UpdatePolicy") != nullptr);
  CHECK(
      Lowering::one_line(dialect::to_json(*alias->body->get("UpdatePolicy"))) ==
      R"({"CodeDeployLambdaAliasUpdate":{"ApplicationName":{"Ref":"ShopdevDeploymentApplication"},"DeploymentGroupName":{"Ref":"FLambdaFunctionDeploymentGroup"}}})");
  CHECK(lowering.find("FLambdaFunctionDeploymentGroup")->author.generated);
}

TEST_CASE("state machines have what their plugin gives them besides a definition") {
  const Lowering lowering(service(
      "serverless-step-functions", "",
      "stepFunctions:\n  activities: [sign-off]\n  stateMachines:\n    m:\n      definition: '{}'\n"
      "      dependsOn: T\n      retain: true\n      tags: {n: 1}\n      alarms: {topics: {alarm: 'arn:t'}, "
      "metrics: [executionsFailed, other]}\n      events:\n"
      "        - schedule: {rate: rate(1 hour), method: scheduler, timezone: UTC, input: {a: 1}}\n"
      "        - schedule: {rate: rate(1 day), retryPolicy: {maximumRetryAttempts: 2}}\n"
      "        - cloudwatchEvent: {event: {a: [b]}, iamRole: 'arn:r', deadLetterConfig: 'arn:q'}\n"
      "      notifications: {FAILED: [{sns: 'arn:n'}]}\n"));
  CHECK(lowering.problems(true) == "note partly-understood-plugin");
  const std::string machine = "MStepFunctionsStateMachine";
  CHECK(Lowering::one_line(dialect::to_json(*lowering.find(machine)->body->get("DependsOn"))) ==
        R"(["MStepFunctionsStateMachineRole","T"])");
  CHECK(lowering.find(machine)->body->get("DeletionPolicy")->text == "Retain");
  CHECK(lowering.shown(machine, "Tags") == R"([{"Key":"n","Value":"1"}])");
  CHECK(lowering.shown(machine + "Role", "Policies").find(R"("Effect":"Deny","Action":"*")") !=
        std::string::npos);
  CHECK(lowering.lowered.outputs->get("MStepFunctionsStateMachineArn") != nullptr);
  CHECK(lowering.shown("SignDashoffStepFunctionsActivity", "Name") == R"("sign-off")");
  CHECK(lowering.shown(machine + "ExecutionsFailedAlarm", "AlarmActions") == R"(["arn:t"])");
  CHECK(lowering.shown("MStepFunctionsSchedulerSchedule1", "Target").find(R"("Input":"{\"a\":1}")") !=
        std::string::npos);
  CHECK(lowering.shown("MStepFunctionsEventsRuleSchedule2", "Targets")
            .find(R"("RetryPolicy":{"MaximumRetryAttempts":2})") != std::string::npos);
  CHECK(
      lowering.shown("MEventsRuleCloudWatchEvent1", "Targets") ==
      R"([{"Arn":{"Ref":"MStepFunctionsStateMachine"},"Id":"mCloudWatchEvent","DeadLetterConfig":{"Arn":"arn:q"},"RoleArn":"arn:r"}])");
}

TEST_CASE("a route to a service may have a role of the author's") {
  const Lowering lowering(
      service("serverless-apigateway-service-proxy", "",
              "custom: {apiGatewayServiceProxies: [{s3: {path: 'a/{k}', method: get, action: GetObject, "
              "bucket: b, key: "
              "{pathParam: k}, roleArn: 'arn:r'}}, {kinesis: {path: k, method: post, streamName: s}}]}\n"));
  CHECK(lowering.find("ApigatewayToS3Role") == nullptr);
  CHECK(lowering.shown("ApiGatewayMethodAKVarGet", "HttpMethod") == R"("GET")");
  const std::string integration = lowering.shown("ApiGatewayMethodAKVarGet", "Integration");
  CHECK(integration.find(R"("IntegrationHttpMethod":"GET")") != std::string::npos);
  CHECK(integration.find(R"("Credentials":"arn:r")") != std::string::npos);
  CHECK(lowering.shown("ApigatewayToKinesisRole", "Policies")
            .find(R"("Action":["kinesis:PutRecord","kinesis:PutRecords"],"Resource":[)") !=
        std::string::npos);
  CHECK(lowering.lowered.outputs->get("ServiceEndpoint") != nullptr);
}

TEST_CASE("`#{…}` is CloudFormation's `${…}` where a plugin says so") {
  const std::string functions =
      "    environment: {A: 'arn:#{AWS::Region}:#{Q.Arn}', B: '#{', C: '#{}', "
      "D: {'Fn::Sub': 'x#{AWS::Region}'}, E: !Sub '#{AWS::AccountId}', F: '#{a}'}\n";
  const std::string rest = "resources: {Outputs: {O: {Value: '#{Q}'}}}\n";
  const Lowering lowering(service("serverless-pseudo-parameters", functions, rest));
  CHECK(lowering.problems(true).empty());
  CHECK(
      lowering.shown("FLambdaFunction", "Environment") ==
      R"({"Variables":{"A":{"Fn::Sub":"arn:${AWS::Region}:${Q.Arn}"},"B":"#{","C":"#{}","D":{"Fn::Sub":"x${AWS::Region}"},"E":{"Fn::Sub":"${AWS::AccountId}"},"F":{"Fn::Sub":"${a}"}}})");
  CHECK(dialect::to_json(*lowering.lowered.outputs).find("${Q}") != std::string::npos);
  const Lowering without(service("serverless-offline", functions, rest));
  CHECK(without.shown("FLambdaFunction", "Environment").find("#{AWS::Region}:") != std::string::npos);
}

TEST_CASE("a plugin's function is generated") {
  const Lowering lowering(
      service("serverless-plugin-warmup", "", "custom: {warmup: {default: {enabled: [dev]}}}\n"));
  const auto* function = lowering.find("WarmUpPluginDefaultLambdaFunction");
  REQUIRE(function != nullptr);
  CHECK(function->author.generated);
  CHECK(function->author.feature == "custom.warmup");
  CHECK(lowering.sources.text(function->author.span) == "default");
}

TEST_CASE("plugins that are not read are told, those that change nothing are not") {
  struct Told {
    std::string plugin;
    std::string notes;
  };
  const auto row = GENERATE(values<Told>({
      {"serverless-offline", ""},
      {"serverless-prune-plugin", ""},
      {"serverless-plugin-split-stacks", ""},
      {"serverless-domain-manager", ""},
      {"serverless-plugin-warmup", ""},
      {"serverless-something-else", "note unknown-plugin"},
      {"serverless-plugin-lambda-insights", ""},
      {"serverless-plugin-datadog", "note partly-understood-plugin"},
      {"serverless-newrelic-lambda-layers", "note partly-understood-plugin"},
      {"serverless-fargate", "note partly-understood-plugin"},
      {"./plugins/mine", "note unknown-plugin"},
      {"serverless-appsync-plugin", ""},
      {"serverless-lift", ""},
  }));
  CAPTURE(row.plugin);
  CHECK(Lowering(service(row.plugin, "")).problems(true) == row.notes);
}

TEST_CASE("a firewall that is put before the API once it is deployed") {
  const std::string plugin = "serverless-associate-waf";
  const std::string http = "    events: [{http: {method: get, path: a}}]\n";
  const std::string named = "custom: {associateWaf: {name: shield, version: V2}}\n";
  const Lowering lowering(service(plugin, http, named));
  CHECK(lowering.problems(true).empty());
  CHECK(lowering.shown("ApiGatewayWafAssociation", "ResourceArn").find(R"({"Ref":"ApiGatewayRestApi"})") !=
        std::string::npos);
  CHECK(Lowering(service(plugin, http)).find("ApiGatewayWafAssociation") == nullptr);
  CHECK(Lowering(service(plugin, "", named)).find("ApiGatewayWafAssociation") == nullptr);
}

} // namespace slsaudit
