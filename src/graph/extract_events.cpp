// SPDX-License-Identifier: Apache-2.0
// EventBridge: rules with their targets, archives, API destinations.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

/// The bus that a value names; the account's default bus is an outside party.
std::vector<Target> buses(Site& site, const value::Value& bus) {
  const auto default_bus = [&] {
    return site.draft.outside(site.template_index, "outside::event-bus", "default event bus");
  };
  if (!bus.is_present()) return {{default_bus(), site.get("EventPattern")}};
  std::vector<Target> result;
  for (const value::Value& alternative : bus.alternatives()) {
    if (!alternative.is_present() || alternative.as_string() == "default") {
      result.push_back({default_bus(), alternative});
      continue;
    }
    for (const Target& target : site.targets(alternative)) result.push_back(target);
  }
  return result;
}

/// Who listens on the default bus hears what services tell it, too.
void hear(Site& site, Link link) {
  if (site.draft.node(link.from).type == "outside::event-bus") {
    site.draft.add_listener(std::move(link));
  } else {
    site.draft.add(std::move(link));
  }
}

/// A target on a container cluster runs a task; the cluster is only where.
value::Value target_arn(const value::Value& target) {
  const value::Value task = target.at("EcsParameters.TaskDefinitionArn");
  return task.is_present() ? task : target.get("Arn");
}

void link_dead_letters(Site& site, const value::Value& target) {
  site.link({.kind = EdgeKind::dead_letters,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .settings = target,
             .text = site.says("dead-letter target of")},
            target.at("DeadLetterConfig.Arn"));
}

} // namespace

void extract_rule(Site& site) {
  const value::Value pattern = site.get("EventPattern");
  if (pattern.is_present()) {
    for (const Target& bus : buses(site, site.get("EventBusName"))) {
      hear(site, {.kind = EdgeKind::triggers,
                  .from = bus.node,
                  .to = site.self,
                  .mode = Mode::asynchronous,
                  .filter = pattern,
                  .span = bus.value.span(),
                  .text = site.says("event pattern of rule")});
    }
  }
  for (const value::Value& target : entries(site.get("Targets"))) {
    site.deliver({.from = site.self, .to = {}, .settings = target, .text = site.says("target of rule")},
                 target_arn(target));
    link_dead_letters(site, target);
  }
}

void extract_archive(Site& site) {
  for (const Target& source : site.targets(site.get("SourceArn"))) {
    hear(site, {.kind = EdgeKind::sends,
                .from = source.node,
                .to = site.self,
                .mode = Mode::asynchronous,
                .settings = site.resource.properties,
                .filter = site.get("EventPattern"),
                .span = source.value.span(),
                .text = site.says("archive")});
  }
}

void extract_api_destination(Site& site) {
  const value::Value url = site.get("InvocationEndpoint");
  site.draft.add({.kind = EdgeKind::sends,
                  .from = site.self,
                  .to = site.draft.host(site.template_index, url),
                  .mode = Mode::asynchronous,
                  .settings = site.resource.properties,
                  .span = url.span(),
                  .text = site.says("endpoint of")});
}

void extract_schedule(Site& site) {
  const value::Value target = site.get("Target");
  site.deliver({.from = site.self, .to = {}, .settings = target, .text = site.says("target of schedule")},
               target_arn(target));
  link_dead_letters(site, target);
}

} // namespace slsaudit::graph
