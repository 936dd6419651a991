// SPDX-License-Identifier: Apache-2.0
#include "text/source_map.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace slsaudit::text {

namespace {

/// Bytes between two known widths: what a look-up in a file of one long line has to count.
constexpr std::uint32_t stride = 1024;

} // namespace

SourceMap::SharedFile SourceMap::file(std::string path, std::string text) {
  auto made = std::make_shared<File>();
  made->path = std::move(path);
  made->text = std::move(text);
  made->line_starts = line_starts(made->text);
  return made;
}

FileId SourceMap::add(SharedFile file) {
  const FileId id(size_);
  const Place place = place_of(id);
  if (place.index == 0) blocks_[place.block] = std::make_unique<SharedFile[]>(first_block << place.block);
  blocks_[place.block][place.index] = std::move(file);
  size_ += 1;
  return id;
}

SourceMap::SharedFile SourceMap::shared(FileId file) const {
  return at(file);
}

const SourceMap::File& SourceMap::get(FileId file) const {
  return *at(file);
}

const SourceMap::SharedFile& SourceMap::at(FileId file) const {
  const Place place = place_of(file);
  const std::unique_ptr<SharedFile[]>& block = blocks_[place.block];
  SLSAUDIT_ASSERT(block != nullptr && block[place.index] != nullptr);
  return block[place.index];
}

SourceMap::Place SourceMap::place_of(FileId file) {
  SLSAUDIT_ASSERT(file.valid());
  const std::size_t number = file.index() / first_block + 1;
  const auto block = static_cast<std::size_t>(std::bit_width(number)) - 1;
  SLSAUDIT_ASSERT(block < std::tuple_size_v<decltype(blocks_)>);
  return {block, file.index() - first_block * ((std::size_t{1} << block) - 1)};
}

std::string_view SourceMap::path(FileId file) const {
  return get(file).path;
}
std::string_view SourceMap::text(FileId file) const {
  return get(file).text;
}

std::string_view SourceMap::text(Span span) const {
  const std::string_view whole = text(span.file);
  SLSAUDIT_ASSERT(span.begin <= span.end && span.end <= whole.size());
  return whole.substr(span.begin, span.end - span.begin);
}

std::vector<std::uint32_t> SourceMap::line_starts(std::string_view text) {
  std::vector<std::uint32_t> starts{0};
  // Searching for one character at a time takes a fraction of the time, and most texts have but one of them.
  std::size_t next_cr = text.find('\r');
  std::size_t next_lf = text.find('\n');
  while (next_lf != text.npos || next_cr != text.npos) {
    const std::size_t at = std::min(next_lf, next_cr);
    if (at == next_lf || next_lf != at + 1) starts.push_back(static_cast<std::uint32_t>(at + 1));
    if (at == next_cr)
      next_cr = text.find('\r', at + 1);
    else
      next_lf = text.find('\n', at + 1);
  }
  return starts;
}

Position SourceMap::position(FileId file, std::uint32_t offset) const {
  const File& source = get(file);
  SLSAUDIT_ASSERT(offset <= source.text.size());
  const auto& starts = source.line_starts;
  const auto next = std::upper_bound(starts.begin(), starts.end(), offset);
  const auto line_index = static_cast<std::uint32_t>(next - starts.begin());
  const std::uint32_t start = starts[line_index - 1];
  Width in_line;
  if (offset - start <= stride) {
    in_line = width(std::string_view(source.text).substr(start, offset - start));
  } else {
    const Width before = width_before(source, start);
    in_line = width_before(source, offset);
    in_line.code_points -= before.code_points;
    in_line.utf16_units -= before.utf16_units;
  }
  return {.line = line_index, .column = in_line.code_points + 1, .utf16_column = in_line.utf16_units + 1};
}

SourceMap::Width SourceMap::width(std::string_view text) {
  Width result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue; // continuation bytes belong to the code point before
    result.code_points += 1;
    result.utf16_units += byte >= 0xF0U ? 2 : 1;
  }
  return result;
}

SourceMap::Width SourceMap::width_before(const File& file, std::uint32_t offset) {
  const std::string_view text = file.text;
  file.once.call([&] {
    Width sum;
    for (std::size_t at = 0; at <= text.size(); at += stride) {
      file.widths.push_back(sum);
      const Width next = width(text.substr(at, stride));
      sum.code_points += next.code_points;
      sum.utf16_units += next.utf16_units;
    }
  });
  Width result = file.widths[offset / stride];
  const std::uint32_t known = offset - offset % stride;
  const Width rest = width(text.substr(known, offset - known));
  result.code_points += rest.code_points;
  result.utf16_units += rest.utf16_units;
  return result;
}

std::uint32_t SourceMap::line_count(FileId file) const {
  return static_cast<std::uint32_t>(get(file).line_starts.size());
}

std::uint32_t SourceMap::line_start(FileId file, std::uint32_t line) const {
  const auto& starts = get(file).line_starts;
  SLSAUDIT_ASSERT(line >= 1 && line <= starts.size());
  return starts[line - 1];
}

std::string_view SourceMap::line(FileId file, std::uint32_t line) const {
  const std::string_view whole = text(file);
  const std::uint32_t begin = line_start(file, line);
  std::size_t end = line < line_count(file) ? line_start(file, line + 1) : whole.size();
  while (end > begin && (whole[end - 1] == '\n' || whole[end - 1] == '\r')) end -= 1;
  return whole.substr(begin, end - begin);
}

} // namespace slsaudit::text
