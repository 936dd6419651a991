// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_entry.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::cli {

namespace {

/// The number is that of the format.
constexpr std::string_view magic = "slsaudit cache 1\n";

std::string_view view(const text::Digest& digest) {
  return {digest.data(), digest.size()};
}

bool read_surroundings(text::RecordReader& record, Surroundings& surroundings) {
  const std::uint64_t count = record.number();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string name(record.text());
    text::Digest digest{};
    const std::string_view bytes = record.raw(digest.size());
    if (record.failed()) return false;
    std::ranges::copy(bytes, digest.begin());
    if (!surroundings.empty() && name <= surroundings.rbegin()->first) return false;
    surroundings.emplace_hint(surroundings.end(), std::move(name), digest);
  }
  return !record.failed();
}

} // namespace

std::string cache_entry_bytes(const CacheEntry& entry) {
  text::RecordWriter record;
  record.raw(magic);
  record.number(entry.surroundings.size());
  for (const auto& [name, digest] : entry.surroundings) {
    record.text(name);
    record.raw(view(digest));
  }
  entry.files.write(record);
  entry.shared.write(record);
  record.number(static_cast<std::uint64_t>(entry.code));
  record.text(entry.out);
  record.text(entry.err);
  record.number(entry.written.size());
  for (const std::string& file : entry.written) record.text(file);
  const text::Digest sum = text::sha256(record.bytes());
  record.raw(view(sum));
  return std::move(record).take();
}

std::optional<CacheEntry> read_cache_entry(std::string_view bytes) {
  const std::size_t sum_size = text::Digest{}.size();
  if (bytes.size() < magic.size() + sum_size || !bytes.starts_with(magic)) return std::nullopt;
  const std::string_view body = bytes.substr(0, bytes.size() - sum_size);
  if (view(text::sha256(body)) != bytes.substr(body.size())) return std::nullopt;
  text::RecordReader record(body.substr(magic.size()));
  CacheEntry entry;
  if (!read_surroundings(record, entry.surroundings)) return std::nullopt;
  for (text::Trace* trace : {&entry.files, &entry.shared}) {
    auto read = text::Trace::read(record);
    if (!read) return std::nullopt;
    *trace = std::move(*read);
  }
  const std::uint64_t code = record.number();
  if (code > static_cast<std::uint64_t>(ExitCode::input)) return std::nullopt;
  entry.code = static_cast<ExitCode>(code);
  entry.out = record.text();
  entry.err = record.text();
  const std::uint64_t files = record.number();
  for (std::uint64_t i = 0; i < files && !record.failed(); ++i) entry.written.emplace_back(record.text());
  if (!record.ended()) return std::nullopt;
  return entry;
}

} // namespace slsaudit::cli
