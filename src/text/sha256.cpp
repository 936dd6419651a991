// SPDX-License-Identifier: Apache-2.0
#include "text/sha256.hpp"

#include <algorithm>
#include <bit>

namespace slsaudit::text {

const std::array<std::uint32_t, 64> sha256_cube_roots = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

namespace {

constexpr std::size_t rounds = 64;

/// As the cube roots, of the square roots of the first eight.
constexpr std::array<std::uint32_t, 8> square_roots = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

std::uint32_t word_at(const char* bytes) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[i])}; };
  return (byte(0) << 24U) | (byte(1) << 16U) | (byte(2) << 8U) | byte(3);
}

void add_block(Sha256State& state, const char* block) {
  std::array<std::uint32_t, rounds> words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = word_at(block + 4 * i);
  for (std::size_t i = 16; i < rounds; ++i) {
    const std::uint32_t early = words[i - 15];
    const std::uint32_t late = words[i - 2];
    words[i] = words[i - 16] + (std::rotr(early, 7) ^ std::rotr(early, 18) ^ (early >> 3U)) + words[i - 7] +
               (std::rotr(late, 17) ^ std::rotr(late, 19) ^ (late >> 10U));
  }
  auto [a, b, c, d, e, f, g, h] = state;
  const std::uint32_t* word = words.data();
  const std::uint32_t* root = sha256_cube_roots.data();
  // Each round gives two of the eight a value, and all of them the next one's name: so eight rounds are
  // written out.
  const auto round = [&](std::uint32_t a1, std::uint32_t b1, std::uint32_t c1, std::uint32_t& d1,
                         std::uint32_t e1, std::uint32_t f1, std::uint32_t g1, std::uint32_t& h1) {
    const std::uint32_t first = h1 + (std::rotr(e1, 6) ^ std::rotr(e1, 11) ^ std::rotr(e1, 25)) +
                                (g1 ^ (e1 & (f1 ^ g1))) + *root++ + *word++;
    d1 += first;
    h1 = first + (std::rotr(a1, 2) ^ std::rotr(a1, 13) ^ std::rotr(a1, 22)) + ((a1 & b1) | (c1 & (a1 | b1)));
  };
  for (std::size_t i = 0; i < rounds; i += 8) {
    round(a, b, c, d, e, f, g, h);
    round(h, a, b, c, d, e, f, g);
    round(g, h, a, b, c, d, e, f);
    round(f, g, h, a, b, c, d, e);
    round(e, f, g, h, a, b, c, d);
    round(d, e, f, g, h, a, b, c);
    round(c, d, e, f, g, h, a, b);
    round(b, c, d, e, f, g, h, a);
  }
  const std::uint32_t made[] = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += made[i];
}

void add_blocks(Sha256State& state, const char* blocks, std::size_t count) {
  if (add_sha256_blocks_by_instructions(state, blocks, count)) return;
  add_sha256_blocks(state, blocks, count);
}

} // namespace

Sha256::Sha256() : state_(square_roots) {}

void add_sha256_blocks(Sha256State& state, const char* blocks, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) add_block(state, blocks + i * sha256_block);
}

void Sha256::add(std::string_view bytes) {
  size_ += bytes.size();
  if (pending_size_ > 0) {
    const std::size_t taken = std::min(bytes.size(), sha256_block - pending_size_);
    std::copy_n(bytes.data(), taken, pending_.data() + pending_size_);
    pending_size_ += taken;
    bytes.remove_prefix(taken);
    if (pending_size_ < sha256_block) return;
    add_blocks(state_, pending_.data(), 1);
    pending_size_ = 0;
  }
  const std::size_t whole = bytes.size() / sha256_block;
  add_blocks(state_, bytes.data(), whole);
  bytes.remove_prefix(whole * sha256_block);
  std::copy_n(bytes.data(), bytes.size(), pending_.data());
  pending_size_ = bytes.size();
}

Digest Sha256::finish() {
  const std::uint64_t bits = size_ * 8;
  std::string padding(1, '\x80');
  while ((size_ + padding.size()) % sha256_block != sha256_block - 8) padding += '\0';
  for (std::uint32_t shift = 64; shift > 0; shift -= 8)
    padding += static_cast<char>((bits >> (shift - 8)) & 0xffU);
  add(padding);
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<char>((state_[i / 4] >> (24 - 8 * (i % 4))) & 0xffU);
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.finish();
}

std::string hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : digest) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text;
}

} // namespace slsaudit::text
