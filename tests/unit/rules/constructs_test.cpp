// SPDX-License-Identifier: Apache-2.0
#include "rules/constructs.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

/// A queue `jobs` with its worker, as serverless-lift makes them.
struct Lifted {
  dialect::Resource queue, worker, mapping;
  graph::System system;

  Lifted() {
    const text::Span at{{}, 40, 44};
    queue.logical_id = "jobsQueueCEDBAE3E";
    queue.type = "AWS::SQS::Queue";
    queue.author = {
        .id = "jobs", .type = "serverless construct", .span = at, .generated = false, .feature = {}};
    worker.logical_id = "JobsWorkerLambdaFunction";
    worker.type = "AWS::Lambda::Function";
    worker.author = {
        .id = "jobsWorker", .type = "serverless function", .span = at, .generated = false, .feature = {}};
    mapping.logical_id = "JobsWorkerEventSourceMappingSQS";
    mapping.type = "AWS::Lambda::EventSourceMapping";
    mapping.author = worker.author;
    for (const dialect::Resource* resource : {&queue, &worker, &mapping}) {
      graph::Node& node = system.nodes.emplace_back();
      node.resource = resource;
      node.type = resource->type;
    }
  }
};

} // namespace

TEST_CASE("fixes speak of constructs where serverless-lift makes what they change") {
  const Lifted lifted;
  rules::Constructs constructs(lifted.system);
  const auto moved = [&](std::string fix) { return constructs.spoken(std::move(fix)); };
  CHECK(moved("functions:\n  jobsWorker: {timeout: 5}\n") ==
        "constructs:\n  jobs:\n    worker: {timeout: 5}\n");
  CHECK(moved("functions:\n  other:\n    timeout: 5\n  jobsWorker:\n    timeout: 5\n") ==
        "functions:\n  other:\n    timeout: 5\nconstructs:\n  jobs:\n    worker:\n      timeout: 5\n");
  CHECK(moved("resources:\n  extensions:\n    jobsQueueCEDBAE3E:\n      Properties: {DelaySeconds: 1}\n") ==
        "constructs:\n  jobs:\n    extensions:\n      queue:\n        Properties: {DelaySeconds: 1}\n");
  CHECK(moved("resources:\n  extensions:\n    JobsWorkerEventSourceMappingSQS:   # more\n      Properties: "
              "{BatchSize: 10}\n") == "constructs:\n  jobs:\n    batchSize: 10\n");
  CHECK(moved("provider:\n  timeout: 10\n") == "provider:\n  timeout: 10\n");
}
