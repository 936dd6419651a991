// SPDX-License-Identifier: Apache-2.0
// Colours, or none.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::report {

class Paint {
public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string operator()(std::string_view code, std::string_view text) const {
    if (!on_ || code.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }

private:
  bool on_;
};

namespace colour {
inline constexpr std::string_view bold = "1";
inline constexpr std::string_view faint = "2";
inline constexpr std::string_view red = "1;31";
inline constexpr std::string_view magenta = "1;35";
inline constexpr std::string_view yellow = "1;33";
inline constexpr std::string_view cyan = "1;36";
inline constexpr std::string_view blue = "1;34";
inline constexpr std::string_view green = "32";
} // namespace colour

} // namespace slsaudit::report
