// SPDX-License-Identifier: Apache-2.0
// The readers, with a say in where a tree's texts are. Internal to this folder.
#pragma once

#include "syntax/reader.hpp"

namespace slsaudit::syntax {

enum class Texts : std::uint8_t {
  copied, ///< They live as long as the arena.
  shared  ///< They are those of the source map where a value stands there as it is: the map must outlive the
          ///< tree.
};

[[nodiscard]] Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                                 const Limits& limits, Texts texts);
[[nodiscard]] Document read_json(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                                 const Limits& limits, Texts texts);

} // namespace slsaudit::syntax
