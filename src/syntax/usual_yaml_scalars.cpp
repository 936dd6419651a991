// SPDX-License-Identifier: Apache-2.0
#include "syntax/usual_yaml.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::syntax {

namespace {

/// Where a plain scalar has to be looked at.
constexpr std::array<bool, 256> stops_plain = [] {
  std::array<bool, 256> stops{};
  for (const char c : {' ', '\t', '\n', '\r', ':'}) stops[static_cast<unsigned char>(c)] = true;
  return stops;
}();

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

} // namespace

bool UsualYaml::begins_plain() const {
  switch (peek()) {
  case '-':
    return !at_dash() && peek(1) != '\t';
  case ':':
    return flows_.empty() && !is_apart(at_ + 1) && peek(1) != '\t';
  case '\0':
  case '\t':
  case ' ':
  case '\n':
  case '\r':
  case '?':
  case ',':
  case '[':
  case ']':
  case '{':
  case '}':
  case '#':
  case '&':
  case '*':
  case '!':
  case '|':
  case '>':
  case '\'':
  case '"':
  case '%':
  case '@':
  case '`':
    return false;
  default:
    return true;
  }
}

/// What stands on this line: up to a colon that ends a key, a comment or the line's end.
bool UsualYaml::read_plain(Scalar& scalar) {
  scalar.begin = scalar.end = at_;
  while (!at_end()) {
    const char c = text_[at_];
    if (stops_plain[static_cast<unsigned char>(c)]) {
      if (c == '\t') return false;
      if (c == '\n' || c == '\r') break;
      if (c == ':' && is_apart(at_ + 1)) break;
      if (c == ' ') {
        ++at_;
        if (peek() == '#') break;
        continue;
      }
    }
    scalar.end = ++at_;
  }
  if (peek() == '#') at_ = scalar.end; // a comment, behind a blank
  scalar.text = text_.substr(scalar.begin, scalar.end - scalar.begin);
  return true;
}

/// The lines behind the first one that belong to a value, since they are indented more than its collection.
bool UsualYaml::read_more_plain(Scalar& scalar) {
  bool one_line = true;
  for (;;) {
    const std::size_t after = at_; // the value may end here
    const std::size_t line_after = line_;
    std::size_t breaks = 0;
    while (!at_end() && is_break(at_)) {
      pass_break();
      ++breaks;
      pass_blanks();
    }
    if (at_end() || text_[at_] == '#' || column() <= indent()) {
      at_ = after;
      line_ = line_after;
      break;
    }
    Scalar more;
    if (text_[at_] == '\t' || !read_plain(more) || !(ends_line(at_) || peek() == ' ')) return false;
    if (one_line) buffer_ = scalar.text;
    one_line = false;
    if (breaks == 1) {
      buffer_ += ' ';
    } else {
      buffer_.append(breaks - 1, '\n');
    }
    buffer_ += more.text;
    scalar.end = more.end;
    if (!ends_line(at_)) break; // a comment
  }
  if (!one_line) scalar.text = std::string_view(buffer_);
  return true;
}

bool UsualYaml::read_quoted(Scalar& scalar) {
  const char quote = text_[at_];
  const bool single = quote == '\'';
  scalar.style = single ? Style::single_quoted : Style::double_quoted;
  scalar.begin = at_++;
  const std::size_t content = at_;
  escaped_ = 0;
  bool verbatim = true;
  std::size_t copied = content; // up to where it is in the buffer, unless it is verbatim
  const auto copy = [&] {
    if (verbatim) buffer_.clear();
    verbatim = false;
    buffer_.append(text_, copied, at_ - copied);
  };
  for (;;) {
    at_ = text_.find_first_of(single ? std::string_view("'\n") : std::string_view("\"\\\n"), at_);
    if (at_ == std::string_view::npos) {
      at_ = text_.size();
      return false;
    }
    const char c = text_[at_];
    if (c == '\n') {
      copy();
      if (!fold_quoted_lines()) return false;
      copied = at_;
    } else if (c == '\\') {
      copy();
      if (!read_escape()) return false;
      copied = at_;
    } else if (single && peek(1) == quote) {
      ++at_;
      copy();
      copied = ++at_;
    } else {
      break;
    }
  }
  if (!verbatim) copy();
  scalar.text = verbatim ? text_.substr(content, at_ - content) : std::string_view(buffer_);
  scalar.end = ++at_;
  return true;
}

/// One of those that are a character each.
bool UsualYaml::read_escape() {
  constexpr std::string_view written = "0abtnvfre \"/\\";
  constexpr std::string_view meant{"\0\a\b\t\n\v\f\r\x1b \"/\\", 13};
  const std::size_t which = written.find(peek(1));
  if (at_ + 1 >= text_.size() || which == std::string_view::npos) return false;
  buffer_ += meant[which];
  escaped_ = buffer_.size();
  at_ += 2;
  return true;
}

/// At a line break within quotes: blanks round it go, and it is a blank unless empty lines follow.
bool UsualYaml::fold_quoted_lines() {
  if (text_[at_ - 1] == '\r') buffer_.pop_back();
  while (buffer_.size() > escaped_ && is_blank(buffer_.back())) buffer_.pop_back();
  std::size_t breaks = 0;
  while (!at_end() && is_break(at_)) {
    pass_break();
    ++breaks;
    pass_blanks();
  }
  if (at_end() || text_[at_] == '\t') return false;
  if (at_ == line_ && (text_[at_] == '-' || text_[at_] == '.')) return false; // a document's end
  if (breaks == 1) {
    buffer_ += ' ';
  } else {
    buffer_.append(breaks - 1, '\n');
  }
  escaped_ = buffer_.size();
  return true;
}

bool UsualYaml::read_block_header(std::int64_t& indent, char& chomping) {
  ++at_;
  for (int i = 0; i < 2; ++i) {
    const char c = peek();
    if ((c == '+' || c == '-') && chomping == ' ') {
      chomping = c;
      ++at_;
    } else if (c >= '1' && c <= '9' && indent == 0) {
      indent = std::max<std::int64_t>(this->indent(), 0) + (c - '0');
      ++at_;
    }
  }
  return pass_rest_of_line() && !at_end();
}

bool UsualYaml::pass_block_breaks(std::int64_t& indent, std::size_t& breaks, std::size_t& end) {
  std::int64_t widest = 0;
  end = at_;
  for (;;) {
    while ((indent == 0 || column() < indent) && peek() == ' ') ++at_;
    widest = std::max(widest, column());
    if ((indent == 0 || column() < indent) && peek() == '\t') return false;
    if (at_end() || !is_break(at_)) break;
    pass_break();
    ++breaks;
    end = at_;
  }
  if (indent == 0) indent = std::max({widest, this->indent() + 1, std::int64_t{1}});
  return true;
}

bool UsualYaml::read_block_scalar(Scalar& scalar) {
  const bool literal = peek() == '|';
  scalar.style = literal ? Style::literal : Style::folded;
  scalar.begin = at_;
  std::int64_t indent = 0;
  char chomping = ' ';
  if (!read_block_header(indent, chomping)) return false;
  buffer_.clear();
  bool leading_break = false;
  bool leading_blank = false;
  std::size_t breaks = 0;
  if (!pass_block_breaks(indent, breaks, scalar.end)) return false;
  while (column() == indent && !at_end()) {
    const bool blank = is_blank(text_[at_]);
    if (!literal && leading_break && !leading_blank && !blank) {
      if (breaks == 0) buffer_ += ' ';
    } else if (leading_break) {
      buffer_ += '\n';
    }
    buffer_.append(breaks, '\n');
    breaks = 0;
    leading_blank = blank;
    std::size_t last = std::min(text_.find('\n', at_), text_.size());
    leading_break = last < text_.size();
    if (leading_break && text_[last - 1] == '\r') --last;
    buffer_.append(text_, at_, last - at_);
    at_ = last;
    pass_break();
    if (!pass_block_breaks(indent, breaks, scalar.end)) return false;
  }
  if (chomping != '-' && leading_break) buffer_ += '\n';
  if (chomping == '+') buffer_.append(breaks, '\n');
  scalar.text = std::string_view(buffer_);
  if (!at_end()) at_ = line_;
  return true;
}

} // namespace slsaudit::syntax
