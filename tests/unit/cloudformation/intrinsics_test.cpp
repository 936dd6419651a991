// SPDX-License-Identifier: Apache-2.0
// One property in, the notation of its value out (support/value_dump.hpp).
#include "support/catch.hpp"
#include "support/cloudformation.hpp"

using namespace slsaudit;

namespace {

constexpr const char* sections = R"(
Parameters:
  Open: {Type: String}
  Env: {Type: String, Default: dev}
  Choice: {Type: String, Default: a, AllowedValues: [a, b]}
  Only: {Type: String, Default: a, AllowedValues: [a]}
  Secret: {Type: String, Default: x, NoEcho: true}
  Size: {Type: Number, Default: 5}
  Names: {Type: CommaDelimitedList, Default: "x, y,z"}
  OpenNames: {Type: List<AWS::EC2::Subnet::Id>}
  None: {Type: CommaDelimitedList, Default: ""}
  Image: {Type: AWS::SSM::Parameter::Value<String>, Default: /my/image}
  Given: {Type: String}
Mappings:
  ByRegion:
    eu-west-1: {Ami: ami-1, Same: s, Zones: [a, b]}
    us-east-1: {Ami: ami-2, Same: s, Only: o}
  ByChoice:
    a: {V: one}
    b: {V: one}
    c: {V: other}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  Undecided: !Equals [!Ref Open, x]
  Other: !Equals [!Ref Open, y]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Own: {Type: Custom::Own}
  Subject:
    Type: AWS::SNS::Topic
    Properties:
      P: )";

std::unique_ptr<test::Loaded> load_property(const std::string& property) {
  dialect::Inputs inputs;
  inputs.parameters["Given"] = "from-command-line";
  return test::load(sections + property + "\n", inputs);
}

struct Row {
  const char* property;
  const char* expected;
};

} // namespace

TEST_CASE("values of intrinsics") {
  const auto row = GENERATE(
      // scalars and containers
      Row{"text", "text"}, Row{"30", "30"}, Row{"'30'", "\"30\""}, Row{"0123", "0123"},
      Row{"[1, {A: b}]", "[1, {A: b}]"}, Row{"!!str 5", "\"5\""},
      Row{"{Condition: {StringEquals: x}}", "{Condition: {StringEquals: x}}"},
      // Ref
      Row{"!Ref Queue", "<$r{Queue}>"}, Row{"{Ref: Queue}", "<$r{Queue}>"},
      Row{"{\"Ref\": \"Open\"}", "<$p{Open}>"}, Row{"!Ref Env", "dev^d:Env"},
      Row{"!Ref Choice", "<$p{Choice}>"}, Row{"!Ref Only", "a^d:Only"}, Row{"!Ref Secret", "<$p{Secret}>"},
      Row{"!Ref Size", "5^d:Size"}, Row{"!Ref Names", "[x^d:Names, y^d:Names, z^d:Names]^d:Names"},
      Row{"!Ref OpenNames", "<$p{OpenNames}>"}, Row{"!Ref None", "[\"\"^d:None]^d:None"},
      Row{"!Ref Image", "<$d{resolve:ssm:/my/image}>^d:Image"},
      Row{"!Ref Given", "from-command-line^g:Given"}, Row{"!Ref AWS::AccountId", "<$x{AWS::AccountId}>"},
      Row{"!Ref AWS::Region", "<$x{AWS::Region}>"}, Row{"{Ref: {\"Fn::Sub\": \"${Only}\"}}", "?"},
      // GetAtt
      Row{"!GetAtt Queue.Arn", "<$a{Queue.Arn}>"}, Row{"{\"Fn::GetAtt\": [Queue, Arn]}", "<$a{Queue.Arn}>"},
      Row{"!GetAtt Queue.Outputs.X", "<$a{Queue.Outputs.X}>"},
      Row{"!GetAtt [Queue, Outputs.X]", "<$a{Queue.Outputs.X}>"},
      Row{"!GetAtt [Own, !Ref Env]", "<$a{Own.dev}>^d:Env"}, Row{"!GetAtt [Queue, !Ref Open]", "?"},
      // Sub
      Row{"!Sub plain", "plain"}, Row{"!Sub 'a-${Env}'", "a-dev^d:Env"},
      Row{"!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${Queue.QueueName}'",
          "<arn:$x{AWS::Partition}:sqs:$x{AWS::Region}:$a{Queue.QueueName}>"},
      Row{"!Sub '${!Literal} ${Queue}'", "<${Literal} $r{Queue}>"},
      Row{"!Sub ['${A}-${Env}', {A: !Ref Queue}]", "<$r{Queue}-dev>^d:Env"},
      Row{"!Sub ['${A.B}', {A.B: x}]", "x"}, Row{"{\"Fn::Sub\": [\"${Env}\", {\"Env\": \"mine\"}]}", "mine"},
      Row{"!Sub '${ Env }'", "dev^d:Env"}, Row{"!Sub \"${Env\\n}\"", "dev^d:Env"},
      Row{"!Sub '$${Env}$'", "$dev$^d:Env"},
      Row{"!Sub ['${A}', {A: !If [Undecided, x, y]}]", "if(Undecided, x, y)"},
      Row{"!Sub ['${A}', {A: [x]}]", "<$?>"},
      // Join, Split, Select, Length
      Row{"!Join ['-', [a, !Ref Queue, 3]]", "<a-$r{Queue}-3>"}, Row{"!Join ['', []]", "\"\""},
      Row{"!Join [',', !Ref Names]", "x,y,z^d:Names"}, Row{"!Join [',', !Ref OpenNames]", "<$?>"},
      Row{"!Join [',', [a, !Ref AWS::NoValue, b]]", "a,b"},
      Row{"!Join [',', [a, !If [Undecided, b, !Ref AWS::NoValue], c]]", "if(Undecided, a,b,c, a,c)"},
      Row{"!Join [',', [!If [Undecided, a, b], !If [Undecided, c, d], !If [Other, e, f]]]",
          "if(Undecided, if(Other, a,c,e, a,c,f), if(Other, b,d,e, b,d,f))"},
      Row{"!Split [',', 'a,b,,c']", "[a, b, \"\", c]"}, Row{"!Split [':', !GetAtt Queue.Arn]", "?"},
      Row{"!Select [1, [a, b]]", "b"}, Row{"!Select ['0', !Ref Names]", "x^d:Names"},
      Row{"!Select [0, !GetAZs '']", "?"}, Row{"!Select [1, !Split ['-', 'a-b']]", "b"},
      Row{"!Select [!If [Undecided, 0, 1], [a, b]]", "if(Undecided, a, b)"},
      Row{"!Select [1, [!If [Undecided, a, !Ref AWS::NoValue], b, c]]", "?"},
      Row{"!Select [0, !Ref OpenNames]", "?"}, Row{"{\"Fn::Length\": [a, b]}", "2"},
      Row{"{\"Fn::Length\": {Ref: Names}}", "3^d:Names"}, Row{"!Length [a]", "1"},
      // If
      Row{"!If [IsDev, a, b]", "a^d:Env"}, Row{"!If [Undecided, a, b]", "if(Undecided, a, b)"},
      Row{"!If [Undecided, a, a]", "a"}, Row{"!If [Undecided, a, !Ref AWS::NoValue]", "if(Undecided, a, -)"},
      Row{"!If [Undecided, !If [Undecided, a, b], c]", "if(Undecided, a, c)"},
      Row{"{A: !If [IsDev, !Ref AWS::NoValue, x], B: 1}", "{B: 1}"},
      Row{"[!If [IsDev, !Ref AWS::NoValue, x], y]", "[y]"}, Row{"{A: !Ref AWS::NoValue}", "{}"},
      // FindInMap
      Row{"!FindInMap [ByRegion, eu-west-1, Ami]", "ami-1^m:ByRegion/eu-west-1/Ami"},
      Row{"!FindInMap [ByRegion, !Ref AWS::Region, Ami]", "?"},
      Row{"!FindInMap [ByRegion, !Ref AWS::Region, Same]", "s^m:ByRegion"},
      Row{"!FindInMap [ByRegion, !Ref AWS::Region, Only]", "o^m:ByRegion"},
      Row{"!FindInMap [ByRegion, eu-west-1, Zones]", "[a, b]^m:ByRegion/eu-west-1/Zones"},
      Row{"!FindInMap [ByChoice, !Ref Choice, V]", "one^m:ByChoice"},
      Row{"!FindInMap [ByChoice, !Ref Open, V]", "?"},
      Row{"!FindInMap [ByChoice, !Ref Env, V, {DefaultValue: d}]", "d^d:Env"},
      Row{"!FindInMap [ByRegion, eu-west-1, Nope, {DefaultValue: d}]", "d"},
      Row{"!FindInMap [Nope, a, b, {DefaultValue: d}]", "d"},
      Row{"!FindInMap [ByRegion, !Ref AWS::Region, Same, {DefaultValue: d}]", "?"},
      Row{"!FindInMap [ByRegion, !If [Undecided, eu-west-1, us-east-1], Ami]",
          "if(Undecided, ami-1^m:ByRegion/eu-west-1/Ami, ami-2^m:ByRegion/us-east-1/Ami)"},
      // the rest
      Row{"!ImportValue shared-vpc", "<$i{shared-vpc}>"},
      Row{"{\"Fn::ImportValue\": !Sub '${Open}-vpc'}", "<$i{${Open}-vpc}>"}, Row{"!Base64 hello", "aGVsbG8="},
      Row{"!Base64 {\"Fn::Sub\": \"${Env}\"}", "ZGV2^d:Env"}, Row{"!Base64 {Ref: Queue}", "<$?>"},
      Row{"!Cidr [10.0.0.0/16, 3, 8]", "[10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24]"},
      Row{"!Cidr [!GetAtt Queue.Block, 3, 8]", "?"}, Row{"!Cidr [10.0.0.0/30, 9, 8]", "?"},
      Row{"!Cidr [10.0.0.999/16, 1, 8]", "?"}, Row{"!GetAZs {Ref: AWS::Region}", "?"},
      Row{"{\"Fn::ToJsonString\": {A: [1, true, 'x\"'], B: !Ref Queue}}",
          "<{\"A\":[1,true,\"x\\\"\"],\"B\":\"$r{Queue}\"}>"},
      Row{"{\"Fn::Transform\": {Name: AWS::Include, Parameters: {Location: s3://b/k}}}", "?"},
      Row{"{A: 1, \"Fn::Transform\": {Name: AWS::Include}}", "?"}, Row{"!Equals [a, a]", "true"},
      // dynamic references
      Row{"'{{resolve:ssm:/a/b:1}}'", "<$d{resolve:ssm:/a/b:1}>"},
      Row{"'x{{resolve:ssm:a}}y{{resolve:ssm-secure:b}}'", "<x$d{resolve:ssm:a}y$d{resolve:ssm-secure:b}>"},
      Row{"!Sub '{{resolve:secretsmanager:${Queue}:SecretString:password}}'",
          "<$d{resolve:secretsmanager:${Queue}:SecretString:password}>"},
      Row{"!Join ['', ['{{reso', 'lve:ssm:', !Ref Env, '}}']]", "<$d{resolve:ssm:dev}>^d:Env"},
      Row{"'{{resolve:ssm:a'", "{{resolve:ssm:a"},
      Row{"!Sub '{{resolve:ssm:${Queue}'", "<{{resolve:ssm:$r{Queue}>"});
  CAPTURE(row.property);
  const auto loaded = load_property(row.property);
  test::ValueDump dump;
  dump.origins = true;
  const auto* subject = loaded->resource("Subject");
  REQUIRE(subject != nullptr);
  CHECK(dump(subject->properties.get("P")) == row.expected);
  if (std::string(row.expected) != "?") CHECK(loaded->problems() == "");
}

TEST_CASE("arguments of the wrong shape are told where they stand") {
  struct Wrong {
    const char* property;
    const char* problem; ///< With the column from the property's own first character, which is 1.
  };
  const auto row = GENERATE(
      Wrong{"!Ref [x, y]", "error wrong-intrinsic-shape 1"}, Wrong{"{Ref: }", "error wrong-intrinsic-shape"},
      Wrong{"!GetAtt NoDot", "error wrong-intrinsic-shape 1"},
      Wrong{"!GetAtt [One]", "error wrong-intrinsic-shape 1"},
      Wrong{"{\"Fn::GetAtt\": {a: b}}", "error wrong-intrinsic-shape 16"},
      Wrong{"!Sub [only, {}, three]", "error wrong-intrinsic-shape 1"},
      Wrong{"!Sub {a: b}", "error wrong-intrinsic-shape 1"},
      Wrong{"!Sub '${}'", "error wrong-substitution 1"}, Wrong{"!Sub '${a-b}'", "error wrong-substitution 1"},
      Wrong{"!Sub '${a'", "error wrong-substitution 1"},
      Wrong{"!If [OnlyCond]", "error wrong-intrinsic-shape 1"},
      Wrong{"!If [Nope, a, b]", "finding undeclared-condition 6"},
      Wrong{"!Join [x]", "error wrong-intrinsic-shape 1"},
      Wrong{"!Join ['', notalist]", "error wrong-intrinsic-shape 1"},
      Wrong{"!Select [nine, [a]]", "error wrong-intrinsic-shape 1"},
      Wrong{"!Select [3, [a]]", "finding select-out-of-range 1"},
      Wrong{"!FindInMap [M]", "error wrong-intrinsic-shape 1"},
      Wrong{"!FindInMap [Nope, a, b]", "finding undeclared-mapping 1"},
      Wrong{"!FindInMap [ByRegion, nowhere, b]", "finding mapping-key-missing 1"},
      Wrong{"!FindInMap [ByRegion, eu-west-1, b]", "finding mapping-key-missing 1"},
      Wrong{"!Split abc", "error wrong-intrinsic-shape 1"},
      Wrong{"{\"Fn::GetAtt\": 5}", "error wrong-intrinsic-shape 16"},
      Wrong{"{Ref: Queue, \"Fn::Sub\": y}", "error wrong-intrinsic-shape 2"},
      Wrong{"!Base65 abc", "error unknown-intrinsic 1"},
      Wrong{"{\"Fn::Joim\": [a]}", "error unknown-intrinsic 1"},
      Wrong{"!Length text", "error wrong-intrinsic-shape 1"},
      Wrong{"!ImportValue [a]", "error wrong-intrinsic-shape 1"},
      Wrong{"!Cidr x", "error wrong-intrinsic-shape 1"},
      Wrong{"!Base64 [a]", "error wrong-intrinsic-shape 1"},
      Wrong{"{\"Fn::ToJsonString\": text}", "error wrong-intrinsic-shape 22"},
      Wrong{"!Ref Nothing", "finding undeclared-reference 1"},
      Wrong{"!GetAtt Nothing.Arn", "finding undeclared-reference 1"},
      Wrong{"!Sub '${Nothing}'", "finding undeclared-reference 1"},
      Wrong{"!Ref AWS::Nothing", "finding undeclared-reference 1"});
  CAPTURE(row.property);
  const auto loaded = load_property(row.property);
  const auto lines = std::count(sections, sections + std::char_traits<char>::length(sections), '\n') + 1;
  std::string expected = row.problem;
  const std::size_t last = expected.rfind(' ');
  if (expected.find_first_of("0123456789", last) != std::string::npos) {
    const int column = std::stoi(expected.substr(last + 1)) + 9;
    expected = expected.substr(0, last + 1) + std::to_string(lines) + ":" + std::to_string(column) + "\n";
    CHECK(loaded->problems() == expected);
  } else {
    CHECK(loaded->problems().starts_with(expected));
  }
  CHECK(loaded->resource("Subject") != nullptr);
}

TEST_CASE("an unknown function is told with the nearest one") {
  const auto loaded = load_property("!Base65 abc");
  REQUIRE(loaded->result.problems.size() == 1);
  CHECK(loaded->result.problems[0].message == "`!Base65` is no function of CloudFormation");
  CHECK(loaded->result.problems[0].help == "did you mean `!Base64`?");
  const auto long_tag = load_property("!Fn::Sub x");
  REQUIRE(long_tag->result.problems.size() == 1);
  CHECK(long_tag->result.problems[0].help == "did you mean `!Sub`?");
  CHECK(load_property("!Rain::Embed x")->problems().starts_with("finding preprocessor-tag "));
  CHECK(load_property("!Sub '${NoA} ${NoB}'")->result.problems.size() == 2);
}

TEST_CASE("computed values stand where their function stands, and under its key") {
  const auto loaded = load_property("!Sub 'a-${Env}'");
  const auto value = loaded->resource("Subject")->properties.get("P");
  CHECK(loaded->text_of(value.span()) == "!Sub 'a-${Env}'");
  CHECK(loaded->text_of(value.key_span()) == "P");
  REQUIRE(value.assumption() != nullptr);
  CHECK(loaded->text_of(value.assumption()->span) == "dev");
}

TEST_CASE("shared nodes are worked out once") {
  std::string text = "a: &a0 {x: !Sub '${AWS::Region}'}\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  text += "Resources: {T: {Type: AWS::SNS::Topic, Properties: {P: *a29}}}\n";
  text::SourceMap sources;
  text::Arena arena;
  syntax::Limits limits;
  limits.max_expansion = std::size_t{1} << 40U;
  const auto document = syntax::read(sources, arena, "bomb.yaml", text, limits);
  if (document.root == nullptr) return; // the reader refused it
  const auto lowered = dialect::cloudformation::Evaluator({}, arena, {}).evaluate(*document.root->get("b29"));
  CHECK(lowered.items().size() == 2);
}

TEST_CASE("of a chain of unknown values the cause is told, not the chain") {
  const auto loaded = load_property("!Select [0, !Split [',', !Select [0, !Split [',', !Ref Open]]]]");
  const auto* subject = loaded->resource("Subject");
  REQUIRE(subject != nullptr);
  test::ValueDump dump;
  dump.reasons = true;
  CHECK(dump(subject->properties.get("P")) ==
        "?(the list is not known: `${Open}` is known only when deployed)");
}
