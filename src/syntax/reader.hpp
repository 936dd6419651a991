// SPDX-License-Identifier: Apache-2.0
// Bytes to tree. Reading never fails: what can't be read is told in the document's problems.
#pragma once

#include "syntax/node.hpp"
#include "text/source_map.hpp"

#include <cstddef>
#include <string>

namespace slsaudit::syntax {

/// Bounds on what one file may make the reader do; each has an error that names it as dialect/limits.hpp
/// does.
struct Limits {
  std::size_t max_bytes = 8U << 20U;     ///< Size of a file; CloudFormation takes 1 MB.
  std::size_t max_depth = 200;           ///< Nested sequences and mappings.
  std::size_t max_nodes = 1'000'000;     ///< Nodes of one document, each counted once.
  std::size_t max_expansion = 2'000'000; ///< Nodes when every alias and merge key is counted as a copy.
};

/// Decodes the bytes (text/encoding.hpp), adds the text to `sources`, and reads it: as JSON when the path
/// ends in .json; as JSON and, where that has errors, as YAML when the first character that isn't blank is
/// '{' or '[' (whichever reader comes further is believed); else as YAML. A file that is too large or not
/// text is added with what text it has.
[[nodiscard]] Document read(text::SourceMap& sources, text::Arena& arena, std::string path, std::string bytes,
                            const Limits& limits = {});

/// Read text that is already in the map, which must be valid UTF-8. These are what `read` calls.
[[nodiscard]] Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                                 const Limits& limits = {});
[[nodiscard]] Document read_json(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                                 const Limits& limits = {});

} // namespace slsaudit::syntax
