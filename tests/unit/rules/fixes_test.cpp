// SPDX-License-Identifier: Apache-2.0
// Parameters, silences, and fixes that are applied.
#include "rules/examples.hpp"
#include "rules/fixes.hpp"
#include "support/catch.hpp"
#include "syntax/dump.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

namespace {

const std::string head = "name: a-rule\nsummary: A rule\nseverity: medium\nwhy: because\n";

rules::Rule rule_of(const std::string& code, const std::string& rest) {
  const rules::Loaded loaded = rules::load("rule.yaml", "code: " + code + "\n" + head + rest);
  for (const auto& error : loaded.errors) FAIL(error.line << ":" << error.column << ": " << error.message);
  return loaded.rules.at(0);
}

std::string findings_of(const std::vector<rules::Rule>& all, const std::string& source) {
  std::vector<const rules::Rule*> pointers;
  for (const rules::Rule& rule : all) pointers.push_back(&rule);
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(text::MemoryFileSystem({{"template.yaml", source}}),
                                                     "template.yaml", pointers, sources);
  std::string text;
  for (const rules::Finding& f : trialled.findings)
    text += f.code + " " + f.resource + ": " + f.message + "\n";
  for (const std::string& failure : trialled.failures) text += "failure " + failure + "\n";
  return text;
}

const std::string queues = R"(Resources:
  A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 7, QueueName: a}}
  B: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 3, QueueName: b}}
)";

const std::string on_queues = "for: resources\nof: [\"AWS::SQS::Queue\"]\nfix: {cloudformation: change it}\n";

} // namespace

TEST_CASE("parameters are what expressions say they are") {
  const rules::Rule rule =
      rule_of("ABC001", on_queues + "parameters:\n"
                                    "  most: {default: 5, meaning: seconds}\n"
                                    "  exempt: {default: [b, \"it's\", '7'], meaning: names}\n"
                                    "  on: {default: true, meaning: whether}\n"
                                    "when: parameters.on && resource.DelaySeconds > parameters.most\n"
                                    "message: \"{resource}: {parameters.exempt}\"\n");
  CHECK(rule.parameters.at(1).value == R"(['b', 'it\'s', '7'])");
  CHECK(findings_of({rule}, queues) == "ABC001 A: `A`: [b, it's, 7]\n");
}

TEST_CASE("a parameter that the rule hasn't got is an error") {
  const rules::Loaded loaded = rules::load("rule.yaml", "code: ABC001\n" + head + on_queues +
                                                            "when: resource.DelaySeconds > parameters.most\n"
                                                            "message: \"{parameters.least}\"\n");
  REQUIRE(loaded.errors.size() == 2);
  CHECK(loaded.errors[0].message == "the rule has no parameter `most`");
  CHECK(loaded.errors[1].message == "the rule has no parameter `least`");
}

TEST_CASE("a graver rule silences another on the same resource only") {
  const rules::Rule grave =
      rule_of("ABC001", on_queues + "silences: [ABC002]\nwhen: resource.DelaySeconds > 5\nmessage: grave\n");
  const rules::Rule mild = rule_of("ABC002", on_queues + "when: resource.DelaySeconds > 1\nmessage: mild\n");
  CHECK(findings_of({grave, mild}, queues) == "ABC001 A: grave\nABC002 B: mild\n");
  CHECK(findings_of({mild, grave}, queues) == "ABC001 A: grave\nABC002 B: mild\n");
}

TEST_CASE("a milder finding silences no graver one") {
  const rules::Rule mild =
      rule_of("ABC001", on_queues + "silences: [ABC002]\nwhen: resource.DelaySeconds > 5\nmessage: mild\n");
  rules::Rule grave = rule_of("ABC002", on_queues + "when: resource.DelaySeconds > 1\nmessage: grave\n");
  grave.severity = "high";
  CHECK(findings_of({mild, grave}, queues) == "ABC001 A: mild\nABC002 A: grave\nABC002 B: grave\n");
}

TEST_CASE("a rule may silence another below a severity only") {
  const rules::Rule first =
      rule_of("ABC001",
              on_queues + "silences: [ABC002 below high]\nwhen: resource.DelaySeconds > 5\nmessage: first\n");
  rules::Rule second = rule_of("ABC002", on_queues + "when: resource.DelaySeconds > 5\nmessage: second\n");
  CHECK(findings_of({first, second}, queues) == "ABC001 A: first\n");
  for (const char* severity : {"high", "critical"}) {
    second.severity = severity;
    rules::Rule grave = first;
    grave.severity = "critical";
    CHECK(findings_of({grave, second}, queues) == "ABC001 A: first\nABC002 A: second\n");
  }
  for (const char* entry :
       {"ABC002 below", "ABC002 below info", "ABC002 below grave", "no code below high"}) {
    const rules::Loaded loaded =
        rules::load("rule.yaml", "code: ABC001\n" + head + on_queues + "silences: [" + entry +
                                     "]\nwhen: resource.DelaySeconds > 5\nmessage: first\n");
    CAPTURE(entry);
    CHECK(loaded.errors.size() == 1);
  }
}

TEST_CASE("a graver rule silences another at the same place, of whatever resource") {
  const std::string api = R"(Resources:
  Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
  Live: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: live}}
  Test: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Shop, StageName: test}}
)";
  const std::string stages =
      "for: resources\nof: [\"AWS::ApiGateway::Stage\"]\nfix: {cloudformation: change it}\n";
  const rules::Rule grave =
      rule_of("ABC001", "for: resources\nof: [\"AWS::ApiGateway::RestApi\"]\n"
                        "fix: {cloudformation: change it}\nsilences: [ABC002]\nwhen: \"true\"\n"
                        "at: system.resources.filter(r, r.id == 'Live')[0].StageName\n"
                        "message: grave\n");
  const rules::Rule mild =
      rule_of("ABC002", stages + "when: \"true\"\nat: resource.StageName\nmessage: mild\n");
  CHECK(findings_of({grave, mild}, api) == "ABC001 Shop: grave\nABC002 Test: mild\n");
}

TEST_CASE("a fix is merged where its keys belong") {
  struct Case {
    const char* name;
    dialect::Dialect dialect;
    const char* source;
    const char* fix;
    const char* expected;
  };
  constexpr auto cloudformation = dialect::Dialect::cloudformation;
  constexpr auto serverless = dialect::Dialect::serverless;
  const Case cases[] = {
      {"properties", cloudformation, "Resources: {A: {Type: T, Properties: {X: 1, Z: [1, 2]}}}",
       "{X: 2, Y: {W: 3}, Z: [4]}", "{Resources: {A: {Type: T, Properties: {X: 2, Z: [4], Y: {W: 3}}}}}"},
      {"of a resource without any", cloudformation, "Resources: {A: {Type: T}}", "{X: !Ref B}",
       "{Resources: {A: {Type: T, Properties: {X: !Ref B}}}}"},
      {"a resource", cloudformation, "Resources: {A: {Type: T, Properties: {X: 1}}}",
       "{A: {Type: T, Properties: {X: ~}, DeletionPolicy: Retain}, B: {Type: U}}",
       "{Resources: {A: {Type: T, Properties: {}, DeletionPolicy: Retain}, B: {Type: U}}}"},
      {"a section", cloudformation, "Resources: {A: {Type: T}}", "{Globals: {Function: {Timeout: 3}}}",
       "{Resources: {A: {Type: T}}, Globals: {Function: {Timeout: 3}}}"},
      {"a resource that a loop makes", cloudformation,
       "Resources: {'Fn::ForEach::T': [N, [A, B], {'T${N}': {Type: T, Properties: {X: 1}}}]}",
       "{TA: {Properties: {X: 2}}}",
       "Resources: {'Fn::ForEach::T': [N, [A, B], {'T${N}': {Type: T, Properties: {X: 2}}}]}"},
      {"a key that is written twice", cloudformation, "Resources: {A: {Type: T, Properties: {X: 1, X: 2}}}",
       "{X: 3}", "Resources: {A: {Type: T, Properties: {X: 1, X: 3}}}"},
      {"of a service", serverless, "{service: a, functions: {f: {handler: h}}}",
       "{functions: {f: {timeout: 6}}, provider: {name: aws}}",
       "{service: a, functions: {f: {handler: h, timeout: 6}}, provider: {name: aws}}"},
      {"a section of which nothing came", serverless, "{service: a, functions: {f: {handler: h}}}",
       "functions:\nresources: {Resources: {}}\n",
       "{service: a, functions: {f: {handler: h}}, resources: {Resources: {}}}"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    text::SourceMap sources;
    text::Arena arena;
    const syntax::Document source = syntax::read(sources, arena, "a.yaml", c.source);
    const syntax::Document fix = syntax::read(sources, arena, "b.yaml", c.fix);
    const syntax::Document expected = syntax::read(sources, arena, "c.yaml", c.expected);
    const syntax::Node* result =
        rules::apply_fix(*source.root, *fix.root, c.dialect, "A", syntax::Builder(arena));
    CHECK(syntax::dump(result) == syntax::dump(expected.root));
  }
}

TEST_CASE("a fix that doesn't fix is told") {
  const std::string examples =
      "examples:\n  - name: slow\n    cloudformation: |\n      Resources:\n        A: {Type: "
      "AWS::SQS::Queue, Properties: {DelaySeconds: 7}}\n    expect: [{line: 2}]\n";
  const auto complaint = [&](const std::string& fix) {
    const auto all = rules::check_fixes(
        rule_of("ABC001", "for: resources\nof: [\"AWS::SQS::Queue\"]\nwhen: resource.DelaySeconds != null && "
                          "resource.DelaySeconds > 5\nmessage: slow\n" +
                              fix + examples));
    return all.empty() ? std::string() : all.front();
  };
  CHECK(complaint("fix: {cloudformation: \"DelaySeconds: 1\"}\n") == "");
  CHECK(complaint("fix: {cloudformation: \"DelaySeconds: ~\"}\n") == "");
  CHECK(complaint("fix: {cloudformation: \"DelaySeconds: 6\"}\n") ==
        "the fix does not fix `slow`: it leaves: slow");
  CHECK(complaint("fix: {cloudformation: change it}\n") ==
        "the fix does not fix `slow`: it is no YAML mapping");
  CHECK(complaint("fix-is: advice\nfix: {cloudformation: change it}\n") == "");
}

TEST_CASE("a resource of plain CloudFormation is shown CloudFormation's fix") {
  const rules::Rule rule =
      rule_of("ABC001",
              "for: resources\nof: [\"AWS::Lambda::Function\"]\nwhen: \"true\"\nmessage: a\nfix:\n"
              "  cloudformation: |\n    «id»:\n      Type: AWS::Lambda::Function\n      Properties: {A: 1}\n"
              "  sam: |\n    «id»:\n      Type: AWS::Serverless::Function\n      Properties: {B: 1}\n");
  const rules::Rule* list[] = {&rule};
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(
      text::MemoryFileSystem(
          {{"template.yaml",
            "Transform: AWS::Serverless-2016-10-31\nResources:\n"
            "  Own: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: "
            "a.b, CodeUri: a/}}\n"
            "  Plain: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}\n"}}),
      "template.yaml", list, sources);
  REQUIRE(trialled.findings.size() == 2);
  CHECK(trialled.findings[0].fix.find("{B: 1}") != std::string::npos);
  CHECK(trialled.findings[1].fix.find("{A: 1}") != std::string::npos);
}

TEST_CASE("a fix does not change what type a plain resource has") {
  const rules::Rule rule = rule_of(
      "ABC001", "for: resources\nwhen: \"true\"\nmessage: a\nfix:\n"
                "  cloudformation: |\n    «id»:\n      Type: AWS::SNS::Topic\n      Properties: {A: 1}\n");
  const rules::Rule* list[] = {&rule};
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(
      text::MemoryFileSystem(
          {{"template.yaml", "Resources:\n  T: {Type: AWS::SNS::Topic}\n  Q: {Type: AWS::SQS::Queue}\n"}}),
      "template.yaml", list, sources);
  REQUIRE(trialled.findings.size() == 2);
  CHECK(trialled.findings[0].fix == "T:\n  Type: AWS::SNS::Topic\n  Properties: {A: 1}\n");
  CHECK(trialled.findings[1].fix == "Q:\n  Properties: {A: 1}\n");
}
