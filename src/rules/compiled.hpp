// SPDX-License-Identifier: Apache-2.0
// A rule's expressions, compiled.
#pragma once

#include "rules/authored.hpp"
#include "rules/holes.hpp"
#include "rules/packed_expressions.hpp"
#include "rules/rule.hpp"
#include "rules/vocabulary.hpp"

#include <memory>

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
  /// `errors` are those of `pieces` too, whose expressions are compiled here.
  Text(std::vector<Piece> pieces, const cel::Environment& environment, const Rule& rule,
       std::vector<cel::ParseError>& errors);
  /// One that was compiled before.
  Text(const PackedExpressions& packed, const PackedText& text);
  /// Holes show their values as messages do. The first error is kept in `error`.
  [[nodiscard]] std::string fill(const cel::Variables& variables, std::string& error) const;
  /// For snippets: nothing is cut, an unknown value is `…`, and a line of nothing but holes that come out
  /// empty is left out.
  [[nodiscard]] std::string fill_snippet(const cel::Variables& variables, Authored& authored,
                                         std::string& error) const;

  struct Part {
    text::SharedText literal;
    cel::Program program; ///< Empty for literal text.
    bool as_yaml = false;
  };
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }

private:
  std::vector<Part> parts_;
};

struct CompiledEvidence {
  cel::Program each;
  cel::Program when;
  cel::Program at;
  Text message;
};

struct CompiledFix {
  cel::Program when;     ///< Empty: always.
  cel::Program each;     ///< Empty: one edit.
  cel::Program replaces; ///< Empty: the edit is merged.
  Text edit;
};

/// What is told where the rule fires. Empty programs are for what it leaves out.
struct Telling {
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

/// A rule that the loader has accepted, compiled piece by piece when a piece is first needed: most rules of a
/// run find nothing, and say nothing. Safe to use from several threads.
class Compiled {
public:
  /// The rule must outlive it. What `packed` has of it is not compiled again.
  explicit Compiled(const Rule& rule, const PackedExpressions* packed = nullptr);
  ~Compiled();
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  [[nodiscard]] const cel::Program& when() const;
  [[nodiscard]] std::size_t lets() const;
  [[nodiscard]] const cel::Program& let(std::size_t index) const;
  /// As `parameters` stands for in the rule's expressions.
  [[nodiscard]] const cel::Value& parameters() const;
  [[nodiscard]] const Telling& telling() const;
  [[nodiscard]] const std::vector<CompiledFix>& fixes(dialect::Dialect dialect) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

class PartVisitor {
public:
  virtual ~PartVisitor() = default;
  /// Empty for what the rule leaves out.
  virtual void visit(const cel::Program& program) = 0;
  virtual void visit(const Text& text, std::string_view source) = 0;
};
/// Compiles all of a rule that the loader has accepted, but for what `packed` has of it, and shows it in the
/// order in which it is packed.
void each_part(const Rule& rule, const PackedExpressions* packed, PartVisitor& visitor);

/// What is wrong with a rule's expressions.
[[nodiscard]] std::vector<ExpressionError> check_expressions(const Rule& rule);

} // namespace slsaudit::rules
