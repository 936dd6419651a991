// SPDX-License-Identifier: Apache-2.0
// Any bytes as an entry of a cache, as they are and with a right sum: it is written as it was read, and
// asking for what it rests on is harmless.
#include "cli/cache_entry.hpp"
#include "fuzz/targets.hpp"
#include "text/assert.hpp"

namespace slsaudit::fuzz {

namespace {

void check(std::string_view bytes) {
  const auto entry = cli::read_cache_entry(bytes);
  if (!entry) return;
  SLSAUDIT_ASSERT(cli::cache_entry_bytes(*entry) == bytes);
  const text::MemoryFileSystem files({{"a", "text"}});
  (void)entry->files.changed(files);
  (void)entry->shared.changed(files);
}

} // namespace

void run_cache(std::string_view bytes) {
  check(bytes);
  const text::Digest sum = text::sha256(bytes);
  check(std::string(bytes) + std::string(sum.begin(), sum.end()));
}

} // namespace slsaudit::fuzz
