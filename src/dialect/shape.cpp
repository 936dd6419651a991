// SPDX-License-Identifier: Apache-2.0
#include "dialect/shape.hpp"

#include "text/assert.hpp"

#include <string>
#include <vector>

namespace slsaudit::dialect {

using syntax::Node;

namespace {

/// Recursive descent; the texts are the program's own, so their depth is known.
class ShapeReader {
public:
  ShapeReader(const syntax::Builder& builder, text::Span span, std::string_view json,
              const StringReader& string)
      : builder_(builder), span_(span), rest_(json), string_(string) {}

  const Node* document() {
    const Node* result = value();
    blank();
    SLSAUDIT_ASSERT(rest_.empty());
    return result;
  }

private:
  const Node* value() {
    blank();
    SLSAUDIT_ASSERT(!rest_.empty());
    if (rest_[0] == '{') return mapping();
    if (rest_[0] == '[') return sequence();
    if (rest_[0] == '"') return string_(text());
    const auto end = rest_.find_first_of(",]} \n\t\r");
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(word.size());
    return builder_.plain(word, span_);
  }

  const Node* mapping() {
    std::vector<syntax::Entry> entries;
    expect('{');
    while (!accept('}')) {
      blank();
      const std::string key = text();
      expect(':');
      if (const Node* found = value()) entries.push_back(builder_.entry(key, found, span_));
      accept(',');
    }
    return builder_.mapping(entries, span_);
  }

  const Node* sequence() {
    std::vector<const Node*> items;
    expect('[');
    while (!accept(']')) {
      if (const Node* found = value()) items.push_back(found);
      accept(',');
    }
    return builder_.sequence(items, span_);
  }

  std::string text() {
    expect('"');
    std::string result;
    while (true) {
      SLSAUDIT_ASSERT(!rest_.empty());
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return result;
      if (c == '\\') {
        SLSAUDIT_ASSERT(!rest_.empty());
        c = rest_[0] == 'n' ? '\n' : rest_[0] == 't' ? '\t' : rest_[0];
        rest_.remove_prefix(1);
      }
      result += c;
    }
  }

  void blank() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r')) {
      rest_.remove_prefix(1);
    }
  }

  bool accept(char c) {
    blank();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    const bool found = accept(c);
    SLSAUDIT_ASSERT(found);
  }

  const syntax::Builder& builder_;
  text::Span span_;
  std::string_view rest_;
  const StringReader& string_;
};

} // namespace

const Node* read_shape(const syntax::Builder& builder, text::Span span, std::string_view json,
                       const StringReader& string) {
  return ShapeReader(builder, span, json, string).document();
}

const Node* read_shape(const syntax::Builder& builder, text::Span span, std::string_view json, Holes holes) {
  return read_shape(builder, span, json, [&](std::string_view string) -> const Node* {
    if (string.starts_with('$')) {
      for (const auto& hole : holes) {
        if (hole.first == string.substr(1)) return hole.second;
      }
    }
    return builder.string(string, span);
  });
}

} // namespace slsaudit::dialect
