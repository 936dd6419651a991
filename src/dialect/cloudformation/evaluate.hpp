// SPDX-License-Identifier: Apache-2.0
// From CloudFormation as nodes to resources with values: parameters, mappings, conditions and every
// intrinsic.
#pragma once

#include "dialect/cloudformation/constants.hpp"
#include "dialect/limits.hpp"
#include "dialect/template.hpp"

#include <memory>

namespace slsaudit::dialect::cloudformation {

/// Reads the sections of a CloudFormation document. `Fn::ForEach` is expanded here. Never fails: what has the
/// wrong shape becomes a problem, and the rest is still read.
[[nodiscard]] Lowered lower(const syntax::Document& document, text::Arena& arena, const Inputs& inputs,
                            const Limits& limits = {});

/// Works out every value. Pure: the same inputs give the same template.
[[nodiscard]] Template evaluate(const Lowered& lowered, text::Arena& arena, const Inputs& inputs);
/// The same for one of several worlds of a template. What choices have no say in is worked out, and told about,
/// in the first only; the others take it from `constants`. Their inputs differ in the values of choices and in
/// what is passed, and their arenas live as long as one another.
[[nodiscard]] Template evaluate(const Lowered& lowered, text::Arena& arena, const Inputs& inputs,
                                Constants& constants);

/// Evaluates single nodes in the setting of a template, for dialects that need a value while they lower (a
/// stage name inside a logical id, a `Role` that may be absent). The sections, inputs and nodes must outlive
/// it; their resources need not be known yet: a name that is neither a parameter nor a pseudo-parameter is
/// taken for a resource. Its problems come again from `evaluate` above, for whatever of these nodes gets into
/// the lowered template.
class Evaluator {
public:
  Evaluator(const Lowered& sections, text::Arena& arena, const Inputs& inputs);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  [[nodiscard]] value::Value evaluate(const syntax::Node& node);
  /// Decided conditions only.
  [[nodiscard]] std::optional<bool> condition(std::string_view name);
  [[nodiscard]] const text::Problems& problems() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace slsaudit::dialect::cloudformation
