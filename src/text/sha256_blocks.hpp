// SPDX-License-Identifier: Apache-2.0
// The part of SHA-256 that takes time, in two ways.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace slsaudit::text {

using Sha256State = std::array<std::uint32_t, 8>;
constexpr std::size_t sha256_block = 64;

/// The first 32 bits of what follows the point in the cube roots of the first 64 primes.
extern const std::array<std::uint32_t, 64> sha256_cube_roots;

/// Adds so many blocks, on any machine …
void add_sha256_blocks(Sha256State& state, const char* blocks, std::size_t count);
/// … and by the instructions that processors have for that, several times as fast; false, and nothing done,
/// where this one has none.
[[nodiscard]] bool add_sha256_blocks_by_instructions(Sha256State& state, const char* blocks,
                                                     std::size_t count);

} // namespace slsaudit::text
