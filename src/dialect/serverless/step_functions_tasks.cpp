// SPDX-License-Identifier: Apache-2.0
// What a state machine's role may do: read off the tasks of its definition, as serverless-step-functions
// does.
#include "dialect/print.hpp"
#include "dialect/serverless/step_functions.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// How the resource of a permission follows from a task's parameter.
enum class Target { any, itself, queue, table, function, machine, project, bus, object, bucket };

struct Integration {
  std::string_view task; ///< What follows `:states:::`, without the way in which it waits.
  std::string_view actions;
  Target target = Target::any;
  std::string_view parameter;
  std::string_view rule; ///< Of EventBridge, by which the service tells that it is done.
};

constexpr std::string_view stop_execution = "states:DescribeExecution,states:StopExecution";
constexpr std::string_view rule_actions = "events:PutTargets,events:PutRule,events:DescribeRule";
constexpr std::string_view execution_rule = "StepFunctionsGetEventsForStepFunctionsExecutionRule";

constexpr auto integrations = std::to_array<Integration>({
    {"aws-sdk:dynamodb:putItem", "dynamodb:PutItem", Target::table, "TableName", {}},
    {"aws-sdk:dynamodb:query", "dynamodb:Query", Target::table, "TableName", {}},
    {"aws-sdk:dynamodb:scan", "dynamodb:Scan", Target::table, "TableName", {}},
    {"aws-sdk:dynamodb:updateItem", "dynamodb:UpdateItem", Target::table, "TableName", {}},
    {"aws-sdk:dynamodb:updateTable", "dynamodb:UpdateTable", Target::table, "TableName", {}},
    {"aws-sdk:s3:getObject", "s3:GetObject", Target::object, "Bucket", {}},
    {"aws-sdk:s3:listObjectsV2", "s3:Get*,s3:List*", Target::bucket, "Bucket", {}},
    {"aws-sdk:s3:putObject", "s3:PutObject", Target::object, "Bucket", {}},
    {"aws-sdk:sfn:startSyncExecution", "states:StartSyncExecution", Target::machine, "StateMachineArn",
     execution_rule},
    {"batch:submitJob",
     "batch:SubmitJob,batch:DescribeJobs,batch:TerminateJob",
     Target::any,
     {},
     "StepFunctionsGetEventsForBatchJobsRule"},
    {"codebuild:startBuild", "codebuild:StartBuild,codebuild:StopBuild,codebuild:BatchGetBuilds",
     Target::project, "ProjectName", "StepFunctionsGetEventForCodeBuildStartBuildRule"},
    {"dynamodb:deleteItem", "dynamodb:DeleteItem", Target::table, "TableName", {}},
    {"dynamodb:getItem", "dynamodb:GetItem", Target::table, "TableName", {}},
    {"dynamodb:putItem", "dynamodb:PutItem", Target::table, "TableName", {}},
    {"dynamodb:updateItem", "dynamodb:UpdateItem", Target::table, "TableName", {}},
    {"ecs:runTask",
     "ecs:RunTask,ecs:StopTask,ecs:DescribeTasks,ecs:TagResource,iam:PassRole",
     Target::any,
     {},
     "StepFunctionsGetEventsForECSTaskRule"},
    {"events:putEvents", "events:PutEvents", Target::bus, "Entries", {}},
    {"glue:startJobRun",
     "glue:StartJobRun,glue:GetJobRun,glue:GetJobRuns,glue:BatchStopJobRun",
     Target::any,
     {},
     {}},
    {"lambda:invoke", "lambda:InvokeFunction", Target::function, "FunctionName", {}},
    {"s3:getObject", "s3:GetObject", Target::object, "Bucket", {}},
    {"s3:listObjectsV2", "s3:Get*,s3:List*", Target::bucket, "Bucket", {}},
    {"s3:putObject", "s3:PutObject", Target::object, "Bucket", {}},
    {"sns:publish", "sns:Publish", Target::itself, "TopicArn", {}},
    {"sqs:sendMessage", "sqs:SendMessage", Target::queue, "QueueUrl", {}},
    {"states:startExecution", "states:StartExecution", Target::machine, "StateMachineArn", execution_rule},
});

/// The id that a `Ref` names.
std::optional<std::string_view> referred(const Node* node) {
  if (node->is_scalar() && node->tag == "!Ref") return node->text;
  return node->is_mapping() ? known_text(dig(node, {"Ref"})) : std::nullopt;
}

/// The text of a `Fn::Sub` without variables of its own.
std::optional<std::string_view> substituted(const Node* node) {
  if (node->is_scalar() && node->tag == "!Sub") return node->text;
  return node->is_mapping() ? known_text(dig(node, {"Fn::Sub"})) : std::nullopt;
}

/// A resource of this account and region, such as `dynamodb` and `table/`.
const Node* own_arn(const Make& at, std::string_view service, std::string_view start,
                    std::vector<const Node*> name) {
  const std::string head = "arn:${AWS::Partition}:" + std::string(service) +
                           ":${AWS::Region}:${AWS::AccountId}:" + std::string(start);
  name.insert(name.begin(), at.text(head));
  return at.sub(name);
}

/// A parameter of a task. The plugin grants everything where the machine's input decides on it.
struct Parameter {
  const Node* value = nullptr; ///< Null: the task doesn't give it, or the input decides.
  bool from_input = false;
};

Parameter parameter(const Node* state, std::string_view key) {
  const Node* given = dig(state, {"Arguments"});
  if (given == nullptr) given = dig(state, {"Parameters"});
  if (is_unknown(given)) return {given, false};
  if (dig(given, {std::string(key) + ".$"}) != nullptr) return {nullptr, true};
  const Node* value = dig(given, {key});
  const auto text = known_text(value);
  if (text && text->starts_with("{%")) return {nullptr, true};
  return {value, false};
}

/// A version or alias of it may be what is invoked, so both are allowed.
std::vector<const Node*> with_versions(const Make& at, const Node* arn) {
  if (const auto text = known_text(arn)) return {arn, at.text(std::string(*text) + ":*")};
  if (const auto text = substituted(arn)) return {arn, at.sub(std::string(*text) + ":*")};
  return {arn, at.sub({arn, at.text(":*")})};
}

std::vector<const Node*> function_arns(const Make& at, const Node* name) {
  const auto text = known_text(name);
  if (text ? text->starts_with("arn:") : !referred(name)) return with_versions(at, name);
  const Node* named = own_arn(at, "lambda", "function:", {name});
  if (text) return with_versions(at, named);
  return {named, own_arn(at, "lambda", "function:", {name, at.text(":*")})};
}

const Node* queue_arn(const Make& at, const Node* url) {
  if (const auto id = referred(url)) return at.get_att(*id, "Arn");
  const auto text = known_text(url);
  if (!text) return at.text("*");
  constexpr std::string_view start = "https://sqs.";
  const std::size_t domain = text->find(".amazonaws.com");
  const std::size_t account = text->find('/', start.size());
  const std::size_t name = account == text->npos ? account : text->find('/', account + 1);
  if (!text->starts_with(start) || domain == text->npos || domain < start.size() || name == text->npos)
    return nullptr;
  return at.sub(
      "arn:${AWS::Partition}:sqs:" + std::string(text->substr(start.size(), domain - start.size())) + ":" +
      std::string(text->substr(account + 1, name - account - 1)) + ":" + std::string(text->substr(name + 1)));
}

std::vector<const Node*> bus_arns(const Make& at, const Node* entries) {
  std::vector<const Node*> buses;
  for (const syntax::Entry& item : entries->children) {
    const Node* bus = dig(item.value, {"EventBusName"});
    const auto text = known_text(bus);
    const bool whole = text && text->starts_with("arn:");
    buses.push_back(whole ? bus
                          : own_arn(at, "events", "event-bus/", {bus == nullptr ? at.text("default") : bus}));
  }
  return buses;
}

const Node* object_arn(const Make& at, const Node* state, const Node* bucket) {
  const Parameter key = parameter(state, "Key");
  const Parameter prefix = parameter(state, "Prefix");
  std::vector<const Node*> parts = {at.text("arn:${AWS::Partition}:s3:::"), bucket, at.text("/")};
  if (prefix.value != nullptr) parts.insert(parts.end(), {prefix.value, at.text("/")});
  parts.push_back(key.value != nullptr ? key.value : at.text("*"));
  return at.sub(parts);
}

/// Empty where the plugin can't make anything of it.
std::vector<const Node*> resources_of(const Make& at, Target target, const Node* state, const Node* value) {
  switch (target) {
  case Target::any:
    return {at.text("*")};
  case Target::itself:
  case Target::machine:
    return {value};
  case Target::function:
    return function_arns(at, value);
  case Target::project:
    return {own_arn(at, "codebuild", "project/", {value})};
  case Target::object:
    return {object_arn(at, state, value)};
  case Target::bucket: {
    const Node* arn = at.sub({at.text("arn:${AWS::Partition}:s3:::"), value});
    return {arn, at.sub({at.text("arn:${AWS::Partition}:s3:::"), value, at.text("/*")})};
  }
  case Target::bus:
    return value->is_sequence() ? bus_arns(at, value) : std::vector<const Node*>();
  case Target::queue: {
    const Node* arn = queue_arn(at, value);
    return arn == nullptr ? std::vector<const Node*>() : std::vector<const Node*>{arn};
  }
  case Target::table: {
    if (const auto id = referred(value)) return {at.get_att(*id, "Arn")};
    const auto text = known_text(value);
    if (text && text->starts_with("arn:")) return {value};
    const Parameter index = parameter(state, "IndexName");
    const Node* slash = at.text("/index/");
    if (index.from_input) return {own_arn(at, "dynamodb", "table/", {value, slash, at.text("*")})};
    if (index.value != nullptr) return {own_arn(at, "dynamodb", "table/", {value, slash, index.value})};
    return {own_arn(at, "dynamodb", "table/", {value})};
  }
  }
  return {};
}

/// The executions of a machine, which is who may be stopped.
const Node* executions(const Make& at, const Node* machine) {
  constexpr std::string_view from = ":stateMachine:";
  const auto plain = known_text(machine);
  const auto text = plain ? plain : substituted(machine);
  const std::size_t place = text ? text->find(from) : std::string_view::npos;
  if (place == std::string_view::npos) return at.text("*");
  const std::string changed = std::string(text->substr(0, place)) +
                              ":execution:" + std::string(text->substr(place + from.size())) + ":*";
  return plain ? at.text(changed) : at.sub(changed);
}

void add_machine(const Make& at, std::vector<const Node*> machines, std::string_view actions,
                 Permissions& to) {
  const Node* stopped = executions(at, machines.front());
  to.known.push_back({actions, std::move(machines)});
  to.known.push_back({stop_execution, {stopped}});
}

void add_integration(const Make& at, const Integration& row, const Node* state, Permissions& to) {
  const Parameter given = row.parameter.empty() ? Parameter{} : parameter(state, row.parameter);
  std::vector<const Node*> resources;
  if (is_unknown(given.value)) {
    resources = {given.value};
  } else if (given.from_input || row.target == Target::any) {
    const Node* allowed =
        row.target == Target::function ? parameter(state, "AllowedFunctions").value : nullptr;
    resources = {allowed != nullptr && !allowed->is_sequence() ? allowed : at.text("*")};
    if (allowed != nullptr && allowed->is_sequence()) {
      resources.clear();
      for (const syntax::Entry& item : allowed->children) resources.push_back(item.value);
    }
  } else if (given.value != nullptr) {
    resources = resources_of(at, row.target, state, given.value);
  }
  if (resources.empty()) {
    to.unknown.push_back(
        at.unknown("the plugin can't tell the resource of the task `" + std::string(row.task) + "`"));
    return;
  }
  if (row.target == Target::machine)
    add_machine(at, std::move(resources), row.actions, to);
  else
    to.known.push_back({row.actions, std::move(resources)});
  if (!row.rule.empty())
    to.known.push_back({rule_actions, {own_arn(at, "events", "rule/", {at.text(row.rule)})}});
}

} // namespace

void add_task(const Make& at, const Node* state, Permissions& to) {
  const Node* resource = dig(state, {"Resource"});
  if (resource == nullptr) return;
  const Make here = at.at(resource->span);
  if (is_unknown(resource)) {
    to.unknown.push_back(resource);
    return;
  }
  const auto plain = known_text(resource);
  const auto text = plain ? plain : substituted(resource);
  constexpr std::string_view optimized = ":states:::";
  const std::size_t place = text ? text->find(optimized) : std::string_view::npos;
  if (place == std::string_view::npos) {
    if (text && text->find(":activity:") != std::string_view::npos) return; // workers ask for their tasks
    const bool function = !text || text->find(":lambda:") != std::string_view::npos;
    if (function)
      to.known.push_back({"lambda:InvokeFunction", with_versions(here, resource)});
    else
      to.unknown.push_back(here.unknown("the plugin does not know the task `" + std::string(*text) + "`"));
    return;
  }
  const std::string_view task = text->substr(place + optimized.size());
  const std::string_view called = task.substr(0, task.find('.'));
  const auto* row =
      std::find_if(integrations.begin(), integrations.end(), [&](const auto& r) { return r.task == called; });
  if (row != integrations.end())
    add_integration(here, *row, state, to);
  else
    to.unknown.push_back(here.unknown("what the plugin grants for the task `" + std::string(task) +
                                      "` depends on its version"));
}

void add_executions(const Make& at, const Node* name, Permissions& to) {
  add_machine(at, {own_arn(at, "states", "stateMachine:", {name})}, "states:StartExecution", to);
  to.known.push_back({rule_actions, {own_arn(at, "events", "rule/", {at.text(execution_rule)})}});
}

} // namespace slsaudit::dialect::serverless
