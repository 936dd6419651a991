// SPDX-License-Identifier: Apache-2.0
// The lines of a source file round a span, with carets under it.
#pragma once

#include "report/paint.hpp"
#include "text/source_map.hpp"

#include <cstdint>
#include <ostream>
#include <string>

namespace slsaudit::report {

struct FrameOptions {
  std::uint32_t width = 120; ///< Cells of a shown line.
  bool hide_value = false;   ///< The span's own text is a secret.
  bool ascii = false;        ///< Characters beyond ASCII are shown as escapes.
  std::uint32_t margin = 0;  ///< Digits of line numbers to make room for; 0: as many as needed.
};

/// "  --> path:line:column", then the line (of several lines the first, an ellipsis and the last) and the
/// carets.
void print_frame(const text::SourceMap& sources, text::Span span, const FrameOptions& options,
                 const Paint& paint, std::ostream& out);

/// "path:line:column", columns in code points from 1.
[[nodiscard]] std::string place(const text::SourceMap& sources, text::Span span);

} // namespace slsaudit::report
