// SPDX-License-Identifier: Apache-2.0
// Plugins that give functions something: an alias that traffic is shifted with, a dead-letter target, a
// function that keeps them warm.
#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"
#include "text/encoding.hpp"
#include "text/words.hpp"

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view canary_plugin = "serverless-plugin-canary-deployments";
constexpr std::string_view warmup_plugin = "serverless-plugin-warmup";

/// Whether `enabled` covers this stage: true, a stage, or a list of stages.
bool covers(const Service& service, const Node* enabled) {
  if (enabled == nullptr || is_true(enabled) || is_false(enabled)) return is_true(enabled);
  const auto stage = known_text(service.stage);
  if (!stage) return false;
  if (known_text(enabled) == stage) return true;
  for (const syntax::Entry& item : enabled->children) {
    if (known_text(item.value) == stage) return true;
  }
  return false;
}

const Node* canary_settings(const Service& service, const Function& function) {
  const Node* own = dig(function.body, {"deploymentSettings"});
  if (own == nullptr || !own->is_mapping()) return nullptr;
  const Node* common = dig(service.root, {"custom", "deploymentSettings"});
  const Node* stages = dig(common, {"stages"});
  if (stages != nullptr && !stages->children.empty() && !covers(service, stages)) return nullptr;
  return merge_shallow(service.make, common, own);
}

/// The role that CodeDeploy works with: the author's, or one that the plugin makes.
const Node* deployment_role(Service& service, const Node* settings, const Make& at, const Author& author) {
  constexpr std::string_view id = "CodeDeployServiceRole";
  if (const Node* given = dig(settings, {"codeDeployRole"})) return given;
  if (service.find(id) == nullptr) {
    const bool notifies =
        std::any_of(service.functions.begin(), service.functions.end(), [&](const Function& function) {
          return dig(canary_settings(service, function), {"triggerConfigurations"}) != nullptr;
        });
    service.add(
        std::string(id), "AWS::IAM::Role", author,
        {{"AssumeRolePolicyDocument",
          at.json(R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"],
                    "Principal": {"Service": ["codedeploy.amazonaws.com"]}}]})"),
          {}},
         {"ManagedPolicyArns",
          at.list({at.text("arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"),
                   at.text("arn:aws:iam::aws:policy/AWSLambda_FullAccess"),
                   notifies ? at.text("arn:aws:iam::aws:policy/AmazonSNSFullAccess") : nullptr}),
          {}},
         {"PermissionsBoundary", dig(settings, {"codeDeployRolePermissionsBoundary"}), {}}});
  }
  return at.get_att(id, "Arn");
}

void add_deployment_group(Service& service, const Function& function, const std::string& application) {
  const Node* settings = canary_settings(service, function);
  const syntax::Entry* cause = function.body->find("deploymentSettings");
  const Make at = service.make.at(cause->key_span);
  const Author author = generated_by(function, cause->key_span, "deploymentSettings");
  if (service.find(application) == nullptr) {
    service.add(application, "AWS::CodeDeploy::Application", author,
                {{"ComputePlatform", at.text("Lambda"), {}}});
  }
  const Node* role = deployment_role(service, settings, at, author);
  const auto type = known_text(dig(settings, {"type"}));
  const Node* config =
      type ? at.json(R"({"Fn::Sub": ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": "$type"}]})",
                     {{"type", dig(settings, {"type"})}})
           : at.unknown("`deploymentSettings` gives no type that is known");
  const Node* alarms = dig(settings, {"alarms"});
  std::vector<const Node*> names;
  if (alarms != nullptr && alarms->is_sequence()) {
    for (const syntax::Entry& alarm : alarms->children) {
      const auto id = known_text(alarm.value);
      const Node* name = id ? at.ref(*id) : dig(alarm.value, {"name"});
      if (name != nullptr) names.push_back(at.map({{"Name", name, {}}}));
    }
  }
  const Node* events =
      at.texts({"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"});
  const std::string group = function.logical_id + "DeploymentGroup";
  const auto stack = known_text(service.dashed(at));
  const Node* group_name = stack ? at.text(text::beginning(std::string(*stack) + "-" + group, 100))
                                 : service.dashed(at, {at.text(group)});
  service.add(
      group, "AWS::CodeDeploy::DeploymentGroup", author,
      {{"ApplicationName", at.ref(application), {}},
       {"AutoRollbackConfiguration", at.map({{"Enabled", at.boolean(true), {}}, {"Events", events, {}}}), {}},
       {"ServiceRoleArn", role, {}},
       {"DeploymentGroupName", group_name, {}},
       {"TriggerConfigurations", dig(settings, {"triggerConfigurations"}), {}},
       {"DeploymentConfigName", config, {}},
       {"DeploymentStyle",
        at.map({{"DeploymentType", at.text("BLUE_GREEN"), {}},
                {"DeploymentOption", at.text("WITH_TRAFFIC_CONTROL"), {}}}),
        {}},
       {"AlarmConfiguration",
        names.empty() ? nullptr : at.map({{"Alarms", at.list(names), {}}, {"Enabled", at.boolean(true), {}}}),
        {}}});
  Properties update = {{"ApplicationName", at.ref(application), {}},
                       {"DeploymentGroupName", at.ref(group), {}}};
  bool hooked = false;
  for (const Renamed& hook : {Renamed{"preTrafficHook", "BeforeAllowTrafficHook"},
                              Renamed{"postTrafficHook", "AfterAllowTrafficHook"}}) {
    const auto name = known_text(dig(settings, {hook.from}));
    const Function* other = name ? service.function(*name) : nullptr;
    if (other == nullptr) continue;
    update.push_back({hook.to, at.ref(other->logical_id), {}});
    hooked = true;
  }
  if (hooked) {
    service.grant(function, "codedeploy", {"codedeploy:PutLifecycleEventHookExecutionStatus"},
                  at.sub({at.text("arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:"
                                  "deploymentgroup:${" +
                                  application + "}/"),
                          group_name}));
  }
  if (Draft* alias = service.find(function.alias_id))
    alias->update_policy = at.map({{"CodeDeployLambdaAliasUpdate", at.map(update), {}}});
}

/// What `deadLetter` names or makes; null where nothing is certain.
const Node* dead_letter_target(Service& service, const Function& function, const syntax::Entry& written) {
  const Make at = service.make.at(written.key_span);
  if (const Node* arn = dig(written.value, {"targetArn"})) {
    const auto id = known_text(dig(arn, {"GetResourceArn"}));
    if (!id) return arn;
    const Draft* topic = service.find(*id);
    const Node* declared = dig(service.root, {"resources", "Resources", *id, "Type"});
    const bool is_topic =
        known_text(declared) == "AWS::SNS::Topic" || (topic != nullptr && topic->type == "AWS::SNS::Topic");
    return is_topic ? at.ref(*id) : at.get_att(*id, "Arn");
  }
  Author author = author_of(function);
  author.span = written.key_span;
  if (const Node* queue = dig(written.value, {"sqs"})) {
    const std::string id = function.normalized + "DeadLetterQueue";
    Properties properties = {{"QueueName", known_text(queue) ? queue : dig(queue, {"queueName"}), {}}};
    copy_properties(properties, queue,
                    {{"delaySeconds", "DelaySeconds"},
                     {"maximumMessageSize", "MaximumMessageSize"},
                     {"messageRetentionPeriod", "MessageRetentionPeriod"},
                     {"receiveMessageWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds"},
                     {"visibilityTimeout", "VisibilityTimeout"},
                     {"kmsMasterKeyId", "KmsMasterKeyId"}});
    service.add(id, "AWS::SQS::Queue", author, properties);
    return at.get_att(id, "Arn");
  }
  if (const Node* topic = dig(written.value, {"sns"})) {
    const std::string id = function.normalized + "DeadLetterTopic";
    service.add(id, "AWS::SNS::Topic", author,
                {{"TopicName", known_text(topic) ? topic : dig(topic, {"topicName"}), {}}});
    return at.ref(id);
  }
  return nullptr;
}

bool is_warmed(const Service& service, const Function& function, std::string_view warmer,
               const Node* settings) {
  const Node* own = dig(function.body, {"warmup"});
  if (own != nullptr && !own->is_mapping()) return covers(service, own);
  const Node* enabled = dig(own, {warmer, "enabled"});
  return covers(service, enabled != nullptr ? enabled : dig(settings, {"enabled"}));
}

const Node* warmer_name(const Service& service, const Make& at, std::string_view warmer) {
  return service.dashed(at, {at.text("warmup-plugin"), at.text(warmer)});
}

/// A function that invokes others; `own_role_id` empty: with the role that all functions share.
void add_warmer_function(Service& service, const syntax::Entry& entry, const std::string& name,
                         const std::string& source, const std::string& own_role_id) {
  const Make at = service.make.at(entry.key_span);
  const Node* events = at.list({at.map({{"schedule", at.text("rate(5 minutes)"), {}}})});
  const Node* role = own_role_id.empty() ? nullptr : at.get_att(own_role_id, "Arn");
  const bool old = entry.key == "warmup";
  Properties body = {{"memorySize", at.number(128), {}},
                     {"timeout", at.number(10), {}},
                     {"events", events, {}},
                     {"role", role, {}},
                     {"name", old ? nullptr : warmer_name(service, at, entry.key), {}},
                     {"architecture", nullptr, {}},
                     {"logRetentionInDays", nullptr, {}},
                     {"tracing", nullptr, {}},
                     {"tags", nullptr, {}},
                     {"vpc", nullptr, {}},
                     {"environment", nullptr, {}}};
  for (Property& property : body) {
    if (const syntax::Entry* written = entry_of(entry.value, property.key)) property.value = written->value;
  }
  body.push_back({"handler", at.text(source), {}});
  if (!old) {
    body.push_back(
        {"description", at.text("Serverless WarmUp Plugin (warmer \"" + std::string(entry.key) + "\")"), {}});
    body.push_back({"layers", at.list({}), {}});
    // What functions share in their environment is not for the warmer.
    if (const Node* shared = service.from_provider({"environment"});
        shared != nullptr && dig(entry.value, {"environment"}) == nullptr)
      body.push_back({"environment", at.unknown("the plugin empties the variables of the provider"), {}});
  }
  body.push_back({"runtime", at.unknown("the plugin's own choice, which depends on its version"), {}});
  add_function(service, {at.keep(name), entry.key_span, at.map(body), false});
  service.functions.back().plugin = "custom.warmup";
}

/// Until version 5 the plugin has one warmer, set up where later ones have their names.
void add_old_warmer(Service& service, const syntax::Entry& warmup) {
  const bool warms =
      std::any_of(service.functions.begin(), service.functions.end(), [&](const Function& function) {
        const Node* own = dig(function.body, {"warmup"});
        if (own != nullptr && own->is_mapping()) own = dig(own, {"enabled"});
        const Node* all = dig(warmup.value, {"enabled"});
        if (all == nullptr) all = dig(warmup.value, {"default"});
        return function.plugin.empty() && covers(service, own != nullptr ? own : all);
      });
  if (warms) add_warmer_function(service, warmup, "warmUpPlugin", "_warmup/index.warmUp", {});
}

void add_warmer_role(Service& service, const syntax::Entry& entry, const std::string& id,
                     const Node* warmed) {
  const Make at = service.make.at(entry.key_span);
  const Function& warmer = service.functions.back();
  const std::string lower = text::lower(entry.key);
  const auto logs = [&](std::string_view end) {
    return at.sub(
        {at.text("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/"),
         warmer.name, at.text(end)});
  };
  const Node* name = dig(entry.value, {"roleName"});
  service.add(
      id, "AWS::IAM::Role", generated_by(warmer, entry.key_span, "custom.warmup"),
      {{"Path", at.text("/"), {}},
       {"RoleName",
        name != nullptr ? name
                        : at.join("-", {service.name, service.stage, at.ref("AWS::Region"), at.text(lower),
                                        at.text("role")}),
        {}},
       {"AssumeRolePolicyDocument",
        at.json(R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
          "Principal": {"Service": ["lambda.amazonaws.com"]}}]})"),
        {}},
       {"Policies",
        at.json(R"([{"PolicyName": "$name", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream"], "Resource": ["$groups"]},
          {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": ["$streams"]},
          {"Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": "$warmed"},
          {"Effect": "Allow", "Action": ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces",
            "ec2:DetachNetworkInterface", "ec2:DeleteNetworkInterface"], "Resource": "*"}]}}])",
                {{"name", at.join("-", {service.name, service.stage, at.text("warmer"), at.text(lower),
                                        at.text("policy")})},
                 {"groups", logs(":*")},
                 {"streams", logs(":*:*")},
                 {"warmed", warmed}}),
        {}}});
}

void add_warmer(Service& service, const syntax::Entry& entry) {
  std::vector<const Node*> warmed;
  const Make at = service.make.at(entry.key_span);
  for (const Function& function : service.functions) {
    if (function.plugin.empty() && is_warmed(service, function, entry.key, entry.value))
      warmed.push_back(
          at.sub({at.text("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"),
                  function.name, at.text("*")}));
  }
  if (warmed.empty()) return;
  const std::string name = "warmUpPlugin" + naming::upper_first(entry.key);
  const std::string role = naming::upper_first(name) + "Role";
  const Node* own_role = dig(entry.value, {"role"});
  add_warmer_function(service, entry, name, ".warmup/" + std::string(entry.key) + "/index.warmUp",
                      own_role != nullptr ? std::string() : role);
  if (own_role == nullptr) add_warmer_role(service, entry, role, at.list(warmed));
}

} // namespace

std::optional<std::string_view> canary_alias(const Service& service, const Function& function) {
  if (!service.has_plugin(canary_plugin)) return std::nullopt;
  return known_text(dig(canary_settings(service, function), {"alias"}));
}

void lower_canary_deployments(Service& service) {
  const std::string application =
      naming::alphanumeric(known_text(service.dashed(service.make)).value_or("Service")) +
      "DeploymentApplication";
  for (const Function& function : service.functions) {
    const bool shifted = canary_alias(service, function) == function.alias && !function.alias.empty();
    if (shifted) add_deployment_group(service, function, application);
  }
}

void lower_dead_letters(Service& service) {
  for (const Function& function : service.functions) {
    const syntax::Entry* written = entry_of(function.body, "deadLetter");
    if (written == nullptr) continue;
    const Node* target = dead_letter_target(service, function, *written);
    if (target == nullptr) continue;
    const Make at = service.make.at(written->key_span);
    service.find(function.logical_id)->set("DeadLetterConfig", at.map({{"TargetArn", target, {}}}));
  }
}

void add_plugin_functions(Service& service) {
  add_appsync_functions(service);
  if (service.has_plugin("serverless-lift")) add_constructs(service);
  const syntax::Entry* warmup = entry_of(dig(service.root, {"custom"}), "warmup");
  if (!service.has_plugin(warmup_plugin) || warmup == nullptr || !warmup->value->is_mapping()) return;
  const bool old = std::any_of(warmup->value->children.begin(), warmup->value->children.end(),
                               [](const syntax::Entry& entry) { return !entry.value->is_mapping(); });
  if (old) {
    add_old_warmer(service, *warmup);
    return;
  }
  for (const syntax::Entry& entry : warmup->value->children) add_warmer(service, entry);
}

} // namespace slsaudit::dialect::serverless
