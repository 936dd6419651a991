// SPDX-License-Identifier: Apache-2.0
// CEL, the Common Expression Language, in the subset that rules need: parse once, evaluate often.
#pragma once

#include "cel/value.hpp"
#include "text/result.hpp"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cel {

/// Where and why an expression is not valid. `offset` is in bytes from the start of the expression.
struct ParseError {
  std::string message;
  std::size_t offset = 0;
};

/// Functions of the host, beside CEL's standard ones. `receiver_style` functions are called as `x.f(args)`
/// and get the receiver as the first argument. Arguments are never unknown or error unless `accepts_unknown`:
/// those flow by themselves. Conditionals arrive as unknown; symbolic strings, lists and maps of templates as
/// property().
struct Function {
  std::string name;
  std::size_t min_arguments = 0; ///< Receiver included.
  std::size_t max_arguments = 0;
  bool receiver_style = false;
  bool accepts_unknown = false;
  std::function<Value(std::span<const Value>)> call;
};

/// What expressions may use beside the functions of functions.hpp. A variable's name may have dots
/// ("limits.timeout"); the longest name that fits wins. A name's place in `variables` is its slot. Functions
/// may have dots too
/// ("arn.parse") and hide standard ones.
struct Environment {
  std::vector<std::string> variables; ///< Any other name is a ParseError of the checker.
  std::vector<Function> functions;
  /// Variables that are the same text whenever it is evaluated, with that text: patterns that they hold are
  /// compiled with the expression.
  std::vector<std::pair<std::string, std::string>> texts;
  bool unknown_names_are_errors =
      true; ///< Else an undeclared name or function is an Error value when evaluated.
};

/// Looks a variable up. Names that are declared but not bound give Unknown.
using Bindings = std::map<std::string, Value, std::less<>>;

class Lookups; // lookups.hpp
struct Tables; // tree.hpp

/// Where an expression finds its variables, when it comes to use them.
class Variables {
public:
  virtual ~Variables() = default;
  /// By the variable's place in the Environment; null where it is not bound. What is returned stays as it is
  /// during the evaluation.
  [[nodiscard]] virtual const Value* find(std::uint32_t slot) const = 0;
  /// Where answers about the variable's members are kept; null for one whose lists don't outlive them.
  [[nodiscard]] virtual Lookups* lookups(std::uint32_t /*slot*/) const { return nullptr; }
};

/// A checked expression. Immutable; evaluation is pure and thread-safe.
class Program {
public:
  Program();
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  /// Parses and checks names and arities. On failure, `errors` has more than before and the program is empty.
  [[nodiscard]] static Program compile(std::string_view expression, const Environment& environment,
                                       std::vector<ParseError>& errors);

  /// An expression that was compiled before; the tables must outlive it and its values. `functions` are those
  /// of the environment.
  Program(const Tables& tables, std::size_t expression, std::span<const Function> functions);

  /// Unknown and error flow as CEL says: `false && unknown` is false, `true || unknown` is true.
  [[nodiscard]] Value evaluate(const Bindings& bindings) const;
  /// The fast way: one place for the variables of all programs of an environment.
  [[nodiscard]] Value evaluate(const Variables& variables) const;

  /// The names of the environment's variables that the expression uses, sorted.
  [[nodiscard]] std::vector<std::string> variables_used() const;

  [[nodiscard]] bool empty() const { return impl_ == nullptr; }

  /// What it consists of; of an empty one nothing. For who packs and compares.
  [[nodiscard]] const Tables& tables() const;
  [[nodiscard]] std::size_t place() const; ///< In the tables.

private:
  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace slsaudit::cel
