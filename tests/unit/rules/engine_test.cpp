// SPDX-License-Identifier: Apache-2.0
#include "rules/examples.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

/// A rule with the given lines in place of the usual ones.
std::string rule_text(const std::string& selection, const std::string& severity = "medium") {
  return "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: \"" + severity + "\"\n" + selection +
         "why: because\nfix: {cloudformation: change it}\n";
}

const std::string on_functions = "for: resources\nof: [\"AWS::Lambda::Function\"]\n";

rules::Rule rule_of(const std::string& text) {
  rules::Loaded loaded = rules::load("rule.yaml", text);
  for (const auto& error : loaded.errors) FAIL(error.line << ":" << error.column << ": " << error.message);
  return loaded.rules.at(0);
}

struct Judged {
  text::SourceMap sources;
  rules::Trialled trialled;

  std::string lines() const {
    std::string text;
    for (const rules::Finding& f : trialled.findings) {
      text += std::to_string(sources.position(f.span.file, f.span.begin).line) + " " +
              std::string(rules::name(f.severity)) + " " + f.resource + "/" + f.property + ": " + f.message +
              "\n";
    }
    for (const std::string& failure : trialled.failures) text += "failure " + failure + "\n";
    return text;
  }
};

text::MemoryFileSystem one_file(const std::string& source) {
  const std::map<std::string, std::string> files{{"template.yaml", source}};
  return text::MemoryFileSystem(files);
}

void judge(Judged& judged, const std::string& rule_source, const std::string& source) {
  const rules::Rule rule = rule_of(rule_source);
  const rules::Rule* rules[] = {&rule};
  judged.trialled = rules::judge_file(text::MemoryFileSystem({{"template.yaml", source}}), "template.yaml",
                                      rules, judged.sources);
}

const std::string functions = R"(Parameters:
  Memory: {Type: Number, Default: 512}
  Open: {Type: Number}
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: 30
      MemorySize: !Ref Memory
  B:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: !Ref Open
)";

} // namespace

TEST_CASE("a rule's expressions become findings") {
  struct Case {
    const char* name;
    std::string rule;
    std::string expected;
  };
  const Case cases[] = {
      {"points at the value",
       on_functions + "when: resource.timeout > 10\nat: resource.Timeout\nmessage: \"{resource} waits "
                      "{resource.timeout} s\"\n",
       "8 medium A/Timeout: `A` waits 30 s\n"},
      {"unknown never fires", on_functions + "when: resource.timeout != 30\nmessage: never\n", ""},
      {"unknown doesn't silence what is known",
       on_functions +
           "when: resource.timeout > 99 || resource.type == 'AWS::Lambda::Function'\nmessage: one\n",
       "5 medium A/: one\n10 medium B/: one\n"},
      {"an absent property stands at its resource",
       on_functions +
           "when: resource.Tags == null && resource.Timeout == 30\nat: resource.Tags\nmessage: none\n",
       "5 medium A/: none\n"},
      {"an error is a failure, told once",
       on_functions + "when: size(resource.timeout) > 0 && resource.nothing.x == 1\nmessage: never\n", "*"},
      {"what is no bool is a failure", on_functions + "when: resource.id\nmessage: never\n",
       "failure ABC001: `when`: gives string, expected a bool\n"},
      {"what is not known shows its reference",
       on_functions + "when: resource.id == 'B'\nmessage: \"{resource.timeout} {{x}}\"\n",
       "10 medium B/: ${Open} {x}\n"},
      {"let builds on let",
       on_functions +
           "let: {half: resource.timeout / 2, quarter: half / 2}\nwhen: quarter == 7\nmessage: \"{half}\"\n",
       "8 medium A/Timeout: 15\n"},
      {"merged by a key", on_functions + "when: \"true\"\nmerge-by: \"'all'\"\nmessage: several\n",
       "5 medium A/: several (and 1 more: `B`)\n"},
      {"other tables are at hand",
       on_functions + "when: resource.id == 'A' && system.functions.exists(f, f.function.id == 'B') && "
                      "resource.row('functions').function.id == 'A'\nmessage: \"{size(system.functions)} "
                      "{settings.account_concurrency}\"\n",
       "5 medium A/: 2 1000\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      Judged judged;
      std::string text = rule_text(c.rule);
      if (std::string(c.name) == "let builds on let") text = rule_text(c.rule + "at: resource.Timeout\n");
      if (c.expected == "*") {
        // Refused when the file is read: the column is not there.
        CHECK_FALSE(rules::load("rule.yaml", text).errors.empty());
        return;
      }
      judge(judged, text, functions);
      CHECK(judged.lines() == c.expected);
    }
  }
}

TEST_CASE("what an end of an edge lacks belongs to that end") {
  Judged judged;
  judge(judged,
        rule_text("for: edges\nof: [polls]\nwhen: edge.from.RedrivePolicy == null\nat: "
                  "edge.from.RedrivePolicy\nmessage: \"{edge.from} feeds {edge.to}\"\n"),
        R"(Resources:
  Q: {Type: AWS::SQS::Queue}
  Fn: {Type: AWS::Lambda::Function}
  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref Fn}}
)");
  CHECK(judged.lines() == "2 medium Q/: `Q` feeds `Fn`\n");
}

TEST_CASE("severity may be an expression") {
  const std::string body = on_functions + "when: \"true\"\nmessage: found\n";
  struct Case {
    std::string severity;
    std::string expected;
  };
  const Case cases[] = {
      {"high", "5 high A/: found\n10 high B/: found\n"},
      {"resource.id == 'A' ? 'low' : 'critical'", "5 low A/: found\n10 critical B/: found\n"},
      // Unknown of B: the mildest that the expression names.
      {"resource.timeout > 10 ? 'critical' : 'low'", "5 critical A/: found\n10 low B/: found\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.severity) {
      Judged judged;
      judge(judged, rule_text(body, c.severity), functions);
      CHECK(judged.lines() == c.expected);
    }
  }
}

TEST_CASE("what rests on a parameter's default is assumed") {
  Judged judged;
  judge(judged,
        rule_text(on_functions + "when: resource.MemorySize == 512\nat: resource.MemorySize\nmessage: big\n"),
        functions);
  REQUIRE(judged.trialled.findings.size() == 1);
  const rules::Finding& finding = judged.trialled.findings.front();
  CHECK(finding.confidence == rules::Confidence::assumed);
  CHECK(finding.assumption == "parameter `Memory` keeps its default");
}

TEST_CASE("one text that several resources share is one finding") {
  const std::string source = R"(Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 900
Resources:
  A: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, CodeUri: .}}
  B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, CodeUri: .}}
)";
  Judged judged;
  judge(judged,
        rule_text(on_functions + "when: resource.timeout > 800\nat: resource.timeout\nmessage: "
                                 "long\nevidence: [{message: \"{resource}\"}]\n"),
        source);
  CHECK(judged.lines() == "4 medium A/Timeout: long (and 1 more: `B`)\n");
  REQUIRE(judged.trialled.findings.size() == 1);
  const auto& evidence = judged.trialled.findings.front().evidence;
  REQUIRE(evidence.size() == 3);
  CHECK(evidence[1].message == "`Globals` gives it to every resource it applies to");
  CHECK(judged.sources.text(evidence[1].span) == "Globals");
}

TEST_CASE("what a whole service lacks names its functions, whatever else is made there") {
  Judged judged;
  judge(judged,
        rule_text("for: functions\nwhen: \"!row.traced\"\nat: row.tracing_at\nmerge-by: row.tracing_cause\n"
                  "message: \"{row.function} is dark\"\n"),
        R"(service: shop
provider:
  name: aws
  runtime: nodejs22.x
functions:
  buy: {handler: a.buy}
  list: {handler: a.list}
)");
  CHECK(judged.lines() == "2 medium buy/: `buy` is dark (and 1 more: `list`)\n");
}

TEST_CASE("what isn't known of a text shows as a gap") {
  Judged judged;
  judge(judged,
        rule_text(
            "for: resources\nof: [\"AWS::SNS::Topic\"]\nwhen: \"true\"\nmessage: \"{resource.TopicName}\"\n"),
        R"(Mappings:
  Names: {a: {topic: x}}
Parameters:
  Stage: {Type: String}
Resources:
  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub ["shop-${Name}", {Name: !FindInMap [Names, !Ref Stage, topic]}]}}
)");
  CHECK(judged.lines().find("${?}") == std::string::npos);
}

TEST_CASE("fingerprints outlive moved lines and other findings") {
  const std::string a = "  A:\n    Type: AWS::Lambda::Function\n    Properties:\n      Timeout: 900\n";
  const std::string b = "  B:\n    Type: AWS::Lambda::Function\n    Properties:\n      Timeout: 900\n";
  const std::string rule =
      rule_text(on_functions + "when: resource.timeout > 800\nat: resource.Timeout\nmessage: long\n");
  const auto print_of = [&](const std::string& source, const std::string& resource) {
    Judged judged;
    judge(judged, rule, source);
    for (const rules::Finding& finding : judged.trialled.findings) {
      if (finding.resource == resource) return finding.fingerprint;
    }
    return std::string("none");
  };
  const std::string first = print_of("Resources:\n" + a + b, "A");
  CHECK(first.size() == 32);
  CHECK(first == print_of("# moved\n\nResources:\n" + b + a, "A"));
  CHECK(first == print_of("Resources:\n" + a, "A"));
  CHECK(first != print_of("Resources:\n" + a + b, "B"));
}

TEST_CASE("a judge serves several systems") {
  const rules::Rule rule = rule_of(rule_text(on_functions + "when: resource.timeout > 10\nmessage: long\n"));
  const rules::Rule* list[] = {&rule};
  for (int i = 0; i < 2; ++i) {
    text::SourceMap sources;
    const text::MemoryFileSystem files = one_file(functions);
    CHECK(rules::judge_file(files, "template.yaml", list, sources).findings.size() == 1);
  }
}

TEST_CASE("way() is the shortest way of events and requests") {
  const char* const source = R"(Resources:
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue}
  Other: {Type: AWS::SQS::Queue}
  Reader: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {NAMED: !Ref Other}}}}
  ToQueue: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Reader, EventSourceArn: !GetAtt Queue.Arn}
)";
  struct Case {
    const char* when;
    const char* expected;
  };
  const Case cases[] = {
      {"resource.way(resource).size() > 0", ""},
      {"system.resources.exists(r, r.id == 'Other' && resource.way(r).size() > 0)", ""},
      {"system.resources.exists(r, r.id == 'Reader' && resource.way(r).size() == 2)",
       "2 medium Topic/: `Topic`\n"},
      {"system.resources.exists(r, r.id == 'Reader' && resource.way(r).size() == 1)",
       "3 medium Queue/: `Queue`\n"},
      {"system.resources.exists(r, r.id == 'Topic' && r.way(resource).size() == 2 && "
       "r.way(resource)[0].to.id == 'Queue')",
       "5 medium Reader/: `Reader`\n"},
  };
  for (const Case& c : cases) {
    INFO(c.when);
    Judged judged;
    judge(judged,
          rule_text("for: resources\nwhen: \"" + std::string(c.when) + "\"\nmessage: \"{resource}\"\n"),
          source);
    CHECK(judged.lines() == c.expected);
  }
  Judged judged;
  judge(judged,
        rule_text("for: resources\nwhen: \"resource.way('x').size() > 0\"\nmessage: \"{resource}\"\n"),
        source);
  CHECK(judged.lines().find("way() leads from a resource to a resource") != std::string::npos);
}
