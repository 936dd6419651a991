// SPDX-License-Identifier: Apache-2.0
// "…%d…".format([x]) and base64.
#include "cel/functions.hpp"
#include "cel/operations.hpp"
#include "cel/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace slsaudit::cel {

namespace {

constexpr std::size_t most_digits = 100; // behind the point

std::optional<double> real(const Value& value) {
  if (const auto* number = value.number()) return *number;
  if (const auto* integer = value.integer()) return static_cast<double>(*integer);
  if (const auto* integer = value.unsigned_integer()) return static_cast<double>(*integer);
  return std::nullopt;
}

std::optional<std::string> decimal(const Value& value, std::chars_format style,
                                   std::optional<std::size_t> digits) {
  const auto number = real(value);
  if (!number) return std::nullopt;
  if (!std::isfinite(*number)) return shortest(*number);
  std::array<char, 512> text{};
  const auto precision = static_cast<int>(digits.value_or(6));
  const auto end = std::to_chars(text.data(), text.data() + text.size(), *number, style, precision).ptr;
  return std::string(text.data(), end);
}

std::string in_base(std::uint64_t number, int base) {
  std::array<char, 65> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number, base).ptr};
}

std::optional<std::string> whole(const Value& value, int base) {
  if (const auto* integer = value.unsigned_integer()) return in_base(*integer, base);
  if (const auto* integer = value.integer()) {
    const std::uint64_t bits = static_cast<std::uint64_t>(*integer);
    return *integer < 0 ? "-" + in_base(std::uint64_t{0} - bits, base) : in_base(bits, base);
  }
  if (const auto* boolean = value.boolean(); boolean != nullptr && base == 2) return *boolean ? "1" : "0";
  if (const auto* number = value.number(); number != nullptr && base == 10 && !std::isfinite(*number)) {
    return shortest(*number);
  }
  return std::nullopt;
}

std::optional<std::string> hexadecimal(const Value& value) {
  if (auto number = whole(value, 16)) return number;
  if (!value.string() && !value.bytes()) return std::nullopt;
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : value.string() ? *value.string() : value.bytes()->data) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

// %s: maps in the order of their keys' texts. Recursion: depth is bounded by that of what made the value.
std::optional<std::string> plain(const Value& value, std::size_t& budget) {
  if (budget == 0) return std::nullopt;
  --budget;
  if (const auto* bytes = value.bytes()) return bytes->data;
  if (value.object() || is_flowing(value)) return std::nullopt;
  if (const ListView items(value); items.valid() && !value.is_null()) {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto item = plain(items[i], budget);
      if (!item) return std::nullopt;
      out += (i > 0 ? ", " : "") + *item;
    }
    return out + "]";
  }
  if (const MapView entries(value); entries.valid()) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto item = plain(entries.value(i), budget);
      if (!item) return std::nullopt;
      texts.emplace_back(entries.key(i).display(), *item);
    }
    std::sort(texts.begin(), texts.end());
    std::string out = "{";
    for (std::size_t i = 0; i < texts.size(); ++i)
      out += (i > 0 ? ", " : "") + texts[i].first + ": " + texts[i].second;
    return out + "}";
  }
  return value.string() ? std::string(*value.string()) : value.display();
}

std::optional<std::string> clause(char letter, std::optional<std::size_t> digits, const Value& value) {
  std::size_t budget = 10'000;
  switch (letter) {
  case 's':
    return plain(value, budget);
  case 'd':
    return whole(as_numeric(value), 10);
  case 'f':
    return decimal(as_numeric(value), std::chars_format::fixed, digits);
  case 'e':
    return decimal(as_numeric(value), std::chars_format::scientific, digits);
  case 'b':
    return whole(value, 2);
  case 'o':
    return whole(value, 8);
  case 'x':
    return hexadecimal(value);
  case 'X': {
    auto text = hexadecimal(value);
    if (!text) return text;
    for (char& c : *text) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
  }
  default:
    return std::nullopt;
  }
}

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

Value format(const Call& call) {
  const ListView items(call[1]);
  if (!call[0].string() || !items.valid()) return no_overload(call);
  const std::string_view pattern = *call[0].string();
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '%') {
      out += pattern[at++];
      continue;
    }
    if (++at < pattern.size() && pattern[at] == '%') {
      out += pattern[at++];
      continue;
    }
    std::optional<std::size_t> digits;
    if (at < pattern.size() && pattern[at] == '.') {
      std::size_t number = 0;
      const auto parsed = std::from_chars(pattern.data() + at + 1, pattern.data() + pattern.size(), number);
      if (parsed.ec != std::errc{} || number > most_digits)
        return Value::error("invalid precision in format");
      digits = number;
      at = static_cast<std::size_t>(parsed.ptr - pattern.data());
    }
    if (at >= pattern.size()) return Value::error("unfinished clause in format");
    const char letter = pattern[at++];
    if (std::string_view("sdfeboxX").find(letter) == std::string_view::npos) {
      return Value::error("unknown clause `%" + std::string(1, letter) + "` in format");
    }
    if (used >= items.size()) return Value::error("format has more clauses than the list has items");
    const Value item = items[used++];
    if (is_flowing(item)) return item;
    if (is_symbolic(item) && letter != 's') return unknown_text(item);
    const auto text = clause(letter, digits, item);
    if (!text)
      return Value::error("format can't write a " + std::string(item.type_name()) + " as `%" + letter + "`");
    out += *text;
    if (out.size() > longest_result) return Value::error("string too long");
  }
  return out;
}

Value base64_encode(const Call& call) {
  if (!call[0].bytes()) return no_overload(call);
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : call[0].bytes()->data) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += base64_digits[(bits >> (count - 6U)) & 63U];
  }
  if (count > 0) out += base64_digits[(bits << (6U - count)) & 63U];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

Value base64_decode(const Call& call) {
  const Value text = as_text(call[0]);
  if (!text.string()) return no_overload(call);
  std::string_view digits = *text.string();
  for (int i = 0; i < 2 && !digits.empty() && digits.back() == '='; ++i) digits.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : digits) {
    const std::size_t digit = base64_digits.find(c);
    if (digit == std::string_view::npos) return Value::error("not base64");
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(static_cast<unsigned char>((bits >> count) & 255U));
  }
  if (digits.size() % 4 == 1) return Value::error("not base64");
  return Bytes{out};
}

} // namespace slsaudit::cel
