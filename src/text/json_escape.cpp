// SPDX-License-Identifier: Apache-2.0
#include "text/json_escape.hpp"

namespace slsaudit::text {

void append_json_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20) {
      ((out += "\\u00") += digits[byte >> 4U]) += digits[byte & 15U];
    } else {
      out += c;
    }
  }
}

} // namespace slsaudit::text
