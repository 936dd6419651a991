// SPDX-License-Identifier: Apache-2.0
#include "report/code_points.hpp"

#include "text/encoding.hpp"
#include "text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace slsaudit::report {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array<Range, 16> hidden{{{0x00, 0x1F},
                                        {0x7F, 0x9F},
                                        {0xAD, 0xAD},
                                        {0x61C, 0x61C},
                                        {0x115F, 0x1160},
                                        {0x180E, 0x180E},
                                        {0x200B, 0x200F},
                                        {0x2028, 0x202E},
                                        {0x2060, 0x206F},
                                        {0x3164, 0x3164},
                                        {0xFDD0, 0xFDEF},
                                        {0xFEFF, 0xFEFF},
                                        {0xFFA0, 0xFFA0},
                                        {0xFFF9, 0xFFFB},
                                        {0xFFFE, 0xFFFF},
                                        {0xE0000, 0xE0FFF}}};
constexpr std::array<Range, 5> combining{
    {{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE2F}}};
constexpr std::array<Range, 9> wide{{{0x1100, 0x115E},
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

} // namespace

std::size_t plain_bytes(std::string_view text, std::size_t at) {
  const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '#' && c != ':'; };
  const std::string_view rest = text.substr(at);
  return static_cast<std::size_t>(std::ranges::find_if_not(rest, plain) - rest.begin());
}

CodePoint decode(std::string_view text, std::size_t at) {
  const std::size_t length = text::sequence_length(text, at);
  if (length == 0) return {static_cast<unsigned char>(text[at]), 1, false};
  return {text::code_point(text, at), length, true};
}

bool is_hidden(CodePoint c) {
  if (c.value >= ' ' && c.value <= '~') return false; // what is no UTF-8 is above
  constexpr char32_t plane_end = 0xFFFE;              // the last two of every plane are noncharacters
  return !c.valid || in(hidden, c.value) || (c.value & plane_end) == plane_end;
}

std::string visible_escape(CodePoint c) {
  return fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c.value));
}

std::uint32_t cells(CodePoint c) {
  if (in(combining, c.value)) return 0;
  return in(wide, c.value) ? 2 : 1;
}

bool opens_log_command(std::string_view text, std::size_t at) {
  if (at == 0 || text[at] != '#' || text[at - 1] != '#') return false;
  std::size_t end = at + 1;
  while (end < text.size() && text::lower(text[end]) >= 'a' && text::lower(text[end]) <= 'z') end += 1;
  return end < text.size() && text[end] == '[';
}

} // namespace slsaudit::report
