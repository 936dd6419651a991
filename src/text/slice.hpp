// SPDX-License-Identifier: Apache-2.0
// A piece of a table's text. Tables that are compiled into the program hold these instead of pointers, which
// would have to be relocated at every start.
#pragma once

#include <cstdint>
#include <string_view>

namespace slsaudit::text {

struct Slice {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  [[nodiscard]] constexpr std::string_view of(std::string_view text) const {
    return text.substr(offset, size);
  }
  friend bool operator==(const Slice&, const Slice&) = default;
};

} // namespace slsaudit::text
