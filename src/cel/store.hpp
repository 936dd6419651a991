// SPDX-License-Identifier: Apache-2.0
// Tables of expressions, growing: of one when an expression is compiled while running, of all rules' when the
// program is built.
#pragma once

#include "cel/draft.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cel {

class Store {
public:
  /// What pieces of text may be found in, before more is written behind it.
  explicit Store(std::string_view text = {}) : text_(text.begin(), text.end()) {}

  /// Returns the expression's place. The draft must have been checked.
  std::size_t add(const Draft& draft, std::string_view source);
  /// The same for an expression of other tables.
  std::size_t add(const Tables& from, std::size_t expression);
  text::Slice add_text(std::string_view text);

  /// Valid until more is added, and after the store has moved.
  [[nodiscard]] Tables tables() const;

private:
  [[nodiscard]] Expression here() const;
  std::size_t finish(const Expression& begin);
  [[nodiscard]] Literal literal_of(const Value& value);
  [[nodiscard]] Link link_of(const DraftCallee& callee);
  std::uint32_t add_pattern(const Regex::Form& form);
  /// Where these stand one after the other, as expressions of one rule mostly have the same.
  std::uint32_t add_variables(const std::vector<text::Slice>& variables);

  std::vector<Expression> expressions_{{}};
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> children_;
  std::vector<text::Slice> names_;
  std::vector<text::Slice> variables_;
  std::vector<Literal> literals_;
  std::vector<Link> links_;
  std::vector<Joins> joins_;
  std::vector<Join> join_list_;
  std::vector<std::uint32_t> keys_;
  std::vector<PatternRow> patterns_;
  std::vector<Regex::Instruction> instructions_;
  std::vector<Regex::Range> ranges_;
  std::vector<char> text_;
  std::map<std::string, text::Slice, std::less<>> known_;
};

/// One expression's parts, for who copies or compares them.
[[nodiscard]] Tree tree_of(const Tables& tables, std::size_t expression);
[[nodiscard]] std::span<const Literal> literals_of(const Tables& tables, std::size_t expression);
[[nodiscard]] std::span<const Link> links_of(const Tables& tables, std::size_t expression);
/// `stay`: whether the tables' text outlives what is made of it.
[[nodiscard]] std::vector<Value> constants_of(const Tables& tables, std::size_t expression, bool stay);
[[nodiscard]] Regex::Form form_of(const Tables& tables, std::uint32_t pattern);

} // namespace slsaudit::cel
