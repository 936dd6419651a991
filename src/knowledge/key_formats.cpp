// SPDX-License-Identifier: Apache-2.0
#include "knowledge/key_formats.hpp"

#include "knowledge/tables.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::knowledge {

namespace {

struct Formats {
  std::vector<KeyFormat> all;
  std::array<bool, 256> inner = [] { ///< Characters of keys.
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_key_character(static_cast<char>(c));
    return table;
  }();
  std::array<bool, 256> first{};  ///< Characters that a prefix begins with.
  std::array<bool, 256> second{}; ///< Characters that stand behind those.
  std::size_t shortest = std::string_view::npos;

  [[nodiscard]] bool begins(char one, char next) const {
    return first[static_cast<unsigned char>(one)] && second[static_cast<unsigned char>(next)];
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
      result.first[static_cast<unsigned char>(format.prefix.front())] = true;
      SLSAUDIT_ASSERT(format.prefix.size() > 1);
      result.second[static_cast<unsigned char>(format.prefix[1])] = true;
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
  bool inside = false;
  for (std::size_t at = 0; at + known.shortest <= text.size(); ++at) {
    const bool begins = !inside && known.begins(text[at], text[at + 1]);
    inside = known.inner[static_cast<unsigned char>(text[at])];
    if (!begins) continue;
    const std::string_view rest = text.substr(at);
    const auto fits = [&](const KeyFormat& format) {
      return format.prefix.front() == rest.front() && rest.starts_with(format.prefix);
    };
    if (std::ranges::any_of(known.all, fits)) return true;
  }
  return false;
}

} // namespace slsaudit::knowledge
