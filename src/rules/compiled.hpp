// SPDX-License-Identifier: Apache-2.0
// A rule's expressions, compiled.
#pragma once

#include "rules/holes.hpp"
#include "rules/rule.hpp"
#include "rules/vocabulary.hpp"

namespace slsaudit::rules {

/// Where in a rule an expression stands, and what is wrong with it. `part` is the key ("when", "let.need",
/// "evidence.0.message"); `offset` is in bytes from the start of that key's text.
struct ExpressionError {
  std::string part;
  std::size_t offset = 0;
  std::string message;
};

/// Text with holes, ready to be filled.
class Text {
public:
  Text() = default;
  Text(std::string_view text, const cel::Environment& environment, const Rule& rule,
       std::vector<cel::ParseError>& errors);
  /// Holes show their values as messages do; an unknown one as "unknown". The first error is kept in `error`.
  [[nodiscard]] std::string fill(const cel::Variables& variables, std::string& error) const;

private:
  struct Part {
    std::string literal;
    cel::Program program; ///< Empty for literal text.
  };
  std::vector<Part> parts_;
};

struct CompiledEvidence {
  cel::Program each;
  cel::Program when;
  cel::Program at;
  Text message;
};

/// Empty programs are for what the rule leaves out.
struct Compiled {
  std::vector<cel::Program> let;
  cel::Program when;
  std::optional<Severity> fixed_severity;
  cel::Program severity;
  Severity mildest = Severity::medium; ///< Of those the severity expression names: taken where it is unknown.
  cel::Program assumed_when;
  Text assumption;
  cel::Program at;
  Text message;
  cel::Program merge_by;
  cel::Program key;
  std::vector<CompiledEvidence> evidence;
};

[[nodiscard]] Compiled compile(const Rule& rule, std::vector<ExpressionError>& errors);

} // namespace slsaudit::rules
