// SPDX-License-Identifier: Apache-2.0
// Where a tree's nodes stand in their text.
#pragma once

#include "support/syntax.hpp"

#include <string>
#include <string_view>

namespace slsaudit::test {

/// What must hold of every span, whatever the file. Returns the text of the first span where it doesn't.
class SpanCheck {
public:
  explicit SpanCheck(const Read& read) : read_(read) {}
  std::string run() {
    if (read_.document.root != nullptr) visit(*read_.document.root);
    return failure_;
  }

private:
  /// YAML 1.1 has three that are not ASCII.
  static bool has_line_break(std::string_view text) {
    for (const std::string_view line_break : {"\n", "\r", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
      if (text.find(line_break) != std::string_view::npos) return true;
    }
    return false;
  }

  void visit(const syntax::Node& node) {
    check(node);
    std::uint32_t last = node.span.begin;
    for (const syntax::Entry& entry : node.children) {
      const bool shared = entry.merged || entry.value->span.begin < last; // an alias points backwards
      if (!shared) {
        require(node.span.contains(entry.value->span), node);
        last = entry.value->span.end;
      }
      if (node.is_mapping() && !entry.merged) check_key(entry);
      if (!shared) visit(*entry.value);
    }
  }

  void check(const syntax::Node& node) {
    std::string_view text = read_.text(node.span);
    if (node.span.empty()) return;
    require(text.back() != '\n' && text.back() != '\r' && text.back() != ' ', node);
    if (!node.tag.empty() || text.front() == '&') return;
    if (node.style == syntax::Style::double_quoted) require(text.front() == '"' && text.back() == '"', node);
    if (node.style == syntax::Style::single_quoted)
      require(text.front() == '\'' && text.back() == '\'', node);
    const bool one_line = !has_line_break(text);
    if (node.is_scalar() && !node.is_quoted() && one_line) require(text == node.text, node);
    const bool bracket = text.front() == '{' || text.front() == '[';
    if (!node.is_scalar() && bracket) require(text.back() == '}' || text.back() == ']', node);
  }

  void check_key(const syntax::Entry& entry) {
    std::string_view key = read_.text(entry.key_span);
    if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'')) key = key.substr(1, key.size() - 2);
    const bool block = key.starts_with('|') || key.starts_with('>');
    if (block || key.find_first_of("\\'*&!") != std::string_view::npos || has_line_break(key)) return;
    if (key != entry.key && failure_.empty()) failure_ = "key " + std::string(key);
  }

  void require(bool holds, const syntax::Node& node) {
    if (!holds && failure_.empty())
      failure_ = read_.place(node.span) + " " + std::string(read_.text(node.span).substr(0, 80));
  }

  const Read& read_;
  std::string failure_;
};

} // namespace slsaudit::test
