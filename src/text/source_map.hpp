// SPDX-License-Identifier: Apache-2.0
// The texts of a run, by id, and the only place where byte offsets become lines and columns.
#pragma once

#include "parallel/once.hpp"
#include "text/span.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::text {

/// Both from 1. `column` counts Unicode code points; `utf16_column` counts UTF-16 code units (what SARIF
/// viewers use).
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t utf16_column = 1;
};

/// Owns each file's decoded text (UTF-8 without byte-order mark). Line ends are LF, CRLF or a lone CR. Paths
/// are as they shall be printed. Views stay valid as long as the map lives. While one thread adds files,
/// others may look at those that they know.
class SourceMap {
  struct File;

public:
  /// A file that several maps may have.
  using SharedFile = std::shared_ptr<const File>;

  /// What is to join a map; making it looks at none.
  [[nodiscard]] static SharedFile file(std::string path, std::string text);
  FileId add(std::string path, std::string text) { return add(file(std::move(path), std::move(text))); }
  FileId add(SharedFile file);
  [[nodiscard]] SharedFile shared(FileId file) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view path(FileId file) const;
  [[nodiscard]] std::string_view text(FileId file) const;
  [[nodiscard]] std::string_view text(Span span) const;
  [[nodiscard]] Position position(FileId file, std::uint32_t offset) const;
  /// The line's text without its line end; `line` from 1.
  [[nodiscard]] std::string_view line(FileId file, std::uint32_t line) const;
  /// Offset of the first byte of the line.
  [[nodiscard]] std::uint32_t line_start(FileId file, std::uint32_t line) const;
  [[nodiscard]] std::uint32_t line_count(FileId file) const;

private:
  struct Width {
    std::uint32_t code_points = 0;
    std::uint32_t utf16_units = 0;
  };
  struct File {
    std::string path;
    std::string text;
    std::vector<std::uint32_t> line_starts;
    mutable parallel::Once once; ///< Of `widths`.
    mutable std::vector<Width>
        widths; ///< Of the text before every so many bytes; made when a long line wants them.
  };
  [[nodiscard]] const SharedFile& at(FileId file) const;
  [[nodiscard]] const File& get(FileId file) const;
  [[nodiscard]] static std::vector<std::uint32_t> line_starts(std::string_view text);
  [[nodiscard]] static Width width(std::string_view text);
  [[nodiscard]] static Width width_before(const File& file, std::uint32_t offset);
  /// In the block of that number, which stays where it is when others join.
  struct Place {
    std::size_t block;
    std::size_t index;
  };
  /// Files of the first block; each has twice those of the one before.
  static constexpr std::size_t first_block = 64;
  [[nodiscard]] static Place place_of(FileId file);
  std::array<std::unique_ptr<SharedFile[]>, 27> blocks_;
  std::size_t size_ = 0;
};

} // namespace slsaudit::text
