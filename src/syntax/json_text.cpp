// SPDX-License-Identifier: Apache-2.0
#include "syntax/json_text.hpp"

#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::syntax {

namespace {

constexpr auto ends_run = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table[static_cast<unsigned char>('"')] = true;
  table[static_cast<unsigned char>('\\')] = true;
  return table;
}();

std::size_t skip_run(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_run[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

/// Value of the four hexadecimal digits at `at`, or -1.
std::int32_t hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  std::uint32_t value = 0;
  const char* first = text.data() + at;
  const auto parsed = std::from_chars(first, first + 4, value, 16);
  return parsed.ec == std::errc{} && parsed.ptr == first + 4 ? static_cast<std::int32_t>(value) : -1;
}

bool is_high(std::int32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(std::int32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// Decodes one string; `at_` runs over the text.
class StringReader {
public:
  StringReader(TreeBuilder& builder, std::string_view text, std::size_t begin, std::string& buffer)
      : builder_(builder), text_(text), begin_(begin), at_(begin + 1), buffer_(buffer) {}

  JsonString run();

private:
  void escape();
  void unicode_escape();
  void control();
  void keep(std::size_t length) {
    buffer_.append(text_, at_, length);
    at_ += length;
  }

  TreeBuilder& builder_;
  std::string_view text_;
  std::size_t begin_;
  std::size_t at_;
  std::string& buffer_;
};

JsonString StringReader::run() {
  at_ = skip_run(text_, at_);
  if (at_ < text_.size() && text_[at_] == '"')
    return {text_.substr(begin_ + 1, at_ - begin_ - 1), at_ + 1, true};
  buffer_.assign(text_, begin_ + 1, at_ - begin_ - 1);
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') return {buffer_, at_ + 1, true};
    if (c == '\n' || c == '\r') break;
    if (c == '\\') {
      escape();
    } else {
      control();
    }
    const std::size_t run = skip_run(text_, at_) - at_;
    keep(run);
  }
  const std::string where = at_ < text_.size() ? "on its line" : "before the end of the file";
  builder_.error("unclosed-quote", "this string is not closed " + where + "; expected `\"`",
                 builder_.span(begin_, begin_ + 1),
                 "close the string; write a quote inside as \\\" and a line break as \\n");
  return {buffer_, at_, false};
}

void StringReader::control() {
  builder_.error("control-character", "found a control character in a string; JSON wants it escaped",
                 builder_.span(at_, at_ + 1),
                 text_[at_] == '\t' ? "write \\t for a tab" : "remove it, or write \\u and its four digits");
  keep(1);
}

void StringReader::escape() {
  static constexpr std::string_view letters = "\"\\/bfnrt";
  static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (letter == 'u') {
    unicode_escape();
    return;
  }
  if (const auto index = letters.find(letter); letter != '\0' && index != std::string_view::npos) {
    buffer_ += meanings[index];
    at_ += 2;
    return;
  }
  builder_.error("bad-escape", "found a backslash that begins no escape of JSON", builder_.span(at_, at_ + 1),
                 "write \\\\ for a backslash");
  keep(1);
}

void StringReader::unicode_escape() {
  const std::int32_t unit = hex4(text_, at_ + 2);
  if (unit < 0) {
    builder_.error("bad-escape", "found `\\u` without four hexadecimal digits", builder_.span(at_, at_ + 2),
                   "write the character itself, or \\u and four digits as in \\u00e9");
    keep(2);
    return;
  }
  const bool pair_may_follow = is_high(unit) && text_.substr(at_ + 6, 2) == "\\u";
  const std::int32_t next = pair_may_follow ? hex4(text_, at_ + 8) : -1;
  if (is_low(next)) {
    const auto high = static_cast<char32_t>(unit - 0xD800);
    text::append_utf8(buffer_, 0x10000 + (high << 10U) + static_cast<char32_t>(next - 0xDC00));
    at_ += 12;
    return;
  }
  if (is_high(unit) || is_low(unit)) {
    builder_.problem(text::ProblemLevel::finding, "lone-surrogate",
                     "found one half of a surrogate pair, which is no character; it is read as U+FFFD",
                     builder_.span(at_, at_ + 6), "write the character itself, or both halves of the pair");
  }
  text::append_utf8(buffer_, static_cast<char32_t>(unit)); // makes U+FFFD of a surrogate
  at_ += 6;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

} // namespace

JsonString read_json_string(TreeBuilder& builder, std::string_view text, std::size_t begin,
                            std::string& buffer) {
  return StringReader(builder, text, begin, buffer).run();
}

bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = digits(text);
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    const std::size_t fraction = digits(text.substr(1));
    if (fraction == 0) return false;
    text.remove_prefix(1 + fraction);
  }
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return !text.empty() && digits(text) == text.size();
}

std::size_t json_word_length(std::string_view text, std::size_t begin) {
  const auto in_word = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' ||
           c == '.' || c == '_';
  };
  std::size_t end = begin;
  while (end < text.size() && in_word(text[end])) ++end;
  return end - begin;
}

} // namespace slsaudit::syntax
