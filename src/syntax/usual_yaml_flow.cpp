// SPDX-License-Identifier: Apache-2.0
// Flow collections: `[a, b]` and `{a: 1}`, on one line or several.
#include "syntax/usual_yaml.hpp"

namespace slsaudit::syntax {

namespace {

constexpr std::size_t longest_key = 1000;

bool is_bracket_or_comma(char c) {
  return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

} // namespace

void UsualYaml::open_flow() {
  const bool is_mapping = peek() == '{';
  add_collection(is_mapping, true, at_ + 1);
  flows_.push_back({is_mapping, is_mapping ? Flow::Expects::key : Flow::Expects::item});
  ++at_;
}

bool UsualYaml::read_flow() {
  open_flow();
  while (!flows_.empty()) {
    if (is_enough_ || !pass_flow_blanks()) return false;
    Flow& flow = flows_.back();
    const char c = peek();
    if (flow.expects != Flow::Expects::value && c == (flow.is_mapping ? '}' : ']')) {
      tell({.kind = YamlEventKind::close,
            .begin = static_cast<std::uint32_t>(at_),
            .end = static_cast<std::uint32_t>(at_ + 1)});
      ++at_;
      flows_.pop_back();
    } else if (flow.expects == Flow::Expects::separator) {
      if (c != ',') return false;
      ++at_;
      flow.expects = flow.is_mapping ? Flow::Expects::key : Flow::Expects::item;
    } else if (!read_in_flow(flow)) {
      return false;
    }
  }
  return true;
}

bool UsualYaml::pass_flow_blanks() {
  while (!at_end()) {
    const std::size_t begin = at_;
    pass_blanks();
    if (at_end()) return false;
    const bool apart = at_ > begin || at_ == line_;
    if (text_[at_] == '#') {
      if (!apart) return false;
      pass_comment();
      if (at_end()) return false;
    }
    if (!is_break(at_)) return at_ != line_ || (text_[at_] != '-' && text_[at_] != '.'); // a document's end
    pass_break();
  }
  return false;
}

/// A key with its colon, a value or an item.
bool UsualYaml::read_in_flow(Flow& flow) {
  const bool is_key = flow.expects == Flow::Expects::key;
  flow.expects = is_key ? Flow::Expects::value : Flow::Expects::separator;
  bool has_properties = false;
  if (!read_properties(has_properties) || (is_key && has_properties)) return false;
  pass_blanks();
  const char c = peek();
  if (c == '[' || c == '{') {
    if (is_key) return false;
    open_flow();
    return true;
  }
  if (c == '*') return !is_key && !has_properties && read_alias();
  Scalar scalar;
  const bool quoted = c == '"' || c == '\'';
  if (quoted ? !read_quoted(scalar) : !read_flow_plain(scalar)) return false;
  if (scalar.begin < line_) return false; // on several lines
  add(scalar);
  if (!is_key) return true;
  pass_blanks();
  if (peek() != ':' || at_ - scalar.begin >= longest_key) return false;
  ++at_;
  return true;
}

bool UsualYaml::read_flow_plain(Scalar& scalar) {
  if (!begins_plain() || (peek() == '-' && (at_ + 1 >= text_.size() || is_bracket_or_comma(text_[at_ + 1]))))
    return false;
  scalar.begin = scalar.end = at_;
  for (;; ++at_) {
    if (ends_line(at_)) break;
    const char c = text_[at_];
    if (is_bracket_or_comma(c)) break;
    if (c == '\t' || c == '?') return false;
    if (c == ' ') {
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '#') break;
      continue;
    }
    if (c == ':') {
      if (is_apart(at_ + 1)) break;
      if (is_bracket_or_comma(text_[at_ + 1])) return false;
    }
    scalar.end = at_ + 1;
  }
  scalar.text = text_.substr(scalar.begin, scalar.end - scalar.begin);
  at_ = scalar.end;
  return !scalar.text.empty();
}

} // namespace slsaudit::syntax
