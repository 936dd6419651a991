// SPDX-License-Identifier: Apache-2.0
// AWS::Serverless::StateMachine. An inline Definition stays an object, which CloudFormation takes as well as
// the string that the translator makes of it: so each state keeps its place in the author's text.
#include "dialect/sam/events.hpp"
#include "dialect/sam/resources.hpp"

namespace slsaudit::dialect::sam {

namespace {

Draft& emit_state_machine(Context& context, const Source& source) {
  Map properties(context.arena);
  properties.copy(source.properties, "DefinitionSubstitutions").copy(source.properties, "Definition");
  const Node* uri = source.get("DefinitionUri");
  const bool read = uri != nullptr && uri->is_mapping() && uri->get("States") != nullptr; // from its file
  if (read) {
    properties.set("DefinitionString", uri, source.span_of("DefinitionUri"));
  } else if (uri != nullptr && source.get("Definition") == nullptr) {
    properties.set("DefinitionS3Location", location(context, uri, "Bucket", "Key", "Version"),
                   source.span_of("DefinitionUri"));
  }
  properties.copy(source.properties, "Role", "RoleArn").copy(source.properties, "Name", "StateMachineName");
  properties.copy(source.properties, "Type", "StateMachineType");
  properties.copy(source.properties, "Logging", "LoggingConfiguration");
  properties.copy(source.properties, "Tracing", "TracingConfiguration");
  properties.set("Tags",
                 tag_list(context, source.get("Tags"), "stateMachine:createdBy", source.span_of("Tags")));
  return context.emit_main(source, "AWS::StepFunctions::StateMachine", properties);
}

/// The version and the alias; gives the alias's id, or nothing.
std::string_view emit_alias(Context& context, const Source& source) {
  const std::string_view name = context.resolve_text(source.get("AutoPublishAlias"));
  if (name.empty()) return {};
  const Span span = source.span_of("AutoPublishAlias");
  const Make make = context.make(span);
  const std::string version = std::string(source.id) + "Version";
  Draft& draft =
      context.emit(source, version, "AWS::StepFunctions::StateMachineVersion",
                   make.map({{"StateMachineArn", make.ref(source.id)},
                             {"StateMachineRevisionId", make.get_att(source.id, "StateMachineRevisionId")}}),
                   span, "AutoPublishAlias");
  for (const std::string_view policy : {"DeletionPolicy", "UpdateReplacePolicy"}) {
    if (get(source.body, policy) == nullptr) draft.attributes.push_back({policy, span, make.text("Retain")});
  }
  Map preference(context.arena);
  preference.set("Type", make.text("ALL_AT_ONCE"));
  preference.add(context.expect_map(source.get("DeploymentPreference"), "DeploymentPreference"));
  preference.set("StateMachineVersionArn", make.ref(version));
  return context
      .emit(source, std::string(source.id) + "Alias" + std::string(name),
            "AWS::StepFunctions::StateMachineAlias",
            make.map({{"Name", make.text(name)}, {"DeploymentPreference", preference.node(span)}}), span,
            "AutoPublishAlias")
      .id;
}

} // namespace

void lower_state_machine(Context& context, const Source& source) {
  Draft& machine = emit_state_machine(context, source);
  if (source.get("Definition") == nullptr && source.get("DefinitionUri") == nullptr) {
    context.problem(text::ProblemLevel::finding, "missing-definition",
                    "state machine `" + std::string(source.id) +
                        "` has neither `Definition` nor `DefinitionUri`",
                    source.id_span);
  }
  Role role;
  if (source.get("Role") == nullptr) {
    const Make make = context.make(source.span_of("Role"));
    add_author_policies(context, source, role);
    if (is_true(get(source.get("Tracing"), "Enabled"))) {
      const std::string_view name =
          partition(context) == "aws" ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess";
      role.add_managed(managed_policy(context, name, source.span_of("Tracing")));
    }
    emit_role(context, source, role, trust(make, "states.amazonaws.com"), "stateMachine:createdBy");
    machine.properties->set("RoleArn", make.get_att(std::string(source.id) + "Role", "Arn"), source.id_span);
  }
  const std::string_view alias = emit_alias(context, source);
  const bool use_alias = is_true(source.get("UseAliasAsEventTarget")) && !alias.empty();
  lower_events(context, source, {use_alias ? alias : source.id, false, true}, role);
  propagate_tags(context, source);
}

} // namespace slsaudit::dialect::sam
