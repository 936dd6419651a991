// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/misnamed.hpp"
#include "support/catch.hpp"

#include <string>

using namespace slsaudit;
using namespace slsaudit::dialect::cloudformation;

TEST_CASE("names are alike by spelling or by form") {
  struct Case {
    const char* written;
    const char* known;
    Likeness like;
  };
  const Case cases[] = {
      {"visibilityTimeout", "VisibilityTimeout", Likeness::spelling},
      {"Visibility_Timeout", "VisibilityTimeout", Likeness::spelling},
      {"VisibiltyTimeout", "VisibilityTimeout", Likeness::spelling},
      {"VisibilityTimeuot", "VisibilityTimeout", Likeness::spelling},
      {"MemorySze", "MemorySize", Likeness::spelling},
      {"EndpointAddress", "Endpoint.Address", Likeness::spelling},
      {"Tag", "Tags", Likeness::form},
      {"ManagedPolicyArn", "ManagedPolicyArns", Likeness::form},
      {"Policy", "Policies", Likeness::form},
      {"EnabledLogs", "EnableLogs", Likeness::form},
      // Different things by similar names.
      {"MinCapacity", "MaxCapacity", Likeness::none},
      {"Ipv6CidrBlock", "Ipv4CidrBlock", Likeness::none},
      {"ImportSource", "ExportSource", Likeness::none},
      {"InternalPolicy", "ExternalPolicy", Likeness::none},
      {"SubnetId", "SubnetArn", Likeness::none},
      {"Timeout", "VisibilityTimeout", Likeness::none},
      {"MemroySzie", "MemorySize", Likeness::none}, // two slips
      {"", "Tags", Likeness::none},
  };
  for (const Case& c : cases) {
    CAPTURE(c.written, c.known);
    CHECK(likeness(c.written, c.known) == c.like);
  }
}

TEST_CASE("an attribute is told where another one is meant") {
  const auto told = [](const char* type, const char* attribute) {
    const auto problem = misnamed_attribute("Orders", type, attribute, {});
    return problem ? problem->name + ": " + problem->help : std::string();
  };
  CHECK(told("AWS::SQS::Queue", "QueueArn") == "misnamed-attribute: it has `Arn`");
  CHECK(told("AWS::SQS::Queue", "Arn").empty());
  CHECK(told("AWS::SQS::Queue", "DelaySeconds").empty()); // any property of it
  CHECK(told("AWS::SNS::Topic", "Arn") == "doubtful-attribute: it has `TopicArn`");
  CHECK(told("AWS::DynamoDB::Table", "TableName") == "doubtful-attribute: `Ref` gives it");
  CHECK(told("AWS::DynamoDB::Table", "streamArn") == "misnamed-attribute: it has `StreamArn`");
  CHECK(told("AWS::SecretsManager::Secret", "Arn") == "doubtful-attribute: `Ref` gives it");
  CHECK(told("AWS::RDS::DBInstance", "Endpoint.Adress") == "misnamed-attribute: it has `Endpoint.Address`");
  CHECK(told("AWS::RDS::DBInstance", "Endpoint.Proxy").empty());
  CHECK(told("AWS::CloudFormation::Stack", "Outputs.Arn").empty());
  CHECK(told("AWS::Serverless::Function", "arn").empty());
  CHECK(told("Custom::Queue", "arn").empty());
  CHECK(told("AWS::SQS::Queue", std::string(10000, 'Q').c_str()).empty());
}

TEST_CASE("a type is told where another one is meant") {
  CHECK(closest_type("AWS::DynamoDb::Table") == "AWS::DynamoDB::Table");
  CHECK(closest_type("AWS::Lambda::Functions") == "AWS::Lambda::Function");
  CHECK(closest_type("AWS::SNS::Tpoic") == "AWS::SNS::Topic");
  CHECK(closest_type("AWS::Lamdba::Function") == "AWS::Lambda::Function");
  CHECK(closest_type("AWS::Serverless::Funtion") == "AWS::Serverless::Function");
  // Those that there are, that may be newer, or are nobody's slip.
  CHECK(closest_type("AWS::SQS::Queue").empty());
  CHECK(closest_type("AWS::SQS::Ledger").empty());
  CHECK(closest_type("AWS::NotYet::Known").empty());
  CHECK(closest_type("AWS::S3::Bucket::MODULE").empty());
  CHECK(closest_type("Custom::Queue").empty());
  CHECK(closest_type("AWS::").empty());
  CHECK(closest_type(std::string(10000, 'Q')).empty());
}
