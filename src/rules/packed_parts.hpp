// SPDX-License-Identifier: Apache-2.0
// The parts of one rule that were compiled when the program was built.
#pragma once

#include "rules/compiled.hpp"

#include <optional>

namespace slsaudit::rules {

/// What an expression may name beside what every rule's may: as environment_of() takes it.
struct Names {
  std::size_t lets = 0;
  std::string_view last;
};

/// Places of a rule's parts among those that are packed: `when`, each `let`, each parameter, what is told,
/// then the fixes, dialect by dialect.
[[nodiscard]] std::size_t place_of_let(std::size_t index);
[[nodiscard]] std::size_t place_of_parameter(const Rule& rule, std::size_t index);
[[nodiscard]] std::size_t place_of_telling(const Rule& rule);
[[nodiscard]] std::size_t place_of_fixes(const Rule& rule, dialect::Dialect dialect);

class PackedParts {
public:
  /// Both must outlive it; without `packed` it has nothing.
  PackedParts(const PackedExpressions* packed, const Rule& rule);

  /// Nothing where the part at this place was compiled from something else, or with other names. Without
  /// names for a literal.
  [[nodiscard]] std::optional<cel::Program> program(std::size_t part, std::string_view source,
                                                    std::optional<Names> names) const;
  [[nodiscard]] std::optional<Text> text(std::size_t part, std::string_view source, Names names) const;

private:
  [[nodiscard]] std::uint32_t at(std::size_t part) const;
  /// Whether the expression's variables are the rule's: another of the same code may have others.
  [[nodiscard]] bool has(std::uint32_t place, std::optional<Names> names) const;

  const PackedExpressions* packed_;
  const Rule& rule_;
  std::uint32_t first_ = no_part;
  bool is_packed_ = false;    ///< The rule's names and `let`s are those that were compiled, byte for byte.
  std::size_t same_lets_ = 0; ///< How many of the first ones are what was compiled.
};

} // namespace slsaudit::rules
