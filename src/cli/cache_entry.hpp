// SPDX-License-Identifier: Apache-2.0
// What `check --cache` keeps of a run: what it rested on, by digests, and what it printed.
#pragma once

#include "cli/exit_code.hpp"
#include "text/sha256.hpp"
#include "text/traced.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

/// What was asked of anything but files: "program", "day", "$NO_COLOR" …, each with its answer.
using Surroundings = std::map<std::string, text::Digest>;

struct CacheEntry {
  Surroundings surroundings;
  text::Trace files{text::Answers::digests};
  text::Trace shared{
      text::Answers::digests}; ///< What many entries have read alike: it is compared once a run.
  ExitCode code = ExitCode::clean;
  std::string out;
  std::string err;
  std::vector<std::string> written; ///< The files, in the order in which the options name them.
};

/// Bytes of a file; a run that leaves more is not kept.
constexpr std::size_t max_cache_entry = std::size_t{256} << 20U;

[[nodiscard]] std::string cache_entry_bytes(const CacheEntry& entry);
/// Nothing for what is not, byte for byte, what the above has made.
[[nodiscard]] std::optional<CacheEntry> read_cache_entry(std::string_view bytes);

} // namespace slsaudit::cli
