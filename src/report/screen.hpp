// SPDX-License-Identifier: Apache-2.0
// Text of others made fit for a terminal: nothing in a template may move the cursor, change colours, reorder
// or hide what is printed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

/// A line as it is shown, and at which column (from 0, in terminal cells) each byte of the original starts.
struct ScreenLine {
  std::string text;
  std::vector<std::uint32_t> columns; ///< One for each byte, and the width of the whole at the end.
};

/// Tabs become blanks up to the next multiple of four; control characters, bidirectional controls, zero-width
/// blanks and bytes that are no UTF-8 become `\u{…}`, and so does what would make a build server take the
/// line for a command (`##[`).
/// With `ascii`, so does all that isn't ASCII.
[[nodiscard]] ScreenLine screen_line(std::string_view line, bool ascii = false);

/// The same for text in which no positions matter, for logs too: no line of it starts with `::`, which begins
/// a workflow command. Line feeds stay.
[[nodiscard]] std::string printable(std::string_view text);

/// Printable text in ASCII: "..." for an ellipsis, `\u{…}` for all else.
[[nodiscard]] std::string ascii_text(std::string_view text);

/// Prose in lines of at most `width` cells as far as words let it; lines but the first get `indentation`, and
/// the first has used `column` cells already. Lines that begin with blanks are code and stay as they are.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t column, std::string_view indentation,
                                  std::uint32_t width);

/// The part of a shown line that fits `width` cells and holds the cells [begin, end) as far as possible;
/// `cut`, one cell wide, stands for what is left out. Gives the columns of begin and end within the result.
struct Clipped {
  std::string text;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
[[nodiscard]] Clipped clip(const ScreenLine& line, std::uint32_t begin, std::uint32_t end,
                           std::uint32_t width, std::string_view cut = "\xE2\x80\xA6");

} // namespace slsaudit::report
