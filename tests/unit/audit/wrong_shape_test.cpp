// SPDX-License-Identifier: Apache-2.0
// Every part of a template of each dialect in a shape that it must not have: what is said of it, and that the
// rest is still read. And templates that end, or have another character, anywhere.
#include "audit/pipeline.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <array>

using namespace slsaudit;

namespace {

constexpr std::array<std::string_view, 8> shapes{"~",  "word", "7",     "true",
                                                 "[]", "{}",   "[[1]]", "{a: {b: 1}}"};

struct Base {
  std::string_view path;
  std::string_view text;
  std::string_view other; ///< A resource that no change touches.
};

constexpr Base cloudformation{"app/t.yaml", R"(AWSTemplateFormatVersion: '2010-09-09'
Description: some text
Transform: AWS::LanguageExtensions
Metadata: {Notes: {n: 1}}
Parameters: {P: {Type: String, Default: small, AllowedValues: [small, large]}}
Mappings: {M: {first: {second: third}}}
Rules: {L: {Assertions: []}}
Conditions: {C: !Equals [same, same]}
Resources:
  Other: {Type: AWS::SQS::Queue}
  R:
    Type: AWS::SNS::Topic
    Condition: C
    DependsOn: Other
    Properties: {TopicName: !Sub 'x-${P}', DisplayName: !FindInMap [M, first, second], KmsMasterKeyId: !If [C, k, l]}
  I: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: s}]}}}
  Fn::ForEach::Each: [Name, [A, B], {'Q${Name}': {Type: AWS::SQS::Queue}}]
Outputs: {O: {Value: !GetAtt R.TopicArn, Export: {Name: exported}}}
)",
                              "Other"};

constexpr Base sam{"app/t.yaml", R"(Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Timeout: 5}}
Resources:
  Other: {Type: AWS::SQS::Queue}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: src
      Policies: [AWSLambdaExecute]
      Environment: {Variables: {N: v}}
      Events: {E: {Type: Api, Properties: {Path: /p, Method: get}}}
      EventInvokeConfig: {MaximumRetryAttempts: 1}
  T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: id, Type: String}}}
  M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {StartAt: A, States: {A: {Type: Pass}}}}}
  A: {Type: AWS::Serverless::Api, Properties: {StageName: live, Auth: {DefaultAuthorizer: AWS_IAM}}}
  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: {Id: T}, Permissions: [Read]}}
)",
                   "Other"};

constexpr Base serverless{"app/serverless.yml", R"(service: shop
frameworkVersion: '3'
useDotenv: false
plugins: [serverless-offline]
custom: {stage: live}
params: {default: {p: 1}}
provider:
  name: aws
  runtime: nodejs20.x
  stage: dev
  region: eu-west-1
  memorySize: 128
  environment: {N: v}
  tags: {team: one}
  iam: {role: {statements: [{Effect: Allow, Action: s, Resource: r}]}}
  httpApi: {cors: true}
functions:
  f:
    handler: a.b
    timeout: 6
    events: [{http: {path: /p, method: get}}, {sqs: arn_of_queue}, {schedule: rate(1 minute)}]
    layers: [layer]
resources:
  Resources:
    Other: {Type: AWS::SQS::Queue}
  Outputs: {O: {Value: v}}
package: {patterns: [src]}
)",
                          "Other"};

constexpr Base json{"app/t.json", R"({
  "AWSTemplateFormatVersion": "2010-09-09",
  "Parameters": {"P": {"Type": "String", "Default": "a\u00e9\n"}},
  "Resources": {
    "Other": {"Type": "AWS::SQS::Queue"},
    "R": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": ["x-${P}-${Q}", {"Q": [1, -2.5e3]}]}}}
  },
  "Outputs": {"O": {"Value": {"Fn::GetAtt": ["R", "TopicArn"]}, "Condition": null, "X": [true, false]}}
}
)",
                    "Other"};

struct Row {
  const Base& base;
  std::string_view part; ///< Its value is replaced by each of the shapes.
  /// What is said at most, by shape: e(rror), f(inding), n(ote) or - for nothing; upper case where Other is
  /// lost.
  std::string_view expected;
};

/// What was made of a text, in which every place that is told must lie.
struct Heard {
  int worst = 0;
  bool other = false;
  bool any = false; ///< A template, or a word about why there is none.
};

Heard hear(const Base& base, std::string text) {
  const std::string path(base.path);
  const text::MemoryFileSystem files{{path, std::move(text)}};
  text::SourceMap sources;
  text::Arena arena;
  audit::Loaded loaded = audit::load({.paths = {path}}, files, sources, arena);
  Heard heard;
  heard.any = !loaded.templates.empty() || !loaded.errors.empty();
  const auto add = [&](const text::Problem& problem) {
    const int weight = problem.level == text::ProblemLevel::error     ? 3
                       : problem.level == text::ProblemLevel::finding ? 2
                                                                      : 1;
    heard.worst = std::max(heard.worst, weight);
    const bool placed = problem.span.valid() && problem.span.end <= sources.text(problem.span.file).size() &&
                        !problem.message.empty();
    if (!placed) FAIL_CHECK(problem.name);
  };
  for (const text::Problem& problem : loaded.errors) add(problem);
  for (const text::Problem& problem : loaded.notes) add(problem);
  for (const audit::LoadedTemplate& one : loaded.templates) {
    for (const text::Problem& problem : one.evaluated.problems) add(problem);
    heard.other =
        heard.other || std::ranges::any_of(one.evaluated.resources, [&](const dialect::Resource& resource) {
          return resource.logical_id == base.other;
        });
  }
  const auto systems = audit::build_systems(std::move(loaded.templates), loaded.systems, arena);
  for (const graph::System& system : systems) {
    if (system.nodes.size() > 1000) FAIL_CHECK(system.nodes.size());
  }
  return heard;
}

char said_of(const Row& row, std::string_view shape) {
  std::string text(row.base.text);
  const std::size_t at = text.find(row.part);
  REQUIRE(at != std::string::npos);
  text.replace(at, row.part.size(), shape);
  const Heard heard = hear(row.base, std::move(text));
  const std::string_view letters = heard.other ? "-nfe" : "_NFE";
  return letters[static_cast<std::size_t>(heard.worst)];
}

const Row rows[] = {
    {cloudformation, "'2010-09-09'", "----eeee"},
    {cloudformation, "some text", "----eeee"},
    {cloudformation, "AWS::LanguageExtensions", "ennnfeee"},
    {cloudformation, "{Notes: {n: 1}}", "feeee-e-"},
    {cloudformation, "{P: {Type: String, Default: small, AllowedValues: [small, large]}}", "feeeefee"},
    {cloudformation, "{Type: String, Default: small, AllowedValues: [small, large]}", "eeeeeeee"},
    {cloudformation, "String", "e---eeee"},
    {cloudformation, "small", "----eeee"},
    {cloudformation, "[small, large]", "eeee-e-e"},
    {cloudformation, "{M: {first: {second: third}}}", "feeeefee"},
    {cloudformation, "{first: {second: third}}", "eeeeefef"},
    {cloudformation, "{second: third}", "eeeeefef"},
    {cloudformation, "{L: {Assertions: []}}", "feeee-e-"},
    {cloudformation, "{C: !Equals [same, same]}", "feeeefee"},
    {cloudformation, "!Equals [same, same]", "eee-eeee"},
    {cloudformation, "[same, same]", "eeeeeeee"},
    {cloudformation, "AWS::SNS::Topic", "eeeeeeee"},
    {cloudformation,
     "{TopicName: !Sub 'x-${P}', DisplayName: !FindInMap [M, first, second], KmsMasterKeyId: !If [C, k, l]}",
     "-eeee-e-"},
    {cloudformation, "'x-${P}'", "----eeee"},
    {cloudformation, "[M, first, second]", "eeeeeeee"},
    {cloudformation, "[C, k, l]", "eeeeeeee"},
    {cloudformation, "{AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: s}]}}", "-eeeefe-"},
    {cloudformation, "{Statement: [{Effect: Allow, Action: s}]}", "--------"},
    {cloudformation, "[{Effect: Allow, Action: s}]", "--------"},
    {cloudformation, "{Effect: Allow, Action: s}", "--------"},
    {cloudformation, "[Name, [A, B], {'Q${Name}': {Type: AWS::SQS::Queue}}]", "eeeeeeee"},
    {cloudformation, "[A, B]", "eeee-ene"},
    {cloudformation, "{'Q${Name}': {Type: AWS::SQS::Queue}}", "eeeee-ee"},
    {cloudformation, "{O: {Value: !GetAtt R.TopicArn, Export: {Name: exported}}}", "feeee-ee"},
    {cloudformation, "{Value: !GetAtt R.TopicArn, Export: {Name: exported}}", "eeeeeeee"},
    {cloudformation, "R.TopicArn", "eeeeeeee"},
    {cloudformation, "{Name: exported}", "--------"},
    {sam, "AWS::Serverless-2016-10-31", "effffeee"},
    {sam, "{Function: {Timeout: 5}}", "-eeee-ef"},
    {sam, "{Timeout: 5}", "-eeee-ef"},
    {sam, "AWS::Serverless::Function", "eeeeeeee"},
    {sam, "python3.12", "--------"},
    {sam, "a.b", "--------"},
    {sam, "src", "--------"},
    {sam, "[AWSLambdaExecute]", "------ee"},
    {sam, "{Variables: {N: v}}", "--------"},
    {sam, "{N: v}", "--------"},
    {sam, "{E: {Type: Api, Properties: {Path: /p, Method: get}}}", "-eeee-ef"},
    {sam, "{Type: Api, Properties: {Path: /p, Method: get}}", "-eeeefef"},
    {sam, "Api", "feeeeeee"},
    {sam, "{Path: /p, Method: get}", "-eeeeeee"},
    {sam, "/p", "e---eeee"},
    {sam, "get", "e---eeee"},
    {sam, "{MaximumRetryAttempts: 1}", "-eeee-e-"},
    {sam, "{PrimaryKey: {Name: id, Type: String}}", "-eeee-e-"},
    {sam, "{Name: id, Type: String}", "-eeee-e-"},
    {sam, "{Definition: {StartAt: A, States: {A: {Type: Pass}}}}", "feeeefef"},
    {sam, "{StartAt: A, States: {A: {Type: Pass}}}", "f-------"},
    {sam, "{A: {Type: Pass}}", "--------"},
    {sam, "{StageName: live, Auth: {DefaultAuthorizer: AWS_IAM}}", "feeeefef"},
    {sam, "live", "f-------"},
    {sam, "{DefaultAuthorizer: AWS_IAM}", "-eeee-e-"},
    {sam, "{Source: {Id: F}, Destination: {Id: T}, Permissions: [Read]}", "feeeefef"},
    {sam, "{Id: F}", "feeeefef"},
    {sam, "{Id: T}", "ffff-fff"},
    {sam, "[Read]", "ffffffff"},
    {serverless, "shop", "f---efef"},
    {serverless, "'3'", "--------"},
    {serverless, "[serverless-offline]", "-eee----"},
    {serverless, "{stage: live}", "--------"},
    {serverless, "{default: {p: 1}}", "--------"},
    {serverless, "nodejs20.x", "--------"},
    {serverless, "dev", "--------"},
    {serverless, "eu-west-1", "--------"},
    {serverless, "128", "--------"},
    {serverless, "{N: v}", "--------"},
    {serverless, "{team: one}", "--------"},
    {serverless, "{role: {statements: [{Effect: Allow, Action: s, Resource: r}]}}", "--------"},
    {serverless, "{statements: [{Effect: Allow, Action: s, Resource: r}]}", "-fff----"},
    {serverless, "[{Effect: Allow, Action: s, Resource: r}]", "-eee-e-e"},
    {serverless, "{cors: true}", "--------"},
    {serverless, "a.b", "f-------"},
    {serverless, "6", "--------"},
    {serverless, "[{http: {path: /p, method: get}}, {sqs: arn_of_queue}, {schedule: rate(1 minute)}]",
     "-eee-eee"},
    {serverless, "{http: {path: /p, method: get}}", "-nnneeen"},
    {serverless, "{path: /p, method: get}", "-eeeeeee"},
    {serverless, "/p", "e---nnnn"},
    {serverless, "get", "e---nnnn"},
    {serverless, "arn_of_queue", "-----e-e"},
    {serverless, "rate(1 minute)", "-----e-e"},
    {serverless, "[layer]", "--------"},
    {serverless, "{O: {Value: v}}", "-eeee-ee"},
    {serverless, "{Value: v}", "eeeeeeee"},
    {serverless, "{patterns: [src]}", "--------"},
};

} // namespace

TEST_CASE("a part of the wrong shape is told, and the rest is still read") {
  for (const Row& row : rows) {
    std::string said;
    for (const std::string_view shape : shapes) said += said_of(row, shape);
    CAPTURE(row.base.path);
    CAPTURE(row.part);
    CHECK(said == row.expected);
  }
}

TEST_CASE("a template that ends anywhere is told, or is one") {
  const Base& base = GENERATE_REF(cloudformation, sam, serverless, json);
  for (std::size_t end = 0; end < base.text.size(); end += 3) {
    if (hear(base, std::string(base.text.substr(0, end))).any) continue;
    FAIL_CHECK(end);
  }
}

TEST_CASE("a template with another character anywhere is told, or is one") {
  const Base& base = GENERATE_REF(cloudformation, sam, serverless, json);
  constexpr std::string_view others("\0\t\n\"'{}[]:#&*!%-|\xFF\xC3", 19);
  std::size_t next = 0;
  for (std::size_t at = 0; at < base.text.size(); at += 2) {
    std::string text(base.text);
    text[at] = others[next++ % others.size()];
    if (hear(base, std::move(text)).any) continue;
    FAIL_CHECK(at);
  }
}
