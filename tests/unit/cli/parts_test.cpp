// SPDX-License-Identifier: Apache-2.0
// What `check` says of a directory whose templates have little to do with each other: each part has worlds of
// its own, and what the whole system has counts for all of them.
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace slsaudit;
using test::run;

namespace {

const std::string head = "AWSTemplateFormatVersion: '2010-09-09'\n";

/// A template whose stage decides.
std::string staged(const std::string& resources, const std::string& parameter = "Stage",
                   const std::string& values = "dev, prod", const std::string& condition = "IsProd") {
  return head + "Parameters:\n  " + parameter + ": {Type: String, AllowedValues: [" + values +
         "]}\nConditions:\n  " + condition + ": !Equals [!Ref " + parameter + ", prod]\nResources:\n" +
         resources;
}

std::string table(const std::string& more = "") {
  return "  Orders:\n    Type: AWS::DynamoDB::Table\n" + more +
         "    Properties:\n      BillingMode: PAY_PER_REQUEST\n      AttributeDefinitions:\n"
         "        - {AttributeName: id, AttributeType: S}\n"
         "      KeySchema:\n        - {AttributeName: id, KeyType: HASH}\n";
}

std::string queue(const std::string& timeout) {
  return "  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {VisibilityTimeout: 90}\n"
         "  Work:\n    Type: AWS::Lambda::Function\n    Properties: {Timeout: " +
         timeout +
         "}\n  Mapping:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
         "      FunctionName: !Ref Work\n      EventSourceArn: !GetAtt Jobs.Arn\n";
}

const std::string backup =
    "  All:\n    Type: AWS::Backup::BackupSelection\n    Properties:\n"
    "      BackupPlanId: plan\n      BackupSelection: {SelectionName: all, IamRoleArn: "
    "'arn:aws:iam::123456789012:role/backup', Resources: ['*']}\n";

/// "a.yaml DAT002 when `IsProd` is true" of each finding.
std::set<std::string> told(const std::string& codes, const test::Files& files,
                           const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"check", "--select", codes, "--format", "json"};
  for (const auto& [path, text] : files) arguments.push_back(path);
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto outcome = run(arguments, files);
  CAPTURE(outcome.err);
  REQUIRE(outcome.out.starts_with("{"));
  std::set<std::string> result;
  const nlohmann::json report = nlohmann::json::parse(outcome.out);
  for (const auto& finding : report["findings"]) {
    const std::string path = finding["path"];
    const std::string text = path.substr(path.rfind('/') + 1) + " " + finding["code"].get<std::string>() +
                             (finding.contains("world") ? " " + finding["world"].get<std::string>() : "");
    CHECK(result.insert(text).second);
  }
  return result;
}

using Told = std::set<std::string>;

} // namespace

TEST_CASE("each part of a system is judged in the worlds of its own conditions") {
  const test::Files files{
      {"app/a.yaml", staged(queue("!If [IsProd, 60, 3]"))},
      {"app/b.yaml", staged(table("    Condition: IsLive\n"), "Level", "one, two, prod", "IsLive")},
      {"app/c.yaml", head + "Resources:\n" + table()},
  };
  const Told expected{"a.yaml CON007 when `IsProd` is true", "b.yaml DAT002 when `IsLive` is true",
                      "c.yaml DAT002"};
  CHECK(told("CON007,DAT002", files) == expected);
  CHECK(told("CON007,DAT002", files, {"--jobs", "3"}) == expected);
  CHECK(told("CON007,DAT002", files, {"--isolated"}) == expected);
  CHECK(told("CON007,DAT002", files, {"--param", "Stage=dev"}) ==
        Told{"b.yaml DAT002 when `IsLive` is true", "c.yaml DAT002"});
}

TEST_CASE("what another part has counts in all worlds") {
  test::Files files{
      {"app/a.yaml", staged(table("    Condition: IsProd\n"))},
      {"app/b.yaml", staged(queue("!If [IsLive, 60, 3]"), "Level", "one, prod", "IsLive")},
      {"app/c.yaml", head + "Resources:\n" + table()},
  };
  const Told without{"a.yaml DAT002 when `IsProd` is true", "b.yaml CON007 when `IsLive` is true",
                     "c.yaml DAT002"};
  CHECK(told("CON007,DAT002", files) == without);
  files["app/d.yaml"] = head + "Resources:\n" + backup;
  CHECK(told("CON007,DAT002", files) == Told{"b.yaml CON007 when `IsLive` is true"});
}

TEST_CASE("a nested stack is in the part of its parent, and its first world is where it is deployed") {
  const std::string parent = staged("  Child:\n    Type: AWS::CloudFormation::Stack\n    Condition: IsProd\n"
                                    "    Properties: {TemplateURL: ./child.yaml}\n");
  const test::Files files{
      {"app/a.yaml", head + "Resources:\n" + table()},
      {"app/b.yaml", parent},
      {"app/child.yaml", head + "Resources:\n" + queue("60")},
      {"app/z.yaml", staged(queue("!If [IsLive, 60, 3]"), "Level", "one, prod", "IsLive")},
  };
  const Told expected{"a.yaml DAT002", "child.yaml CON007 when `IsProd` is true",
                      "z.yaml CON007 when `IsLive` is true"};
  CHECK(told("CON007,DAT002", files) == expected);
}

TEST_CASE("templates that events or names join share their worlds") {
  // The queue's consumer stands in another template, and one condition decides over both.
  const std::string source =
      staged("  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n"
             "      QueueName: jobs\n      VisibilityTimeout: !If [IsProd, 90, 600]\n"
             "Outputs:\n  Jobs:\n    Value: !GetAtt Jobs.Arn\n    Export: {Name: jobs}\n");
  const std::string consumer =
      staged("  Work:\n    Type: AWS::Lambda::Function\n    Properties: {Timeout: !If [IsProd, 60, 3]}\n"
             "  Mapping:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
             "      FunctionName: !Ref Work\n      EventSourceArn: !ImportValue jobs\n");
  const test::Files files{
      {"app/a.yaml", source},
      {"app/b.yaml", consumer},
      {"app/c.yaml", staged(table("    Condition: IsLive\n"), "Level", "one, prod", "IsLive")},
  };
  const Told expected{"a.yaml CON007 when `IsProd` is true", "c.yaml DAT002 when `IsLive` is true"};
  const Told found = told("CON007,DAT002", files);
  CHECK(found == expected);
}
