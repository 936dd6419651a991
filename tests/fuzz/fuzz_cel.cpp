// SPDX-License-Identifier: Apache-2.0
// Any bytes as an expression: compiling and evaluating end, within bounds and without a sanitizer's
// complaint.
#include "cel/program.hpp"

#include <cstddef>
#include <cstdint>

using namespace slsaudit;

namespace {

cel::Environment names() {
  cel::Environment environment;
  environment.variables = {"x", "y", "items", "lost"};
  return environment;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const cel::Environment environment = names();
  constexpr std::size_t longest = 4096;
  if (size > longest) return 0;
  const std::string expression(data, data + size);
  std::vector<cel::ParseError> errors;
  const auto program = cel::Program::compile(expression, environment, errors);
  for (const cel::ParseError& error : errors) {
    if (error.offset > size) __builtin_trap();
  }
  if (program.empty() != !errors.empty()) __builtin_trap();
  if (program.empty()) return 0;

  text::Arena arena;
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
  cel::Bindings bindings;
  bindings.emplace("x", map);
  bindings.emplace("y", 5);
  bindings.emplace("items", make.list({map, symbolic, make.integer(3, {})}, {}));
  static_cast<void>(program.evaluate(bindings).display());
  return 0;
}
