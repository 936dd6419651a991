// SPDX-License-Identifier: Apache-2.0
// Finds comments in the text between YAML scalars. libyaml drops comments, but it says where each scalar
// begins and ends, and outside of scalars a '#' after a blank can be nothing else than a comment. Internal to
// this folder.
#pragma once

#include "syntax/node.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace slsaudit::syntax {

/// One that stands at [begin, end), from '#' to the end of its line.
[[nodiscard]] Comment comment_at(std::string_view text, text::FileId file, std::size_t begin, std::size_t end,
                                 bool own_line);

class CommentScanner {
public:
  CommentScanner(std::string_view text, text::FileId file, std::vector<Comment>& comments)
      : text_(text), file_(file), comments_(comments) {}

  /// Takes the comments from where the last call ended up to `end`, where no scalar stands.
  void scan_to(std::size_t end);
  /// A scalar with its tag and anchor stands at [begin, end): takes the comments before it, between its
  /// properties and its content, and after a block scalar's header; the content itself is passed over.
  void pass_scalar(std::size_t begin, std::size_t end);
  /// Where the text before `at`, up to which all has been scanned, ends but for blanks, line breaks and
  /// comments.
  [[nodiscard]] std::size_t end_of_text_before(std::size_t at) const;

private:
  std::string_view text_;
  text::FileId file_;
  std::vector<Comment>& comments_;
  std::size_t cursor_ = 0;
};

/// Length of the line break at `offset` (LF, CR, CRLF, and YAML 1.1's NEL, LS and PS); 0 where there is none.
[[nodiscard]] std::size_t line_break_length(std::string_view text, std::size_t offset);

/// First offset at or after `offset` where a line ends.
[[nodiscard]] std::size_t line_end(std::string_view text, std::size_t offset);

/// Where a node's content begins, after its tag and anchor and the blanks, comments and line breaks between
/// them; `end` when it has none.
[[nodiscard]] std::size_t content_begin(std::string_view text, std::size_t begin, std::size_t end);

} // namespace slsaudit::syntax
