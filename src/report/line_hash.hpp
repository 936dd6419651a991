// SPDX-License-Identifier: Apache-2.0
// The fingerprint by which GitHub's code scanning follows a result from one revision to the next.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

/// `primaryLocationLineHash` of each line, in order: a rolling hash, modulo 2^64 and to the base 37, over the
/// 100 UTF-16 code units from the line's start on, leaving out blanks and tabs, with every line end as "\n";
/// then ':' and how many lines up to this one have that hash. 65535 ends the file, zeros fill up. Uploads
/// that carry another value than the uploader computes are warned about, so it has to be exactly this.
[[nodiscard]] std::vector<std::string> line_hashes(std::string_view text);

} // namespace slsaudit::report
