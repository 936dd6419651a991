// SPDX-License-Identifier: Apache-2.0
// A value that stands somewhere else than where it is used: the finding points at the line to edit, and its
// evidence shows how the value got to the resource.
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;

namespace {

const std::string function = R"(  Hello:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      Role: arn:aws:iam::123456789012:role/r
      Code: {S3Bucket: b, S3Key: k}
)";

std::string place(const nlohmann::json& at) {
  const std::string file = at["path"];
  return file + ":" + std::to_string(at["start"]["line"].get<int>()) + ":" +
         std::to_string(at["start"]["column"].get<int>());
}

/// The findings about too much memory, one a line, each followed by its evidence.
std::string told(const std::string& path, const test::Files& files,
                 const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"check", path, "--select", "CST003", "--format", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto outcome = test::run(arguments, files);
  CAPTURE(outcome.err);
  REQUIRE(outcome.out.starts_with("{"));
  std::string text;
  const nlohmann::json report = nlohmann::json::parse(outcome.out);
  for (const auto& finding : report["findings"]) {
    text += place(finding) + "\n";
    for (const auto& step : finding["evidence"])
      text += "  " + place(step) + " " + step["message"].get<std::string>() + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("a value through Globals") {
  const std::string text =
      "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    MemorySize: 4096\n"
      "Resources:\n  Hello:\n    Type: AWS::Serverless::Function\n    Properties:\n"
      "      {Runtime: python3.12, Handler: app.handler, CodeUri: src/}\n";
  CHECK(told("app.yaml", {{"app.yaml", text}}) ==
        "app.yaml:4:17\n  app.yaml:2:1 `Globals` gives it to every resource it applies to\n");
}

TEST_CASE("a value through variables") {
  const std::string text =
      "service: hello\ncustom:\n  size: ${self:custom.sizes.dev}\n  sizes:\n    dev: 4096\n"
      "provider: {name: aws, runtime: python3.12}\nfunctions:\n  hello:\n    handler: app.handler\n"
      "    memorySize: ${self:custom.size}\n";
  CHECK(told("serverless.yml", {{"serverless.yml", text}}) ==
        "serverless.yml:5:10\n  serverless.yml:10:17 comes here through `${self:custom.size}`\n"
        "  serverless.yml:3:9 comes here through `${self:custom.sizes.dev}`\n");
}

TEST_CASE("a value through a file of variables") {
  const std::string text =
      "service: hello\nprovider: {name: aws, runtime: python3.12}\nfunctions:\n  hello:\n"
      "    handler: app.handler\n    memorySize: ${file(size.yml):memory}\n";
  CHECK(told("p", {{"p/serverless.yml", text}, {"p/size.yml", "memory: 4096\n"}}) ==
        "p/size.yml:1:9\n  p/serverless.yml:6:17 comes here through `${file(size.yml):memory}`\n"
        "  p/serverless.yml:6:17 read from `size.yml`\n");
}

TEST_CASE("a value through a parameter's default") {
  const std::string text = "Parameters:\n  Memory:\n    Type: Number\n    Default: 4096\nResources:\n" +
                           function + "      MemorySize: !Ref Memory\n";
  CHECK(told("app.yaml", {{"app.yaml", text}}) ==
        "app.yaml:4:14\n  app.yaml:13:19 comes here through the parameter `Memory`\n");
}

TEST_CASE("a value through a parameter that is given") {
  const std::string text =
      "Parameters:\n  Memory:\n    Type: Number\nResources:\n" + function + "      MemorySize: !Ref Memory\n";
  const test::Files files{{"app.yaml", text},
                          {"samconfig.toml",
                           "[default.deploy.parameters]\nparameter_overrides = \"Memory=128\"\n"
                           "[prod.deploy.parameters]\nparameter_overrides = \"Memory=4096\"\n"}};
  const std::string given = "app.yaml:12:19\n  app.yaml:2:3 comes here through the parameter `Memory`, as it "
                            "is given for this run\n";
  CHECK(told("app.yaml", files, {"--param", "Memory=4096"}) == given);
  CHECK(told("app.yaml", files, {"--params", "samconfig.toml:prod"}) == given);
  CHECK(told("app.yaml", files, {"--params", "samconfig.toml"}).empty());
}

TEST_CASE("one default for several functions is one finding") {
  std::string second = function;
  second.replace(second.find("Hello"), 5, "Other");
  const std::string text = "Parameters:\n  Memory:\n    Type: Number\n    Default: 4096\nResources:\n" +
                           function + "      MemorySize: !Ref Memory\n" + second +
                           "      MemorySize: !Ref Memory\n";
  CHECK(told("app.yaml", {{"app.yaml", text}}) ==
        "app.yaml:4:14\n  app.yaml:13:19 comes here through the parameter `Memory`\n"
        "  app.yaml:21:19 comes here through the parameter `Memory`\n");
}

TEST_CASE("a value through an include") {
  const std::string text = "Resources:\n" + function +
                           "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: size.yaml}}\n";
  CHECK(told("p", {{"p/app.yaml", text}, {"p/size.yaml", "MemorySize: 4096\n"}}) ==
        "p/size.yaml:1:13\n  p/app.yaml:9:66 read from `size.yaml`\n");
}

TEST_CASE("a value through nested stacks") {
  const std::string child =
      "Parameters:\n  Memory: {Type: Number}\nResources:\n" + function + "      MemorySize: !Ref Memory\n";
  const std::string parent = "Parameters:\n  Size: {Type: Number, Default: 4096}\nResources:\n  Child:\n"
                             "    Type: AWS::CloudFormation::Stack\n    Properties:\n"
                             "      TemplateURL: child.yaml\n      Parameters:\n        Memory: ";
  CHECK(told("p", {{"p/child.yaml", child}, {"p/parent.yaml", parent + "4096\n"}}) ==
        "p/parent.yaml:9:17\n  p/child.yaml:11:19 comes here through the parameter `Memory`\n");
  CHECK(told("p", {{"p/child.yaml", child}, {"p/parent.yaml", parent + "!Ref Size\n"}}) ==
        "p/parent.yaml:2:33\n  p/child.yaml:11:19 comes here through the parameter `Memory`\n"
        "  p/parent.yaml:9:17 comes here through the parameter `Size`\n");
}

TEST_CASE("a value that a condition on a parameter chooses stands where it is written") {
  const std::string child = "Parameters:\n  Stage: {Type: String}\nConditions:\n"
                            "  Large: !Equals [!Ref Stage, large]\nResources:\n" +
                            function + "      MemorySize: !If [Large, 4096, 512]\n";
  const std::string parent = "Parameters:\n  Size: {Type: String, Default: large}\nResources:\n  Child:\n"
                             "    Type: AWS::CloudFormation::Stack\n    Properties:\n"
                             "      TemplateURL: child.yaml\n      Parameters:\n        Stage: !Ref Size\n";
  CHECK(told("p", {{"p/child.yaml", child}, {"p/parent.yaml", parent}}) ==
        "p/child.yaml:13:31\n  p/parent.yaml:9:16 a condition on the parameter `Stage` chooses it\n"
        "  p/parent.yaml:2:33 a condition on the parameter `Size` chooses it\n"
        "  p/child.yaml:4:3 holds only where the condition `Large` is true\n");
}
