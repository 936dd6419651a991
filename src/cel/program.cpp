// SPDX-License-Identifier: Apache-2.0
#include "cel/program.hpp"

#include "cel/check.hpp"
#include "cel/evaluator.hpp"
#include "cel/parser.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>

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

Value Program::evaluate(const Bindings& bindings) const {
  SLSAUDIT_ASSERT(!empty());
  constexpr std::size_t few = 32;
  std::array<const Value*, few> inline_slots{};
  std::vector<const Value*> many_slots;
  std::span<const Value*> slots(inline_slots);
  const std::size_t needed = impl_->used.empty() ? 0 : impl_->used.back() + std::size_t{1};
  if (needed > few) {
    many_slots.resize(needed);
    slots = many_slots;
  }
  for (const std::uint32_t slot : impl_->used) {
    const auto found = bindings.find(impl_->tree.variables[slot]);
    slots[slot] = found != bindings.end() ? &found->second : nullptr;
  }
  return cel::evaluate(impl_->tree, slots);
}

Value Program::evaluate(std::span<const Value* const> slots) const {
  SLSAUDIT_ASSERT(!empty());
  return cel::evaluate(impl_->tree, slots);
}

std::vector<std::string> Program::variables_used() const {
  std::vector<std::string> names;
  if (empty()) return names;
  for (const std::uint32_t slot : impl_->used) names.push_back(impl_->tree.variables[slot]);
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace slsaudit::cel
