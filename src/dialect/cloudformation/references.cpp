// SPDX-License-Identifier: Apache-2.0
// Ref, Fn::GetAtt and Fn::ImportValue: values that are names of things.
#include "dialect/cloudformation/intrinsics.hpp"
#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/cloudformation/parts.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::cloudformation {

using value::ReferenceKind;
using value::Value;

namespace {

constexpr std::array<std::string_view, 8> pseudo_parameters{
    "AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue",   "AWS::Partition",
    "AWS::Region",    "AWS::StackId",          "AWS::StackName", "AWS::URLSuffix"};

} // namespace

Value Interpreter::reference(std::string_view name, text::Span span) {
  if (const Parameter* declared = parameter(name)) return declared->value.with_span(arena(), span);
  if (std::ranges::find(pseudo_parameters, name) != pseudo_parameters.end()) {
    if (name == "AWS::NoValue") return make_.absent(span);
    if (name == "AWS::Region" && inputs_.region) return make_.string(*inputs_.region, span);
    return make_.symbolic({reference_part(ReferenceKind::pseudo, name)}, span);
  }
  if (!name.starts_with("AWS::") && is_resource(name)) {
    return make_.symbolic({reference_part(ReferenceKind::resource, name)}, span);
  }
  const std::size_t dot = name.find('.');
  // SAM lets authors name what it makes (`Function.Version`); it resolves those names itself, or leaves them
  // unknown.
  const bool made_by_sam =
      lowered_.dialect == Dialect::sam && dot != std::string_view::npos && is_resource(name.substr(0, dot));
  if (!made_by_sam) undeclared("reference", name, span);
  return make_.unknown("`" + std::string(name) + "` is declared nowhere in this template", span);
}

Value Interpreter::attribute(std::string_view name, std::string_view attribute, text::Span span) {
  if (is_resource(name)) {
    check_attribute(name, attribute, span);
    return make_.symbolic({reference_part(ReferenceKind::attribute, name, attribute)}, span);
  }
  undeclared("reference", name, span, attribute);
  return make_.unknown("`" + std::string(name) + "` is declared nowhere in this template", span);
}

void Interpreter::check_attribute(std::string_view name, std::string_view attribute, text::Span span) {
  if (names_ == Names::open || !lowered_.macro.empty()) return;
  const auto found = bodies().find(name);
  const syntax::Node* type =
      found == bodies().end() || found->second == nullptr ? nullptr : found->second->get("Type");
  if (type == nullptr || !type->is_scalar()) return;
  auto problem = misnamed_attribute(name, type->text, attribute, span);
  if (problem)
    report(problem->level, problem->name, std::move(problem->message), span, std::move(problem->help));
}

namespace intrinsic {

namespace {

/// "A.B.C": the resource A, its attribute B.C.
Value attribute_of_text(Interpreter& interpreter, const Call& call, std::string_view text, text::Span span) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) {
    return interpreter.wrong_shape(call, "`Resource.Attribute`");
  }
  return interpreter.attribute(text.substr(0, dot), text.substr(dot + 1), span);
}

} // namespace

Value ref(Interpreter& interpreter, const Call& call) {
  if (const auto name = call.text(); name && !name->empty()) return interpreter.reference(*name, call.span);
  // AWS::LanguageExtensions allows functions inside.
  const bool function = !call.tagged && as_call(*call.argument).has_value();
  if (!function) {
    if (call.argument->kind == syntax::NodeKind::unknown)
      return interpreter.make().unknown(call.argument->reason, call.span);
    return interpreter.wrong_shape(call, "the name of a parameter or a resource");
  }
  const Value name = interpreter.evaluate(*call.argument);
  if (const auto text = name.as_string()) return interpreter.reference(*text, call.span);
  return interpreter.make().unknown("the name to refer to is not known: " + why_unknown(name), call.span);
}

Value get_att(Interpreter& interpreter, const Call& call) {
  if (call.argument->kind == syntax::NodeKind::unknown)
    return interpreter.make().unknown(call.argument->reason, call.span);
  if (const auto text = call.text()) return attribute_of_text(interpreter, call, *text, call.span);
  const auto items = call.list();
  if (!items || items->size() < 2)
    return interpreter.wrong_shape(call, "a list of a resource and its attribute");
  std::vector<Value> names;
  for (const syntax::Entry& entry : *items) names.push_back(interpreter.evaluate(*entry.value));
  const auto is_text = [](const Value& value) {
    return !value.is_list() && !value.is_map() && value.is_present();
  };
  if (!std::ranges::all_of(names, is_text))
    return interpreter.wrong_shape(call, "a list of a resource and its attribute");
  return distribute(interpreter, names, call.span, [&](std::span<const Value> known) {
    std::string path;
    for (const Value& name : known.subspan(1)) {
      const auto text = name.as_string();
      if (!text)
        return interpreter.make().unknown("the attribute is not known: " + why_unknown(name), call.span);
      path += (path.empty() ? "" : ".") + std::string(*text);
    }
    const auto resource = known[0].as_string();
    if (!resource)
      return interpreter.make().unknown("the resource is not known: " + why_unknown(known[0]), call.span);
    return interpreter.attribute(*resource, path, call.span);
  });
}

Value import_value(Interpreter& interpreter, const Call& call) {
  const Value name = interpreter.argument(call);
  if (name.is_list() || name.is_map() || !name.is_present())
    return interpreter.wrong_shape(call, "the name of an export");
  return distribute(interpreter, {name}, call.span, [&](std::span<const Value> known) {
    Parts parts;
    append_text(parts, known[0], interpreter.arena());
    const std::string text = render(parts);
    return interpreter.make().symbolic({reference_part(ReferenceKind::import_value, text)}, call.span);
  });
}

Value output(Interpreter& interpreter, const Call& call) {
  const auto items = call.list();
  if (!items || items->size() != 2 || !(*items)[0].value->is_scalar() || !(*items)[1].value->is_scalar())
    return interpreter.wrong_shape(call, "a list of a stack and its output");
  return interpreter.make().symbolic(
      {reference_part(ReferenceKind::output, (*items)[0].value->text, (*items)[1].value->text)}, call.span);
}

} // namespace intrinsic

} // namespace slsaudit::dialect::cloudformation
