// SPDX-License-Identifier: Apache-2.0
// Step Functions: what the states of a definition call, whether by a function's ARN or by a service
// integration.
#include "graph/actions.hpp"
#include "graph/asl.hpp"
#include "graph/extract.hpp"

#include <algorithm>
#include <optional>

namespace slsaudit::graph {

namespace {

/// "arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken", taken apart.
struct Integration {
  std::string service;
  std::string action; ///< As in IAM: "SendMessage".
  bool waits = false; ///< For a task token or for the called one to end.
};

struct TargetParameter {
  std::string_view service;
  std::string_view parameter;
};

constexpr TargetParameter target_parameters[] = {
    {"apigateway", "ApiEndpoint"},
    {"athena", "WorkGroup"},
    {"batch", "JobDefinition"},
    {"batch", "JobQueue"},
    {"codebuild", "ProjectName"},
    {"dynamodb", "TableName"},
    {"ecs", "TaskDefinition"},
    {"firehose", "DeliveryStreamName"},
    {"glue", "JobName"},
    {"glue", "Name"},
    {"http", "ApiEndpoint"},
    {"kinesis", "StreamName"},
    {"lambda", "FunctionName"},
    {"s3", "Bucket"},
    {"secretsmanager", "SecretId"},
    {"sfn", "StateMachineArn"},
    {"sns", "TopicArn"},
    {"sqs", "QueueUrl"},
    {"ssm", "Name"},
    {"states", "StateMachineArn"},
};

std::optional<Integration> integration_of(const value::Value& resource) {
  const auto spelling = spell(resource);
  if (!spelling) return std::nullopt;
  const auto arn = parse_arn(spelling->text);
  if (!arn || arn->service != "states" || !arn->account.empty()) return std::nullopt;
  std::string_view rest = arn->resource;
  if (rest.starts_with("aws-sdk:")) rest.remove_prefix(8);
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon + 1 >= rest.size()) return std::nullopt;
  Integration result{.service = std::string(rest.substr(0, colon)), .action = {}};
  rest.remove_prefix(colon + 1);
  result.action = std::string(rest.substr(0, rest.find('.')));
  if (result.action.empty()) return std::nullopt; // "arn:aws:states:::sqs:.sync"
  char& first = result.action.front();
  if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  result.waits = rest.find(".sync") != std::string_view::npos ||
                 rest.find(".waitForTaskToken") != std::string_view::npos;
  return result;
}

/// Service names in integrations differ from IAM's in one case, and calls of functions and URLs have no IAM
/// name.
std::vector<FlowAction> actions_of(const Integration& integration) {
  if (integration.service == "lambda" || integration.service == "http" ||
      integration.service == "apigateway") {
    return {{.service = {},
             .name = {},
             .kind = EdgeKind::invokes,
             .mode = Mode::synchronous,
             .target_service = {}}};
  }
  const std::string_view service =
      integration.service == "sfn" ? "states" : std::string_view(integration.service);
  std::vector<FlowAction> result;
  for (const FlowAction& action : flow_actions()) {
    if (action.service == service && action.name == integration.action) result.push_back(action);
  }
  return result;
}

void link_events(Site& site, const Link& link, const value::Value& arguments) {
  for (const value::Value& entry : entries(arguments.get("Entries"))) {
    const value::Value bus = entry.get("EventBusName");
    if (bus.is_present() && bus.as_string() != "default") {
      site.link(link, bus);
      continue;
    }
    Link to_default = link;
    to_default.to = site.draft.outside(site.template_index, "outside::event-bus", "default event bus");
    to_default.span = entry.span();
    site.draft.add(to_default);
  }
}

value::Value arguments_of(const TaskState& task) {
  const value::Value parameters = task.state.get("Parameters");
  return parameters.is_present() ? parameters : task.state.get("Arguments");
}

void link_call(Site& site, const Integration& integration, const TaskState& task) {
  const value::Value arguments = arguments_of(task);
  for (const FlowAction& action : actions_of(integration)) {
    Link link{.kind = action.kind,
              .from = site.self,
              .to = {},
              .mode = integration.waits ? Mode::synchronous : action.mode,
              .settings = task.settings,
              .text = site.says("state `" + task.name + "` of state machine")};
    if (text_of(arguments.get("InvocationType")) == "Event") link.mode = Mode::asynchronous;
    if (integration.service == "events") link_events(site, link, arguments);
    for (const TargetParameter& row : target_parameters) {
      if (row.service == integration.service) site.link(link, arguments.get(row.parameter));
    }
  }
}

/// A distributed Map may take its items from a bucket and put its results into one.
void link_map(Site& site, const TaskState& map) {
  const auto link = [&](EdgeKind kind, std::string_view property) {
    const value::Value part = map.state.get(property);
    for (const std::string_view key : {"Parameters.Bucket", "Arguments.Bucket"}) {
      site.link({.kind = kind,
                 .from = site.self,
                 .to = {},
                 .mode = Mode::synchronous,
                 .settings = map.settings,
                 .text = site.says("state `" + map.name + "` of state machine")},
                part.at(key));
    }
  };
  link(EdgeKind::reads, "ItemReader");
  link(EdgeKind::writes, "ResultWriter");
}

void link_task(Site& site, const TaskState& task) {
  const value::Value resource = task.state.get("Resource");
  if (const auto integration = integration_of(resource)) {
    link_call(site, *integration, task);
    return;
  }
  site.link({.kind = EdgeKind::invokes,
             .from = site.self,
             .to = {},
             .mode = Mode::synchronous,
             .settings = task.settings,
             .text = site.says("state `" + task.name + "` of state machine")},
            resource);
}

bool is_spelled_out(const value::Value& value) {
  const auto spelling = spell(value);
  return spelling && !spelling->opaque;
}

/// Whether the state says what it calls; a path into the state's input ("FunctionName.$") doesn't.
bool names_its_target(const TaskState& task) {
  const value::Value resource = task.state.get("Resource");
  if (text_of(task.state.get("Type")) == "Map") return true;
  const auto integration = integration_of(resource);
  if (!integration || actions_of(*integration).empty()) return is_spelled_out(resource);
  const value::Value arguments = arguments_of(task);
  if (integration->service == "events") return arguments.get("Entries").is_list();
  return std::ranges::any_of(target_parameters, [&](const TargetParameter& row) {
    return row.service == integration->service && is_spelled_out(arguments.get(row.parameter));
  });
}

} // namespace

void extract_definition(Site& site, const value::Value& definition) {
  if (!definition.is_present()) return;
  bool complete = true;
  for (const value::Value& alternative : definition.alternatives()) {
    const value::Value read = read_definition(alternative, site.draft.arena());
    complete = complete && read.get("States").is_map();
    for (const TaskState& task : task_states(read, site.get("DefinitionSubstitutions"), site.draft.arena())) {
      link_task(site, task);
      link_map(site, task);
      complete = complete && names_its_target(task);
    }
  }
  if (complete) site.draft.mark_defined(site.self);
}

void extract_state_machine(Site& site) {
  extract_definition(site, site.get("DefinitionString"));
  extract_definition(site, site.get("Definition"));
  site.link({.kind = EdgeKind::assumes, .from = site.self, .to = {}, .text = site.says("role of")},
            site.get("RoleArn"));
  for (const value::Value& destination : entries(site.get("LoggingConfiguration.Destinations"))) {
    site.link({.kind = EdgeKind::logs,
               .from = site.self,
               .to = {},
               .mode = Mode::asynchronous,
               .settings = site.get("LoggingConfiguration"),
               .text = site.says("logging of state machine")},
              destination.at("CloudWatchLogsLogGroup.LogGroupArn"));
  }
}

} // namespace slsaudit::graph
