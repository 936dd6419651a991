// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/events.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

struct Row {
  std::string_view type;
  void (*lower)(const Event&);
};

constexpr Row function_events[] = {
    {"AlexaSkill", lower_alexa_skill},
    {"Api", lower_api_event},
    {"CloudWatchEvent", lower_event_rule},
    {"CloudWatchLogs", lower_cloudwatch_logs},
    {"Cognito", lower_cognito},
    {"DocumentDB", lower_event_source_mapping},
    {"DynamoDB", lower_event_source_mapping},
    {"EventBridgeRule", lower_event_rule},
    {"HttpApi", lower_http_api_event},
    {"IoTRule", lower_iot_rule},
    {"Kinesis", lower_event_source_mapping},
    {"MQ", lower_event_source_mapping},
    {"MSK", lower_event_source_mapping},
    {"S3", lower_s3},
    {"SNS", lower_sns},
    {"SQS", lower_event_source_mapping},
    {"Schedule", lower_schedule},
    {"ScheduleV2", lower_schedule_v2},
    {"SelfManagedKafka", lower_event_source_mapping},
};

constexpr Row state_machine_events[] = {
    {"Api", lower_state_machine_api_event}, {"CloudWatchEvent", lower_event_rule},
    {"EventBridgeRule", lower_event_rule},  {"Schedule", lower_schedule},
    {"ScheduleV2", lower_schedule_v2},
};

std::span<const Row> rows_of(bool state_machine) {
  return state_machine ? std::span<const Row>(state_machine_events) : std::span<const Row>(function_events);
}

void lower_event(Context& context, const Source& source, const Target& target, Role& role,
                 const Entry& entry) {
  if (!is_plain_map(entry.value)) {
    context.expect_map(entry.value, "Events." + std::string(entry.key));
    return;
  }
  const std::string_view id = context.keep(std::string(source.id) + std::string(entry.key));
  const Span span = entry.key_span.valid() ? entry.key_span : entry.value->span;
  Event event{context, source, target, role, entry.key, id, span, text_of(get(entry.value, "Type")), nullptr};
  event.properties = context.expect_map(get(entry.value, "Properties"), "Properties");
  const std::span<const Row> rows = rows_of(target.is_state_machine);
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.type == event.type; });
  if (row == rows.end()) {
    event.wrong("unknown-event-type", event.type.empty()
                                          ? "has no `Type`"
                                          : "has the unknown type `" + std::string(event.type) + "`");
    return;
  }
  row->lower(event);
}

} // namespace

std::vector<std::string_view> event_types(bool of_state_machine) {
  std::vector<std::string_view> types;
  for (const Row& row : rows_of(of_state_machine)) types.push_back(row.type);
  return types;
}

const Node* Target::arn(const Make& make) const {
  return is_alias || is_state_machine ? make.ref(id) : make.get_att(id, "Arn");
}

std::string Target::sub_text() const {
  return is_alias || is_state_machine ? "${" + std::string(id) + "}" : "${" + std::string(id) + ".Arn}";
}

const Node* Event::require(std::string_view property) const {
  const Node* value = get(property);
  if (value == nullptr) wrong("missing-event-property", "lacks `" + std::string(property) + "`");
  return value;
}

Draft& emit_permission(const Event& event, const Permission& permission) {
  const Make make = event.make();
  std::string id = std::string(permission.prefix.empty() ? event.id : permission.prefix) + "Permission";
  if (is_alphanumeric(permission.suffix)) id += permission.suffix;
  const Node* properties = make.map({{"Action", make.text("lambda:InvokeFunction")},
                                     {"FunctionName", event.target.name(make)},
                                     {"Principal", make.text(permission.principal)},
                                     {"SourceArn", permission.source_arn},
                                     {"SourceAccount", permission.source_account},
                                     {"EventSourceToken", permission.event_source_token}});
  return event.context.emit(event.source, id, "AWS::Lambda::Permission", properties, event.span, "Events");
}

void lower_events(Context& context, const Source& source, const Target& target, Role& role) {
  const Node* events = context.expect_map(source.get("Events"), "Events");
  if (events == nullptr) return;
  // In the translator's order: by path, so that a function's catch-all route comes before its others.
  std::vector<Entry> ordered = kept_entries(*events);
  const auto rank = [](const Entry& entry) {
    const Node* properties = get(entry.value, "Properties");
    const std::string_view path = text_of(get(properties, "Path"));
    const bool catch_all =
        text_of(get(entry.value, "Type")) == "HttpApi" && text_of(get(properties, "Method")).empty();
    if (path.empty() && catch_all) return std::string_view("$default");
    return path.empty() ? entry.key : path;
  };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const Entry& a, const Entry& b) { return rank(a) < rank(b); });
  for (const Entry& entry : ordered) {
    if (!syntax::is_null(*entry.value)) lower_event(context, source, target, role, entry);
  }
}

} // namespace slsaudit::dialect::sam
