// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.hpp"
#include "rules/packed.hpp"

#include <string_view>

namespace slsaudit::rules {
namespace {

constexpr char packed_rules[] = {
#include "builtin_rules.inc"
};

} // namespace

std::vector<Rule> builtin_without_examples() {
  return unpack(std::string_view(packed_rules, sizeof packed_rules), false);
}

const std::vector<Rule>& builtin() {
  static const std::vector<Rule> rules = unpack(std::string_view(packed_rules, sizeof packed_rules));
  return rules;
}

} // namespace slsaudit::rules
