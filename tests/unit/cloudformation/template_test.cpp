// SPDX-License-Identifier: Apache-2.0
// Sections, resources, outputs: what is read, and what is told.
#include "support/catch.hpp"
#include "support/cloudformation.hpp"
#include "support/shared_data.hpp"

#include <chrono>

using namespace slsaudit;

TEST_CASE("a resource's attributes") {
  const auto loaded = test::load(R"(
Resources:
  A: {Type: AWS::SNS::Topic}
  B:
    Type: AWS::SQS::Queue
    Condition: Yes1
    DependsOn: [A, C]
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    Metadata: {Owner: !Ref AWS::StackName}
    Properties: {QueueName: q}
  C:
    Type: Custom::Thing
    DependsOn: A
    Properties:
  D: {Type: AWS::SNS::Topic, Condition: No1}
  E: {Type: AWS::SNS::Topic, Properties: !If [Open, {X: 1, Y: 2}, {X: 3}]}
Conditions:
  Yes1: !Equals [a, a]
  No1: !Equals [a, b]
  Open: !Equals [!Ref P, b]
Parameters:
  P: {Type: String}
)");
  CHECK(loaded->problems() == "");
  CHECK(loaded->result.resources.size() == 4);
  CHECK(loaded->resource("D") == nullptr);
  const auto* b = loaded->resource("B");
  REQUIRE(b != nullptr);
  CHECK(b->type == "AWS::SQS::Queue");
  CHECK(loaded->text_of(b->type_span) == "AWS::SQS::Queue");
  CHECK(loaded->text_of(b->id_span) == "B");
  CHECK(b->condition == "Yes1");
  CHECK(b->depends_on == std::vector<std::string_view>{"A", "C"});
  CHECK(b->deletion_policy == "Retain");
  CHECK(b->update_replace_policy == "Snapshot");
  CHECK(test::ValueDump{}(b->metadata) == "{Owner: <$x{AWS::StackName}>}");
  CHECK(loaded->text_of(b->properties.key_span()) == "Properties");
  CHECK(loaded->resource("C")->depends_on == std::vector<std::string_view>{"A"});
  CHECK(loaded->resource("C")->properties.is_map());
  const auto either = loaded->resource("E")->properties;
  CHECK(test::ValueDump{}(either.get("X")) == "if(Open, 1, 3)");
  CHECK(test::ValueDump{}(either.get("Y")) == "if(Open, 2, -)");
  CHECK(loaded->result.conditions.at("Yes1") == true);
  CHECK(loaded->result.conditions.at("No1") == false);
  CHECK(loaded->result.conditions.at("Open") == std::nullopt);
}

TEST_CASE("a resource is seen as it is when its condition holds") {
  const auto loaded = test::load(R"(
Parameters: {Env: {Type: String}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasX: !Equals [!Ref AWS::AccountId, x]
  Both: !And [!Condition IsProd, !Not [!Condition HasX]]
Resources:
  A: {Type: AWS::SNS::Topic, Condition: IsProd, Properties: {P: !If [IsProd, a, b]}}
  B: {Type: AWS::SNS::Topic, Condition: Both, Properties: {P: !If [IsProd, a, b], Q: !If [HasX, a, b]}}
  C: {Type: AWS::SNS::Topic, Properties: {P: !If [IsProd, a, b]}}
)");
  const test::ValueDump dump;
  CHECK(dump(loaded->resource("A")->properties) == "{P: a}");
  CHECK(dump(loaded->resource("B")->properties) == "{P: a, Q: b}");
  CHECK(dump(loaded->resource("C")->properties) == "{P: if(IsProd, a, b)}");
}

TEST_CASE("parameters and outputs") {
  const auto loaded = test::load(R"(
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Key: {Type: String, NoEcho: 'true'}
Conditions: {Never: !Equals [a, b], Is: !Equals [!Ref Env, other]}
Resources: {A: {Type: AWS::SNS::Topic}}
Outputs:
  Arn: {Value: !Ref A, Export: {Name: !Sub '${AWS::StackName}-arn'}}
  Gone: {Value: x, Condition: Never}
  Also: {Value: x, Condition: Is}
)");
  CHECK(loaded->problems() == "");
  const test::ValueDump dump;
  REQUIRE(loaded->result.parameters.size() == 2);
  CHECK(loaded->result.parameters[0].allowed_values.size() == 2);
  CHECK(dump(loaded->result.parameters[0].value) == "<$p{Env}>");
  CHECK(dump(loaded->result.parameters[0].default_value) == "dev");
  CHECK(loaded->result.parameters[1].no_echo);
  REQUIRE(loaded->result.outputs.size() == 1); // no allowed value is "other"
  CHECK(dump(loaded->result.outputs[0].export_name) == "<$x{AWS::StackName}-arn>");
  CHECK(loaded->result.conditions.at("Is") == false);
}

TEST_CASE("conditions with three values") {
  struct Row {
    const char* condition;
    std::optional<bool> expected;
  };
  const auto row = GENERATE(
      Row{"!Equals [a, a]", true}, Row{"!Equals [a, b]", false}, Row{"!Equals [true, 'true']", true},
      Row{"!Equals [1, '1']", true}, Row{"!Equals [!Ref Open, a]", std::nullopt},
      Row{"!Equals [!Ref Open, !Ref Open]", true}, Row{"!Equals ['', '']", true},
      Row{"!Equals [!Ref Env, dev]", true}, Row{"!Equals [!Ref Choice, z]", false},
      Row{"!Equals [!Ref Choice, a]", std::nullopt}, Row{"!Not [!Equals [a, a]]", false},
      Row{"!Not [!Condition U]", std::nullopt}, Row{"!And [!Condition U, !Condition F]", false},
      Row{"!And [!Condition U, !Condition T]", std::nullopt}, Row{"!And [!Condition T, !Condition T]", true},
      Row{"!Or [!Condition U, !Condition T]", true}, Row{"!Or [!Condition U, !Condition F]", std::nullopt},
      Row{"!Or [!Condition F, !Condition F]", false}, Row{"{Condition: T}", true},
      Row{"{\"Fn::Or\": [{Condition: T}, {Condition: U}]}", true},
      Row{"!Equals [!Join ['', [a, b]], ab]", true}, Row{"!Equals [!Ref AWS::Region, x]", std::nullopt},
      Row{"!Equals [!Select [0, !Ref List], x]", true}, Row{"!Condition T", true});
  CAPTURE(row.condition);
  const auto loaded = test::load(std::string(R"(
Parameters:
  Open: {Type: String}
  Env: {Type: String, Default: dev}
  Choice: {Type: String, AllowedValues: [a, b]}
  List: {Type: CommaDelimitedList, Default: 'x,y'}
Conditions:
  Subject: )") + row.condition + R"(
  U: !Equals [!Ref Open, x]
  T: !Equals [a, a]
  F: !Equals [a, b]
Resources: {A: {Type: AWS::SNS::Topic}}
)");
  CHECK(loaded->result.conditions.at("Subject") == row.expected);
  CHECK(loaded->problems() == "");
}

TEST_CASE("a chain of conditions may be long") {
  std::string text = "Resources: {A: {Type: AWS::SNS::Topic, Condition: C0}}\nConditions:\n";
  constexpr int length = 20000;
  for (int i = 0; i < length; ++i) {
    text += "  C" + std::to_string(i) + ": !Not [!Condition C" + std::to_string(i + 1) + "]\n";
  }
  text += "  C" + std::to_string(length) + ": !Equals [a, a]\n";
  CHECK(test::load(text)->result.resources.size() == 1);
}

TEST_CASE("the region can be given") {
  dialect::Inputs inputs;
  inputs.region = "eu-west-1";
  const auto loaded =
      test::load("Resources: {A: {Type: AWS::SNS::Topic, Properties: {P: !Sub 'x-${AWS::Region}'}}}", inputs);
  CHECK(test::ValueDump{}(loaded->resource("A")->properties.get("P")) == "x-eu-west-1");
}

namespace {

struct Wrong {
  const char* text;
  const char* problems;
};

} // namespace

TEST_CASE("wrong shapes are told with their place, and the rest is read") {
  const auto row = GENERATE(
      Wrong{"[a]", "error not-a-template 1:1\n"}, Wrong{"Description: x", "error missing-resources 1:1\n"},
      Wrong{"Resources:\n", "error wrong-section-shape 1:1\n"},
      Wrong{"Resources: [a]", "error wrong-section-shape 1:12\n"},
      Wrong{
          "Resources:\n  A: text\n  B:\n  C: [x]\n  D: {Type: A::B}",
          "error wrong-resource-shape 2:6\nerror wrong-resource-shape 3:3\nerror wrong-resource-shape 4:6\n"},
      Wrong{"Resources:\n  A: {Properties: {}}", "error missing-type 2:3\n"},
      Wrong{"Resources:\n  A: {Type: [x]}", "error missing-type 2:13\n"},
      Wrong{"Resources:\n  A: {Type: !Ref T}", "error missing-type 2:13\n"},
      Wrong{"Resources:\n  A: {Type: 5}", "error invalid-type 2:13\n"},
      Wrong{"Resources:\n  A: {Type: aws::sns::topic}", "error invalid-type 2:13\n"},
      Wrong{"Resources:\n  A: {Type: '::::'}", "error invalid-type 2:13\n"},
      Wrong{"Resources:\n  A-B: {Type: A::B}", "error invalid-logical-id 2:3\n"},
      Wrong{"Resources:\n  A:\n    Type: A::B\n    Properties: text", "error wrong-resource-shape 4:17\n"},
      Wrong{"Resources:\n  A:\n    Type: A::B\n    DependsOn: {x: y}\n    Condition: [c]\n    "
            "DeletionPolicy: 7\n    Metadata: t\n    UpdatePolicy: []",
            "error wrong-resource-shape 5:16\nerror wrong-resource-shape 7:15\nerror wrong-resource-shape "
            "8:19\nerror "
            "wrong-resource-shape 6:21\nerror wrong-resource-shape 4:16\n"},
      Wrong{"Resources:\n  A: {Type: A::B, DependsOn: [A, B]}",
            "finding depends-on-itself 2:31\nfinding undeclared-reference 2:34\n"},
      Wrong{"Resources:\n  A: {Type: A::B, Condition: Nope}", "finding undeclared-condition 2:30\n"},
      Wrong{"Resources:\n  A: {Type: A::B, Propertys: {}}", "finding unknown-resource-attribute 2:19\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nResorces: {}", "finding unknown-section 2:1\n"},
      Wrong{"Resources:\n  A: {Type: A::B, DependsOn: [B, C]}\nResorces: {B: {Type: A::B}}",
            "finding unknown-section 3:1\nfinding undeclared-reference 2:34\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nOutputs:", "finding wrong-section-shape 2:1\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nMetadata: 5\nParameters: [a]\nMappings: t\nConditions: "
            "[x]\nOutputs: t\nRules: 1",
            "error wrong-section-shape 7:8\nerror wrong-section-shape 3:13\nerror wrong-section-shape "
            "4:11\nerror wrong-section-shape "
            "5:13\nerror wrong-section-shape 6:10\nerror wrong-section-shape 2:11\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nMappings: {M: x, N: {a: b}}",
            "error wrong-mapping-shape 2:15\nerror wrong-mapping-shape 2:25\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nTransform: {a: b}", "error wrong-section-shape 2:12\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nOutputs: {O: x, P: {Export: {Name: n}}}",
            "error wrong-output-shape 2:14\nerror wrong-output-shape 2:17\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nParameters:\n  A: String\n  B: {Type: [x]}\n  C: {Type: Number, "
            "Default: {a: b}}\n  D: {Type: String, AllowedValues: x}\n  E:\n  F: {Default: 1}",
            "error wrong-parameter-shape 3:6\nerror wrong-parameter-shape 4:13\nerror wrong-parameter-shape "
            "5:30\nerror "
            "wrong-parameter-shape 6:36\nerror wrong-parameter-shape 7:3\nerror missing-type 8:3\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nParameters:\n  A: {Type: String, Default: !Sub "
            "\"${AWS::Region}-a\"}\n"
            "  B: {Type: String, Default: {Ref: AWS::Region}}\n  C: {Type: String, Default: \"!Sub a\"}",
            "error wrong-parameter-shape 3:30\nerror wrong-parameter-shape 4:30\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nConditions: {A: !Not [!Condition B], B: !Condition A}",
            "error condition-cycle 2:14\n"},
      Wrong{"Resources: {A: {Type: A::B}}\nConditions: {A: !Not x, B: !Equals [a], C: text, D: !Ref "
            "AWS::Region, E: !And [], F: !Condition Nope}",
            "error wrong-intrinsic-shape 2:17\nerror wrong-intrinsic-shape 2:28\nerror wrong-condition-shape "
            "2:44\nerror "
            "wrong-condition-shape 2:53\nerror wrong-intrinsic-shape 2:74\nfinding undeclared-condition "
            "2:86\n"});
  CAPTURE(row.text);
  CHECK(test::load(row.text)->problems() == row.problems);
}

TEST_CASE("macros make missing names doubtful only") {
  const auto loaded = test::load("Transform: [MyMacro, AWS::LanguageExtensions]\nResources: {A: {Type: A::B, "
                                 "Properties: {P: !Ref Gone}, Count: 3}}");
  CHECK(loaded->problems() == "");
  CHECK(loaded->problems(true) ==
        "note macro-not-run 1:13\nnote undeclared-reference 2:45\nnote unknown-resource-attribute 2:57\n");
  CHECK(loaded->lowered.macro == "MyMacro");
}

TEST_CASE("a preprocessor's modules make missing names doubtful only") {
  const auto loaded = test::load("Resources: {A: {Type: !Rain::Module vpc.yml, Overrides: {}}, "
                                 "B: {Type: A::B, Properties: {P: !Ref AVpc}}}");
  CHECK(loaded->problems() == "finding preprocessor-tag 1:23\n");
  CHECK(loaded->problems(true).find("note undeclared-reference") != std::string::npos);
}

TEST_CASE("malformed CloudFormation files end in problems, quickly") {
  const auto directory = test::shared_data() / "corpus" / "malformed";
  if (!std::filesystem::exists(directory)) {
    WARN("skipped: no malformed files at " << directory);
    return;
  }
  struct Row {
    const char* file;
    bool error;
  };
  const auto row =
      GENERATE(Row{"cfn-resources-is-list.yaml", true}, Row{"cfn-resources-is-null.yaml", true},
               Row{"cfn-resources-missing.yaml", true}, Row{"cfn-resource-is-string.yaml", true},
               Row{"cfn-properties-is-string.yaml", true}, Row{"cfn-type-missing.yaml", true},
               Row{"cfn-type-not-string.yaml", true}, Row{"cfn-sections-wrong-types.yaml", true},
               Row{"cfn-parameters-wrong-types.yaml", true}, Row{"cfn-iam-policy-wrong-types.yaml", false},
               Row{"cfn-dependson-cycle.yaml", false}, Row{"cfn-ref-cycle.yaml", false},
               Row{"cfn-condition-cycle.yaml", true}, Row{"cfn-nested-cycle-a.yaml", false},
               Row{"cfn-nested-self.yaml", false}, Row{"cfn-many-resources-10k.json", false},
               Row{"cfn-dense-graph-200.json", false}, Row{"cfn-foreach-explosion.json", true},
               Row{"cfn-foreach-wrong-shape.yaml", true}, Row{"cfn-sub-pathological.yaml", true},
               Row{"cfn-regex-bait.yaml", false}, Row{"cfn-hostile-names.yaml", true},
               Row{"yaml-intrinsics-wrong-shape.yaml", true}, Row{"yaml-unknown-tags.yaml", true});
  CAPTURE(row.file);
  const auto start = std::chrono::steady_clock::now();
  const auto loaded = test::load(test::read_file(directory / row.file), {}, row.file);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  INFO(loaded->problems(true));
  const bool error = loaded->problems().find("error ") != std::string::npos;
  CHECK(error == row.error);
  CHECK(took.count() < 5.0);
  for (const text::Problem& problem : loaded->result.problems) CHECK(problem.span.valid());
}

TEST_CASE("names that a module declares are not told as missing") {
  const std::string head =
      "Resources:\n  Store: {Type: 'Acme::S3::Bucket::MODULE'}\n  T:\n    Type: AWS::SNS::Topic\n";
  for (const char* name : {"!Ref Store.Bucket", "!GetAtt StoreBucket.Arn", "!Sub '${Store.Bucket}'"}) {
    CAPTURE(name);
    CHECK(test::load(head + "    Properties: {TopicName: " + name + "}\n")->problems() == "");
  }
}
