// SPDX-License-Identifier: Apache-2.0
// Events of devices, voices, load balancers and the edge.
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"
#include "text/encoding.hpp"
#include "text/md5.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

const Node* one_or_many(const Make& at, const Node* value) {
  return value == nullptr || value->is_sequence() ? value : at.at(value->span).list({value});
}

const Node* listener_conditions(const Make& at, const Node* conditions) {
  std::vector<const Node*> all;
  struct Simple {
    std::string_view key;
    std::string_view field;
    std::string_view config; ///< Empty: plain Values.
  };
  constexpr auto simple = std::to_array<Simple>({{"path", "path-pattern", ""},
                                                 {"host", "host-header", ""},
                                                 {"method", "http-request-method", "HttpRequestMethodConfig"},
                                                 {"ip", "source-ip", "SourceIpConfig"}});
  for (const Simple& row : simple) {
    const Node* values = one_or_many(at, dig(conditions, {row.key}));
    if (values == nullptr) continue;
    const Node* field = at.text(row.field);
    if (row.config.empty())
      all.push_back(at.map({{"Field", field, {}}, {"Values", values, {}}}));
    else
      all.push_back(at.map({{"Field", field, {}}, {row.config, at.map({{"Values", values, {}}}), {}}}));
  }
  const Node* header = dig(conditions, {"header"});
  std::vector<const Node*> headers;
  if (header != nullptr && header->is_sequence()) {
    for (const syntax::Entry& item : header->children) headers.push_back(item.value);
  } else if (header != nullptr) {
    headers.push_back(header);
  }
  for (const Node* one : headers) {
    const Node* config =
        at.map({{"HttpHeaderName", dig(one, {"name"}), {}}, {"Values", dig(one, {"values"}), {}}});
    all.push_back(at.map({{"Field", at.text("http-header"), {}}, {"HttpHeaderConfig", config, {}}}));
  }
  if (const Node* query = dig(conditions, {"query"}); query != nullptr && query->is_mapping()) {
    std::vector<const Node*> values;
    for (const syntax::Entry& entry : query->children) {
      values.push_back(at.map({{"Key", at.text(entry.key), {}}, {"Value", entry.value, entry.key_span}}));
    }
    const Node* config = at.map({{"Values", at.list(values), {}}});
    all.push_back(at.map({{"Field", at.text("query-string"), {}}, {"QueryStringConfig", config, {}}}));
  }
  return at.list(all);
}

void add_health_check(const Make& at, const Node* written, Properties& properties) {
  if (!is_set(written)) {
    properties.push_back({"HealthCheckEnabled", at.boolean(false), {}});
    return;
  }
  const auto value = [&](std::string_view from, const Node* fallback) {
    const Node* own = dig(written, {from});
    return own != nullptr ? own : fallback;
  };
  const Node* code = dig(written, {"matcher", "httpCode"});
  const Properties defaults = {
      {"HealthCheckEnabled", value("enabled", at.boolean(false)), {}},
      {"HealthCheckPath", value("path", at.text("/")), {}},
      {"HealthCheckIntervalSeconds", value("intervalSeconds", at.number(35)), {}},
      {"HealthCheckTimeoutSeconds", value("timeoutSeconds", at.number(30)), {}},
      {"HealthyThresholdCount", value("healthyThresholdCount", at.number(5)), {}},
      {"UnhealthyThresholdCount", value("unhealthyThresholdCount", at.number(5)), {}},
      {"Matcher", at.map({{"HttpCode", code != nullptr ? code : at.text("200"), {}}}), {}}};
  properties.insert(properties.end(), defaults.begin(), defaults.end());
}

/// Name for logical ids of the load balancer behind a listener.
std::string balancer_name(const Node* listener) {
  const auto text = known_text(listener);
  if (!text) return naming::alphanumeric(source_name(listener, '/'));
  // arn:…:listener/app/<name>/<id of the balancer>/<id of the listener>
  const std::size_t last = text->rfind('/');
  return last == std::string_view::npos ? std::string("Unknown")
                                        : std::string(naming::last_part(text->substr(0, last), '/'));
}

/// The hash of what names the group for people, behind the provider's prefix.
const Node* group_name(const Service& service, const Make& at, const Node* tag) {
  constexpr std::size_t longest = 32;
  const Node* prefix = service.from_provider({"alb", "targetGroupPrefix"});
  const auto before = prefix == nullptr ? "" : known_text(prefix);
  const auto text = known_text(tag);
  if (!text || !before) return at.unknown("the framework makes the name of a hash");
  return at.text(text::beginning(std::string(*before) + text::md5_hex(*text), longest));
}

} // namespace

void lower_iot(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Node* body = use.event->body;
    const Make at = service.make.at(use.event->span);
    const std::string number = std::to_string(use.ordinal);
    const Node* enabled = dig(body, {"enabled"});
    const Node* action = at.map({{"FunctionArn", service.target(at, function), {}}});
    const Node* payload = at.map({{"AwsIotSqlVersion", dig(body, {"sqlVersion"}), {}},
                                  {"Description", dig(body, {"description"}), {}},
                                  {"RuleDisabled", at.boolean(is_false(enabled)), {}},
                                  {"Sql", dig(body, {"sql"}), {}},
                                  {"Actions", at.list({at.map({{"Lambda", action, {}}})}), {}}});
    const std::string id = function.normalized + "IotTopicRule" + number;
    depend_on_alias(service.add(id, "AWS::IoT::TopicRule", author_of(function, *use.event),
                                {{"RuleName", dig(body, {"name"}), {}}, {"TopicRulePayload", payload, {}}}),
                    function);
    add_permission(service, function, *use.event,
                   function.normalized + "LambdaPermissionIotTopicRule" + number, "iot.amazonaws.com",
                   at.arn({at.text(":iot:"), at.ref("AWS::Region"), at.text(":"), at.ref("AWS::AccountId"),
                           at.text(":rule/"), at.ref(id)}));
  }
}

void lower_iot_fleet_provisioning(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Node* body = use.event->body;
    const Make at = service.make.at(use.event->span);
    const Node* enabled = dig(body, {"enabled"});
    const Node* written = dig(body, {"templateBody"});
    const auto text = written != nullptr ? json_text(written) : std::nullopt;
    const Node* hook = at.map({{"TargetArn", service.target(at, function), {}}});
    const std::string permission = function.normalized + "LambdaPermissionIotProvisioningTemplate";
    Draft& draft = service.add(function.normalized + "IotProvisioningTemplate",
                               "AWS::IoT::ProvisioningTemplate", author_of(function, *use.event),
                               {{"Enabled", enabled != nullptr ? enabled : at.boolean(true), {}},
                                {"PreProvisioningHook", hook, {}},
                                {"ProvisioningRoleArn", dig(body, {"provisioningRoleArn"}), {}},
                                {"TemplateBody", text ? at.at(written->span).text(*text) : written, {}},
                                {"TemplateName", dig(body, {"templateName"}), {}}});
    draft.depends_on = {permission};
    depend_on_alias(draft, function);
    add_permission(service, function, *use.event, permission, "iot.amazonaws.com", nullptr);
  }
}

void lower_alexa_skill(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* skill = use.event->body->is_mapping() && !is_intrinsic(use.event->body)
                            ? dig(use.event->body, {"appId"})
                            : use.event->body;
    if (known_text(skill) == "alexaSkill") {
      service.problem(text::ProblemLevel::note, "alexa-skill-without-id",
                      "the bare word `alexaSkill` makes nothing", use.event->span,
                      "name the skill: `alexaSkill: {appId: …}`");
      continue;
    }
    const Make at = service.make.at(use.event->span);
    Draft& draft =
        add_permission(service, *use.function, *use.event,
                       use.function->normalized + "LambdaPermissionAlexaSkill" + std::to_string(use.ordinal),
                       "alexa-appkit.amazon.com", nullptr);
    if (is_false(dig(use.event->body, {"enabled"})))
      draft.set("Action", at.text("lambda:DisableInvokeFunction"));
    draft.set("EventSourceToken", skill);
    draft.author.generated = false;
  }
}

void lower_alexa_smart_home(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Make at = service.make.at(use.event->span);
    Draft& draft = add_permission(service, *use.function, *use.event,
                                  use.function->normalized + "LambdaPermissionAlexaSmartHome" +
                                      std::to_string(use.ordinal),
                                  "alexa-connectedhome.amazon.com", nullptr);
    if (is_false(dig(use.event->body, {"enabled"})))
      draft.set("Action", at.text("lambda:DisableInvokeFunction"));
    draft.set("EventSourceToken", short_or(use.event->body, "appId"));
    draft.author.generated = false;
  }
}

void lower_alb(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Node* body = use.event->body;
    const Node* listener = dig(body, {"listenerArn"});
    if (listener == nullptr) {
      service.wrong_shape("alb", *body, "a mapping with a `listenerArn`");
      continue;
    }
    const Make at = service.make.at(use.event->span);
    const bool multi = is_set(dig(body, {"multiValueHeaders"}));
    const std::string balancer = balancer_name(listener);
    const std::string group =
        function.normalized + "Alb" + (multi ? "MultiValue" : "") + "TargetGroup" + balancer;
    const std::string register_id = function.normalized + "LambdaPermissionRegisterTarget";
    const Node* tag = at.concat(
        {service.name,
         at.text("-" + std::string(function.key) + "-" + balancer + "-" + (multi ? "multi-value-" : "")),
         service.stage});
    const Node* name = dig(body, {"targetGroupName"});
    if (name == nullptr) name = group_name(service, at, tag);
    Properties properties = {
        {"TargetType", at.text("lambda"), {}},
        {"Targets", at.list({at.map({{"Id", service.target(at, function), {}}})}), {}},
        {"Name", name, {}},
        {"Tags", at.list({at.map({{"Key", at.text("Name"), {}}, {"Value", tag, {}}})}), {}},
        {"TargetGroupAttributes",
         at.list({at.map({{"Key", at.text("lambda.multi_value_headers.enabled"), {}},
                          {"Value", at.boolean(multi), {}}})}),
         {}}};
    add_health_check(at, dig(body, {"healthCheck"}), properties);
    Draft& target = service.add(group, "AWS::ElasticLoadBalancingV2::TargetGroup",
                                generated_by(function, use.event->span, "alb"), properties);
    target.depends_on = {register_id};
    depend_on_alias(target, function);
    const Node* forward = at.map({{"Type", at.text("forward"), {}}, {"TargetGroupArn", at.ref(group), {}}});
    const Node* priority = dig(body, {"priority"});
    // The framework numbers listener rules by their priority.
    const std::string rule = function.normalized + "AlbListenerRule" +
                             std::string(known_text(priority).value_or(std::to_string(use.ordinal)));
    service.add(rule, "AWS::ElasticLoadBalancingV2::ListenerRule", author_of(function, *use.event),
                {{"Actions", at.list({forward}), {}},
                 {"Conditions", listener_conditions(at, dig(body, {"conditions"})), {}},
                 {"ListenerArn", listener, {}},
                 {"Priority", priority, {}}});
    add_permission(service, function, *use.event, function.normalized + "LambdaPermissionAlb",
                   "elasticloadbalancing.amazonaws.com", at.ref(group));
    add_permission(service, function, *use.event, register_id, "elasticloadbalancing.amazonaws.com", nullptr);
  }
}

} // namespace slsaudit::dialect::serverless
