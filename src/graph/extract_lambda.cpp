// SPDX-License-Identifier: Apache-2.0
// Lambda: functions, event source mappings, invoke configurations and URLs. Environment variables are hints:
// links.cpp.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

void link_log_group(Site& site) {
  const value::Value written = site.get("LoggingConfig.LogGroup");
  site.link({.kind = EdgeKind::logs,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .text = site.says("function")},
            written);
}

/// Failed events of a mapping or an invoke configuration, and the successful ones where they are passed on.
void link_destinations(Site& site, NodeId function) {
  const value::Value config = site.get("DestinationConfig");
  site.link({.kind = EdgeKind::dead_letters,
             .from = function,
             .to = {},
             .mode = Mode::asynchronous,
             .via = site.self,
             .settings = config.get("OnFailure"),
             .text = site.says("OnFailure destination of")},
            config.at("OnFailure.Destination"));
  for (const Target& target : site.targets(config.at("OnSuccess.Destination"))) {
    const bool runs = arrival_at(site.draft.category(target.node)).kind == EdgeKind::triggers;
    site.draft.add({.kind = runs ? EdgeKind::invokes : EdgeKind::sends,
                    .from = function,
                    .to = target.node,
                    .mode = Mode::asynchronous,
                    .via = site.self,
                    .settings = config.get("OnSuccess"),
                    .span = target.value.span(),
                    .text = site.says("OnSuccess destination of")});
  }
}

} // namespace

void extract_function(Site& site) {
  site.link({.kind = EdgeKind::assumes, .from = site.self, .to = {}, .text = site.says("role of")},
            site.get("Role"));
  site.link({.kind = EdgeKind::dead_letters,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .text = site.says("dead-letter target of")},
            site.get("DeadLetterConfig.TargetArn"));
  for (const value::Value& mount : entries(site.get("FileSystemConfigs"))) {
    for (const EdgeKind kind : {EdgeKind::reads, EdgeKind::writes}) {
      site.link({.kind = kind,
                 .from = site.self,
                 .to = {},
                 .mode = Mode::synchronous,
                 .settings = mount,
                 .text = site.says("file system of")},
                mount.get("Arn"));
    }
  }
  link_log_group(site);
}

void extract_event_source_mapping(Site& site) {
  const value::Value& settings = site.resource.properties;
  value::Value source = site.get("EventSourceArn");
  if (!source.is_present()) source = site.get("SelfManagedEventSource.Endpoints.KafkaBootstrapServers");
  for (const Target& function : site.targets(site.get("FunctionName"))) {
    for (const value::Value& one : entries(source)) {
      for (const Target& from : site.targets(one)) {
        site.draft.add({.kind = EdgeKind::polls,
                        .from = from.node,
                        .to = function.node,
                        .mode = Mode::polled,
                        .via = site.self,
                        .settings = settings,
                        .filter = site.get("FilterCriteria"),
                        .span = from.value.span(),
                        .text = site.says("event source mapping")});
      }
    }
    link_destinations(site, function.node);
  }
}

void extract_event_invoke_config(Site& site) {
  for (const Target& function : site.targets(site.get("FunctionName")))
    link_destinations(site, function.node);
}

void extract_function_url(Site& site) {
  site.link({.kind = EdgeKind::requests,
             .from = site.draft.internet(site.template_index),
             .to = {},
             .mode = Mode::synchronous,
             .via = site.self,
             .settings = site.resource.properties,
             .text = site.says("function URL")},
            site.get("TargetFunctionArn"));
}

} // namespace slsaudit::graph
