// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/function_parts.hpp"

#include "dialect/serverless/cloud_front.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

void add_alias(Service& service, const Function& function, const std::string& version) {
  if (function.alias.empty()) return;
  const syntax::Entry* cause = nullptr;
  for (const std::string_view key :
       {"provisionedConcurrency", "snapStart", "durableConfig", "deploymentSettings"}) {
    if (cause == nullptr || !is_set(cause->value)) cause = entry_of(function.body, key);
  }
  const Make at = service.make.at(cause->key_span);
  const Node* capacity = nullptr;
  if (cause->key == "provisionedConcurrency") {
    const Node* executions = cause->value->is_mapping() && !is_intrinsic(cause->value)
                                 ? dig(cause->value, {"executions"})
                                 : cause->value;
    capacity = at.map({{"ProvisionedConcurrentExecutions", executions, {}}});
  }
  Draft& alias = service.add(function.alias_id, "AWS::Lambda::Alias",
                             generated_by(function, cause->key_span, cause->key),
                             {{"FunctionName", at.ref(function.logical_id), {}},
                              {"FunctionVersion", at.get_att(version, "Version"), {}},
                              {"Name", at.text(function.alias), {}},
                              {"ProvisionedConcurrencyConfig", capacity, {}}});
  if (!function.shifted) alias.depends_on.push_back(function.logical_id);
}

const Node* url_cors(const Make& at, const Node* cors) {
  Properties properties;
  const auto listed = [&](std::string_view from, std::string_view to,
                          std::vector<std::string_view> fallback) {
    const Node* written = cors->get(from);
    if (written != nullptr && syntax::is_null(*written)) return;
    if (written != nullptr)
      properties.push_back({to, written, {}});
    else if (!fallback.empty())
      properties.push_back({to, at.texts(fallback), {}});
  };
  listed("allowedOrigins", "AllowOrigins", {"*"});
  listed("allowedHeaders", "AllowHeaders",
         {"Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token",
          "X-Amzn-Trace-Id"});
  listed("allowedMethods", "AllowMethods", {"*"});
  copy_properties(properties, cors,
                  {{"allowCredentials", "AllowCredentials"},
                   {"exposedResponseHeaders", "ExposeHeaders"},
                   {"maxAge", "MaxAge"}});
  return at.map(properties);
}

struct DestinationKind {
  std::string_view type; ///< As the author may say it.
  std::string_view mark; ///< Part of an ARN of that kind.
  std::string_view action;
};
constexpr auto destination_kinds =
    std::to_array<DestinationKind>({{"function", ":function:", "lambda:InvokeFunction"},
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
                      "`destinations` names the function `" + std::string(*text) +
                          "`, which isn't in the service",
                      written->span, "name a function of the service or give an ARN");
      return arn;
    }
    arn = at.get_att(target->logical_id, "Arn");
    // Not a GetAtt: role and function would wait for each other.
    granted = at.sub(
        {at.text("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"), target->name});
    action = "lambda:InvokeFunction";
  }
  const auto type = known_text(dig(written, {"type"}));
  for (const DestinationKind& kind : destination_kinds) {
    if (!action.empty()) break;
    if (type == kind.type || (text && text->find(kind.mark) != std::string_view::npos)) action = kind.action;
  }
  if (action.empty()) return arn;
  // Tags such as !Ref have no JSON: where such a destination stands tells it from the function's other one.
  const std::string place = function.normalized + "@" + std::to_string(written->span.begin);
  service.grant(function, "destination/" + json_text(written).value_or(place), {action}, granted);
  return arn;
}

} // namespace

const syntax::Entry* entry_of(const Node* node, std::string_view key) {
  const syntax::Entry* entry = node == nullptr ? nullptr : node->find(key);
  return entry == nullptr || syntax::is_null(*entry->value) ? nullptr : entry;
}

const syntax::Entry* inherited(const Service& service, const Function& function, std::string_view key) {
  const syntax::Entry* entry = entry_of(function.body, key);
  return entry != nullptr ? entry : entry_of(service.provider, key);
}

void lower_log_group(Service& service, const Function& function) {
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

void lower_version(Service& service, const Function& function) {
  const syntax::Entry* own = entry_of(function.body, "versionFunction");
  const Node* wanted = own != nullptr ? own->value : service.from_provider({"versionFunctions"});
  const bool kept = wanted == nullptr || !is_false(wanted) || runs_at_edge(function);
  if (!kept && function.alias.empty()) return;
  const Make at = service.make.at(function.key_span);
  // The framework appends a hash of code and configuration to the id.
  const std::string id = function.normalized + "LambdaVersion";
  Draft& version =
      service.add(id, "AWS::Lambda::Version", generated_by(function, function.key_span, "versionFunctions"),
                  {{"FunctionName", at.ref(function.logical_id), {}},
                   {"CodeSha256", at.unknown("the package is hashed when the service is deployed"), {}},
                   {"Description", dig(function.body, {"description"}), {}}});
  if (kept) version.deletion_policy = "Retain";
  service.outputs.push_back(
      {at.keep(function.logical_id + "QualifiedArn"),
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

void lower_url(Service& service, const Function& function) {
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

void lower_invoke_config(Service& service, const Function& function) {
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
    config.push_back(
        {side.to, here.map({{"Destination", destination(service, function, written, here), {}}}), {}});
  }
  Properties properties = {{"FunctionName", at.ref(function.logical_id), {}},
                           {"DestinationConfig", at.map(config), {}},
                           {"Qualifier", at.text(function.alias.empty() ? "$LATEST" : function.alias), {}}};
  copy_properties(
      properties, function.body,
      {{"maximumEventAge", "MaximumEventAgeInSeconds"}, {"maximumRetryAttempts", "MaximumRetryAttempts"}});
  Author author = author_of(function);
  author.span = cause->key_span;
  depend_on_alias(
      service.add(function.normalized + "LambdaEvConf", "AWS::Lambda::EventInvokeConfig", author, properties),
      function);
}

} // namespace slsaudit::dialect::serverless
