// SPDX-License-Identifier: Apache-2.0
// Rules' expressions, compiled and laid down in tables: what the build writes into the program.
#pragma once

#include "cel/store.hpp"
#include "rules/packed_expressions.hpp"
#include "rules/rule.hpp"

#include <string_view>
#include <vector>

namespace slsaudit::rules {

class ExpressionStore {
public:
  /// `text` is where most pieces of text are found: the packed rules.
  explicit ExpressionStore(std::string_view text) : store_(text) {}

  /// Of rules that the loader has accepted, in the order of codes.
  void add(const Rule& rule);
  /// Valid until more is added.
  [[nodiscard]] PackedExpressions packed() const {
    return {store_.tables(), rules_, parts_, texts_, pieces_};
  }

private:
  class Adder;
  cel::Store store_;
  std::vector<PackedRule> rules_;
  std::vector<std::uint32_t> parts_;
  std::vector<PackedText> texts_;
  std::vector<PackedPiece> pieces_;
};

} // namespace slsaudit::rules
