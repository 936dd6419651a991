// SPDX-License-Identifier: Apache-2.0
// Mistakes that other tools made in checks of the same kind: none of them is repeated here.
#include "rules/examples.hpp"
#include "support/catch.hpp"

#include <array>
#include <set>

using namespace slsaudit;

namespace {

struct Judged {
  std::set<std::string> codes;
  bool all_placed = true;
};

Judged judge(const std::string& source, const std::string& as_of = rules::example_date) {
  static const std::vector<rules::Rule> all = rules::builtin();
  std::vector<const rules::Rule*> list;
  for (const rules::Rule& rule : all) list.push_back(&rule);
  analysis::Settings settings;
  settings.as_of = as_of;
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(text::MemoryFileSystem({{"template.yaml", source}}),
                                                     "template.yaml", list, sources, settings);
  CHECK(trialled.failures.empty());
  CHECK(trialled.errors.empty());
  Judged judged;
  for (const rules::Finding& finding : trialled.findings) {
    judged.codes.insert(finding.code);
    judged.all_placed = judged.all_placed && finding.span.valid();
  }
  return judged;
}

struct Case {
  const char* name;
  const char* source;
  std::vector<const char*> found;
  std::vector<const char*> silent;
};

#define FUNCTION "Runtime: python3.13, Handler: a.b, Code: {S3Bucket: a, S3Key: b}"
#define TRUST                                                                                                \
  "AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, "      \
  "Action: 'sts:AssumeRole'}]}"

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"a queue's mapping has no failure destination: its queue has the dead-letter queue",
       R"(
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Orders: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}}
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION R"(, Role: arn:aws:iam::111122223333:role/a}}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Work, EventSourceArn: !GetAtt Orders.Arn}}
)",
       {},
       {"RES001", "RES002", "RES005"}},
      {"policies that stand on their own count",
       R"(
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {)" TRUST R"(}}
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION R"(, Role: !GetAtt Role.Arn}}
  Own: {Type: AWS::IAM::Policy, Properties: {PolicyName: a, Roles: [!Ref Role], PolicyDocument: {Statement: [{Effect: Allow, Action: "dynamodb:*", Resource: "*"}]}}}
)",
       {"IAM002"},
       {}},
      {"managed policies of the template count",
       R"(
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {)" TRUST R"(}}
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION R"(, Role: !GetAtt Role.Arn}}
  Own: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: [{Effect: Allow, Action: "dynamodb:*", Resource: "*"}]}}}
)",
       {"IAM002"},
       {}},
      {"what is denied is no grant",
       R"(
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      )" TRUST R"(
      Policies: [{PolicyName: a, PolicyDocument: {Statement: [{Effect: Deny, Action: "dynamodb:*", Resource: "*"}]}}]
)",
       {},
       {"IAM001", "IAM002", "IAM003"}},
      {"a log group that the function names is its log group",
       R"(
Resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: shop, RetentionInDays: 30}}
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION
       R"(, Role: arn:aws:iam::111122223333:role/a, LoggingConfig: {LogGroup: !Ref Logs}}}
)",
       {},
       {"OBS010"}},
      {"a retention that LoggingConfig hasn't got sets nothing",
       R"(
Resources:
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION
       R"(, Role: arn:aws:iam::111122223333:role/a, LoggingConfig: {Retention: 30}}}
)",
       {"OBS010"},
       {}},
      {"a function that a topic starts needs no EventInvokeConfig to be told, whatever names it",
       R"(
Resources:
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION R"(, Role: arn:aws:iam::111122223333:role/a}}
  Placed: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Work.Arn}]}}
  Allow: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Work, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: !Ref Placed}}
)",
       {"RES001"},
       {}},
      {"the function's own dead-letter queue is a failure destination",
       R"(
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION
       R"(, Role: arn:aws:iam::111122223333:role/a, DeadLetterConfig: {TargetArn: !GetAtt Dead.Arn}}}
  Placed: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Work.Arn}]}}
)",
       {},
       {"RES001"}},
      {"an invoke configuration that names the function by Ref or by ARN is the same",
       R"(
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Work: {Type: AWS::Lambda::Function, Properties: {)" FUNCTION R"(, Role: arn:aws:iam::111122223333:role/a}}
  Placed: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Work.Arn}]}}
  Allow: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Work, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: !Ref Placed}}
  Invoke: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !GetAtt Work.Arn, Qualifier: $LATEST, DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}}}
)",
       {},
       {"RES001"}},
      {"a function that nobody starts asynchronously needs no dead-letter queue, no reservation and no "
       "network",
       R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Ask: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src/, Events: {Ask: {Type: HttpApi, Properties: {Path: /, Method: get}}}}}
)",
       {},
       {"RES001", "CON003", "CON004", "FAN001", "LAT003"}},
      {"a reservation that a parameter gives may be there",
       R"(
Transform: AWS::Serverless-2016-10-31
Parameters: {Reserved: {Type: Number}}
Resources:
  Ask: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src/, ReservedConcurrentExecutions: !Ref Reserved, Events: {Ask: {Type: HttpApi, Properties: {Path: /, Method: get}}}}}
  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src/, Timeout: 600, ReservedConcurrentExecutions: !Ref Reserved, Events: {Placed: {Type: SNS, Properties: {Topic: !Ref Placed}}}}}
  Placed: {Type: AWS::SNS::Topic}
)",
       {},
       {"CON001", "CON002", "CON003", "FAN001"}},
      {"tracing in Globals counts",
       R"(
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Tracing: Active}, Api: {TracingEnabled: true}}
Resources:
  Ask: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src/, Events: {Ask: {Type: Api, Properties: {Path: /, Method: get}}}}}
)",
       {},
       {"OBS001", "OBS002", "OBS005"}},
      {"a resource whose condition is false is not there",
       R"(
Conditions: {Never: !Equals [a, b]}
Resources:
  Orders: {Type: AWS::DynamoDB::Table, Condition: Never, Properties: {BillingMode: PAY_PER_REQUEST}}
  Kept: {Type: AWS::SQS::Queue}
)",
       {},
       {"DAT001", "DAT002"}},
      {"zones are different ones",
       R"(
Resources:
  Groups: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: a, SubnetIds: [!Ref A, !Ref B]}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-0a1b2c3d, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-0a1b2c3d, CidrBlock: 10.0.1.0/24, AvailabilityZone: !Select [1, !GetAZs ""]}}
  Ledger: {Type: AWS::RDS::DBInstance, DeletionPolicy: Snapshot, UpdateReplacePolicy: Snapshot, Properties: {Engine: postgres, DBInstanceClass: db.t4g.medium, MultiAZ: true, StorageEncrypted: true, BackupRetentionPeriod: 7, DBSubnetGroupName: !Ref Groups, ManageMasterUserPassword: true, MasterUsername: a}}
)",
       {},
       {"RES017"}},
      {"a circle through a resource of SAM's is one",
       R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src/, Environment: {Variables: {TOPIC: !Ref Placed}}}}
  Placed: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Work.Arn}]}}
)",
       {"DEP008"},
       {}},
      {"a suppression on a resource of SAM's holds for what SAM makes of it",
       R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Metadata: {cfn_nag: {rules_to_suppress: [{id: W86, reason: elsewhere}]}, checkov: {skip: [{id: CKV_AWS_111, comment: all of them}]}}
    Properties:
      Runtime: python3.13
      Handler: a.b
      CodeUri: src/
      Policies: [{Statement: [{Effect: Allow, Action: "dynamodb:PutItem", Resource: "*"}]}]
)",
       {},
       {"OBS010", "IAM003"}},
  };
  return all;
}

} // namespace

TEST_CASE("mistakes that other tools made are not repeated") {
  for (const Case& judged : cases()) {
    DYNAMIC_SECTION(judged.name) {
      const Judged result = judge(judged.source);
      CHECK(result.all_placed);
      for (const char* code : judged.found) {
        INFO(code);
        CHECK(result.codes.count(code) == 1);
      }
      for (const char* code : judged.silent) {
        INFO(code);
        CHECK(result.codes.count(code) == 0);
      }
    }
  }
}

TEST_CASE("runtimes grow old by the day that is asked about, not by a list that somebody edits") {
  const std::string source =
      "Resources:\n  Work: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.9, Handler: a.b, "
      "Role: arn:aws:iam::111122223333:role/a, Code: {S3Bucket: a, S3Key: b}}}\n";
  CHECK(judge(source, "2024-01-01").codes.count("DEP005") == 0);
  CHECK(judge(source, "2027-01-01").codes.count("DEP005") == 1);
}
