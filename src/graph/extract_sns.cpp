// SPDX-License-Identifier: Apache-2.0
// SNS: subscriptions, inline or as resources of their own.
#include "graph/extract.hpp"

#include <string>

namespace slsaudit::graph {

namespace {

/// Where a subscription's messages go. People and phones are one outside party a protocol.
std::vector<Target> endpoints(Site& site, const value::Value& subscription) {
  const std::string_view protocol = text_of(subscription.get("Protocol"));
  const value::Value endpoint = subscription.get("Endpoint");
  if (protocol == "email" || protocol == "email-json" || protocol == "sms" || protocol == "application") {
    const std::string label(protocol.substr(0, protocol.find('-')));
    return {{site.draft.outside(site.template_index, "outside::contact", label), endpoint}};
  }
  return site.targets(endpoint);
}

void subscribe(Site& site, NodeId topic, NodeId via, const value::Value& subscription,
               const std::string& text) {
  for (const Target& target : endpoints(site, subscription)) {
    const Arrival arrival = arrival_at(site.draft.category(target.node));
    site.draft.add({.kind = arrival.kind,
                    .from = topic,
                    .to = target.node,
                    .mode = arrival.mode,
                    .via = via,
                    .settings = subscription,
                    .filter = subscription.get("FilterPolicy"),
                    .span = target.value.span(),
                    .text = text});
  }
  site.link({.kind = EdgeKind::dead_letters,
             .from = topic,
             .to = {},
             .mode = Mode::asynchronous,
             .via = via,
             .settings = subscription.get("RedrivePolicy"),
             .text = text},
            subscription.at("RedrivePolicy.deadLetterTargetArn"));
}

} // namespace

void extract_topic(Site& site) {
  for (const value::Value& subscription : entries(site.get("Subscription"))) {
    subscribe(site, site.self, {}, subscription, site.says("subscription of topic"));
  }
}

void extract_subscription(Site& site) {
  for (const Target& topic : site.targets(site.get("TopicArn"))) {
    subscribe(site, topic.node, site.self, site.resource.properties, site.says("subscription"));
  }
}

} // namespace slsaudit::graph
