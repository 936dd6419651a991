// SPDX-License-Identifier: Apache-2.0
#include "dialect/json_properties.hpp"
#include "support/catch.hpp"
#include "support/cloudformation.hpp"

namespace slsaudit {

namespace {

/// The policy of a queue that is written in YAML as `written`, and what is written where `path` stands.
struct Policy {
  explicit Policy(const std::string& written, const std::string& path = "template.yaml",
                  const std::string& before = "Resources:\n  P:\n    Type: AWS::SQS::QueuePolicy\n"
                                              "    Properties:\n      Queues: [q]\n      PolicyDocument: ",
                  const std::string& behind = "\n")
      : loaded(test::load(before + written + behind, {}, path)) {
    dialect::read_json_properties(loaded->result, loaded->sources, loaded->arena);
    document = loaded->resource("P")->properties.get("PolicyDocument");
  }
  [[nodiscard]] value::Value statement() const { return document.get("Statement").items().front(); }
  [[nodiscard]] std::string written(const value::Value& value) const { return loaded->text_of(value.span()); }

  std::unique_ptr<test::Loaded> loaded;
  value::Value document;
};

} // namespace

TEST_CASE("JSON in a text stands where it is written") {
  SECTION("in a block") {
    const Policy policy("|\n        {\"Statement\": [\n          {\"Effect\": \"Allow\",\n"
                        "           \"Action\": \"sqs:*\"}\n        ]}");
    REQUIRE(policy.document.is_map());
    CHECK(policy.statement().get("Action").as_string() == "sqs:*");
    CHECK(policy.written(policy.statement().get("Action")) == "\"sqs:*\"");
    CHECK(policy.loaded->text_of(policy.statement().get("Action").key_span()) == "\"Action\"");
    CHECK(policy.written(policy.statement()) == "{\"Effect\": \"Allow\",\n           \"Action\": \"sqs:*\"}");
  }
  SECTION("with Fn::Sub") {
    const Policy policy("!Sub |\n        {\"Statement\": [{\"Resource\": \"arn:${AWS::Partition}:sqs:*\",\n"
                        "          \"Action\": \"sqs:${!x}\"}]}");
    REQUIRE(policy.document.is_map());
    CHECK(policy.statement().get("Resource").display() == "arn:${AWS::Partition}:sqs:*");
    CHECK(policy.written(policy.statement().get("Resource")) == "\"arn:${AWS::Partition}:sqs:*\"");
    CHECK(policy.statement().get("Action").as_string() == "sqs:${x}");
    CHECK(policy.written(policy.statement().get("Action")) == "\"sqs:${!x}\"");
  }
  SECTION("with a name whose value is known, and one outside quotes") {
    const Policy policy(
        "!Sub\n        - '{\"Statement\": [{\"Sid\": \"of-${Who}-s\", \"N\": ${AWS::AccountId},\n"
        "          \"Action\": \"sqs:*\"}]}'\n        - {Who: it''s}");
    REQUIRE(policy.document.is_map());
    CHECK(policy.written(policy.statement().get("Sid")) == "\"of-${Who}-s\"");
    CHECK(policy.written(policy.statement().get("N")) == "${AWS::AccountId}");
    CHECK(policy.written(policy.statement().get("Action")) == "\"sqs:*\"");
  }
  SECTION("in double quotes, behind escapes") {
    const Policy policy(
        R"("{\n \"Statement\": {\"Sid\": \"a\\\"b\", \"Action\": \"sqs:*\"}}")", "template.json",
        R"({"Resources": {"P": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": ["q"],
                        "PolicyDocument": {"Fn::Sub": )",
        "}}}}}");
    REQUIRE(policy.document.is_map());
    CHECK(policy.document.get("Statement").get("Sid").as_string() == "a\"b");
    CHECK(policy.written(policy.document.get("Statement").get("Action")) == R"(\"sqs:*\")");
  }
  SECTION("folded") {
    const Policy policy(">-\n        {\"Statement\":\n          [{\"Action\":\n        \"sqs:*\"}]}");
    REQUIRE(policy.document.is_map());
    CHECK(policy.written(policy.statement().get("Action")) == "\"sqs:*\"");
  }
}

TEST_CASE("JSON that is put together has no places of its own, and no two that are in each other share one") {
  const Policy policy("!Join ['', ['{\"Statement\": [{\"Action\": \"sqs:', 'Send*\"}]}']]");
  REQUIRE(policy.document.is_map());
  CHECK(policy.statement().get("Action").as_string() == "sqs:Send*");
  CHECK(policy.document.span().contains(policy.statement().span()));
  CHECK(policy.statement().span().contains(policy.statement().get("Action").span()));
  CHECK(policy.statement().span() != policy.statement().get("Action").span());
}

TEST_CASE("what begins as JSON and is none is unknown where a map is due; other texts stay") {
  CHECK(Policy("'{\"Statement\": [}'").document.is_unknown());
  CHECK(Policy("everything").document.as_string() == "everything");
  CHECK(Policy("''").document.as_string() == "");
  CHECK(Policy("!Ref AWS::StackName").document.is(value::Kind::symbolic));
}

TEST_CASE("of members with one name the last counts, however many there are") {
  std::string written = "'{\"Version\": 1";
  for (int i = 0; i < 20'000; ++i)
    written += ", \"k" + std::to_string(i % 10'000) + "\": " + std::to_string(i);
  const Policy policy(written + "}'");
  REQUIRE(policy.document.is_map());
  CHECK(policy.document.members().size() == 10'001);
  CHECK(policy.document.get("k7").as_integer() == 10'007);
}

} // namespace slsaudit
