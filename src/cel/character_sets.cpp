// SPDX-License-Identifier: Apache-2.0
#include "cel/character_sets.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cel {

using Set = Regex::Set;

namespace {

struct NamedSet {
  std::string_view name;
  std::string_view ranges; ///< Pairs of ASCII characters, first and last.
};

constexpr std::array<NamedSet, 14> posix_sets{{
    {"alnum", "09AZaz"},
    {"alpha", "AZaz"},
    {"ascii", std::string_view("\0\x7F", 2)},
    {"blank", "\t\t  "},
    {"cntrl", std::string_view("\0\x1F\x7F\x7F", 4)},
    {"digit", "09"},
    {"graph", "!~"},
    {"lower", "az"},
    {"print", " ~"},
    {"punct", "!/:@[`{~"},
    {"space", "\t\r  "},
    {"upper", "AZ"},
    {"word", "09AZ__az"},
    {"xdigit", "09AFaf"},
}};

} // namespace

Set from_pairs(std::string_view pairs) {
  Set set;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    set.push_back({static_cast<unsigned char>(pairs[i]), static_cast<unsigned char>(pairs[i + 1])});
  }
  return set;
}

Set normalized(Set set) {
  if (set.size() < 2) return set;
  std::sort(set.begin(), set.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Set out;
  for (const auto& range : set) {
    if (!out.empty() && range.first <= out.back().last + 1) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

Set complement(const Set& set) {
  Set out;
  char32_t next = 0;
  for (const auto& range : normalized(set)) {
    if (range.first > next) out.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= last_code_point) out.push_back({next, last_code_point});
  return out;
}

Set folded(Set set) {
  const std::size_t count = set.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto range = set[i];
    const auto add = [&](char32_t low, char32_t high, int shift) {
      const char32_t first = std::max(range.first, low);
      const char32_t last = std::min(range.last, high);
      if (first > last) return;
      set.push_back({static_cast<char32_t>(static_cast<int>(first) + shift),
                     static_cast<char32_t>(static_cast<int>(last) + shift)});
    };
    add('a', 'z', 'A' - 'a');
    add('A', 'Z', 'a' - 'A');
  }
  return set;
}

std::optional<Set> posix_set(std::string_view name) {
  const auto found = std::ranges::find(posix_sets, name, &NamedSet::name);
  if (found == posix_sets.end()) return std::nullopt;
  return from_pairs(found->ranges);
}

} // namespace slsaudit::cel
