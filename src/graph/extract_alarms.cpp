// SPDX-License-Identifier: Apache-2.0
// What happens by itself when something is observed or deployed: alarms, deployments, received mail.
#include "graph/extract.hpp"

#include <utility>

namespace slsaudit::graph {

namespace {

/// Actions on machines and scaling policies move no event.
bool is_machine_action(Site& site, const value::Value& action) {
  const NodeId known = site.draft.index().resolve(site.template_index, action);
  if (known.valid()) return site.draft.node(known).type.find("AutoScaling::") != std::string::npos;
  const auto spelling = spell(action);
  const auto arn = spelling ? parse_arn(spelling->text) : std::nullopt;
  return arn && (arn->service == "automate" || arn->service == "autoscaling" || arn->service == "swf");
}

constexpr std::pair<std::string_view, std::string_view> mail_actions[] = {
    {"LambdaAction", "FunctionArn"}, {"S3Action", "BucketName"},      {"SNSAction", "TopicArn"},
    {"LambdaAction", "TopicArn"},    {"S3Action", "TopicArn"},        {"BounceAction", "TopicArn"},
    {"StopAction", "TopicArn"},      {"AddHeaderAction", "TopicArn"}, {"WorkmailAction", "TopicArn"},
};

constexpr std::string_view hooks[] = {"BeforeAllowTrafficHook", "AfterAllowTrafficHook"};

} // namespace

void extract_alarm(Site& site) {
  for (const std::string_view property : {"AlarmActions", "InsufficientDataActions", "OKActions"}) {
    for (const value::Value& action : entries(site.get(property))) {
      if (is_machine_action(site, action)) continue;
      site.deliver({.from = site.self,
                    .to = {},
                    .settings = site.resource.properties,
                    .text = site.says("action of alarm")},
                   action);
    }
  }
}

void extract_receipt_rule(Site& site) {
  const NodeId senders = site.draft.outside(site.template_index, "outside::contact", "email");
  site.draft.add({.kind = EdgeKind::requests,
                  .from = senders,
                  .to = site.self,
                  .mode = Mode::asynchronous,
                  .span = site.resource.id_span,
                  .text = site.says("receipt rule")});
  for (const value::Value& action : entries(site.get("Rule.Actions"))) {
    for (const auto& row : mail_actions) {
      const value::Value settings = action.get(row.first);
      Link link{
          .from = site.self, .to = {}, .settings = settings, .text = site.says("action of receipt rule")};
      const bool waits = text_of(settings.get("InvocationType")) == "RequestResponse";
      if (!waits || row.second != "FunctionArn") {
        site.deliver(link, settings.get(row.second));
        continue;
      }
      link.kind = EdgeKind::triggers;
      link.mode = Mode::synchronous;
      site.link(link, settings.get(row.second));
    }
  }
}

/// A gradual deployment of a function calls functions before and after it moves traffic.
void extract_alias(Site& site) {
  const value::Value update = site.resource.update_policy.get("CodeDeployLambdaAliasUpdate");
  for (const std::string_view hook : hooks) {
    for (const Target& group :
         site.draft.known_targets(site.template_index, update.get("DeploymentGroupName"))) {
      site.link({.kind = EdgeKind::invokes,
                 .from = group.node,
                 .to = {},
                 .mode = Mode::synchronous,
                 .via = site.self,
                 .settings = update,
                 .text = site.says(std::string(hook) + " of alias")},
                update.get(hook));
    }
  }
}

void extract_deployment_group(Site& site) {
  for (const value::Value& trigger : entries(site.get("TriggerConfigurations"))) {
    site.deliver(
        {.from = site.self, .to = {}, .settings = trigger, .text = site.says("trigger of deployment group")},
        trigger.get("TriggerTargetArn"));
  }
}

} // namespace slsaudit::graph
