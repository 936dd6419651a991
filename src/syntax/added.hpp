// SPDX-License-Identifier: Apache-2.0
// Reading in two steps, for those who read many files at once: files join the map one after the other, and
// are read in any order.
#pragma once

#include "syntax/reader.hpp"
#include "text/encoding.hpp"

#include <optional>
#include <string>

namespace slsaudit::syntax {

/// A file that is in the map and not read yet.
struct Added {
  text::FileId file;
  bool named_json = false;
  text::Decoded decoding;           ///< How its bytes became text; the text itself is in the map.
  std::optional<Document> unusable; ///< Too large, or no text.
};

/// The first half of read() (reader.hpp).
[[nodiscard]] Added add(text::SourceMap& sources, std::string path, std::string bytes, const Limits& limits);
/// The second one. The map may be read by others meanwhile; the tree's texts are those of the map, which must
/// outlive it.
[[nodiscard]] Document read(const text::SourceMap& sources, text::Arena& arena, const Added& added,
                            const Limits& limits);

} // namespace slsaudit::syntax
