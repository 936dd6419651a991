// SPDX-License-Identifier: Apache-2.0
// What plugins add to a service. Of those that aren't known to leave resources alone, a note says what isn't
// read.
#include "dialect/serverless/plugins.hpp"

#include "dialect/serverless/function_parts.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// Local tools, bundlers, and what works on the stack from outside: nothing of them is in the template, or
/// what is there is as it would be without them. What takes parts of the file away has done so before.
constexpr std::array harmless = std::to_array<std::string_view>({
    "serverless-iam-roles-per-function",
    "serverless-offline",
    "serverless-offline-sqs",
    "serverless-offline-sns",
    "serverless-offline-dynamodb",
    "serverless-offline-scheduler",
    "serverless-offline-ssm",
    "serverless-offline-watcher",
    "serverless-dynamodb-local",
    "serverless-dynamodb",
    "serverless-s3-local",
    "serverless-localstack",
    "serverless-esbuild",
    "serverless-webpack",
    "serverless-bundle",
    "serverless-plugin-typescript",
    "serverless-typescript",
    "serverless-plugin-optimize",
    "serverless-jetpack",
    "serverless-python-requirements",
    "serverless-package-python-functions",
    "serverless-rust",
    "serverless-go-plugin",
    "serverless-ruby-layer",
    "serverless-wsgi",
    "serverless-prune-plugin",
    "serverless-dotenv-plugin",
    "serverless-better-credentials",
    "serverless-plugin-scripts",
    "serverless-hooks-plugin",
    "serverless-scriptable-plugin",
    "serverless-plugin-include-dependencies",
    "serverless-plugin-common-excludes",
    "serverless-plugin-conditional-functions",
    "serverless-plugin-ifelse",
    "serverless-disable-functions",
    "serverless-export-env",
    "serverless-jest-plugin",
    "serverless-mocha-plugin",
    "serverless-cloudformation-sub-variables",
    "serverless-pseudo-parameters",
    "serverless-plugin-split-stacks",
    "serverless-domain-manager",
    "serverless-deployment-bucket",
    "serverless-s3-sync",
    "serverless-s3-deploy",
    "serverless-plugin-resource-tagging",
    "serverless-stack-termination-protection",
    "serverless-openapi-documentation",
    "serverless-openapi-documenter",
    "serverless-plugin-monorepo",
    "serverless-plugin-git-variables",
    "serverless-secrets-plugin",
    "serverless-stage-manager",
    "serverless-appsync-offline",
    "serverless-appsync-simulator",
});

/// Plugins whose effect is known and is not read.
struct Unread {
  std::string_view plugin;
  std::string_view effect;
};
constexpr auto unread = std::to_array<Unread>({
    {"@lumigo/serverless", "adds a layer and a tracer to functions"},
    {"serverless-add-api-key", "adds API keys and usage plans by calls of its own"},
    {"serverless-dynamodb-autoscaling", "adds scaling of tables and a role for it"},
    {"serverless-fargate", "adds a cluster, tasks, services and their roles"},
    {"serverless-finch", "adds a bucket for a web site by calls of its own"},
    {"serverless-latest-layer-version", "replaces the versions of layers"},
    {"serverless-newrelic-lambda-layers", "adds a layer, a log subscription and a permission to functions"},
    {"serverless-plugin-datadog", "adds layers, variables and log subscriptions to functions"},
    {"serverless-plugin-existing-s3", "adds notifications to buckets by calls of its own"},
    {"serverless-reqvalidator-plugin", "adds request validators"},
    {"serverless-sentry", "adds a tracer and log subscriptions to functions"},
    {"serverless-vpc-discovery", "puts functions into a network that it looks up"},
});

/// serverless-plugin-lambda-insights: a layer and a policy for functions that have `lambdaInsights`.
void lower_insights(Service& service) {
  const Node* settings = dig(service.root, {"custom", "lambdaInsights"});
  for (const Function& function : service.functions) {
    const syntax::Entry* own = entry_of(function.body, "lambdaInsights");
    const Node* wanted = own != nullptr ? own->value : dig(settings, {"defaultLambdaInsights"});
    if (!is_true(wanted)) continue;
    const Make at = service.make.at(wanted->span);
    Draft* draft = service.find(function.logical_id);
    std::vector<const Node*> layers;
    if (const Node* before = draft->get("Layers"); before != nullptr && before->is_sequence()) {
      for (const syntax::Entry& item : before->children) layers.push_back(item.value);
    }
    const Node* version = dig(settings, {"insightsVersion"});
    if (version == nullptr) version = at.unknown("the plugin takes the layer's newest version");
    layers.push_back(
        at.sub({at.text("arn:${AWS::Partition}:lambda:${AWS::Region}:580247275435:layer:LambdaInsights"
                        "Extension:"),
                version}));
    draft->set("Layers", at.list(layers));
    if (is_false(dig(settings, {"attachPolicy"})) || function.role != nullptr) continue;
    service.managed_policies.emplace(
        function.role_id,
        at.sub("arn:${AWS::Partition}:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"));
  }
}

/// serverless-plugin-tracing: `tracing` (once `traceLambda`) of provider or function. What it asks of the
/// role is the author's to say.
void lower_tracing(Service& service) {
  for (const Function& function : service.functions) {
    const Node* wanted = nullptr;
    for (const std::string_view key : {"tracing", "traceLambda"}) {
      if (wanted == nullptr) wanted = dig(function.body, {key});
      if (wanted == nullptr) wanted = service.from_provider({key});
    }
    const Make at = service.make.at(wanted != nullptr ? wanted->span : function.key_span);
    const bool given = wanted != nullptr && wanted->is_scalar() && !is_true(wanted) && !is_false(wanted);
    const Node* mode = given ? wanted : at.text(is_true(wanted) ? "Active" : "PassThrough");
    service.find(function.logical_id)->set("TracingConfig", at.map({{"Mode", mode, {}}}));
  }
}

/// Plugins whose effect is read.
struct Row {
  std::string_view plugin;
  void (*lower)(Service&); ///< Null: read where it has its effect.
};
constexpr auto rows = std::to_array<Row>({
    {"serverless-associate-waf", lower_waf_association},
    {"serverless-api-gateway-caching", nullptr},
    {"serverless-api-gateway-throttling", nullptr},
    {"serverless-apigateway-service-proxy", lower_service_proxies},
    {"serverless-appsync-plugin", nullptr},
    {"serverless-lift", grant_constructs},
    {"serverless-plugin-aws-alerts", lower_alerts},
    {"serverless-plugin-canary-deployments", lower_canary_deployments},
    {"serverless-plugin-lambda-dead-letter", lower_dead_letters},
    {"serverless-plugin-lambda-insights", lower_insights},
    {"serverless-plugin-log-retention", lower_log_retention},
    {"serverless-plugin-log-subscription", lower_log_subscription},
    {"serverless-plugin-tracing", lower_tracing},
    {"serverless-plugin-warmup", nullptr},
    {"serverless-provisioned-concurrency-autoscaling", lower_concurrency_autoscaling},
    {"serverless-step-functions", lower_step_functions},
});

/// Of those whose effect is read, or at least known: what they make is called as here, or they make nothing.
constexpr auto makes_known_names = std::to_array<std::string_view>({
    "serverless-add-api-key",
    "serverless-api-gateway-caching",
    "serverless-api-gateway-throttling",
    "serverless-associate-waf",
    "serverless-latest-layer-version",
    "serverless-plugin-canary-deployments",
    "serverless-plugin-existing-s3",
    "serverless-plugin-lambda-insights",
    "serverless-plugin-log-retention",
    "serverless-plugin-tracing",
    "serverless-vpc-discovery",
});

const Node* plugins_of(const Service& service) {
  const Node* plugins = service.root->get("plugins");
  return plugins != nullptr && plugins->is_mapping() ? plugins->get("modules") : plugins;
}

bool is_harmless(std::string_view plugin) {
  return std::find(harmless.begin(), harmless.end(), plugin) != harmless.end();
}

void note_plugins(Service& service) {
  const Node* plugins = plugins_of(service);
  if (plugins == nullptr || syntax::is_null(*plugins)) return;
  if (!plugins->is_sequence()) {
    service.wrong_shape("plugins", *plugins, "a list");
    return;
  }
  for (const syntax::Entry& item : plugins->children) {
    const auto name = known_text(item.value);
    if (!name || is_harmless(*name)) continue;
    if (std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.plugin == *name; })) continue;
    const auto* known =
        std::find_if(unread.begin(), unread.end(), [&](const Unread& row) { return row.plugin == *name; });
    if (known != unread.end()) {
      service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                      "the plugin `" + std::string(*name) + "` " + std::string(known->effect),
                      item.value->span, "what it does is not audited");
      continue;
    }
    service.problem(text::ProblemLevel::note, "unknown-plugin",
                    "the plugin `" + std::string(*name) + "` may add resources", item.value->span,
                    "what it adds is not audited");
  }
}

} // namespace

bool may_add_names(const Service& service) {
  const Node* plugins = plugins_of(service);
  if (plugins == nullptr || syntax::is_null(*plugins)) return false;
  return !plugins->is_sequence() || std::ranges::any_of(plugins->children, [](const syntax::Entry& item) {
    const auto name = known_text(item.value);
    return !name ||
           (!is_harmless(*name) && std::ranges::find(makes_known_names, *name) == makes_known_names.end());
  });
}

void lower_plugins(Service& service) {
  note_plugins(service);
  for (const Row& row : rows) {
    if (row.lower != nullptr && service.has_plugin(row.plugin)) row.lower(service);
  }
  lower_appsync(service); // version 4 of the framework has it built in
  lower_stage_plugins(service);
}

} // namespace slsaudit::dialect::serverless
