// SPDX-License-Identifier: Apache-2.0
// A command's options: their parsing and their help, from one description.
#pragma once

#include "cli/definition.hpp"
#include "cli/exit_code.hpp"
#include "cli/world.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

struct OptionText {
  std::string_view name;                   ///< "--format"
  std::string_view value;                  ///< "FORMAT"
  std::string_view help;                   ///< Without the choices: those are added.
  std::vector<std::string_view> choices{}; ///< Empty: anything.
  std::string_view letter{};               ///< "-o"; empty: there is none.
};

/// Describe, then parse. The variables that options are tied to must outlive parse().
class Parser {
public:
  /// `usage` is what follows "slsaudit " ("check [options] [PATH...]"); `notes` is printed below the options.
  Parser(std::string_view usage, std::string_view summary, std::string_view notes = {})
      : usage_(usage), summary_(summary), notes_(notes) {}

  void flag(const OptionText& text, bool& target);
  void value(const OptionText& text,
             std::string& target); ///< The last one counts; the default stays when not given.
  void value(const OptionText& text, std::optional<std::string>& target);
  void list(const OptionText& text, std::vector<std::string>& target); ///< May be repeated.
  void words(const OptionText& text,
             std::vector<std::string>& target); ///< May be repeated, and is split at commas.
  /// What the command does: its first argument. Without it, or with another word, parsing fails.
  void actions(std::vector<std::string_view> words, std::string& target);
  /// Command lines, shown last.
  void examples(std::vector<std::string_view> lines) { examples_ = std::move(lines); }
  void positionals(std::string_view name, std::vector<std::string>& target, std::size_t min, std::size_t max);

  /// Nothing when the command may go on; else how the run ends (after --help, an error that has been told, or
  /// where only the definition is asked for).
  [[nodiscard]] std::optional<ExitCode> parse(const std::vector<std::string>& arguments, World& world);

  /// What parse() has found, as words that differ where the command might do something else: options by their
  /// names, without some, then the positionals.
  [[nodiscard]] std::vector<std::string> given(const std::vector<std::string_view>& without) const;

  /// "slsaudit COMMAND: message", and where to find help.
  ExitCode fail(World& world, const std::string& message) const;

private:
  struct Entry {
    OptionText text;
    bool is_flag = false;
    std::vector<std::string> given{};
    bool is_given = false;
    std::function<void(const Entry&)> store{};
  };
  void add(const OptionText& text, bool is_flag, std::function<void(const Entry&)> store);
  [[nodiscard]] Definition definition() const;
  [[nodiscard]] std::string take_action(std::vector<std::string>& arguments);
  [[nodiscard]] std::string_view command() const;
  [[nodiscard]] std::string wrong_choice() const;
  [[nodiscard]] std::string wrong_positionals() const;
  [[nodiscard]] std::string unexpected(const std::string& argument) const;

  std::string_view usage_;
  std::string_view summary_;
  std::string_view notes_;
  std::vector<Entry> entries_;
  std::vector<std::string_view> examples_;
  std::vector<std::string_view> actions_;
  std::string* action_ = nullptr;
  std::string_view positional_name_;
  std::vector<std::string>* positionals_ = nullptr;
  std::vector<std::string> given_positionals_;
  std::size_t min_positionals_ = 0;
  std::size_t max_positionals_ = 0;
};

} // namespace slsaudit::cli
