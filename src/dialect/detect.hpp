// SPDX-License-Identifier: Apache-2.0
// Which dialect a document is, by its content.
#pragma once

#include "dialect/template.hpp"

namespace slsaudit::dialect {

struct Detected {
  std::optional<Dialect> dialect; ///< Nothing: no template of ours.
  std::string why_not;            ///< For a file that was named explicitly: what was looked for and not found.
};

[[nodiscard]] Detected detect(const syntax::Document& document);

} // namespace slsaudit::dialect
