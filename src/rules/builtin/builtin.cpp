// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.hpp"
#include "rules/packed.hpp"
#include "rules/packed_expressions.hpp"

#include <array>
#include <string_view>

namespace slsaudit::rules {
namespace {

namespace packed {
#include "builtin_rules.inc"
} // namespace packed

/// The rules; behind them, pieces of text that don't occur in them.
constexpr std::string_view text(packed::packed_text.data(), packed::packed_text.size());
constexpr std::string_view rules = text.substr(0, packed::packed_rules_size);

} // namespace

std::vector<Rule> builtin_without_examples() {
  return unpack(rules, false);
}

const std::vector<Rule>& builtin() {
  static const std::vector<Rule> all = unpack(rules);
  return all;
}

const PackedExpressions& builtin_expressions() {
  static constexpr PackedExpressions expressions{
      {packed::expressions, packed::nodes, packed::children, packed::names, packed::variables,
       packed::literals, packed::links, packed::joins, packed::join_list, packed::keys, packed::patterns,
       packed::instructions, packed::ranges, text},
      packed::rules,
      packed::parts,
      packed::texts,
      packed::pieces};
  return expressions;
}

} // namespace slsaudit::rules
