// SPDX-License-Identifier: Apache-2.0
// Fn::If and Fn::FindInMap: one of several values. And conditions where a value stands.
#include "dialect/cloudformation/intrinsics.hpp"
#include "dialect/cloudformation/parts.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::dialect::cloudformation::intrinsic {

using syntax::Entry;
using syntax::Node;
using text::ProblemLevel;
using value::Kind;
using value::Origin;
using value::Value;

namespace {

/// A branch that asks the same condition again has only one side left.
Value side_of(Value branch, std::string_view condition, bool holds) {
  while (branch.is(Kind::conditional) && branch.condition() == condition) {
    branch = holds ? branch.when_true() : branch.when_false();
  }
  return branch;
}

} // namespace

Value if_else(Interpreter& interpreter, const Call& call) {
  const auto arguments = call.list();
  constexpr std::string_view expected = "a list of a condition's name and two values";
  if (!arguments || arguments->size() != 3) return interpreter.wrong_shape(call, expected);
  const Node& name = *(*arguments)[0].value;
  if (name.kind != syntax::NodeKind::unknown && (!name.is_scalar() || as_call(name))) {
    return interpreter.wrong_shape(call, expected);
  }
  const Value when_true = interpreter.evaluate(*(*arguments)[1].value);
  const Value when_false = interpreter.evaluate(*(*arguments)[2].value);
  interpreter.use(name.text);
  const Decision* decision = interpreter.decision(name.text);
  if (decision == nullptr) interpreter.undeclared("condition", name.text, name.span);
  if (decision == nullptr || !decision->outcome) {
    return interpreter.make().conditional(name.text, side_of(when_true, name.text, true),
                                          side_of(when_false, name.text, false), call.span);
  }
  return carry_origins(interpreter.arena(), *decision->outcome ? when_true : when_false, decision->origins);
}

Value condition(Interpreter& interpreter, const Call& call) {
  if (const auto name = call.text()) interpreter.use(*name);
  const Decision decision = interpreter.decide(call);
  if (!decision.outcome) return interpreter.make().unknown("the condition is not decided", call.span);
  return carry_origins(interpreter.arena(), interpreter.make().boolean(*decision.outcome, call.span),
                       decision.origins);
}

namespace {

/// The keys that an unknown key can be: all of a mapping, or a parameter's allowed values.
class Keys {
public:
  Keys(const Interpreter& interpreter, const Value& value) : text_(value.as_string()) {
    const value::Part* part = value.sole_reference();
    if (text_ || part == nullptr || part->kind != value::ReferenceKind::parameter) return;
    const Parameter* parameter = interpreter.parameter(part->name);
    if (parameter != nullptr && !parameter->allowed_values.empty()) allowed_ = &parameter->allowed_values;
  }
  [[nodiscard]] bool known() const { return text_.has_value(); }
  [[nodiscard]] bool admits(std::string_view key) const {
    if (text_) return *text_ == key;
    if (allowed_ == nullptr) return true;
    return std::ranges::any_of(*allowed_, [&](const Value& value) { return value.as_string() == key; });
  }

private:
  std::optional<std::string_view> text_;
  const std::vector<Value>* allowed_ = nullptr;
};

struct Candidates {
  std::vector<const Entry*> entries;
  bool included = false; ///< Another file adds keys.
};

/// Of the entries with one key, the last counts.
Candidates children(const Node& mapping, const Keys& keys) {
  Candidates found;
  std::set<std::string_view> seen;
  for (auto entry = mapping.children.rbegin(); entry != mapping.children.rend(); ++entry) {
    if (entry->key == "Fn::Transform")
      found.included = true;
    else if (keys.admits(entry->key) && seen.insert(entry->key).second)
      found.entries.push_back(&*entry);
  }
  std::ranges::reverse(found.entries);
  return found;
}

struct Lookup {
  Interpreter& interpreter;
  const Call& call;
  std::optional<Value> fallback;

  [[nodiscard]] Value unknown(const std::string& reason) const {
    return interpreter.make().unknown(reason, call.span);
  }

  [[nodiscard]] Value missing(std::string_view map, std::string_view key, std::span<const Value> path) const {
    if (fallback) return *fallback;
    if (!rests_on_default(path)) { // with a value of the deployer's it may be right
      interpreter.report(ProblemLevel::finding, "mapping-key-missing",
                         "the mapping `" + std::string(map) + "` has no key `" + std::string(key) + "`",
                         call.span, "add the key, or give a `DefaultValue`");
    }
    return unknown("the mapping `" + std::string(map) + "` has no key `" + std::string(key) + "`");
  }

  [[nodiscard]] Value undecided(std::string_view map) const {
    return unknown("which key of the mapping `" + std::string(map) + "` is taken is not known");
  }

  /// "Node/Runtime/Version": no key has a `/` in it.
  [[nodiscard]] static std::string keys_of(std::span<const Value> path) {
    std::string keys;
    for (const Value& key : path.first(3)) keys += (keys.empty() ? "" : "/") + std::string(*key.as_string());
    return keys;
  }

  /// What all candidates agree on. Most are plain text, which is compared without making values of it.
  [[nodiscard]] Value agreed(std::string_view map, std::span<const Value> path,
                             const std::vector<const Entry*>& candidates, bool sure) const {
    if (candidates.empty()) return fallback ? *fallback : undecided(map);
    const Node& first_node = *candidates.front()->value;
    const std::string name = sure && candidates.size() == 1 ? keys_of(path) : std::string(map);
    const Value first = leaf(name, *candidates.front());
    const bool agree = std::ranges::all_of(candidates, [&](const Entry* entry) {
      const Node& node = *entry->value;
      const bool texts = node.is_scalar() && first_node.is_scalar();
      return texts ? node.text == first_node.text : interpreter.literal(node).equals(first);
    });
    if (candidates.size() > 1 && !agree) return undecided(map);
    if (!sure && fallback && !fallback->equals(first)) return undecided(map);
    return first.with_span(interpreter.arena(), call.span);
  }

  /// `name` is the mapping's, with both keys where they are sure.
  [[nodiscard]] Value leaf(std::string_view name, const Entry& entry) const {
    const Origin origin{
        .kind = Origin::Kind::mapping, .span = entry.value->span, .name = interpreter.arena().copy(name)};
    return interpreter.literal(*entry.value).with_origin(interpreter.arena(), origin);
  }

  [[nodiscard]] Value find(std::span<const Value> path) const {
    const auto map = path[0].as_string();
    if (!map) return unknown("the mapping is not known: " + why_unknown(path[0]));
    const Node* mapping = interpreter.mapping(*map);
    if (mapping == nullptr || !mapping->is_mapping()) return without_mapping(*map, mapping);
    const Keys first(interpreter, path[1]);
    const Keys second(interpreter, path[2]);
    const Candidates tops = children(*mapping, first);
    if (tops.included) return undecided(*map);
    if (first.known() && tops.entries.empty()) return missing(*map, *path[1].as_string(), path);
    std::vector<const Entry*> candidates;
    // A top key without the second key can't be the one: it would not deploy.
    for (const Entry* top : tops.entries) {
      const Candidates leaves = children(*top->value, second);
      if (leaves.included || top->value->kind == syntax::NodeKind::unknown) return undecided(*map);
      candidates.insert(candidates.end(), leaves.entries.begin(), leaves.entries.end());
    }
    const bool sure = first.known() && second.known();
    if (sure && candidates.empty()) return missing(*map, *path[2].as_string(), path);
    return agreed(*map, path, candidates, sure);
  }

  [[nodiscard]] Value without_mapping(std::string_view map, const Node* found) const {
    if (found != nullptr || interpreter.mappings_are_included())
      return unknown("the mapping `" + std::string(map) + "` can't be read");
    if (fallback) return *fallback;
    interpreter.undeclared("mapping", map, call.span);
    return unknown("the mapping `" + std::string(map) + "` is declared nowhere in this template");
  }
};

} // namespace

Value find_in_map(Interpreter& interpreter, const Call& call) {
  const auto arguments = call.list();
  constexpr std::string_view expected = "a list of a mapping's name and two keys";
  if (!arguments || arguments->size() < 3 || arguments->size() > 4)
    return interpreter.wrong_shape(call, expected);
  std::vector<Value> path;
  for (const Entry& entry : arguments->subspan(0, 3)) path.push_back(interpreter.evaluate(*entry.value));
  if (std::ranges::any_of(path, [](const Value& key) { return key.is_list() || key.is_map(); })) {
    return interpreter.wrong_shape(call, expected);
  }
  Lookup lookup{interpreter, call, std::nullopt};
  if (arguments->size() == 4) {
    const Node* otherwise = (*arguments)[3].value->get("DefaultValue");
    if (otherwise == nullptr) return interpreter.wrong_shape(call, "two keys and `DefaultValue: …`");
    lookup.fallback = interpreter.evaluate(*otherwise);
  }
  return distribute(interpreter, path, call.span,
                    [&](std::span<const Value> known) { return lookup.find(known); });
}

} // namespace slsaudit::dialect::cloudformation::intrinsic
