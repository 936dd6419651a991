// SPDX-License-Identifier: Apache-2.0
#include "report/screen.hpp"

#include "report/code_points.hpp"

#include <algorithm>

namespace slsaudit::report {

namespace {

constexpr std::uint32_t tab_width = 4;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

/// Byte index in the shown text of the first character at or after a column.
std::size_t byte_at_column(std::string_view shown, std::uint32_t column) {
  std::uint32_t at = 0;
  std::size_t i = 0;
  while (i < shown.size() && at < column) {
    const CodePoint c = decode(shown, i);
    at += cells(c);
    i += c.bytes;
  }
  return i;
}

} // namespace

ScreenLine screen_line(std::string_view line, bool ascii) {
  ScreenLine result;
  std::uint32_t column = 0;
  for (std::size_t i = 0; i < line.size();) {
    if (const std::size_t plain = plain_bytes(line, i); plain > 0) {
      result.text += line.substr(i, plain);
      for (std::size_t k = 0; k < plain; ++k) result.columns.push_back(column++);
      i += plain;
      continue;
    }
    const CodePoint c = decode(line, i);
    result.columns.insert(result.columns.end(), c.bytes, column);
    if (c.value == '\t' && c.valid) {
      const std::uint32_t blanks = tab_width - column % tab_width;
      result.text.append(blanks, ' ');
      column += blanks;
    } else if (is_hidden(c) || opens_log_command(line, i) || (ascii && c.value > 0x7F)) {
      const std::string escaped = visible_escape(c);
      result.text += escaped;
      column += static_cast<std::uint32_t>(escaped.size());
    } else {
      result.text += line.substr(i, c.bytes);
      column += cells(c);
    }
    i += c.bytes;
  }
  result.columns.push_back(column);
  return result;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool only_blanks = true; // in this line so far
  for (std::size_t i = 0; i < text.size();) {
    if (const std::string_view plain = text.substr(i, plain_bytes(text, i)); !plain.empty()) {
      result += plain;
      only_blanks = only_blanks && plain.find_first_not_of(' ') == plain.npos;
      i += plain.size();
      continue;
    }
    const CodePoint c = decode(text, i);
    if (c.value == '\n')
      result += '\n';
    else if (c.value == '\t' && c.valid)
      result += ' ';
    else if (is_hidden(c) || opens_log_command(text, i) || (only_blanks && text.substr(i).starts_with("::")))
      result += visible_escape(c);
    else
      result += text.substr(i, c.bytes);
    only_blanks = c.value == '\n' || (only_blanks && (c.value == ' ' || c.value == '\t'));
    i += c.bytes;
  }
  return result;
}

std::string ascii_text(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    if (text.substr(i).starts_with(ellipsis))
      result += "...";
    else if (text.substr(i).starts_with("\xE2\x86\x92")) // an arrow, as messages have between names
      result += "->";
    else
      result += c.value > 0x7F ? visible_escape(c) : std::string(text.substr(i, c.bytes));
    i += c.bytes;
  }
  return result;
}

std::string wrapped(std::string_view text, std::size_t column, std::string_view indentation,
                    std::uint32_t width) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.find(' ', begin), text.size());
    if (begin == 0 && end == 0) return std::string(text); // code
    const auto word = text.substr(begin, end - begin);
    const std::size_t used = screen_line(word).columns.back();
    if (!result.empty() && column + 1 + used > width) {
      (result += '\n') += indentation;
      column = indentation.size();
    } else if (!result.empty()) {
      result += ' ';
      column += 1;
    }
    result += word;
    column += used;
    begin = end + 1;
  }
  return result;
}

Clipped clip(const ScreenLine& line, std::uint32_t begin, std::uint32_t end, std::uint32_t width,
             std::string_view cut) {
  const std::uint32_t total = line.columns.back();
  if (total <= width) return {line.text, begin, end};
  // A third of the window before the span shows what it belongs to; a long span is cut at the end.
  std::uint32_t first = end <= width ? 0 : begin - std::min(begin, width / 3);
  first = std::min(first, total - width);
  const std::uint32_t last = first + width;
  const bool cut_front = first > 0;
  const bool cut_back = last < total;
  const std::size_t from = byte_at_column(line.text, first + (cut_front ? 1 : 0));
  const std::size_t to = byte_at_column(line.text, last - (cut_back ? 1 : 0));
  Clipped result;
  if (cut_front) result.text = cut;
  result.text += line.text.substr(from, to - from);
  if (cut_back) result.text += cut;
  result.begin = std::clamp(begin, first, last) - first;
  result.end = std::clamp(end, first, last) - first;
  return result;
}

} // namespace slsaudit::report
