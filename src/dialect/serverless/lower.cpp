// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/lower.hpp"

#include "dialect/serverless/capacity_providers.hpp"
#include "dialect/serverless/condition.hpp"
#include "dialect/serverless/plugins.hpp"
#include "dialect/serverless/pseudo_parameters.hpp"
#include "dialect/serverless/resolver.hpp"
#include "dialect/serverless/service.hpp"
#include "syntax/entries.hpp"
#include "text/encoding.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <vector>

namespace slsaudit::dialect::serverless {

namespace {

/// Parts that nothing is made of directly; variables reach into them. Some contain themselves on purpose.
constexpr std::array not_lowered =
    std::to_array<std::string_view>({"custom", "params", "stages", "build", "package"});

/// Of those, what plugins that are read are set up by.
constexpr std::array plugin_settings = std::to_array<std::string_view>(
    {"alerts", "apiGatewayCaching", "apiGatewayServiceProxies", "apiGatewayThrottling", "appSync",
     "associateWaf", "deploymentSettings", "lambdaInsights", "logRetentionInDays", "logSubscription",
     "serverless-iam-roles-per-function", "serverlessIfElse", "warmup"});

const Node* resolved_custom(Resolver& resolver, const Node* written) {
  const Node* custom = resolver.head(written);
  if (custom == nullptr || !custom->is_mapping()) return written;
  std::vector<syntax::Entry> entries;
  for (syntax::Entry entry : custom->children) {
    const bool used =
        std::find(plugin_settings.begin(), plugin_settings.end(), entry.key) != plugin_settings.end();
    if (used) entry.value = resolver.expand(entry.value);
    if (used) entries.push_back(entry);
  }
  return resolver.builder().mapping(entries, custom->span);
}

const Node* resolved_root(Resolver& resolver, const Node& root) {
  std::vector<syntax::Entry> entries;
  for (const syntax::Entry& entry : root.children) {
    if (root.find(entry.key) != &entry) continue;
    syntax::Entry resolved = entry;
    const bool skip = std::find(not_lowered.begin(), not_lowered.end(), entry.key) != not_lowered.end();
    if (skip)
      resolver.check(entry.value); // the framework resolves them too, and stops where it can't
    else
      resolved.value = resolver.expand(entry.value);
    if (entry.key == "custom") resolved.value = resolved_custom(resolver, entry.value);
    entries.push_back(resolved);
  }
  return resolver.builder().mapping(entries, root.span);
}

void report_unclosed_variables(const Node& root, text::Problems& problems) {
  std::unordered_set<const Node*> seen; // aliases share nodes
  std::vector<const Node*> pending{&root};
  while (!pending.empty()) {
    const Node& node = *pending.back();
    pending.pop_back();
    if (!seen.insert(&node).second) continue;
    for (const syntax::Entry& entry : node.children) pending.push_back(entry.value);
    const std::string_view unclosed = node.is_scalar() ? unclosed_variable(node.text) : std::string_view();
    if (unclosed.empty()) continue;
    problems.push_back(
        {.level = text::ProblemLevel::error,
         .name = "variable-not-closed",
         .message = "the variable `" + std::string(text::beginning(unclosed, 40)) + "` has no closing brace",
         .span = node.span,
         .help = "close it with `}`",
         .related = {}});
  }
}

/// Settings that the framework reads elsewhere than at the root, where it passes them over.
struct Misplaced {
  std::string_view key;
  std::string_view below;
};
constexpr auto misplaced_keys = std::to_array<Misplaced>({
    {"Outputs", "resources"},
    {"Parameters", "resources"},
    {"Resources", "resources"},
    {"apiGateway", "provider"},
    {"architecture", "provider"},
    {"deploymentBucket", "provider"},
    {"environment", "provider"},
    {"httpApi", "provider"},
    {"iam", "provider"},
    {"iamManagedPolicies", "provider"},
    {"iamRoleStatements", "provider"},
    {"logRetentionInDays", "provider"},
    {"memorySize", "provider"},
    {"region", "provider"},
    {"runtime", "provider"},
    {"stage", "provider"},
    {"timeout", "provider"},
    {"tracing", "provider"},
    {"usagePlan", "provider"},
    {"versionFunctions", "provider"},
    {"vpc", "provider"},
});

/// Tells what stands at the root and is read by nobody, variables (`${self:region}`) aside.
void report_misplaced_keys(Service& service, const Node& root) {
  std::vector<std::pair<const Misplaced*, const syntax::Entry*>> found;
  for (const Misplaced& row : misplaced_keys) {
    const syntax::Entry* entry = root.find(row.key);
    if (entry != nullptr && !syntax::is_null(*entry->value)) found.emplace_back(&row, entry);
  }
  if (found.empty()) return;
  std::unordered_set<const Node*> seen; // aliases share nodes
  std::vector<const Node*> pending{&root};
  while (!pending.empty() && !found.empty()) {
    const Node& node = *pending.back();
    pending.pop_back();
    if (!seen.insert(&node).second) continue;
    for (const syntax::Entry& entry : node.children) pending.push_back(entry.value);
    if (!node.is_scalar()) continue;
    std::erase_if(found, [&](const auto& each) {
      return node.text.find("self:" + std::string(each.first->key)) != std::string_view::npos;
    });
  }
  for (const auto& [row, entry] : found) {
    service.problem(text::ProblemLevel::finding, "misplaced-section",
                    "`" + std::string(row->key) +
                        "` stands at the root, where nothing reads it: it belongs below `" +
                        std::string(row->below) + "`",
                    entry->key_span, "move it below `" + std::string(row->below) + "`");
  }
}

/// The provider as a mapping; an empty one where the author's isn't known.
const Node* provider_of(Service& service, const Make& make) {
  const Node* provider = service.root->get("provider");
  if (provider == nullptr || syntax::is_null(*provider)) {
    service.problem(text::ProblemLevel::finding, "missing-provider", "the service has no `provider`",
                    make.span(), "say where the service is deployed: `provider: {name: aws}`");
  } else if (provider->is_mapping()) {
    return provider;
  } else if (const auto name = known_text(provider)) {
    return make.at(provider->span).map({{"name", make.at(provider->span).text(*name), {}}});
  } else {
    service.wrong_shape("provider", *provider, "a mapping");
  }
  return make.map({});
}

const Node* name_of(Service& service, const Make& make) {
  const Node* name = service.root->get("service");
  if (name != nullptr && name->is_mapping() && !is_intrinsic(name)) name = name->get("name");
  if (name == nullptr || syntax::is_null(*name)) {
    service.problem(text::ProblemLevel::finding, "missing-service", "the service has no name", make.span(),
                    "give it one with `service`");
    return make.unknown("the service has no name");
  }
  if (known_text(name) || name->kind == syntax::NodeKind::unknown || is_intrinsic(name)) return name;
  service.wrong_shape("service", *name, "a name");
  return make.unknown("the service's name is no text");
}

/// How other services call the stack when they take its outputs.
void name_stack(const Service& service, const ComposedService* composed, Lowered& lowered) {
  const Node* stack = service.from_provider({"stackName"});
  if (const auto name = known_text(stack != nullptr ? stack : service.dashed(service.make)))
    lowered.stack_names.push_back(*name);
  if (composed != nullptr) lowered.stack_names.push_back(composed->name);
}

/// "provider.tracing switch" is a `tracing` that is no mapping, as a plugin reads it.
void add_sections(const syntax::Entry* provider, Sections& sections) {
  if (provider == nullptr) return;
  sections["provider"] = provider->key_span;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> inherited{{
      {"logRetentionInDays", "provider.logRetentionInDays"},
      {"tracing", "provider.tracing"},
  }};
  for (const auto& [key, name] : inherited) {
    if (const syntax::Entry* entry = provider->value->find(key)) sections[name] = entry->key_span;
  }
  const Node* tracing = provider->value->get("tracing");
  if (tracing != nullptr && tracing->is_scalar() && !syntax::is_null(*tracing))
    sections["provider.tracing switch"] = tracing->span;
}

/// Whether a word of the provider's settings may come out differently for each stage.
bool varies_by_stage(const Node* value) {
  if (value == nullptr || syntax::is_null(*value)) return false;
  if (!value->is_scalar()) return true;
  if (value->text.find("${") == std::string_view::npos) return false;
  // `${opt:region, 'eu-west-1'}` is the same for all unless somebody says otherwise at each deployment.
  return !value->text.starts_with("${opt:region,") || value->text.find("${", 2) != std::string_view::npos;
}

/// Settings of a stage that take it to an account or region of its own.
bool is_elsewhere(const Node& stage) {
  static constexpr std::array<std::string_view, 4> words{"account", "profile", "region", "role"};
  std::vector<const Node*> work{&stage};
  while (!work.empty()) {
    const Node* node = work.back();
    work.pop_back();
    for (const syntax::Entry& entry : node->children) {
      const std::string key = text::lower(entry.key);
      if (std::ranges::any_of(words, [&](auto word) { return key.find(word) != std::string::npos; }))
        return true;
      work.push_back(entry.value);
    }
  }
  return false;
}

/// Stages count as sections "stages.NAME" where all of them seem to be deployed to one account and region;
/// "stages account" is the setting that says so for sure.
void add_stages(const Node& root, text::Arena& arena, Sections& sections) {
  const Node* provider = root.get("provider");
  const Node* profile = provider != nullptr ? provider->get("profile") : nullptr;
  const bool may_vary =
      provider != nullptr && (varies_by_stage(profile) || varies_by_stage(provider->get("region")));
  if (may_vary || (root.get("org") != nullptr && profile == nullptr)) return;
  std::vector<const syntax::Entry*> stages;
  for (const std::string_view section : {"params", "stages"}) {
    const Node* all = root.get(section);
    if (all == nullptr || !all->is_mapping()) continue;
    for (const syntax::Entry& entry : all->children) {
      if (is_elsewhere(*entry.value)) return;
      stages.push_back(&entry);
    }
  }
  for (const syntax::Entry* stage : stages)
    sections.emplace(arena.copy("stages." + std::string(stage->key)), stage->key_span);
  if (!stages.empty() && profile != nullptr) sections["stages account"] = provider->find("profile")->key_span;
}

/// Plugins count as sections "plugins.NAME": what they do, they do to all functions.
void add_plugins(const Service& service, text::Arena& arena, Sections& sections) {
  const Node* plugins = service.root->get("plugins");
  if (plugins != nullptr && plugins->is_mapping()) plugins = plugins->get("modules");
  if (plugins == nullptr) return;
  for (const syntax::Entry& entry : plugins->children) {
    const auto name = known_text(entry.value);
    if (name) sections.emplace(arena.copy("plugins." + std::string(*name)), entry.value->span);
  }
}

/// Whether it is, or holds at once, a part that can't be read (a file that isn't there).
bool has_unread_part(const Node* node) {
  if (node == nullptr) return false;
  if (node->kind == syntax::NodeKind::unknown) return true;
  return std::ranges::any_of(node->children, [&](const syntax::Entry& entry) {
    if (entry.value->kind == syntax::NodeKind::unknown) return true;
    return node->is_sequence() && has_unread_part(entry.value);
  });
}

/// Whether at least one function is in sight, however much of it is.
bool has_function_in_sight(const Node* functions) {
  return std::ranges::any_of(functions->children, [&](const syntax::Entry& entry) {
    if (functions->is_sequence()) return has_function_in_sight(entry.value); // As deep as the text is.
    return entry.value->kind != syntax::NodeKind::unknown;
  });
}

/// None of the functions is in sight. What the provider says of them still is.
void tell_all_unread(Service& service, const syntax::Entry& functions, OutOfSight& unread) {
  service.problem(text::ProblemLevel::finding, "unread-functions",
                  "none of the service's functions is audited: `functions` stands in what can't be read here",
                  functions.key_span,
                  "audit it where the files that it names are, after what makes them has run");
  const Node* runtime = service.from_provider({"runtime"});
  const auto name = known_text(runtime);
  if (!name) return;
  unread.runtime = *name;
  unread.runtime_span = runtime->span;
}

OutOfSight find_unread(Service& service) {
  OutOfSight unread;
  const syntax::Entry* functions = service.root->find("functions");
  unread.functions = functions != nullptr && has_unread_part(functions->value);
  if (unread.functions && !has_function_in_sight(functions->value))
    tell_all_unread(service, *functions, unread);
  const syntax::Entry* resources = service.root->find("resources");
  const Node* written = resources != nullptr ? resources->value : nullptr;
  unread.names = unread.functions || has_unread_part(written) || may_add_names(service);
  const auto look_into = [&](const Node* part) {
    const Node* names = part->is_mapping() ? part->get("Resources") : nullptr;
    unread.names = unread.names || has_unread_part(names) ||
                   (names != nullptr && std::ranges::any_of(names->children, [](const syntax::Entry& entry) {
                      return entry.key.starts_with("Fn::");
                    }));
  };
  if (written != nullptr) look_into(written);
  if (written != nullptr && written->is_sequence()) {
    for (const syntax::Entry& part : written->children) look_into(part.value);
  }
  return unread;
}

/// Parts of a service, in version 4 of the framework, that are not functions and make resources of their own.
void note_unread_parts(Service& service) {
  for (const std::string_view part : {"agents", "ai", "sandboxes"}) {
    const syntax::Entry* entry = service.root->find(part);
    if (entry == nullptr || syntax::is_null(*entry->value)) continue;
    service.problem(text::ProblemLevel::note, "partly-understood-service",
                    "what the framework makes of `" + std::string(part) + "` is not read", entry->key_span,
                    "its resources and roles are not audited");
  }
}

void lower_all(Service& service, Lowered& lowered, text::Arena& arena, const Inputs& inputs) {
  note_unread_parts(service);
  lowered.unread = find_unread(service);
  read_functions(service);
  check_setting_names(service);
  add_plugin_functions(service);
  lower_deployment_bucket(service);
  lower_roles(service);
  lower_capacity_providers(service);
  lower_functions(service);
  lower_layers(service);
  lower_events(service);
  lower_plugins(service);
  finish_roles(service);
  merge_resources(service, lowered, arena, inputs);
  substitute_pseudo_parameters(service, lowered);
}

} // namespace

Lowered lower(const syntax::Document& as_written, text::Arena& arena, const Inputs& inputs,
              const Project& project, const ComposedService* composed) {
  const std::optional<syntax::Document> kept = syntax::with_kept_entries(as_written, arena);
  const syntax::Document& document = kept ? *kept : as_written;
  Lowered lowered;
  lowered.dialect = Dialect::serverless;
  lowered.file = document.file;
  if (document.root == nullptr) return lowered;
  const syntax::Builder builder(arena);
  const Make make(builder, document.root->span);
  Service early(make, document.root, lowered.problems);
  if (!document.root->is_mapping()) {
    Service(make, document.root, lowered.problems).wrong_shape("serverless.yml", *document.root, "a mapping");
    return lowered;
  }
  report_unclosed_variables(*document.root, lowered.problems);
  report_misplaced_keys(early, *document.root);
  Resolver resolver(document, arena, inputs, project, lowered.problems, composed);
  const Node* root = resolved_root(resolver, *document.root);
  const syntax::Entry* provider = document.root->find("provider");
  add_sections(provider, lowered.sections);
  lowered.custom = document.root->get("custom");
  Service service(make.at(provider != nullptr ? provider->key_span : document.root->span), root,
                  lowered.problems);
  service.root = apply_conditions(service);
  service.provider = provider_of(service, service.make);
  service.name = name_of(service, service.make);
  service.stage = resolver.stage();
  service.region = resolver.region();
  service.limits = project.limits;
  add_plugins(service, arena, lowered.sections);
  add_stages(*document.root, arena, lowered.sections);
  lowered.service = known_text(service.name).value_or("");
  lowered.own_roles = own_roles(service);
  name_stack(service, composed, lowered);
  if (provider != nullptr) {
    lowered.passages.push_back(
        {provider->value->span, {value::Origin::Kind::globals, provider->key_span, "provider", nullptr}});
  }
  resolver.tell_origins(lowered);
  const auto platform = known_text(service.from_provider({"name"}));
  if (platform && *platform != "aws") {
    lower_other_provider(service, *platform, lowered);
    return lowered;
  }
  lower_all(service, lowered, arena, inputs);
  return lowered;
}

} // namespace slsaudit::dialect::serverless
