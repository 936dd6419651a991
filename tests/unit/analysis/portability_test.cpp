// SPDX-License-Identifier: Apache-2.0
// Portability and stores, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

TEST_CASE("stores and portability") {
  const Model model(
      "Resources:\n  T: {Type: AWS::DynamoDB::Table}\n"
      "  U: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: KEYS_ONLY}}}\n"
      "  B: {Type: AWS::S3::Bucket}\n");
  CHECK(model.rows("stores", {"store", "proprietary", "exits", "has_exit"}) ==
        "`T` | true | [] | false\n`U` | true | [stream] | true\n`B` | false | [] | false\n");
  // DynamoDB 100 and S3 25, each where data gathers: 100 - (3·100 + 3·100 + 3·25) / 9 = 100 - 75.
  CHECK(model.rows("portability_system", {"score", "resources", "worst"}) == "25 | 3 | [DynamoDB, S3]\n");
}

TEST_CASE("the best score is the one of the most portable choice that conditions leave") {
  const std::string head =
      "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, a]}\nResources:\n";
  const std::string queue = "  Q: {Type: AWS::SQS::Queue}\n";
  const auto under_condition = [](const char* id, const char* type) {
    return std::string("  ") + id + ": {Condition: C, Type: " + type + "}\n";
  };
  const auto rows = [](const std::string& text) {
    return Model(text).rows("portability_system", {"score", "best", "sure_resources", "sure_services"});
  };
  // Queues 25, tables 3 × 100, PostgreSQL 3 × 0.
  CHECK(rows(head + queue + under_condition("T", "AWS::DynamoDB::Table")) == "19 | 75 | 1 | 1\n");
  CHECK(rows(head + queue + under_condition("D", "AWS::RDS::DBInstance")) == "94 | 94 | 1 | 1\n");
  CHECK(rows(head + under_condition("T", "AWS::DynamoDB::Table")) == "0 | 0 | 0 | 0\n");
}

TEST_CASE("a rule that only keeps time counts as a schedule") {
  const Model model(
      "Resources:\n  Nightly: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day)}}\n"
      "  Orders: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [shop]}}}\n"
      "  Both: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), EventPattern: "
      "{source: "
      "[shop]}}}\n");
  CHECK(model.rows("portability", {"resource", "service", "points"}) ==
        "`Nightly` | EventBridge schedule | 50\n`Orders` | EventBridge | 150\n`Both` | EventBridge | 150\n");
}

TEST_CASE("stores and what saves them elsewhere") {
  const std::string head = "Resources:\n  T: {Type: AWS::DynamoDB::Table}\n  B: {Type: AWS::S3::Bucket}\n";
  const auto selection = [](const std::string& what) {
    return "  S: {Type: AWS::Backup::BackupSelection, Properties: {BackupSelection: {" + what + "}}}\n";
  };
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< store, exits, has_exit
  };
  const Case cases[] = {
      {"one of them", head + selection("Resources: [!GetAtt T.Arn]"),
       "`T` | [backup plan] | true\n`B` | [] | false\n"},
      {"all", head + selection("Resources: ['*']"),
       "`T` | [backup plan] | true\n`B` | [backup plan] | true\n"},
      {"by pattern", head + selection("Resources: ['arn:aws:dynamodb:*:*:table/*']"),
       "`T` | [] | ?\n`B` | [] | ?\n"},
      {"by tags too", head + selection("Resources: [!GetAtt T.Arn], ListOfTags: [{ConditionKey: backup}]"),
       "`T` | [backup plan] | true\n`B` | [] | ?\n"},
      {"a replica with recovery",
       "Resources:\n  G: {Type: AWS::DynamoDB::GlobalTable, Properties: {Replicas: [{Region: eu-west-1, "
       "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}]}}\n",
       "`G` | [point-in-time recovery (export to S3)] | true\n"},
      {"recovery that a parameter switches",
       "Parameters: {On: {Type: String}}\nResources:\n  T: {Type: AWS::DynamoDB::Table, Properties: "
       "{PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: !Ref On}}}\n",
       "`T` | [] | ?\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("stores", {"store", "exits", "has_exit"}) == c.expected);
    }
  }
}

TEST_CASE("each resource costs its lock-in times its weight") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< resource, service, lock_in, weight, points
    const char* score;    ///< score, services
  };
  const Case cases[] = {
      // 100 - (1·25 + 1·50) / 2 = 62.5, its mean rounded to 38.
      {"a queue and a function",
       "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  F: {Type: AWS::Lambda::Function}\n",
       "`Q` | SQS | 25 | 1 | 25\n`F` | Lambda | 50 | 1 | 50\n", "62 | 2\n"},
      {"a workflow holds logic", "Resources:\n  M: {Type: AWS::StepFunctions::StateMachine}\n",
       "`M` | Step Functions | 75 | 2 | 150\n", "25 | 1\n"},
      {"a database that others run", "Resources:\n  D: {Type: AWS::RDS::DBInstance}\n",
       "`D` | RDS | 0 | 3 | 0\n", "100 | 1\n"},
      {"what helps alone doesn't count",
       "Resources:\n  P: {Type: AWS::Lambda::Permission}\n  R: {Type: AWS::IAM::Role}\n", "", ""},
      // The bucket that the framework deploys from is nobody's choice; the API was chosen with the event.
      {"a service",
       "service: shop\nprovider: {name: aws, runtime: nodejs22.x}\n"
       "functions: {take: {handler: a.b, events: [{httpApi: 'POST /orders'}]}}\n",
       "`take` | Lambda | 50 | 1 | 50\n`HttpApi` | API Gateway HTTP or WebSocket API | 25 | 1 | 25\n",
       "62 | 2\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(c.text);
      CHECK(model.rows("portability", {"resource", "service", "lock_in", "weight", "points"}) == c.expected);
      CHECK(model.rows("portability_system", {"score", "services"}) == c.score);
    }
  }
}
