// SPDX-License-Identifier: Apache-2.0
// What .gitignore files say, as git reads them: comments, escapes, negation, anchored and floating patterns,
// directory-only patterns, `*`, `?`, classes, and `**` at the front, in the middle and at the end.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::audit {

/// One line of a .gitignore file. Matching takes time proportional to pattern × path, whatever the pattern.
class IgnorePattern {
public:
  /// Nothing for blank lines, comments and patterns that can never match.
  [[nodiscard]] static std::optional<IgnorePattern> parse(std::string_view line);

  /// `path` is relative to the directory of the .gitignore file, with '/' between components.
  [[nodiscard]] bool matches(std::string_view path, bool is_directory) const;
  [[nodiscard]] bool negated() const { return negated_; }

private:
  enum class Kind : unsigned char {
    character,    ///< Exactly `set`.
    star,         ///< Zero or more bytes other than '/'.
    directories,  ///< "**/": zero or more whole components; always followed by `in_directory`.
    in_directory, ///< Within a component that `directories` skips.
    everything,   ///< "/**" at the end: all that is below.
  };
  struct Token {
    Kind kind = Kind::character;
    std::bitset<256> set;
  };

  [[nodiscard]] bool compile(std::string_view glob);
  [[nodiscard]] bool compile_class(std::string_view glob, std::size_t& at);
  void add_literal(char c);
  void add_directories();
  void step(std::size_t state, unsigned char c, std::vector<bool>& next) const;
  void enter(std::size_t state, std::vector<bool>& states) const;

  std::vector<Token> tokens_;
  bool negated_ = false;
  bool directory_only_ = false;
};

/// The .gitignore files that apply at one place of a walk: those of the directories above come first, and the
/// last pattern that matches decides.
class IgnoreRules {
public:
  /// `directory` is that of the file, as a prefix of the paths that will be asked for ("" or "a/b").
  void add(std::string_view directory, std::string_view text);
  [[nodiscard]] bool ignored(std::string_view path, bool is_directory) const;

private:
  struct File {
    std::string prefix; ///< "" or "a/b/".
    std::vector<IgnorePattern> patterns;
  };
  std::vector<File> files_;
};

} // namespace slsaudit::audit
