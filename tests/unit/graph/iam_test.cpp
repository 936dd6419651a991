// SPDX-License-Identifier: Apache-2.0
// Policies and environment variables: what they allow, what they hint at, and what they don't say.
#include "graph/system.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

#include <algorithm>

using namespace slsaudit;
using Lines = std::vector<std::string>;

namespace {

struct Case {
  std::string name;
  std::string statement;   ///< Of the function's role.
  std::string environment; ///< The function's variables.
  Lines edges;
};

std::string system_with(const Case& given) {
  return R"(
Parameters:
  Stage: { Type: String }
  TableName: { Type: String }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: P
          PolicyDocument:
            Statement: )" +
         given.statement + R"(
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment: { Variables: )" +
         given.environment + R"( }
  Orders: { Type: AWS::DynamoDB::Table, Properties: { TableName: !Sub '${Stage}-orders' } }
  Users: { Type: AWS::DynamoDB::Table }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Bucket: { Type: AWS::S3::Bucket }
  Other: { Type: AWS::Lambda::Function, Properties: { FunctionName: other } }
)";
}

} // namespace

TEST_CASE("grants and hints") {
  const std::vector<Case> cases = {
      {"by GetAtt",
       "{ Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn }",
       "{}",
       {"Handler -writes-> Orders [granted]"}},
      {"wildcard actions, ARN by Sub with an index",
       "{ Effect: Allow, Action: ['dynamodb:*Item', 'dynamodb:Query'], Resource: !Sub "
       "'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}/index/*' }",
       "{}",
       {"Handler -reads-> Orders [granted]", "Handler -writes-> Orders [granted]"}},
      {"a name with the same parts",
       "{ Effect: Allow, Action: 'dynamodb:Scan', Resource: !Join [':', ['arn:aws:dynamodb', !Ref "
       "'AWS::Region', !Ref "
       "'AWS::AccountId', !Sub 'table/${Stage}-orders']] }",
       "{}",
       {"Handler -reads-> Orders [granted]"}},
      {"a wildcard name",
       "{ Effect: Allow, Action: 'dynamodb:Scan', Resource: !Sub 'arn:aws:dynamodb:*:*:table/${Stage}-*' }",
       "{}",
       {"Handler -reads-> Orders [granted]"}},
      {"names that CloudFormation makes up",
       "{ Effect: Allow, Action: 'dynamodb:Scan', Resource: !Sub "
       "'arn:aws:dynamodb:*:*:table/${AWS::StackName}-Us*' }",
       "{}",
       {"Handler -reads-> Users [granted]"}},
      {"objects of a bucket",
       "{ Effect: Allow, Action: 's3:PutObject', Resource: !Sub 'arn:aws:s3:::${Bucket}/*' }",
       "{}",
       {"Handler -writes-> Bucket [granted]"}},
      {"all resources say nothing of one", "{ Effect: Allow, Action: '*', Resource: '*' }", "{}", {}},
      {"all tables say nothing of one",
       "{ Effect: Allow, Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:*:*:table/*' }",
       "{}",
       {}},
      {"unless the environment names it",
       "{ Effect: Allow, Action: 'dynamodb:*Item', Resource: '*' }",
       "{ T: !Ref Users }",
       {"Handler -reads-> Users [granted+hinted]", "Handler -writes-> Users [granted+hinted]"}},
      {"a deny wins",
       "[ { Effect: Allow, Action: 'dynamodb:*Item', Resource: !GetAtt Orders.Arn }, { Effect: Deny, Action: "
       "['dynamodb:Put*', 'dynamodb:Update*', 'dynamodb:Delete*', 'dynamodb:BatchWrite*'], Resource: '*' } ]",
       "{}",
       {"Handler -reads-> Orders [granted]"}},
      {"a conditional deny may not apply",
       "[ { Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn }, { Effect: Deny, "
       "Action: '*', "
       "Resource: '*', Condition: { Bool: { 'aws:SecureTransport': false } } } ]",
       "{}",
       {"Handler -writes-> Orders [granted]"}},
      {"another action than the resource takes",
       "{ Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Orders.Arn }",
       "{}",
       {}},
      {"a grant confirmed by a queue's URL",
       "{ Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn }",
       "{ URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs' }",
       {"Handler -sends-> Queue [granted+hinted]"}},
      {"a qualified function by its literal ARN",
       "{ Effect: Allow, Action: 'lambda:InvokeFunction', Resource: "
       "'arn:aws:lambda:eu-west-1:111122223333:function:other:live' }",
       "{}",
       {"Handler -invokes-> Other [granted]"}},
      {"what no template declares",
       "{ Effect: Allow, Action: 'dynamodb:GetItem', Resource: [ !ImportValue table-arn, !Sub "
       "'arn:aws:dynamodb:eu-west-1:111122223333:table/legacy/index/*' ] }",
       "{}",
       {"Handler -reads-> arn:aws:dynamodb:eu-west-1:111122223333:table/legacy [granted]",
        "Handler -reads-> imported table-arn [granted]"}},
      {"a table named by a parameter",
       "{ Effect: Allow, Action: 'dynamodb:GetItem', Resource: !Sub "
       "'arn:aws:dynamodb:${AWS::Region}:1:table/${TableName}' }",
       "{}",
       {"Handler -reads-> arn:aws:dynamodb:${AWS::Region}:1:table/${TableName} [granted]"}},
      {"a third party",
       "[]",
       "{ HOOK: 'https://user:secret@hooks.example.com:8443/a', DOC: 'see https://x.org' }",
       {"Handler -invokes-> hooks.example.com [hinted]"}},
      {"all but reading",
       "{ Effect: Allow, NotAction: ['dynamodb:*Get*', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:Cond*', "
       "'dynamodb:PartiQLSelect'], Resource: !GetAtt Users.Arn }",
       "{}",
       {"Handler -writes-> Users [granted]"}},
  };
  for (const Case& given : cases) {
    DYNAMIC_SECTION(given.name) {
      const auto built = test::build_system({system_with(given)});
      CHECK(graph::verify(built->system) == "");
      auto lines = test::dump_edges(built->system);
      std::sort(lines.begin(), lines.end());
      CHECK(lines == given.edges);
    }
  }
}

TEST_CASE("without a role in sight, a variable is all there is") {
  const auto built = test::build_system({R"(
Resources:
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::111122223333:role/elsewhere
      Environment: { Variables: { Q: !Ref Queue, T: !Ref Table } }
  Queue: { Type: AWS::SQS::Queue }
  Table: { Type: AWS::DynamoDB::Table }
)"});
  CHECK(test::dump_edges(built->system, {"refers", "assumes"}) ==
        Lines{"Handler -sends-> Queue [hinted]", "Handler -refers-> Table [hinted]",
              "Handler -assumes-> arn:aws:iam::111122223333:role/elsewhere"});
}

TEST_CASE("policies of every place become statements of their holders") {
  const auto built = test::build_system({R"(
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [ { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' } ] }
      ManagedPolicyArns: [ !Ref Managed, 'arn:aws:iam::aws:policy/AdministratorAccess' ]
      Policies: [ { PolicyName: inline, PolicyDocument: { Statement: { Effect: Allow, Action: 's3:*', Resource: '*' } } } ]
  Managed: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [ { Effect: Deny, Action: 'iam:*', Resource: '*' } ] } } }
  Extra: { Type: AWS::IAM::Policy, Properties: { PolicyName: extra, Roles: [ !Ref Role ], PolicyDocument: { Statement: [ { Effect: Allow, Action: 'sqs:*', Resource: '*' } ] } } }
  Queue: { Type: AWS::SQS::Queue }
  Open: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [ !Ref Queue ], PolicyDocument: { Statement: [ { Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: '*' } ] } } }
)"});
  const auto& system = built->system;
  Lines lines;
  for (const auto& statement : system.statements) {
    lines.push_back((statement.role.valid() ? system.node(statement.role).label
                                            : "on " + system.node(statement.resource).label) +
                    " " + statement.policy_name + (statement.allow ? " allows " : " denies ") +
                    statement.value.get("Action").display());
  }
  CHECK(lines == Lines{"Role inline allows s3:*", "Role Managed denies iam:*",
                       "on Role Role allows sts:AssumeRole", "Role extra allows sqs:*",
                       "on Queue Open allows sqs:SendMessage"});
}

TEST_CASE("nobody waits for a standard workflow") {
  const auto mode_of = [](const std::string& type) {
    const auto built = test::build_system({R"(
Resources:
  Handler:
    Type: AWS::Lambda::Function
    Properties: { Role: 'arn:aws:iam::111122223333:role/elsewhere', Environment: { Variables: { FLOW: !Ref Flow } } }
  Flow: { Type: AWS::StepFunctions::StateMachine, Properties: { )" +
                                           type + R"(DefinitionString: '{}' } }
)"});
    for (const graph::Edge& edge : built->system.edges) {
      if (edge.kind == graph::EdgeKind::invokes) return std::string(graph::name(edge.mode));
    }
    return std::string("no edge");
  };
  CHECK(mode_of("") == graph::name(graph::Mode::asynchronous));
  CHECK(mode_of("StateMachineType: STANDARD, ") == graph::name(graph::Mode::asynchronous));
  CHECK(mode_of("StateMachineType: EXPRESS, ") == graph::name(graph::Mode::none));
}
