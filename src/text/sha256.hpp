// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4): tells texts apart, whoever has written them.
#pragma once

#include "text/sha256_blocks.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace slsaudit::text {

using Digest = std::array<char, 32>;

/// Of texts that come piece by piece.
class Sha256 {
public:
  Sha256();
  void add(std::string_view bytes);
  /// To be called once, last.
  [[nodiscard]] Digest finish();

private:
  Sha256State state_;
  std::array<char, sha256_block> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t size_ = 0;
};

[[nodiscard]] Digest sha256(std::string_view bytes);
/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string hex(const Digest& digest);

} // namespace slsaudit::text
