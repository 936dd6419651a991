// SPDX-License-Identifier: Apache-2.0
// Functions, roles, resources, and where everything stands.
#include "dialect/cloudformation/evaluate.hpp"
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

std::string service(const std::string& function, const std::string& provider = "",
                    const std::string& rest = "") {
  return "service: shop\nprovider:\n  name: aws\n  runtime: python3.12\n" + provider +
         "functions:\n  f:\n    handler: a.b\n" + function + rest;
}

struct Row {
  std::string function;
  std::string provider;
  std::string id;
  std::string property;
  std::string expected;
};

} // namespace

TEST_CASE("what isn't known of a name is a variable of its Fn::Sub") {
  const Lowering lowering(service("", "  stage: ${env:STAGE}\n"));
  const std::string policies = lowering.shown("IamRoleLambdaExecution", "Policies");
  INFO(policies);
  CHECK(policies.find("log-group:/aws/lambda/${SlsVariable1}*:*\",{\"SlsVariable1\":{\"Fn::Join\":") !=
        std::string::npos);
  CHECK(policies.find("{\"Fn::Sub\":{") == std::string::npos);
}

TEST_CASE("functions take their settings from themselves, the provider, or the framework") {
  const std::string f = "FLambdaFunction";
  const auto row = GENERATE_COPY(values<Row>({
      {"", "", f, "MemorySize", "1024"},
      {"", "", f, "Timeout", "6"},
      {"", "  timeout: 20\n  memorySize: 512\n", f, "Timeout", "20"},
      {"    timeout: 3\n", "  timeout: 20\n", f, "Timeout", "3"},
      {"", "", f, "Runtime", R"("python3.12")"},
      {"    runtime: ruby3.3\n", "", f, "Runtime", R"("ruby3.3")"},
      {"", "", f, "FunctionName", R"("shop-dev-f")"},
      {"    name: mine-${sls:stage}\n", "", f, "FunctionName", R"("mine-dev")"},
      {"    environment: {A: 1, B: 'x'}\n", "  environment: {A: 0, C: true}\n", f, "Environment",
       R"({"Variables":{"C":"true","A":"1","B":"x"}})"},
      {"    environment: ${file(e.js)}\n", "  environment: {A: 0}\n", f, "Environment",
       R"({"Variables":{"slsaudit::unknown":"`e.js` is code, which isn't run"}})"},
      {"    tags: {t: v}\n", "  tags: {s: w}\n", f, "Tags",
       R"([{"Key":"s","Value":"w"},{"Key":"t","Value":"v"}])"},
      {"", "  vpc: {securityGroupIds: [sg], subnetIds: [sn]}\n", f, "VpcConfig",
       R"({"SecurityGroupIds":["sg"],"SubnetIds":["sn"]})"},
      {"    vpc: ~\n", "  vpc: {securityGroupIds: [sg], subnetIds: [sn]}\n", f, "VpcConfig", "absent"},
      {"", "  tracing: {lambda: true}\n", f, "TracingConfig", R"({"Mode":"Active"})"},
      {"    tracing: PassThrough\n", "", f, "TracingConfig", R"({"Mode":"PassThrough"})"},
      {"    reservedConcurrency: 0\n", "", f, "ReservedConcurrentExecutions", "0"},
      {"    architecture: arm64\n", "", f, "Architectures", R"(["arm64"])"},
      {"    runtimeManagement: auto\n", "  runtimeManagement: onFunctionUpdate\n", f,
       "RuntimeManagementConfig", "absent"},
      {"", "  runtimeManagement: onFunctionUpdate\n", f, "RuntimeManagementConfig",
       R"({"UpdateRuntimeOn":"FunctionUpdate"})"},
      {"    runtimeManagement: {mode: manual, arn: 'arn:r'}\n", "", f, "RuntimeManagementConfig",
       R"({"UpdateRuntimeOn":"Manual","RuntimeVersionArn":"arn:r"})"},
      {"    ephemeralStorageSize: 600\n", "", f, "EphemeralStorage", R"({"Size":600})"},
      {"    onError: 'arn:aws:sns:r:1:t'\n", "", f, "DeadLetterConfig",
       R"({"TargetArn":"arn:aws:sns:r:1:t"})"},
      {"    logs: {logFormat: JSON}\n", "", f, "LoggingConfig", R"({"LogFormat":"JSON"})"},
      {"    fileSystemConfig: {arn: a, localMountPath: /m}\n", "", f, "FileSystemConfigs",
       R"([{"Arn":"a","LocalMountPath":"/m"}])"},
      {"", "  layers: [l]\n", f, "Layers", R"(["l"])"},
      {"", "  kmsKeyArn: k\n", f, "KmsKeyArn", R"("k")"},
      {"    role: arn:aws:iam::1:role/r\n", "", f, "Role", R"("arn:aws:iam::1:role/r")"},
      {"    role: MyRole\n", "", f, "Role", R"({"Fn::GetAtt":["MyRole","Arn"]})"},
      {"", "  iam: {role: 'arn:aws:iam::1:role/r'}\n", f, "Role", R"("arn:aws:iam::1:role/r")"},
      {"", "", f, "Role", R"({"Fn::GetAtt":["IamRoleLambdaExecution","Arn"]})"},
      {"", "  logRetentionInDays: 14\n", "FLogGroup", "RetentionInDays", "14"},
      {"    logRetentionInDays: 3\n", "  logRetentionInDays: 14\n", "FLogGroup", "RetentionInDays", "3"},
      {"    disableLogs: true\n", "", "FLogGroup", "LogGroupName", "absent"},
      {"    provisionedConcurrency: 2\n", "", "FProvConcLambdaAlias", "ProvisionedConcurrencyConfig",
       R"({"ProvisionedConcurrentExecutions":2})"},
      {"    snapStart: true\n", "", f, "SnapStart", R"({"ApplyOn":"PublishedVersions"})"},
      {"    snapStart: true\n", "", "FSnapStartLambdaAlias", "Name", R"("snapstart")"},
      {"    url: true\n", "", "FLambdaFunctionUrl", "AuthType", R"("NONE")"},
      {"    url: true\n", "", "FLambdaPermissionFnUrl", "Principal", R"("*")"},
      {"    url: {authorizer: aws_iam, cors: true}\n", "", "FLambdaFunctionUrl", "AuthType", R"("AWS_IAM")"},
      {"    url: {authorizer: aws_iam}\n", "", "FLambdaPermissionFnUrl", "Principal", "absent"},
      {"    maximumRetryAttempts: 0\n", "", "FLambdaEvConf", "MaximumRetryAttempts", "0"},
      {"    destinations: {onFailure: 'arn:aws:sqs:r:1:q'}\n", "", "FLambdaEvConf", "DestinationConfig",
       R"({"OnFailure":{"Destination":"arn:aws:sqs:r:1:q"}})"},
      {"    destinations: {onSuccess: f}\n", "", "FLambdaEvConf", "DestinationConfig",
       R"({"OnSuccess":{"Destination":{"Fn::GetAtt":["FLambdaFunction","Arn"]}}})"},
      {"", "  versionFunctions: false\n", "FLambdaVersion", "FunctionName", "absent"},
      {"", "  deploymentBucket: mine\n", "ServerlessDeploymentBucket", "BucketEncryption", "absent"},
      {"", "  deploymentBucket: {blockPublicAccess: true}\n", "ServerlessDeploymentBucket",
       "PublicAccessBlockConfiguration",
       R"({"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true})"},
  }));
  CAPTURE(row.function, row.provider, row.property);
  const Lowering lowering(service(row.function, row.provider));
  CHECK(lowering.problems() == "");
  CHECK(lowering.shown(row.id, row.property) == row.expected);
}

TEST_CASE("the shared role holds the author's statements at their place") {
  const Lowering lowering(service(
      "", "  iam:\n    role:\n      statements:\n        - {Effect: Allow, Action: 's3:*', Resource: '*'}\n"
          "      managedPolicies: [mp]\n      permissionsBoundary: pb\n"));
  CHECK(lowering.shown("IamRoleLambdaExecution", "ManagedPolicyArns") == R"(["mp"])");
  CHECK(lowering.shown("IamRoleLambdaExecution", "PermissionsBoundary") == R"("pb")");
  const syntax::Node* policies = lowering.property("IamRoleLambdaExecution", "Policies");
  const syntax::Node* statements = policies->children[0].value->get("PolicyDocument")->get("Statement");
  REQUIRE(statements->children.size() == 3);
  const syntax::Node* own = statements->children[2].value;
  CHECK(lowering.sources.text(own->get("Action")->span) == "'s3:*'");
}

TEST_CASE("a function may have a role of its own") {
  const std::string statements = "    iamRoleStatements:\n      - {Effect: Allow, Action: x, Resource: y}\n";
  const std::string plugin = "plugins: [serverless-iam-roles-per-function]\n";
  const Lowering with(service(statements, "", plugin));
  CHECK(with.shown("FLambdaFunction", "Role") == R"({"Fn::GetAtt":["FIamRoleLambdaExecution","Arn"]})");
  CHECK(with.shown("FIamRoleLambdaExecution", "Policies")
            .find(R"({"Effect":"Allow","Action":"x","Resource":"y"})") != std::string::npos);
  CHECK(with.shown("FIamRoleLambdaExecution", "Policies").find("logs:TagResource") == std::string::npos);
  CHECK(with.shown("FIamRoleLambdaExecution", "ManagedPolicyArns") == "[]");
  // The plugin comes after the framework, whose role stays.
  CHECK(with.find("IamRoleLambdaExecution") != nullptr);
  const Lowering without(service(statements));
  CHECK(without.find("FIamRoleLambdaExecution") == nullptr);
}

TEST_CASE("a plugin's settings for all roles hold where a function says nothing else") {
  const std::string statements = "    iamRoleStatements:\n      - {Effect: Allow, Action: x, Resource: y}\n";
  const std::string plugin =
      "plugins: [serverless-iam-roles-per-function]\n"
      "custom:\n  inherit: true\n  serverless-iam-roles-per-function:\n"
      "    defaultInherit: ${self:custom.inherit}\n    iamGlobalPermissionsBoundary: arn:boundary\n";
  const std::string shared = "  iamRoleStatements:\n    - {Effect: Allow, Action: shared, Resource: z}\n";
  const Lowering all(service(statements, shared, plugin));
  CHECK(all.shown("FIamRoleLambdaExecution", "Policies").find("shared") != std::string::npos);
  CHECK(all.shown("FIamRoleLambdaExecution", "PermissionsBoundary") == R"("arn:boundary")");
  const Lowering not_this(service(statements + "    iamRoleStatementsInherit: false\n", shared, plugin));
  CHECK(not_this.shown("FIamRoleLambdaExecution", "Policies").find("shared") == std::string::npos);
}

TEST_CASE("a plugin's role has what polling needs, and nothing else that the framework grants") {
  const Lowering lowering(service(
      "    iamRoleStatements: []\n    onError: 'arn:t'\n    tracing: true\n    events: [{sqs: 'a:b:q'}, "
      "{websocket: $connect}]\n",
      "", "plugins: [serverless-iam-roles-per-function]\n"));
  const auto grants = [&](std::string_view role, std::string_view action) {
    return lowering.shown(role, "Policies").find(action) != std::string::npos;
  };
  for (const std::string_view action : {"sqs:ReceiveMessage", "sns:Publish"}) {
    CAPTURE(action);
    CHECK(grants("FIamRoleLambdaExecution", action));
    CHECK(grants("IamRoleLambdaExecution", action));
  }
  for (const std::string_view action : {"xray:PutTraceSegments", "execute-api:ManageConnections"}) {
    CAPTURE(action);
    CHECK(!grants("FIamRoleLambdaExecution", action));
    CHECK(grants("IamRoleLambdaExecution", action));
  }
}

TEST_CASE("a parameter's default of which a part is not known is a text all the same") {
  const Lowering lowering(service("custom: {db: 'shop-${env:NOT_SET}'}\n", "",
                                  "resources:\n  Parameters:\n    A: {Type: String, Default: "
                                  "'${self:custom.db}'}\n    B: {Type: String, Default: 'x-${env:NOT_SET}'}\n"
                                  "    C: {Type: String, Default: {'Fn::Join': ['', [a, b]]}}\n"));
  CHECK(lowering.problems() == "");
  const auto standard = [&](std::string_view name) {
    return lowering.lowered.parameters->get(name)->get("Default")->kind;
  };
  CHECK(standard("A") == syntax::NodeKind::unknown);
  CHECK(standard("B") == syntax::NodeKind::unknown);
  CHECK(standard("C") == syntax::NodeKind::mapping); // the author's own, which CloudFormation refuses
}

TEST_CASE("resources are merged over what the framework made") {
  const Lowering lowering(service("", "",
                                  "resources:\n  - Resources: {Table: {Type: T, Properties: {A: !Ref P}}, "
                                  "FLogGroup: {Properties: {RetentionInDays: 5}}}\n"
                                  "    Outputs: {O: {Value: x}}\n    Parameters: {P: {Type: String}}\n    "
                                  "Conditions: {C: {'Fn::Equals': [a, b]}}\n"
                                  "  - ${file(more.yml)}\n  - extensions: {FLambdaFunction: {Condition: C, "
                                  "DependsOn: [Table], Properties: {Timeout: 99}}}\n"),
                          {{"p/more.yml", "Resources:\n  Queue:\n    Type: Q\n"}});
  CHECK(lowering.problems() == "");
  CHECK(lowering.shown("Table", "A") == R"({"Ref":"P"})");
  CHECK(lowering.shown("FLogGroup", "RetentionInDays") == "5");
  CHECK(lowering.shown("FLogGroup", "LogGroupName") == R"("/aws/lambda/shop-dev-f")");
  CHECK(lowering.shown("FLambdaFunction", "Timeout") == "99");
  CHECK(Lowering::one_line(dialect::to_json(*lowering.find("FLambdaFunction")->body->get("DependsOn"))) ==
        R"(["FLogGroup","Table"])");
  REQUIRE(lowering.find("Queue") != nullptr);
  CHECK(lowering.sources.path(lowering.find("Queue")->id_span.file) == "p/more.yml");
  CHECK(lowering.lowered.outputs->get("O") != nullptr);
  CHECK(lowering.lowered.outputs->get("FLambdaFunctionQualifiedArn") != nullptr);
  CHECK(lowering.lowered.parameters->get("P") != nullptr);
  CHECK(lowering.lowered.conditions->get("C") != nullptr);
}

TEST_CASE("resources know who wrote them") {
  const Lowering lowering(service("    events: [{sqs: 'a:b:q'}]\n"));
  const auto text = [&](std::string_view id) {
    return lowering.sources.text(lowering.find(id)->author.span);
  };
  CHECK(text("FLambdaFunction") == "f");
  CHECK_FALSE(lowering.find("FLambdaFunction")->author.generated);
  CHECK(text("FEventSourceMappingSQSQ") == "sqs");
  CHECK_FALSE(lowering.find("FEventSourceMappingSQSQ")->author.generated);
  CHECK(lowering.find("FLogGroup")->author.generated);
  CHECK(lowering.find("FLogGroup")->author.feature == "logRetentionInDays");
  CHECK(text("IamRoleLambdaExecution") == "provider");
  CHECK(lowering.lowered.service == "shop");
  for (const auto& resource : lowering.lowered.resources) CHECK(resource.id_span.valid());
}

TEST_CASE("loops among a service's resources are run") {
  const std::string loop =
      "  Resources:\n    'Fn::ForEach::Queues': [N, [A, B], {'Q${N}': {Type: AWS::SQS::Queue}}]\n";
  const auto made = [](const Lowering& lowering) {
    return lowering.find("QA") != nullptr && lowering.find("QB") != nullptr;
  };
  const Lowering named(service("", "", "resources:\n  Transform: [AWS::LanguageExtensions]\n" + loop));
  CHECK(named.problems() == "");
  CHECK(made(named));
  const Lowering unnamed(service("", "", "resources:\n" + loop));
  CHECK(unnamed.problems() == "finding missing-transform");
  CHECK(made(unnamed));
}

TEST_CASE("wrong shapes are told; what can be read is read") {
  struct Bad {
    std::string text;
    std::string problems;
  };
  const auto row = GENERATE_COPY(values<Bad>({
      {"[1, 2]", "error wrong-shape"},
      {"service: s\n", "finding missing-provider"},
      {"provider: {name: aws}\n", "finding missing-service"},
      {"service: s\nprovider: aws\nfunctions: x\n", "error wrong-shape"},
      {"service: s\nprovider: aws\nfunctions: [x]\n", "error wrong-shape"},
      {"service: s\nprovider: aws\nfunctions: {f: x}\n", "error wrong-shape"},
      {"service: s\nprovider: aws\nfunctions: {f: {}}\n", "finding function-without-code"},
      {"service: s\nprovider: [1]\nfunctions: {f: {handler: a.b}}\n", "error wrong-shape"},
      {"service: s\nprovider: aws\nfunctions: ${file(x.js)}\n",
       "note code-file; finding unread-functions; note unknown-part"},
      {"service: s\nprovider: aws\nresources: x\n", "error wrong-shape"},
      {"service: s\nprovider: aws\nresources: {Resources: {A: x}}\n", "error wrong-shape"},
      {"service: s\nprovider: aws\nresources: {extensions: {A: {}}}\n", "finding unknown-extension"},
      {"service: s\nprovider: aws\nresources: {Resources: {A: {Type: AWS::Serverless::Api}}}\n",
       "finding missing-transform"},
      {"service: s\nprovider: {name: aws, memorysize: 128}\nfunctions: {f: {handler: a.b, event: [], memory: "
       "1}}\n",
       "finding misnamed-setting; finding misnamed-setting; finding misnamed-setting"},
      {"service: s\nprovider: {name: aws, memorySize: 128, memorysize: 128, own: 1}\nplugins: "
       "[an-event-plugin]\n"
       "functions: {f: {handler: a.b, event: []}}\n",
       "note unknown-plugin"},
      {"service: s\nprovider: aws\nresources: {Transform: Mine, Resources: {A: {Type: "
       "AWS::Serverless::Api}}}\n",
       "note macro-not-run"},
      {"service: s\nprovider: aws\nplugins: [x]\nresources: {Resources: {A: {Type: AWS::Serverless::Api}}}\n",
       "note unknown-plugin"},
      {"service: s\nprovider: aws\nplugins: [serverless-offline, other]\n", "note unknown-plugin"},
      {"service: s\nprovider: google\nfunctions: {f: {handler: h}}\n", "note other-provider"},
      {"service: s\nprovider: {name: aws, iamRoleStatements: x}\nfunctions: {f: {handler: a.b}}\n",
       "error wrong-shape"},
      {"service: s\nprovider: aws\nlayers: x\n", "error wrong-shape"},
  }));
  CAPTURE(row.text);
  const Lowering lowering(row.text);
  CHECK(lowering.problems(true) == row.problems);
}

TEST_CASE("state machines of the plugin") {
  const Lowering lowering(
      "service: s\nprovider: aws\nplugins: [serverless-step-functions]\nstepFunctions:\n  stateMachines:\n"
      "    flow: {definition: {StartAt: A}, tracingConfig: {enabled: true}}\n    named: {name: n, role: r, "
      "definition: x}\n");
  CHECK(lowering.shown("FlowStepFunctionsStateMachine", "Definition") == R"({"StartAt":"A"})");
  CHECK(lowering.shown("FlowStepFunctionsStateMachine", "TracingConfiguration") == R"({"Enabled":true})");
  CHECK(lowering.find("FlowStepFunctionsStateMachineRole") != nullptr);
  CHECK(lowering.shown("N", "RoleArn") == R"({"Fn::GetAtt":["r","Arn"]})");
}

TEST_CASE("values remember how they got to where they are used") {
  const Lowering lowering(
      "service: shop\ncustom: {size: '${file(sizes.yml):small}', time: 9}\n"
      "provider: {name: aws, runtime: python3.12, timeout: '${self:custom.time}'}\n"
      "functions: {f: {handler: a.b, memorySize: '${self:custom.size}', reservedConcurrency: 1}}\n",
      {{"p/sizes.yml", "small: 256\n"}});
  text::Arena arena;
  const auto evaluated = dialect::cloudformation::evaluate(lowering.lowered, arena, {});
  const auto origins = [&](std::string_view property) {
    std::string out;
    for (const dialect::Resource& resource : evaluated.resources) {
      if (resource.logical_id != "FLambdaFunction") continue;
      const value::Value value = resource.properties.get(property);
      for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next)
        out += std::string(origin->name) + ";";
    }
    return out;
  };
  CHECK(origins("Runtime") == "provider;");
  CHECK(origins("Timeout") == "${self:custom.time};");
  CHECK(origins("MemorySize") == "${self:custom.size};${file(sizes.yml):small};sizes.yml;");
  CHECK(origins("ReservedConcurrentExecutions").empty());
}

TEST_CASE("what version 4 of the framework lets a function say") {
  const Lowering lowering(R"(service: shop
frameworkVersion: '4'
provider: {name: aws, runtime: nodejs22.x, versionFunctions: false, vpc: {securityGroupIds: [sg], subnetIds: [s]}, capacityProviders: {own: {instanceRequirements: {allowedInstanceTypes: [m5.large]}, scaling: {mode: manual, maxVCpuCount: 8, policies: [{predefinedMetricType: cpu, targetValue: 70}]}}}}
functions:
  slow: {handler: a.b, durableConfig: {executionTimeout: 3600, retentionPeriodInDays: 7}}
  tenants: {handler: a.b, tenancy: {mode: per_tenant}}
  big: {handler: a.b, capacityProvider: {name: 'arn:x', maxConcurrency: 10, memoryPerVCpu: 4, scaling: {min: 1, max: 3}}}
  own: {handler: a.b, capacityProvider: own, memorySize: 4096}
  plain: {handler: a.b, capacityProvider: default}
  ready: {handler: a.b, provisionedConcurrency: {alias: blue, executions: 2}}
ai: {agents: {chat: {}}}
sandboxes: {echo: {artifact: ./app}}
)");
  struct Row {
    std::string id;
    std::string property;
    std::string expected;
  };
  const std::vector<Row> rows{
      {"SlowLambdaFunction", "DurableConfig", R"({"ExecutionTimeout":3600,"RetentionPeriodInDays":7})"},
      {"SlowDurableLambdaAlias", "Name", R"("durable")"},
      {"IamRoleLambdaExecution", "ManagedPolicyArns",
       R"([{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]]},{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/service-role/AWSLambdaBasicDurableExecutionRolePolicy"]]}])"},
      {"TenantsLambdaFunction", "TenancyConfig", R"({"TenantIsolationMode":"PER_TENANT"})"},
      {"BigLambdaFunction", "MemorySize", "2048"},
      {"BigLambdaFunction", "VpcConfig", "absent"},
      {"BigLambdaFunction", "CapacityProviderConfig",
       R"({"LambdaManagedInstancesCapacityProviderConfig":{"CapacityProviderArn":"arn:x","PerExecutionEnvironmentMaxConcurrency":10,"ExecutionEnvironmentMemoryGiBPerVCpu":4}})"},
      {"BigLambdaFunction", "FunctionScalingConfig",
       R"({"MinExecutionEnvironments":1,"MaxExecutionEnvironments":3})"},
      {"OwnLambdaFunction", "MemorySize", "4096"},
      {"OwnLambdaFunction", "CapacityProviderConfig",
       R"({"LambdaManagedInstancesCapacityProviderConfig":{"CapacityProviderArn":{"Fn::GetAtt":["OwnLambdaCapacityProvider","Arn"]}}})"},
      {"OwnLambdaCapacityProvider", "CapacityProviderName", R"("shop-dev-own")"},
      {"OwnLambdaCapacityProvider", "VpcConfig", R"({"SecurityGroupIds":["sg"],"SubnetIds":["s"]})"},
      {"OwnLambdaCapacityProvider", "InstanceRequirements",
       R"({"AllowedInstanceTypes":["m5.large"],"Architectures":["x86_64"]})"},
      {"OwnLambdaCapacityProvider", "CapacityProviderScalingConfig",
       R"({"MaxVCpuCount":8,"ScalingPolicies":[{"PredefinedMetricType":"cpu","TargetValue":70}],"ScalingMode":"Manual"})"},
      {"OwnLambdaCapacityProvider", "PermissionsConfig",
       R"({"CapacityProviderOperatorRoleArn":{"Fn::GetAtt":["LambdaCapacityProviderOperatorRole","Arn"]}})"},
      {"LambdaCapacityProviderOperatorRole", "ManagedPolicyArns",
       R"(["arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"])"},
      {"DefaultLambdaCapacityProvider", "KmsKeyArn", "absent"},
      {"DefaultLambdaCapacityProvider", "CapacityProviderName", R"("shop-dev-default")"},
      {"ReadyProvConcBlueLambdaAlias", "Name", R"("blue")"},
      {"ReadyProvConcBlueLambdaAlias", "ProvisionedConcurrencyConfig",
       R"({"ProvisionedConcurrentExecutions":2})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.id, row.property);
    CHECK(lowering.shown(row.id, row.property) == row.expected);
  }
  CHECK(lowering.problems(true) == "note partly-understood-service; note partly-understood-service");
}

TEST_CASE("sections that functions inherit from are known") {
  const slsaudit::test::Lowering lowering("service: a\nprovider:\n  name: aws\n  tracing: {lambda: true}\n");
  REQUIRE(lowering.lowered.sections.size() == 2);
  CHECK(lowering.sources.text(lowering.lowered.sections.at("provider")) == "provider");
  CHECK(lowering.sources.text(lowering.lowered.sections.at("provider.tracing")) == "tracing");
}

TEST_CASE("what an unknown bucket or pool calls is called") {
  const Lowering lowering(
      "service: shop\n"
      "provider: {name: aws, runtime: nodejs20.x}\n"
      "custom: {other: '${file(missing.yml)}'}\n"
      "functions:\n"
      "  load: {handler: a.b, events: [{s3: {bucket: '${self:custom.other.name}-raw'}}]}\n"
      "  join: {handler: a.b, events: [{cognitoUserPool: {pool: '${self:custom.other.pool}', "
      "trigger: PreSignUp}}]}\n");
  CHECK(lowering.problems() == "");
  CHECK(lowering.shown("LoadLambdaPermissionS3", "Principal") == "\"s3.amazonaws.com\"");
  CHECK(lowering.shown("JoinLambdaPermissionCognitoUserPool", "Principal") ==
        "\"cognito-idp.amazonaws.com\"");
}

TEST_CASE("settings at the root that nothing reads are told") {
  const std::string rest = "provider: {name: aws, runtime: nodejs20.x, region: '${self:region}'}\n"
                           "functions: {load: {handler: a.b}}\n";
  CHECK(Lowering("service: shop\nregion: eu-west-1\n" + rest).problems() == "");
  CHECK(Lowering("service: shop\nregion: eu-west-1\nenvironment: {A: b}\n" + rest).problems() ==
        "finding misplaced-section");
}

TEST_CASE("what is out of sight is known to be") {
  const auto sections = [](const std::string& more) {
    const Lowering lowering("service: shop\nprovider: {name: aws, runtime: nodejs20.x}\n" + more);
    std::string found;
    if (lowering.lowered.unread.functions) found += "unread functions;";
    if (lowering.lowered.unread.names) found += "unread names;";
    return found + std::string(lowering.lowered.unread.runtime);
  };
  CHECK(sections("functions: {load: {handler: a.b}}\nplugins: [serverless-offline]\n") == "");
  CHECK(sections("functions: ['${file(more.yml)}']\n") == "unread functions;unread names;nodejs20.x");
  CHECK(sections("functions: {load: '${file(more.yml)}'}\n") == "unread functions;unread names;nodejs20.x");
  CHECK(sections("resources: ['${file(more.yml)}']\n") == "unread names;");
  CHECK(sections("resources: {Resources: '${file(more.yml)}'}\n") == "unread names;");
  CHECK(sections("plugins: [serverless-team-tables]\n") == "unread names;");
}

TEST_CASE("a service's name may be asked for as of a mapping, up to version 2") {
  const std::string rest =
      "service: shop\n"
      "provider: {name: aws, runtime: nodejs20.x, environment: {A: '${self:service.name}'}}\n"
      "functions: {load: {handler: a.b}}\n";
  CHECK(Lowering(rest).shown("LoadLambdaFunction", "Environment").find("shop") != std::string::npos);
  CHECK(Lowering("frameworkVersion: '3'\n" + rest).problems() == "finding unresolved-variable");
}

} // namespace slsaudit
