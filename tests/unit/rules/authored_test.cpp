// SPDX-License-Identifier: Apache-2.0
// Of a large file only the block that a fix looks at is read again: it gives what the whole file gives.
#include "rules/authored.hpp"
#include "support/catch.hpp"
#include "syntax/dump.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

namespace {

const std::string shared_by_all = R"(AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Stage: {Type: String, Default: dev}
  # a remark at the top
Resources:
  Orders:
    Type: AWS::SQS::Queue   # a remark
    Properties:
      QueueName: !Sub "orders-${Stage}"
      Tags:
      - Key: a
        Value: "two
          lines"
      - {Key: b, Value: [1, 2,
        3]}

      RedrivePolicy:
        maxReceiveCount: 3
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: |
        Statement:
      # within the text? no: a remark
      Description: a plain text
        that goes on
      Empty:
      Policies:
        - PolicyName: é
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [ 's3:GetObject' ]
                Resource: !Join ['', [!GetAtt Orders.Arn, "/*"]]
custom:
- name: at the margin
  inner:
  - one
  - {two: 2}
- last
)";

void add_all(const syntax::Node* node, std::vector<const syntax::Node*>& all) {
  all.push_back(node);
  for (const syntax::Entry& entry : node->children) add_all(entry.value, all);
}

void compare(const std::string& text, bool is_json = false) {
  text::SourceMap sources;
  const text::FileId file = sources.add("template.yaml", text);
  text::Arena arena;
  const syntax::Document whole =
      is_json ? syntax::read_json(sources, arena, file) : syntax::read_yaml(sources, arena, file);
  REQUIRE(whole.root != nullptr);
  std::vector<const syntax::Node*> all;
  add_all(whole.root, all);
  const rules::Documents documents{{file, whole}};
  rules::Authored known({sources, &documents});
  // From the first on and from the last: each place may be the one for which a block is read.
  for (const bool backwards : {false, true}) {
    if (backwards) std::ranges::reverse(all);
    rules::Authored again(sources);
    for (const syntax::Node* node : all) {
      const syntax::Node* found = again.at(node->span);
      REQUIRE(found != nullptr);
      CAPTURE(sources.text(node->span));
      CHECK(syntax::dump(found) == syntax::dump(known.at(node->span)));
      CHECK(found->span == node->span);
      CHECK(again.is_item(node->span) == known.is_item(node->span));
    }
    CHECK(again.at({file, 1, 2}) == nullptr);
    // Neither a key nor what only looks like a value, within a text, is one.
    for (const syntax::Node* node : all) {
      for (const syntax::Entry& entry : node->children) CHECK(again.at(entry.key_span) == nullptr);
      const auto number = node->text.find(": 5");
      if (!is_json || !node->is_scalar() || number == std::string_view::npos) continue;
      const auto at = static_cast<std::uint32_t>(text.find(": 5", node->span.begin)) + 2;
      CHECK(again.at({file, at, at + 1}) == nullptr);
    }
  }
}

} // namespace

TEST_CASE("blocks of a large file are what the file has there") {
  const std::string padding = "\n# " + std::string(3000, '-') + "\n";
  compare(shared_by_all + padding);
  compare("Common: &common {a: 1}\n" + shared_by_all + "Uses:\n  Merged:\n    <<: *common\n    b: *common\n" +
          padding);
  compare("{a: {\n  b: 1,\nc: 2\n}, d:\n  [1,\n2]}\n" + padding);
  std::string windows;
  for (const char c : shared_by_all + padding) windows += c == '\n' ? "\r\n" : std::string(1, c);
  compare(windows);
}

TEST_CASE("values of large JSON are what the file has there") {
  const std::string json = R"({
  "Resources": {"Orders" : {"Type": "AWS::SQS::Queue", "Properties": {"Delay": 5, "Fifo": true, "None": null}},
    "Role": {"Statement": [{"Action": ["sqs:*",
        "s3:Get\u004fbject"], "Resource": {"Fn::GetAtt": ["Orders", "Arn"]}}, "b", [], -1.5e3],
      "Text": "{\"Delay\": 5, \"a\": [\"\\\\\", 1]}", "Say: 5": "x: 5", "Same": 1, "Same": {"b": 2}}}
  , "Long": ")" + std::string(5000, 'x') +
                           R"(", "Behind": {"Long": [1, {"a": "b"}]}
})" + std::string(10, '\n');
  compare(json, true);
}
