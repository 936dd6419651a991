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
