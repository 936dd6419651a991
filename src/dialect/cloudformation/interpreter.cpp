// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/interpreter.hpp"

#include "dialect/cloudformation/parts.hpp"
#include "text/encoding.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation {

using syntax::Node;
using syntax::NodeKind;
using syntax::ScalarType;
using text::ProblemLevel;
using value::Value;

namespace {

/// Text that one template's intrinsics may compose: far above any real one, far below what hurts.
constexpr std::size_t max_composed = std::size_t{64} << 20U;

} // namespace

Interpreter::Interpreter(const Lowered& lowered, text::Arena& arena, const Inputs& inputs, Names names,
                         Constants* constants)
    : make_(arena), lowered_(lowered), inputs_(inputs), names_(names), constants_(constants) {
  declare_parameters(lowered.parameters);
  declare_mappings(lowered.mappings);
  declare_conditions(lowered.conditions);
}

Value Interpreter::evaluate(const Node& node) {
  return traced(node, plain(node));
}

Value Interpreter::traced(const Node& node, const Value& value) {
  Value result = value;
  const auto passage = std::ranges::find_if(lowered_.passages, [&](const Passage& one) {
    return one.span.file == node.span.file && one.span.begin <= node.span.begin &&
           node.span.end <= one.span.end;
  });
  if (passage != lowered_.passages.end()) result = result.with_origin(arena(), passage->origin);
  const auto variable = lowered_.variables.find(&node);
  if (variable == lowered_.variables.end()) return result;
  std::vector<const value::Origin*> chain; // the nearest first
  for (const value::Origin* one = &variable->second; one != nullptr; one = one->next) chain.push_back(one);
  for (std::size_t i = chain.size(); i-- > 0;) result = result.with_origin(arena(), *chain[i]);
  return result;
}

template <class Make> Value Interpreter::shared(const Node& node, Make make) {
  if (constants_ != nullptr) {
    const auto constant = constants_->find(&node);
    if (constant != constants_->end()) return constant->second;
  }
  const auto known = memo_.find(&node);
  if (known != memo_.end()) {
    ++chosen_; // else it were a constant
    return known->second;
  }
  const std::size_t before = chosen_;
  const Value result = make();
  if (constants_ != nullptr && chosen_ == before)
    constants_->emplace(&node, result);
  else
    memo_.emplace(&node, result);
  return result;
}

Value Interpreter::plain(const Node& node) {
  if (const auto intrinsic = as_call(node)) {
    // Only lists and maps are shared at a price; a tagged scalar is cheap to work out again.
    if (node.is_scalar()) return call(*intrinsic);
    return shared(node, [&] { return call(*intrinsic); });
  }
  if (node.is_scalar()) return scalar(node);
  if (node.kind == NodeKind::unknown) return make_.unknown(node.reason, node.span);
  return container(node, false);
}

Value Interpreter::literal(const Node& node) {
  if (node.is_scalar()) return scalar(node);
  if (node.kind == NodeKind::unknown) return make_.unknown(node.reason, node.span);
  return container(node, true);
}

Value Interpreter::argument(const Call& call) {
  const Node& node = *call.argument;
  if (!call.tagged) return evaluate(node);
  if (node.is_scalar()) return scalar(node);
  if (node.is_sequence()) return list_of(node, false);
  Node untagged = node; // `!Base64 {"Fn::Sub": …}`: the mapping may be a call of its own
  untagged.tag = {};
  const auto inner = as_call(untagged);
  return inner ? this->call(*inner) : map_of(node, false);
}

Value Interpreter::container(const Node& node, bool literally) {
  if (literally) return node.is_sequence() ? list_of(node, true) : map_of(node, true);
  return shared(node, [&] { return node.is_sequence() ? list_of(node, false) : map_of(node, false); });
}

Value Interpreter::list_of(const Node& node, bool literally) {
  std::vector<Value> items;
  items.reserve(node.children.size());
  for (const syntax::Entry& entry : node.children) {
    const Value item = literally ? literal(*entry.value) : evaluate(*entry.value);
    if (!item.is_absent()) items.push_back(item);
  }
  return make_.list(items, node.span);
}

Value Interpreter::map_of(const Node& node, bool literally) {
  std::vector<value::Member> members;
  members.reserve(node.children.size());
  for (const syntax::Entry& entry : node.children) {
    if (!literally && entry.key == "Fn::Transform") {
      report(ProblemLevel::note, "transform-not-run",
             "`Fn::Transform` adds to this mapping; what it adds is not known", entry.key_span);
      return make_.unknown("`Fn::Transform` adds to this mapping", node.span);
    }
    const bool function =
        entry.key == "Ref" || (entry.key.starts_with("Fn::") && is_intrinsic(entry.key.substr(4)));
    if (!literally && function) {
      report(ProblemLevel::error, "wrong-intrinsic-shape",
             "`" + std::string(entry.key) +
                 "` stands beside other keys; an intrinsic function is the only key of its mapping",
             entry.key_span, "remove the other keys, or indent them under the key that they belong to");
      return make_.unknown("an intrinsic function stands beside other keys", node.span);
    }
    const Value item = literally ? literal(*entry.value) : evaluate(*entry.value);
    if (!item.is_absent()) members.push_back({entry.key, item.with_key_span(entry.key_span)});
  }
  return make_.map(members, node.span);
}

Value Interpreter::scalar(const Node& node) {
  // A tag on a scalar was dealt with by the caller: here it says at most how to read the text.
  Node untagged = node;
  if (!is_core_tag(node.tag)) untagged.tag = {};
  if (untagged.tag == "tag:yaml.org,2002:str") untagged.tag = "!!str";
  switch (syntax::scalar_type(untagged)) {
  case ScalarType::null:
    return make_.null(node.span);
  case ScalarType::boolean:
    return make_.boolean(*syntax::as_boolean(untagged), node.span, node.text);
  case ScalarType::integer:
    return make_.integer(*syntax::as_integer(untagged), node.span, node.text);
  case ScalarType::number:
    if (const auto number = syntax::as_number(untagged)) return make_.number(*number, node.span, node.text);
    break; // Beyond what a double holds: its text.
  case ScalarType::string:
    break;
  }
  if (node.text.find("{{resolve:") == std::string_view::npos) return make_.string(node.text, node.span);
  return text_value(*this, {literal_part(node.text)}, node.span);
}

Value Interpreter::call(const Call& call) {
  if (const Intrinsic intrinsic = find_intrinsic(call.name)) return intrinsic(*this, call);
  const std::string name = call.tagged ? std::string(call.argument->tag) : "Fn::" + std::string(call.name);
  if (is_intrinsic(call.name)) {
    report(ProblemLevel::error, "misplaced-intrinsic", "`" + name + "` gives no value here", call.span,
           "it is allowed in other places of a template only");
    return make_.unknown("`" + name + "` gives no value here", call.span);
  }
  return unknown_call(call, name);
}

Value Interpreter::unknown_call(const Call& call, const std::string& name) {
  const bool long_name =
      call.name.starts_with("Fn::"); // `!Fn::Sub` is neither the short form nor the long one
  if (is_preprocessor_call(call)) {
    report(ProblemLevel::finding, "preprocessor-tag",
           "`" + name + "` is a preprocessor's tag; CloudFormation refuses it", call.span,
           "audit what the preprocessor makes of this file");
    return make_.unknown("a preprocessor replaces `" + name + "`", call.span);
  }
  const std::string_view near = nearest_intrinsic(long_name ? call.name.substr(4) : call.name);
  std::string help = "use a function of CloudFormation";
  if (!near.empty()) {
    const std::string_view prefix = call.tagged ? "!" : near == "Ref" ? "" : "Fn::";
    help = "did you mean `" + std::string(prefix) + std::string(near) + "`?";
  }
  report(ProblemLevel::error, "unknown-intrinsic", "`" + name + "` is no function of CloudFormation",
         call.span, help);
  return make_.unknown("`" + name + "` is no function of CloudFormation", call.span);
}

void Interpreter::declare_mappings(const Node* section) {
  if (section == nullptr || !section->is_mapping()) return;
  for (const syntax::Entry& entry : section->children) {
    if (entry.key == "Fn::Transform")
      mappings_included_ = true;
    else
      mappings_[entry.key] = entry.value;
  }
}

const Parameter* Interpreter::parameter(std::string_view name) const {
  const auto found = parameter_index_.find(name);
  if (found == parameter_index_.end()) return nullptr;
  if (inputs_.passed || inputs_.choices.contains(name)) ++chosen_;
  return &parameters_[found->second];
}

const Node* Interpreter::mapping(std::string_view name) const {
  const auto found = mappings_.find(name);
  return found == mappings_.end() ? nullptr : found->second;
}

bool Interpreter::is_resource(std::string_view name) const {
  return names_ == Names::open || bodies().contains(name);
}

const Interpreter::Bodies& Interpreter::bodies() const {
  if (!bodies_) {
    bodies_.emplace();
    for (const LoweredResource& resource : lowered_.resources)
      bodies_->emplace(resource.logical_id, resource.body);
  }
  return *bodies_;
}

void Interpreter::report(ProblemLevel level, std::string_view name, std::string message, text::Span span,
                         std::string help) {
  if (!told_.emplace(span, std::string(name) + ' ' + message).second) return;
  problems_.push_back({level, std::string(name), std::move(message), span, std::move(help), {}});
}

Value Interpreter::wrong_shape(const Call& call, std::string_view expected) {
  const bool plain = call.name == "Ref" || call.name == "Condition";
  const std::string name = std::string(plain ? "" : "Fn::") + std::string(call.name);
  std::string found(syntax::describe(*call.argument));
  if (call.argument->is_sequence()) {
    const std::size_t count = call.argument->children.size();
    found += " of " + std::to_string(count) + (count == 1 ? " item" : " items");
  }
  report(ProblemLevel::error, "wrong-intrinsic-shape",
         "`" + name + "` is given " + found + "; expected " + std::string(expected), call.argument->span,
         "write it as " + std::string(expected));
  return make_.unknown("`" + name + "` has an argument of the wrong shape", call.span);
}

namespace {

/// Whether a module may declare it: its resources are called `Module.Resource` or `ModuleResource`.
bool is_in_module(const Lowered& lowered, std::string_view name) {
  return std::ranges::any_of(lowered.resources, [&](const LoweredResource& resource) {
    const Node* type = resource.body != nullptr ? resource.body->get("Type") : nullptr;
    return type != nullptr && type->is_scalar() && type->text.ends_with("::MODULE") &&
           name.starts_with(resource.logical_id);
  });
}

/// Names that the Serverless Framework and its plugins give what they make: those of some features (layers of
/// packaged dependencies) are not made here.
bool is_of_framework(std::string_view name) {
  constexpr std::array<std::string_view, 11> prefixes{
      "ApiGateway", "CloudFront", "CustomDashresource", "EnterpriseLog", "HttpApi",   "IamRole",
      "PreHook",    "Serverless", "SlsStream",          "VpcLink",       "Websockets"};
  constexpr std::array<std::string_view, 7> parts{"LambdaLayer",  "LambdaVersion",      "LambdaPermission",
                                                  "LambdaEvConf", "EventSourceMapping", "EventsRule",
                                                  "LambdaAlias"};
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); }) ||
         std::ranges::any_of(parts, [&](std::string_view part) { return name.find(part) != name.npos; });
}

/// Whether more may be declared in a Serverless Framework service than is in sight.
bool may_declare(const Lowered& lowered, std::string_view kind, std::string_view name) {
  if (kind != "reference") return true;
  return lowered.unread.names || is_of_framework(name);
}

} // namespace

void Interpreter::undeclared(std::string_view kind, std::string_view name, text::Span span,
                             std::string_view attribute) {
  if (kind == "reference") undeclared_.insert(arena().copy(name));
  // A plugin of the Serverless Framework or a macro may declare it; SAM makes resources with names of its
  // own.
  const bool unseen = !lowered_.macro.empty() || is_in_module(lowered_, name) ||
                      std::ranges::find(lowered_.misplaced, name) != lowered_.misplaced.end() ||
                      (lowered_.dialect == Dialect::serverless && may_declare(lowered_, kind, name));
  std::string help = "declare it, or correct the name";
  if (kind == "condition" && bodies().contains(name))
    help = "it stands in `Resources`: move it into `Conditions`";
  else if (!attribute.empty())
    help = "declare the resource whose `" + std::string(text::beginning(attribute, 100)) +
           "` is asked for, or correct the name";
  report(unseen ? ProblemLevel::note : ProblemLevel::finding, "undeclared-" + std::string(kind),
         "`" + std::string(name) + "` is declared nowhere in this template", span, help);
}

bool Interpreter::charge(std::size_t bytes) {
  if (bytes > max_composed - std::min(composed_, max_composed)) return false;
  composed_ += bytes;
  return true;
}

} // namespace slsaudit::dialect::cloudformation
