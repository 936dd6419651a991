// SPDX-License-Identifier: Apache-2.0
// Whether a text has any of a few words in it: one pass, which looks at one place in every few.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace slsaudit::text {

/// Words of two bytes or more, which live as long as this (Wu and Manber's search, by pairs of bytes).
template <std::size_t count> class AnyOf {
public:
  explicit constexpr AnyOf(const std::array<std::string_view, count>& words) : words_(words) {
    for (const std::string_view word : words) window_ = std::min(window_, word.size());
    window_ = std::min<std::size_t>(window_, UINT8_MAX);
    skips_.fill(static_cast<std::uint8_t>(window_ - 1));
    for (const std::string_view word : words) {
      for (std::size_t i = 1; i < window_; ++i) {
        std::uint8_t& skip = skips_[place(word[i - 1], word[i])];
        skip = std::min(skip, static_cast<std::uint8_t>(window_ - 1 - i));
      }
    }
  }

  [[nodiscard]] constexpr bool occurs_in(std::string_view text) const {
    for (std::size_t last = window_ - 1; last < text.size();) {
      const std::uint8_t skip = skips_[place(text[last - 1], text[last])];
      if (skip == 0) {
        const std::string_view rest = text.substr(last + 1 - window_);
        if (std::ranges::any_of(words_, [&](std::string_view word) { return rest.starts_with(word); }))
          return true;
      }
      last += std::max<std::size_t>(skip, 1);
    }
    return false;
  }

private:
  /// Pairs may share a place: a skip is then the smaller one.
  static constexpr std::size_t place(char first, char second) {
    return (static_cast<unsigned char>(first) * 32U + static_cast<unsigned char>(second)) % places;
  }

  static constexpr std::size_t places = 4096;
  std::array<std::string_view, count> words_;
  std::size_t window_ = static_cast<std::size_t>(-1); ///< Bytes of each word that are looked for by pairs.
  std::array<std::uint8_t, places> skips_{};          ///< By pair: how far a word's window ends at least.
};

} // namespace slsaudit::text
