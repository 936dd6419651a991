// SPDX-License-Identifier: Apache-2.0
#include "cel/store.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <bit>

namespace slsaudit::cel {

namespace {

constexpr unsigned half = 32; // of a literal's bits

template <class T> std::uint32_t size_of(const std::vector<T>& items) {
  return static_cast<std::uint32_t>(items.size());
}

template <class T> void append(std::vector<T>& items, std::span<const T> more) {
  items.insert(items.end(), more.begin(), more.end());
}

template <class T> std::span<const T> part(std::span<const T> all, std::uint32_t begin, std::uint32_t end) {
  return all.subspan(begin, end - begin);
}

} // namespace

text::Slice Store::add_text(std::string_view text) {
  if (const auto known = known_.find(text); known != known_.end()) return known->second;
  const auto found = std::search(text_.begin(), text_.end(), text.begin(), text.end());
  const text::Slice slice{static_cast<std::uint32_t>(found - text_.begin()),
                          static_cast<std::uint32_t>(text.size())};
  if (found == text_.end()) text_.insert(text_.end(), text.begin(), text.end());
  known_.emplace(text, slice);
  return slice;
}

Expression Store::here() const {
  return {.source = {},
          .node = size_of(nodes_),
          .child = size_of(children_),
          .name = size_of(names_),
          .literal = size_of(literals_),
          .link = size_of(links_),
          .joins = size_of(joins_),
          .join = size_of(join_list_),
          .key = size_of(keys_),
          .pattern = size_of(patterns_)};
}

std::size_t Store::finish(const Expression& begin) {
  expressions_.back() = begin;
  expressions_.push_back(here());
  return expressions_.size() - 2;
}

std::size_t Store::add(const Draft& draft, std::string_view source) {
  Expression begin = here();
  begin.source = add_text(source);
  begin.locals = draft.locals;
  begin.root = draft.root;
  append<Node>(nodes_, draft.nodes);
  append<std::uint32_t>(children_, draft.children);
  for (const std::string& name : draft.names) names_.push_back(add_text(name));
  for (const Value& constant : draft.constants) literals_.push_back(literal_of(constant));
  for (const DraftList& list : draft.lists)
    literals_.push_back({Literal::Kind::list, {}, std::uint64_t{list.first} << half | list.count});
  for (const DraftCallee& callee : draft.callees) links_.push_back(link_of(callee));
  for (const DraftJoins& joins : draft.joins) {
    joins_.push_back({joins.owner, size_of(join_list_) - begin.join, size_of(joins.list)});
    for (const DraftJoin& join : joins.list) {
      join_list_.push_back({join.item, size_of(keys_) - begin.key, size_of(join.keys), add_text(join.text),
                            join.constant, join.part, join.part_slot, join.guard});
      append<std::uint32_t>(keys_, join.keys);
    }
  }
  std::vector<text::Slice> variables;
  for (const std::string& variable : draft.variables) variables.push_back(add_text(variable));
  begin.first_variable = add_variables(variables);
  begin.variables = size_of(variables);
  return finish(begin);
}

std::size_t Store::add(const Tables& from, std::size_t expression) {
  const Tree tree = tree_of(from, expression);
  const auto moved = [&](text::Slice slice) { return add_text(slice.of(from.text)); };
  Expression begin = here();
  begin.source = moved(from.expressions[expression].source);
  begin.locals = tree.locals;
  begin.root = tree.root;
  append(nodes_, tree.nodes);
  append(children_, tree.children);
  append(joins_, tree.joins);
  append(keys_, tree.keys);
  for (const text::Slice name : tree.names.slices) names_.push_back(moved(name));
  for (Literal literal : literals_of(from, expression)) {
    literal.text = moved(literal.text);
    literals_.push_back(literal);
  }
  for (Link link : links_of(from, expression)) {
    link.name = moved(link.name);
    if (link.pattern != no_pattern) link.pattern = add_pattern(form_of(from, link.pattern));
    links_.push_back(link);
  }
  for (Join join : tree.join_list) {
    join.text = moved(join.text);
    join_list_.push_back(join);
  }
  std::vector<text::Slice> variables;
  for (const text::Slice variable : tree.variables.slices) variables.push_back(moved(variable));
  begin.first_variable = add_variables(variables);
  begin.variables = size_of(variables);
  return finish(begin);
}

std::uint32_t Store::add_variables(const std::vector<text::Slice>& variables) {
  const auto found = std::search(variables_.begin(), variables_.end(), variables.begin(), variables.end());
  const auto first = static_cast<std::uint32_t>(found - variables_.begin());
  if (found == variables_.end()) append<text::Slice>(variables_, variables);
  return first;
}

Literal Store::literal_of(const Value& value) {
  using Kind = Literal::Kind;
  if (const bool* boolean = value.boolean()) return {Kind::boolean, {}, *boolean ? 1U : 0U};
  if (const auto* integer = value.integer()) return {Kind::integer, {}, static_cast<std::uint64_t>(*integer)};
  if (const auto* integer = value.unsigned_integer()) return {Kind::unsigned_integer, {}, *integer};
  if (const double* number = value.number()) return {Kind::number, {}, std::bit_cast<std::uint64_t>(*number)};
  if (const auto text = value.string()) return {Kind::string, add_text(*text), 0};
  if (const Bytes* bytes = value.bytes()) return {Kind::bytes, add_text(bytes->data), 0};
  if (const Type* type = value.type()) return {Kind::type, add_text(type->name), 0};
  if (const Error* error = value.error()) return {Kind::error, add_text(error->message), 0};
  SLSAUDIT_ASSERT(value.is_null()); // expressions write nothing else
  return {};
}

Link Store::link_of(const DraftCallee& callee) {
  return {.name = add_text(callee.name),
          .function = callee.function,
          .pattern = callee.regex ? add_pattern(callee.regex->form()) : no_pattern,
          .host = callee.host,
          .any_pattern = callee.any_pattern};
}

std::uint32_t Store::add_pattern(const Regex::Form& form) {
  patterns_.push_back({size_of(instructions_), static_cast<std::uint32_t>(form.program.size()),
                       size_of(ranges_), static_cast<std::uint32_t>(form.ranges.size()), form.beginnings});
  append(instructions_, form.program);
  append(ranges_, form.ranges);
  return size_of(patterns_) - 1;
}

Tables Store::tables() const {
  return {.expressions = expressions_,
          .nodes = nodes_,
          .children = children_,
          .names = names_,
          .variables = variables_,
          .literals = literals_,
          .links = links_,
          .joins = joins_,
          .join_list = join_list_,
          .keys = keys_,
          .patterns = patterns_,
          .instructions = instructions_,
          .ranges = ranges_,
          .text = {text_.data(), text_.size()}};
}

Tree tree_of(const Tables& tables, std::size_t expression) {
  const Expression& begin = tables.expressions[expression];
  const Expression& end = tables.expressions[expression + 1];
  Tree tree;
  tree.nodes = part(tables.nodes, begin.node, end.node);
  tree.children = part(tables.children, begin.child, end.child);
  tree.joins = part(tables.joins, begin.joins, end.joins);
  tree.join_list = part(tables.join_list, begin.join, end.join);
  tree.keys = part(tables.keys, begin.key, end.key);
  tree.names = {part(tables.names, begin.name, end.name), tables.text};
  tree.variables = variables_of(tables, expression);
  tree.locals = begin.locals;
  tree.root = begin.root;
  return tree;
}

std::span<const Literal> literals_of(const Tables& tables, std::size_t expression) {
  return part(tables.literals, tables.expressions[expression].literal,
              tables.expressions[expression + 1].literal);
}

std::span<const Link> links_of(const Tables& tables, std::size_t expression) {
  return part(tables.links, tables.expressions[expression].link, tables.expressions[expression + 1].link);
}

namespace {

Value value_of(const Literal& literal, std::string_view text, bool stays, std::span<const Value> before) {
  using Kind = Literal::Kind;
  switch (literal.kind) {
  case Kind::null:
    return {};
  case Kind::boolean:
    return literal.bits != 0;
  case Kind::integer:
    return static_cast<std::int64_t>(literal.bits);
  case Kind::unsigned_integer:
    return literal.bits;
  case Kind::number:
    return std::bit_cast<double>(literal.bits);
  case Kind::string:
    return stays ? Value::borrowed(literal.text.of(text)) : Value(literal.text.of(text));
  case Kind::bytes:
    return Bytes{std::string(literal.text.of(text))};
  case Kind::type:
    return Type{std::string(literal.text.of(text))};
  case Kind::error:
    return Error{std::string(literal.text.of(text))};
  case Kind::list: {
    const auto items = before.subspan(literal.bits >> half, static_cast<std::uint32_t>(literal.bits));
    return List(items.begin(), items.end());
  }
  }
  return {};
}

} // namespace

std::vector<Value> constants_of(const Tables& tables, std::size_t expression, bool stay) {
  const auto literals = literals_of(tables, expression);
  std::vector<Value> constants;
  constants.reserve(literals.size());
  for (const Literal& literal : literals)
    constants.push_back(value_of(literal, tables.text, stay, constants));
  return constants;
}

Regex::Form form_of(const Tables& tables, std::uint32_t pattern) {
  const PatternRow& row = tables.patterns[pattern];
  return {tables.instructions.subspan(row.first_instruction, row.instructions),
          tables.ranges.subspan(row.first_range, row.ranges), row.beginnings};
}

} // namespace slsaudit::cel
