// SPDX-License-Identifier: Apache-2.0
#include "rules/fingerprint.hpp"

#include <array>
#include <cstdint>

namespace slsaudit::rules {
namespace {

/// FNV-1a, finished with a mixer so that all bits depend on all bytes.
std::uint64_t hash(const std::vector<std::string_view>& parts, std::uint64_t seed) {
  std::uint64_t state = 0xcbf29ce484222325ULL ^ seed;
  const auto take = [&](unsigned char byte) { state = (state ^ byte) * 0x100000001b3ULL; };
  for (const std::string_view part : parts) {
    for (const char c : part) take(static_cast<unsigned char>(c));
    take(0xff); // No byte of UTF-8, so "a", "bc" and "ab", "c" differ.
  }
  state ^= state >> 33U;
  state *= 0xff51afd7ed558ccdULL;
  state ^= state >> 33U;
  state *= 0xc4ceb9fe1a85ec53ULL;
  return state ^ (state >> 33U);
}

} // namespace

std::string fingerprint(const std::vector<std::string_view>& parts) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{0x9e3779b97f4a7c15ULL}}) {
    const std::uint64_t value = hash(parts, seed);
    for (unsigned shift = 64; shift > 0; shift -= 4) text += digits[(value >> (shift - 4)) & 0xfU];
  }
  return text;
}

} // namespace slsaudit::rules
