// SPDX-License-Identifier: Apache-2.0
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace slsaudit::report {

namespace {

constexpr std::uint32_t tab_width = 4;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

struct Range {
  char32_t first;
  char32_t last;
};

/// Shown as escapes: C0 and C1 controls, marks that reorder text, blanks without width, line separators,
/// tags.
constexpr std::array<Range, 9> hidden{{{0x00, 0x1F},
                                       {0x7F, 0x9F},
                                       {0x61C, 0x61C},
                                       {0x200B, 0x200F},
                                       {0x2028, 0x202E},
                                       {0x2060, 0x206F},
                                       {0xFEFF, 0xFEFF},
                                       {0xFFF9, 0xFFFB},
                                       {0xE0000, 0xE0FFF}}};
constexpr std::array<Range, 5> combining{
    {{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE2F}}};
constexpr std::array<Range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0x303E},
                                     {0x3041, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE4F},
                                     {0xFF00, 0xFF60},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};

template <std::size_t N> bool in(const std::array<Range, N>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](Range range) { return range.first <= c && c <= range.last; });
}

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = true;
};

CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return {lead, 1, false};
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = at + 1; i < at + length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {lead, 1, false};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  return {value, length, true};
}

std::string escape(CodePoint c) {
  return fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c.value));
}

bool is_hidden(CodePoint c) {
  return !c.valid || in(hidden, c.value);
}

std::uint32_t cells(CodePoint c) {
  if (in(combining, c.value)) return 0;
  return in(wide, c.value) ? 2 : 1;
}

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

ScreenLine screen_line(std::string_view line) {
  ScreenLine result;
  std::uint32_t column = 0;
  for (std::size_t i = 0; i < line.size();) {
    const CodePoint c = decode(line, i);
    result.columns.insert(result.columns.end(), c.bytes, column);
    if (c.value == '\t' && c.valid) {
      const std::uint32_t blanks = tab_width - column % tab_width;
      result.text.append(blanks, ' ');
      column += blanks;
    } else if (is_hidden(c)) {
      const std::string escaped = escape(c);
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
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    if (is_hidden(c) && c.value != '\n')
      result += c.value == '\t' ? " " : escape(c);
    else
      result += text.substr(i, c.bytes);
    i += c.bytes;
  }
  return result;
}

Clipped clip(const ScreenLine& line, std::uint32_t begin, std::uint32_t end, std::uint32_t width) {
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
  if (cut_front) result.text = ellipsis;
  result.text += line.text.substr(from, to - from);
  if (cut_back) result.text += ellipsis;
  result.begin = std::clamp(begin, first, last) - first;
  result.end = std::clamp(end, first, last) - first;
  return result;
}

} // namespace slsaudit::report
