// SPDX-License-Identifier: Apache-2.0
// Every function and macro that expressions may use, with what it means: the reference is made from these
// tables.
#pragma once

#include "cel/value.hpp"

#include <span>
#include <string_view>

namespace slsaudit::cel {

class Patterns;
class Regex;

/// One call. `name` is the function's, for messages; `regex` is there for matches() with a literal pattern.
struct Call {
  std::span<const Value> arguments;
  std::string_view name;
  const Regex* regex = nullptr;
  const Patterns* patterns = nullptr; ///< Of matches() with any other pattern.

  [[nodiscard]] const Value& operator[](std::size_t i) const { return arguments[i]; }
  [[nodiscard]] std::size_t size() const { return arguments.size(); }
};

enum class Style : std::uint8_t {
  function, ///< f(x)
  receiver, ///< x.f()
  either,
};

struct Builtin {
  std::string_view name;
  Style style = Style::function;
  std::size_t min_arguments = 0; ///< Receiver included.
  std::size_t max_arguments = 0;
  Value (*call)(const Call&) = nullptr;
  std::string_view signature;    ///< "x.startsWith(prefix) -> bool"
  std::string_view meaning;      ///< One line, no period.
  bool accepts_unknown = false;  ///< Gets unknowns, errors and conditionals instead of letting them flow.
  bool accepts_symbolic = false; ///< Gets symbolic strings; else the result is unknown.
};

struct MacroHelp {
  std::string_view name;
  std::string_view signature;
  std::string_view meaning;
};

/// By subject; the order is that of the reference.
[[nodiscard]] std::span<const Builtin> rule_functions();
[[nodiscard]] std::span<const Builtin> conversion_functions();
[[nodiscard]] std::span<const Builtin> string_functions();
[[nodiscard]] std::span<const Builtin> list_functions();
[[nodiscard]] std::span<const Builtin> math_functions();
[[nodiscard]] std::span<const Builtin> time_functions();
[[nodiscard]] std::span<const MacroHelp> macros();

/// The function of that name that can be called in that style, or null.
[[nodiscard]] const Builtin* find_builtin(std::string_view name, bool receiver);

/// Every function has a place, by which compiled expressions name it.
[[nodiscard]] std::uint32_t index_of(const Builtin& builtin);
[[nodiscard]] const Builtin& builtin_at(std::uint32_t index);

/// Functions of string_functions() with a file of their own.
[[nodiscard]] Value format(const Call& call);
[[nodiscard]] Value base64_encode(const Call& call);
[[nodiscard]] Value base64_decode(const Call& call);

/// The error or unknown of a call whose arguments have the wrong types.
[[nodiscard]] Value no_overload(const Call& call);

} // namespace slsaudit::cel
