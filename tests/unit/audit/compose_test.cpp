// SPDX-License-Identifier: Apache-2.0
// Several services of one compose file, linked by what one puts out and another is given.
#include "audit/pipeline.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

const std::string compose = "services:\n"
                            "  orders:\n"
                            "    path: orders\n"
                            "  mail:\n"
                            "    path: services/mail\n"
                            "    params:\n"
                            "      queue: ${orders.QueueArn}\n"
                            "      name: ${sls:stage}-${orders.QueueName}-x\n"
                            "      size: 7\n";
const std::string orders = "service: orders\n"
                           "provider: {name: aws, runtime: nodejs20.x}\n"
                           "resources:\n"
                           "  Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n"
                           "  Outputs:\n"
                           "    QueueArn: {Value: !GetAtt Queue.Arn}\n"
                           "    QueueName: {Value: !GetAtt Queue.QueueName}\n";
const std::string mail = "service: mail\n"
                         "provider: {name: aws, runtime: nodejs20.x}\n"
                         "functions:\n"
                         "  send:\n"
                         "    handler: a.b\n"
                         "    environment: {NAME: '${param:name}'}\n"
                         "    events:\n"
                         "      - sqs: {arn: '${param:queue}', batchSize: '${param:size}'}\n";

struct Run {
  text::MemoryFileSystem files;
  text::SourceMap sources;
  text::Arena arena;
  audit::Audited audited;

  Run(Files given, std::vector<std::string> paths) : files(std::move(given)) {
    audit::Request request;
    request.input.paths = std::move(paths);
    audited = audit::audit(request, files, sources, arena);
  }
  [[nodiscard]] bool polls() const {
    for (const graph::System& system : audited.systems) {
      for (const graph::Edge& edge : system.edges) {
        if (test::dump_edge(system, edge).starts_with("Queue -polls-> SendLambdaFunction")) return true;
      }
    }
    return false;
  }
  [[nodiscard]] std::string notes() const {
    std::string out;
    for (const text::Problem& note : audited.result.notes) {
      if (note.name == "service-not-read") out += note.message + "\n";
    }
    return out;
  }
};

} // namespace

TEST_CASE("a compose file's services are one system, and outputs become references") {
  const Files files{{"p/serverless-compose.yml", compose},
                    {"p/orders/serverless.yml", orders},
                    {"p/services/mail/serverless.yaml", mail}};
  const std::string path = GENERATE("p", "p/serverless-compose.yml");
  CAPTURE(path);
  const Run run(files, {path});
  CHECK(run.audited.result.failures.empty());
  CHECK(run.audited.result.errors.empty());
  CHECK(run.notes().empty());
  CHECK(run.audited.result.statistics.templates == 2);
  CHECK(run.audited.systems.size() == 1);
  CHECK(run.polls());
}

TEST_CASE("values that a compose file gives are worked out in the service") {
  const Run run(Files{{"serverless-compose.yml", compose},
                      {"orders/serverless.yml", orders},
                      {"services/mail/serverless.yml", mail}},
                {"serverless-compose.yml"});
  REQUIRE(run.audited.systems.size() == 1);
  std::string name;
  std::string size;
  for (const dialect::Template& source : run.audited.systems[0].templates) {
    for (const dialect::Resource& resource : source.resources) {
      if (resource.logical_id == "SendLambdaFunction")
        name = resource.properties.at("Environment.Variables.NAME").display();
      if (resource.type == "AWS::Lambda::EventSourceMapping")
        size = resource.properties.at("BatchSize").display();
    }
  }
  CHECK(name == "dev-${orders.QueueName}-x");
  CHECK(size == "7");
}

TEST_CASE("outputs of a stack that another service names are references too") {
  std::string reader = mail;
  reader.replace(reader.find("${param:queue}"), 14, "${cf:orders-dev.QueueArn}");
  reader.replace(reader.find("${param:size}"), 13, "5");
  CHECK(Run(Files{{"p/a/serverless.yml", orders}, {"p/b/serverless.yml", reader}}, {"p"}).polls());
  // Two stacks of one name: nobody knows which is meant.
  CHECK_FALSE(Run(Files{{"p/a/serverless.yml", orders},
                        {"p/b/serverless.yml", reader},
                        {"p/c/serverless.yml", orders}},
                  {"p"})
                  .polls());
}

TEST_CASE("services that aren't there, or lie outside of the project, are told") {
  const Run missing(Files{{"p/serverless-compose.yml", compose}, {"p/orders/serverless.ts", "x"}}, {"p"});
  CHECK(missing.audited.result.statistics.templates == 0);
  CHECK(missing.notes() ==
        "the service `orders` is not read: no service file that can be read is in `p/orders`\n"
        "the service `mail` is not read: no service file that can be read is in `p/services/mail`\n");
  const Run outside(
      Files{{"p/serverless-compose.yml", "services: {a: {path: ../q}}\n"}, {"q/serverless.yml", orders}},
      {"p"});
  CHECK(outside.audited.result.statistics.templates == 0);
  CHECK(outside.notes() == "the service `a` is not read: `q/serverless.yml` is outside of the project\n");
}

TEST_CASE("a compose file of the wrong shape is an error") {
  for (const std::string text :
       {"services: [a]\n", "x: 1\n", "services: {a: b}\n", "services: {a: {path: b, params: 7}}\n"}) {
    CAPTURE(text);
    const Run run(Files{{"serverless-compose.yml", text}}, {"serverless-compose.yml"});
    CHECK(run.audited.result.errors.size() == 1);
    CHECK(run.audited.result.failures.empty());
  }
}
