// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/function_parts.hpp"

namespace slsaudit::dialect::sam {

namespace {

/// A destination that may be given, made by SAM, or either by a condition.
struct Destination {
  const Node* arn = nullptr;
  std::string condition; ///< Under which SAM makes it; empty for always.
  bool made = false;
};

Destination read_destination(Context& context, const Source& source, const Node* config,
                             const Node* made_arn) {
  const Node* given = get(config, "Destination");
  const Make make = context.make(config->span);
  const auto branches = arguments_of(given, "If");
  const bool no_then = branches.size() == 3 && is_no_value(branches[1].value);
  const bool no_else = branches.size() == 3 && is_no_value(branches[2].value);
  if (given == nullptr || is_no_value(given) || (no_then && no_else)) return {made_arn, "", true};
  if (!no_then && !no_else) return {given, "", false};
  std::string condition(text_of(branches[0].value));
  if (no_else) {
    const Node* opposite = make.call("Fn::Not", make.list({make.call("Condition", make.text(condition))}));
    condition = "NOT" + condition;
    context.add_condition(condition, opposite);
  }
  const Node* arn = make.when(condition, made_arn, branches[no_then ? 2 : 1].value);
  const std::string_view own = source.condition();
  if (!own.empty()) {
    const std::string both = std::string(own) + "AND" + condition;
    context.add_condition(both,
                          make.call("Fn::And", make.list({make.call("Condition", make.text(own)),
                                                          make.call("Condition", make.text(condition))})));
    condition = both;
  }
  return {arn, condition, true};
}

/// One of OnSuccess and OnFailure; gives {Destination: arn}.
const Node* emit_destination(Context& context, const Source& source, const Node* config,
                             std::string_view which, Role& role) {
  const Make make = context.make(config->span);
  const std::string base = std::string(source.id) + "EventInvokeConfig" + std::string(which);
  const std::string_view type = context.resolve_text(get(config, "Type"));
  const bool queue = type == "SQS";
  if (type != "SNS" && !queue && (type.empty() || get(config, "Destination") == nullptr)) {
    context.problem(text::ProblemLevel::error, "destination-without-target",
                    "`" + std::string(which) + "` of `" + std::string(source.id) +
                        "` needs a `Type` and a `Destination`",
                    config->span, "only SQS and SNS destinations are made by SAM");
    return make.map({{"Destination", get(config, "Destination")}});
  }
  const std::string made_id = base + (queue ? "Queue" : "Topic");
  const Node* made_arn = queue ? make.get_att(made_id, "Arn") : make.ref(made_id);
  const Destination destination = read_destination(context, source, config, made_arn);
  if (destination.made) {
    Draft& draft = context.emit(source, made_id, queue ? "AWS::SQS::Queue" : "AWS::SNS::Topic", nullptr,
                                config->span, "EventInvokeConfig");
    context.refer(source.id, queue ? "DestinationQueue" : "DestinationTopic", made_id);
    if (!destination.condition.empty()) {
      Map attributes(context.arena);
      for (const Entry& entry : draft.attributes) attributes.set(entry.key, entry.value, entry.key_span);
      attributes.set("Condition", make.text(destination.condition));
      const Node* all = attributes.node(config->span);
      draft.attributes.assign(all->children.begin(), all->children.end());
    }
  }
  if (const Node* policy = grant_destination(make, type, base, destination.arn)) role.append_policy(policy);
  return make.map({{"Destination", destination.arn}});
}

} // namespace

void emit_function_url(Context& context, const Source& source, const Target& target) {
  const Node* config = context.expect_map(source.get("FunctionUrlConfig"), "FunctionUrlConfig");
  if (config == nullptr || config->children.empty()) return;
  const Span span = source.span_of("FunctionUrlConfig");
  const Make make = context.make(span);
  Map url(context.arena);
  url.set("TargetFunctionArn", target.name(make));
  url.copy(config, "AuthType").copy(config, "Cors").copy(config, "InvokeMode");
  const std::string id(source.id);
  context.emit(source, id + "Url", "AWS::Lambda::Url", url.node(span), span, "FunctionUrlConfig");
  if (text_of(get(config, "AuthType")) != "NONE") return;
  context.emit(source, id + "UrlPublicPermissions", "AWS::Lambda::Permission",
               make.json(R"({"Action": "lambda:InvokeFunctionUrl", "FunctionName": "$name", "Principal": "*",
    "FunctionUrlAuthType": "NONE"})",
                         {{"name", target.name(make)}}),
               span, "FunctionUrlConfig");
  context.emit(source, id + "URLInvokeAllowPublicAccess", "AWS::Lambda::Permission",
               make.json(R"({"Action": "lambda:InvokeFunction", "FunctionName": "$name", "Principal": "*",
    "InvokedViaFunctionUrl": true})",
                         {{"name", target.name(make)}}),
               span, "FunctionUrlConfig");
}

void emit_event_invoke_config(Context& context, const Source& source, std::string_view alias, Role& role) {
  const Node* config =
      context.expect_map(context.resolve_deep(source.get("EventInvokeConfig")), "EventInvokeConfig");
  if (config == nullptr || config->children.empty()) return;
  const Span span = source.span_of("EventInvokeConfig");
  const Make make = context.make(span);
  Map destinations(context.arena);
  const Node* given =
      context.expect_map(get(config, "DestinationConfig"), "EventInvokeConfig.DestinationConfig");
  for (const std::string_view which : {"OnSuccess", "OnFailure"}) {
    const Node* one = context.expect_map(get(given, which), which);
    if (one != nullptr)
      destinations.set(which, emit_destination(context, source, one, which, role),
                       key_span(given, which, span));
  }
  Map properties(context.arena);
  properties.set("FunctionName", make.ref(source.id));
  const Node* name = context.resolve(source.get("AutoPublishAlias"));
  properties.set("Qualifier", alias.empty() ? make.text("$LATEST") : make.text(text_of(name)));
  properties.set("DestinationConfig", destinations.node(span));
  properties.copy(config, "MaximumEventAgeInSeconds").copy(config, "MaximumRetryAttempts");
  Draft& draft =
      context.emit(source, std::string(source.id) + "EventInvokeConfig", "AWS::Lambda::EventInvokeConfig",
                   properties.node(span), span, "EventInvokeConfig");
  if (!alias.empty()) draft.depends_on.push_back(alias);
}

} // namespace slsaudit::dialect::sam
