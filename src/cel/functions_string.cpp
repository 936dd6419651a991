// SPDX-License-Identifier: Apache-2.0
// Positions and lengths are in code points. A template's number or boolean counts as its text.
#include "cel/functions.hpp"
#include "cel/operations.hpp"
#include "cel/regex.hpp"
#include "cel/text.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cel {

namespace {

/// The arguments of a call as texts and whole numbers, after `valid()` has said that they are.
class Arguments {
public:
  /// `types` has a letter an argument, s or i; arguments that were not given are not looked at.
  Arguments(const Call& call, std::string_view types) : call_(call) {
    SLSAUDIT_ASSERT(call.size() <= std::min(types.size(), values_.size()));
    for (std::size_t i = 0; i < call.size(); ++i) {
      values_[i] = types[i] == 's' ? as_text(call[i]) : as_numeric(call[i]);
      valid_ =
          valid_ && (types[i] == 's' ? values_[i].string().has_value() : values_[i].integer() != nullptr);
    }
  }
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] std::string_view text(std::size_t i) const { return *values_[i].string(); }
  [[nodiscard]] std::int64_t number(std::size_t i, std::int64_t otherwise) const {
    return i < call_.size() ? *values_[i].integer() : otherwise;
  }
  [[nodiscard]] Value wrong() const { return no_overload(call_); }
  [[nodiscard]] Value out_of_bounds(std::int64_t at) const {
    return Value::error("index out of bounds: " + std::to_string(at));
  }

private:
  const Call& call_;
  std::array<Value, 4> values_;
  bool valid_ = true;
};

std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t offset = 0; offset < text.size();) out += next_code_point(text, offset);
  return out;
}

bool is_text(const Value& value) {
  return value.string() || is_symbolic(value);
}

template <Value (*decide)(const Value&, const Value&)> Value compared(const Call& call) {
  const Value text = as_text(call[0]);
  const Value other = as_text(call[1]);
  return is_text(text) && is_text(other) ? decide(text, other) : no_overload(call);
}

Value matches(const Call& call) {
  const Arguments arguments(call, "ss");
  if (!arguments.valid()) return arguments.wrong();
  if (call.regex != nullptr) return call.regex->matches(arguments.text(0));
  std::string error;
  const auto regex = call.patterns != nullptr ? call.patterns->find(arguments.text(1), error)
                                              : Patterns().find(arguments.text(1), error);
  return regex ? Value(regex->matches(arguments.text(0))) : Value::error("invalid pattern: " + error);
}

Value char_at(const Call& call) {
  const Arguments arguments(call, "si");
  if (!arguments.valid()) return arguments.wrong();
  const std::u32string text = to_code_points(arguments.text(0));
  const std::int64_t at = arguments.number(1, 0);
  if (at < 0 || static_cast<std::uint64_t>(at) > text.size()) return arguments.out_of_bounds(at);
  std::string out;
  if (static_cast<std::uint64_t>(at) < text.size())
    append_code_point(out, text[static_cast<std::size_t>(at)]);
  return out;
}

Value index_of(const Call& call) {
  const Arguments arguments(call, "ssi");
  if (!arguments.valid()) return arguments.wrong();
  const std::u32string text = to_code_points(arguments.text(0));
  const std::int64_t from = arguments.number(2, 0);
  if (from < 0 || static_cast<std::uint64_t>(from) > text.size()) return arguments.out_of_bounds(from);
  const std::size_t found = text.find(to_code_points(arguments.text(1)), static_cast<std::size_t>(from));
  return found == std::u32string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(found);
}

Value last_index_of(const Call& call) {
  const Arguments arguments(call, "ssi");
  if (!arguments.valid()) return arguments.wrong();
  const std::u32string text = to_code_points(arguments.text(0));
  const std::int64_t from = arguments.number(2, static_cast<std::int64_t>(text.size()));
  if (from < 0 || static_cast<std::uint64_t>(from) > text.size()) return arguments.out_of_bounds(from);
  const std::size_t found = text.rfind(to_code_points(arguments.text(1)), static_cast<std::size_t>(from));
  return found == std::u32string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(found);
}

Value substring(const Call& call) {
  const Arguments arguments(call, "sii");
  if (!arguments.valid()) return arguments.wrong();
  const std::string_view text = arguments.text(0);
  const auto size = static_cast<std::int64_t>(count_code_points(text));
  const std::int64_t first = arguments.number(1, 0);
  const std::int64_t last = arguments.number(2, size);
  if (first < 0 || first > size) return arguments.out_of_bounds(first);
  if (last < first || last > size) return arguments.out_of_bounds(last);
  const std::size_t begin = byte_offset(text, static_cast<std::size_t>(first));
  return text.substr(begin, byte_offset(text, static_cast<std::size_t>(last)) - begin);
}

Value in_ascii_case(const Call& call, char first, char last, int shift) {
  const Arguments arguments(call, "s");
  if (!arguments.valid()) return arguments.wrong();
  std::string text(arguments.text(0));
  for (char& c : text) c = c >= first && c <= last ? static_cast<char>(c + shift) : c;
  return text;
}
Value lower_ascii(const Call& call) {
  return in_ascii_case(call, 'A', 'Z', 'a' - 'A');
}
Value upper_ascii(const Call& call) {
  return in_ascii_case(call, 'a', 'z', 'A' - 'a');
}

bool is_white(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Value trim(const Call& call) {
  const Arguments arguments(call, "s");
  if (!arguments.valid()) return arguments.wrong();
  const std::string_view text = arguments.text(0);
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t start = offset;
    if (is_white(next_code_point(text, offset))) continue;
    begin = std::min(begin, start);
    end = offset;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

Value replace(const Call& call) {
  const Arguments arguments(call, "sssi");
  if (!arguments.valid()) return arguments.wrong();
  const std::string_view text = arguments.text(0);
  const std::string_view old = arguments.text(1);
  std::int64_t left = arguments.number(3, -1);
  std::string out;
  std::size_t at = 0;
  while (left != 0 && at <= text.size()) {
    const std::size_t found = text.find(old, at);
    if (found == std::string_view::npos) break;
    out.append(text, at, found - at);
    out += arguments.text(2);
    at = found + old.size();
    if (old.empty()) { // between all code points
      if (at == text.size()) return out;
      const std::size_t begin = at;
      static_cast<void>(next_code_point(text, at));
      out.append(text, begin, at - begin);
    }
    if (out.size() > longest_result) return Value::error("string too long");
    if (left > 0) --left;
  }
  out.append(text, std::min(at, text.size()));
  return out;
}

Value split(const Call& call) {
  const Arguments arguments(call, "ssi");
  if (!arguments.valid()) return arguments.wrong();
  std::string_view text = arguments.text(0);
  const std::string_view separator = arguments.text(1);
  const std::int64_t most = arguments.number(2, -1);
  List out;
  if (most == 0) return out;
  while (most < 0 || static_cast<std::int64_t>(out.size()) + 1 < most) {
    std::size_t end = text.find(separator);
    if (separator.empty()) {
      end = byte_offset(text, 1);
      if (end == text.size()) break;
    }
    if (end == std::string_view::npos) break;
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  if (!text.empty() || !separator.empty()) out.emplace_back(text);
  return out;
}

Value join(const Call& call) {
  const ListView items(call[0]);
  const Value separator = call.size() > 1 ? as_text(call[1]) : Value("");
  if (!items.valid() || !separator.string()) return no_overload(call);
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Value item = as_text(items[i]);
    if (is_flowing(item)) return item;
    if (is_symbolic(item)) return unknown_text(item);
    if (!item.string()) return no_overload(call.name, {&item});
    if (i > 0) out += *separator.string();
    out += *item.string();
    if (out.size() > longest_result) return Value::error("string too long");
  }
  return out;
}

Value quote(const Call& call) {
  const Arguments arguments(call, "s");
  return arguments.valid() ? Value(quoted(arguments.text(0), true)) : arguments.wrong();
}

constexpr std::array<Builtin, 18> table{{
    {"contains", Style::receiver, 2, 2, compared<text_contains>, "string.contains(piece) -> bool",
     "whether the piece occurs in it", false, true},
    {"startsWith", Style::receiver, 2, 2, compared<text_starts_with>, "string.startsWith(prefix) -> bool",
     "whether it begins with the prefix", false, true},
    {"endsWith", Style::receiver, 2, 2, compared<text_ends_with>, "string.endsWith(suffix) -> bool",
     "whether it ends with the suffix", false, true},
    {"matches", Style::either, 2, 2, matches, "string.matches(pattern) -> bool",
     "whether the regular expression (RE2 syntax) is found in it"},
    {"charAt", Style::receiver, 2, 2, char_at, "string.charAt(i) -> string", "the character at a position"},
    {"indexOf", Style::receiver, 2, 3, index_of, "string.indexOf(piece) -> int, string.indexOf(piece, from)",
     "where the piece first occurs, or -1"},
    {"lastIndexOf", Style::receiver, 2, 3, last_index_of,
     "string.lastIndexOf(piece) -> int, string.lastIndexOf(piece, from)",
     "where the piece last occurs, or -1"},
    {"substring", Style::receiver, 2, 3, substring,
     "string.substring(first) -> string, string.substring(first, end)",
     "the characters from first to before end"},
    {"lowerAscii", Style::receiver, 1, 1, lower_ascii, "string.lowerAscii() -> string",
     "A to Z in lower case"},
    {"upperAscii", Style::receiver, 1, 1, upper_ascii, "string.upperAscii() -> string",
     "a to z in upper case"},
    {"trim", Style::receiver, 1, 1, trim, "string.trim() -> string", "without white space at both ends"},
    {"replace", Style::receiver, 3, 4, replace,
     "string.replace(old, new) -> string, string.replace(old, new, most)",
     "with each old, or the first few, replaced"},
    {"split", Style::receiver, 2, 3, split, "string.split(separator) -> list, string.split(separator, most)",
     "the pieces between separators"},
    {"join", Style::receiver, 1, 2, join, "list.join() -> string, list.join(separator)",
     "the strings of a list in one"},
    {"format", Style::receiver, 2, 2, format, "string.format(list) -> string",
     "with %s %d %f %e %b %o %x %X replaced by the list's items"},
    {"strings.quote", Style::function, 1, 1, quote, "strings.quote(string) -> string",
     "in double quotes, with escapes"},
    {"base64.encode", Style::function, 1, 1, base64_encode, "base64.encode(bytes) -> string", "as base64"},
    {"base64.decode", Style::function, 1, 1, base64_decode, "base64.decode(string) -> bytes",
     "of base64, with or without padding"},
}};

} // namespace

std::span<const Builtin> string_functions() {
  return table;
}

} // namespace slsaudit::cel
