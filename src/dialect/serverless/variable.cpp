// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/variable.hpp"

namespace slsaudit::dialect::serverless {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Offset just behind the '}' that closes the variable whose inside begins at `begin`, or npos. Quotes only
/// count where a literal can begin, so that an apostrophe inside an address closes nothing.
std::size_t closing(std::string_view text, std::size_t begin) {
  std::size_t depth = 1;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

/// `type:` (not `type::`) or `type(`, where the type begins as the framework's do: in lower case.
bool begins_source(std::string_view text) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
  std::size_t at = 0;
  while (at < text.size() && is_word(text[at])) ++at;
  if (at == text.size()) return false;
  return text[at] == '(' || (text[at] == ':' && !text.substr(at).starts_with("::"));
}

/// `type:` (not `type::`) or `type(`; also a quoted literal or a nested variable, which only the framework
/// would read.
bool begins_variable(std::string_view inside) {
  inside = trim(inside);
  if (inside.starts_with("${") || inside.starts_with('\'') || inside.starts_with('"')) return true;
  return parse_source(inside).has_value();
}

/// The framework takes a parameter or an address in quotes as what stands between them, variables and all;
/// with a variable in it, it names nothing that is there, so that the quotes stay.
std::string_view unquoted(std::string_view text) {
  const auto inner = quoted_literal(text);
  const bool one = inner && inner->find(text.front()) == std::string_view::npos &&
                   inner->find('\\') == std::string_view::npos && !may_have_variables(*inner);
  return one ? *inner : text;
}

} // namespace

bool may_have_variables(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

std::vector<Piece> split_pieces(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t plain = 0;
  std::size_t at = 0;
  while ((at = text.find("${", at)) != std::string_view::npos) {
    const std::size_t end = closing(text, at + 2);
    if (end == std::string_view::npos) break;
    const std::string_view inside = text.substr(at + 2, end - at - 3);
    const bool escaped = at > plain && (text[at - 1] == '$' || text[at - 1] == '\\');
    if (escaped || !begins_variable(inside)) {
      at = escaped ? end : at + 2;
      continue;
    }
    if (at > plain) pieces.push_back({false, text.substr(plain, at - plain)});
    pieces.push_back({true, inside});
    plain = at = end;
  }
  if (plain < text.size()) pieces.push_back({false, text.substr(plain)});
  return pieces;
}

std::string_view unclosed_variable(std::string_view text) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') open.push_back(i);
    if (text[i] == '}' && !open.empty()) open.pop_back();
  }
  for (const std::size_t brace : open) {
    if (brace == 0 || text[brace - 1] != '$' || !begins_source(text.substr(brace + 1))) continue;
    const bool escaped = brace > 1 && (text[brace - 2] == '$' || text[brace - 2] == '\\');
    if (!escaped) return text.substr(brace - 1);
  }
  return {};
}

std::vector<std::string_view> split_alternatives(std::string_view inside) {
  std::vector<std::string_view> alternatives;
  std::size_t begin = 0;
  int nesting = 0;
  char quote = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '\'' || c == '"') && trim(inside.substr(begin, i - begin)).empty()) {
      quote = c;
    } else if (c == '{' || c == '(') {
      ++nesting;
    } else if (c == '}' || c == ')') {
      --nesting;
    } else if (c == ',' && nesting <= 0) {
      alternatives.push_back(trim(inside.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  alternatives.push_back(trim(inside.substr(begin)));
  return alternatives;
}

std::optional<SourceText> parse_source(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_word(text[at])) ++at;
  if (at == 0 || at == text.size() || !is_letter(text.front())) return std::nullopt;
  SourceText source{.type = text.substr(0, at), .parameters = std::nullopt, .address = {}};
  if (text[at] == '(') {
    int nesting = 0;
    std::size_t end = at;
    for (; end < text.size(); ++end) {
      if (text[end] == '(') ++nesting;
      if (text[end] == ')' && --nesting == 0) break;
    }
    if (end == text.size()) return std::nullopt;
    source.parameters = unquoted(trim(text.substr(at + 1, end - at - 1)));
    at = end + 1;
    if (at == text.size()) return source;
  }
  if (text[at] != ':' || text.substr(at).starts_with("::")) return std::nullopt;
  source.address = unquoted(trim(text.substr(at + 1)));
  return source;
}

std::optional<std::string_view> quoted_literal(std::string_view text) {
  if (text.size() < 2 || (text.front() != '\'' && text.front() != '"') || text.back() != text.front()) {
    return std::nullopt;
  }
  return text.substr(1, text.size() - 2);
}

} // namespace slsaudit::dialect::serverless
