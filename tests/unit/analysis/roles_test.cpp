// SPDX-License-Identifier: Apache-2.0
// Roles and who runs with them, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

TEST_CASE("roles list who runs with them") {
  const Model model(R"(Resources:
  A: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn, Environment: {Variables: {TABLE: !Ref T}}}}
  B: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
  T: {Type: AWS::DynamoDB::Table}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [{Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt T.Arn}]
)");
  CHECK(model.rows("roles", {"role", "functions", "shared", "access", "needed", "granted", "needs_differ"}) ==
        "`R` | [`A`, `B`] | true | write | [`T`] | [`T`] | true\n");
}

TEST_CASE("roles tell what only closed functions are known to use") {
  const std::string text = R"(Resources:
  A: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn, Environment: {Variables: {X: !Ref T}}}}
  B: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn, Environment: {Variables: {X: !Ref T, Y: !Ref U}}}}
  T: {Type: AWS::DynamoDB::Table}
  U: {Type: AWS::DynamoDB::Table}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [{Effect: Allow, Action: "dynamodb:PutItem", Resource: [!GetAtt T.Arn, !GetAtt U.Arn]}]
)";
  const std::string url =
      "  Url: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt ";
  CHECK(Model(text + url + "A.Arn}}\n").rows("roles", {"open_functions", "needed_behind"}) ==
        "[`A`] | [`U`]\n");
  CHECK(Model(text + url + "B.Arn}}\n").rows("roles", {"open_functions", "needed_behind"}) == "[`B`] | []\n");
}

TEST_CASE("roles that dialects make, and those that nobody runs with") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< role, functions, shared, generated, access, granted, needed
  };
  const Case cases[] = {
      // Each function has its own role, which may write what its policy template names.
      {"SAM",
       R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Take: {Type: AWS::Serverless::Function, Properties: {Policies: [{DynamoDBWritePolicy: {TableName: !Ref Orders}}]}}
  Tell: {Type: AWS::Serverless::Function}
  Orders: {Type: AWS::DynamoDB::Table}
)",
       "`Take` | [`Take`] | false | true | write | [`Orders`] | []\n"
       "`Tell` | [`Tell`] | false | true | null | [] | []\n"},
      // All functions of a service run with one.
      {"the Serverless Framework",
       R"(service: shop
provider:
  name: aws
  runtime: nodejs22.x
  iam: {role: {statements: [{Effect: Allow, Action: ["dynamodb:GetItem"], Resource: !GetAtt Orders.Arn}]}}
functions:
  take: {handler: a.b}
  tell: {handler: a.b}
resources: {Resources: {Orders: {Type: AWS::DynamoDB::Table}}}
)",
       "`IamRoleLambdaExecution` | [`take`, `tell`] | true | true | read | [`Orders`] | []\n"},
      {"a role that only a workflow runs with",
       R"(Resources:
  M: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt R.Arn}}
  R: {Type: AWS::IAM::Role}
)",
       ""},
      {"a role of another stack",
       R"(Parameters: {Role: {Type: String}}
Resources:
  A: {Type: AWS::Lambda::Function, Properties: {Role: !Ref Role}}
)",
       "`parameter Role` | [`A`] | false | false | ? | [] | []\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("roles", {"role", "functions", "shared", "generated", "access", "granted",
                                         "needed"}) == c.expected);
    }
  }
}
