// SPDX-License-Identifier: Apache-2.0
// Plugins that look after what is deployed: retention of logs, where logs go, provisioned concurrency, a
// firewall before the API.
#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

Author written_by(std::string_view key, text::Span span) {
  return {.id = key, .type = "serverless plugin", .span = span, .generated = true, .feature = key};
}

} // namespace

void lower_log_retention(Service& service) {
  const Node* common = dig(service.root, {"custom", "logRetentionInDays"});
  for (const Function& function : service.functions) {
    const Node* days = dig(function.body, {"logRetentionInDays"});
    Draft* group = service.find(function.normalized + "LogGroup");
    if (days == nullptr) days = common;
    if (days != nullptr && group != nullptr) group->set("RetentionInDays", days);
  }
}

void lower_log_subscription(Service& service) {
  const Node* common = dig(service.root, {"custom", "logSubscription"});
  for (const Function& function : service.functions) {
    const Node* own = dig(function.body, {"logSubscription"});
    const Node* settings = merge_shallow(service.make, common, own);
    const bool on = own != nullptr && !own->is_mapping() ? is_true(own) : is_true(dig(settings, {"enabled"}));
    const std::string group = function.normalized + "LogGroup";
    if (!on || settings == nullptr || service.find(group) == nullptr) continue;
    const Make at = service.make.at(settings->span);
    const Node* pattern = dig(settings, {"filterPattern"});
    Properties properties = {{"LogGroupName", at.concat({at.text("/aws/lambda/"), function.name}), {}},
                             {"FilterPattern", pattern != nullptr ? pattern : at.text(""), {}}};
    copy_properties(properties, settings, {{"destinationArn", "DestinationArn"}, {"roleArn", "RoleArn"}});
    service
        .add(function.normalized + "SubscriptionFilter", "AWS::Logs::SubscriptionFilter",
             written_by("custom.logSubscription", settings->span), std::move(properties))
        .depends_on = {group};
  }
}

void lower_concurrency_autoscaling(Service& service) {
  for (const Function& function : service.functions) {
    const syntax::Entry* written = entry_of(function.body, "concurrencyAutoscaling");
    if (written == nullptr || function.alias.empty()) continue;
    const bool off =
        written->value->is_mapping() ? is_false(dig(written->value, {"enabled"})) : !is_true(written->value);
    if (off) continue;
    const Make at = service.make.at(written->key_span);
    const Author author = generated_by(function, written->key_span, "concurrencyAutoscaling");
    const auto or_else = [&](std::string_view key, const Node* fallback) {
      const Node* own = dig(written->value, {key});
      return own != nullptr ? own : fallback;
    };
    const std::string target = function.normalized + "AutoScalingTarget";
    service
        .add(target, "AWS::ApplicationAutoScaling::ScalableTarget", author,
             {{"ServiceNamespace", at.text("lambda"), {}},
              {"ScalableDimension", at.text("lambda:function:ProvisionedConcurrency"), {}},
              {"ResourceId",
               at.join(":", {at.text("function"), at.ref(function.logical_id), at.text(function.alias)}),
               {}},
              {"MinCapacity", or_else("minimum", at.number(1)), {}},
              {"MaxCapacity", or_else("maximum", at.number(10)), {}}})
        .depends_on.push_back(function.alias_id);
    service.add(function.normalized + "AutoScalingPolicy", "AWS::ApplicationAutoScaling::ScalingPolicy",
                author,
                {{"PolicyName", at.text(function.normalized + "Policy"), {}},
                 {"PolicyType", at.text("TargetTrackingScaling"), {}},
                 {"ScalingTargetId", at.ref(target), {}},
                 {"TargetTrackingScalingPolicyConfiguration",
                  at.map({{"TargetValue", or_else("usage", at.text("0.75")), {}}}),
                  {}}});
  }
}

void lower_waf_association(Service& service) {
  const Node* name = dig(service.root, {"custom", "associateWaf", "name"});
  if (!is_set(name) || service.find("ApiGatewayRestApi") == nullptr) return;
  const Make at = service.make.at(name->span);
  service.add("ApiGatewayWafAssociation", "AWS::WAFv2::WebACLAssociation",
              written_by("custom.associateWaf", name->span),
              {{"ResourceArn",
                at.arn({at.text(":apigateway:"), at.ref("AWS::Region"), at.text("::/restapis/"),
                        at.ref("ApiGatewayRestApi"), at.text("/stages/"), service.stage}),
                {}},
               {"WebACLArn", at.unknown("the list is looked up by its name when the service is deployed"), {}}});
}

} // namespace slsaudit::dialect::serverless
