// SPDX-License-Identifier: Apache-2.0
#include "knowledge/key_formats.hpp"

#include "knowledge/tables.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>
#include <bitset>

namespace slsaudit::knowledge {

namespace {

struct Formats {
  std::vector<KeyFormat> all;
  std::array<bool, 256> inner = [] { ///< Characters of keys.
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_key_character(static_cast<char>(c));
    return table;
  }();
  std::array<std::bitset<256>, 256> pairs; ///< What prefixes begin with, by first and second character.
  std::size_t shortest = std::string_view::npos;

  [[nodiscard]] bool begins(char one, char next) const {
    return pairs[static_cast<unsigned char>(one)][static_cast<unsigned char>(next)];
  }
};

const Formats& formats() {
  static const Formats made = [] {
    Formats result;
    const tables::KeyFormats packed = tables::key_formats();
    for (const tables::KeyFormatRow& row : packed.rows) {
      result.all.push_back(
          {row.prefix.of(packed.text), row.least, row.most, row.what.of(packed.text), row.exposed});
      const KeyFormat& format = result.all.back();
      SLSAUDIT_ASSERT(format.prefix.size() > 1 && is_key_character(format.prefix.front()));
      result.pairs[static_cast<unsigned char>(format.prefix[0])].set(
          static_cast<unsigned char>(format.prefix[1]));
      result.shortest = std::min(result.shortest, format.prefix.size() + format.least);
    }
    return result;
  }();
  return made;
}

} // namespace

const std::vector<KeyFormat>& key_formats() {
  return formats().all;
}

bool may_hold_key(std::string_view text) {
  const Formats& known = formats();
  const auto is_inner = [&](std::size_t i) { return known.inner[static_cast<unsigned char>(text[i])]; };
  for (std::size_t at = 0; at + known.shortest <= text.size();) {
    const std::string_view rest = text.substr(at);
    const auto fits = [&](const KeyFormat& format) { return rest.starts_with(format.prefix); };
    if (known.begins(text[at], text[at + 1]) && std::ranges::any_of(known.all, fits)) return true;
    while (at < text.size() && is_inner(at)) ++at;
    while (at < text.size() && !is_inner(at)) ++at;
  }
  return false;
}

} // namespace slsaudit::knowledge
