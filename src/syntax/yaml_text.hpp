// SPDX-License-Identifier: Apache-2.0
// The text as the YAML library gets it, and the way back from the library's positions. Internal to this
// folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::syntax {

class TreeBuilder;

/// The library refuses a text that has one control character. It gets a copy with blanks in the place of such
/// characters, one for one, so that the rest can still be read.
class YamlText {
public:
  /// `text` must be UTF-8 (see text::to_utf8) and outlive this object.
  explicit YamlText(std::string_view text);

  [[nodiscard]] std::string_view parser_text() const {
    return forbidden_.empty() ? text_ : std::string_view(copy_);
  }
  /// Offsets of the characters that YAML forbids.
  [[nodiscard]] const std::vector<std::size_t>& forbidden() const { return forbidden_; }

private:
  std::string_view text_;
  std::string copy_;
  std::vector<std::size_t> forbidden_;
};

/// The library counts code points where the tree counts bytes.
class CodePoints {
public:
  explicit CodePoints(std::string_view text);
  /// Bytes before the code point with that index; the text's size where the index is past the end.
  [[nodiscard]] std::size_t byte_offset(std::size_t index) const;

private:
  std::string_view text_;
  std::vector<std::uint32_t> checkpoints_; ///< Byte offset of every 32nd code point; empty for ASCII.
};

/// Adds one error that stands for all of them.
void report_forbidden_characters(TreeBuilder& builder, std::string_view text, const YamlText& prepared);

} // namespace slsaudit::syntax
