// SPDX-License-Identifier: Apache-2.0
// Reading in steps, for those who read many files at once: they are decoded in any order, join the map one
// after the other, and are read in any order again.
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

/// A file that is to join the map.
struct Decoded {
  text::SourceMap::SharedFile file;
  bool named_json = false;
  text::Decoded decoding; ///< How its bytes became text; the text itself is in the file.
  bool is_binary = false;
  std::size_t too_many_bytes = 0; ///< Not 0: so many, and no text.
};

/// The first step of read() (reader.hpp).
[[nodiscard]] Decoded decode(std::string path, std::string bytes, const Limits& limits);
/// The second one.
[[nodiscard]] Added add(text::SourceMap& sources, Decoded decoded, const Limits& limits);
/// The third one. The map may be read by others meanwhile; the tree's texts are those of the map, which must
/// outlive it.
[[nodiscard]] Document read(const text::SourceMap& sources, text::Arena& arena, const Added& added,
                            const Limits& limits);

} // namespace slsaudit::syntax
