// SPDX-License-Identifier: Apache-2.0
// Events of functions and state machines: one row a type.
#pragma once

#include "dialect/sam/policies.hpp"

namespace slsaudit::dialect::sam {

/// What an event calls: a function, its alias, or a state machine.
struct Target {
  std::string_view id;
  bool is_alias = false;         ///< Ref gives the ARN.
  bool is_state_machine = false; ///< Ref gives the ARN.
  [[nodiscard]] const Node* name(const Make& make) const { return make.ref(id); }
  [[nodiscard]] const Node* arn(const Make& make) const;
  [[nodiscard]] std::string sub_text() const; ///< "${Function.Arn}"
};

struct Event {
  Context& context;
  const Source& source; ///< The function or state machine.
  const Target& target;
  Role& role;
  std::string_view key;
  std::string_view id; ///< Source and key.
  Span span;           ///< The key.
  std::string_view type;
  const Node* properties = nullptr;

  [[nodiscard]] Make make() const { return {context.arena, span}; }
  [[nodiscard]] const Node* get(std::string_view property) const { return sam::get(properties, property); }
  Draft& emit(std::string_view suffix, std::string_view resource_type,
              const Node* resource_properties) const {
    return context.emit(source, std::string(id) + std::string(suffix), resource_type, resource_properties,
                        span, "Events");
  }
  /// A problem about the event.
  void wrong(std::string_view name, const std::string& message, std::string help = {}) const {
    context.problem(text::ProblemLevel::error, name,
                    "event `" + std::string(key) + "` of `" + std::string(source.id) + "` " + message, span,
                    std::move(help));
  }
  /// The property; a problem when it is missing.
  const Node* require(std::string_view property) const;
};

/// <Id>Permission: lets the principal call the function.
struct Permission {
  std::string_view principal;
  const Node* source_arn = nullptr;
  const Node* source_account = nullptr;
  const Node* event_source_token = nullptr;
  std::string_view suffix =
      {}; ///< Of the logical id; left out when it is not alphanumeric (a hash stands there).
  std::string_view prefix = {}; ///< Instead of the event's id.
};
Draft& emit_permission(const Event& event, const Permission& permission);

void lower_event_source_mapping(const Event& event);
void lower_schedule(const Event& event);
void lower_schedule_v2(const Event& event);
void lower_event_rule(const Event& event);
void lower_s3(const Event& event);
void lower_sns(const Event& event);
void lower_cognito(const Event& event);
void lower_iot_rule(const Event& event);
void lower_cloudwatch_logs(const Event& event);
void lower_alexa_skill(const Event& event);
void lower_api_event(const Event& event);
void lower_http_api_event(const Event& event);
void lower_state_machine_api_event(const Event& event);

/// Emits a mapping of any type with given properties (an SNS event's queue has one too).
void emit_mapping(const Event& event, std::string_view id_suffix, std::string_view type,
                  const Node* properties);

/// What `Type` of an event may be.
[[nodiscard]] std::vector<std::string_view> event_types(bool of_state_machine);
/// All Events of a source.
void lower_events(Context& context, const Source& source, const Target& target, Role& role);

} // namespace slsaudit::dialect::sam
