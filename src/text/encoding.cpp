// SPDX-License-Identifier: Apache-2.0
#include "text/encoding.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <cstring>

namespace slsaudit::text {

namespace {

constexpr char32_t replacement = 0xFFFD;

std::uint32_t byte_at(std::string_view text, std::size_t offset) {
  return static_cast<unsigned char>(text[offset]);
}

bool continues(std::string_view text, std::size_t offset) {
  return offset < text.size() && (byte_at(text, offset) & 0xC0U) == 0x80U;
}

/// Index of the first byte at or after `offset` that isn't ASCII; eight bytes at a time, as most text is
/// ASCII.
std::size_t skip_ascii(std::string_view text, std::size_t offset) {
  for (std::uint64_t word = 0; offset + sizeof word <= text.size(); offset += sizeof word) {
    std::memcpy(&word, text.data() + offset, sizeof word);
    if ((word & 0x8080808080808080U) != 0) {
      break;
    }
  }
  while (offset < text.size() && byte_at(text, offset) < 0x80U) {
    ++offset;
  }
  return offset;
}

Decoded from_utf8(std::string bytes) {
  Decoded result;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    bytes.erase(0, 3);
  }
  std::size_t good_from = 0;
  for (std::size_t at = skip_ascii(bytes, 0); at < bytes.size(); at = skip_ascii(bytes, at)) {
    if (const std::size_t length = sequence_length(bytes, at); length > 0) {
      at += length;
      continue;
    }
    result.text.append(bytes, good_from, at - good_from);
    if (result.bad_count == 0) {
      result.first_bad = result.text.size();
    }
    result.bad_count += 1;
    append_utf8(result.text, replacement);
    at += 1;
    good_from = at;
  }
  if (result.bad_count == 0) {
    result.text = std::move(bytes);
  } else {
    result.text.append(bytes, good_from, std::string::npos);
  }
  return result;
}

Decoded from_utf16(std::string_view bytes, bool big_endian) {
  Decoded result;
  result.encoding = big_endian ? Encoding::utf16_big_endian : Encoding::utf16_little_endian;
  result.text.reserve(bytes.size() / 2 + bytes.size() / 8);
  const auto unit = [&](std::size_t at) -> char32_t {
    const std::uint32_t first = byte_at(bytes, at);
    const std::uint32_t second = byte_at(bytes, at + 1);
    return big_endian ? first << 8U | second : second << 8U | first;
  };
  const auto bad = [&] {
    if (result.bad_count == 0) {
      result.first_bad = result.text.size();
    }
    result.bad_count += 1;
    append_utf8(result.text, replacement);
  };
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    const char32_t high = unit(at);
    if (high == 0xFEFF && at == 0) {
      continue; // byte-order mark
    }
    if (high < 0xD800 || high > 0xDFFF) {
      append_utf8(result.text, high);
      continue;
    }
    const char32_t low = high < 0xDC00 && at + 3 < bytes.size() ? unit(at + 2) : 0;
    if (low < 0xDC00 || low > 0xDFFF) {
      bad();
      continue;
    }
    append_utf8(result.text, 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
    at += 2;
  }
  if (at < bytes.size()) {
    bad(); // an odd byte at the end
  }
  return result;
}

/// Zero bytes in every first (`parity` 0) or every second place of the first two characters, and nowhere else
/// there.
bool zeros_at(std::string_view bytes, std::size_t parity) {
  if (bytes.size() < 2) {
    return false;
  }
  for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i) {
    if ((bytes[i] == '\0') != (i % 2 == parity)) {
      return false;
    }
  }
  return true;
}

bool is_plain_ascii(char c) {
  return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
}

} // namespace

std::size_t plain_ascii_end(std::string_view text, std::size_t offset) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highest = ones * 0x80U;
  while (offset < text.size()) {
    // Eight bytes at a time, as most texts hold nothing else. In what follows each byte's highest bit answers
    // for it, and no byte touches another: none is above 127.
    for (std::uint64_t word = 0; offset + sizeof word <= text.size(); offset += sizeof word) {
      std::memcpy(&word, text.data() + offset, sizeof word);
      if (((word | (word + ones)) & highest) != 0) break; // not ASCII, or DEL
      const std::uint64_t below_blank = ~((word | highest) - ones * 0x20U) & highest;
      if (below_blank == 0) continue;
      const auto differs = [&](char c) {
        return ((word ^ (ones * static_cast<unsigned char>(c))) | highest) - ones;
      };
      if ((below_blank & differs('\n') & differs('\r') & differs('\t')) != 0) break;
    }
    const std::size_t end = std::min(offset + sizeof(std::uint64_t), text.size());
    for (; offset < end; ++offset) {
      if (!is_plain_ascii(text[offset])) return offset;
    }
  }
  return offset;
}

std::size_t sequence_length(std::string_view text, std::size_t offset) {
  const std::uint32_t lead = byte_at(text, offset);
  if (lead < 0x80U) {
    return 1;
  }
  if (lead < 0xC2U || lead > 0xF4U || !continues(text, offset + 1)) {
    return 0;
  }
  if (lead < 0xE0U) {
    return 2;
  }
  const std::uint32_t second = byte_at(text, offset + 1);
  if (!continues(text, offset + 2)) {
    return 0;
  }
  if (lead < 0xF0U) {
    const bool overlong = lead == 0xE0U && second < 0xA0U;
    const bool surrogate = lead == 0xEDU && second > 0x9FU;
    return overlong || surrogate ? 0 : 3;
  }
  const bool overlong = lead == 0xF0U && second < 0x90U;
  const bool too_large = lead == 0xF4U && second > 0x8FU;
  return overlong || too_large || !continues(text, offset + 3) ? 0 : 4;
}

std::string_view beginning(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  std::size_t end = most_bytes;
  while (end > 0 && continues(text, end)) --end;
  return text.substr(0, end);
}

char32_t code_point(std::string_view text, std::size_t offset) {
  const std::size_t length = sequence_length(text, offset);
  SLSAUDIT_ASSERT(length > 0);
  static constexpr std::uint32_t lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t value = byte_at(text, offset) & lead_bits[length];
  for (std::size_t i = 1; i < length; ++i) {
    value = value << 6U | (byte_at(text, offset + i) & 0x3FU);
  }
  return value;
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    code_point = replacement;
  }
  const auto add = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0U | code_point >> 6U);
    add(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    add(0xE0U | code_point >> 12U);
    add(0x80U | (code_point >> 6U & 0x3FU));
    add(0x80U | (code_point & 0x3FU));
  } else {
    add(0xF0U | code_point >> 18U);
    add(0x80U | (code_point >> 12U & 0x3FU));
    add(0x80U | (code_point >> 6U & 0x3FU));
    add(0x80U | (code_point & 0x3FU));
  }
}

Decoded to_utf8(std::string bytes) {
  if (bytes.starts_with("\xFF\xFE") || zeros_at(bytes, 1)) {
    return from_utf16(bytes, false);
  }
  if (bytes.starts_with("\xFE\xFF") || zeros_at(bytes, 0)) {
    return from_utf16(bytes, true);
  }
  return from_utf8(std::move(bytes));
}

} // namespace slsaudit::text
