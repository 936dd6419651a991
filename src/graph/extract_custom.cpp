// SPDX-License-Identifier: Apache-2.0
// Custom resources of the CDK and the Serverless Framework that give existing resources notifications.
#include "graph/extract.hpp"

#include <array>
#include <utility>

namespace slsaudit::graph {

namespace {

/// As the bucket's own property spells it: one event, and a filter of rules.
value::Value as_notification(Site& site, const value::Value& event, const value::Value& rules) {
  const value::Factory& make = site.draft.make();
  std::vector<value::Member> members{{"Event", event}};
  if (!rules.items().empty()) {
    const value::Value key = make.map({{"Rules", rules}}, rules.span());
    members.push_back({"Filter", make.map({{"S3Key", key}}, rules.span())});
  }
  return make.map(members, event.span());
}

void notify(Site& site, NodeId bucket, const value::Value& event, const value::Value& rules,
            const value::Value& target) {
  const value::Value settings = as_notification(site, event, rules);
  site.deliver({.from = bucket,
                .to = {},
                .via = site.self,
                .settings = settings,
                .filter = settings.get("Filter"),
                .text = site.says("notifications")},
               target);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> lists{
    {{"LambdaFunctionConfigurations", "LambdaFunctionArn"},
     {"QueueConfigurations", "QueueArn"},
     {"TopicConfigurations", "TopicArn"}}};

/// The Serverless Framework's rules are maps of one member: {Prefix: in/}.
value::Value named_rules(Site& site, const value::Value& rules) {
  const value::Factory& make = site.draft.make();
  std::vector<value::Value> result;
  for (const value::Value& rule : entries(rules)) {
    for (const value::Member& member : rule.members()) {
      const std::string_view name = member.key == "Prefix" || member.key == "prefix" ? "prefix" : "suffix";
      result.push_back(
          make.map({{"Name", make.string(name, rule.span())}, {"Value", member.value}}, rule.span()));
    }
  }
  return result.empty() ? value::Value() : make.list(result, rules.span());
}

} // namespace

/// The CDK's Custom::S3BucketNotifications.
void extract_bucket_notifications(Site& site) {
  const value::Value config = site.get("NotificationConfiguration");
  for (const Target& bucket : site.targets(site.get("BucketName"))) {
    for (const auto& list : lists) {
      for (const value::Value& entry : entries(config.get(list.first))) {
        for (const value::Value& event : entries(entry.get("Events")))
          notify(site, bucket.node, event, entry.at("Filter.Key.FilterRules"), entry.get(list.second));
      }
    }
    const value::Value bus = config.get("EventBridgeConfiguration");
    if (!bus.is_map()) continue;
    site.draft.add_feed(
        {.kind = EdgeKind::sends,
         .from = bucket.node,
         .to = site.draft.outside(site.template_index, "outside::event-bus", "default event bus"),
         .mode = Mode::asynchronous,
         .via = site.self,
         .settings = bus,
         .span = bus.span(),
         .text = site.says("notifications")});
  }
}

/// The Serverless Framework's Custom::S3, for buckets that exist already.
void extract_existing_bucket(Site& site) {
  for (const Target& bucket : site.targets(site.get("BucketName"))) {
    for (const value::Value& config : entries(site.get("BucketConfigs"))) {
      notify(site, bucket.node, config.get("Event"), named_rules(site, config.get("Rules")),
             site.get("FunctionName"));
    }
  }
}

/// The Serverless Framework's Custom::CognitoUserPool, for user pools that exist already.
void extract_existing_pool(Site& site) {
  const auto pools = site.targets(site.get("UserPoolName"));
  // Of a pool whose name is not known it is at least known that it calls the function.
  if (pools.empty())
    site.link({.kind = EdgeKind::refers, .from = site.self, .to = {}, .text = site.says("trigger")},
              site.get("FunctionName"));
  for (const Target& pool : pools) {
    for (const value::Value& config : entries(site.get("UserPoolConfigs"))) {
      site.link({.kind = EdgeKind::triggers,
                 .from = pool.node,
                 .to = {},
                 .mode = Mode::synchronous,
                 .via = site.self,
                 .settings = config,
                 .text = site.says("trigger")},
                site.get("FunctionName"));
    }
  }
}

} // namespace slsaudit::graph
