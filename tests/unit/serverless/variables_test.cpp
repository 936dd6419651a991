// SPDX-License-Identifier: Apache-2.0
// Variables: what a value becomes, shown by the environment variable it ends up in.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

constexpr const char* head =
    "service: shop\nprovider: {name: aws, runtime: python3.12}\nfunctions:\n  f:\n    handler: a.b\n"
    "    environment:\n      V: ";

std::string service(const std::string& value, const std::string& rest = "") {
  return head + value + "\n" + rest;
}

std::string value_of(const Lowering& lowering) {
  const syntax::Node* environment = lowering.property("FLambdaFunction", "Environment");
  const syntax::Node* value = environment == nullptr ? nullptr : environment->get("Variables")->get("V");
  return value == nullptr ? "absent" : Lowering::one_line(dialect::to_json(*value));
}

struct Row {
  std::string value;
  std::string rest;
  std::string expected;
  std::string problems;
};

} // namespace

TEST_CASE("variables become values") {
  const std::string unknown = R"({"slsaudit::unknown":")";
  const auto row = GENERATE_COPY(values<Row>({
      {"plain", "", R"("plain")", ""},
      {"${self:custom.a}", "custom: {a: x}", R"("x")", ""},
      {"${self:custom.a}-y", "custom: {a: x}", R"("x-y")", ""},
      {"${self:service}", "", R"("shop")", ""},
      {"${self:custom.list.1}", "custom: {list: [x, y]}", R"("y")", ""},
      {"${self:custom.a.b}", "custom: {a: '${self:custom.c}', c: {b: deep}}", R"("deep")", ""},
      {"${self:custom.${opt:stage}.x}", "custom: {dev: {x: of dev}}", R"("of dev")", ""},
      {"${self:custom.${self:custom.which}}", "custom: {which: a, a: 1}", R"("1")", ""},
      {"${opt:stage, self:provider.stage, 'prod'}", "", R"("dev")", ""},
      {"${opt:colour, 'red'}", "", R"("red")", ""},
      {"'${opt:colour, \"red\"}'", "", R"("red")", ""},
      {"${opt:colour, ${self:custom.a}}", "custom: {a: blue}", R"("blue")", ""},
      {"${opt:colour, self:custom.none, self:custom.a}", "custom: {a: blue}", R"("blue")", ""},
      {"${opt:colour, ''}", "", R"("")", ""},
      {"${opt:n, 5}", "", R"("5")", ""},
      {"${opt:b, true}", "", R"("true")", ""},
      {"${opt:b, 'x-${sls:stage}'}", "", R"("x-dev")", ""},
      {"${sls:stage}", "", R"("dev")", ""},
      {"${env:HOME, 'none'}", "", R"("none")", ""},
      {"${aws:region}", "", R"("us-east-1")", ""},
      {"${aws:accountId}", "", R"({"Ref":"AWS::AccountId"})", ""},
      {"b-${aws:accountId}-x", "", R"({"Fn::Join":["",["b-",{"Ref":"AWS::AccountId"},"-x"]]})", ""},
      {"${param:size}", "params: {default: {size: s}, dev: {size: m}}", R"("m")", ""},
      {"${param:size}", "params: {default: {size: s}}", R"("s")", ""},
      {"${param:size}", "stages: {dev: {params: {size: l}}}", R"("l")", ""},
      {"${strToBool(${self:custom.on})}", "custom: {on: '1'}", R"("true")", ""},
      {"${strToBool(maybe)}", "", unknown + R"(`strToBool` is given neither true nor false"})",
       "finding invalid-strtobool"},
      {"${AWS::Region}", "", R"("${AWS::Region}")", ""},
      {"${Table.Arn}", "", R"("${Table.Arn}")", ""},
      {"${!Literal}", "", R"("${!Literal}")", ""},
      {"{'Fn::Sub': 'arn:${AWS::Region}:${self:custom.a}'}", "custom: {a: x}",
       R"({"Fn::Sub":"arn:${AWS::Region}:x"})", ""},
      {"!Sub 'arn:${AWS::Region}:${self:custom.a}'", "custom: {a: x}",
       R"({"Fn::Sub":"arn:${AWS::Region}:x"})", ""},
      {"{'Fn::Sub': 'a-${AWS::Region}-${cf:s.o}'}", "",
       R"({"Fn::Sub":["a-${AWS::Region}-${SlsVariable1}",{"SlsVariable1":{"slsaudit::output":["s","o"]}}]})",
       ""},
      {"!Sub 'a-${cf:s.o}'", "",
       R"({"Fn::Sub":["a-${SlsVariable1}",{"SlsVariable1":{"slsaudit::output":["s","o"]}}]})", ""},
      {"!Sub '${cf:s.o}'", "",
       R"({"Fn::Sub":["${SlsVariable1}",{"SlsVariable1":{"slsaudit::output":["s","o"]}}]})", ""},
      {"!Sub ['${cf:s.o}/${A}', {A: b}]", "",
       R"({"Fn::Sub":["${SlsVariable1}/${A}",{"A":"b","SlsVariable1":{"slsaudit::output":["s","o"]}}]})", ""},
      {"{'Fn::Sub': '${aws:accountId}'}", "",
       R"({"Fn::Sub":["${SlsVariable1}",{"SlsVariable1":{"Ref":"AWS::AccountId"}}]})", ""},
      {"${cf:stack.Out}", "", R"({"slsaudit::output":["stack","Out"]})", ""},
      {"${cf:stack.Out, 'x'}", "",
       unknown + R"(an output of another stack, which is read when the service is deployed"})", ""},
      {"${cf.us-east-1:stack.Out}", "",
       unknown + R"(an output of another stack, which is read when the service is deployed"})", ""},
      {"${ssm(us-east-1):/a}", "",
       unknown + R"(a parameter or secret, which is read when the service is deployed"})", ""},
      {"${ssm:/a}", "", R"({"Fn::Join":["",["{{resolve:ssm:","/a","}}"]]})", ""},
      {"${ssm:/a, 'x'}", "",
       unknown + R"(a parameter or secret, which is read when the service is deployed"})", ""},
      {"${ssm:/aws/reference/secretsmanager/a}", "",
       unknown + R"(a parameter or secret, which is read when the service is deployed"})", ""},
      {"p-${ssm(raw):/a}", "",
       R"({"Fn::Join":["",["p-",{"slsaudit::unknown":"a parameter or secret, which is read when the service is deployed"}]]})",
       ""},
      {"${git:sha1}", "", unknown + R"(taken from the git repository when the service is deployed"})", ""},
      {"${mine:x}", "", unknown + R"(`mine` is a source of a plugin or resolver, which isn't run"})", ""},
      {"${opt:colour}", "", unknown + R"(the option `--colour` is given when the service is deployed"})", ""},
      {"${env:SECRET}", "",
       unknown + R"(the environment variable `SECRET` is read when the service is deployed"})", ""},
      {"${self:custom.none}", "", unknown + R"(`custom.none` has no value in the service file"})",
       "finding unresolved-variable"},
      {"${self:custom.a}", "custom: {a: '${self:custom.b}', b: '${self:custom.a}'}",
       unknown + R"(the variable refers to itself"})", "error variable-cycle"},
      {"x${self:custom.m}", "custom: {m: [1]}",
       R"({"Fn::Join":["",["x",{"slsaudit::unknown":"a variable inside a text must be a text"}]]})",
       "finding variable-not-text"},
      {"$${self:custom.a}", "custom: {a: x}", R"("$${self:custom.a}")", ""},
      {"${self:custom.a", "custom: {a: x}", R"("${self:custom.a")", "error variable-not-closed"},
      {"'a ${self:custom.a} ${opt:b, ${self:custom.a}'", "custom: {a: x}",
       R"("a x ${opt:b, ${self:custom.a}")", "error variable-not-closed"},
      {"'${ ${Name ${AWS::Region $${self:x'", "", R"("${ ${Name ${AWS::Region $${self:x")", ""},
  }));
  CAPTURE(row.value);
  const Lowering lowering(service("'PLACEHOLDER'" == row.value ? "" : row.value, row.rest));
  CHECK(value_of(lowering) == row.expected);
  CHECK(lowering.problems() == row.problems);
}

TEST_CASE("parts that nothing is made of are resolved, too") {
  const auto problems = [](const std::string& custom) {
    return Lowering(service("x", "custom: " + custom), {{"p/a.yml", "x: '${file(b.yml):y}'\n"},
                                                        {"p/b.yml", "y: '${file(a.yml):x}'\n"},
                                                        {"p/bad.yml", "a: [\n"}})
        .problems(true);
  };
  CHECK(problems("{a: '${self:custom.a}'}") == "error variable-cycle");
  CHECK(problems("{a: '${self:custom.b}', b: {c: ['${self:custom.a.c.0}']}}") == "error variable-cycle");
  CHECK(problems("'${file(a.yml)}'") == "error variable-cycle");
  CHECK(problems("{a: '${self:custom.none}'}") == "finding unresolved-variable");
  CHECK(problems("{a: '${file(none.yml)}'}") == "note missing-file");
  CHECK(problems("{a: '${file(bad.yml)}'}").starts_with("error "));
  CHECK(problems("{a: '${self:}', b: '${self:custom}'}")
            .empty()); // contains itself, and the framework allows it
}

TEST_CASE("inputs give options, environment, parameters, stage and region") {
  dialect::Inputs inputs;
  inputs.options = {{"colour", "green"}};
  inputs.environment = {{"HOME", "/h"}};
  inputs.parameters = {{"size", "xl"}};
  inputs.stage = "prod";
  inputs.region = "eu-west-1";
  const Lowering lowering(
      service("${opt:colour} ${env:HOME} ${param:size} ${opt:stage} ${sls:stage} ${aws:region}"), {}, inputs);
  CHECK(value_of(lowering) == R"("green /h xl prod prod eu-west-1")");
  CHECK(lowering.shown("FLambdaFunction", "FunctionName") == R"("shop-prod-f")");
}

TEST_CASE("the stage may lead back to itself") {
  for (const std::string stage :
       {"${opt:stage}", "${opt:stage, self:provider.stage}", "${sls:stage}", "${self:provider.stage}"}) {
    CAPTURE(stage);
    const Lowering lowering("service: s\nprovider: {name: aws, stage: '" + stage +
                            "'}\nfunctions: {f: {handler: a.b}}\n");
    CHECK(lowering.shown("FLambdaFunction", "FunctionName") == R"("s-dev-f")");
  }
}

TEST_CASE("variables stand for mappings, lists and in keys") {
  const Lowering lowering("service: s\nprovider: {name: aws, environment: '${self:custom.env}'}\ncustom:\n  "
                          "env: {A: '${sls:stage}', "
                          "'K-${sls:stage}': x}\n  layers: [l1]\nfunctions:\n  f: {handler: a.b, layers: "
                          "'${self:custom.layers}'}\n");
  CHECK(lowering.shown("FLambdaFunction", "Environment") == R"({"Variables":{"A":"dev","K-dev":"x"}})");
  CHECK(lowering.shown("FLambdaFunction", "Layers") == R"(["l1"])");
  CHECK(lowering.problems() == "");
}

TEST_CASE("files are read inside the project, and keep their spans") {
  const std::map<std::string, std::string> files = {{"p/env.yml", "dev:\n  V: from file\n  N: 3\n"},
                                                    {"p/d.json", R"({"a": {"b": "json"}})"},
                                                    {"p/note.txt", "text ${self:custom.x}"},
                                                    {"p/code.js", "module.exports = {}"},
                                                    {"secret.yml", "V: outside"}};
  struct Case {
    std::string value;
    std::string expected;
    std::string problems;
  };
  const auto row = GENERATE_COPY(values<Case>({
      {"${file(./env.yml):dev.V}", R"("from file")", ""},
      {"${file(env.yml):${opt:stage}.V}", R"("from file")", ""},
      {"${file(./${self:custom.name}.yml):dev.V}", R"("from file")", ""},
      {"${file(d.json):a.b}", R"("json")", ""},
      {"${file('./env.yml'):dev.V}", R"("from file")", ""},
      {"${file( \"env.yml\" ):'dev.V'}", R"("from file")", ""},
      {"${file('none.yml'):x, 'other'}", R"("other")", "note missing-file"},
      {"${file(note.txt)}", R"("text ${self:custom.x}")", ""},
      {"${file(code.js):x}", R"({"slsaudit::unknown":"`code.js` is code, which isn't run"})",
       "note code-file"},
      {"${file(none.yml):x}", R"({"slsaudit::unknown":"`none.yml` isn't there"})", "note missing-file"},
      {"${file(none.yml):x, 'other'}", R"("other")", "note missing-file"},
      {"${file(../secret.yml):V}", R"({"slsaudit::unknown":"`../secret.yml` is outside of the project"})",
       "note file-outside-root"},
      {"${file(env.yml):dev.none}", R"({"slsaudit::unknown":"`dev.none` has no value in `env.yml`"})",
       "finding unresolved-variable"},
  }));
  CAPTURE(row.value);
  const Lowering lowering(service(row.value, "custom: {name: env}"), files);
  CHECK(value_of(lowering) == row.expected);
  CHECK(lowering.problems(true) == row.problems);
}

TEST_CASE("a value from a file points into the file") {
  const Lowering lowering(service("${file(env.yml):dev.V}"), {{"p/env.yml", "dev:\n  V: from file\n"}});
  const syntax::Node* value = lowering.property("FLambdaFunction", "Environment")->get("Variables")->get("V");
  CHECK(lowering.sources.path(value->span.file) == "p/env.yml");
  CHECK(lowering.sources.position(value->span.file, value->span.begin).line == 2);
}

TEST_CASE("variables that multiply are stopped") {
  std::string custom = "custom:\n  a0: [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    custom += "  a" + std::to_string(i) + ": [";
    for (int j = 0; j < 10; ++j)
      custom += (j == 0 ? "" : ", ") + ("'${self:custom.a" + std::to_string(i - 1)) + "}'";
    custom += "]\n";
  }
  const Lowering lists(service("'${self:custom.a19}'", custom));
  CHECK(lists.problems().find("error variables-too-large") != std::string::npos);
  std::string texts = "custom:\n  t0: xxxxxxxxxx\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "${self:custom.t" + std::to_string(i - 1) + "}";
    texts += "  t" + std::to_string(i) + ": '" + before + before + before + "'\n";
  }
  CHECK(Lowering(service("'${self:custom.t29}'", texts)).problems() ==
        "error variables-too-large"); // told once
  const Lowering strings(service("'${self:custom.t11}'", texts));
  CHECK(value_of(strings).find("over 1048576 bytes") != std::string::npos);
  std::string chain = "custom:\n  c0: end\n";
  for (int i = 1; i < 2000; ++i) {
    chain += "  c" + std::to_string(i) + ": '${self:custom.c" + std::to_string(i - 1) + "}'\n";
  }
  const Lowering deep(service("'${self:custom.c1999}'", chain));
  CHECK(value_of(deep).find("nested too deep") != std::string::npos);
  const Lowering self(service("'${self:}'"));
  CHECK(value_of(self).find("contains itself") != std::string::npos);
}

} // namespace slsaudit
