// SPDX-License-Identifier: Apache-2.0
// `functions`: what each makes besides its events.
#include "dialect/serverless/capacity_providers.hpp"
#include "dialect/serverless/cloud_front.hpp"
#include "dialect/serverless/event_list.hpp"
#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"
#include "dialect/serverless/service.hpp"
#include "syntax/entries.hpp"
#include "text/words.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// Properties that only differ in spelling.
constexpr auto own_properties = std::to_array<Renamed>({
    {"handler", "Handler"},
    {"description", "Description"},
    {"reservedConcurrency", "ReservedConcurrentExecutions"},
    {"recursiveLoop", "RecursiveLoop"},
});

/// The function's value, else the provider's, else the framework's default; null where nobody gives one.
struct Inherited {
  std::string_view from;
  std::string_view to;
  int fallback; ///< 0: none.
  int at_edge;  ///< The default of a function that CloudFront calls, which inherits nothing. 0: as any other.
};
constexpr auto inherited_properties = std::to_array<Inherited>({{"memorySize", "MemorySize", 1024, 128},
                                                                {"timeout", "Timeout", 6, 5},
                                                                {"kmsKeyArn", "KmsKeyArn", 0, 0},
                                                                {"layers", "Layers", 0, 0}});

void add_inherited(const Service& service, const Function& function, const Make& at, Properties& to) {
  const bool edge = runs_at_edge(function);
  const bool managed = dig(function.body, {"capacityProvider"}) != nullptr;
  for (const Inherited& row : inherited_properties) {
    const bool own = edge && row.at_edge != 0;
    const syntax::Entry* entry =
        own ? entry_of(function.body, row.from) : inherited(service, function, row.from);
    if (entry != nullptr && (row.fallback == 0 || is_set(entry->value)))
      to.push_back({row.to, entry->value, entry->key_span});
    else if (own)
      to.push_back({row.to, at.number(row.at_edge), {}});
    else if (row.fallback != 0)
      to.push_back({row.to, at.number(managed && row.from == "memorySize" ? 2048 : row.fallback), {}});
  }
}

void read_block(Service& service, const Node& block) {
  if (syntax::is_null(block)) return;
  if (!block.is_mapping()) {
    service.wrong_shape("functions", block, "a mapping of functions");
    return;
  }
  for (const syntax::Entry& entry : syntax::kept_entries(block)) add_function(service, entry);
}

const Node* code(const Service& service, const Function& function, const Make& at) {
  if (const Node* image = dig(function.body, {"image"})) {
    if (const Node* uri = dig(image, {"uri"})) return at.map({{"ImageUri", uri, {}}});
    const auto text = known_text(image);
    if (text && text->find('/') != std::string_view::npos) return at.map({{"ImageUri", image, {}}});
    if (is_intrinsic(image)) return at.map({{"ImageUri", image, {}}});
    const Node* listed = text ? service.from_provider({"ecr", "images", *text}) : nullptr;
    if (const Node* uri = dig(listed, {"uri"})) return at.map({{"ImageUri", uri, {}}});
    if (known_text(listed)) return at.map({{"ImageUri", listed, {}}});
    return at.map({{"ImageUri", at.unknown("the image is built when the service is deployed"), {}}});
  }
  const Node* bucket = service.from_provider({"deploymentBucket"});
  if (bucket != nullptr && bucket->is_mapping() && !is_intrinsic(bucket)) bucket = dig(bucket, {"name"});
  return at.map({{"S3Bucket", bucket != nullptr ? bucket : at.ref("ServerlessDeploymentBucket"), {}},
                 {"S3Key", at.unknown("the package gets its key when the service is deployed"), {}}});
}

void add_image(const Function& function, const Make& at, Properties& to) {
  const Node* image = dig(function.body, {"image"});
  if (image == nullptr) return;
  to.push_back({"PackageType", at.text("Image"), {}});
  Properties config;
  if (image->is_mapping()) {
    copy_properties(
        config, image,
        {{"command", "Command"}, {"entryPoint", "EntryPoint"}, {"workingDirectory", "WorkingDirectory"}});
  }
  if (!config.empty()) to.push_back({"ImageConfig", at.map(config), {}});
}

void add_runtime(const Service& service, const Function& function, const Make& at, Properties& to) {
  if (dig(function.body, {"image"}) != nullptr) return;
  if (const syntax::Entry* runtime = inherited(service, function, "runtime")) {
    to.push_back({"Runtime", runtime->value, runtime->key_span});
  } else {
    to.push_back({"Runtime", at.unknown("the default runtime depends on the version of the framework"), {}});
  }
}

/// `runtimeManagement`: when Lambda may give a function a newer patch of its runtime.
void add_runtime_management(const Service& service, const Function& function, const Make& at,
                            Properties& to) {
  const syntax::Entry* entry = inherited(service, function, "runtimeManagement");
  if (entry == nullptr || dig(function.body, {"image"}) != nullptr) return;
  const Make here = at.at(entry->value->span);
  const Node* mode = entry->value->is_mapping() ? dig(entry->value, {"mode"}) : entry->value;
  constexpr auto modes = std::to_array<Renamed>(
      {{"auto", "Auto"}, {"onFunctionUpdate", "FunctionUpdate"}, {"manual", "Manual"}});
  const auto text = known_text(mode);
  if (!text || *text == "auto") return;
  for (const Renamed& row : modes) {
    if (*text == row.from) mode = here.text(row.to);
  }
  const Node* arn = *text == "manual" ? dig(entry->value, {"arn"}) : nullptr;
  to.push_back({"RuntimeManagementConfig",
                here.map({{"UpdateRuntimeOn", mode, {}}, {"RuntimeVersionArn", arn, {}}}), entry->key_span});
}

/// Environment variables are texts, however they are written. The mapping itself where it has nothing else.
const Node* as_texts(const Make& make, const Node* environment) {
  if (!environment->is_mapping() || is_intrinsic(environment)) return environment;
  std::vector<syntax::Entry> entries;
  bool changed = false;
  for (syntax::Entry entry : environment->children) {
    const auto text = known_text(entry.value);
    if (text && !entry.value->is_quoted() &&
        syntax::scalar_type(*entry.value) != syntax::ScalarType::string) {
      const auto truth = syntax::as_boolean(*entry.value);
      entry.value = make.at(entry.value->span).text(!truth ? *text : *truth ? "true" : "false");
      changed = true;
    }
    entries.push_back(entry);
  }
  return changed ? make.builder().mapping(entries, environment->span) : environment;
}

/// How and where version 4 of the framework lets a function run.
void add_execution(const Service& service, const Function& function, const Make& at, Properties& to) {
  if (const syntax::Entry* entry = entry_of(function.body, "durableConfig")) {
    Properties config;
    copy_properties(
        config, entry->value,
        {{"executionTimeout", "ExecutionTimeout"}, {"retentionPeriodInDays", "RetentionPeriodInDays"}});
    const Node* value = entry->value->is_mapping() ? at.at(entry->value->span).map(config) : entry->value;
    to.push_back({"DurableConfig", value, entry->key_span});
  }
  if (const syntax::Entry* entry = entry_of(function.body, "tenancy")) {
    const Node* mode = dig(entry->value, {"mode"});
    if (const auto text = known_text(mode)) mode = at.at(mode->span).text(text::upper(*text));
    const Node* value = at.at(entry->value->span).map({{"TenantIsolationMode", mode, {}}});
    to.push_back({"TenancyConfig", entry->value->is_mapping() ? value : entry->value, entry->key_span});
  }
  const syntax::Entry* entry = entry_of(function.body, "capacityProvider");
  if (entry == nullptr) return;
  const Node* written = entry->value;
  const Make here = at.at(written->span);
  const bool settings = written->is_mapping() && !is_intrinsic(written);
  const Node* provider = settings ? dig(written, {"name"}) : written;
  const auto name = known_text(provider);
  if (name && makes_capacity_provider(service, *name))
    provider = here.get_att(capacity_provider_id(*name), "Arn");
  Properties config = {{"CapacityProviderArn", provider, {}}};
  if (settings) {
    copy_properties(config, written,
                    {{"maxConcurrency", "PerExecutionEnvironmentMaxConcurrency"},
                     {"memoryPerVCpu", "ExecutionEnvironmentMemoryGiBPerVCpu"}});
    Properties scaling;
    copy_properties(scaling, dig(written, {"scaling"}),
                    {{"min", "MinExecutionEnvironments"}, {"max", "MaxExecutionEnvironments"}});
    if (!scaling.empty()) to.push_back({"FunctionScalingConfig", here.map(scaling), {}});
  }
  to.push_back({"CapacityProviderConfig",
                here.map({{"LambdaManagedInstancesCapacityProviderConfig", here.map(config), {}}}),
                entry->key_span});
}

/// Values that stand in a structure of their own in CloudFormation.
void add_structured(Service& service, const Function& function, const Make& at, Properties& to) {
  if (const syntax::Entry* entry = inherited(service, function, "architecture")) {
    to.push_back({"Architectures", at.at(entry->value->span).list({entry->value}), entry->key_span});
  }
  if (const syntax::Entry* entry = entry_of(function.body, "ephemeralStorageSize")) {
    to.push_back(
        {"EphemeralStorage", at.at(entry->value->span).map({{"Size", entry->value, {}}}), entry->key_span});
  }
  const Node* tags = merge_shallow(at, service.from_provider({"tags"}), dig(function.body, {"tags"}));
  to.push_back({"Tags", tag_list(at, tags), {}});
  const Node* environment =
      merge_shallow(at, service.from_provider({"environment"}), dig(function.body, {"environment"}));
  if (environment != nullptr) {
    const syntax::Entry* own = entry_of(function.body, "environment");
    to.push_back({"Environment", at.at(environment->span).map({{"Variables", as_texts(at, environment), {}}}),
                  own != nullptr ? own->key_span : text::Span{}});
  }
  if (const syntax::Entry* entry = entry_of(function.body, "snapStart");
      entry != nullptr && is_set(entry->value)) {
    to.push_back(
        {"SnapStart", at.at(entry->key_span).map({{"ApplyOn", at.text("PublishedVersions"), {}}}), {}});
  }
  add_execution(service, function, at, to);
  if (const Node* logs = dig(function.body, {"logs"}) != nullptr
                             ? dig(function.body, {"logs"})
                             : service.from_provider({"logs", "lambda"})) {
    Properties logging;
    copy_properties(logging, logs,
                    {{"applicationLogLevel", "ApplicationLogLevel"},
                     {"logFormat", "LogFormat"},
                     {"logGroup", "LogGroup"},
                     {"systemLogLevel", "SystemLogLevel"}});
    if (!logging.empty()) to.push_back({"LoggingConfig", at.at(logs->span).map(logging), {}});
  }
}

/// Settings whose use also needs a permission.
void add_with_grants(Service& service, const Function& function, const Make& at, Properties& to) {
  if (const syntax::Entry* entry = entry_of(function.body, "onError")) {
    to.push_back({"DeadLetterConfig", at.at(entry->value->span).map({{"TargetArn", entry->value, {}}}),
                  entry->key_span});
    if (known_text(entry->value)) {
      service.grant(function, "onError/" + function.normalized, {"sns:Publish"}, entry->value);
    }
  }
  if (const syntax::Entry* entry = inherited(service, function, "kmsKeyArn")) {
    if (const auto arn = known_text(entry->value)) {
      service.grant(function, "kms/" + std::string(*arn), {"kms:Decrypt"}, entry->value);
    }
  }
  const Node* tracing = dig(function.body, {"tracing"});
  if (!is_set(tracing)) tracing = service.from_provider({"tracing", "lambda"});
  if (is_set(tracing)) {
    const Node* mode = is_true(tracing) ? at.at(tracing->span).text("Active") : tracing;
    to.push_back({"TracingConfig", at.at(tracing->span).map({{"Mode", mode, {}}}), {}});
    service.grant(function, "tracing", {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, nullptr);
  }
  if (const Node* files = dig(function.body, {"fileSystemConfig"})) {
    Properties config;
    copy_properties(config, files, {{"arn", "Arn"}, {"localMountPath", "LocalMountPath"}});
    to.push_back({"FileSystemConfigs", at.list({at.at(files->span).map(config)}), {}});
    service.grant(function, "files/" + function.normalized,
                  {"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"}, dig(files, {"arn"}));
  }
}

void add_vpc(const Service& service, const Function& function, const Make& at, Properties& to) {
  if (dig(function.body, {"capacityProvider"}) != nullptr) return; // which has the network
  const Node* own = function.body->get("vpc");
  if (own != nullptr && (syntax::is_null(*own) || is_false(own)))
    return; // `vpc: ~` leaves the provider's VPC
  const Node* shared = service.from_provider({"vpc"});
  for (const Node* vpc : {own, shared}) {
    if (vpc != nullptr && vpc->kind == syntax::NodeKind::unknown) {
      to.push_back({"VpcConfig", vpc, {}});
      return;
    }
  }
  Properties config;
  const Node* merged = merge_shallow(at, shared, own);
  copy_properties(config, merged,
                  {{"ipv6AllowedForDualStack", "Ipv6AllowedForDualStack"},
                   {"securityGroupIds", "SecurityGroupIds"},
                   {"subnetIds", "SubnetIds"}});
  if (dig(merged, {"securityGroupIds"}) == nullptr || dig(merged, {"subnetIds"}) == nullptr) return;
  to.push_back({"VpcConfig", at.at(merged->span).map(config), {}});
}

} // namespace

void add_function(Service& service, const syntax::Entry& entry) {
  if (syntax::is_null(*entry.value)) return;
  if (!entry.value->is_mapping()) {
    service.wrong_shape("functions." + std::string(entry.key), *entry.value, "a mapping");
    return;
  }
  if (service.function(entry.key) != nullptr) return;
  Function& function = service.functions.emplace_back();
  function.key = entry.key;
  function.key_span = entry.key_span;
  function.body = entry.value;
  function.normalized = naming::resource(entry.key);
  function.logical_id = function.normalized + "LambdaFunction";
  const Make at = service.make.at(entry.key_span);
  function.name = dig(entry.value, {"name"});
  if (function.name == nullptr) function.name = service.dashed(at, {at.text(entry.key)});
  if (is_set(dig(entry.value, {"provisionedConcurrency"}))) {
    const auto alias = known_text(dig(entry.value, {"provisionedConcurrency", "alias"}));
    const bool own = alias && *alias != "provisioned"; // version 4
    function.alias = own ? *alias : "provisioned";
    function.alias_id =
        function.normalized + "ProvConc" + (own ? naming::resource(*alias) : "") + "LambdaAlias";
  } else if (is_set(dig(entry.value, {"snapStart"}))) {
    function.alias = "snapstart";
    function.alias_id = function.normalized + "SnapStartLambdaAlias";
  } else if (is_set(dig(entry.value, {"durableConfig"}))) {
    function.alias = "durable";
    function.alias_id = function.normalized + "DurableLambdaAlias";
  } else if (const auto alias = canary_alias(service, function)) {
    function.alias = *alias;
    function.shifted = true;
    function.alias_id = function.logical_id + "Alias" + naming::alphanumeric(*alias);
  }
  read_events(service, function);
}

void read_functions(Service& service) {
  const Node* functions = service.root->get("functions");
  if (functions == nullptr) return;
  if (!functions->is_sequence()) {
    read_block(service, *functions);
    return;
  }
  for (const syntax::Entry& item : functions->children) read_block(service, *item.value);
}

void lower_functions(Service& service) {
  for (const Function& function : service.functions) {
    const Make at = service.make.at(function.key_span);
    if (dig(function.body, {"handler"}) == nullptr && dig(function.body, {"image"}) == nullptr) {
      service.problem(text::ProblemLevel::finding, "function-without-code",
                      "the function `" + std::string(function.key) + "` has neither `handler` nor `image`",
                      function.key_span, "give one of them");
    }
    Properties properties = {{"Code", code(service, function, at), {}}};
    add_image(function, at, properties);
    add_runtime(service, function, at, properties);
    add_runtime_management(service, function, at, properties);
    const syntax::Entry* name = entry_of(function.body, "name");
    properties.push_back({"FunctionName", function.name, name != nullptr ? name->key_span : text::Span{}});
    add_inherited(service, function, at, properties);
    copy_properties(properties, function.body, own_properties);
    add_structured(service, function, at, properties);
    add_with_grants(service, function, at, properties);
    add_vpc(service, function, at, properties);
    const Node* role = function.role != nullptr ? function.role : at.get_att(function.role_id, "Arn");
    properties.push_back({"Role", role, {}});
    Draft& draft = service.add(function.logical_id, "AWS::Lambda::Function", author_of(function), properties);
    if (function.plugin_role) draft.depends_on.push_back(function.role_id);
    if (!is_set(dig(function.body, {"disableLogs"})))
      draft.depends_on.push_back(function.normalized + "LogGroup");
    if (const Node* get_att = dig(role, {"Fn::GetAtt"}); function.role != nullptr && get_att != nullptr &&
                                                         get_att->is_sequence() &&
                                                         !get_att->children.empty()) {
      if (const auto id = known_text(get_att->children.front().value)) draft.depends_on.emplace_back(*id);
    }
    if (const Node* more = dig(function.body, {"dependsOn"})) {
      if (const auto id = known_text(more)) draft.depends_on.emplace_back(*id);
      for (const syntax::Entry& item : more->children) {
        if (const auto id = known_text(item.value)) draft.depends_on.emplace_back(*id);
      }
    }
    draft.condition = dig(function.body, {"condition"});
    lower_log_group(service, function);
    lower_version(service, function);
    lower_url(service, function);
    lower_invoke_config(service, function);
  }
}

} // namespace slsaudit::dialect::serverless
