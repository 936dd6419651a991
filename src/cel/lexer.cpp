// SPDX-License-Identifier: Apache-2.0
#include "cel/lexer.hpp"

#include "cel/text.hpp"

#include <array>
#include <charconv>

namespace slsaudit::cel {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Lexer {
public:
  Lexer(std::string_view text, std::vector<ParseError>& errors) : text_(text), errors_(errors) {}

  std::vector<Token> run() {
    tokens_.reserve(text_.size() / 3 + 4); // most are longer
    while (!failed_) {
      skip_blanks();
      if (at_ == text_.size()) break;
      next();
    }
    tokens_.push_back({.kind = TokenKind::end, .text = {}, .offset = text_.size(), .value = {}});
    return std::move(tokens_);
  }

private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void fail(std::size_t offset, std::string message) {
    if (!failed_) errors_.push_back({std::move(message), offset});
    failed_ = true;
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  void push(TokenKind kind, std::size_t begin, Value value = {}) {
    tokens_.push_back({kind, text_.substr(begin, at_ - begin), begin, std::move(value)});
  }

  void next() {
    const std::size_t begin = at_;
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)) && !follows_operand())) return number();
    if (peek() == '"' || peek() == '\'') return string(begin, false, false);
    if (is_letter(peek())) return word();
    if (peek() == '`') return backticks();
    static constexpr std::array<std::string_view, 6> doubles{"&&", "||", "==", "!=", "<=", ">="};
    for (const std::string_view symbol : doubles) {
      if (text_.substr(at_, 2) != symbol) continue;
      at_ += 2;
      return push(TokenKind::symbol, begin);
    }
    if (std::string_view("()[]{}.,:?+-*/%!<>").find(peek()) == std::string_view::npos) {
      return fail(begin, "unexpected character " + quoted(text_.substr(begin, 1), false));
    }
    ++at_;
    push(TokenKind::symbol, begin);
  }

  /// Whether a dot here selects from what stands before it.
  [[nodiscard]] bool follows_operand() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    return last.kind != TokenKind::symbol || last.text == ")" || last.text == "]" || last.text == "}";
  }

  void word() {
    const std::size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.size() <= 2 && (peek() == '"' || peek() == '\'')) {
      bool raw = false;
      bool bytes = false;
      bool prefix = true;
      for (const char c : word) {
        raw = raw || c == 'r' || c == 'R';
        bytes = bytes || c == 'b' || c == 'B';
        prefix = prefix && (c == 'r' || c == 'R' || c == 'b' || c == 'B');
      }
      if (prefix && static_cast<std::size_t>(raw) + static_cast<std::size_t>(bytes) == word.size()) {
        return string(begin, raw, bytes);
      }
    }
    if (word == "true") return push(TokenKind::literal, begin, true);
    if (word == "false") return push(TokenKind::literal, begin, false);
    if (word == "null") return push(TokenKind::literal, begin);
    push(word == "in" ? TokenKind::symbol : TokenKind::identifier, begin);
  }

  void backticks() {
    const std::size_t begin = ++at_;
    const std::size_t close = text_.find('`', begin);
    if (close == std::string_view::npos || close == begin) return fail(begin - 1, "unterminated quoted name");
    at_ = close;
    push(TokenKind::quoted_identifier, begin);
    ++at_;
  }

  void number() {
    const std::size_t begin = at_;
    bool floating = false;
    const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    if (hex) {
      at_ += 2;
      while (hex_digit(peek()) >= 0) ++at_;
    } else {
      while (is_digit(peek())) ++at_;
      if (peek() == '.' && is_digit(peek(1))) {
        floating = true;
        ++at_;
        while (is_digit(peek())) ++at_;
      }
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
        floating = true;
        at_ += 1 + sign;
        while (is_digit(peek())) ++at_;
      }
    }
    if (floating) {
      const auto value = read_double(text_.substr(begin, at_ - begin));
      return push(TokenKind::literal, begin, value.value_or(0));
    }
    integer(begin, hex);
  }

  // Kept unsigned until the parser has seen whether a minus stands before it: -9223372036854775808 is a
  // literal.
  void integer(std::size_t begin, bool hex) {
    const std::string_view digits = text_.substr(begin + (hex ? 2 : 0), at_ - begin - (hex ? 2 : 0));
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (digits.empty()) return fail(begin, "hexadecimal digits expected after `0x`");
    if (parsed.ec != std::errc{}) return fail(begin, "number too large: `" + std::string(digits) + "`");
    if (peek() == 'u' || peek() == 'U') ++at_;
    push(TokenKind::literal, begin, value);
  }

  void string(std::size_t begin, bool raw, bool bytes) {
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    std::string out;
    while (!failed_) {
      if (at_ >= text_.size()) return fail(begin, "unterminated string");
      if (triple ? peek() == quote && peek(1) == quote && peek(2) == quote : peek() == quote) break;
      if (!triple && (peek() == '\n' || peek() == '\r')) return fail(begin, "unterminated string");
      if (peek() == '\\' && !raw) {
        escape(out, bytes);
        continue;
      }
      if (peek() == '\\' && at_ + 1 < text_.size() && (triple || (peek(1) != '\n' && peek(1) != '\r'))) {
        out += text_[at_++]; // a raw string keeps the backslash, but what follows it does not end the string
      }
      out += text_[at_++];
    }
    if (failed_) return;
    at_ += triple ? 3 : 1;
    if (bytes) return push(TokenKind::literal, begin, Bytes{std::move(out)});
    if (!is_valid_utf8(out)) return fail(begin, "string is not valid UTF-8");
    push(TokenKind::literal, begin, std::move(out));
  }

  void escape(std::string& out, bool bytes) {
    const std::size_t begin = at_++;
    const char letter = peek();
    ++at_;
    static constexpr std::string_view letters = "abfnrtv\\?\"'`";
    static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\?\"'`";
    if (const std::size_t found = letters.find(letter); letter != '\0' && found != std::string_view::npos) {
      out += meanings[found];
      return;
    }
    if (letter == 'x' || letter == 'X') return code(out, begin, 2, 16, bytes);
    if (letter == 'u' && !bytes) return code(out, begin, 4, 16, false);
    if (letter == 'U' && !bytes) return code(out, begin, 8, 16, false);
    if (letter >= '0' && letter <= '3') {
      --at_;
      return code(out, begin, 3, 8, bytes);
    }
    fail(begin, "unknown escape sequence in string");
  }

  void code(std::string& out, std::size_t begin, int digits, unsigned base, bool bytes) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const int digit = hex_digit(peek());
      if (digit < 0 || static_cast<unsigned>(digit) >= base) {
        return fail(begin, "escape sequence needs " + std::to_string(digits) + " digits");
      }
      value = value * base + static_cast<char32_t>(digit);
      ++at_;
    }
    if (bytes) {
      out += static_cast<char>(static_cast<unsigned char>(value));
      return;
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
      return fail(begin, "not a Unicode character");
    append_code_point(out, value);
  }

  std::string_view text_;
  std::vector<ParseError>& errors_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

} // namespace

std::vector<Token> tokenize(std::string_view expression, std::vector<ParseError>& errors) {
  return Lexer(expression, errors).run();
}

} // namespace slsaudit::cel
