// SPDX-License-Identifier: Apache-2.0
// Fn::Base64, Fn::ToJsonString and Fn::Cidr: values in another form. And Fn::Transform, which is not run.
#include "dialect/cloudformation/intrinsics.hpp"
#include "dialect/cloudformation/parts.hpp"
#include "text/json_escape.hpp"

#include <array>
#include <charconv>

namespace slsaudit::dialect::cloudformation::intrinsic {

using text::ProblemLevel;
using value::Kind;
using value::ReferenceKind;
using value::Value;

namespace {

std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8U) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? alphabet[(group >> (18U - 6U * static_cast<unsigned>(j))) & 63U] : '=';
    }
  }
  return out;
}

} // namespace

Value base64(Interpreter& interpreter, const Call& call) {
  const Value source = interpreter.argument(call);
  if (source.is_list() || source.is_map() || !source.is_present())
    return interpreter.wrong_shape(call, "text");
  return distribute(interpreter, {source}, call.span, [&](std::span<const Value> known) {
    const auto text = known[0].as_string();
    if (text && interpreter.charge(text->size() * 2))
      return interpreter.make().string(encode_base64(*text), call.span);
    const std::string reason = "the text to encode is not known: " + why_unknown(known[0]);
    return interpreter.make().symbolic({reference_part(ReferenceKind::unknown, reason)}, call.span);
  });
}

namespace {

/// Writes a value as JSON, references in their places.
class JsonWriter {
public:
  explicit JsonWriter(Interpreter& interpreter) : interpreter_(interpreter) {}

  // Recursion: over the nesting of a value, which follows that of the author's tree.
  void write(const Value& value) {
    if (failed_ || !interpreter_.charge(16)) {
      failed_ = true;
      return;
    }
    switch (value.kind()) {
    case Kind::null:
    case Kind::absent:
      text_ += "null";
      break;
    case Kind::boolean:
    case Kind::integer:
    case Kind::number:
      text_ += value.as_string().value_or("");
      break;
    case Kind::string:
      quoted(*value.as_string());
      break;
    case Kind::list:
      write_list(value);
      break;
    case Kind::map:
      write_map(value);
      break;
    case Kind::symbolic:
      write_symbolic(value);
      break;
    case Kind::unknown:
    case Kind::conditional:
      reference(reference_part(ReferenceKind::unknown, interpreter_.arena().copy(why_unknown(value))));
      break;
    }
  }

  Value finish(text::Span span) {
    if (failed_ || !interpreter_.charge(text_.size())) {
      return interpreter_.make().unknown("the template composes more text than slsaudit follows", span);
    }
    flush();
    return interpreter_.make().symbolic(parts_, span);
  }

private:
  void write_list(const Value& value) {
    text_ += '[';
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      if (i > 0) text_ += ',';
      write(value.items()[i]);
    }
    text_ += ']';
  }
  void write_map(const Value& value) {
    text_ += '{';
    for (std::size_t i = 0; i < value.members().size(); ++i) {
      if (i > 0) text_ += ',';
      quoted(value.members()[i].key);
      text_ += ':';
      write(value.members()[i].value);
    }
    text_ += '}';
  }
  void write_symbolic(const Value& value) {
    text_ += '"';
    for (const value::Part& part : value.parts()) {
      if (part.is_reference)
        reference(part);
      else
        text::append_json_escaped(text_, part.literal);
    }
    text_ += '"';
  }
  void quoted(std::string_view text) {
    text_ += '"';
    text::append_json_escaped(text_, text);
    text_ += '"';
  }
  void reference(const value::Part& part) {
    flush();
    parts_.push_back(part);
  }
  void flush() {
    parts_.push_back(literal_part(interpreter_.arena().copy(text_)));
    text_.clear();
  }

  Interpreter& interpreter_;
  Parts parts_;
  std::string text_;
  bool failed_ = false;
};

} // namespace

Value to_json_string(Interpreter& interpreter, const Call& call) {
  const Value source = interpreter.argument(call);
  const bool scalar = source.as_string().has_value() || source.is(Kind::null);
  if (scalar) return interpreter.wrong_shape(call, "a mapping or a list");
  return distribute(interpreter, {source}, call.span, [&](std::span<const Value> known) {
    JsonWriter writer(interpreter);
    writer.write(known[0]);
    return writer.finish(call.span);
  });
}

namespace {

struct Block {
  std::uint32_t address = 0;
  unsigned prefix = 0;
};

template <class T> bool take_number(std::string_view& text, T& out) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  if (parsed.ec != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return true;
}

std::optional<Block> parse_block(std::string_view text) {
  Block block;
  for (int i = 0; i < 4; ++i) {
    unsigned octet = 0;
    if (!take_number(text, octet) || octet > 255 || text.empty()) return std::nullopt;
    if (text.front() != (i < 3 ? '.' : '/')) return std::nullopt;
    text.remove_prefix(1);
    block.address = (block.address << 8U) | octet;
  }
  if (!take_number(text, block.prefix) || !text.empty() || block.prefix > 32) return std::nullopt;
  return block;
}

std::string block_text(std::uint32_t address, unsigned prefix) {
  std::string out;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    out += std::to_string((address >> (shift - 8)) & 255U);
    out += shift > 8 ? '.' : '/';
  }
  return out + std::to_string(prefix);
}

/// `count` blocks with `bits` host bits each, one after the other; nothing when they don't fit.
std::optional<std::vector<std::string>> divide(Block block, std::int64_t count, std::int64_t bits) {
  if (count < 1 || count > 256 || bits < 1 || bits > 32) return std::nullopt;
  const std::uint64_t size = std::uint64_t{1} << static_cast<unsigned>(bits);
  const std::uint64_t whole = std::uint64_t{1} << (32U - block.prefix);
  if (size * static_cast<std::uint64_t>(count) > whole) return std::nullopt;
  const std::uint64_t base = std::uint64_t{block.address} & ~(whole - 1);
  std::vector<std::string> blocks;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
    blocks.push_back(
        block_text(static_cast<std::uint32_t>(base + i * size), 32U - static_cast<unsigned>(bits)));
  }
  return blocks;
}

} // namespace

Value cidr(Interpreter& interpreter, const Call& call) {
  const auto arguments = call.list();
  constexpr std::string_view expected = "a list of an address block, a count and a number of bits";
  if (!arguments || arguments->size() < 2 || arguments->size() > 3)
    return interpreter.wrong_shape(call, expected);
  std::vector<Value> inputs;
  for (const syntax::Entry& entry : *arguments) inputs.push_back(interpreter.evaluate(*entry.value));
  return distribute(interpreter, inputs, call.span, [&](std::span<const Value> known) {
    const auto text = known[0].as_string();
    const auto block = text ? parse_block(*text) : std::nullopt;
    const auto count = known[1].as_integer();
    const auto bits = known.size() < 3 ? std::optional<std::int64_t>(8) : known[2].as_integer();
    const auto blocks = block && count && bits ? divide(*block, *count, *bits) : std::nullopt;
    if (!blocks) return interpreter.make().unknown("the address blocks are not known", call.span);
    std::vector<Value> items;
    for (const std::string& item : *blocks) items.push_back(interpreter.make().string(item, call.span));
    return interpreter.make().list(items, call.span);
  });
}

Value transform(Interpreter& interpreter, const Call& call) {
  const syntax::Node* name = call.argument->get("Name");
  const std::string macro =
      name != nullptr && name->is_scalar() ? "`" + std::string(name->text) + "`" : "a macro";
  interpreter.report(ProblemLevel::note, "transform-not-run", "what " + macro + " puts here is not known",
                     call.span);
  return interpreter.make().unknown("`Fn::Transform` with " + macro + " puts the value here", call.span);
}

} // namespace slsaudit::dialect::cloudformation::intrinsic
