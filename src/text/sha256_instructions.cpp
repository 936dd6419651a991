// SPDX-License-Identifier: Apache-2.0
#include "text/sha256_blocks.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

#include <cpuid.h>
#include <immintrin.h>

namespace slsaudit::text {

namespace {

bool has_instructions() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSSE3) == 0 || (c & bit_SSE4_1) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

__attribute__((target("sha,sse4.1"))) __m128i loaded(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

/// The instructions want the eight as a, b, e, f and c, d, g, h, each four from the highest lane down.
__attribute__((target("sha,sse4.1"))) void add_blocks(Sha256State& state, const char* blocks,
                                                      std::size_t count) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i badc = _mm_shuffle_epi32(loaded(state.data()), 0xb1);
  const __m128i hgfe = _mm_shuffle_epi32(loaded(state.data() + 4), 0x1b);
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
  for (; count > 0; --count, blocks += sha256_block) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i words[16]; // four in each
    for (std::size_t i = 0; i < 16; ++i) {
      if (i < 4) {
        words[i] = _mm_shuffle_epi8(loaded(blocks + 16 * i), big_endian);
      } else {
        const __m128i early = _mm_sha256msg1_epu32(words[i - 4], words[i - 3]);
        const __m128i middle = _mm_alignr_epi8(words[i - 1], words[i - 2], 4);
        words[i] = _mm_sha256msg2_epu32(_mm_add_epi32(early, middle), words[i - 1]);
      }
      const __m128i sums = _mm_add_epi32(words[i], loaded(sha256_cube_roots.data() + 4 * i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sums);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sums, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  void* const first = state.data();
  void* const second = state.data() + 4;
  _mm_storeu_si128(static_cast<__m128i*>(first), _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(static_cast<__m128i*>(second), _mm_alignr_epi8(dchg, feba, 8));
}

} // namespace

bool add_sha256_blocks_by_instructions(Sha256State& state, const char* blocks, std::size_t count) {
  static const bool has = has_instructions();
  if (has) add_blocks(state, blocks, count);
  return has;
}

} // namespace slsaudit::text

#else

namespace slsaudit::text {

bool add_sha256_blocks_by_instructions(Sha256State&, const char*, std::size_t) {
  return false;
}

} // namespace slsaudit::text

#endif
