// SPDX-License-Identifier: Apache-2.0
// `functions`: what each makes besides its events.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/service.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// Properties that only differ in spelling.
constexpr auto own_properties = std::to_array<Renamed>({
    {"handler", "Handler"},
    {"description", "Description"},
    {"reservedConcurrency", "ReservedConcurrentExecutions"},
    {"recursiveLoop", "RecursiveLoop"},
    {"durableConfig", "DurableConfig"},
});

/// The function's value, else the provider's, else the framework's default; null where nobody gives one.
struct Inherited {
  std::string_view from;
  std::string_view to;
  int fallback; ///< 0: none.
};
constexpr auto inherited_properties = std::to_array<Inherited>({
    {"memorySize", "MemorySize", 1024}, {"timeout", "Timeout", 6}, {"kmsKeyArn", "KmsKeyArn", 0}, {"layers", "Layers", 0}});

const syntax::Entry* entry_of(const Node* node, std::string_view key) {
  const syntax::Entry* entry = node == nullptr ? nullptr : node->find(key);
  return entry == nullptr || syntax::is_null(*entry->value) ? nullptr : entry;
}

const syntax::Entry* inherited(const Service& service, const Function& function, std::string_view key) {
  const syntax::Entry* entry = entry_of(function.body, key);
  return entry != nullptr ? entry : entry_of(service.provider, key);
}

void add_events(Service& service, Function& function) {
  const Node* events = function.body->get("events");
  if (events == nullptr || syntax::is_null(*events)) return;
  if (!events->is_sequence()) {
    service.wrong_shape("events", *events, "a list");
    return;
  }
  for (const syntax::Entry& item : events->children) {
    const Node* event = item.value;
    if (event->is_scalar() && !syntax::is_null(*event)) {
      function.events.push_back({event->text, event->span, event});
    } else if (event->is_mapping() && !event->children.empty()) {
      // The framework looks an event's keys up one by one; a second key is a mistake of indentation.
      const syntax::Entry& entry = event->children.front();
      function.events.push_back({entry.key, entry.key_span, entry.value});
    } else if (!syntax::is_null(*event)) {
      service.wrong_shape("events", *event, "a mapping with the event's type");
    }
  }
}

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
    function.alias = "provisioned";
    function.alias_id = function.normalized + "ProvConcLambdaAlias";
  } else if (is_set(dig(entry.value, {"snapStart"}))) {
    function.alias = "snapstart";
    function.alias_id = function.normalized + "SnapStartLambdaAlias";
  }
  add_events(service, function);
}

void read_block(Service& service, const Node& block) {
  if (syntax::is_null(block)) return;
  if (!block.is_mapping()) {
    service.wrong_shape("functions", block, "a mapping of functions");
    return;
  }
  for (const syntax::Entry& entry : block.children) {
    if (block.find(entry.key) == &entry) add_function(service, entry);
  }
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
    copy_properties(config, image,
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

/// Environment variables are texts, however they are written. The mapping itself where it has nothing else.
const Node* as_texts(const Make& make, const Node* environment) {
  if (!environment->is_mapping() || is_intrinsic(environment)) return environment;
  std::vector<syntax::Entry> entries;
  bool changed = false;
  for (syntax::Entry entry : environment->children) {
    const auto text = known_text(entry.value);
    if (text && !entry.value->is_quoted() && syntax::scalar_type(*entry.value) != syntax::ScalarType::string) {
      const auto truth = syntax::as_boolean(*entry.value);
      entry.value = make.at(entry.value->span).text(!truth ? *text : *truth ? "true" : "false");
      changed = true;
    }
    entries.push_back(entry);
  }
  return changed ? make.builder().mapping(entries, environment->span) : environment;
}

/// Values that stand in a structure of their own in CloudFormation.
void add_structured(Service& service, const Function& function, const Make& at, Properties& to) {
  if (const syntax::Entry* entry = inherited(service, function, "architecture")) {
    to.push_back({"Architectures", at.at(entry->value->span).list({entry->value}), entry->key_span});
  }
  if (const syntax::Entry* entry = entry_of(function.body, "ephemeralStorageSize")) {
    to.push_back({"EphemeralStorage", at.at(entry->value->span).map({{"Size", entry->value, {}}}), entry->key_span});
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
  if (const syntax::Entry* entry = entry_of(function.body, "snapStart"); entry != nullptr && is_set(entry->value)) {
    to.push_back({"SnapStart", at.at(entry->key_span).map({{"ApplyOn", at.text("PublishedVersions"), {}}}), {}});
  }
  if (const Node* logs = dig(function.body, {"logs"}) != nullptr ? dig(function.body, {"logs"})
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
    to.push_back({"DeadLetterConfig", at.at(entry->value->span).map({{"TargetArn", entry->value, {}}}), entry->key_span});
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
  const Node* own = function.body->get("vpc");
  if (own != nullptr && (syntax::is_null(*own) || is_false(own))) return; // `vpc: ~` leaves the provider's VPC
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

void add_log_group(Service& service, const Function& function) {
  if (is_set(dig(function.body, {"disableLogs"}))) return;
  const Make at = service.make.at(function.key_span);
  Properties properties = {{"LogGroupName", at.concat({at.text("/aws/lambda/"), function.name}), {}}};
  struct Setting {
    std::string_view from;
    std::string_view to;
  };
  for (const Setting& setting : {Setting{"logRetentionInDays", "RetentionInDays"},
                                 Setting{"logDataProtectionPolicy", "DataProtectionPolicy"}}) {
    if (const syntax::Entry* entry = inherited(service, function, setting.from)) {
      properties.push_back({setting.to, entry->value, entry->key_span});
    }
  }
  service.add(function.normalized + "LogGroup", "AWS::Logs::LogGroup",
              generated_by(function, function.key_span, "logRetentionInDays"), properties);
}

void add_alias(Service& service, const Function& function, const std::string& version) {
  if (function.alias.empty()) return;
  const syntax::Entry* cause = entry_of(function.body, function.alias == "snapstart" ? "snapStart" : "provisionedConcurrency");
  const Make at = service.make.at(cause->key_span);
  const Node* capacity = nullptr;
  if (function.alias == "provisioned") {
    const Node* executions = cause->value->is_mapping() && !is_intrinsic(cause->value) ? dig(cause->value, {"executions"})
                                                                                        : cause->value;
    capacity = at.map({{"ProvisionedConcurrentExecutions", executions, {}}});
  }
  Draft& alias = service.add(function.alias_id, "AWS::Lambda::Alias", generated_by(function, cause->key_span, cause->key),
                             {{"FunctionName", at.ref(function.logical_id), {}},
                              {"FunctionVersion", at.get_att(version, "Version"), {}},
                              {"Name", at.text(function.alias), {}},
                              {"ProvisionedConcurrencyConfig", capacity, {}}});
  alias.depends_on.push_back(function.logical_id);
}

void add_version(Service& service, const Function& function) {
  const syntax::Entry* own = entry_of(function.body, "versionFunction");
  const Node* wanted = own != nullptr ? own->value : service.from_provider({"versionFunctions"});
  const bool kept = wanted == nullptr || !is_false(wanted);
  if (!kept && function.alias.empty()) return;
  const Make at = service.make.at(function.key_span);
  // The framework appends a hash of code and configuration to the id.
  const std::string id = function.normalized + "LambdaVersion";
  Draft& version = service.add(id, "AWS::Lambda::Version", generated_by(function, function.key_span, "versionFunctions"),
                               {{"FunctionName", at.ref(function.logical_id), {}},
                                {"CodeSha256", at.unknown("the package is hashed when the service is deployed"), {}},
                                {"Description", dig(function.body, {"description"}), {}}});
  if (kept) version.deletion_policy = "Retain";
  service.outputs.push_back({at.keep(function.logical_id + "QualifiedArn"),
                             at.map({{"Description", at.text("Current Lambda function version"), {}},
                                     {"Value", at.ref(id), {}},
                                     {"Export",
                                      at.map({{"Name",
                                               at.concat({at.text("sls-"), service.dashed(at),
                                                          at.text("-" + function.logical_id + "QualifiedArn")}),
                                               {}}}),
                                      {}}}),
                             {}});
  add_alias(service, function, id);
}

const Node* url_cors(const Make& at, const Node* cors) {
  Properties properties;
  const auto listed = [&](std::string_view from, std::string_view to, std::vector<std::string_view> fallback) {
    const Node* written = cors->get(from);
    if (written != nullptr && syntax::is_null(*written)) return;
    if (written != nullptr) properties.push_back({to, written, {}});
    else if (!fallback.empty()) properties.push_back({to, at.texts(fallback), {}});
  };
  listed("allowedOrigins", "AllowOrigins", {"*"});
  listed("allowedHeaders", "AllowHeaders",
         {"Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amzn-Trace-Id"});
  listed("allowedMethods", "AllowMethods", {"*"});
  copy_properties(properties, cors,
                  {{"allowCredentials", "AllowCredentials"}, {"exposedResponseHeaders", "ExposeHeaders"}, {"maxAge", "MaxAge"}});
  return at.map(properties);
}

void add_url(Service& service, const Function& function) {
  const syntax::Entry* entry = entry_of(function.body, "url");
  if (entry == nullptr || !is_set(entry->value)) return;
  const Make at = service.make.at(entry->key_span);
  const Node* authorizer = dig(entry->value, {"authorizer"});
  const bool signed_only = known_text(authorizer) == "aws_iam";
  const Node* auth = at.text(signed_only ? "AWS_IAM" : "NONE");
  if (authorizer != nullptr && authorizer->kind == syntax::NodeKind::unknown) auth = authorizer;
  const Node* cors = dig(entry->value, {"cors"});
  Properties properties = {{"AuthType", auth, {}}, {"TargetFunctionArn", service.target(at, function), {}}};
  if (is_set(cors)) properties.push_back({"Cors", url_cors(at.at(cors->span), cors), {}});
  copy_properties(properties, entry->value, {{"invokeMode", "InvokeMode"}});
  Author author = author_of(function);
  author.span = entry->key_span;
  const std::string id = function.normalized + "LambdaFunctionUrl";
  depend_on_alias(service.add(id, "AWS::Lambda::Url", author, properties), function);
  service.outputs.push_back({at.keep(id),
                             at.map({{"Description", at.text("Lambda Function URL"), {}},
                                     {"Value", at.get_att(id, "FunctionUrl"), {}}}),
                             {}});
  if (signed_only) return;
  Draft& permission = service.add(function.normalized + "LambdaPermissionFnUrl", "AWS::Lambda::Permission",
                                  generated_by(function, entry->key_span, "url"),
                                  {{"FunctionName", service.target(at, function), {}},
                                   {"Action", at.text("lambda:InvokeFunctionUrl"), {}},
                                   {"Principal", at.text("*"), {}},
                                   {"FunctionUrlAuthType", auth, {}}});
  depend_on_alias(permission, function);
}

struct DestinationKind {
  std::string_view type; ///< As the author may say it.
  std::string_view mark; ///< Part of an ARN of that kind.
  std::string_view action;
};
constexpr auto destination_kinds = std::to_array<DestinationKind>({{"function", ":function:", "lambda:InvokeFunction"},
                                                                      {"sqs", ":sqs:", "sqs:SendMessage"},
                                                                      {"sns", ":sns:", "sns:Publish"},
                                                                      {"eventBus", ":event-bus/", "events:PutEvents"}});

/// What a destination's ARN is, granting its use.
const Node* destination(Service& service, const Function& function, const Node* written, const Make& at) {
  const Node* arn = written->is_mapping() && !is_intrinsic(written) ? dig(written, {"arn"}) : written;
  const auto text = known_text(arn);
  const Node* granted = arn;
  std::string_view action;
  if (text && !text->starts_with("arn:")) {
    const Function* target = service.function(*text);
    if (target == nullptr) {
      service.problem(text::ProblemLevel::finding, "unknown-function",
                      "`destinations` names the function `" + std::string(*text) + "`, which isn't in the service",
                      written->span, "name a function of the service or give an ARN");
      return arn;
    }
    arn = at.get_att(target->logical_id, "Arn");
    // Not a GetAtt: role and function would wait for each other.
    granted = at.map({{"Fn::Sub",
                       at.concat({at.text("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"),
                                  target->name}),
                       {}}});
    action = "lambda:InvokeFunction";
  }
  const auto type = known_text(dig(written, {"type"}));
  for (const DestinationKind& kind : destination_kinds) {
    if (!action.empty()) break;
    if (type == kind.type || (text && text->find(kind.mark) != std::string_view::npos)) action = kind.action;
  }
  if (!action.empty()) service.grant(function, "destination/" + json_text(written).value_or(function.normalized), {action}, granted);
  return arn;
}

void add_invoke_config(Service& service, const Function& function) {
  const syntax::Entry* destinations = entry_of(function.body, "destinations");
  const syntax::Entry* age = entry_of(function.body, "maximumEventAge");
  const syntax::Entry* retries = entry_of(function.body, "maximumRetryAttempts");
  const syntax::Entry* cause = destinations != nullptr ? destinations : age != nullptr ? age : retries;
  if (cause == nullptr) return;
  const Make at = service.make.at(cause->key_span);
  Properties config;
  for (const Renamed& side : {Renamed{"onSuccess", "OnSuccess"}, Renamed{"onFailure", "OnFailure"}}) {
    const Node* written = destinations == nullptr ? nullptr : dig(destinations->value, {side.from});
    if (written == nullptr) continue;
    const Make here = at.at(written->span);
    config.push_back({side.to, here.map({{"Destination", destination(service, function, written, here), {}}}), {}});
  }
  Properties properties = {{"FunctionName", at.ref(function.logical_id), {}},
                           {"DestinationConfig", at.map(config), {}},
                           {"Qualifier", at.text(function.alias.empty() ? "$LATEST" : function.alias), {}}};
  copy_properties(properties, function.body,
                  {{"maximumEventAge", "MaximumEventAgeInSeconds"}, {"maximumRetryAttempts", "MaximumRetryAttempts"}});
  Author author = author_of(function);
  author.span = cause->key_span;
  depend_on_alias(service.add(function.normalized + "LambdaEvConf", "AWS::Lambda::EventInvokeConfig", author, properties),
                  function);
}

} // namespace

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
    const syntax::Entry* name = entry_of(function.body, "name");
    properties.push_back({"FunctionName", function.name, name != nullptr ? name->key_span : text::Span{}});
    for (const Inherited& row : inherited_properties) {
      const syntax::Entry* entry = inherited(service, function, row.from);
      if (entry != nullptr && (row.fallback == 0 || is_set(entry->value))) properties.push_back({row.to, entry->value, entry->key_span});
      else if (row.fallback != 0) properties.push_back({row.to, at.number(row.fallback), {}});
    }
    copy_properties(properties, function.body, own_properties);
    add_structured(service, function, at, properties);
    add_with_grants(service, function, at, properties);
    add_vpc(service, function, at, properties);
    const Node* role = function.role != nullptr ? function.role : at.get_att(function.role_id, "Arn");
    properties.push_back({"Role", role, {}});
    Draft& draft = service.add(function.logical_id, "AWS::Lambda::Function", author_of(function), properties);
    if (!is_set(dig(function.body, {"disableLogs"}))) draft.depends_on.push_back(function.normalized + "LogGroup");
    if (const Node* get_att = dig(role, {"Fn::GetAtt"}); function.role != nullptr && get_att != nullptr &&
                                                        get_att->is_sequence() && !get_att->children.empty()) {
      if (const auto id = known_text(get_att->children.front().value)) draft.depends_on.emplace_back(*id);
    }
    if (const Node* more = dig(function.body, {"dependsOn"})) {
      if (const auto id = known_text(more)) draft.depends_on.emplace_back(*id);
      for (const syntax::Entry& item : more->children) {
        if (const auto id = known_text(item.value)) draft.depends_on.emplace_back(*id);
      }
    }
    draft.condition = dig(function.body, {"condition"});
    add_log_group(service, function);
    add_version(service, function);
    add_url(service, function);
    add_invoke_config(service, function);
  }
}

} // namespace slsaudit::dialect::serverless
