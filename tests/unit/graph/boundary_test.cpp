// SPDX-License-Identifier: Apache-2.0
// By what systems know each other.
#include "graph/boundary.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;

namespace {

/// "offer export table-arn Orders" and "want arn sqs:jobs Worker polls", one a line.
std::string dump(const std::vector<std::string>& templates) {
  const auto built = test::build_system(templates);
  const graph::Boundary boundary = graph::boundary(built->system);
  std::string text;
  for (const graph::Offer& one : boundary.offers)
    text += "offer " + std::string(graph::name(one.kind)) + " " + one.name + " " + one.resource + "\n";
  for (const graph::Want& one : boundary.wants) {
    const std::string at = one.account.empty() ? "" : " in " + one.region + " of " + one.account;
    text += "want " + std::string(graph::name(one.kind)) + " " + one.name + at + " " + one.by + " " +
            std::string(one.relation) + "\n";
  }
  return text;
}

struct Case {
  const char* name;
  std::vector<std::string> templates;
  const char* expected;
};

const std::string queue = "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}\n";
const std::string worker = "Resources:\n"
                           "  Worker: {Type: AWS::Lambda::Function}\n"
                           "  Poll:\n"
                           "    Type: AWS::Lambda::EventSourceMapping\n"
                           "    Properties: {FunctionName: !Ref Worker, EventSourceArn: SOURCE}\n";

std::string polling(const std::string& source) {
  std::string text = worker;
  return text.replace(text.find("SOURCE"), 6, source);
}

} // namespace

TEST_CASE("a system offers exports and names, and wants what it takes from elsewhere") {
  const Case cases[] = {
      {"a name", {queue}, "offer arn sqs:jobs Jobs\n"},
      {"an export",
       {queue + "Outputs: {Arn: {Value: !GetAtt Jobs.Arn, Export: {Name: jobs-arn}}}\n"},
       "offer export jobs-arn Jobs\noffer arn sqs:jobs Jobs\n"},
      {"an export of no resource",
       {queue + "Outputs: {Zone: {Value: z, Export: {Name: zone}}}\n"},
       "offer export zone \noffer arn sqs:jobs Jobs\n"},
      {"names that hold what only their own stack knows are nobody's",
       {"Parameters: {Stage: {Type: String}}\nResources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: "
        "{QueueName: !Sub 'jobs-${Stage}'}}\nOutputs: {A: {Value: 1, Export: {Name: !Sub "
        "'${AWS::StackName}-a'}}}\n"},
       ""},
      {"an import", {polling("!ImportValue jobs-arn")}, "want export jobs-arn Poll refers\n"},
      {"an import within a text",
       {polling("!Sub ['${A}', {A: !ImportValue jobs-arn}]")},
       "want export jobs-arn Poll refers\n"},
      {"an import whose name isn't known",
       {"Parameters: {Stack: {Type: String}}\n" + polling("!ImportValue {'Fn::Sub': '${Stack}-arn'}")},
       ""},
      {"an ARN",
       {polling("arn:aws:sqs:eu-west-1:111122223333:jobs")},
       "want arn sqs:jobs in eu-west-1 of 111122223333 Poll refers\n"},
      {"an ARN with references",
       {polling("!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs'")},
       "want arn sqs:jobs Poll refers\n"},
      {"an ARN with wildcards", {polling("arn:aws:sqs:*:*:job*")}, ""},
      {"AWS's own", {polling("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole")}, ""},
      {"a stored parameter",
       {polling("'{{resolve:ssm:/queues/jobs:3}}'")},
       "want parameter queues/jobs Poll refers\n"},
      {"a parameter is offered",
       {"Resources:\n  P: {Type: AWS::SSM::Parameter, Properties: {Name: /queues/jobs, Type: String, Value: "
        "x}}\n"},
       "offer parameter queues/jobs P\n"},
      {"what a template of the system gives isn't wanted",
       {polling("!ImportValue jobs-arn"),
        queue + "Outputs: {Arn: {Value: !GetAtt Jobs.Arn, Export: {Name: jobs-arn}}}\n"},
       "offer export jobs-arn Jobs\noffer arn sqs:jobs Jobs\n"},
      {"nor what it names",
       {polling("arn:aws:sqs:eu-west-1:111122223333:jobs"), queue},
       "offer arn sqs:jobs Jobs\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(dump(c.templates) == c.expected);
    }
  }
}

TEST_CASE("a bare name means what an edge may end at") {
  CHECK(graph::may_relate("polls", "AWS::SQS::Queue"));
  CHECK(graph::may_relate("invokes", "AWS::Lambda::Function"));
  CHECK_FALSE(graph::may_relate("invokes", "AWS::SQS::Queue"));
  CHECK_FALSE(graph::may_relate("refers", "AWS::SQS::Queue"));
  CHECK_FALSE(graph::may_relate("polls", ""));
}
