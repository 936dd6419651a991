// SPDX-License-Identifier: Apache-2.0
#include "report/redact.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::report {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_token(char c) {
  return is_digit(c) || is_letter(c) || c == '_' || c == '-';
}
bool is_base64(char c) {
  return is_digit(c) || is_letter(c) || c == '+' || c == '/' || c == '=';
}

/// Ways that published kinds of keys begin, and how long they are at least.
struct Shape {
  std::string_view prefix;
  std::size_t min_length;
};
constexpr std::array<Shape, 14> shapes{{{"AKIA", 20},
                                        {"ASIA", 20},
                                        {"ghp_", 36},
                                        {"gho_", 36},
                                        {"ghs_", 36},
                                        {"github_pat_", 30},
                                        {"glpat-", 20},
                                        {"xoxb-", 20},
                                        {"xoxp-", 20},
                                        {"sk_live_", 20},
                                        {"rk_live_", 20},
                                        {"SG.", 30},
                                        {"npm_", 36},
                                        {"eyJ", 40}}};

constexpr std::array<std::string_view, 13> secret_words{
    "password",     "passwd", "pwd",    "passphrase", "secret",     "secretkey",  "accesskey",
    "secretstring", "token",  "apikey", "privatekey", "signingkey", "credentials"};

/// Text that names a value instead of being it.
constexpr std::array<std::string_view, 12> reference_starts{"!", "{", "[", "$",  "arn:", "|",
                                                            ">", "&", "*", "Fn", "Ref",  "%"};

void mask(std::string& line, std::size_t begin, std::size_t end) {
  const std::size_t shown = std::min<std::size_t>(4, (end - begin) / 4);
  std::fill(line.begin() + static_cast<std::ptrdiff_t>(begin + shown),
            line.begin() + static_cast<std::ptrdiff_t>(end), '*');
}

void mask_known_shapes(std::string& line) {
  for (const Shape& shape : shapes) {
    for (std::size_t at = line.find(shape.prefix); at != std::string::npos;
         at = line.find(shape.prefix, at + 1)) {
      if (at > 0 && is_token(line[at - 1])) continue;
      std::size_t end = at;
      while (end < line.size() && (is_token(line[end]) || line[end] == '.')) end += 1;
      if (end - at >= shape.min_length) mask(line, at, end);
    }
  }
}

void mask_url_password(std::string& line) {
  for (std::size_t at = line.find("://"); at != std::string::npos; at = line.find("://", at + 3)) {
    const std::size_t end = line.find_first_of("@/ \"'", at + 3);
    if (end == std::string::npos || line[end] != '@') continue;
    const std::size_t colon = line.find(':', at + 3);
    if (colon != std::string::npos && colon < end && line.find("${", colon) >= end)
      mask(line, colon + 1, end);
  }
}

void mask_key_body(std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return;
  std::size_t end = line.find_last_not_of(" \t\r") + 1;
  if (end - begin < 40) return;
  const auto body = std::string_view(line).substr(begin, end - begin);
  const bool mixed = std::ranges::any_of(body, is_digit) && std::ranges::any_of(body, is_letter);
  if (mixed && std::ranges::all_of(body, is_base64)) mask(line, begin, end);
}

/// The key before a ':' or '=', in lower case without separators; empty where there is none.
std::string key_before(std::string_view line, std::size_t at) {
  while (at > 0 && (line[at - 1] == ' ' || line[at - 1] == '"' || line[at - 1] == '\'')) at -= 1;
  std::size_t begin = at;
  while (begin > 0 && (is_token(line[begin - 1]) || line[begin - 1] == '.')) begin -= 1;
  std::string key;
  for (const char c : line.substr(begin, at - begin)) {
    if (is_letter(c) || is_digit(c)) key += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return key;
}

void mask_named_values(std::string& line) {
  for (std::size_t at = line.find_first_of(":="); at != std::string::npos;
       at = line.find_first_of(":=", at + 1)) {
    const std::string key = key_before(line, at);
    const bool secret =
        std::ranges::any_of(secret_words, [&](std::string_view word) { return key.ends_with(word); });
    if (!secret) continue;
    std::size_t begin = line.find_first_not_of(' ', at + 1);
    if (begin == std::string::npos) return;
    const char quote = line[begin] == '"' || line[begin] == '\'' ? line[begin] : '\0';
    if (quote != 0) begin += 1;
    const std::size_t end =
        std::min(quote != 0 ? line.find(quote, begin) : line.find_first_of(" ,}", begin), line.size());
    const auto value = std::string_view(line).substr(begin, end - begin);
    const bool reference =
        std::ranges::any_of(reference_starts, [&](auto start) { return value.starts_with(start); }) ||
        value.find("${") != value.npos || value == "true" || value == "false" || value == "null";
    if (!reference) mask(line, begin, end);
    at = std::max(at, end - (end > at ? 1 : 0));
  }
}

} // namespace

std::string redact(std::string_view line) {
  std::string result(line);
  mask_known_shapes(result);
  mask_url_password(result);
  mask_key_body(result);
  mask_named_values(result);
  return result;
}

std::string masked(std::string_view secret) {
  std::string result(secret);
  mask(result, 0, result.size());
  return result;
}

} // namespace slsaudit::report
