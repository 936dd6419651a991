// SPDX-License-Identifier: Apache-2.0
#include "analysis/secret_looks.hpp"

#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace slsaudit::analysis {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}
constexpr std::string_view placeholder_pieces[] = {
    "changeme", "change-me", "change_me", "change me", "example",   "dummy",    "placeholder",
    "your",     "replace",   "insert",    "todo",      "fixme",     "redacted", "xxx",
    "***",      "...",       "<",         ">",         "${",        "{{",       "sample",
    "fake",     "mock",      "foobar",    "null",      "undefined", "default",  "enter-",
    "enter_",   "hunter2",   "asdf",      "secretsm",  "resolve:",  "ssm:",     "notreal",
    "not-real", "not_real",  "test",      "localhost", "arn:",      "…"};

constexpr std::string_view placeholder_words[] = {"password", "passwd", "secret", "token",  "string", "true",
                                                  "false",    "na",     "n/a",    "none",   "tbd",    "empty",
                                                  "admin",    "user",   "key",    "apikey", "value",  "yes",
                                                  "no",       "name",   "blank",  "off",    "on",     "nil"};

int kind_of(char c) {
  return is_digit(c) ? 0 : is_upper(c) ? 1 : is_letter(c) ? 2 : 3;
}

template <std::size_t n> bool is_one_of(const std::string_view (&all)[n], std::string_view text) {
  return std::find(std::begin(all), std::end(all), text) != std::end(all);
}

} // namespace

bool is_placeholder(std::string_view text) {
  const std::string low = text::lower(text);
  if (low.size() < 4 || is_one_of(placeholder_words, low)) return true;
  if (low.find_first_not_of(low.front()) == std::string::npos) return true;
  return std::any_of(std::begin(placeholder_pieces), std::end(placeholder_pieces),
                     [&](std::string_view piece) { return low.find(piece) != std::string::npos; });
}

bool is_to_be_filled_in(std::string_view text) {
  constexpr std::string_view pieces[] = {"<",       ">",           "${",       "{{",    "%",
                                         "***",     "...",         "xxx",      "…",     "your",
                                         "replace", "placeholder", "insert",   "enter", "todo",
                                         "fixme",   "redacted",    "resolve:", "null",  "undefined"};
  const std::string low = text::lower(text);
  if (low.empty() || low.find_first_not_of(low.front()) == std::string::npos) return true;
  return std::any_of(std::begin(pieces), std::end(pieces),
                     [&](std::string_view piece) { return low.find(piece) != std::string::npos; });
}

double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits;
}

bool is_sequence(std::string_view text) {
  std::size_t ascending = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == text[i - 1] + 1 || text[i] == text[i - 1]) ++ascending;
  }
  return ascending * 2 > text.size();
}

bool looks_generated(std::string_view text) {
  constexpr std::size_t shortest = 16;
  constexpr double least_entropy = 3.0;
  if (text.size() < shortest || text.find_first_of(" \t\n") != std::string_view::npos) return false;
  const bool digits = std::any_of(text.begin(), text.end(), is_digit);
  const bool letters = std::any_of(text.begin(), text.end(), is_letter);
  std::size_t changes = 0;
  for (std::size_t i = 1; i < text.size(); ++i) changes += kind_of(text[i]) == kind_of(text[i - 1]) ? 0U : 1U;
  return digits && letters && changes * 3 >= text.size() && !is_sequence(text) &&
         entropy(text) >= least_entropy;
}

bool looks_like_a_name(std::string_view text) {
  constexpr std::size_t longest_number = 4;
  std::size_t begin = 0;
  std::size_t pieces = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of("-_./:@,", begin), text.size());
    const std::string_view piece = text.substr(begin, end - begin);
    const bool word = std::all_of(piece.begin(), piece.end(), is_letter);
    const bool number = piece.size() <= longest_number + 1 &&
                        std::all_of(piece.begin() + (piece.empty() || !is_letter(piece.front()) ? 0 : 1),
                                    piece.end(), is_digit);
    if (!word && !number) return false;
    ++pieces;
    begin = end + 1;
  }
  return pieces > 1;
}

std::string masked(std::string_view text, std::size_t clear) {
  const std::size_t size = text.size();
  std::string start;
  for (const char c : text.substr(0, size >= 3 * clear ? clear : 0)) start += c >= ' ' && c <= '~' ? c : '?';
  return "`" + start + "…` (" + std::to_string(size) + " characters)";
}

bool is_mash(std::string_view text) {
  constexpr std::size_t shortest = 12;
  constexpr std::size_t longest_run = 5;
  if (text.size() < shortest || !std::all_of(text.begin(), text.end(), is_letter)) return false;
  if (text::lower(text) != text && text::upper(text) != text) return false;
  std::size_t vowels = 0;
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : text) {
    const bool vowel = std::string_view("aeiouy").find(text::lower(c)) != std::string_view::npos;
    vowels += vowel ? 1U : 0U;
    run = vowel ? 0 : run + 1;
    longest = std::max(longest, run);
  }
  return longest > longest_run && vowels * 3 <= text.size() && !is_sequence(text);
}

bool is_app_password(std::string_view text) {
  constexpr std::size_t group = 5; // with its blank
  if (text.size() != 4 * group - 1) return false;
  bool unspoken = false; // a group without a vowel: words have one
  for (std::size_t i = 0; i < text.size(); i += group) {
    const std::string_view letters = text.substr(i, group - 1);
    const auto is_small = [](char c) { return is_letter(c) && !is_upper(c); };
    if (!std::all_of(letters.begin(), letters.end(), is_small)) return false;
    if (i > 0 && text[i - 1] != ' ') return false;
    unspoken = unspoken || letters.find_first_of("aeiouy") == std::string_view::npos;
  }
  constexpr double least_entropy = 3.0;
  return unspoken && entropy(text) >= least_entropy;
}

} // namespace slsaudit::analysis
