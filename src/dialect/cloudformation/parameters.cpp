// SPDX-License-Identifier: Apache-2.0
// The section Parameters: what Ref of each parameter gives.
#include "dialect/cloudformation/interpreter.hpp"
#include "dialect/cloudformation/parts.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;
using text::ProblemLevel;
using value::Origin;
using value::ReferenceKind;
using value::Value;

namespace {

bool is_list_type(std::string_view type) {
  return type == "CommaDelimitedList" || type.starts_with("List<");
}
bool is_stored_type(std::string_view type) {
  return type.starts_with("AWS::SSM::Parameter::Value<");
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Value list_from(const value::Factory& make, std::string_view text, text::Span span) {
  std::vector<Value> items;
  while (true) { // empty text is a list of one empty item, as in CloudFormation
    const std::size_t comma = text.find(',');
    items.push_back(make.string(trim(text.substr(0, comma)), span));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return make.list(items, span);
}

} // namespace

void Interpreter::declare_parameters(const Node* section) {
  if (section == nullptr || !section->is_mapping()) return;
  parameters_.reserve(section->children.size());
  for (const Entry& entry : section->children) {
    if (!entry.key.starts_with("Fn::")) declare_parameter(entry);
  }
}

void Interpreter::declare_parameter(const Entry& entry) {
  Parameter parameter;
  parameter.name = entry.key;
  parameter.name_span = entry.key_span;
  parameter.type = "String";
  const Node& body = *entry.value;
  if (body.is_mapping()) {
    const Node* type = body.get("Type");
    if (type != nullptr && type->is_scalar() && !syntax::is_null(*type)) {
      parameter.type = type->text;
    } else {
      report(ProblemLevel::error, type == nullptr ? "missing-type" : "wrong-parameter-shape",
             "the parameter `" + std::string(entry.key) + "` has no `Type` that is a string",
             type != nullptr ? type->span : entry.key_span, "give it a type, such as `Type: String`");
    }
    const Node* no_echo = body.get("NoEcho");
    if (no_echo != nullptr && no_echo->is_scalar())
      parameter.no_echo = literal(*no_echo).as_boolean().value_or(false);
    read_allowed_values(parameter, body);
    read_default(parameter, body);
  } else if (body.kind != syntax::NodeKind::unknown) {
    report(ProblemLevel::error, "wrong-parameter-shape",
           "the parameter `" + std::string(entry.key) + "` is " + std::string(syntax::describe(body)) +
               "; expected a mapping with `Type`",
           syntax::is_null(body) ? entry.key_span : body.span,
           "write a mapping with `Type` and, if you like, `Default`");
  }
  parameter.value = parameter_value(parameter);
  const auto known = parameter_index_.find(entry.key);
  if (known != parameter_index_.end()) { // the last one counts, as in CloudFormation
    parameters_[known->second] = parameter;
    return;
  }
  parameter_index_.emplace(entry.key, parameters_.size());
  parameters_.push_back(parameter);
}

void Interpreter::read_allowed_values(Parameter& parameter, const Node& body) {
  const Node* allowed = body.get("AllowedValues");
  if (allowed == nullptr || allowed->kind == syntax::NodeKind::unknown) return;
  if (!allowed->is_sequence()) {
    report(ProblemLevel::error, "wrong-parameter-shape",
           "`AllowedValues` is " + std::string(syntax::describe(*allowed)) + "; expected a list",
           allowed->span, "write a list of the values that are allowed");
    return;
  }
  for (const Entry& entry : allowed->children) parameter.allowed_values.push_back(literal(*entry.value));
}

void Interpreter::read_default(Parameter& parameter, const Node& body) {
  const Entry* entry = body.find("Default");
  if (entry == nullptr) {
    parameter.default_value = make_.absent(body.span);
    return;
  }
  if (const std::optional<Call> call = as_call(*entry->value); call && is_intrinsic(call->name)) {
    parameter.default_value = make_.absent(body.span);
    report(ProblemLevel::error, "wrong-parameter-shape",
           "`Default` of the parameter `" + std::string(parameter.name) + "` calls `" +
               std::string(call->name) + "`; CloudFormation takes a text there and no function",
           entry->value->span,
           "write the text, or leave the default out, and call the function where the parameter is used");
    return;
  }
  const Value written = literal(*entry->value).with_key_span(entry->key_span);
  const bool list_of_scalars = entry->value->is_sequence() && is_list_type(parameter.type);
  if (entry->value->is_scalar() || entry->value->kind == syntax::NodeKind::unknown || list_of_scalars) {
    parameter.default_value = written;
    return;
  }
  parameter.default_value = make_.absent(body.span);
  report(ProblemLevel::error, "wrong-parameter-shape",
         "`Default` of the parameter `" + std::string(parameter.name) + "` is " +
             std::string(syntax::describe(*entry->value)) + "; expected a string or a number",
         entry->value->span, "write the default as text; items of a list are separated by commas");
}

Value Interpreter::parameter_value(const Parameter& parameter) const {
  const Value open =
      make_.symbolic({reference_part(ReferenceKind::parameter, parameter.name)}, parameter.name_span);
  if (parameter.no_echo) return open;
  if (inputs_.passed) return passed_value(parameter, open);
  const auto given = inputs_.parameters.find(std::string(parameter.name));
  if (given != inputs_.parameters.end()) {
    const Origin origin{
        .kind = Origin::Kind::parameter_given, .span = parameter.name_span, .name = parameter.name};
    return value_of_text(parameter, make_.string(given->second, parameter.name_span), origin);
  }
  const Value& standard = parameter.default_value;
  // A default that a dialect could not read is one of the texts that may be given.
  if (standard.is_absent() || standard.is_unknown() || parameter.allowed_values.size() > 1) return open;
  const auto chosen = inputs_.choices.find(parameter.name);
  if (chosen != inputs_.choices.end() && !chosen->second.value) return open;
  if (chosen != inputs_.choices.end() && standard.as_string() != *chosen->second.value) {
    const Origin origin{.kind = Origin::Kind::world, .span = parameter.name_span, .name = parameter.name};
    return value_of_text(parameter, make_.string(*chosen->second.value, parameter.name_span), origin);
  }
  const Origin origin{
      .kind = Origin::Kind::parameter_default, .span = standard.span(), .name = parameter.name};
  return value_of_text(parameter, standard, origin);
}

/// In a nested stack nobody but the parent decides: what it leaves out has its default.
Value Interpreter::passed_value(const Parameter& parameter, const Value& open) const {
  const Value passed = inputs_.passed->is_map() ? inputs_.passed->get(parameter.name) : *inputs_.passed;
  const bool has_default = parameter.default_value.is_present();
  const bool map_or_none = inputs_.passed->is_map() || inputs_.passed->is_absent();
  if (passed.is_absent() && map_or_none && has_default) {
    const Origin origin{
        .kind = Origin::Kind::stack, .span = parameter.default_value.span(), .name = parameter.name};
    return value_of_text(parameter, parameter.default_value, origin);
  }
  Value text = passed;
  if (passed.is_list()) {
    std::string joined;
    for (const Value& item : passed.items()) {
      if (!item.as_string()) return open;
      joined += (joined.empty() ? "" : ",") + std::string(*item.as_string());
    }
    text = make_.string(joined, passed.span());
  }
  if (!text.as_string()) return open;
  const Origin origin{.kind = Origin::Kind::stack, .span = passed.span(), .name = parameter.name};
  return value_of_text(parameter, text, origin);
}

/// The value of a parameter's type that the text gives.
Value Interpreter::value_of_text(const Parameter& parameter, const Value& written, Origin origin) const {
  Value value = written;
  if (value.is_unknown()) return value;
  if (value.is(value::Kind::null)) value = make_.string("", value.span());
  const auto text = value.as_string();
  if (is_stored_type(parameter.type)) {
    if (!text)
      return make_.symbolic({reference_part(ReferenceKind::parameter, parameter.name)}, parameter.name_span);
    value = make_.symbolic({reference_part(ReferenceKind::dynamic, "resolve:ssm:" + std::string(*text))},
                           value.span());
  } else if (is_list_type(parameter.type) && text) {
    value = list_from(make_, *text, value.span());
  }
  if (!value.is_list()) return value.with_origin(arena(), origin);
  std::vector<Value> items;
  for (const Value& item : value.items()) items.push_back(item.with_origin(arena(), origin));
  return make_.list(items, value.span()).with_origin(arena(), origin);
}

} // namespace slsaudit::dialect::cloudformation
