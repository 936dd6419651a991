// SPDX-License-Identifier: Apache-2.0
// The machine behind `evaluate` and `Evaluator`: nodes to values in the setting of one template.
//
// Parameter defaults and mappings are literal (CloudFormation allows no intrinsics in them), and conditions
// are decided in the order of their dependencies, so nothing here recurses deeper than the nesting of the
// author's tree, which the reader limits.
#pragma once

#include "dialect/cloudformation/call.hpp"
#include "dialect/cloudformation/constants.hpp"
#include "dialect/template.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace slsaudit::dialect::cloudformation {

/// How names that are declared nowhere are taken.
enum class Names {
  declared, ///< All resources are known; another name is a problem.
  open,     ///< The template is still being made; another name is a resource.
};

/// A condition's outcome, and the origins (parameter defaults …) that it rests on.
struct Decision {
  std::optional<bool> outcome;
  std::vector<value::Origin> origins;
};

struct Condition {
  std::string_view name;
  text::Span name_span;
  const syntax::Node* node = nullptr;
  bool in_cycle = false;
};

class Interpreter {
public:
  /// With `constants`, what is known there isn't worked out again, nor told about; what comes out the same
  /// whatever the choices are is added.
  Interpreter(const Lowered& lowered, text::Arena& arena, const Inputs& inputs, Names names,
              Constants* constants = nullptr);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  /// The node's value. Each container is worked out once, however often aliases share it.
  [[nodiscard]] value::Value evaluate(const syntax::Node& node);
  /// The value without looking for intrinsics: for places where CloudFormation takes none.
  [[nodiscard]] value::Value literal(const syntax::Node& node);
  /// The value of a call's argument, its tag ignored where the tag is the call.
  [[nodiscard]] value::Value argument(const Call& call);

  /// Null when no such condition is declared.
  [[nodiscard]] const Decision* decision(std::string_view condition) const;
  /// The outcome of a name or expression that stands where a condition does.
  [[nodiscard]] Decision decide(const syntax::Node& node);
  [[nodiscard]] Decision decide(const Call& call);
  /// A resource depends on the condition, if it is declared.
  void use(std::string_view condition);
  [[nodiscard]] const std::map<std::string_view, text::Span>& used() const { return used_; }
  [[nodiscard]] std::vector<Comparison> comparisons() const;
  /// From now on that condition holds (and what follows from it): what is made under it is seen only then.
  void assume(std::string_view condition);
  void assume_nothing();

  [[nodiscard]] const Parameter* parameter(std::string_view name) const;
  [[nodiscard]] const syntax::Node* mapping(std::string_view name) const;
  /// Another file adds mappings, so that a missing one is no mistake.
  [[nodiscard]] bool mappings_are_included() const { return mappings_included_; }
  [[nodiscard]] bool is_resource(std::string_view name) const;
  /// What `Ref name` gives; problems are told at `span`.
  [[nodiscard]] value::Value reference(std::string_view name, text::Span span);
  /// What `Fn::GetAtt name.attribute` gives; likewise.
  [[nodiscard]] value::Value attribute(std::string_view name, std::string_view attribute, text::Span span);

  /// Tells a problem once for each message and place.
  void report(text::ProblemLevel level, std::string_view name, std::string message, text::Span span,
              std::string help = {});
  /// Tells that the call's argument has the wrong shape, and gives the unknown value that it has then.
  value::Value wrong_shape(const Call& call, std::string_view expected);
  /// Tells about a name that is declared nowhere: a finding, or a note where something unseen may declare it.
  /// What asks for an attribute of it means a resource.
  void undeclared(std::string_view kind, std::string_view name, text::Span span,
                  std::string_view attribute = {});
  /// Those that were referred to (conditions and mappings aside).
  [[nodiscard]] const std::set<std::string_view>& undeclared_names() const { return undeclared_; }

  /// Counts text that intrinsics compose; false when a template composes more than anyone deploys.
  [[nodiscard]] bool charge(std::size_t bytes);

  [[nodiscard]] const value::Factory& make() const { return make_; }
  [[nodiscard]] text::Arena& arena() const { return make_.arena(); }
  [[nodiscard]] const Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] const std::vector<Condition>& conditions() const { return conditions_; }
  [[nodiscard]] const text::Problems& problems() const { return problems_; }

private:
  void check_attribute(std::string_view name, std::string_view attribute, text::Span span);
  void declare_parameters(const syntax::Node* section);
  void declare_parameter(const syntax::Entry& entry);
  void read_default(Parameter& parameter, const syntax::Node& body);
  void read_allowed_values(Parameter& parameter, const syntax::Node& body);
  [[nodiscard]] value::Value parameter_value(const Parameter& parameter) const;
  [[nodiscard]] value::Value passed_value(const Parameter& parameter, const value::Value& open) const;
  [[nodiscard]] value::Value value_of_text(const Parameter& parameter, const value::Value& written,
                                           value::Origin origin) const;
  void declare_mappings(const syntax::Node* section);
  void declare_conditions(const syntax::Node* section);
  void order_conditions();
  void report_cycle(const std::vector<std::size_t>& path, std::size_t start);
  void decide_given(const std::map<std::size_t, bool>& given);
  void forget();
  [[nodiscard]] Decision decide_equals(const Call& call);
  [[nodiscard]] Decision decide_operands(const Call& call, bool deciding);
  [[nodiscard]] std::optional<bool> equal(const value::Value& left, const value::Value& right) const;
  [[nodiscard]] bool excluded(const value::Value& open, const value::Value& known) const;
  void compare(const value::Value& open, const value::Value& known);

  /// What `make` gives for a node that several places may share, worked out once.
  template <class Make> [[nodiscard]] value::Value shared(const syntax::Node& node, Make make);
  [[nodiscard]] value::Value plain(const syntax::Node& node);
  /// The value with what the dialect tells of how its text got here.
  [[nodiscard]] value::Value traced(const syntax::Node& node, const value::Value& value);
  [[nodiscard]] value::Value container(const syntax::Node& node, bool literally);
  [[nodiscard]] value::Value map_of(const syntax::Node& node, bool literally);
  [[nodiscard]] value::Value list_of(const syntax::Node& node, bool literally);
  [[nodiscard]] value::Value scalar(const syntax::Node& node);
  [[nodiscard]] value::Value call(const Call& call);
  [[nodiscard]] value::Value unknown_call(const Call& call, const std::string& name);

  value::Factory make_;
  const Lowered& lowered_;
  const Inputs& inputs_;
  Names names_;
  std::vector<Parameter> parameters_;
  std::map<std::string_view, std::size_t> parameter_index_;
  std::map<std::string_view, const syntax::Node*> mappings_;
  bool mappings_included_ = false;
  std::vector<Condition> conditions_;
  std::map<std::string_view, std::size_t> condition_index_;
  std::vector<std::size_t> condition_order_; ///< Each after those it refers to.
  std::vector<Decision> decisions_;
  std::vector<std::size_t> order_;                   ///< Of each condition, its place in condition_order_.
  std::vector<std::vector<std::size_t>> dependents_; ///< Of each condition, those that refer to it.
  std::vector<std::pair<std::size_t, Decision>> replaced_;    ///< What decisions_ holds under no assumption.
  std::unordered_map<const syntax::Node*, Decision> decided_; ///< Looked up only, never walked.
  bool assuming_ = false;
  std::map<std::string_view, text::Span> used_;
  std::map<std::string_view, std::set<std::string_view>> compared_;
  /// Of resources, by logical id; null where there is none. Made when first asked for: who only decides
  /// conditions asks for none.
  using Bodies = std::unordered_map<std::string_view, const syntax::Node*>;
  [[nodiscard]] const Bodies& bodies() const;
  mutable std::optional<Bodies> bodies_; ///< Looked up only, never walked.
  std::set<std::string_view> undeclared_;
  std::unordered_map<const syntax::Node*, value::Value> memo_;       ///< Looked up only, never walked.
  std::unordered_map<const syntax::Node*, value::Value> plain_memo_; ///< memo_ while something is assumed.
  std::size_t composed_ = 0;
  Constants* constants_ = nullptr;
  mutable std::size_t chosen_ = 0; ///< How often something was asked that choices have a say in.
  text::Problems problems_;
  std::set<std::pair<text::Span, std::string>> told_;
};

/// One intrinsic function: gives the value of a call.
using Intrinsic = value::Value (*)(Interpreter&, const Call&);
/// By Call::name; null for a function that is none or gives no value.
[[nodiscard]] Intrinsic find_intrinsic(std::string_view name);

} // namespace slsaudit::dialect::cloudformation
