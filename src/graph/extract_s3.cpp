// SPDX-License-Identifier: Apache-2.0
// S3: notifications, replication, and buckets that anybody may read.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

struct Notification {
  std::string_view list;
  std::string_view target;
};

constexpr Notification notifications[] = {
    {"LambdaConfigurations", "Function"},
    {"QueueConfigurations", "Queue"},
    {"TopicConfigurations", "Topic"},
};

} // namespace

void extract_bucket(Site& site) {
  const value::Value config = site.get("NotificationConfiguration");
  for (const Notification& notification : notifications) {
    for (const value::Value& entry : entries(config.get(notification.list))) {
      site.deliver({.from = site.self,
                    .to = {},
                    .settings = entry,
                    .filter = entry.get("Filter"),
                    .text = site.says("notification of bucket")},
                   entry.get(notification.target));
    }
  }
  if (const value::Value bus = config.get("EventBridgeConfiguration"); bus.is_map()) {
    site.draft.add_feed(
        {.kind = EdgeKind::sends,
         .from = site.self,
         .to = site.draft.outside(site.template_index, "outside::event-bus", "default event bus"),
         .mode = Mode::asynchronous,
         .settings = bus,
         .span = bus.span(),
         .text = site.says("notification of bucket")});
  }
  for (const value::Value& rule : entries(site.get("ReplicationConfiguration.Rules"))) {
    site.link({.kind = EdgeKind::writes,
               .from = site.self,
               .to = {},
               .mode = Mode::asynchronous,
               .settings = rule,
               .filter = rule.get("Filter"),
               .text = site.says("replication of bucket")},
              rule.at("Destination.Bucket"));
  }
  const value::Value access = site.get("AccessControl");
  if (text_of(access).starts_with("PublicRead")) {
    site.open_to_internet("access control of bucket", access, {});
  }
}

} // namespace slsaudit::graph
