// SPDX-License-Identifier: Apache-2.0
// For tests: what read_yaml must be like. Internal to this folder.
#pragma once

#include "syntax/reader.hpp"

namespace slsaudit::syntax {

/// As read_yaml, but each text is read by the library, however usual it is.
[[nodiscard]] Document read_yaml_by_library(const text::SourceMap& sources, text::Arena& arena,
                                            text::FileId file, const Limits& limits);

} // namespace slsaudit::syntax
