// SPDX-License-Identifier: Apache-2.0
// Text inside JSON strings.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::text {

/// Appends `text` as it stands between the quotes of a JSON string: quotes, backslashes and control
/// characters are escaped, all else (UTF-8 too) stays.
void append_json_escaped(std::string& out, std::string_view text);

} // namespace slsaudit::text
