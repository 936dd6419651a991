// SPDX-License-Identifier: Apache-2.0
// Regular expressions in time linear in the text, whatever the pattern: RE2's syntax, as CEL wants it, less
// Unicode classes (\p{Greek}). Case folding, \w, \d and \s are ASCII, as in RE2 by default.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::cel {

/// Cheap to copy.
class Regex {
public:
  struct Range {
    char32_t first = 0;
    char32_t last = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };
  enum class Op : std::uint8_t {
    set,  ///< one code point of `y` ranges from `x` on, sorted and not overlapping; then the next instruction
    jump, ///< to x
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
    friend bool operator==(const Instruction&, const Instruction&) = default;
  };
  using Set = std::vector<Range>; ///< Sorted, not overlapping.
  /// Where a match may begin.
  struct Beginnings {
    std::array<std::uint64_t, 2> ascii{}; ///< ASCII characters that it may begin with, a bit each …
    bool may_be_empty = false;            ///< … unless it may be empty or depend on what stands around it.
    bool anchored =
        false; ///< At the text's beginning only. Of other patterns, what `^` is before is left out.
    [[nodiscard]] bool test(unsigned char c) const { return (ascii[c / 64U] >> (c % 64U) & 1U) != 0; }
    void set(char32_t c) { ascii[c / 64U] |= std::uint64_t{1} << (c % 64U); }
    friend bool operator==(const Beginnings&, const Beginnings&) = default;
  };
  /// A compiled pattern.
  struct Form {
    std::span<const Instruction> program;
    std::span<const Range> ranges;
    Beginnings beginnings;
  };

  /// Of what was compiled before; what it shows must outlive the Regex.
  explicit Regex(const Form& form);
  /// On failure `error` says why; what fails too is what RE2 has not: look-around and back references.
  [[nodiscard]] static std::optional<Regex> compile(std::string_view pattern, std::string& error);

  /// Whether the pattern is found anywhere in the text.
  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] const Form& form() const { return form_; }

private:
  struct Owned {
    std::vector<Instruction> program;
    std::vector<Range> ranges;
  };
  [[nodiscard]] bool matches_by_instructions(std::string_view text) const;

  Form form_;
  std::uint64_t id_ = 0;               ///< The pattern's, and its copies'.
  std::shared_ptr<const Owned> owned_; ///< Null where others own what `form_` shows.
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
