// SPDX-License-Identifier: Apache-2.0
#include "text/words.hpp"

#include <algorithm>
#include <numeric>

namespace slsaudit::text {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = upper(c);
  return result;
}

std::vector<std::string> words_of(std::string_view name) {
  const auto is_upper = [&](std::size_t at) {
    return at < name.size() && name[at] >= 'A' && name[at] <= 'Z';
  };
  const auto is_lower = [&](std::size_t at) {
    return at < name.size() && name[at] >= 'a' && name[at] <= 'z';
  };
  std::vector<std::string> words;
  bool inside = false; // of a word
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_upper(i) && !is_lower(i)) {
      inside = false;
      continue;
    }
    const bool begins = is_upper(i) && i > 0 && (is_lower(i - 1) || is_lower(i + 1));
    if (!inside || begins) words.emplace_back();
    words.back() += lower(name[i]);
    inside = true;
  }
  return words;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(left[i]) == lower(right[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

} // namespace slsaudit::text
