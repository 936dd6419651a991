// SPDX-License-Identifier: Apache-2.0
// Effective permissions and escalations, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

/// A role with one inline policy, beside two tables and a bucket.
std::string role(const std::string& statements, const std::string& more = {}) {
  return R"(Parameters: {Any: {Type: String}}
Resources:
  Orders: {Type: AWS::DynamoDB::Table}
  Invoices: {Type: AWS::DynamoDB::Table}
  Photos: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
)" + more +
         R"(
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement: [)" +
         statements + "]\n";
}

std::string grants(const std::string& text) {
  return Model(text).rows("grants", {"access", "scope", "label", "actions", "narrowed", "part"});
}

} // namespace

TEST_CASE("grants are told by access and target") {
  struct Case {
    const char* name;
    std::string statements;
    const char* expected;
  };
  const Case cases[] = {
      {"one action on one table",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn})",
       "write | resource | `Orders` | [dynamodb:PutItem] | false | false\n"},
      {"what takes nothing but everything, on one table",
       R"({Effect: Allow, Action: ["dynamodb:ListTables", "dynamodb:PutItem"], Resource: !GetAtt Orders.Arn})",
       "write | resource | `Orders` | [dynamodb:PutItem] | false | false\n"},
      {"two accesses of one statement",
       R"({Effect: Allow, Action: ["dynamodb:PutItem", "dynamodb:GetItem"], Resource: !GetAtt Orders.Arn})",
       "read | resource | `Orders` | [dynamodb:GetItem] | false | false\n"
       "write | resource | `Orders` | [dynamodb:PutItem] | false | false\n"},
      {"everything of one service is one row",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "*"})",
       "write | service | all of `dynamodb` | [dynamodb:PutItem] | false | false\n"},
      {"a whole kind is everything of the service",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:*:*:table/*"})",
       "write | service | all of `dynamodb` | [dynamodb:PutItem] | false | false\n"},
      {"an action of another service means nothing on a table",
       R"({Effect: Allow, Action: ["s3:PutObject", "dynamodb:PutItem"], Resource: !GetAtt Orders.Arn})",
       "write | resource | `Orders` | [dynamodb:PutItem] | false | false\n"},
      {"a condition that pins the resource",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "*",
           Condition: {StringEquals: {"aws:ResourceTag/team": a}}})",
       "write | service | all of `dynamodb` | [dynamodb:PutItem] | true | false\n"},
      {"a prefix of keys is a part of a bucket",
       R"({Effect: Allow, Action: "s3:PutObject", Resource: !Sub "${Photos.Arn}/new/*"})",
       "write | resource | `Photos` | [s3:PutObject] | false | true\n"},
      {"all keys are the bucket",
       R"({Effect: Allow, Action: "s3:PutObject", Resource: !Sub "${Photos.Arn}/*"})",
       "write | resource | `Photos` | [s3:PutObject] | false | false\n"},
      {"a table of elsewhere",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:us-east-1:111122223333:table/far"})",
       "write | outside | `arn:aws:dynamodb:us-east-1:111122223333:table/far` | [dynamodb:PutItem] | false | "
       "false\n"},
      {"a denial of the same", R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn},
           {Effect: Deny, Action: "dynamodb:*", Resource: !GetAtt Orders.Arn})",
       ""},
      {"a denial of everything else",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn},
           {Effect: Deny, Action: "dynamodb:*", Resource: !GetAtt Invoices.Arn})",
       "write | resource | `Orders` | [dynamodb:PutItem] | false | false\n"},
      {"a denial under a condition takes nothing",
       R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn},
          {Effect: Deny, Action: "dynamodb:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": false}}})",
       "write | resource | `Orders` | [dynamodb:PutItem] | false | false\n"},
      {"a denial of an index does not cover the table",
       R"({Effect: Allow, Action: "dynamodb:Query", Resource: !GetAtt Orders.Arn},
          {Effect: Deny, Action: "dynamodb:Query", Resource: !Sub "${Orders.Arn}/index/*"})",
       "read | resource | `Orders` | [dynamodb:Query] | false | false\n"},
      {"nobody knows whether it is allowed",
       R"({Effect: !If [X, Allow, Deny], Action: "dynamodb:PutItem", Resource: "*"})", ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(grants(role(c.statements)) == c.expected);
    }
  }
}

TEST_CASE("everything is five rows, and names what is left out") {
  const Model model(role(R"({Effect: Allow, NotAction: ["iam:*"], Resource: "*"})"));
  CHECK(model.rows("grants", {"access", "scope", "except", "action_count"}) ==
        "list | everything | [iam:*] | null\nread | everything | [iam:*] | null\n"
        "tagging | everything | [iam:*] | null\nwrite | everything | [iam:*] | null\n"
        "permissions | everything | [iam:*] | null\n");
}

TEST_CASE("boundaries bound") {
  const char* policy = R"(
  Boundary:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{Effect: Allow, Action: ["dynamodb:*", "s3:GetObject"], Resource: !GetAtt Orders.Arn}]
)";
  SECTION("everything becomes what the boundary allows") {
    const std::string text = role(R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "*"})",
                                  "      PermissionsBoundary: !Ref Boundary") +
                             policy;
    CHECK(Model(text).rows("grants", {"access", "label", "bounded", "complete"}) ==
          "write | `Orders` | true | true\n");
  }
  SECTION("what the boundary lacks is not allowed") {
    const std::string text = role(R"({Effect: Allow, Action: "sqs:SendMessage", Resource: "*"})",
                                  "      PermissionsBoundary: !Ref Boundary") +
                             policy;
    CHECK(Model(text).rows("grants", {"access", "label"}).empty());
  }
  SECTION("one that nobody knows leaves it open") {
    const std::string text = role(R"({Effect: Allow, Action: "sqs:SendMessage", Resource: "*"})",
                                  "      PermissionsBoundary: !Ref Any");
    CHECK(Model(text).rows("grants", {"access", "label", "bounded", "complete"}) ==
          "write | all of `sqs` | false | false\n");
  }
}

TEST_CASE("policies come from everywhere") {
  SECTION("a managed policy of AWS") {
    const Model model(R"(Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AWSAppSyncInvokeFullAccess"]
)");
    CHECK(model.rows("grants", {"access", "label", "basis", "policies", "complete"}) ==
          "list | all of `appsync` | [aws_managed] | [AWSAppSyncInvokeFullAccess] | true\n"
          "read | all of `appsync` | [aws_managed] | [AWSAppSyncInvokeFullAccess] | true\n"
          "write | all of `appsync` | [aws_managed] | [AWSAppSyncInvokeFullAccess] | true\n");
  }
  SECTION("one that nobody knows") {
    const Model model(role(R"({Effect: Allow, Action: "sqs:SendMessage", Resource: "*"})",
                           "      ManagedPolicyArns: [\"arn:aws:iam::111122223333:policy/own\"]"));
    CHECK(model.rows("grants", {"label", "complete"}) == "all of `sqs` | false\n");
  }
  SECTION("a policy template of SAM") {
    const Model model(R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::DynamoDB::Table}
  Read:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      InlineCode: x
      Policies: [{DynamoDBReadPolicy: {TableName: !Ref Orders}}]
)");
    const std::string rows = model.rows("grants", {"holders", "access", "label", "basis"});
    CHECK(rows.find("[`Read`] | read | `Orders` | [generated]\n") != std::string::npos);
  }
  SECTION("a resource's own policy") {
    const Model model(R"(Resources:
  Photos: {Type: AWS::S3::Bucket}
  Role: {Type: AWS::IAM::Role}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Photos
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: "s3:GetObject", Resource: "*"}]
)");
    CHECK(model.rows("grants", {"principal", "access", "label", "basis"}) ==
          "`Role` | read | `Photos` | [resource_policy]\n");
  }
  SECTION("users hold what their groups hold") {
    const Model model(R"(Resources:
  Team:
    Type: AWS::IAM::Group
    Properties:
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: "*"}]}}]
  Ann: {Type: AWS::IAM::User, Properties: {Groups: [!Ref Team]}}
)");
    CHECK(model.rows("grants", {"principal", "kind", "label"}) ==
          "`Team` | group | all of `sqs`\n`Ann` | user | all of `sqs`\n");
  }
}

TEST_CASE("escalations need every action, and reach far enough") {
  struct Case {
    const char* name;
    std::string statements;
    const char* expected; ///< Of the first: id, reach, certain
  };
  const Case cases[] = {
      {"writing any role's policy", R"({Effect: Allow, Action: "iam:PutRolePolicy", Resource: "*"})",
       "iam-put-role-policy | any | true\n"},
      {"passing any role to a function of one's own",
       R"({Effect: Allow, Action: ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], Resource: "*"})",
       "lambda-create-invoke | any | true\n"},
      {"passing alone is none", R"({Effect: Allow, Action: "iam:PassRole", Resource: "*"})", ""},
      {"passing to another service",
       R"({Effect: Allow, Action: "iam:PassRole", Resource: "*",
           Condition: {StringEquals: {"iam:PassedToService": states.amazonaws.com}}},
          {Effect: Allow, Action: ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource: "*"})",
       ""},
      {"passing to this service",
       R"({Effect: Allow, Action: "iam:PassRole", Resource: "*",
           Condition: {StringEquals: {"iam:PassedToService": lambda.amazonaws.com}}},
          {Effect: Allow, Action: ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource: "*"})",
       "lambda-create-invoke | any | true\n"},
      {"under a condition", R"({Effect: Allow, Action: "iam:PutRolePolicy", Resource: "*",
           Condition: {Bool: {"aws:MultiFactorAuthPresent": true}}})",
       "iam-put-role-policy | any | false\n"},
      {"denied",
       R"({Effect: Allow, Action: "iam:*", Resource: "*"}, {Effect: Deny, Action: "iam:*", Resource: "*"})",
       ""},
      {"a role of elsewhere by name",
       R"({Effect: Allow, Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::111122223333:role/deploy"})",
       ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(role(c.statements));
      const std::string rows = model.rows("escalations", {"escalation", "reach", "certain"});
      CHECK(rows.substr(0, rows.find('\n') + (rows.empty() ? 0 : 1)) == c.expected);
    }
  }
}

TEST_CASE("who writes its own policies escalates, whatever else it may touch") {
  const char* own = R"({Effect: Allow, Action: ["iam:PutRolePolicy", "iam:CreateAccessKey"],
                        Resource: "arn:aws:iam::111122223333:role/self"})";
  const Model model(role(own, "      RoleName: self"));
  CHECK(model.rows("escalations", {"escalation", "reach", "account"}) ==
        "iam-put-role-policy | own | true\n");
}

TEST_CASE("a function by name escalates where its role may do more") {
  const auto text = [](const char* resource) {
    return std::string(R"(Resources:
  Admin:
    Type: AWS::IAM::Role
    Properties:
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}]
  Plain: {Type: AWS::IAM::Role}
  Strong: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Admin.Arn}}
  Weak: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Plain.Arn}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: deploy
          PolicyDocument:
            Statement: [{Effect: Allow, Action: "lambda:UpdateFunctionCode", Resource: !GetAtt )") +
           resource + ".Arn}]\n";
  };
  const auto of_role = [](const Model& model) {
    std::string found;
    for (const analysis::Row& row : model.table("escalations")->rows) {
      if (row.field("principal").display() != "`Role`") continue;
      found += Model::show(row.field("escalation")) + " " + Model::show(row.field("reach")) + " " +
               Model::show(row.field("certain")) + "\n";
    }
    return found;
  };
  CHECK(of_role(Model(text("Strong"))) == "lambda-update-code named false\n");
  CHECK(of_role(Model(text("Weak"))).empty());
}
