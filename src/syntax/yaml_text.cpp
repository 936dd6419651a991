// SPDX-License-Identifier: Apache-2.0
#include "syntax/yaml_text.hpp"

#include "syntax/tree_builder.hpp"
#include "text/encoding.hpp"

#include <algorithm>

namespace slsaudit::syntax {

namespace {

constexpr std::size_t checkpoint_distance = 32;

/// What YAML 1.1 calls printable, less ASCII.
bool is_printable(char32_t c) {
  return c == 0x85 || (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF) ||
         c >= 0x10000;
}

std::string name_of(char32_t c) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  std::string digits;
  for (int shift = 12; shift >= 0; shift -= 4) {
    digits += hex[(c >> static_cast<unsigned>(shift)) & 15U];
  }
  return c == 0 ? "NUL (U+0000)" : "U+" + digits;
}

std::size_t step(std::string_view text, std::size_t at) {
  return std::max<std::size_t>(1, text::sequence_length(text, at));
}

} // namespace

YamlText::YamlText(std::string_view text) : text_(text) {
  for (std::size_t at = text::plain_ascii_end(text, 0); at < text.size();
       at = text::plain_ascii_end(text, at)) {
    const std::size_t length = text::sequence_length(text, at);
    if (length < 2 || !is_printable(text::code_point(text, at))) forbidden_.push_back(at);
    at += std::max<std::size_t>(1, length);
  }
  if (forbidden_.empty()) {
    return;
  }
  copy_.reserve(text.size());
  std::size_t copied = 0;
  for (const std::size_t at : forbidden_) {
    copy_.append(text, copied, at - copied);
    copy_ += ' ';
    copied = at + step(text, at);
  }
  copy_.append(text, copied);
}

CodePoints::CodePoints(std::string_view text) : text_(text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::ranges::all_of(text, is_ascii)) return;
  std::size_t index = 0;
  for (std::size_t at = 0; at < text.size(); ++index, at += step(text, at)) {
    if (index % checkpoint_distance == 0) checkpoints_.push_back(static_cast<std::uint32_t>(at));
  }
}

std::size_t CodePoints::byte_offset(std::size_t index) const {
  if (checkpoints_.empty()) return std::min(index, text_.size());
  const std::size_t checkpoint = index / checkpoint_distance;
  if (checkpoint >= checkpoints_.size()) return text_.size();
  std::size_t at = checkpoints_[checkpoint];
  for (std::size_t i = checkpoint * checkpoint_distance; i < index && at < text_.size(); ++i)
    at += step(text_, at);
  return at;
}

void report_forbidden_characters(TreeBuilder& builder, std::string_view text, const YamlText& prepared) {
  const auto& all = prepared.forbidden();
  if (all.empty()) {
    return;
  }
  const std::size_t at = all.front();
  const std::size_t length = step(text, at);
  const char32_t c = text::sequence_length(text, at) == 0 ? 0xFFFD : text::code_point(text, at);
  const std::string more =
      all.size() == 1 ? "" : " (and " + std::to_string(all.size() - 1) + " more in the file)";
  builder.error("control-character",
                "found the character " + name_of(c) + ", which YAML does not allow" + more,
                builder.span(at, at + length),
                "remove it, or write it as an escape such as \"\\x1b\" in a double-quoted string");
}

} // namespace slsaudit::syntax
