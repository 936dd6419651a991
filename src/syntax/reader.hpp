// SPDX-License-Identifier: Apache-2.0
// Bytes to tree. Reading never fails: what can't be read is told in the document's problems.
#pragma once

#include "syntax/node.hpp"
#include "text/source_map.hpp"

#include <cstddef>
#include <string>

namespace slsaudit::syntax {

/// Bounds on what one file may make the reader do; each has an error that names it.
struct Limits {
  std::size_t max_bytes = 16U << 20U;    ///< Size of a file.
  std::size_t max_depth = 200;           ///< Nested sequences and mappings.
  std::size_t max_nodes = 2'000'000;     ///< Nodes of one document, each counted once.
  std::size_t max_expansion = 4'000'000; ///< Nodes when every alias and merge key is counted as a copy.
};

/// Decodes UTF-8 (with or without mark) and UTF-16 (either order), adds the text to `sources`, and reads it as JSON
/// when the path ends in .json or the first character that isn't blank is '{' or '[' and no YAML is; else as YAML.
[[nodiscard]] Document read(text::SourceMap& sources, text::Arena& arena, std::string path, std::string bytes,
                            const Limits& limits = {});

/// Reads text that is already in the map. These are what `read` calls.
[[nodiscard]] Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                                 const Limits& limits = {});
[[nodiscard]] Document read_json(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                                 const Limits& limits = {});

} // namespace slsaudit::syntax
