// SPDX-License-Identifier: Apache-2.0
#include "knowledge/iam.hpp"
#include "knowledge/resource_types.hpp"
#include "knowledge/sam_policy_templates.hpp"
#include "support/catch.hpp"

#include <string>

using namespace slsaudit::knowledge;

TEST_CASE("wildcards match without regard to case") {
  struct Case {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const Case cases[] = {
      {"*", "", true},
      {"*", "PutItem", true},
      {"put*", "PutItem", true},
      {"Put?tem", "PutItem", true},
      {"Put", "PutItem", false},
      {"*Item*", "PutItem", true},
      {"P*I*m", "PutItem", true},
      {"P*x*m", "PutItem", false},
      {"", "", true},
      {"", "a", false},
      {"**a", "bca", true},
      {"?", "", false},
      {"a*b*c", "aXbYbZc", true},
      {"*a", "aab", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.pattern, c.text);
    CHECK(wildcard_match(c.pattern, c.text) == c.matches);
  }
}

TEST_CASE("wildcards take linear time") {
  const std::string text(100000, 'a');
  std::string pattern;
  for (int i = 0; i < 50; ++i) {
    pattern += "a*";
  }
  CHECK_FALSE(wildcard_match(pattern + "b", text));
}

TEST_CASE("actions are found by pattern") {
  const auto put = actions_matching("dynamodb:putitem");
  REQUIRE(put.size() == 1);
  CHECK(put[0].service == "dynamodb");
  CHECK(put[0].name == "PutItem");
  CHECK(put[0].access == Access::write);
  CHECK(put[0].resource_level == ResourceLevel::required);
  CHECK(actions_matching("s3:ListAllMyBuckets").at(0).resource_level == ResourceLevel::star_only);
  CHECK(actions_matching("iam:PutRolePolicy").at(0).access == Access::permissions);
  CHECK(actions_matching("dynamodb:*").size() > 40);
  CHECK(actions_matching("*").size() > 7000);
  CHECK(actions_matching("dynamodb:NoSuchAction").empty());
  CHECK(actions_matching("PutItem").empty());
  CHECK(actions_matching("").empty());
  CHECK(knows_service("DynamoDB"));
  CHECK_FALSE(knows_service("nosuchservice"));
}

TEST_CASE("policy templates carry their parameters and statements") {
  const auto crud = find_policy_template("DynamoDBCrudPolicy");
  REQUIRE(crud);
  REQUIRE(crud->parameters.size() == 1);
  CHECK(crud->parameters[0] == "TableName");
  CHECK(crud->statements.find("\"dynamodb:PutItem\"") != std::string_view::npos);
  CHECK(crud->statements.find("table/{TableName}") != std::string_view::npos);
  CHECK_FALSE(find_policy_template("DynamoDBCrudPolic"));
}


TEST_CASE("resource types carry their properties and attributes") {
  const auto table = find_resource_type("AWS::DynamoDB::Table");
  REQUIRE(table);
  CHECK(table->name == "AWS::DynamoDB::Table");
  CHECK(table->ref == "TableName");
  CHECK(table->properties.contains("KeySchema"));
  CHECK_FALSE(table->properties.contains("keySchema"));
  CHECK_FALSE(table->properties.contains("Arn"));
  CHECK(table->required.contains("KeySchema"));
  CHECK_FALSE(table->required.contains("BillingMode"));
  CHECK(table->attributes.contains("StreamArn"));
  CHECK_FALSE(table->open);
  const auto queue = find_resource_type("AWS::SQS::Queue");
  REQUIRE(queue);
  CHECK(queue->open);
  CHECK(queue->required.size() == 0);
  const auto function = find_resource_type("AWS::Serverless::Function");
  REQUIRE(function);
  CHECK(function->properties.contains("CodeUri"));
  CHECK(function->attributes.size() == 0);
  for (const char* name : {"", "AWS::SQS", "AWS::SQS::queue", "AWS::SQS::Queues", "Custom::Queue", "~"})
    CHECK_FALSE(find_resource_type(name));
}
