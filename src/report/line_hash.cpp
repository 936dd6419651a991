// SPDX-License-Identifier: Apache-2.0
#include "report/line_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

namespace slsaudit::report {

namespace {

constexpr std::size_t block = 100;
constexpr std::uint64_t base = 37;
constexpr std::uint16_t end_of_file = 65535;

/// What is hashed: UTF-16 code units without blanks, and where among them each line starts.
struct Units {
  std::vector<std::uint16_t> values;
  std::vector<std::size_t> line_starts;
};

class Collector {
public:
  void take(std::uint32_t unit) {
    const bool after_cr = previous_cr_;
    previous_cr_ = false;
    if (unit == ' ' || unit == '\t' || (after_cr && unit == '\n')) return;
    previous_cr_ = unit == '\r';
    if (line_start_) units_.line_starts.push_back(units_.values.size());
    line_start_ = unit == '\n' || unit == '\r';
    units_.values.push_back(static_cast<std::uint16_t>(unit == '\r' ? '\n' : unit));
  }
  Units finish() {
    take(end_of_file);
    units_.values.resize(units_.values.size() + block, 0);
    return std::move(units_);
  }

private:
  Units units_;
  bool line_start_ = true;
  bool previous_cr_ = false;
};

/// The text is valid UTF-8: the reader has replaced or refused all else.
Units utf16_units(std::string_view text) {
  Collector collector;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    std::uint32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t j = i + 1; j < std::min(i + length, text.size()); ++j) {
      value = (value << 6U) | (static_cast<unsigned char>(text[j]) & 0x3FU);
    }
    i += length;
    if (value < 0x10000) {
      collector.take(value);
    } else {
      collector.take(0xD800 + ((value - 0x10000) >> 10U));
      collector.take(0xDC00 + ((value - 0x10000) & 0x3FFU));
    }
  }
  return collector.finish();
}

} // namespace

std::vector<std::string> line_hashes(std::string_view text) {
  const Units units = utf16_units(text);
  std::uint64_t leaving_factor = 1;
  for (std::size_t i = 0; i < block; ++i) leaving_factor *= base;

  std::vector<std::string> hashes;
  std::map<std::uint64_t, std::size_t> seen;
  std::uint64_t hash = 0;
  std::size_t next_line = 0;
  // After unit i the hash covers units (i - block, i]; the line that starts at i + 1 - block is then
  // complete.
  for (std::size_t i = 0; i < units.values.size(); ++i) {
    const std::uint64_t leaving = i >= block ? units.values[i - block] : 0;
    hash = base * hash + units.values[i] - leaving_factor * leaving;
    if (next_line == units.line_starts.size() || units.line_starts[next_line] + block != i + 1) continue;
    hashes.push_back(fmt::format("{:x}:{}", hash, ++seen[hash]));
    next_line += 1;
  }
  return hashes;
}

} // namespace slsaudit::report
