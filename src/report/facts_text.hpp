// SPDX-License-Identifier: Apache-2.0
// Values and tables of facts as lines of text.
#pragma once

#include "analysis/table.hpp"

#include <cstdint>
#include <ostream>
#include <string>

namespace slsaudit::report {

/// A value as a message shows it, without the marks that messages put round names; "unknown (reason)" where
/// it is not known and "-" for null.
[[nodiscard]] std::string shown(const cel::Value& value);

/// The same on one line that is fit for a terminal, with secrets masked; a row of facts with its columns'
/// names.
[[nodiscard]] std::string line_of(const cel::Value& value);

/// Name and summary, then aligned columns where they fit `width` cells, else each row as a block of lines.
void print_table(const analysis::Table& table, std::uint32_t width, std::ostream& out);

} // namespace slsaudit::report
