// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/cloudformation.hpp"

using namespace slsaudit;

namespace {

std::string ids(const test::Loaded& loaded) {
  std::string out;
  for (const auto& resource : loaded.result.resources)
    out += (out.empty() ? "" : " ") + std::string(resource.logical_id);
  return out;
}

constexpr const char* head = "Transform: AWS::LanguageExtensions\n";

} // namespace

TEST_CASE("a loop makes resources, outputs and conditions") {
  const auto loaded = test::load(std::string(head) + R"(
Parameters: {Names: {Type: CommaDelimitedList, Default: "a,b-c"}}
Conditions:
  Fn::ForEach::Is: [X, [P, Q], {"Is${X}": !Equals [!Ref X, P]}]
Resources:
  First: {Type: A::B}
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic&{Name}:
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Sub 'x-${Name}-${AWS::Region}', Display: !Ref Name, Long: {Ref: Name}}
  Last: {Type: A::B, DependsOn: Topica}
Outputs:
  Fn::ForEach::Outs: [Name, !Ref Names, {"Out&{Name}": {Value: !GetAtt "Topic&{Name}.TopicArn"}}]
)");
  CHECK(loaded->problems() == "");
  CHECK(ids(*loaded) == "First Topica Topicbc Last");
  CHECK(test::ValueDump{}(loaded->resource("Topicbc")->properties) ==
        "{TopicName: <x-b-c-$x{AWS::Region}>, Display: b-c, Long: b-c}");
  CHECK(loaded->text_of(loaded->resource("Topica")->id_span) == "Topic&{Name}");
  REQUIRE(loaded->result.outputs.size() == 2);
  CHECK(test::ValueDump{}(loaded->result.outputs[1].value) == "<$a{Topicbc.TopicArn}>");
  CHECK(loaded->result.conditions.at("IsP") == true);
  CHECK(loaded->result.conditions.at("IsQ") == false);
}

TEST_CASE("a substitution that a loop leaves nothing to do is plain text") {
  const auto loaded = test::load(std::string(head) + R"(
Resources:
  Fn::ForEach::Topics:
    - Name
    - [1]
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties: {A: !Sub '/${Name}', B: {Fn::Sub: '${Name}'}, C: !Sub '${Name}${!x}', D: !Sub '${Name}${AWS::Region}'}
)");
  CHECK(loaded->problems() == "");
  CHECK(test::ValueDump{}(loaded->resource("Topic1")->properties) ==
        R"({A: /1, B: "1", C: 1${x}, D: <1$x{AWS::Region}>})");
}

TEST_CASE("loops inside loops and inside properties") {
  const auto loaded = test::load(std::string(head) + R"(
Resources:
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - [1, 2]
        - R${A}${B}:
            Type: A::B
            Properties: {"Fn::ForEach::Props": [C, [m, n], {"${C}": "${A}${B}${C}"}]}
)");
  CHECK(loaded->problems() == "");
  CHECK(ids(*loaded) == "Rx1 Rx2 Ry1 Ry2");
  CHECK(test::ValueDump{}(loaded->resource("Ry2")->properties) == "{m: y2m, n: y2n}");
}

TEST_CASE("what is written out counts before what a loop makes of the same name") {
  const bool before = GENERATE(true, false);
  const std::string written = "  Orders: {Type: A::Written}\n";
  const std::string loop = "  Fn::ForEach::Each: [v, [Orders, Other], {'${v}': {Type: A::Made}}]\n";
  const auto loaded =
      test::load(std::string(head) + "Resources:\n" + (before ? written + loop : loop + written));
  CAPTURE(before);
  CHECK(loaded->resource("Orders")->type == "A::Written");
  CHECK(loaded->result.resources.size() == 2);
  CHECK(loaded->problems().starts_with("error for-each-duplicate"));
}

TEST_CASE("loops of the wrong shape are told where they stand") {
  struct Wrong {
    const char* loop;
    const char* problem;
  };
  const auto row = GENERATE(
      Wrong{"Fn::ForEach::A: [x]", "error wrong-for-each-shape 3:19\n"},
      Wrong{"Fn::ForEach::B: {x: y}", "error wrong-for-each-shape 3:19\n"},
      Wrong{"Fn::ForEach::C: [v, notalist, {}]", "error wrong-for-each-shape 3:23\n"},
      Wrong{"Fn::ForEach::D: [v, [a, a], {'T${v}': {Type: A::B}}]", "error for-each-duplicate 3:23\n"},
      Wrong{"Fn::ForEach::E: [v, [a, b], {T: {Type: A::B}}]", "error for-each-duplicate 3:32\n"},
      Wrong{"'Fn::ForEach::': [v, [a], {}]", "error wrong-for-each-shape 3:3\n"},
      Wrong{"Fn::ForEach: [v, [a], {}]", "error wrong-for-each-shape 3:3\n"},
      Wrong{"Fn::ForEach::F: [v, !Ref Open, {}]", ""},
      Wrong{"Fn::ForEach::G: [v, [a], text]", "error wrong-for-each-shape 3:28\n"});
  CAPTURE(row.loop);
  const auto loaded = test::load(std::string(head) + "Resources:\n  " + row.loop +
                                 "\n  A: {Type: A::B}\nParameters: {Open: {Type: CommaDelimitedList}}\n");
  CHECK(loaded->problems() == row.problem);
  CHECK(loaded->resource("A") != nullptr);
}

TEST_CASE("what a loop that nobody can expand makes is not called missing") {
  const auto loaded = test::load(
      std::string(head) + "Parameters: {Open: {Type: CommaDelimitedList}}\nResources:\n  Fn::ForEach::F: [v, "
                          "!Ref Open, {'T${v}': {Type: A::B}}]\n  A: {Type: A::B, DependsOn: Tx}\n");
  CHECK(loaded->problems() == "");
}

TEST_CASE("loops need their transform and have a limit") {
  CHECK(test::load("Resources:\n  Fn::ForEach::A: [v, [a], {'T${v}': {Type: A::B}}]\n")->problems() ==
        "finding missing-transform 1:1\n");
  std::string values = "[";
  for (int i = 0; i < 200; ++i) values += "v" + std::to_string(i) + ",";
  values += "last]";
  std::string loop = "{'T${A}${B}${C}': {Type: A::B}}";
  for (const char* name : {"C", "B", "A"}) {
    loop = "{'Fn::ForEach::" + std::string(name) + "': [" + name + ", " + values + ", " + loop + "]}";
  }
  const auto loaded = test::load(std::string(head) + "Resources: " + loop + "\n");
  CHECK(loaded->problems().find("error for-each-limit") != std::string::npos);
}
