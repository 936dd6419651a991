// SPDX-License-Identifier: Apache-2.0
// Regular expressions in time linear in the text, whatever the pattern: RE2's syntax, as CEL wants it, less
// Unicode classes (\p{Greek}). Case folding, \w, \d and \s are ASCII, as in RE2 by default.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::cel {

class Regex {
public:
  /// On failure `error` says why; what fails too is what RE2 has not: look-around and back references.
  [[nodiscard]] static std::optional<Regex> compile(std::string_view pattern, std::string& error);

  /// Whether the pattern is found anywhere in the text.
  [[nodiscard]] bool matches(std::string_view text) const;

  struct Range {
    char32_t first = 0;
    char32_t last = 0;
  };
  enum class Op : std::uint8_t {
    set,   ///< one code point of `sets[x]`, then the next instruction
    jump,  ///< to x
    split, ///< to x and y
    match,
    begin_text,
    end_text,
    begin_line,
    end_line,
    word_boundary,
    no_word_boundary,
  };
  struct Instruction {
    Op op = Op::match;
    std::uint32_t x = 0;
    std::uint32_t y = 0;
  };
  using Set = std::vector<Range>; ///< Sorted, not overlapping.

private:
  void find_beginnings();

  std::vector<Instruction> program_;
  std::vector<Set> sets_;
  bool anchored_ = false;       ///< A match begins at the text's beginning only.
  std::bitset<128> beginnings_; ///< ASCII characters that a match may begin with …
  bool may_be_empty_ = false;   ///< … unless it may be empty or depend on what stands around it.
};

/// The patterns that one call of matches() has met. Safe to use from several threads.
class Patterns {
public:
  /// Null where the pattern is not valid; `error` says why.
  [[nodiscard]] std::shared_ptr<const Regex> find(std::string_view pattern, std::string& error) const;

private:
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<std::string, std::shared_ptr<const Regex>>> known_;
};

} // namespace slsaudit::cel
