// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/shape.hpp"

#include "text/assert.hpp"

namespace slsaudit::dialect::sam {

namespace {

/// Recursive descent; the texts are the program's own, so their depth is known.
class ShapeReader {
public:
  ShapeReader(const Make& make, std::string_view json, const StringReader& string)
      : make_(make), rest_(json), string_(string) {}

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
    return make_.plain(word);
  }

  const Node* mapping() {
    Map map(make_.arena());
    expect('{');
    while (!accept('}')) {
      blank();
      const std::string key = text();
      expect(':');
      map.set(key, value(), make_.span());
      accept(',');
    }
    return map.node(make_.span());
  }

  const Node* sequence() {
    std::vector<const Node*> items;
    expect('[');
    while (!accept(']')) {
      items.push_back(value());
      accept(',');
    }
    return make_.list(items);
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

  const Make& make_;
  std::string_view rest_;
  const StringReader& string_;
};

} // namespace

const Node* read_shape(const Make& make, std::string_view json, const StringReader& string) {
  return ShapeReader(make, json, string).document();
}

const Node* Make::json(std::string_view text, std::initializer_list<Pair> holes) const {
  return read_shape(*this, text, [&](std::string_view string) -> const Node* {
    if (string.starts_with('$')) {
      for (const Pair& hole : holes) {
        if (hole.first == string.substr(1)) return hole.second;
      }
    }
    return this->text(string);
  });
}

} // namespace slsaudit::dialect::sam
