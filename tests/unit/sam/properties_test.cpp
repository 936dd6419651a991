// SPDX-License-Identifier: Apache-2.0
// What SAM writes into the resources, and where it says it comes from.
#include "dialect/sam/deployed.hpp"
#include "support/catch.hpp"
#include "unit/sam/lowered.hpp"

using namespace slsaudit;

namespace {

const std::string head = "Transform: AWS::Serverless-2016-10-31\n";

std::string function(const std::string& properties) {
  return "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b, Runtime: "
         "nodejs20.x, InlineCode: x" +
         properties + "}\n";
}

struct Row {
  std::string name;
  std::string yaml;
  std::string pointer;
  std::string json;
};

const std::string api_auth =
    "  A:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: v1, Auth: {DefaultAuthorizer: P, "
    "Authorizers: {P: {UserPoolArn: arn}}}}\n";

const Row rows[] = {
    {"Globals: a scalar of the resource wins",
     "Globals: {Function: {Timeout: 3, MemorySize: 512}}\n" + function(", Timeout: 9"),
     "/F/Properties/Timeout", "9"},
    {"Globals: what the resource lacks",
     "Globals: {Function: {Timeout: 3, MemorySize: 512}}\n" + function(", Timeout: 9"),
     "/F/Properties/MemorySize", "512"},
    {"Globals: maps merge",
     "Globals: {Function: {Environment: {Variables: {A: 1, B: 1}}}}\n" +
         function(", Environment: {Variables: {B: 2}}"),
     "/F/Properties/Environment", R"({"Variables":{"A":1,"B":2}})"},
    {"Globals: lists concatenate", "Globals: {Function: {Layers: [a]}}\n" + function(", Layers: [b]"),
     "/F/Properties/Layers", R"(["a","b"])"},
    {"Globals: intrinsics don't merge", "Globals: {Function: {Tags: {A: x}}}\n" + function(", Tags: !Ref T"),
     "/F/Properties/Tags/0/Key", R"("lambda:createdBy")"},
    {"Globals: IgnoreGlobals",
     "Globals: {Function: {Timeout: 3}}\n" + function("") + "    IgnoreGlobals: '*'\n",
     "/F/Properties/Timeout", "absent"},
    {"code in S3",
     "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: "
     "'s3://b/k/x.zip?versionId=7'}}}\n",
     "/F/Properties/Code", R"({"S3Bucket":"b","S3Key":"k/x.zip","S3ObjectVersion":"7"})"},
    {"local code", "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src/}}}\n",
     "/F/Properties/Code", R"("src/")"},
    {"policies: a managed one by name", function(", Policies: AmazonS3ReadOnlyAccess"),
     "/FRole/Properties/ManagedPolicyArns/1", R"("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")"},
    {"policies: a document",
     function(", Policies: [{Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}]"),
     "/FRole/Properties/Policies",
     R"([{"PolicyDocument":{"Statement":[{"Action":"s3:*","Effect":"Allow","Resource":"*"}]},"PolicyName":"FRolePolicy0"}])"},
    {"policies: a template", function(", Policies: [x, {SQSPollerPolicy: {QueueName: !GetAtt Q.QueueName}}]"),
     "/FRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
     R"({"Fn::Sub":["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}",{"queueName":{"Fn::GetAtt":["Q","QueueName"]}}]})"},
    {"policies: by a condition", function(", Policies: [!If [C, AmazonS3ReadOnlyAccess, !Ref AWS::NoValue]]"),
     "/FRole/Properties/ManagedPolicyArns/1",
     R"({"Fn::If":["C","arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",{"Ref":"AWS::NoValue"}]})"},
    {"tracing asks for a policy", function(", Tracing: Active"), "/FRole/Properties/ManagedPolicyArns/1",
     R"("arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess")"},
    {"tracing off", function(", Tracing: Disabled"), "/F/Properties/TracingConfig", "absent"},
    {"a role that may be absent", function(", Role: !If [C, !Ref AWS::NoValue, arn]"), "/FRole/Condition",
     R"("C")"},
    {"a dead-letter queue", function(", DeadLetterQueue: {Type: SQS, TargetArn: q}"),
     "/F/Properties/DeadLetterConfig", R"({"TargetArn":"q"})"},
    {"events call the alias",
     function(", AutoPublishAlias: live, Events: {E: {Type: SQS, Properties: {Queue: q}}}"),
     "/FE/Properties/FunctionName", R"({"Ref":"FAliaslive"})"},
    {"references to made resources", function(", AutoPublishAlias: live") + "Outputs: {}\n  # \n",
     "/FAliaslive/Properties/FunctionVersion", R"({"Fn::GetAtt":["FVersion","Version"]})"},
    {"a route names its function",
     function(", Events: {E: {Type: Api, Properties: {Path: '/a/{id}', Method: get}}}"),
     "/ServerlessRestApi/Properties/Body/paths/~1a~1{id}/get/x-amazon-apigateway-integration/uri",
     R"({"Fn::Sub":"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"})"},
    {"a permission for the path",
     function(", Events: {E: {Type: Api, Properties: {Path: '/a/{id}', Method: get}}}"),
     "/FEPermissionProd/Properties/SourceArn/Fn::Sub/0",
     R"("arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/a/*")"},
    {"the default authorizer guards a method",
     function(", Events: {E: {Type: Api, Properties: {RestApiId: !Ref A, Path: /a, Method: get}}}") +
         api_auth,
     "/A/Properties/Body/paths/~1a/get/security", R"([{"P":[]}])"},
    {"a method that asks for nothing",
     function(", Events: {E: {Type: Api, Properties: {RestApiId: !Ref A, Path: /a, Method: get, Auth: "
              "{Authorizer: NONE}}}}") +
         api_auth,
     "/A/Properties/Body/paths/~1a/get/security", R"([{"NONE":[]}])"},
    {"cross-origin requests",
     function(", Events: {E: {Type: Api, Properties: {RestApiId: !Ref A, Path: /a, Method: get}}}") +
         "  A:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: v1, Cors: \"'*'\"}\n",
     "/A/Properties/Body/paths/~1a/options/x-amazon-apigateway-integration/type", R"("mock")"},
    {"cross-origin requests by a condition",
     function(", Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref A, Path: /a, Method: get}}}") +
         "  A:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      CorsConfiguration: "
         "!If [C, {AllowOrigins: [o]}, !Ref AWS::NoValue]\n",
     "/A/Properties/Body/x-amazon-apigateway-cors",
     R"({"Fn::If":["C",{"allowOrigins":["o"]},{"Ref":"AWS::NoValue"}]})"},
    {"a bucket notifies",
     function(", Events: {E: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}}") +
         "  B: {Type: AWS::S3::Bucket}\n",
     "/B",
     R"({"DependsOn":["FEPermission"],"Properties":{"NotificationConfiguration":{"LambdaConfigurations":[{"Event":"s3:ObjectCreated:*",)"
     R"("Function":{"Fn::GetAtt":["F","Arn"]}}]}},"Type":"AWS::S3::Bucket"})"},
    {"the condition of the only function reaches the implicit API",
     function(", Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: get}}}") + "    Condition: C\n",
     "/ServerlessHttpApi/Condition", R"("C")"},
    {"an inline definition stays an object",
     "Resources: {S: {Type: AWS::Serverless::StateMachine, Properties: {Role: r, Definition: {StartAt: "
     "A}}}}\n",
     "/S/Properties/Definition", R"({"StartAt":"A"})"},
    {"throttling of an HTTP API",
     "Resources: {A: {Type: AWS::Serverless::HttpApi, Properties: {DefaultRouteSettings: "
     "{ThrottlingRateLimit: 5}}}}\n",
     "/AApiGatewayDefaultStage/Properties/DefaultRouteSettings", R"({"ThrottlingRateLimit":5})"},
};

} // namespace

TEST_CASE("SAM writes these properties") {
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const test::LoweredText text(head + row.yaml);
      CHECK(text.at(row.pointer) == row.json);
    }
  }
}

TEST_CASE("references to what SAM makes name the made resource") {
  const test::LoweredText text(head + function(", AutoPublishAlias: live") +
                               "Outputs:\n  A: {Value: !Ref F.Alias}\n  B: {Value: !Sub '${F.Version}/x'}\n"
                               "  E: {Value: {'Fn::GetAtt': [F, Version.Version]}}\n  C: {Value: !GetAtt "
                               "F.Alias.Name}\n  D: {Value: {'Fn::GetAtt': [F.Alias, Name]}}\n");
  CHECK(
      text.json["Outputs"].dump() ==
      R"({"A":{"Value":{"Ref":"FAliaslive"}},"B":{"Value":{"Fn::Sub":"${FVersion}/x"}},)"
      R"("C":{"Value":{"Fn::GetAtt":["FAliaslive","Name"]}},"D":{"Value":{"Fn::GetAtt":["FAliaslive","Name"]}},"E":{"Value":{"Fn::GetAtt":["FVersion","Version"]}}})");
}

TEST_CASE("an inline definition is deployed as lines of JSON") {
  test::LoweredText text(
      head + "Resources: {S: {Type: AWS::Serverless::StateMachine, Properties: {Role: r, Definition: "
             "{StartAt: é, Comment: !Ref A, B: [1, true, ~, {}]}}}}\n");
  const auto deployed =
      nlohmann::json::parse(dialect::to_json(dialect::sam::as_deployed(text.lowered, text.arena)));
  const auto& properties = deployed["Resources"]["S"]["Properties"];
  CHECK(properties["DefinitionSubstitutions"].dump() == R"({"definition_substitution_1":{"Ref":"A"}})");
  std::string lines;
  for (const auto& line : properties["DefinitionString"]["Fn::Join"][1])
    lines += line.get<std::string>() + "\n";
  CHECK(lines == R"({
    "B": [
        1,
        true,
        null,
        {}
    ],
    "Comment": "${definition_substitution_1}",
    "StartAt": "\u00e9"
}
)");
}

TEST_CASE("conditions that SAM needs are added") {
  const test::LoweredText text(head + "Conditions: {C: !Equals [a, b]}\n" +
                               function(", Role: !If [C, arn, !Ref AWS::NoValue]"));
  CHECK(text.json["Conditions"].dump() ==
        R"({"C":{"Fn::Equals":["a","b"]},"NOTC":{"Fn::Not":[{"Condition":"C"}]}})");
}

TEST_CASE("generated resources say what made them") {
  const test::LoweredText text(head +
                               function(", Events: {Get: {Type: Api, Properties: {Path: /a, Method: get}}}"));
  struct Origin {
    std::string_view id;
    bool generated;
    std::string_view feature;
    std::string_view span;
  };
  const Origin origins[] = {{"F", false, "", "F"},
                            {"FRole", true, "Policies", "F"},
                            {"FGetPermissionProd", true, "Events", "Get"},
                            {"ServerlessRestApi", true, "Events", "Get"},
                            {"ServerlessRestApiProdStage", true, "StageName", "Get"}};
  for (const Origin& origin : origins) {
    CAPTURE(origin.id);
    const dialect::LoweredResource* resource = text.find(origin.id);
    REQUIRE(resource != nullptr);
    CHECK(resource->author.generated == origin.generated);
    CHECK(resource->author.feature == origin.feature);
    CHECK(text.sources.text(resource->author.span) == origin.span);
  }
}

TEST_CASE("properties keep the place where the author wrote them") {
  const std::string yaml = head + "Globals: {Function: {Timeout: 77}}\n" + function(", MemorySize: 99");
  const test::LoweredText text(yaml);
  const syntax::Node* properties = text.find("F")->body->get("Properties");
  for (const auto& [key, value] : {std::pair("Timeout", "77"), std::pair("MemorySize", "99")}) {
    const syntax::Entry* entry = properties->find(key);
    REQUIRE(entry != nullptr);
    CHECK(text.sources.text(entry->key_span) == key);
    CHECK(text.sources.text(entry->value->span) == value);
    CHECK(entry->value->span.begin == yaml.find(value));
  }
}

TEST_CASE("problems stand where the author's text is wrong") {
  struct Wrong {
    std::string yaml;
    std::string problems;
  };
  const Wrong wrong[] = {
      {function(""), "finding missing-transform: AWS::Serverless::Function\n"},
      {head + "Globals: {Funktion: {}}\n" + function(""), "finding unknown-globals-section: Funktion\n"},
      {head + "Globals: {Function: {Policies: []}}\n" + function(""),
       "finding unknown-globals-property: Policies\n"},
      {head + function(", Events: [1]"), "error wrong-shape: [1]\n"},
      {head + function(", Events: {E: {Type: Nothing}}"), "error unknown-event-type: E\n"},
      {head + function(", Events: {E: {Type: SQS}}"), "error missing-event-property: E\n"},
      {head + function(", Events: {E: {type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:q'}}}"),
       "finding misspelt-event: {type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:q'}}\n"},
      {head + function(", Events: {E: {Type: sqs, Properties: {Queue: 'arn:aws:sqs:r:1:q'}}}"),
       "finding misnamed-event: {Type: sqs, Properties: {Queue: 'arn:aws:sqs:r:1:q'}}\n"},
      {head + function(", Events: {E: {Type: SQS, Queue: 'arn:aws:sqs:r:1:q'}}"),
       "finding settings-beside-event: {Type: SQS, Queue: 'arn:aws:sqs:r:1:q'}\n"},
      {head + function(", Events: {E: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:q'}, BatchSize: 1}}"),
       "finding setting-beside-event: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:q'}, BatchSize: 1}\n"},
      {head + function(", Events: {E: {Properties: {Queue: 'arn:aws:sqs:r:1:q'}}}"),
       "finding event-without-type: {Properties: {Queue: 'arn:aws:sqs:r:1:q'}}\n"},
      {head + function(", Events: {E: {Type: S3, Properties: {Bucket: b, Events: x}}}"),
       "error foreign-event-source: E\n"},
      {head + function(", Policies: [{NoSuchPolicy: {}}]"), "error unknown-policy-template: NoSuchPolicy\n"},
      {head + function(", Policies: [{SQSPollerPolicy: {}}]"),
       "finding missing-template-parameter: SQSPollerPolicy\n"},
      {head + function(", Policies: [{AWSSecretsManagerRotationPolicy: {}}]"), // stands in a condition
       "finding missing-template-parameter: AWSSecretsManagerRotationPolicy\n"},
      {head + "Resources: {X: {Type: AWS::Serverless::Nothing}}\n",
       "finding unknown-sam-type: AWS::Serverless::Nothing\n"},
      {head + function(", Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}") +
           "  ServerlessRestApi: {Type: AWS::Serverless::Api, Properties: {StageName: live}}\n",
       "finding replaced-api: ServerlessRestApi\n"},
      {head + function(", Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}") +
           "  ServerlessRestApi: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: "
           "nodejs20.x, InlineCode: x, Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}}}\n",
       "finding replaced-api: ServerlessRestApi\n"},
      {head + function(", Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}, B: {Type: Api, "
                       "Properties: {Path: /a, Method: GET}}}"),
       "error duplicate-route: B\n"},
  };
  for (const Wrong& row : wrong) {
    CAPTURE(row.yaml);
    const test::LoweredText text(row.yaml);
    CHECK(text.problems() == row.problems);
  }
}

TEST_CASE("sections that resources inherit from are known") {
  const test::LoweredText text("Transform: AWS::Serverless-2016-10-31\n"
                               "Globals:\n"
                               "  Function: {Timeout: 3}\n"
                               "Resources: {}\n");
  REQUIRE(text.lowered.sections.size() == 2);
  CHECK(text.sources.text(text.lowered.sections.at("Globals")) == "Globals");
  CHECK(text.sources.text(text.lowered.sections.at("Globals.Function")) == "Function");
}
