// SPDX-License-Identifier: Apache-2.0
// A pattern's automaton, as far as texts have led into it: what the instructions do together with a character
// is worked out once, and read from a table from then on.
#pragma once

#include "cel/regex.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace slsaudit::cel {

/// Of one pattern: each call is given the same one's form. By one thread at a time.
class RegexStates {
public:
  explicit RegexStates(const Regex::Form& form);

  /// Nothing where it takes another way to tell: the text isn't ASCII, it leads to more states than are kept,
  /// or the pattern asks what stands around a place (\b, and ^ and $ of lines).
  [[nodiscard]] std::optional<bool> matches(const Regex::Form& form, std::string_view text);

private:
  using Next = std::uint8_t; ///< A state, or one of these:
  static constexpr Next full = 252;
  static constexpr Next dead = 253;    ///< Nothing more can match.
  static constexpr Next matched = 254; ///< Whatever follows.
  static constexpr Next open = 255;    ///< Not worked out yet.
  static constexpr std::size_t start = 0;

  /// Where instructions stand that have taken the character before, ascending.
  using Members = std::vector<std::uint32_t>;

  Next step(const Regex::Form& form, std::size_t state, unsigned char c);
  [[nodiscard]] bool matches_end(const Regex::Form& form, std::size_t state);
  /// What waits for a character in that state; whether the pattern has matched already.
  bool follow(const Regex::Form& form, std::size_t state, bool is_end, Members& waiting);
  std::size_t add(Members members);

  bool is_usable_ = true;
  std::array<std::uint8_t, 128> class_of_{}; ///< Characters that all instructions take or leave together.
  std::size_t classes_ = 1;
  std::vector<Members> states_;             ///< `start` has none, as others may.
  std::vector<Next> next_;                  ///< By state, then by class.
  std::vector<std::optional<bool>> at_end_; ///< By state.
  Members pending_;                         ///< What follow() works with.
  std::vector<std::uint32_t> seen_;         ///< By instruction: the call that saw it last.
  std::uint32_t call_ = 0;
};

/// Of this thread's automata the pattern's, from its ninth text on: most patterns see few.
[[nodiscard]] std::optional<bool> matches_by_states(std::uint64_t pattern, const Regex::Form& form,
                                                    std::string_view text);

} // namespace slsaudit::cel
