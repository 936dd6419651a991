// SPDX-License-Identifier: Apache-2.0
#include "fuzz/targets.hpp"
#include "text/assert.hpp"

#include <ctime>

namespace slsaudit::fuzz {

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLSAUDIT_FUZZ_SLOW
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
#define SLSAUDIT_FUZZ_SLOW
#endif
#ifdef SLSAUDIT_FUZZ_SLOW
constexpr std::clock_t most_seconds = 10;
#else
constexpr std::clock_t most_seconds = 1;
#endif

// What the fuzzer sees compared it puts into inputs: times must not be among it, or no two runs are the same.
#if defined(__clang__)
#define SLSAUDIT_FUZZ_UNSEEN __attribute__((no_sanitize("coverage")))
#else
#define SLSAUDIT_FUZZ_UNSEEN
#endif

} // namespace

SLSAUDIT_FUZZ_UNSEEN void run_in_time(Target target, std::string_view bytes) {
  const std::clock_t begin = std::clock();
  target(bytes);
  const std::clock_t taken = std::clock() - begin;
  SLSAUDIT_ASSERT(taken <= most_seconds * CLOCKS_PER_SEC);
}

} // namespace slsaudit::fuzz
