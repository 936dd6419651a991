// SPDX-License-Identifier: Apache-2.0
#include "cel/functions.hpp"
#include "cel/operations.hpp"
#include "cel/text.hpp"

#include <array>
#include <cmath>

namespace slsaudit::cel {

namespace {

Value out_of_range(const Call& call) {
  return Value::error("`" + call[0].display() + "` is out of the range of " + std::string(call.name));
}

Value not_a(const Call& call) {
  const std::string message = "`" + call[0].display() + "` is no " + std::string(call.name);
  return call[0].from_template() ? Value::unknown(message) : Value::error(message);
}

Value to_int(const Call& call) {
  const Value& value = call[0];
  if (value.integer()) return value;
  if (const auto* integer = value.unsigned_integer()) {
    return *integer >> 63U == 0 ? Value(static_cast<std::int64_t>(*integer)) : out_of_range(call);
  }
  if (const auto* number = value.number()) {
    const bool fits = *number > -9223372036854775808.0 && *number < 9223372036854775808.0;
    return fits ? Value(static_cast<std::int64_t>(*number)) : out_of_range(call);
  }
  if (const auto* time = value.timestamp()) return time->seconds;
  if (const auto string = value.string()) {
    const auto integer = read_integer(*string);
    return integer ? Value(*integer) : not_a(call);
  }
  return no_overload(call);
}

Value to_uint(const Call& call) {
  const Value& value = call[0];
  if (value.unsigned_integer()) return value;
  if (const auto* integer = value.integer()) {
    return *integer >= 0 ? Value(static_cast<std::uint64_t>(*integer)) : out_of_range(call);
  }
  if (const auto* number = value.number()) {
    const bool fits = *number >= 0 && *number < 18446744073709551616.0;
    return fits ? Value(static_cast<std::uint64_t>(*number)) : out_of_range(call);
  }
  if (const auto string = value.string()) {
    const auto integer = read_unsigned(*string);
    return integer ? Value(*integer) : not_a(call);
  }
  return no_overload(call);
}

Value to_double(const Call& call) {
  const Value& value = call[0];
  if (value.number()) return value;
  if (const auto* integer = value.integer()) return static_cast<double>(*integer);
  if (const auto* integer = value.unsigned_integer()) return static_cast<double>(*integer);
  if (const auto string = value.string()) {
    const auto number = read_double(*string);
    return number ? Value(*number) : not_a(call);
  }
  return no_overload(call);
}

Value to_string(const Call& call) {
  const Value& value = call[0];
  if (value.string() || is_symbolic(value)) return value;
  if (const auto* bytes = value.bytes()) {
    return is_valid_utf8(bytes->data) ? Value(bytes->data) : Value::error("bytes are not valid UTF-8");
  }
  const bool scalar = value.boolean() || value.integer() || value.unsigned_integer() || value.number() ||
                      value.timestamp() || value.duration();
  return scalar ? Value(value.display()) : no_overload(call);
}

Value to_bytes(const Call& call) {
  if (call[0].bytes()) return call[0];
  const Value text = as_text(call[0]);
  return text.string() ? Value(Bytes{std::string(*text.string())}) : no_overload(call);
}

Value to_bool(const Call& call) {
  if (call[0].boolean()) return call[0];
  const Value text = as_text(call[0]);
  if (!text.string()) return no_overload(call);
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (*text.string() == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (*text.string() == no) return false;
  }
  return not_a(call);
}

Value type_of(const Call& call) {
  return Type{std::string(call[0].type_name())};
}

Value as_it_is(const Call& call) {
  return call[0];
}

Value size(const Call& call) {
  const auto count = [](std::size_t size) { return Value(static_cast<std::int64_t>(size)); };
  if (const ListView items(call[0]); items.valid()) return count(items.size());
  if (const MapView entries(call[0]); entries.valid()) return count(entries.size());
  if (const auto* bytes = call[0].bytes()) return count(bytes->data.size());
  const Value text = as_text(call[0]);
  return text.string() ? count(count_code_points(*text.string())) : no_overload(call);
}

constexpr std::array<Builtin, 9> table{{
    {"int", Style::function, 1, 1, to_int, "int(x) -> int",
     "a number without its fraction, a decimal string, or a time in seconds since 1970"},
    {"uint", Style::function, 1, 1, to_uint, "uint(x) -> uint",
     "a number that is not negative, or a decimal string"},
    {"double", Style::function, 1, 1, to_double, "double(x) -> double", "a number, or a decimal string"},
    {"string", Style::function, 1, 1, to_string, "string(x) -> string", "a scalar as text, or bytes as UTF-8",
     false, true},
    {"bytes", Style::function, 1, 1, to_bytes, "bytes(x) -> bytes", "the string's UTF-8"},
    {"bool", Style::function, 1, 1, to_bool, "bool(x) -> bool", "of the strings true, t, 1, false, f and 0"},
    {"type", Style::function, 1, 1, type_of, "type(x) -> type",
     "the type, comparable with int, list and so on", false, true},
    {"dyn", Style::function, 1, 1, as_it_is, "dyn(x) -> value", "x itself", false, true},
    {"size", Style::either, 1, 1, size, "size(x) -> int, x.size() -> int",
     "code points of a string, bytes, or items of a list or map"},
}};

} // namespace

std::span<const Builtin> conversion_functions() {
  return table;
}

} // namespace slsaudit::cel
