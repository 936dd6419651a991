// SPDX-License-Identifier: Apache-2.0
// Containers, builds and jobs: what they run as, what starts them, which secrets they are given.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

struct RolePath {
  std::string_view type;
  std::string_view path;
};

constexpr RolePath roles[] = {
    {"AWS::AppRunner::Service", "InstanceConfiguration.InstanceRoleArn"},
    {"AWS::Batch::JobDefinition", "ContainerProperties.JobRoleArn"},
    {"AWS::CodeBuild::Project", "ServiceRole"},
    {"AWS::ECS::TaskDefinition", "TaskRoleArn"},
    {"AWS::Glue::Crawler", "Role"},
    {"AWS::Glue::Job", "Role"},
};

void link_secrets(Site& site, const value::Value& secrets) {
  for (const value::Value& secret : entries(secrets)) {
    site.link({.kind = EdgeKind::reads,
               .from = site.self,
               .to = {},
               .mode = Mode::synchronous,
               .settings = secret,
               .text = site.says("secret of")},
              secret.get("ValueFrom"));
  }
}

/// A build's variables of these types are names of what they are read from.
bool names_secret(const value::Value& variable) {
  const std::string_view type = text_of(variable.get("Type"));
  return type == "PARAMETER_STORE" || type == "SECRETS_MANAGER";
}

void link_location(Site& site, const value::Value& part, EdgeKind kind) {
  if (text_of(part.get("Type")) != "S3") return;
  site.link({.kind = kind,
             .from = site.self,
             .to = {},
             .mode = Mode::synchronous,
             .settings = part,
             .text = site.says(kind == EdgeKind::reads ? "source of" : "artifacts of")},
            part.get("Location"));
}

} // namespace

void extract_task(Site& site) {
  for (const RolePath& row : roles) {
    if (row.type != site.resource.type) continue;
    site.link({.kind = EdgeKind::assumes, .from = site.self, .to = {}, .text = site.says("role of")},
              site.get(row.path));
  }
  for (const value::Value& container : entries(site.get("ContainerDefinitions"))) {
    link_secrets(site, container.get("Secrets"));
    site.link({.kind = EdgeKind::logs,
               .from = site.self,
               .to = {},
               .mode = Mode::asynchronous,
               .text = site.says("container of")},
              container.at("LogConfiguration.Options.awslogs-group"));
  }
  link_secrets(site, site.get("ContainerProperties.Secrets"));
}

void extract_build(Site& site) {
  extract_task(site);
  for (const value::Value& variable : entries(site.get("Environment.EnvironmentVariables"))) {
    if (!names_secret(variable)) continue;
    for (const Target& target : site.draft.known_targets(site.template_index, variable.get("Value"))) {
      site.draft.add({.kind = EdgeKind::reads,
                      .from = site.self,
                      .to = target.node,
                      .mode = Mode::synchronous,
                      .settings = variable,
                      .span = target.value.span(),
                      .text = site.says("variable of")});
    }
  }
  link_location(site, site.get("Source"), EdgeKind::reads);
  link_location(site, site.get("Artifacts"), EdgeKind::writes);
}

void extract_app(Site& site) {
  extract_task(site);
  const value::Value open = site.get("NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible");
  if (open.as_boolean() != false) site.open_to_internet("public endpoint of", {}, site.resource.properties);
}

/// A crawler reads what it finds in buckets.
void extract_glue_trigger(Site& site) {
  for (const value::Value& action : entries(site.get("Actions"))) {
    for (const std::string_view property : {"CrawlerName", "JobName"}) {
      site.link({.kind = EdgeKind::triggers,
                 .from = site.self,
                 .to = {},
                 .mode = Mode::asynchronous,
                 .settings = action,
                 .text = site.says("action of trigger")},
                action.get(property));
    }
  }
}

/// Where a workgroup's queries leave their results.
void extract_workgroup(Site& site) {
  const value::Value settings = site.get("WorkGroupConfiguration.ResultConfiguration");
  for (const Target& bucket : site.draft.known_targets(site.template_index, settings.get("OutputLocation"))) {
    site.draft.add({.kind = EdgeKind::writes,
                    .from = site.self,
                    .to = bucket.node,
                    .mode = Mode::asynchronous,
                    .settings = settings,
                    .span = bucket.value.span(),
                    .text = site.says("results of workgroup")});
  }
}

void extract_crawler(Site& site) {
  extract_task(site);
  for (const value::Value& target : entries(site.get("Targets.S3Targets"))) {
    for (const Target& bucket : site.draft.known_targets(site.template_index, target.get("Path"))) {
      site.draft.add({.kind = EdgeKind::reads,
                      .from = site.self,
                      .to = bucket.node,
                      .mode = Mode::synchronous,
                      .settings = target,
                      .span = bucket.value.span(),
                      .text = site.says("target of crawler")});
    }
  }
}

} // namespace slsaudit::graph
