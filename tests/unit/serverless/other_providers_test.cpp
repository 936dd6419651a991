// SPDX-License-Identifier: Apache-2.0
// Services for platforms other than AWS: what is common to all of them.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

struct Row {
  std::string name;
  std::string service;
  std::vector<std::string> ids;
};

} // namespace

TEST_CASE("functions, events and resources of other platforms become generic resources") {
  const auto row = GENERATE(values<Row>({
      {"google",
       "provider: {name: google, runtime: nodejs20}\n"
       "functions:\n"
       "  one: {handler: http, events: [{http: path}]}\n"
       "  two: {handler: f, events: [{event: {eventType: "
       "providers/cloud.pubsub/eventTypes/topic.publish, resource: projects/p/topics/orders}}]}\n"
       "  three: {handler: f, events: [{event: {eventType: google.storage.object.finalize, resource: "
       "uploads}}]}\n"
       "resources: {resources: [{type: storage.v1.bucket, name: uploads}, {type: x.v1.thing, name: t}]}\n",
       {"OneApi other::google::Api", "OneFunction other::google::Function",
        "OrdersTopic other::google::Topic", "TResource other::google::Resource",
        "ThreeFunction other::google::Function", "TwoFunction other::google::Function",
        "UploadsBucket other::google::Bucket"}},
      {"azure",
       "provider: {name: azure}\n"
       "functions:\n"
       "  hello:\n"
       "    handler: src/hello.handler\n"
       "    events:\n"
       "      - http: true\n"
       "        x-azure-settings: {authLevel: anonymous}\n"
       "      - queue: true\n"
       "        x-azure-settings: {name: record, queueName: orders, direction: out}\n"
       "  work:\n"
       "    handler: src/work.handler\n"
       "    events: [{queue: orders}, {timer: '0 */5 * * * *'}]\n",
       {"HelloApi other::azure::Api", "HelloFunction other::azure::Function",
        "OrdersQueue other::azure::Queue", "WorkFunction other::azure::Function",
        "WorkSchedule other::azure::Schedule"}},
      {"openwhisk",
       "provider: openwhisk\nfunctions: {a-b: {handler: h.main, events: [{schedule: cron(* * * * *)}, "
       "http]}}\n",
       {"AbApi other::openwhisk::Api", "AbFunction other::openwhisk::Function",
        "AbSchedule other::openwhisk::Schedule"}},
      {"two keys that are spelled alike",
       "provider: {name: kubeless}\nfunctions: {a-b: {handler: h}, a_b: {handler: h}}\n",
       {"AbFunction other::kubeless::Function", "AbFunction2 other::kubeless::Function"}},
      {"an event that nobody knows",
       "provider: {name: knative}\nfunctions: {f: {handler: h, events: [{custom: {filter: x}}]}}\n",
       {"FEvent other::knative::Event", "FFunction other::knative::Function"}},
      {"no functions", "provider: {name: cloudflare}\n", {}},
  }));
  CAPTURE(row.name);
  const Lowering lowering("service: shop\n" + row.service);
  CHECK(lowering.ids() == row.ids);
  CHECK(lowering.problems(true) == "note other-provider");
}

TEST_CASE("functions of other platforms have what is written, and nothing more") {
  const Lowering lowering("service: shop\n"
                          "provider: {name: google, runtime: nodejs20, timeout: 60s, environment: {A: 1}}\n"
                          "functions:\n"
                          "  f: {handler: h, memory: 256, environment: {B: 2}}\n"
                          "  g: {script: g, timeout: 5}\n");
  CHECK(lowering.shown("FFunction", "FunctionName") == R"("f")");
  CHECK(lowering.shown("FFunction", "Runtime") == R"("nodejs20")");
  CHECK(lowering.shown("FFunction", "MemorySize") == "256");
  CHECK(lowering.shown("FFunction", "Timeout") == "60");
  CHECK(lowering.shown("FFunction", "Environment") == R"({"Variables":{"A":1,"B":2}})");
  CHECK(lowering.shown("GFunction", "Handler") == R"("g")");
  CHECK(lowering.shown("GFunction", "Timeout") == "5");
  CHECK(lowering.shown("GFunction", "MemorySize") == "absent");
  const text::Span span = lowering.find("GFunction")->author.span;
  CHECK(lowering.sources.text(span) == "g");
}

TEST_CASE("an event of another platform refers to its source") {
  const Lowering lowering("service: shop\nprovider: {name: azure}\n"
                          "functions: {f: {handler: h, events: [{queue: orders}]}}\n");
  CHECK(lowering.shown("FFunction", "Events") == R"([{"Type":"queue","Source":{"Ref":"OrdersQueue"}}])");
  CHECK(lowering.shown("OrdersQueue", "Name") == R"("orders")");
}

} // namespace slsaudit
