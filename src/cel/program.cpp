// SPDX-License-Identifier: Apache-2.0
#include "cel/program.hpp"

#include "cel/check.hpp"
#include "cel/evaluator.hpp"
#include "cel/joins.hpp"
#include "cel/parser.hpp"
#include "text/assert.hpp"

#include <algorithm>

namespace slsaudit::cel {

struct Program::Impl {
  Tree tree;
  std::vector<std::uint32_t> used; ///< Slots, sorted.
};

Program::Program() = default;
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

Program Program::compile(std::string_view expression, const Environment& environment,
                         std::vector<ParseError>& errors) {
  const std::size_t before = errors.size();
  Tree tree = parse(expression, errors);
  if (errors.size() != before) return {};
  check(tree, environment, errors);
  if (errors.size() != before) return {};
  plan_joins(tree);
  auto impl = std::make_unique<Impl>();
  for (const Node& node : tree.nodes) {
    if (node.kind == NodeKind::variable) impl->used.push_back(node.index);
  }
  std::sort(impl->used.begin(), impl->used.end());
  impl->used.erase(std::unique(impl->used.begin(), impl->used.end()), impl->used.end());
  impl->tree = std::move(tree);
  Program program;
  program.impl_ = std::move(impl);
  return program;
}

namespace {

/// By name.
class Bound final : public Variables {
public:
  Bound(const Tree& tree, const Bindings& bindings) : tree_(tree), bindings_(bindings) {}
  [[nodiscard]] const Value* find(std::uint32_t slot) const override {
    const auto found = bindings_.find(tree_.variables[slot]);
    return found == bindings_.end() ? nullptr : &found->second;
  }

private:
  const Tree& tree_;
  const Bindings& bindings_;
};

} // namespace

Value Program::evaluate(const Bindings& bindings) const {
  SLSAUDIT_ASSERT(!empty());
  return cel::evaluate(impl_->tree, Bound(impl_->tree, bindings));
}

Value Program::evaluate(const Variables& variables) const {
  SLSAUDIT_ASSERT(!empty());
  return cel::evaluate(impl_->tree, variables);
}

std::vector<std::string> Program::variables_used() const {
  std::vector<std::string> names;
  if (empty()) return names;
  for (const std::uint32_t slot : impl_->used) names.push_back(impl_->tree.variables[slot]);
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace slsaudit::cel
