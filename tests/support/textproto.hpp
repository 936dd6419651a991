// SPDX-License-Identifier: Apache-2.0
// Enough of protobuf's text format to read test data: nested messages, scalars, repeated fields, comments.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::test {

struct ProtoMessage;

struct ProtoField {
  std::string name;
  std::string text;                   ///< Of a scalar; strings are decoded.
  std::vector<ProtoMessage> messages; ///< One for a message, none for a scalar.
};

struct ProtoMessage {
  std::vector<ProtoField> fields;

  [[nodiscard]] const ProtoField* find(std::string_view name) const {
    for (const ProtoField& field : fields) {
      if (field.name == name) return &field;
    }
    return nullptr;
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    const ProtoField* field = find(name);
    return field != nullptr ? field->text : std::string{};
  }
  [[nodiscard]] std::vector<const ProtoMessage*> all(std::string_view name) const {
    std::vector<const ProtoMessage*> found;
    for (const ProtoField& field : fields) {
      if (field.name == name && !field.messages.empty()) found.push_back(&field.messages.front());
    }
    return found;
  }
};

/// Throws std::runtime_error with the offset of what it does not understand.
class ProtoReader {
public:
  explicit ProtoReader(std::string_view text) : text_(text) {}

  ProtoMessage read() {
    ProtoMessage message = fields('\0');
    if (at_ != text_.size()) fail("end expected");
    return message;
  }

private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(what + " at byte " + std::to_string(at_));
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip() {
    while (at_ < text_.size()) {
      if (std::string_view(" \t\r\n,;").find(peek()) != std::string_view::npos) {
        ++at_;
      } else if (peek() == '#') {
        while (at_ < text_.size() && peek() != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  std::string word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n,;:{}<>[]#\"'").find(peek()) == std::string_view::npos)
      ++at_;
    if (at_ == begin) fail("word expected");
    return std::string(text_.substr(begin, at_ - begin));
  }

  ProtoMessage fields(char close) {
    ProtoMessage message;
    for (skip(); at_ < text_.size() && peek() != close; skip()) {
      const std::string name = peek() == '[' ? bracketed() : word();
      skip();
      if (peek() == ':') ++at_;
      skip();
      if (peek() == '[') {
        ++at_;
        for (skip(); peek() != ']'; skip()) message.fields.push_back(field(name));
        ++at_;
      } else {
        message.fields.push_back(field(name));
      }
    }
    return message;
  }

  std::string bracketed() {
    const std::size_t close = text_.find(']', at_);
    if (close == std::string_view::npos) fail("] expected");
    const std::string name(text_.substr(at_, close + 1 - at_));
    at_ = close + 1;
    return name;
  }

  ProtoField field(const std::string& name) {
    ProtoField field{name, {}, {}};
    if (peek() == '{' || peek() == '<') {
      const char close = peek() == '{' ? '}' : '>';
      ++at_;
      field.messages.push_back(fields(close));
      if (peek() != close) fail("message not closed");
      ++at_;
    } else if (peek() == '"' || peek() == '\'') {
      for (; peek() == '"' || peek() == '\''; skip()) string(field.text);
    } else {
      field.text = word();
    }
    return field;
  }

  void string(std::string& out) {
    const char quote = peek();
    for (++at_; peek() != quote; ++at_) {
      if (at_ >= text_.size()) fail("string not closed");
      if (peek() == '\\') {
        escape(out);
      } else {
        out += peek();
      }
    }
    ++at_;
  }

  unsigned long digits(std::size_t most, int base) {
    std::string text;
    while (text.size() < most && at_ + 1 < text_.size()) {
      const char next = text_[at_ + 1];
      const bool octal = next >= '0' && next <= '7';
      const bool hex =
          (next >= '0' && next <= '9') || (next >= 'a' && next <= 'f') || (next >= 'A' && next <= 'F');
      if (!(base == 8 ? octal : hex)) break;
      text += next;
      ++at_;
    }
    return std::strtoul(text.c_str(), nullptr, base);
  }

  void escape(std::string& out) {
    ++at_;
    static constexpr std::string_view letters = "abfnrtv\\'\"?";
    static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"?";
    if (const std::size_t found = letters.find(peek()); found != std::string_view::npos) {
      out += meanings[found];
    } else if (peek() == 'x' || peek() == 'X') {
      out += static_cast<char>(digits(2, 16));
    } else if (peek() == 'u' || peek() == 'U') {
      utf8(out, digits(peek() == 'u' ? 4 : 8, 16));
    } else {
      --at_;
      out += static_cast<char>(digits(3, 8));
    }
  }

  static void utf8(std::string& out, unsigned long c) {
    const auto put = [&](unsigned long byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
      put(0xC0U | (c >> 6U));
    } else {
      if (c < 0x10000) {
        put(0xE0U | (c >> 12U));
      } else {
        put(0xF0U | (c >> 18U));
        put(0x80U | ((c >> 12U) & 0x3FU));
      }
      put(0x80U | ((c >> 6U) & 0x3FU));
    }
    put(0x80U | (c & 0x3FU));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace slsaudit::test
