// SPDX-License-Identifier: Apache-2.0
#include "analysis/platform.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace slsaudit::analysis {
namespace {

std::string fixed(double number, int decimals) {
  std::array<char, 400> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed, decimals);
  return {buffer.data(), result.ptr};
}

std::string with_thousands(std::string text) {
  const std::size_t end = std::min(text.find('.'), text.size());
  for (std::size_t at = end; at > 3 + (text.front() == '-' ? 1U : 0U);) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

/// Decimals that leave two or three digits that say something.
int decimals_for(double number) {
  const double size = std::fabs(number);
  if (size >= 100 || size == 0) return 0;
  if (size >= 10) return 1;
  if (size >= 0.1) return 2;
  return std::min(12, 1 - static_cast<int>(std::floor(std::log10(size))));
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

} // namespace

const knowledge::Base& platform(const Facts& facts) {
  const knowledge::Base* base = facts.settings().knowledge;
  return base != nullptr ? *base : knowledge::Base::builtin();
}

std::string shown(double number) {
  if (!std::isfinite(number)) return "no limit";
  return with_thousands(without_trailing_zeros(fixed(number, decimals_for(number))));
}

std::string precisely(double number) {
  constexpr int digits = 12; // Prices have no more.
  return without_trailing_zeros(fixed(number, digits));
}

std::string dollars(double usd) {
  if (usd == 0 || usd >= 0.01) return "$" + with_thousands(fixed(usd, usd >= 1000 ? 0 : 2));
  return "$" + without_trailing_zeros(fixed(usd, decimals_for(usd)));
}

} // namespace slsaudit::analysis
