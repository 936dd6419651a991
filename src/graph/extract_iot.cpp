// SPDX-License-Identifier: Apache-2.0
// IoT: what a topic rule does with a message.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

struct Action {
  std::string_view name;
  std::string_view target;
};

constexpr Action actions[] = {
    {"DynamoDB", "TableName"},
    {"DynamoDBv2", "PutItem.TableName"},
    {"Firehose", "DeliveryStreamName"},
    {"Http", "Url"},
    {"Kinesis", "StreamName"},
    {"Lambda", "FunctionArn"},
    {"OpenSearch", "Endpoint"},
    {"S3", "BucketName"},
    {"Sns", "TargetArn"},
    {"Sqs", "QueueUrl"},
    {"StepFunctions", "StateMachineName"},
};

void link_action(Site& site, const value::Value& entry, bool failed) {
  for (const Action& action : actions) {
    const value::Value settings = entry.get(action.name);
    if (!settings.is_present()) continue;
    const Link link{.kind = EdgeKind::dead_letters,
                    .from = site.self,
                    .to = {},
                    .mode = Mode::asynchronous,
                    .settings = entry,
                    .text = site.says(failed ? "error action of rule" : "action of rule")};
    if (failed) {
      site.link(link, settings.at(action.target));
    } else {
      site.deliver(link, settings.at(action.target));
    }
  }
}

} // namespace

void extract_topic_rule(Site& site) {
  const value::Value payload = site.get("TopicRulePayload");
  for (const value::Value& entry : entries(payload.get("Actions"))) link_action(site, entry, false);
  for (const value::Value& entry : entries(payload.get("ErrorAction"))) link_action(site, entry, true);
}

} // namespace slsaudit::graph
