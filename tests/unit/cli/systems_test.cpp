// SPDX-License-Identifier: Apache-2.0
// What `check` says of worlds, nested stacks and templates on their own.
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;

namespace {

const std::string head = "AWSTemplateFormatVersion: '2010-09-09'\n";

std::string consumer(const std::string& queue_arn, const std::string& timeout) {
  return "  Work:\n    Type: AWS::Lambda::Function\n    Properties: {Timeout: " + timeout +
         "}\n  Mapping:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
         "      FunctionName: !Ref Work\n      EventSourceArn: " +
         queue_arn + "\n";
}

const std::string queue = "  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {VisibilityTimeout: 90}\n";

nlohmann::json findings(std::vector<std::string> arguments, const test::Files& files) {
  for (const char* more : {"--select", "CON007", "--format", "json"}) arguments.emplace_back(more);
  arguments.insert(arguments.begin(), "check");
  const auto outcome = run(arguments, files);
  CAPTURE(outcome.err);
  REQUIRE(outcome.out.starts_with("{"));
  return nlohmann::json::parse(outcome.out)["findings"];
}

const std::string staged = head +
                           "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n"
                           "  IsProd: !Equals [!Ref Stage, prod]\nResources:\n" +
                           queue + consumer("!GetAtt Jobs.Arn", "!If [IsProd, 60, 3]");

} // namespace

TEST_CASE("a finding that holds in some worlds only names them, once") {
  const auto found = findings({"app.yaml"}, {{"app.yaml", staged}});
  REQUIRE(found.size() == 1);
  CHECK(found[0]["world"] == "when `IsProd` is true");
  const std::string message = found[0]["message"];
  CHECK(message.ends_with(" (when `IsProd` is true)"));
  CHECK(found[0]["evidence"].back()["message"] == "holds only where the condition `IsProd` is true");
  CHECK(found[0]["evidence"].back()["start"]["line"] == 5);
}

TEST_CASE("parameters that are given narrow the worlds, and the finding stays the same one") {
  const test::Files files{{"app.yaml", staged}};
  CHECK(findings({"app.yaml", "--param", "Stage=dev"}, files).empty());
  const auto given = findings({"app.yaml", "--param", "Stage=prod"}, files);
  REQUIRE(given.size() == 1);
  CHECK_FALSE(given[0].contains("world"));
  CHECK(given[0]["fingerprint"] == findings({"app.yaml"}, files)[0]["fingerprint"]);
}

TEST_CASE("a finding that holds in every world names none") {
  std::string text = staged;
  text.replace(text.find("60, 3"), 5, "60, 50");
  const auto found = findings({"app.yaml"}, {{"app.yaml", text}});
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].contains("world"));
}

TEST_CASE("what would need conditions that contradict each other is never found") {
  const std::string text =
      head +
      "Parameters:\n  Stage: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n"
      "  NotProd: !Not [!Condition IsProd]\nResources:\n"
      "  Jobs:\n    Type: AWS::SQS::Queue\n    Condition: NotProd\n    Properties: {VisibilityTimeout: 5}\n"
      "  Work:\n    Type: AWS::Lambda::Function\n    Condition: IsProd\n    Properties: {Timeout: 60}\n"
      "  Mapping:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
      "      FunctionName: !Ref Work\n      EventSourceArn: !GetAtt Jobs.Arn\n";
  CHECK(findings({"app.yaml"}, {{"app.yaml", text}}).empty());
}

TEST_CASE("a finding may join a stack and one that it nests") {
  const test::Files files{
      {"app/main.yaml", head + "Resources:\n" + queue +
                            "  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n"
                            "      TemplateURL: inner.yaml\n"
                            "      Parameters: {QueueArn: !GetAtt Jobs.Arn, Seconds: 60}\n"},
      {"app/inner.yaml",
       head +
           "Parameters:\n  QueueArn: {Type: String}\n  Seconds: {Type: Number, Default: 3}\n"
           "Resources:\n" +
           consumer("!Ref QueueArn", "!Ref Seconds")}};
  for (const char* path : {"app", "app/main.yaml"}) {
    CAPTURE(path);
    const auto found = findings({path}, files);
    REQUIRE(found.size() == 1);
    CHECK(found[0]["path"] == "app/main.yaml");
    CHECK(found[0]["confidence"] == "proved");
  }
}

TEST_CASE("--isolated links nothing but stacks with those they nest") {
  const test::Files files{
      {"app/a.yaml", head + "Resources:\n" + queue +
                         "Outputs:\n  Arn: {Value: !GetAtt Jobs.Arn, Export: {Name: jobs-arn}}\n"},
      {"app/b.yaml", head + "Resources:\n" + consumer("!ImportValue jobs-arn", "60")}};
  CHECK(findings({"app"}, files).size() == 1);
  CHECK(findings({"app", "--isolated"}, files).empty());
}

TEST_CASE("of what the CDK puts out the stacks in the manifest are read, and findings name the construct") {
  const std::string stack = R"({"Resources": {
    "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 5},
             "Metadata": {"aws:cdk:path": "Shop/Jobs/Resource"}},
    "Work": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 60}},
    "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
      "FunctionName": {"Ref": "Work"}, "EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]}}}}})";
  const test::Files files{{"cdk.out/manifest.json",
                           R"({"version": "36.0.0", "artifacts": {
         "Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}},
         "Out": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../out.template.json"}},
         "assembly-Live": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Live"}}}})"},
                          {"cdk.out/Shop.template.json", stack},
                          {"cdk.out/asset.1/left.template.json", stack},
                          {"out.template.json", stack},
                          {"cdk.out/assembly-Live/manifest.json",
                           R"({"version": "36.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack",
         "properties": {"templateFile": "Live.template.json"}}}})"},
                          {"cdk.out/assembly-Live/Live.template.json", stack}};
  const auto found = findings({"cdk.out"}, files);
  REQUIRE(found.size() == 2);
  CHECK(found[0]["path"] == "cdk.out/Shop.template.json");
  CHECK(found[1]["path"] == "cdk.out/assembly-Live/Live.template.json");
  CHECK(found[0]["evidence"].back()["message"] == "the CDK makes this of the construct `Shop/Jobs/Resource`");
}

TEST_CASE("a manifest of another program doesn't keep a directory from being walked") {
  const test::Files files{{"app/manifest.json", R"({"name": "web", "version": "1"})"},
                          {"app/a.yaml", staged}};
  CHECK(findings({"app"}, files).size() == 1);
}

TEST_CASE("drawings of several stacks have a box for each") {
  const test::Files files{{"p/a.yaml", head + "Resources:\n" + queue +
                                           "Outputs: {A: {Value: !GetAtt Jobs.Arn, Export: {Name: jobs}}}\n"},
                          {"p/b/serverless.yml",
                           "service: worker\nprovider: {name: aws, runtime: nodejs20.x}\nfunctions:\n"
                           "  f: {handler: a.b, events: [sqs: {arn: !ImportValue jobs}]}\n"}};
  const auto drawn = [&](const char* format) { return run({"graph", "p", "--format", format}, files).out; };
  CHECK(drawn("mermaid").find("  subgraph s0t0[\"p/a.yaml\"]\n    s0n0[\"Jobs<br/>SQS Queue\"]\n  end\n"
                              "  subgraph s0t1[\"worker\"]\n") != std::string::npos);
  CHECK(drawn("dot").find("  subgraph cluster_s0t1 {\n    label=\"worker\";\n") != std::string::npos);
  CHECK(run({"graph", "p/a.yaml", "--format", "dot"}, files).out.find("subgraph") == std::string::npos);
}

TEST_CASE("parameters that one stack stores and a service reads lead to what they name") {
  const test::Files files{
      {"p/a.yaml", head + "Resources:\n" + queue +
                       "  Name:\n    Type: AWS::SSM::Parameter\n"
                       "    Properties: {Name: /jobs, Type: String, Value: !GetAtt Jobs.Arn}\n"},
      {"p/b/serverless.yml", "service: worker\nprovider: {name: aws, runtime: nodejs20.x}\nfunctions:\n"
                             "  f: {handler: a.b, events: [sqs: {arn: '${ssm:/jobs}'}]}\n"}};
  CHECK(run({"graph", "p", "--format", "mermaid"}, files).out.find("|\"polls\"|") != std::string::npos);
}

TEST_CASE("a service for another provider is told of without being asked") {
  const std::string google = "provider: {name: google, runtime: nodejs18}\nfunctions: {f: {handler: h}}\n";
  const auto one = run({"check", "p"}, {{"p/serverless.yml", "service: a\n" + google}});
  CHECK(one.code == 0);
  CHECK(one.out.starts_with("p/serverless.yml:2:18: note: the service is for `google`, not for AWS: "));
  test::Files many;
  for (const char* name : {"a", "b", "c", "d", "e"})
    many["p/" + std::string(name) + "/serverless.yml"] = "service: a\n" + google;
  const std::string out = run({"check", "p"}, many).out;
  CHECK(out.find("p/c/serverless.yml:2:18: note: ") != std::string::npos);
  CHECK(out.find("p/d/serverless.yml:2:18: note: ") == std::string::npos);
  CHECK(out.find("note: 2 more services for other providers; --verbose lists them\n") != std::string::npos);
  CHECK(run({"check", "p", "--quiet"}, many).out.empty());
}
