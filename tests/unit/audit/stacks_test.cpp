// SPDX-License-Identifier: Apache-2.0
#include "analysis/table.hpp"
#include "audit/pipeline.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

const std::string head = "AWSTemplateFormatVersion: '2010-09-09'\n";

struct Read {
  explicit Read(Files given, std::vector<std::string> paths = {"app"}, bool isolated = false)
      : files(std::move(given)) {
    audit::Input input;
    input.paths = std::move(paths);
    input.isolated = isolated;
    loaded = audit::load(input, files, sources, arena);
  }
  text::MemoryFileSystem files;
  text::SourceMap sources;
  text::Arena arena;
  audit::Loaded loaded;

  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> result;
    for (const auto& one : loaded.templates) result.emplace_back(sources.path(one.evaluated.file));
    return result;
  }
  [[nodiscard]] bool tells(const std::string& name) const {
    for (const auto& one : loaded.templates) {
      const auto& problems = one.evaluated.problems;
      if (std::ranges::any_of(problems, [&](const text::Problem& p) { return p.name == name; })) return true;
    }
    return false;
  }
  [[nodiscard]] graph::System system() {
    auto systems = audit::build_systems(std::move(loaded.templates), loaded.systems, arena);
    REQUIRE(systems.size() == 1);
    return std::move(systems.front());
  }
};

std::string stack(const std::string& id, const std::string& location, const std::string& parameters = "{}") {
  return "  " + id +
         ":\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: " + location +
         "\n      Parameters: " + parameters + "\n";
}

const std::string worker =
    head +
    "Parameters:\n  TableArn: {Type: String}\n  Seconds: {Type: Number, Default: 3}\n"
    "  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}\nResources:\n"
    "  Work:\n    Type: AWS::Lambda::Function\n    Properties:\n      Timeout: !Ref Seconds\n"
    "      FunctionName: !Sub '${Stage}-work'\n"
    "      Environment: {Variables: {TABLE: !Ref TableArn}}\n      Role: !GetAtt Role.Arn\n"
    "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {}\n"
    "      Policies:\n        - PolicyName: p\n          PolicyDocument:\n            Statement:\n"
    "              - {Effect: Allow, Action: 'dynamodb:PutItem', Resource: !Sub '${TableArn}/index/*'}\n"
    "Outputs:\n  WorkArn: {Value: !GetAtt Work.Arn}\n";

const std::string parent =
    head + "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n" +
    stack("Worker", "./nested/worker.yaml", "{TableArn: !GetAtt Orders.Arn, Seconds: '30'}") +
    "  Machine:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
    "      FunctionName: !GetAtt Worker.Outputs.WorkArn\n"
    "      EventSourceArn: !GetAtt Jobs.Arn\n"
    "  Jobs:\n    Type: AWS::SQS::Queue\n";

bool has_edge(const graph::System& system, graph::EdgeKind kind, std::string_view from, std::string_view to) {
  return std::ranges::any_of(system.edges, [&](const graph::Edge& edge) {
    return edge.kind == kind && system.node(edge.from).label == from && system.node(edge.to).label == to;
  });
}

} // namespace

TEST_CASE("a nested stack is evaluated with what its parent passes, once, whoever finds it") {
  const auto paths = GENERATE(values<std::vector<std::string>>({{"app"}, {"app/main.yaml"}}));
  const Read read({{"app/main.yaml", parent}, {"app/nested/worker.yaml", worker}}, paths);
  CHECK(read.paths() == std::vector<std::string>{"app/main.yaml", "app/nested/worker.yaml"});
  REQUIRE(read.loaded.templates.size() == 2);
  const auto& nested = read.loaded.templates[1];
  CHECK(nested.parent == 0);
  CHECK(nested.stack == "Worker");
  const auto& function = nested.evaluated.resources.at(0);
  CHECK(function.properties.get("Timeout").as_integer() == 30);
  CHECK(function.properties.get("Timeout").assumption() == nullptr);
  CHECK(function.properties.get("FunctionName").as_string() == "dev-work"); // nobody else can say otherwise
  const value::Part* table = function.properties.at("Environment.Variables.TABLE").sole_reference();
  REQUIRE(table != nullptr);
  CHECK(table->kind == value::ReferenceKind::parameter);
}

TEST_CASE("parameters lead into a nested stack and outputs out of it") {
  Read read({{"app/main.yaml", parent}, {"app/nested/worker.yaml", worker}});
  const graph::System system = read.system();
  CHECK(graph::verify(system).empty());
  CHECK(has_edge(system, graph::EdgeKind::writes, "Work", "Orders"));
  CHECK(has_edge(system, graph::EdgeKind::polls, "Jobs", "Work"));
}

TEST_CASE("two stacks of one template are two instances of it") {
  const std::string twice = head +
                            "Resources:\n  A:\n    Type: AWS::SQS::Queue\n  B:\n    Type: AWS::SQS::Queue\n" +
                            stack("First", "child.yaml", "{Target: !GetAtt A.Arn}") +
                            stack("Second", "child.yaml", "{Target: !GetAtt B.Arn}");
  const std::string child =
      head + "Parameters:\n  Target: {Type: String}\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
             "    Properties:\n      Subscription: [{Protocol: sqs, Endpoint: !Ref Target}]\n";
  Read read({{"app/main.yaml", twice}, {"app/child.yaml", child}});
  CHECK(read.loaded.templates.size() == 3);
  const graph::System system = read.system();
  CHECK(has_edge(system, graph::EdgeKind::sends, "Topic", "A"));
  CHECK(has_edge(system, graph::EdgeKind::sends, "Topic", "B"));
}

TEST_CASE("an application of SAM with a local template is a nested stack too") {
  const Read read({{"app/main.yaml", head + "Transform: AWS::Serverless-2016-10-31\nResources:\n  Inner:\n"
                                            "    Type: AWS::Serverless::Application\n    Properties:\n"
                                            "      Location: inner/template.yaml\n"
                                            "      Parameters: {TableArn: x, Seconds: 9}\n"},
                   {"app/inner/template.yaml", worker}});
  REQUIRE(read.loaded.templates.size() == 2);
  CHECK(read.loaded.templates[1].evaluated.resources.at(0).properties.get("Timeout").as_integer() == 9);
}

TEST_CASE("templates that nest each other end, and the circle is told") {
  const Read circle({{"app/a.yaml", head + "Resources:\n" + stack("B", "./b.yaml")},
                     {"app/b.yaml", head + "Resources:\n" + stack("A", "./a.yaml")}});
  CHECK(circle.paths() == std::vector<std::string>{"app/a.yaml", "app/b.yaml"});
  CHECK(circle.tells("nested-cycle"));
  const Read self({{"app/a.yaml", head + "Resources:\n" + stack("Me", "a.yaml")}});
  CHECK(self.loaded.templates.size() == 1);
  CHECK(self.tells("nested-cycle"));
}

TEST_CASE("templates that multiply are bounded, and what is left out is told") {
  Files files;
  for (int i = 0; i < 9; ++i) {
    const std::string next = "t" + std::to_string(i + 1) + ".yaml";
    files["app/t" + std::to_string(i) + ".yaml"] =
        head + "Resources:\n" + stack("A", next) + stack("B", next) + stack("C", next);
  }
  files["app/t9.yaml"] = head + "Resources:\n  Q: {Type: AWS::SQS::Queue}\n";
  const Read read(files);
  CHECK(read.loaded.templates.size() <= 300);
  CHECK(read.tells("nested-not-read"));
}

TEST_CASE("only files within the project are opened") {
  const std::string location = GENERATE("../outside.yaml", "/etc/hostname", "gone.yaml", "note.txt");
  const Read read({{"app/main.yaml", head + "Resources:\n" + stack("S", location)},
                   {"outside.yaml", worker},
                   {"app/note.txt", "hello"}});
  CHECK(read.loaded.templates.size() == 1);
  CHECK(read.tells("nested-not-read"));
  CHECK(read.loaded.failures.empty());
}

TEST_CASE("URLs stay unknown") {
  const Read read(
      {{"app/main.yaml", head + "Resources:\n" + stack("S", "https://s3.amazonaws.com/b/t.yaml")}});
  CHECK_FALSE(read.tells("nested-not-read"));
}

TEST_CASE(
    "what is uploaded is the file of its name beside the stack's own, where that takes what is passed") {
  const std::string child = head +
                            "Parameters:\n  TableArn: {Type: String}\n  Seconds: {Type: Number, Default: 3}\n"
                            "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n";
  const auto main = [&](const std::string& url, const std::string& passed) {
    return head + "Parameters:\n  Bucket: {Type: String}\nResources:\n" + stack("S", url, passed);
  };
  const auto parent_of_second = [&](const std::string& url, const std::string& passed,
                                    const std::string& path) {
    const Read read({{"app/main.yaml", main(url, passed)}, {path, child}}, {"app"});
    REQUIRE(read.loaded.templates.size() == 2);
    CHECK_FALSE(read.tells("nested-not-read"));
    CHECK(read.loaded.failures.empty());
    return read.loaded.templates[1].parent;
  };
  const std::string url = "!Sub 'https://${Bucket}.s3.eu-west-1.amazonaws.com/mom/jobs.yaml'";
  CHECK(parent_of_second(url, "{TableArn: x}", "app/jobs.yaml") == 0);
  CHECK(parent_of_second(url, "{TableArn: x, Seconds: 9}", "app/mom/jobs.yaml") == 0);
  CHECK(parent_of_second("https://s3.amazonaws.com/shop/jobs.yaml", "{TableArn: x}", "app/jobs.yaml") == 0);
  CHECK_FALSE(parent_of_second(url, "{}", "app/jobs.yaml").has_value());                      // needs an ARN
  CHECK_FALSE(parent_of_second(url, "{TableArn: x, Other: y}", "app/jobs.yaml").has_value()); // another file
  CHECK_FALSE(parent_of_second(url, "{TableArn: x}", "app/worker.yaml").has_value());
  CHECK_FALSE(parent_of_second("!Sub 'https://s3/${Bucket}'", "{TableArn: x}", "app/jobs.yaml").has_value());
}

TEST_CASE("a stack whose URL ends in its own file's name is not its own") {
  const Read read(
      {{"app/main.yaml", head + "Resources:\n" + stack("S", "https://s3.amazonaws.com/b/main.yaml", "{}")}});
  CHECK(read.loaded.templates.size() == 1);
  CHECK_FALSE(read.tells("nested-cycle"));
}

TEST_CASE("a nested stack of the CDK is found by the asset beside its URL") {
  const Read read(
      {{"cdk.out/main.template.json",
        R"({"Resources": {"N": {"Type": "AWS::CloudFormation::Stack",
                        "Properties": {"TemplateURL": {"Fn::Sub": "https://s3/${AWS::Region}/x.json"}},
                        "Metadata": {"aws:asset:path": "n.nested.template.json",
                                     "aws:asset:property": "TemplateURL"}}}})"},
       {"cdk.out/n.nested.template.json", R"({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})"}},
      {"cdk.out"});
  REQUIRE(read.loaded.templates.size() == 2);
  CHECK(read.loaded.templates[1].parent == 0);
}

TEST_CASE("isolated templates are systems of their own, with what they nest") {
  const Read read({{"app/main.yaml", parent},
                   {"app/nested/worker.yaml", worker},
                   {"app/other.yaml", head + "Resources:\n  Q: {Type: AWS::SQS::Queue}\n"}},
                  {"app"}, true);
  REQUIRE(read.loaded.templates.size() == 3);
  CHECK(read.loaded.systems == 2);
  CHECK(read.loaded.templates[0].system == read.loaded.templates[1].system);
  CHECK(read.loaded.templates[0].system != read.loaded.templates[2].system);
}

TEST_CASE("files of resources that a service reads are parts of it, whoever finds them") {
  const std::string service = "service: shop\nprovider: {name: aws}\nresources:\n"
                              "  - ${file(parts/roles.yml)}\n  - ${file(parts/queues.yml)}\n";
  const std::string roles =
      "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: {RoleName: !GetAtt Q.QueueName}\n";
  const std::string queues = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n";
  const auto last = GENERATE_COPY(values<std::string>({"", head}));
  const Read read({{"app/serverless.yml", service},
                   {"app/parts/roles.yml", roles},
                   {"app/parts/queues.yml", last + queues},
                   {"app/parts/other.yml", queues}});
  // What says that it is a template is one on its own as well.
  const bool whole = !last.empty();
  CHECK(read.paths() ==
        (whole ? std::vector<std::string>{"app/parts/other.yml", "app/parts/queues.yml", "app/serverless.yml"}
               : std::vector<std::string>{"app/parts/other.yml", "app/serverless.yml"}));
  CHECK_FALSE(read.tells("undeclared-name"));
}

TEST_CASE("an include beside the template stands where the transform stood") {
  const std::string include = "{Name: AWS::Include, Parameters: {Location: ./part.yaml}}";
  const auto body = GENERATE_COPY(values<std::string>({
      "      Fn::Transform: " + include + "\n      QueueName: own\n",
      "      !Transform " + include + "\n",
      "      Fn::Transform: " + include + "\n",
  }));
  const Read read(
      {{"app/main.yaml", head + "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n" + body},
       {"app/part.yaml", "VisibilityTimeout: 77\nQueueName: theirs\n"}});
  REQUIRE(read.loaded.templates.size() == 1);
  const value::Value properties = read.loaded.templates[0].evaluated.resources.at(0).properties;
  CHECK(properties.get("VisibilityTimeout").as_integer() == 77);
  CHECK(read.sources.path(properties.get("VisibilityTimeout").span().file) == "app/part.yaml");
  const bool own = body.find("own") != std::string::npos;
  CHECK(properties.get("QueueName").as_string() == (own ? "own" : "theirs"));
}

TEST_CASE("the transform of a template may include sections") {
  const auto transform = GENERATE(values<std::string>({
      "Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}\n",
      "Transform: [AWS::LanguageExtensions, {Name: AWS::Include, Parameters: {Location: part.yaml}}]\n",
  }));
  const Read read(
      {{"app/main.yaml", head + transform + "Resources:\n  Q: {Type: AWS::SQS::Queue}\n"},
       {"app/part.yaml", "Resources:\n  T: {Type: AWS::SNS::Topic}\nMappings: {M: {a: {b: 1}}}\n"}},
      {"app/main.yaml"});
  REQUIRE(read.loaded.templates.size() == 1);
  CHECK(read.loaded.templates[0].evaluated.resources.size() == 2);
  CHECK_FALSE(read.tells("macro-not-run"));
}

TEST_CASE("a workflow's definition beside the template is read") {
  // Where it starts; empty where nothing was read.
  const auto with = [](const std::string& uri, const std::string& path, const std::string& text) {
    const std::string machine =
        head +
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Ship:\n"
        "    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: " +
        uri + "\n      DefinitionSubstitutions: {Seconds: 3}\n";
    const Read read({{"app/main.yaml", machine}, {path, text}}, {"app/main.yaml"});
    REQUIRE(read.loaded.templates.size() == 1);
    CHECK(read.loaded.failures.empty());
    const value::Value properties = read.loaded.templates[0].evaluated.resources.at(0).properties;
    return std::string(properties.at("DefinitionString.StartAt").as_string().value_or(""));
  };
  const std::string states =
      R"({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": ${Seconds}, "End": true}}})";
  CHECK(with("flows/ship.asl.json", "app/flows/ship.asl.json", states) == "Rest");
  CHECK(with("ship.yaml", "app/ship.yaml", "StartAt: Rest\nStates: {}\n") == "Rest");
  CHECK(with("ship.asl.json", "app/other.asl.json", states).empty());
  CHECK(with("ship.asl.json", "app/ship.asl.json", "{\"StartAt\": ").empty());
  CHECK(with("ship.asl.json", "app/ship.asl.json", R"({"StartAt": "Rest"})").empty());
  CHECK(with("s3://code/ship.asl.json", "app/ship.asl.json", states).empty());
  CHECK(with("../ship.asl.json", "ship.asl.json", states).empty()); // outside of the project
}

TEST_CASE("an include that can't be read stays unknown, with the reason") {
  const std::string location = GENERATE("gone.yaml", "../secret.yaml", "s3://bucket/part.yaml");
  const Read read(
      {{"app/main.yaml", head +
                             "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n"
                             "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: '" +
                             location + "'}}\n"},
       {"secret.yaml", "VisibilityTimeout: 1\n"}});
  REQUIRE(read.loaded.templates.size() == 1);
  CHECK(read.loaded.templates[0].evaluated.resources.at(0).properties.is_unknown());
  CHECK(read.tells("include-not-read") == (location != "s3://bucket/part.yaml"));
}

TEST_CASE("a resource that an unread include makes is no resource without a type") {
  const Read read(
      {{"app/main.yaml", head + "Resources:\n  Q:\n    Fn::Transform: {Name: AWS::Include, Parameters: "
                                "{Location: gone.yaml}}\n"}});
  CHECK(read.tells("include-not-read"));
  CHECK(!read.tells("missing-type"));
}

TEST_CASE("routes of an included OpenAPI document are routes of the API") {
  const std::string api =
      head + "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::Api\n"
             "    Properties:\n      StageName: prod\n      DefinitionBody:\n        Fn::Transform:\n"
             "          Name: AWS::Include\n          Parameters: {Location: ./api.yaml}\n"
             "  Work:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.12\n"
             "      Handler: a.b\n      CodeUri: .\n";
  const std::string document =
      "openapi: 3.0.1\npaths:\n  /work:\n    get:\n      x-amazon-apigateway-integration:\n        type: "
      "aws_proxy\n"
      "        httpMethod: POST\n        uri:\n          Fn::Sub: "
      "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Work.Arn}/invocations\n";
  Read read({{"app/main.yaml", api}, {"app/api.yaml", document}});
  const graph::System system = read.system();
  CHECK(has_edge(system, graph::EdgeKind::routes, "Api", "Work"));
}

TEST_CASE("a nested stack shows what it is passed and doesn't mask") {
  const auto nested = [](const std::string& declared, const std::string& used) {
    return head + "Parameters: {Login: " + declared +
           "}\nResources:\n  Db: {Type: AWS::RDS::DBInstance, Properties: {" + used + ": !Ref Login}}\n";
  };
  const auto echoes = [](const std::string& child) {
    Read read(
        {{"app/template.yaml", head + "Parameters: {Password: {Type: String, NoEcho: true}}\nResources:\n" +
                                   stack("Data", "data.yaml", "{Login: !Ref Password}")},
         {"app/data.yaml", child}});
    const graph::System system = read.system();
    const analysis::Facts facts(system, {});
    const cel::Value list = facts.table("parameters")->rows.front().field("echoes");
    std::string all;
    for (const cel::Value& one : *list.list()) all += one.display();
    return all;
  };
  CHECK(echoes(nested("{Type: String}", "DBName")) == "the parameters of `Data`");
  CHECK(echoes(nested("{Type: String, NoEcho: true}", "DBName")).empty());
  CHECK(echoes(nested("{Type: 'AWS::SSM::Parameter::Value<String>'}", "DBName")).empty());
  CHECK(echoes(nested("{Type: String}", "MasterUserPassword")).empty()); // which is told of there
}
