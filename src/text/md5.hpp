// SPDX-License-Identifier: Apache-2.0
// MD5 (RFC 1321): not for secrets, but because other programs make names with it.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::text {

/// 32 lower-case hexadecimal digits.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

} // namespace slsaudit::text
