// SPDX-License-Identifier: Apache-2.0
#include "syntax/usual_yaml.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::syntax {

namespace {

/// The library takes no key that is longer; where it counts characters, this counts bytes.
constexpr std::size_t longest_key = 1000;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Whether each line ends in LF, or CR and LF: YAML 1.1 has others, too.
bool has_usual_lines(std::string_view text) {
  for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1)) {
    if (at + 1 >= text.size() || text[at + 1] != '\n') return false;
  }
  for (const std::string_view other : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    if (text.find(other) != std::string_view::npos) return false;
  }
  return true;
}

std::uint32_t offset(std::size_t at) {
  return static_cast<std::uint32_t>(at);
}

} // namespace

bool UsualYaml::run() {
  if (!has_usual_lines(text_) || !begin_document()) return false;
  if (!read_value(true)) return is_enough_;
  while (!is_enough_ && find_line()) {
    if (!read_line()) return is_enough_;
  }
  if (is_enough_) return true;
  if (!at_end()) return false;
  while (!blocks_.empty()) close_block();
  tell({.kind = YamlEventKind::stream_end, .begin = offset(at_), .end = offset(at_)});
  return true;
}

bool UsualYaml::begin_document() {
  if (!find_line()) return false;
  const std::size_t begin = at_;
  const bool marked = at_document_mark() && peek() == '-';
  if (marked) {
    at_ += 3;
    if (!is_apart(at_) || !pass_rest_of_line()) return false;
  }
  tell({.kind = YamlEventKind::document, .begin = offset(begin), .end = offset(marked ? begin + 3 : begin)});
  if (marked && !find_line()) return false;
  return !at_document_mark();
}

bool UsualYaml::at_document_mark() const {
  const std::string_view rest = text_.substr(at_);
  return column() == 0 && (rest.starts_with("---") || rest.starts_with("..."));
}

void UsualYaml::pass_blanks() {
  while (peek() == ' ') ++at_;
}

void UsualYaml::pass_break() {
  if (at_end()) return;
  at_ += text_[at_] == '\r' ? 2U : 1U;
  line_ = at_;
}

void UsualYaml::pass_comment() {
  const std::size_t begin = at_;
  at_ = std::min(text_.find('\n', at_), text_.size());
  if (text_[at_ - 1] == '\r') --at_;
  const bool own_line = text_.substr(line_, begin - line_).find_first_not_of(' ') == std::string_view::npos;
  comments_.push_back({offset(begin), offset(at_), own_line});
}

bool UsualYaml::pass_rest_of_line() {
  const std::size_t end = at_;
  pass_blanks();
  if (peek() == '#' && at_ > end) pass_comment();
  if (at_end()) return true;
  if (text_[at_] != '\n' && text_[at_] != '\r') return false;
  pass_break();
  return true;
}

bool UsualYaml::find_line() {
  while (!at_end()) {
    pass_blanks();
    if (at_end()) return false;
    if (text_[at_] == '#') {
      pass_comment();
      pass_break();
    } else if (is_break(at_)) {
      pass_break();
    } else {
      return true;
    }
  }
  return false;
}

bool UsualYaml::read_line() {
  if (at_document_mark()) return false;
  while (!blocks_.empty() && blocks_.back().column > column()) close_block();
  if (blocks_.empty()) return false;
  if (blocks_.back().column < column()) return blocks_.back().waits && read_value(true);
  if (blocks_.back().kind == BlockKind::level_sequence && !at_dash()) close_block();
  if (blocks_.back().kind != BlockKind::mapping) return at_dash() && read_dash();
  if (!at_dash()) return read_key();
  if (!blocks_.back().waits) return false;
  open_block(BlockKind::level_sequence);
  return read_dash();
}

void UsualYaml::begin_value() {
  if (!blocks_.empty()) blocks_.back().waits = false;
}

void UsualYaml::open_block(BlockKind kind) {
  begin_value();
  const bool level = kind == BlockKind::level_sequence;
  add_collection(kind == BlockKind::mapping, false, level ? at_ + 1 : at_);
  blocks_.push_back({.kind = kind, .column = column()});
}

void UsualYaml::close_block() {
  if (blocks_.back().waits) add_missing_value();
  blocks_.pop_back();
  tell({.kind = YamlEventKind::close});
}

void UsualYaml::add_missing_value() {
  const std::size_t at = properties_.any ? properties_.end : blocks_.back().waits_from;
  begin_value();
  add({.begin = at, .end = at});
}

bool UsualYaml::read_dash() {
  return pass_dash() ? read_value(true) : pass_rest_of_line();
}

bool UsualYaml::pass_dash() {
  if (blocks_.back().waits) add_missing_value();
  ++at_;
  blocks_.back().waits = true;
  blocks_.back().waits_from = offset(at_);
  pass_blanks();
  if (!ends_line(at_) && text_[at_] != '#') return true;
  at_ = blocks_.back().waits_from;
  return false;
}

bool UsualYaml::read_key() {
  if (blocks_.back().waits) add_missing_value();
  Scalar key;
  const bool quoted = peek() == '"' || peek() == '\'';
  if (quoted ? !read_quoted(key) : !begins_plain() || !read_plain(key)) return false;
  return at_colon_of_key(key) && read_key(key);
}

bool UsualYaml::at_colon_of_key(const Scalar& scalar) {
  if (scalar.begin < line_) return false;
  while (peek() == ' ') ++at_;
  return peek() == ':' && is_apart(at_ + 1) && at_ - scalar.begin < longest_key;
}

bool UsualYaml::read_key(const Scalar& key) {
  SLSAUDIT_ASSERT(!properties_.any);
  add(key);
  ++at_;
  blocks_.back().waits = true;
  blocks_.back().waits_from = offset(at_);
  pass_blanks();
  if (ends_line(at_) || text_[at_] == '#') {
    at_ = blocks_.back().waits_from;
    return pass_rest_of_line();
  }
  return read_value(false);
}

bool UsualYaml::read_value(bool may_be_key) {
  while (!is_enough_) { // once for each of `- - - a`
    bool has_properties = false;
    if (!read_properties(has_properties)) return false;
    if (has_properties) {
      const std::size_t end = at_;
      pass_blanks();
      if (ends_line(at_) || text_[at_] == '#') { // the value comes on a line of its own
        at_ = end;
        return !blocks_.empty() && pass_rest_of_line();
      }
      may_be_key = false;
    }
    if (!at_dash()) return read_undashed_value(may_be_key);
    if (!may_be_key) return false;
    open_block(BlockKind::sequence);
    if (!pass_dash()) return pass_rest_of_line();
  }
  return false;
}

bool UsualYaml::read_undashed_value(bool may_be_key) {
  const char c = peek();
  if (c == '[' || c == '{') {
    begin_value();
    return read_flow() && pass_rest_of_line();
  }
  if (c == '*') {
    begin_value();
    return !properties_.any && read_alias() && pass_rest_of_line();
  }
  if (c != '|' && c != '>') return read_scalar_value(may_be_key);
  Scalar scalar;
  if (blocks_.empty() || !read_block_scalar(scalar)) return false;
  begin_value();
  add(scalar);
  return true;
}

bool UsualYaml::read_scalar_value(bool may_be_key) {
  Scalar scalar;
  const std::size_t begin = at_;
  const bool quoted = peek() == '"' || peek() == '\'';
  if (quoted ? !read_quoted(scalar) : !begins_plain() || !read_plain(scalar)) return false;
  const std::size_t end = at_;
  if (may_be_key && at_colon_of_key(scalar)) {
    const std::size_t colon = std::exchange(at_, begin);
    open_block(BlockKind::mapping);
    at_ = colon;
    return read_key(scalar);
  }
  at_ = end;
  if (blocks_.empty()) return false;
  const bool more = !quoted && ends_line(at_);
  if (more && !read_more_plain(scalar)) return false;
  begin_value();
  add(scalar);
  return pass_rest_of_line();
}

bool UsualYaml::read_properties(bool& here) {
  while (peek() == '!' || peek() == '&') {
    if (!properties_.any) {
      properties_.any = true;
      properties_.begin = offset(at_);
    } else if (!here) {
      return false; // on two lines
    }
    here = true;
    const bool is_tag = peek() == '!';
    if (!(is_tag ? properties_.tag : properties_.anchor).empty()) return false;
    if (!(is_tag ? read_tag() : read_anchor(properties_.anchor)) || !is_apart(at_)) return false;
    properties_.end = offset(at_);
    if (peek() == ' ' && (peek(1) == '!' || peek(1) == '&')) ++at_;
  }
  return true;
}

bool UsualYaml::read_tag() {
  const std::size_t begin = at_++;
  while (is_name(peek()) || peek() == ':' || peek() == '.') ++at_;
  properties_.tag = text_.substr(begin, at_ - begin);
  return properties_.tag.size() > 1;
}

bool UsualYaml::read_anchor(std::string_view& name) {
  const std::size_t begin = ++at_;
  while (is_name(peek())) ++at_;
  name = text_.substr(begin, at_ - begin);
  return !name.empty();
}

bool UsualYaml::read_alias() {
  YamlEvent event{.kind = YamlEventKind::alias, .begin = offset(at_)};
  if (!read_anchor(event.anchor)) return false;
  event.end = offset(at_);
  tell(event);
  const char c = peek();
  return is_apart(at_) || (!flows_.empty() && (c == ',' || c == ']' || c == '}'));
}

void UsualYaml::add(const Scalar& scalar) {
  const Properties own = std::exchange(properties_, {});
  tell({.kind = YamlEventKind::scalar,
        .style = scalar.style,
        .begin = own.any ? own.begin : offset(scalar.begin),
        .end = offset(scalar.end),
        .tag = own.tag,
        .anchor = own.anchor,
        .text = scalar.text});
}

void UsualYaml::add_collection(bool is_mapping, bool is_flow, std::size_t end) {
  const Properties own = std::exchange(properties_, {});
  tell({.kind = is_mapping ? YamlEventKind::mapping : YamlEventKind::sequence,
        .flow = is_flow,
        .begin = own.any ? own.begin : offset(at_),
        .end = offset(end),
        .column = is_flow ? 0 : offset(end - line_),
        .tag = own.tag,
        .anchor = own.anchor});
}

} // namespace slsaudit::syntax
