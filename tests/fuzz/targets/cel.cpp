// SPDX-License-Identifier: Apache-2.0
// Any bytes as an expression: compiling and evaluating end within bounds, what is known does not change when
// more gets known, and brackets change nothing.
#include "cel/program.hpp"
#include "fuzz/targets.hpp"
#include "text/arena.hpp"
#include "text/assert.hpp"

#include <string>
#include <vector>

namespace slsaudit::fuzz {

namespace {

cel::Environment names(bool strict) {
  cel::Environment environment;
  environment.variables = {"x", "y", "items", "lost"};
  environment.unknown_names_are_errors = strict;
  return environment;
}

/// What expressions are about. It is used again and again: nothing in it changes.
struct Bound {
  text::Arena arena;
  cel::Bindings without; ///< `lost` is unknown.
  cel::Bindings with;

  Bound() {
    const value::Factory make(arena);
    const auto symbolic =
        make.symbolic({{.literal = "arn:"},
                       {.is_reference = true, .kind = value::ReferenceKind::resource, .name = "Q"},
                       {.literal = "/*"}},
                      {});
    const auto map =
        make.map({{"a", make.string("30", {})},
                  {"b", symbolic},
                  {"c", make.conditional("IsProd", make.integer(1, {}), make.list({symbolic}, {}), {})},
                  {"d", make.unknown("no default", {})}},
                 {});
    without.emplace("x", map);
    without.emplace("y", 5);
    without.emplace("items", make.list({map, symbolic, make.integer(3, {})}, {}));
    with = without;
    with.emplace("lost", 3);
  }
};

cel::Program compile(const std::string& expression, bool strict) {
  static const cel::Environment strictly = names(true);
  static const cel::Environment loosely = names(false);
  std::vector<cel::ParseError> errors;
  auto program = cel::Program::compile(expression, strict ? strictly : loosely, errors);
  for (const cel::ParseError& error : errors) {
    SLSAUDIT_ASSERT(error.offset <= expression.size());
    SLSAUDIT_ASSERT(!error.message.empty());
  }
  SLSAUDIT_ASSERT(program.empty() == !errors.empty());
  return program;
}

bool is_same(const cel::Value& left, const cel::Value& right) {
  return left.type_name() == right.type_name() && left.display() == right.display();
}

} // namespace

void run_cel(std::string_view bytes) {
  constexpr std::size_t longest = 4096;
  if (bytes.size() > longest) return;
  static const Bound bound;
  const std::string expression(bytes);
  const cel::Program strict = compile(expression, true);
  const cel::Program program = compile(expression, false);
  SLSAUDIT_ASSERT(strict.empty() || !program.empty());
  if (program.empty()) return;
  const cel::Value value = program.evaluate(bound.without);

  // What asks whether something is known changes its mind, and so does what shows it.
  const bool asks = expression.find("known") != std::string::npos ||
                    expression.find("text") != std::string::npos ||
                    expression.find("default") != std::string::npos;
  if (expression.find("lost") != std::string::npos && !asks && value.unknown() == nullptr &&
      value.error() == nullptr)
    SLSAUDIT_ASSERT(is_same(value, program.evaluate(bound.with)));

  if (expression.size() % 4 != 0) return;
  const cel::Program bracketed = compile("(" + expression + "\n)", false); // a comment ends with the line
  if (!bracketed.empty()) SLSAUDIT_ASSERT(is_same(value, bracketed.evaluate(bound.without)));
}

} // namespace slsaudit::fuzz
