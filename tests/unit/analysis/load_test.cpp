// SPDX-License-Identifier: Apache-2.0
// Demands, bounds, starvation, saturation: computed by hand.
#include "analysis/analyses.hpp"
#include "analysis/demand.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"
#include "support/pieces.hpp"

#include <cmath>

using namespace slsaudit;
using support::function_tail;
using support::Model;

namespace {

std::string function(const std::string& id, const std::string& properties = "Timeout: 10") {
  return "  " + id + ": {Type: AWS::Lambda::Function, Properties: {" + properties + ", " + function_tail +
         "}}\n";
}

std::string mapping(const std::string& source, const std::string& target, const std::string& more = "") {
  return "  " + source + target +
         ": {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt " + source +
         ".Arn, FunctionName: !Ref " + target + (more.empty() ? "" : ", " + more) + "}}\n";
}

const std::string queue = "  Jobs: {Type: AWS::SQS::Queue}\n";
const std::string stream = "  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 4}}\n";
const std::string schedule =
    "  Nightly: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), "
    "Targets: [{Id: a, Arn: !GetAtt F.Arn}]}}\n";
const std::string topic =
    "  News: {Type: AWS::SNS::Topic}\n"
    "  Sub: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: lambda, "
    "Endpoint: !GetAtt F.Arn}}\n";

/// An API with one route to F, as SAM writes it.
std::string api(const std::string& throttle, const std::string& function_properties = "Timeout: 10") {
  return "Transform: AWS::Serverless-2016-10-31\nResources:\n"
         "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod" +
         throttle +
         "}}\n"
         "  F: {Type: AWS::Serverless::Function, Properties: {" +
         function_properties +
         ", CodeUri: ., Handler: i.h, Runtime: nodejs22.x, Events: {Get: {Type: Api, Properties: {Path: /, "
         "Method: "
         "get, RestApiId: !Ref Api}}}}}\n";
}

const std::string throttle = ", MethodSettings: [{ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: "
                             "20, ThrottlingBurstLimit: 5}]";

analysis::Settings with_load(double scale = 1) {
  analysis::Settings settings;
  settings.load.entries["Api"] = {.rate = 50, .burst = 10, .payload_kb = 2};
  settings.load.entries["Jobs"] = {.rate = 100, .burst = 500, .payload_kb = std::nullopt};
  settings.load.entries["Clicks"] = {.rate = 1000, .burst = std::nullopt, .payload_kb = 1};
  settings.load.entries["News"] = {.rate = 10, .burst = 20, .payload_kb = std::nullopt};
  settings.load.functions["F"] = {.duration_ms = 500, .connections = 3};
  settings.load.scale = scale;
  return settings;
}

} // namespace

TEST_CASE("what triggers allow is the bound of a function") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< demand_kind, demand, declared, possible, pool
  };
  const std::string resources = "Resources:\n";
  const Case cases[] = {
      {"nothing starts it", resources + function("F"), "none | null | false | 1000 | unreserved\n"},
      {"a queue, as far as the platform's pollers go",
       resources + queue + function("F") + mapping("Jobs", "F"),
       "bound | 1250 | false | 1000 | unreserved\n"},
      {"a queue with MaximumConcurrency",
       resources + queue + function("F") + mapping("Jobs", "F", "ScalingConfig: {MaximumConcurrency: 15}"),
       "bound | 15 | true | 15 | unreserved\n"},
      {"a queue, and a reservation below",
       resources + queue + function("F", "ReservedConcurrentExecutions: 7") +
           mapping("Jobs", "F", "ScalingConfig: {MaximumConcurrency: 15}"),
       "bound | 15 | true | 7 | reserved\n"},
      {"a maximum that isn't known",
       "Parameters: {M: {Type: Number}}\n" + resources + queue + function("F") +
           mapping("Jobs", "F", "ScalingConfig: {MaximumConcurrency: !Ref M}"),
       "bound | ? | false | ? | unreserved\n"},
      {"shards", resources + stream + function("F") + mapping("Clicks", "F", "StartingPosition: LATEST"),
       "bound | 4 | true | 4 | unreserved\n"},
      {"shards times ParallelizationFactor",
       resources + stream + function("F") +
           mapping("Clicks", "F", "StartingPosition: LATEST, ParallelizationFactor: 10"),
       "bound | 40 | true | 40 | unreserved\n"},
      {"shards of a stream on demand",
       resources +
           "  Clicks: {Type: AWS::Kinesis::Stream, Properties: {StreamModeDetails: {StreamMode: "
           "ON_DEMAND}}}\n" +
           function("F") + mapping("Clicks", "F", "StartingPosition: LATEST"),
       "bound | ? | false | ? | unreserved\n"},
      {"a schedule", resources + schedule + function("F"), "bound | 1 | true | 1 | unreserved\n"},
      {"a topic", resources + topic + function("F"), "unbounded | null | false | 1000 | unreserved\n"},
      {"a topic and a reservation", resources + topic + function("F", "ReservedConcurrentExecutions: 7"),
       "unbounded | null | false | 7 | reserved\n"},
      {"a schedule and a queue",
       resources + schedule + queue + function("F") +
           mapping("Jobs", "F", "ScalingConfig: {MaximumConcurrency: 15}"),
       "bound | 16 | true | 16 | unreserved\n"},
      {"an API without a throttle", api(""), "unbounded | null | false | 1000 | unreserved\n"},
      {"an API's throttle times the timeout, and its burst", api(throttle),
       "bound | 205 | true | 205 | unreserved\n"},
      {"what its own method lets through wins",
       api(", MethodSettings: [{ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 20}, "
           "{ResourcePath: /, "
           "HttpMethod: GET, ThrottlingRateLimit: 3}]"),
       "bound | 30 | true | 30 | unreserved\n"},
      {"a shorter timeout needs less", api(throttle, "Timeout: 2"), "bound | 45 | true | 45 | unreserved\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(c.text);
      CHECK(model.rows("concurrency", {"demand_kind", "demand", "declared", "possible", "pool"}) ==
            c.expected);
    }
  }
}

TEST_CASE("a load profile needs rate times duration, and bursts that nothing holds back") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< demand_kind, rate, burst, duration, demand
  };
  const std::string resources = "Resources:\n";
  const Case cases[] = {
      {"an API", api(""), "profile | 50 | 10 | 500 | 35\n"},
      {"a queue hands over batches, and holds bursts back",
       resources + queue + function("F") + mapping("Jobs", "F", "BatchSize: 5"),
       "profile | 20 | 0 | 500 | 10\n"},
      {"the platform's batches of ten", resources + queue + function("F") + mapping("Jobs", "F"),
       "profile | 10 | 0 | 500 | 5\n"},
      {"two consumers share a queue",
       resources + queue + function("F") + function("G", "Timeout: 1") +
           mapping("Jobs", "F", "BatchSize: 1") + mapping("Jobs", "G", "BatchSize: 1"),
       "profile | 50 | 0 | 500 | 25\nprofile | 50 | 0 | 1000 | 50\n"},
      {"a stream hands everything to each of its readers",
       resources + stream + function("F") + function("G", "Timeout: 1") +
           mapping("Clicks", "F", "BatchSize: 100, StartingPosition: LATEST") +
           mapping("Clicks", "G", "BatchSize: 50, StartingPosition: LATEST"),
       "profile | 10 | 0 | 500 | 5\nprofile | 20 | 0 | 1000 | 20\n"},
      {"a topic passes bursts on", resources + topic + function("F"), "profile | 10 | 20 | 500 | 25\n"},
      {"a schedule fires as it does, whatever the load", resources + schedule + function("F"),
       "profile | 1.1574074074074075e-05 | 0 | 500 | 5.787037037037038e-06\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(c.text, with_load());
      CHECK(model.rows("concurrency", {"demand_kind", "rate", "burst", "duration", "demand"}) == c.expected);
    }
  }
}

namespace {

const std::vector<std::string>& systems() {
  static const std::vector<std::string> texts{
      api(""),
      api(throttle),
      "Resources:\n" + queue + function("F") + mapping("Jobs", "F", "BatchSize: 5"),
      "Resources:\n" + stream + function("F") + mapping("Clicks", "F", "StartingPosition: LATEST"),
      "Resources:\n" + topic + function("F"),
      "Resources:\n" + topic + queue + stream + function("F") + mapping("Jobs", "F") +
          mapping("Clicks", "F", "StartingPosition: LATEST"),
  };
  return texts;
}

std::vector<double> demands(const Model& model) {
  std::vector<double> all;
  const analysis::Demands found(model.facts());
  for (const analysis::Demand& demand : found.all()) all.push_back(demand.load);
  return all;
}

std::int64_t possible(const Model& model) {
  const cel::Value cell = model.table("concurrency")->rows.front().field("possible");
  return cell.integer() != nullptr ? *cell.integer() : -1;
}

} // namespace

TEST_CASE("scaling the load scales every demand and every running cost alike") {
  for (const std::string& text : systems()) {
    INFO(text);
    const Model base(text, with_load());
    for (const double scale : {0.1, 2.0, 10.0, 1000.0}) {
      const Model scaled(text, with_load(scale));
      const std::vector<double> before = demands(base);
      const std::vector<double> after = demands(scaled);
      REQUIRE(before.size() == after.size());
      for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(std::fabs(after[i] - before[i] * scale) <= 1e-9 * std::fabs(after[i]));
      const auto cost = [](const Model& model) {
        double total = 0;
        for (const analysis::Row& row : model.facts().table("costs")->rows) {
          if (*row.field("basis").string() == "profile") total += *row.field("usd").number();
        }
        return total;
      };
      CHECK(cost(base) > 0);
      CHECK(std::fabs(cost(scaled) - cost(base) * scale) <= 1e-9 * cost(scaled));
    }
  }
}

TEST_CASE("a bound never raises a demand") {
  struct Change {
    const char* what;
    const char* find;
    const char* replace;
  };
  const Change changes[] = {
      {"a reservation", "Timeout: 10", "Timeout: 10, ReservedConcurrentExecutions: 30"},
      {"a shorter timeout", "Timeout: 10", "Timeout: 1"},
      {"a maximum on mappings", "FunctionName: !Ref F",
       "FunctionName: !Ref F, ScalingConfig: {MaximumConcurrency: 3}"},
      {"a throttle", "StageName: prod}", "StageName: prod" /* closed below */},
  };
  for (const std::string& text : systems()) {
    for (const Change& change : changes) {
      const std::size_t at = text.find(change.find);
      if (at == std::string::npos) continue;
      std::string replacement = change.replace;
      if (replacement == "StageName: prod") replacement += throttle + "}";
      std::string bounded = text;
      bounded.replace(at, std::string(change.find).size(), replacement);
      INFO(change.what << "\n" << text);
      const std::int64_t before = possible(Model(text));
      const std::int64_t after = possible(Model(bounded));
      CHECK((before < 0 || after <= before));
      CHECK(demands(Model(bounded, with_load())) == demands(Model(text, with_load())));
      const auto total = [](const Model& model) {
        return *model.facts().table("concurrency_demand")->rows.front().field("demand").number();
      };
      CHECK(total(Model(bounded, with_load())) <= total(Model(text, with_load())));
    }
  }
}

TEST_CASE("the demand of all functions is their sum, an API's requests counted once") {
  const std::string two_routes =
      api(throttle) +
      "  G: {Type: AWS::Serverless::Function, Properties: {Timeout: 30, CodeUri: ., Handler: i.h, Runtime: "
      "nodejs22.x, "
      "Events: {Put: {Type: Api, Properties: {Path: /, Method: put, RestApiId: !Ref Api}}}}}\n";
  // 20/s × 29 s (the integration's limit isn't declared, so G's timeout of 30 s holds) + 5
  const Model model(two_routes);
  CHECK(model.rows("concurrency_demand", {"function", "demand", "declared", "complete", "limit"}) ==
        "`G` | 605 | 605 | true | 1000\n");
  CHECK(model.rows("concurrency_budget", {"demand", "pool_demand", "unbounded"}) == "605 | 605 | 0\n");

  // An API that is shut off lets nothing in.
  CHECK(Model(api(", MethodSettings: [{ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 0, "
                  "ThrottlingBurstLimit: 0}]"))
            .rows("concurrency_demand", {"demand", "complete", "terms"}) == "0 | true | 1\n");

  const Model mixed("Resources:\n" + topic + queue + function("F", "ReservedConcurrentExecutions: 100") +
                    function("G") + mapping("Jobs", "G", "ScalingConfig: {MaximumConcurrency: 950}"));
  CHECK(mixed.rows("concurrency_demand", {"demand", "unreserved", "complete", "terms"}) ==
        "1050 | 950 | true | 2\n");

  const Model loaded("Resources:\n" + topic + function("F", "ReservedConcurrentExecutions: 10"), with_load());
  CHECK(loaded.rows("concurrency_demand", {"kind", "demand"}) == "profile | 10\n");
  CHECK(Model("Resources:\n" + queue).rows("concurrency_demand", {"demand"}).empty());
  const Model open("Resources:\n" + topic + function("F"));
  CHECK(open.rows("concurrency_demand", {"demand", "complete", "unbounded"}) == "0 | false | [`F`]\n");
}

TEST_CASE("background work without a bound starves whom people wait for") {
  const std::string waiting =
      "  Front: {Type: AWS::Lambda::Function, Properties: {" + function_tail +
      "}}\n  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Front, AuthType: NONE}}\n";
  const std::string reserved =
      "  Front: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 50, " +
      function_tail +
      "}}\n  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Front, AuthType: NONE}}\n";
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< background, user
  };
  const std::string r = "Resources:\n";
  const std::string machine = "  Flow: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: "
                              "{StartAt: A, States: {A: {Type: "
                              "Task, Resource: !GetAtt F.Arn, End: true}}}}}\n";
  const auto starts = [](const std::string& when) {
    return "  Rule: {Type: AWS::Events::Rule, Properties: {" + when +
           ", Targets: [{Id: f, Arn: !GetAtt Flow.Arn, RoleArn: \"arn:aws:iam::111122223333:role/r\"}]}}\n";
  };
  const Case cases[] = {
      {"a topic", r + waiting + topic + function("F"), "`F` | `Front`\n"},
      {"a queue whose pollers take the whole account",
       r + waiting + queue + function("F") + mapping("Jobs", "F"), "`F` | `Front`\n"},
      {"a queue with a maximum",
       r + waiting + queue + function("F") + mapping("Jobs", "F", "ScalingConfig: {MaximumConcurrency: 15}"),
       ""},
      {"a schedule", r + waiting + schedule + function("F"), ""},
      {"shards", r + waiting + stream + function("F") + mapping("Clicks", "F", "StartingPosition: LATEST"),
       ""},
      {"the background reserves", r + waiting + topic + function("F", "ReservedConcurrentExecutions: 5"), ""},
      {"the other reserves", r + reserved + topic + function("F"), ""},
      {"nobody waits", r + topic + function("F"), ""},
      {"a workflow that nothing in sight starts", r + waiting + machine + function("F"), ""},
      {"a workflow on a schedule",
       r + waiting + machine + starts("ScheduleExpression: rate(1 hour)") + function("F"), ""},
      {"a workflow that events start",
       r + waiting + machine + starts("EventPattern: {source: [shop]}") + function("F"), "`F` | `Front`\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("starvation", {"background", "user"}) == c.expected);
    }
  }
  analysis::Settings large;
  large.account_concurrency = 5000;
  const Model roomy(r + waiting + queue + function("F") + mapping("Jobs", "F"), large);
  CHECK(roomy.rows("starvation", {"background"}).empty()); // 1,250 leave room
}

TEST_CASE("limits are told in the order in which the load reaches them") {
  const Model model(api(throttle, "Timeout: 10, ReservedConcurrentExecutions: 100"), with_load());
  CHECK(model.rows("saturation", {"what", "limit", "load", "factor", "rate"}) ==
        "its throttle | 20 | 50 | 0.4 | 20\n"
        "its throttle's burst | 5 | 10 | 0.5 | 25\n"
        "its reserved concurrency | 100 | 35 | 2.857142857142857 | 142.85714285714286\n"
        "the account's API request rate | 10000 | 50 | 200 | 10000\n");
  const Model shards("Resources:\n" + stream + function("F") +
                         mapping("Clicks", "F", "StartingPosition: LATEST, BatchSize: 100"),
                     with_load());
  CHECK(shards.rows("saturation", {"what", "limit", "load", "factor"}) ==
        "`Clicks` has 4 shards | 4 | 5 | 0.8\n"
        "the records of its 4 shards | 4000 | 1000 | 4\n"
        "the throughput of its 4 shards | 4096 | 1000 | 4.096\n"
        "the account's unreserved concurrency | 1000 | 5 | 200\n");
  CHECK(Model(api(throttle)).rows("saturation", {"what"}).empty());
}

TEST_CASE("limits of what stands behind the entries are told at the load that gets there") {
  const std::vector<std::string> columns{"what", "limit", "load", "factor"};
  // 100 messages a second in tens for 500 ms each are 5 executions.
  CHECK(Model("Resources:\n" + queue + function("F") +
                  mapping("Jobs", "F", "ScalingConfig: {MaximumConcurrency: 2}"),
              with_load())
            .rows("saturation", columns) == "`Jobs` may run 2 (MaximumConcurrency) | 2 | 5 | 0.4\nthe "
                                            "account's unreserved concurrency | 1000 | 5 | 200\n");
  // A schedule's load doesn't grow, so it reaches nothing.
  CHECK(Model("Resources:\n" + schedule + function("F"), with_load()).rows("saturation", columns).empty());
  // The service's API isn't in the profile.
  CHECK(Model("service: shop\nprovider: {name: aws, runtime: nodejs22.x}\n"
              "functions: {take: {handler: a.b, events: [{httpApi: 'POST /orders'}]}}\n",
              with_load())
            .rows("saturation", columns)
            .empty());
}

TEST_CASE("what a loop hands on the first time counts, and what it brings back doesn't") {
  // 100/s come into Jobs, of which F makes 10 invocations; what it sends back to Jobs is left out.
  const std::string role =
      "  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: "
      "{Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn}]}}]}}\n";
  const std::string looping = "  F: {Type: AWS::Lambda::Function, Properties: {Timeout: 10, Role: !GetAtt "
                              "R.Arn, Runtime: nodejs22.x}}\n";
  const Model loop("Resources:\n" + queue + role + looping + mapping("Jobs", "F"), with_load());
  CHECK(loop.rows("loops", {"way"}) == "`Jobs` → `F` → `Jobs`\n");
  CHECK(loop.rows("concurrency", {"demand_kind", "rate", "demand"}) == "profile | 10 | 5\n");
  // 50/s of the API reach Jobs through F; G works them off in tens and sends some back.
  const std::string policies = "Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}}]";
  const std::string tail = "  G: {Type: AWS::Serverless::Function, Properties: {" + policies +
                           ", CodeUri: ., Handler: i.h, Runtime: nodejs22.x, Events: {Job: {Type: SQS, "
                           "Properties: {Queue: !GetAtt "
                           "Jobs.Arn}}}}}\n" +
                           queue;
  analysis::Settings settings;
  settings.load.entries["Api"] = {.rate = 50, .burst = std::nullopt, .payload_kb = std::nullopt};
  const Model behind(api("", policies) + tail, settings);
  CHECK(behind.rows("loops", {"way"}) == "`G` → `Jobs` → `G`\n");
  CHECK(behind.rows("concurrency", {"function", "rate"}) == "`F` | 50\n`G` | 5\n");
}
