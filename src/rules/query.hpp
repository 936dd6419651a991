// SPDX-License-Identifier: Apache-2.0
// One expression asked of a system's facts, outside of any rule.
#pragma once

#include "analysis/table.hpp"
#include "cel/program.hpp"

#include <string>
#include <string_view>

namespace slsaudit::rules {

/// Knows what rules' expressions know but a row: `system`, `settings`, target(), row(); and each table by its
/// own name, so that `functions` is `system.functions`.
class Query {
public:
  /// Check `errors()` before the first ask.
  explicit Query(std::string_view expression);
  [[nodiscard]] const std::vector<cel::ParseError>& errors() const { return errors_; }
  /// Objects in the value live as long as the facts.
  [[nodiscard]] cel::Value ask(const analysis::Facts& facts) const;

private:
  std::vector<cel::ParseError> errors_;
  cel::Program program_;
  std::vector<std::string> tables_; ///< Those that the expression may name.
};

} // namespace slsaudit::rules
