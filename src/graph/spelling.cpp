// SPDX-License-Identifier: Apache-2.0
#include "graph/spelling.hpp"

#include "text/encoding.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::graph {

namespace {

// Where an author's text holds these characters, they are replaced, so that no token can be forged.
constexpr char token_begin = '\x01';
constexpr char token_middle = '\x02';
constexpr char token_end = '\x03';

bool is_reserved(char c) {
  return c >= token_begin && c <= token_end;
}

/// Most texts are printable, and these are looked at eight bytes at a time.
bool has_reserved(std::string_view text) {
  const std::size_t plain = text::plain_ascii_end(text, 0);
  return plain < text.size() && std::ranges::any_of(text.substr(plain), is_reserved);
}

void append_literal(std::string& out, std::string_view literal) {
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  out += literal;
  if (has_reserved(literal)) std::replace_if(out.begin() + begin, out.end(), is_reserved, '?');
}

void append_token(std::string& out, value::ReferenceKind kind, std::string_view name,
                  std::string_view attribute) {
  out += token_begin;
  out += static_cast<char>('a' + static_cast<int>(kind));
  append_literal(out, name);
  out += token_middle;
  append_literal(out, attribute);
  out += token_end;
}

/// As long as it is with what is not its texts.
std::size_t spelled_size(const value::Part& part) {
  constexpr std::size_t around = 4; // token_begin, the kind, token_middle, token_end
  return part.is_reference ? part.name.size() + part.attribute.size() + around : part.literal.size();
}

bool is_local(const value::Part& part) {
  using value::ReferenceKind;
  if (part.kind == ReferenceKind::pseudo) return part.name == "AWS::StackName" || part.name == "AWS::StackId";
  return part.kind == ReferenceKind::resource || part.kind == ReferenceKind::attribute ||
         part.kind == ReferenceKind::parameter;
}

} // namespace

bool is_spelled(std::string_view text) {
  return !has_reserved(text);
}

std::string token_text(value::ReferenceKind kind, std::string_view name, std::string_view attribute) {
  std::string text;
  append_token(text, kind, name, attribute);
  return text;
}

std::optional<Spelling> spell(const value::Value& value) {
  Spelling result;
  if (const auto known = value.as_string()) {
    append_literal(result.text, *known);
    return result;
  }
  if (!value.is(value::Kind::symbolic)) return std::nullopt;
  std::size_t size = 0;
  for (const value::Part& part : value.parts()) size += spelled_size(part);
  result.text.reserve(size);
  for (const value::Part& part : value.parts()) {
    if (!part.is_reference) {
      append_literal(result.text, part.literal);
      continue;
    }
    append_token(result.text, part.kind, part.name, part.attribute);
    result.local = result.local || is_local(part);
    result.opaque = result.opaque || part.kind == value::ReferenceKind::unknown;
  }
  return result;
}

std::optional<Token> leading_token(std::string_view text) {
  if (text.size() < 4 || text.front() != token_begin) return std::nullopt;
  const std::size_t middle = text.find(token_middle);
  const std::size_t end = text.find(token_end);
  if (middle == std::string_view::npos || end == std::string_view::npos || end < middle) return std::nullopt;
  return Token{.kind = static_cast<value::ReferenceKind>(text[1] - 'a'),
               .name = text.substr(2, middle - 2),
               .attribute = text.substr(middle + 1, end - middle - 1),
               .size = end + 1};
}

std::string unspell(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto token = leading_token(text);
    if (!token) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    out += "${" + std::string(token->name);
    if (!token->attribute.empty()) out += "." + std::string(token->attribute);
    out += "}";
    text.remove_prefix(token->size);
  }
  return out;
}

std::size_t find_outside_tokens(std::string_view text, std::string_view characters) {
  std::size_t at = std::min(text.find(token_begin), text.size()); // up to there, there is none
  if (characters.size() == 1) {
    const std::size_t found = text.substr(0, at).find(characters.front());
    if (found != std::string_view::npos || at == text.size()) return found;
  } else {
    at = 0;
  }
  while (at < text.size()) {
    const auto token = text[at] == token_begin ? leading_token(text.substr(at)) : std::nullopt;
    if (token) {
      at += token->size;
    } else if (characters.find(text[at]) != std::string_view::npos) {
      return at;
    } else {
      ++at;
    }
  }
  return std::string_view::npos;
}

bool has_token(std::string_view text) {
  return text.find(token_begin) != std::string_view::npos;
}

std::optional<Arn> parse_arn(std::string_view spelled) {
  std::array<std::string_view, 5> fields; // arn, partition, service, region, account
  for (std::string_view& field : fields) {
    const std::size_t colon = find_outside_tokens(spelled, ":");
    if (colon == std::string_view::npos) return std::nullopt;
    field = spelled.substr(0, colon);
    spelled.remove_prefix(colon + 1);
  }
  if (fields[0] != "arn") return std::nullopt;
  return Arn{.service = fields[2], .region = fields[3], .account = fields[4], .resource = spelled};
}

} // namespace slsaudit::graph
