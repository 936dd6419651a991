// SPDX-License-Identifier: Apache-2.0
#include "rules/holes.hpp"

#include <algorithm>

namespace slsaudit::rules {
namespace {

/// Offset just behind a string literal that starts at `at` with its quote.
std::size_t behind_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

/// Offset of the brace that closes the hole whose expression starts at `at`; npos when there is none.
std::size_t closing_brace(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\'' || c == '"') {
      at = behind_string(text, at);
      continue;
    }
    if (c == '{') ++depth;
    if (c == '}' && depth-- == 0) return at;
    ++at;
  }
  return std::string_view::npos;
}

Piece hole(std::string_view inner, std::size_t offset) {
  constexpr std::string_view call = "yaml(";
  if (!inner.starts_with(call) || !inner.ends_with(')')) return {true, std::string(inner), offset};
  const std::string_view expression = inner.substr(call.size(), inner.size() - call.size() - 1);
  return {true, std::string(expression), offset + call.size(), true};
}

} // namespace

std::vector<Piece> split_marks(std::string_view text, std::vector<cel::ParseError>& errors) {
  constexpr std::string_view open = "«";
  constexpr std::string_view close = "»";
  std::vector<Piece> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = std::min(text.find(open, at), text.size());
    if (begin > at) pieces.push_back({false, std::string(text.substr(at, begin - at)), 0});
    if (begin == text.size()) break;
    const std::size_t inner = begin + open.size();
    const std::size_t end = text.find(close, inner);
    if (end == std::string_view::npos) {
      errors.push_back({"`«` is never closed", begin});
      return pieces;
    }
    pieces.push_back(hole(text.substr(inner, end - inner), inner));
    at = end + close.size();
  }
  return pieces;
}

std::vector<Piece> split_holes(std::string_view text, std::vector<cel::ParseError>& errors) {
  std::vector<Piece> pieces;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) pieces.push_back({false, literal, 0});
    literal.clear();
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    const bool doubled = at + 1 < text.size() && text[at + 1] == c;
    if (c != '{' && c != '}') {
      literal += c;
      ++at;
    } else if (doubled) {
      literal += c;
      at += 2;
    } else if (c == '}') {
      errors.push_back({"`}` closes nothing; write `}}` for a brace", at});
      return pieces;
    } else {
      const std::size_t end = closing_brace(text, at + 1);
      if (end == std::string_view::npos) {
        errors.push_back({"`{` is never closed; write `{{` for a brace", at});
        return pieces;
      }
      flush();
      pieces.push_back({true, std::string(text.substr(at + 1, end - at - 1)), at + 1});
      at = end + 1;
    }
  }
  flush();
  return pieces;
}

} // namespace slsaudit::rules
