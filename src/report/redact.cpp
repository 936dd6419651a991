// SPDX-License-Identifier: Apache-2.0
#include "report/redact.hpp"

#include "knowledge/key_formats.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::report {

namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_token(char c) {
  return knowledge::is_key_character(c);
}
bool is_base64(char c) {
  return is_digit(c) || is_letter(c) || c == '+' || c == '/' || c == '=';
}

/// Signed tokens of JSON: what they open isn't seen from their beginning.
constexpr std::string_view signed_token = "eyJ";
constexpr std::size_t shortest_signed_token = 40;

constexpr std::array<std::string_view, 13> secret_words{
    "password",     "passwd", "pwd",    "passphrase", "secret",     "secretkey",  "accesskey",
    "secretstring", "token",  "apikey", "privatekey", "signingkey", "credentials"};

/// By letter and letter: whether a secret word ends with the two.
constexpr auto secret_ends = [] {
  std::array<std::array<bool, 26>, 26> ends{};
  for (const std::string_view word : secret_words)
    ends[static_cast<std::size_t>(word[word.size() - 2] - 'a')][static_cast<std::size_t>(word.back() - 'a')] =
        true;
  return ends;
}();

/// Text that names a value instead of being it.
constexpr std::array<std::string_view, 12> reference_starts{"!", "{", "[", "$",  "arn:", "|",
                                                            ">", "&", "*", "Fn", "Ref",  "%"};

void mask(std::string& line, std::size_t begin, std::size_t end) {
  const std::size_t shown = std::min<std::size_t>(4, (end - begin) / 4);
  std::fill(line.begin() + static_cast<std::ptrdiff_t>(begin + shown),
            line.begin() + static_cast<std::ptrdiff_t>(end), '*');
}

/// What begins with the prefix and goes on for as long, wherever it stands; behind an address also its parts.
void mask_shape(std::string& line, std::string_view prefix, std::size_t shortest, bool is_address) {
  for (std::size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix, at + 1)) {
    if (at > 0 && is_token(line[at - 1])) continue;
    std::size_t end = at + prefix.size();
    while (end < line.size() && (is_token(line[end]) || line[end] == '.' || (is_address && line[end] == '/')))
      end += 1;
    if (end - at >= shortest) mask(line, at, end);
  }
}

void mask_keys(std::string& line) {
  for (const knowledge::KeyFormat& format : knowledge::key_formats())
    mask_shape(line, format.prefix, format.prefix.size() + format.least, format.is_address());
}

/// Where the next ':' or '=' of a line stands. Asked for ascending places, it looks at each character once.
class Separators {
public:
  explicit Separators(const std::string& line)
      : line_(line), colon_(line.find(':')), equals_(line.find('=')) {}
  std::size_t from(std::size_t at) {
    if (colon_ < at) colon_ = line_.find(':', at);
    if (equals_ < at) equals_ = line_.find('=', at);
    return std::min(colon_, equals_);
  }

private:
  const std::string& line_;
  std::size_t colon_;
  std::size_t equals_;
};

void mask_url_password(std::string& line) {
  for (std::size_t at = line.find("://"); at != std::string::npos; at = line.find("://", at + 3)) {
    const std::size_t end = line.find_first_of("@/ \"'", at + 3);
    if (end == std::string::npos || line[end] != '@') continue;
    const std::size_t colon = line.find(':', at + 3);
    if (colon != std::string::npos && colon < end && line.find("${", colon) >= end)
      mask(line, colon + 1, end);
  }
}

/// An id that the CDK makes of a construct's path ends with a hash: eight capital hexadecimal digits.
bool is_construct_id(std::string_view text) {
  constexpr std::size_t hash = 8;
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); };
  return text.size() > hash && std::ranges::all_of(text.substr(text.size() - hash), is_hex) &&
         is_letter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_letter(c); });
}

/// Blanks that the line begins with.
std::size_t indentation_of(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  return at;
}

void mask_key_body(std::string& line) {
  const std::size_t begin = indentation_of(line);
  const std::size_t end = line.find_last_not_of(" \t\r") + 1; // 0 where there are blanks alone
  if (end < begin + 40) return;
  const auto body = std::string_view(line).substr(begin, end - begin);
  if (!std::ranges::all_of(body, is_base64)) return;
  const bool mixed = std::ranges::any_of(body, is_digit) && std::ranges::any_of(body, is_letter);
  if (mixed && !is_construct_id(body)) mask(line, begin, end);
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

/// Whether the key before a ':' or '=' can be a secret's: the last letters of most say that it is none.
bool may_be_secret(std::string_view line, std::size_t at) {
  const auto letter_before = [&] {
    while (at > 0 && !is_letter(line[at - 1]) && !is_digit(line[at - 1])) at -= 1;
    return at > 0 && is_letter(line[--at]) ? static_cast<std::size_t>((line[at] | 0x20) - 'a') : npos;
  };
  const std::size_t last = letter_before();
  if (last == npos) return false;
  const std::size_t before = letter_before();
  return before != npos && secret_ends[before][last];
}

bool is_secret(std::string_view key) {
  return std::ranges::any_of(secret_words, [&](std::string_view word) { return key.ends_with(word); });
}

/// Where the plain value at `begin` ends whose key ends at `colon`: with the line where the key begins the
/// line, at the next mark in a flow mapping, after a word in prose.
std::size_t end_of_plain(std::string_view line, std::size_t colon, std::size_t begin) {
  const std::size_t first = line.find_first_not_of(" \t-\"'");
  const std::string_view before = line.substr(0, colon);
  if (before.find('{') != before.npos) return line.find_first_of(",}", begin);
  const bool starts_line =
      first < colon &&
      std::ranges::all_of(
          line.substr(first, colon - first),
          [](char c) { return is_token(c) || c == '.' || c == '"' || c == '\'' || c == ' '; }) &&
      line.substr(first, colon - first).find(' ') == line.npos;
  return starts_line ? std::min(line.find(" #", begin), line.size()) : line.find_first_of(" ,}", begin);
}

/// "…:secretsmanager:eu-west-1:111122223333:secret:shop/db": a part of an ARN is no key.
bool in_arn(std::string_view line, std::size_t colon) {
  std::size_t begin = colon;
  while (begin > 0 && is_token(line[begin - 1])) begin -= 1;
  return begin < colon && begin > 0 && line[begin - 1] == ':' &&
         line.substr(0, begin).find("arn:") != line.npos;
}

/// "{{resolve:secretsmanager:shop:SecretString:password}}": where a text is kept, not the text.
bool in_dynamic_reference(std::string_view line, std::size_t colon) {
  const std::size_t begin = line.rfind("{{resolve:", colon);
  return begin != line.npos && line.substr(begin, colon - begin).find("}}") == line.npos;
}

void mask_named_values(std::string& line) {
  Separators separators(line);
  for (std::size_t at = separators.from(0); at < line.size(); at = separators.from(at + 1)) {
    if (!may_be_secret(line, at) || !is_secret(key_before(line, at)) || in_arn(line, at) ||
        in_dynamic_reference(line, at))
      continue;
    std::size_t begin = line.find_first_not_of(' ', at + 1);
    if (begin == std::string::npos) return;
    const char quote = line[begin] == '"' || line[begin] == '\'' ? line[begin] : '\0';
    if (quote != 0) begin += 1;
    std::size_t end =
        std::min(quote != 0 ? line.find(quote, begin) : end_of_plain(line, at, begin), line.size());
    while (quote == 0 && end > begin && line[end - 1] == ' ') end -= 1; // Before a comment.
    const auto value = std::string_view(line).substr(begin, end - begin);
    const bool reference =
        std::ranges::any_of(reference_starts, [&](auto start) { return value.starts_with(start); }) ||
        value.find("${") != value.npos || value == "true" || value == "false" || value == "null" ||
        value == "~";
    if (!reference) mask(line, begin, end);
    at = std::max(at, end - (end > at ? 1 : 0));
  }
}

/// A line of YAML or pretty-printed JSON.
struct Line {
  std::size_t indentation = 0; ///< A list's dash counts.
  std::string_view content;
  std::string key;        ///< As key_before gives it; empty where the line has none.
  std::string_view value; ///< After the key's colon.
};

/// Where a line's content begins, behind its dashes.
std::size_t content_column(std::string_view text) {
  std::size_t column = indentation_of(text);
  while (text.substr(column).starts_with("- ")) {
    column += 1;
    while (column < text.size() && text[column] == ' ') ++column;
  }
  return column;
}

Line line_of(std::string_view text) {
  Line line;
  line.indentation = content_column(text);
  line.content = text.substr(line.indentation);
  while (!line.content.empty() && (line.content.back() == '\r' || line.content.back() == ' '))
    line.content.remove_suffix(1);
  for (std::size_t at = line.content.find(':'); at != line.content.npos;
       at = line.content.find(':', at + 1)) {
    if (at + 1 < line.content.size() && line.content[at + 1] != ' ') continue;
    line.key = key_before(line.content, at);
    line.value = line.content.substr(at + 1);
    break;
  }
  return line;
}

/// Whether the lines above say that the value on this line is a secret.
bool is_secret_below(std::string_view above, const Line& line) {
  const bool is_value = line.key == "value" || line.key == "default";
  std::size_t indentation = line.indentation;
  while (!above.empty() && indentation > 0) {
    if (above.back() == '\n') above.remove_suffix(1);
    const std::size_t end = above.rfind('\n');
    const std::string_view written = above.substr(end == above.npos ? 0 : end + 1);
    above = above.substr(0, end == above.npos ? 0 : end + 1);
    // What stands further in says nothing, and so does most of what stands beside it.
    const std::size_t column = content_column(written);
    if (column > indentation || (column == indentation && line.key != "value")) continue;
    const Line other = line_of(written);
    if (other.content.empty()) continue;
    if (other.indentation == indentation && line.key == "value" && other.key == "name") {
      return is_secret(key_before(other.content, other.content.size()));
    }
    if (other.indentation >= indentation) continue;
    indentation = other.indentation;
    if (other.key.empty()) continue; // a line of a longer text
    const bool is_text = other.value.find_first_of("|>") != other.value.npos;
    return is_secret(other.key) && (line.key.empty() || is_text || is_value);
  }
  return false;
}

} // namespace

std::string redact_below(std::string_view above, std::string_view line) {
  std::string result = redact(line);
  const Line parts = line_of(line);
  if (!is_secret_below(above, parts)) return result;
  const std::string_view value = parts.key.empty() ? parts.content : parts.value;
  const std::size_t first = value.find_first_not_of(" \"'");
  if (first == value.npos || std::ranges::any_of(reference_starts, [&](auto start) {
        return value.substr(first).starts_with(start);
      }))
    return result;
  const auto begin = static_cast<std::size_t>(value.data() - line.data()) + first;
  const std::size_t last = value.find_last_not_of(" \"',");
  mask(result, begin, static_cast<std::size_t>(value.data() - line.data()) + last + 1);
  return result;
}

std::string redact(std::string_view text) {
  const bool has_keys = knowledge::may_hold_key(text);
  const bool has_tokens = text.find(signed_token) != std::string_view::npos;
  std::string result;
  result.reserve(text.size());
  std::string line;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    line = text.substr(0, end);
    if (has_tokens) mask_shape(line, signed_token, shortest_signed_token, false);
    if (has_keys) mask_keys(line);
    mask_url_password(line);
    mask_key_body(line);
    mask_named_values(line);
    result += line;
    if (end == text.size()) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

bool is_mere_reference(std::string_view value) {
  constexpr std::string_view marks = " {}[]\"',";
  constexpr std::array<std::string_view, 4> calls{"!Ref", "!GetAtt", "Ref:", "Fn::GetAtt:"};
  const auto is_of_name = [](char c) { return is_letter(c) || is_digit(c) || c == '.'; };
  std::size_t words = 0;
  for (std::size_t at = value.find_first_not_of(marks); at < value.size();
       at = value.find_first_not_of(marks, at)) {
    const std::size_t end = std::min(value.find_first_of(marks, at), value.size());
    std::string word(value.substr(at, end - at));
    at = end;
    if (words++ > 0) {
      if (word == ":") continue;
      if (!std::ranges::all_of(word, is_of_name)) return false;
    } else if (std::ranges::find(calls, word) == calls.end() &&
               std::ranges::find(calls, word + ":") == calls.end()) {
      return false;
    }
  }
  return words > 1;
}

std::string masked(std::string_view secret) {
  std::string result(secret);
  mask(result, 0, result.size());
  return result;
}

} // namespace slsaudit::report
