// SPDX-License-Identifier: Apache-2.0
#include "cel/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace slsaudit::cel {

namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t code_point = replacement;
  std::size_t length = 1;
  bool valid = false;
};

Decoded decode(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(offset);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first >= 0xF5 || offset + length > text.size()) return {};
  char32_t code_point = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(offset + i) & 0xC0U) != 0x80U) return {};
    code_point = (code_point << 6U) | (byte(offset + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (overlong || surrogate || code_point > 0x10FFFF) return {};
  return {code_point, length, true};
}

} // namespace

char32_t next_code_point(std::string_view text, std::size_t& offset) {
  const Decoded decoded = decode(text, offset);
  offset += decoded.length;
  return decoded.code_point;
}

void append_code_point(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  }
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t offset = 0; offset < text.size(); ++count)
    static_cast<void>(next_code_point(text, offset));
  return count;
}

std::size_t byte_offset(std::string_view text, std::size_t code_points) {
  std::size_t offset = 0;
  while (code_points-- > 0 && offset < text.size()) static_cast<void>(next_code_point(text, offset));
  return offset;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded decoded = decode(text, offset);
    if (!decoded.valid) return false;
    offset += decoded.length;
  }
  return true;
}

std::string reversed_code_points(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t end = text.size();
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = decode(text, offset).length;
    end -= length;
    out.replace(end, length, text.substr(offset, length));
    offset += length;
  }
  return out;
}

std::string shortest(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t result = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return result;
}

std::optional<std::uint64_t> read_unsigned(std::string_view text) {
  std::uint64_t result = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return result;
}

std::optional<double> read_double(std::string_view text) {
  if (text == "NaN") return std::nan("");
  if (text == "Infinity" || text == "+Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos)
    return std::nullopt;
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  double result = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result);
  if (parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) return text.find("e-") != text.npos ? 0.0 : HUGE_VAL;
  if (parsed.ec != std::errc{}) return std::nullopt;
  return result;
}

bool rewrites_number(std::string_view text) {
  if (const auto integer = read_integer(text)) return std::to_string(*integer) != text;
  if (const auto number = read_double(text)) return shortest(*number) != text;
  return false;
}

std::string quoted(std::string_view text, bool unicode) {
  static constexpr std::string_view letters = "abtnvfr"; // the escapes of the bytes 7 to 13
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (std::size_t offset = 0; offset < text.size();) {
    const auto byte = static_cast<unsigned char>(text[offset]);
    if (byte >= 0x80 && unicode) {
      append_code_point(out, next_code_point(text, offset));
      continue;
    }
    ++offset;
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += static_cast<char>(byte);
    } else if (byte >= 7 && byte <= 13) {
      out += '\\';
      out += letters[byte - 7U];
    } else if (byte < 0x20 || byte >= 0x7F) {
      if (unicode) { // only control characters come here: keep them
        out += static_cast<char>(byte);
        continue;
      }
      out += "\\x";
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    } else {
      out += static_cast<char>(byte);
    }
  }
  return out + '"';
}

} // namespace slsaudit::cel
