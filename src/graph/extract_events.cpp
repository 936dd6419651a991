// SPDX-License-Identifier: Apache-2.0
// EventBridge: rules with their targets, archives, API destinations.
#include "graph/extract.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

/// Where a service's events name the resource that they are about.
struct Subject {
  std::string_view source;
  std::string_view path;
};

constexpr Subject subjects[] = {
    {"aws.batch", "detail.jobQueue"},         {"aws.cloudwatch", "detail.alarmName"},
    {"aws.codebuild", "detail.project-name"}, {"aws.codepipeline", "detail.pipeline"},
    {"aws.ecr", "detail.repository-name"},    {"aws.ecs", "detail.clusterArn"},
    {"aws.glue", "detail.jobName"},           {"aws.s3", "detail.bucket.name"},
    {"aws.states", "detail.stateMachineArn"},
};

void link_subject(Site& site, const value::Value& pattern, const value::Value& names) {
  for (const value::Value& name : entries(names)) {
    for (const Target& subject : site.draft.known_targets(site.template_index, name)) {
      site.draft.add({.kind = EdgeKind::triggers,
                      .from = subject.node,
                      .to = site.self,
                      .mode = Mode::asynchronous,
                      .filter = pattern,
                      .span = subject.value.span(),
                      .text = site.says("event pattern of rule")});
    }
  }
}

/// Services put their events on the default bus by themselves; a pattern that names a bucket, a workflow or
/// an alarm hears that one.
void link_subjects(Site& site, const value::Value& pattern) {
  const value::Value source = pattern.get("source");
  const auto is_platform = [](const value::Value& one) { return text_of(one).starts_with("aws."); };
  const std::vector<value::Value> sources = entries(source);
  if (std::ranges::none_of(sources, is_platform)) return;
  for (const Subject& subject : subjects) {
    if (holds(source, subject.source)) link_subject(site, pattern, pattern.at(subject.path));
  }
  link_subject(site, pattern, pattern.get("resources"));
}

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
      site.draft.add({.kind = EdgeKind::triggers,
                      .from = bus.node,
                      .to = site.self,
                      .mode = Mode::asynchronous,
                      .filter = pattern,
                      .span = bus.value.span(),
                      .text = site.says("event pattern of rule")});
    }
    link_subjects(site, pattern);
  }
  for (const value::Value& target : entries(site.get("Targets"))) {
    site.deliver({.from = site.self, .to = {}, .settings = target, .text = site.says("target of rule")},
                 target_arn(target));
    link_dead_letters(site, target);
  }
}

void extract_archive(Site& site) {
  for (const Target& source : site.targets(site.get("SourceArn"))) {
    site.draft.add({.kind = EdgeKind::sends,
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
