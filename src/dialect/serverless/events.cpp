// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/events.hpp"

#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/serverless/cloud_front.hpp"
#include "dialect/serverless/naming.hpp"
#include "text/assert.hpp"
#include "text/encoding.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

constexpr auto rows = std::to_array<EventRow>({
    {"http", lower_http},
    {"httpApi", lower_http_api},
    {"websocket", lower_websocket},
    {"sqs", lower_sqs},
    {"stream", lower_stream},
    {"msk", lower_msk},
    {"kafka", lower_kafka},
    {"activemq", lower_activemq},
    {"rabbitmq", lower_rabbitmq},
    {"sns", lower_sns},
    {"s3", lower_s3},
    {"schedule", lower_schedule},
    {"eventBridge", lower_event_bridge},
    {"cloudwatchEvent", lower_cloudwatch_event},
    {"cloudwatchLog", lower_cloudwatch_log},
    {"iot", lower_iot},
    {"iotFleetProvisioning", lower_iot_fleet_provisioning},
    {"alexaSkill", lower_alexa_skill},
    {"alexaSmartHome", lower_alexa_smart_home},
    {"cognitoUserPool", lower_cognito_user_pool},
    {"alb", lower_alb},
    {"cloudFront", lower_cloudfront},
});

Uses uses_of(Service& service, std::string_view type) {
  Uses uses;
  for (const Function& function : service.functions) {
    std::size_t ordinal = 0;
    for (std::size_t i = 0; i < function.events.size(); ++i) {
      const Event& event = function.events[i];
      if (event.type != type) continue;
      if (event.body->kind == syntax::NodeKind::unknown) {
        service.wrong_shape(type, *event.body, "an event");
      } else if (!syntax::is_null(*event.body)) {
        uses.push_back({&function, &event, ++ordinal, i + 1});
      }
    }
  }
  return uses;
}

} // namespace

void lower_events(Service& service) {
  lower_cache_policies(service);
  for (const EventRow& row : rows) {
    const Uses uses = uses_of(service, row.type);
    if (!uses.empty()) row.lower(service, uses);
  }
  for (const Function& function : service.functions) {
    for (const Event& event : function.events) {
      if (is_event_type(event.type)) continue;
      service.problem(text::ProblemLevel::note, "unknown-event",
                      "the event type `" + std::string(event.type) + "` is not understood", event.span,
                      "what it would add is not audited");
    }
  }
}

bool is_event_type(std::string_view name) {
  return std::ranges::find(rows, name, &EventRow::type) != rows.end();
}

std::string_view closest_event_type(std::string_view name) {
  using cloudformation::Likeness;
  constexpr std::size_t shortest = 5; // `sqs` and `sns` are a letter apart
  constexpr std::size_t longest = 30;
  if (name.size() > longest) return {};
  Likeness best = Likeness::none;
  std::string_view closest;
  for (const EventRow& row : rows) {
    const bool letter = name.size() >= shortest && row.type.size() >= shortest &&
                        text::edit_distance(text::lower(name), text::lower(row.type)) <= 1;
    const Likeness like = letter ? Likeness::spelling : cloudformation::likeness(name, row.type);
    if (like <= best) continue;
    best = like;
    closest = row.type;
  }
  return closest;
}

const Node* short_or(const Node* body, std::string_view key) {
  return body->is_mapping() && !is_intrinsic(body) ? dig(body, {key}) : body;
}

std::string source_name(const Node* arn, char separator) {
  if (arn == nullptr) return "Unknown";
  if (const auto text = known_text(arn)) return std::string(naming::last_part(*text, separator));
  if (arn->tag == "!GetAtt" && arn->is_scalar()) return std::string(arn->text.substr(0, arn->text.find('.')));
  if (!arn->tag.empty() && arn->is_scalar()) return std::string(naming::last_part(arn->text, separator));
  const Node* argument = arn->is_mapping() && !arn->children.empty() ? arn->children.front().value : arn;
  const std::string_view function =
      arn->is_mapping() && !arn->children.empty() ? arn->children.front().key : "";
  if (function == "Fn::GetAtt" || arn->tag == "!GetAtt") {
    if (const auto text = known_text(argument)) return std::string(text->substr(0, text->find('.')));
    if (!argument->children.empty()) argument = argument->children.front().value;
  } else if ((function == "Fn::Join" || arn->tag == "!Join") && argument->children.size() == 2) {
    argument = argument->children[1].value;
    // A parameter's value, which is read when the service is deployed, ends in any word.
    const auto first = known_text(argument->children.empty() ? nullptr : argument->children.front().value);
    if (first && first->starts_with("{{resolve:")) return "Unknown";
    if (!argument->children.empty()) argument = argument->children.back().value;
  }
  const auto text = known_text(argument);
  return text ? std::string(naming::last_part(*text, separator)) : "Unknown";
}

const Node* filter_criteria(const Make& at, const Node* body) {
  const Node* patterns = dig(body, {"filterPatterns"});
  if (patterns == nullptr) return nullptr;
  if (!patterns->is_sequence()) return patterns->kind == syntax::NodeKind::unknown ? patterns : nullptr;
  std::vector<const Node*> filters;
  for (const syntax::Entry& item : patterns->children) {
    const Make here = at.at(item.value->span);
    const auto json = json_text(item.value);
    const Node* pattern = json ? here.text(*json) : here.unknown("a part of the pattern isn't known");
    filters.push_back(here.map({{"Pattern", pattern, {}}}));
  }
  return at.at(patterns->span).map({{"Filters", at.list(filters), {}}});
}

void depend_on_role(Draft& draft, const Function& function) {
  if (!function.role_id.empty()) {
    draft.depends_on.push_back(function.role_id);
  } else if (const Node* get_att = dig(function.role, {"Fn::GetAtt"});
             get_att != nullptr && !get_att->children.empty()) {
    if (const auto id = known_text(get_att->children.front().value)) draft.depends_on.emplace_back(*id);
  }
  depend_on_alias(draft, function);
}

void add_retention(const Service& service, Properties& properties) {
  copy_properties(
      properties, service.provider,
      {{"logRetentionInDays", "RetentionInDays"}, {"logDataProtectionPolicy", "DataProtectionPolicy"}});
}

namespace {

struct CustomResource {
  std::string_view name;
  std::string_view handler;
};
constexpr std::array custom_resources = std::to_array<CustomResource>({
    {"custom-resource-apigw-cw-role", "api-gateway-cloud-watch-role/handler.handler"},
    {"custom-resource-existing-cup", "cognito-user-pool/handler.handler"},
    {"custom-resource-existing-s3", "s3/handler.handler"},
});

std::string_view handler_of(std::string_view name) {
  const auto* row = std::find_if(custom_resources.begin(), custom_resources.end(),
                                 [&](const CustomResource& one) { return one.name == name; });
  SLSAUDIT_ASSERT(row != custom_resources.end());
  return row->handler;
}

} // namespace

std::string add_custom_resource_handler(Service& service, const Author& author, std::string_view name,
                                        const std::vector<const Node*>& statements) {
  constexpr std::string_view role_id = "IamRoleCustomResourcesLambdaExecution";
  const Make at = service.make.at(author.span);
  std::vector<const Node*> all = statements;
  if (const Draft* before = service.find(role_id)) {
    const Node* written =
        dig(before->get("Policies")->children.front().value, {"PolicyDocument", "Statement"});
    std::vector<const Node*> earlier;
    for (const syntax::Entry& item : written->children) earlier.push_back(item.value);
    all.insert(all.begin(), earlier.begin(), earlier.end());
  }
  const Node* trust =
      at.map({{"Effect", at.text("Allow"), {}},
              {"Principal", at.map({{"Service", at.texts({"lambda.amazonaws.com"}), {}}}), {}},
              {"Action", at.texts({"sts:AssumeRole"}), {}}});
  const Node* policy = at.map(
      {{"PolicyName", at.join("-", {service.stage, service.name, at.text("custom-resources-lambda")}), {}},
       {"PolicyDocument",
        at.map({{"Version", at.text("2012-10-17"), {}}, {"Statement", at.list(all), {}}}),
        {}}});
  service.add(std::string(role_id), "AWS::IAM::Role", author,
              {{"AssumeRolePolicyDocument",
                at.map({{"Version", at.text("2012-10-17"), {}}, {"Statement", at.list({trust}), {}}}),
                {}},
               {"Policies", at.list({policy}), {}}});
  const std::string id = naming::resource(name) + "LambdaFunction";
  const auto runtime = known_text(service.from_provider({"runtime"}));
  Draft& draft = service.add(
      id, "AWS::Lambda::Function", author,
      {{"Code",
        at.map({{"S3Bucket", at.ref("ServerlessDeploymentBucket"), {}},
                {"S3Key", at.unknown("the package gets its key when the service is deployed"), {}}}),
        {}},
       {"FunctionName", service.dashed(at, {at.text(name)}), {}},
       {"Handler", at.text(handler_of(name)), {}},
       {"MemorySize", at.number(1024), {}},
       {"Runtime",
        runtime && runtime->starts_with("nodejs")
            ? service.from_provider({"runtime"})
            : at.unknown("the framework's own choice, which depends on its version"),
        {}},
       {"Timeout", at.number(180), {}},
       {"Role", at.get_att(role_id, "Arn"), {}}});
  draft.depends_on.emplace_back(role_id);
  return id;
}

void ensure_logging_role(Service& service, const Author& author) {
  constexpr std::string_view id = "CustomApiGatewayAccountCloudWatchRole";
  const Node* settings = service.from_provider({"logs", "restApi"});
  if (is_set(dig(settings, {"roleManagedExternally"})) || service.find(id) != nullptr) return;
  const Make at = service.make.at(author.span);
  const auto allow = [&](const std::vector<const Node*>& resource,
                         const std::vector<std::string_view>& actions) {
    return at.map({{"Effect", at.text("Allow"), {}},
                   {"Resource", at.join(":", resource), {}},
                   {"Action", at.texts(actions), {}}});
  };
  const Node* partition = at.ref("AWS::Partition");
  const std::string handler = add_custom_resource_handler(
      service, author, "custom-resource-apigw-cw-role",
      {allow({at.text("arn"), partition, at.text("iam:"), at.ref("AWS::AccountId"), at.text("role/*")},
             {"iam:AttachRolePolicy", "iam:CreateRole", "iam:ListAttachedRolePolicies", "iam:PassRole"}),
       allow({at.text("arn"), partition, at.text("apigateway:*::/account")},
             {"apigateway:GET", "apigateway:PATCH"})});
  service.add(std::string(id), "Custom::ApiGatewayAccountRole", author,
              {{"ServiceToken", at.get_att(handler, "Arn"), {}}, {"RoleArn", dig(settings, {"role"}), {}}});
}

} // namespace slsaudit::dialect::serverless
