// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/evaluate.hpp"
namespace slsaudit::dialect::cloudformation {
Template evaluate(const Lowered&, text::Arena&, const Inputs&) { return {}; }
struct Evaluator::State {
  text::Problems problems;
};
Evaluator::Evaluator(const Lowered&, text::Arena&, const Inputs&) : state_(std::make_unique<State>()) {}
Evaluator::~Evaluator() = default;
value::Value Evaluator::evaluate(const syntax::Node&) { return {}; }
std::optional<bool> Evaluator::condition(std::string_view) { return std::nullopt; }
const text::Problems& Evaluator::problems() const { return state_->problems; }
} // namespace slsaudit::dialect::cloudformation
