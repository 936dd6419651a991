// SPDX-License-Identifier: Apache-2.0
#include "cel/program.hpp"

#include "cel/check.hpp"
#include "cel/evaluator.hpp"
#include "cel/fold.hpp"
#include "cel/joins.hpp"
#include "cel/parser.hpp"
#include "cel/store.hpp"
#include "text/assert.hpp"

#include <algorithm>

namespace slsaudit::cel {

struct Program::Impl {
  std::unique_ptr<const Store> own; ///< Null where the tables are others'.
  Tables tables;
  std::size_t place = 0;
  std::vector<Value> constants;
  std::vector<Callee> callees;
  Tree tree;

  Impl(const Tables& all, std::size_t expression, std::span<const Function> functions,
       std::unique_ptr<const Store> store = nullptr);
};

namespace {

Callee callee_of(const Tables& tables, const Link& link, std::span<const Function> functions) {
  Callee callee;
  callee.name = link.name.of(tables.text);
  if (link.host) {
    callee.host = functions[link.function].call;
    callee.accepts_unknown = functions[link.function].accepts_unknown;
  } else {
    callee.builtin = &builtin_at(link.function);
    callee.accepts_unknown = callee.builtin->accepts_unknown;
  }
  if (link.pattern != no_pattern) callee.regex.emplace(form_of(tables, link.pattern));
  if (link.any_pattern) callee.patterns = std::make_shared<const Patterns>();
  return callee;
}

} // namespace

Program::Program() = default;
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Program::Impl::Impl(const Tables& all, std::size_t expression, std::span<const Function> functions,
                    std::unique_ptr<const Store> store)
    : own(std::move(store)), tables(all), place(expression),
      constants(constants_of(all, expression, own == nullptr)), tree(tree_of(all, expression)) {
  const auto links = links_of(tables, expression);
  callees.reserve(links.size());
  for (const Link& link : links) callees.push_back(callee_of(tables, link, functions));
  tree.constants = constants;
  tree.callees = callees;
}

Program::Program(const Tables& tables, std::size_t expression, std::span<const Function> functions)
    : impl_(std::make_unique<Impl>(tables, expression, functions)) {}

Program Program::compile(std::string_view expression, const Environment& environment,
                         std::vector<ParseError>& errors) {
  const std::size_t before = errors.size();
  Draft draft = parse(expression, errors);
  if (errors.size() != before) return {};
  check(draft, environment, errors);
  if (errors.size() != before) return {};
  plan_joins(draft);
  fold_lists(draft);
  auto own = std::make_unique<Store>();
  own->add(draft, expression);
  const Tables tables = own->tables();
  return Program(std::make_unique<Impl>(tables, 0, environment.functions, std::move(own)));
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
  for (const Node& node : impl_->tree.nodes) {
    if (node.kind == NodeKind::variable) names.emplace_back(impl_->tree.variables[node.index]);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

const Tables& Program::tables() const {
  static const Tables none;
  return empty() ? none : impl_->tables;
}

std::size_t Program::place() const {
  return empty() ? 0 : impl_->place;
}

} // namespace slsaudit::cel
