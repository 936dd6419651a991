// SPDX-License-Identifier: Apache-2.0
#include "text/source_map.hpp"

#include "text/assert.hpp"

#include <algorithm>

namespace slsaudit::text {

FileId SourceMap::add(std::string path, std::string text) {
  const FileId id(files_.size());
  files_.push_back({std::move(path), std::move(text), {}});
  return id;
}

const SourceMap::File& SourceMap::get(FileId file) const {
  SLSAUDIT_ASSERT(file.valid() && file.index() < files_.size());
  return files_[file.index()];
}

std::string_view SourceMap::path(FileId file) const { return get(file).path; }
std::string_view SourceMap::text(FileId file) const { return get(file).text; }

std::string_view SourceMap::text(Span span) const {
  const std::string_view whole = text(span.file);
  SLSAUDIT_ASSERT(span.begin <= span.end && span.end <= whole.size());
  return whole.substr(span.begin, span.end - span.begin);
}

const std::vector<std::uint32_t>& SourceMap::line_starts(const File& file) {
  if (file.line_starts.empty()) {
    file.line_starts.push_back(0);
    const std::string& text = file.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool lone_cr = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
      if (text[i] == '\n' || lone_cr) file.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
  return file.line_starts;
}

Position SourceMap::position(FileId file, std::uint32_t offset) const {
  const File& source = get(file);
  SLSAUDIT_ASSERT(offset <= source.text.size());
  const auto& starts = line_starts(source);
  const auto next = std::upper_bound(starts.begin(), starts.end(), offset);
  const auto line_index = static_cast<std::uint32_t>(next - starts.begin());
  Position position{.line = line_index, .column = 1, .utf16_column = 1};
  for (std::uint32_t i = starts[line_index - 1]; i < offset; ++i) {
    const auto byte = static_cast<unsigned char>(source.text[i]);
    if ((byte & 0xC0U) == 0x80U) continue; // continuation bytes belong to the code point before
    position.column += 1;
    position.utf16_column += byte >= 0xF0U ? 2 : 1;
  }
  return position;
}

std::uint32_t SourceMap::line_count(FileId file) const {
  return static_cast<std::uint32_t>(line_starts(get(file)).size());
}

std::uint32_t SourceMap::line_start(FileId file, std::uint32_t line) const {
  const auto& starts = line_starts(get(file));
  SLSAUDIT_ASSERT(line >= 1 && line <= starts.size());
  return starts[line - 1];
}

std::string_view SourceMap::line(FileId file, std::uint32_t line) const {
  const std::string_view whole = text(file);
  const std::uint32_t begin = line_start(file, line);
  const std::size_t end = std::min(whole.find_first_of("\r\n", begin), whole.size());
  return whole.substr(begin, end - begin);
}

} // namespace slsaudit::text
