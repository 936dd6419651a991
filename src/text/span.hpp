// SPDX-License-Identifier: Apache-2.0
// Where a piece of text stands: a file and a half-open range of byte offsets. Lines and columns exist only when
// printing (see source_map.hpp).
#pragma once

#include "text/typed_id.hpp"

#include <compare>
#include <cstdint>

namespace slsaudit::text {

struct FileTag;
/// Names a file of the run's SourceMap. Ids follow the order in which files were added.
using FileId = TypedId<FileTag>;

/// Bytes [begin, end) of a file's UTF-8 text. A default Span is invalid: it stands nowhere.
struct Span {
  FileId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] constexpr bool valid() const { return file.valid(); }
  [[nodiscard]] constexpr bool empty() const { return begin == end; }
  [[nodiscard]] constexpr bool contains(Span inner) const {
    return file == inner.file && begin <= inner.begin && inner.end <= end;
  }
  friend constexpr auto operator<=>(const Span&, const Span&) = default;
};

static_assert(sizeof(Span) == 12);

} // namespace slsaudit::text
