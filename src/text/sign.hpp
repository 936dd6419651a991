// SPDX-License-Identifier: Apache-2.0
// One byte of a name: comparing these first spares looking at most other names among a few.
#pragma once

#include <cstdint>
#include <string_view>

namespace slsaudit::text {

/// A byte that few names of those that stand together share.
[[nodiscard]] constexpr std::uint8_t sign_of(std::string_view name) {
  if (name.empty()) return 0;
  const auto byte = [](char c) { return static_cast<unsigned char>(c); };
  return static_cast<std::uint8_t>(byte(name.front()) * 7U + byte(name.back()) * 31U + name.size() * 13U);
}

} // namespace slsaudit::text
