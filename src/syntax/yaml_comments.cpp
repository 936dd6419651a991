// SPDX-License-Identifier: Apache-2.0
#include "syntax/yaml_comments.hpp"

#include <algorithm>

namespace slsaudit::syntax {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Length of the line break that ends at `offset`.
std::size_t line_break_before(std::string_view text, std::size_t offset) {
  for (std::size_t length = std::min<std::size_t>(offset, 3); length > 0; --length) { // CRLF before LF
    if (line_break_length(text, offset - length) == length) {
      return length;
    }
  }
  return 0;
}

/// Is there nothing but blanks between `offset` and the beginning of its line?
bool first_on_line(std::string_view text, std::size_t offset) {
  while (offset > 0 && is_blank(text[offset - 1])) {
    --offset;
  }
  return offset == 0 || line_break_before(text, offset) > 0;
}

bool may_begin_comment(std::string_view text, std::size_t offset) {
  return first_on_line(text, offset) || is_blank(text[offset - 1]);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? std::string_view{} : text.substr(begin, end + 1 - begin);
}

} // namespace

std::size_t line_break_length(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) {
    return 0;
  }
  const std::string_view rest = text.substr(offset, 3);
  if (rest[0] == '\n') {
    return 1;
  }
  if (rest[0] == '\r') {
    return rest.starts_with("\r\n") ? 2 : 1;
  }
  if (rest.starts_with("\xC2\x85")) {
    return 2;
  }
  return rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ? 3 : 0;
}

std::size_t line_end(std::string_view text, std::size_t offset) {
  while (offset < text.size()) {
    offset = text.find_first_of("\n\r\xC2\xE2", offset);
    if (offset == std::string_view::npos) {
      return text.size();
    }
    if (line_break_length(text, offset) > 0) {
      return offset;
    }
    ++offset;
  }
  return offset;
}

std::size_t content_begin(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t at = begin;
  while (at < end) {
    const char c = text[at];
    if (is_blank(c)) {
      ++at;
    } else if (const std::size_t broken = line_break_length(text, at); broken > 0) {
      at += broken;
    } else if (c == '#' && at > begin && may_begin_comment(text, at)) {
      at = line_end(text, at);
    } else if (c == '!' || c == '&') {
      while (at < end && !is_blank(text[at]) && line_break_length(text, at) == 0) {
        ++at;
      }
    } else {
      break;
    }
  }
  return std::min(at, end);
}

Comment comment_at(std::string_view text, text::FileId file, std::size_t begin, std::size_t end,
                   bool own_line) {
  return {.span = {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
          .text = trimmed(text.substr(begin + 1, end - begin - 1)),
          .own_line = own_line};
}

void CommentScanner::scan_to(std::size_t end) {
  while (cursor_ < end) {
    const std::size_t hash = text_.substr(0, end).find('#', cursor_);
    if (hash == std::string_view::npos) {
      break;
    }
    cursor_ = hash + 1;
    if (!may_begin_comment(text_, hash)) {
      continue;
    }
    cursor_ = line_end(text_, hash);
    comments_.push_back(comment_at(text_, file_, hash, cursor_, first_on_line(text_, hash)));
  }
  cursor_ = std::max(cursor_, end);
}

void CommentScanner::pass_scalar(std::size_t begin, std::size_t end) {
  if (end < cursor_) {
    return;
  }
  const std::size_t content = content_begin(text_, begin, end);
  scan_to(content);
  const bool block = content < end && (text_[content] == '|' || text_[content] == '>');
  if (block) {
    scan_to(std::min(line_end(text_, content), end));
  }
  cursor_ = std::max(cursor_, end);
}

std::size_t CommentScanner::end_of_text_before(std::size_t at) const {
  for (auto comment = comments_.rbegin();; ++comment) {
    while (at > 0 && (is_blank(text_[at - 1]) || line_break_before(text_, at) > 0)) {
      at -= is_blank(text_[at - 1]) ? 1 : line_break_before(text_, at);
    }
    if (comment == comments_.rend() || comment->span.end != at) {
      return at;
    }
    at = comment->span.begin;
  }
}

} // namespace slsaudit::syntax
