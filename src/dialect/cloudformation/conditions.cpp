// SPDX-License-Identifier: Apache-2.0
// The section Conditions, decided with three values: true, false, or not known before the deployment.
#include "dialect/cloudformation/choice.hpp"
#include "dialect/cloudformation/condition_names.hpp"
#include "dialect/cloudformation/interpreter.hpp"
#include "dialect/cloudformation/parts.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;
using text::ProblemLevel;
using value::Kind;
using value::Origin;
using value::Value;

namespace {

void add(std::vector<Origin>& origins, const std::vector<Origin>& more) {
  origins.insert(origins.end(), more.begin(), more.end());
}

} // namespace

void Interpreter::declare_conditions(const Node* section) {
  if (section == nullptr || !section->is_mapping()) return;
  for (const Entry& entry : section->children) {
    if (entry.key.starts_with("Fn::")) continue;
    const Condition condition{.name = entry.key, .name_span = entry.key_span, .node = entry.value};
    const auto known = condition_index_.find(entry.key);
    if (known != condition_index_.end()) {
      conditions_[known->second] = condition;
      continue;
    }
    condition_index_.emplace(entry.key, conditions_.size());
    conditions_.push_back(condition);
  }
  order_conditions();
  decisions_.assign(conditions_.size(), {});
  for (const std::size_t index : condition_order_) {
    if (!conditions_[index].in_cycle) decisions_[index] = decide(*conditions_[index].node);
  }
  forget(); // what was worked out while not every condition was decided
}

void Interpreter::forget() {
  memo_ = {}; // clear() would keep, and walk, as many buckets as there ever were
  decided_ = {};
}

// Depth-first without recursion: a chain of conditions is as long as its author likes.
void Interpreter::order_conditions() {
  enum class State { unseen, open, done };
  struct Frame {
    std::size_t condition;
    std::vector<std::size_t> needs;
    std::size_t next = 0;
  };
  std::vector<State> states(conditions_.size(), State::unseen);
  order_.assign(conditions_.size(), 0);
  dependents_.assign(conditions_.size(), {});
  std::vector<Frame> stack;
  std::vector<std::size_t> path;
  const auto enter = [&](std::size_t index) {
    Frame frame{index, {}, 0};
    for (const std::string_view name : conditions_below(*conditions_[index].node)) {
      const auto found = condition_index_.find(name);
      if (found == condition_index_.end()) continue;
      frame.needs.push_back(found->second);
      dependents_[found->second].push_back(index);
    }
    states[index] = State::open;
    path.push_back(index);
    stack.push_back(std::move(frame));
  };
  for (std::size_t root = 0; root < conditions_.size(); ++root) {
    if (states[root] != State::unseen) continue;
    enter(root);
    while (!stack.empty()) {
      Frame& top = stack.back();
      if (top.next < top.needs.size()) {
        const std::size_t need = top.needs[top.next++];
        if (states[need] == State::unseen)
          enter(need);
        else if (states[need] == State::open)
          report_cycle(path, need);
        continue;
      }
      states[top.condition] = State::done;
      order_[top.condition] = condition_order_.size();
      condition_order_.push_back(top.condition);
      path.pop_back();
      stack.pop_back();
    }
  }
}

void Interpreter::report_cycle(const std::vector<std::size_t>& path, std::size_t start) {
  const auto first = std::find(path.begin(), path.end(), start);
  std::string names;
  bool known = false;
  for (auto step = first; step != path.end(); ++step) {
    if (step - first < 8) names += "`" + std::string(conditions_[*step].name) + "` → ";
    known = known || conditions_[*step].in_cycle;
    conditions_[*step].in_cycle = true;
  }
  if (known) return; // one report for conditions that are knotted together
  report(ProblemLevel::error, "condition-cycle",
         "conditions refer to each other in a circle: " + names + "`" + std::string(conditions_[start].name) +
             "`",
         conditions_[start].name_span, "write one of them without the others");
}

/// Decides again what depends on the given conditions, which are as they are given.
void Interpreter::decide_given(const std::map<std::size_t, bool>& given) {
  std::set<std::size_t> places; // in condition_order_
  std::vector<std::size_t> pending;
  for (const auto& entry : given) pending.push_back(entry.first);
  while (!pending.empty()) {
    const std::size_t index = pending.back();
    pending.pop_back();
    if (!places.insert(order_[index]).second) continue;
    pending.insert(pending.end(), dependents_[index].begin(), dependents_[index].end());
  }
  for (const std::size_t place : places) {
    const std::size_t index = condition_order_[place];
    replaced_.emplace_back(index, decisions_[index]);
    const auto assumed = given.find(index);
    if (assumed != given.end()) {
      decisions_[index] = {assumed->second, {}};
    } else if (!conditions_[index].in_cycle) {
      decisions_[index] = decide(*conditions_[index].node);
    }
  }
}

const Decision* Interpreter::decision(std::string_view condition) const {
  ++chosen_;
  const auto found = condition_index_.find(condition);
  return found == condition_index_.end() ? nullptr : &decisions_[found->second];
}

// Recursion: over the nesting of one condition only, which the reader limits.
Decision Interpreter::decide(const Node& node) {
  ++chosen_;
  if (const auto call = as_condition_call(node)) {
    const auto known = decided_.find(&node);
    if (known != decided_.end()) return known->second;
    const Decision decision = decide(*call);
    decided_.emplace(&node, decision);
    return decision;
  }
  if (node.kind == syntax::NodeKind::unknown) return {};
  if (node.is_scalar()) {
    if (const auto constant = literal(node).as_boolean()) return {constant, {}};
  }
  report(ProblemLevel::error, "wrong-condition-shape",
         "a condition is " + std::string(syntax::describe(node)) +
             "; expected `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`",
         node.span, "write the condition with one of these functions");
  return {};
}

Decision Interpreter::decide(const Call& call) {
  ++chosen_;
  if (call.name == "And") return decide_operands(call, false);
  if (call.name == "Or") return decide_operands(call, true);
  if (call.name == "Equals") return decide_equals(call);
  if (call.name == "Not") {
    const auto operands = call.list();
    if (!operands || operands->size() != 1) {
      (void)wrong_shape(call, "a list with one condition");
      return {};
    }
    Decision inner = decide(*operands->front().value);
    if (inner.outcome) inner.outcome = !*inner.outcome;
    return inner;
  }
  if (call.name == "Condition") {
    const auto name = call.text();
    if (!name) {
      (void)wrong_shape(call, "the name of a condition");
      return {};
    }
    if (const Decision* known = decision(*name)) return *known;
    undeclared("condition", *name, call.argument->span);
    return {};
  }
  (void)argument(call); // tells what is wrong inside
  const std::string name(call.name);
  if (is_intrinsic(call.name)) {
    report(ProblemLevel::error, "wrong-condition-shape",
           "a condition is made with `" + name +
               "`; expected `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`",
           call.span, "compare its value with `Fn::Equals`");
  } else {
    report(ProblemLevel::error, "unknown-intrinsic", "`" + name + "` is no function of CloudFormation",
           call.span, "use `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`");
  }
  return {};
}

/// And and Or: one operand with the deciding outcome settles it; else all must be known.
Decision Interpreter::decide_operands(const Call& call, bool deciding) {
  const auto operands = call.list();
  if (!operands || operands->empty()) {
    (void)wrong_shape(call, "a list of conditions");
    return {};
  }
  Decision all{!deciding, {}};
  std::optional<Decision> settled;
  for (const Entry& entry : *operands) {
    const Decision operand = decide(*entry.value);
    if (operand.outcome == deciding && !settled) settled = operand;
    if (!operand.outcome) all.outcome.reset();
    add(all.origins, operand.origins);
  }
  return settled ? *settled : all;
}

Decision Interpreter::decide_equals(const Call& call) {
  const auto operands = call.list();
  if (!operands || operands->size() != 2) {
    (void)wrong_shape(call, "a list of two values");
    return {};
  }
  const Value left = evaluate(*(*operands)[0].value);
  const Value right = evaluate(*(*operands)[1].value);
  compare(left, right);
  compare(right, left);
  Decision decision{equal(left, right), {}};
  collect_origins(decision.origins, left);
  collect_origins(decision.origins, right);
  return decision;
}

std::optional<bool> Interpreter::equal(const Value& left, const Value& right) const {
  const auto settled = [](const Value& value) { return value.as_string() || value.is(Kind::null); };
  if (settled(left) && settled(right)) return left.as_string().value_or("") == right.as_string().value_or("");
  if (left.equals(right) && !left.is(Kind::conditional)) return true;
  if (excluded(left, right) || excluded(right, left)) return false;
  if (inputs_.choices.empty()) return std::nullopt;
  const auto left_choice = choice_of(left, inputs_.choices);
  const auto right_choice = choice_of(right, inputs_.choices);
  if (!left_choice || !right_choice) return std::nullopt;
  if (left_choice->value && right_choice->value) return *left_choice->value == *right_choice->value;
  const auto excludes = [](const Choice& open, const Choice& exact) {
    return exact.value && std::ranges::find(open.excluded, *exact.value) != open.excluded.end();
  };
  if (excludes(*left_choice, *right_choice) || excludes(*right_choice, *left_choice)) return false;
  return std::nullopt;
}

/// A parameter can't have a value that isn't allowed.
bool Interpreter::excluded(const Value& open, const Value& known) const {
  const value::Part* part = open.sole_reference();
  if (part == nullptr || part->kind != value::ReferenceKind::parameter || !known.as_string()) return false;
  const Parameter* declared = parameter(part->name);
  if (declared == nullptr || declared->allowed_values.empty()) return false;
  return std::ranges::none_of(declared->allowed_values, [&](const Value& allowed) {
    return !allowed.as_string() || *allowed.as_string() == *known.as_string();
  });
}

/// Notes what a parameter is compared with, so that its possible values can be told apart.
void Interpreter::compare(const Value& open, const Value& known) {
  const std::string_view name = variable_of(open);
  if (name.empty() || !variable_of(known).empty()) return;
  if (const auto text = known.as_string()) {
    compared_[name].insert(*text);
  } else if (known.is(Kind::null)) {
    compared_[name].insert("");
  }
}

std::vector<Comparison> Interpreter::comparisons() const {
  std::vector<Comparison> result;
  for (const auto& [name, constants] : compared_) {
    result.push_back({name, {constants.begin(), constants.end()}});
  }
  return result;
}

void Interpreter::use(std::string_view condition) {
  ++chosen_;
  const auto found = condition_index_.find(condition);
  if (found != condition_index_.end()) used_.emplace(condition, conditions_[found->second].name_span);
}

void Interpreter::assume(std::string_view condition) {
  const auto found = condition_index_.find(condition);
  if (found == condition_index_.end() || decisions_[found->second].outcome) return;
  std::map<std::size_t, bool> given;
  struct Fact {
    const Node* node;
    bool holds;
  };
  std::vector<Fact> pending;
  std::set<std::pair<const Node*, bool>> seen;
  const auto note = [&](std::string_view name, bool holds) {
    const auto named = condition_index_.find(name);
    if (named == condition_index_.end() || !given.emplace(named->second, holds).second) return;
    pending.push_back({conditions_[named->second].node, holds});
  };
  note(condition, true);
  while (!pending.empty()) { // what must be so for each fact to be so
    const Fact fact = pending.back();
    pending.pop_back();
    const auto call = as_condition_call(*fact.node);
    if (!call || !seen.emplace(fact.node, fact.holds).second) continue;
    if (call->name == "Condition" && call->text()) note(*call->text(), fact.holds);
    const bool splits =
        call->name == "Not" || (call->name == "And" && fact.holds) || (call->name == "Or" && !fact.holds);
    const auto operands = call->list();
    if (!splits || !operands) continue;
    for (const Entry& entry : *operands) {
      pending.push_back({entry.value, call->name == "Not" ? !fact.holds : fact.holds});
    }
  }
  std::swap(memo_, plain_memo_);
  assuming_ = true;
  decide_given(given);
  forget();
}

void Interpreter::assume_nothing() {
  if (!assuming_) return;
  for (auto& [index, decision] : replaced_) decisions_[index] = std::move(decision);
  replaced_.clear();
  forget();
  std::swap(memo_, plain_memo_);
  assuming_ = false;
}

} // namespace slsaudit::dialect::cloudformation
