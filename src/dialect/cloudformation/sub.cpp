// SPDX-License-Identifier: Apache-2.0
// Fn::Sub: text with `${Name}`, `${Resource.Attribute}`, `${Variable}` and `${!Literal}`.
#include "dialect/cloudformation/intrinsics.hpp"
#include "dialect/cloudformation/parts.hpp"
#include "text/encoding.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation::intrinsic {

using syntax::Node;
using text::ProblemLevel;
using value::Value;

namespace {

/// A template's pieces: literal text, or the name between `${` and `}`.
struct Piece {
  bool is_name = false;
  std::string_view text;
};

struct Pieces {
  std::vector<Piece> pieces;
  std::string fault; ///< What is wrong with the first `${…}` that is; those stay as text.
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == ':';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// CloudFormation allows blanks, line ends too, around a name.
std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Where what begins with `${` stops being a name, or a literal `${!…`.
std::size_t end_of(std::string_view text, bool is_literal) {
  std::size_t end = 2;
  while (end < text.size()) {
    const char c = text[end];
    if (is_literal ? c == '}' : !is_name_character(c) && !is_blank(c)) break;
    ++end;
  }
  return end;
}

/// Every character is looked at a bounded number of times, however many openings there are.
Pieces parse(std::string_view text) {
  Pieces result;
  const auto literal = [&](std::string_view piece) {
    if (!piece.empty()) result.pieces.push_back({false, piece});
  };
  const auto fault = [&](std::string message) {
    if (result.fault.empty()) result.fault = std::move(message);
  };
  while (!text.empty()) {
    const std::size_t open = text.find("${");
    literal(text.substr(0, open));
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const bool is_literal = text.size() > 2 && text[2] == '!';
    const std::size_t end = end_of(text, is_literal);
    const bool closed = end < text.size() && text[end] == '}';
    const std::string_view inside = text.substr(2, end - 2);
    const std::string_view name = trim(inside);
    if (is_literal && closed) {
      literal("${");
      literal(inside.substr(1));
      literal("}");
    } else if (!is_literal && closed && !name.empty() && std::ranges::none_of(name, is_blank)) {
      result.pieces.push_back({true, name});
    } else {
      if (closed)
        fault("`${" + std::string(text::beginning(inside, 40)) + "}` names nothing");
      else if (end == text.size())
        fault("`${` has no closing brace");
      else
        fault("a name after `${` holds a character other than letters, digits, `_`, `.` and `:`");
      literal(text.substr(0, closed ? end + 1 : end));
    }
    text.remove_prefix(closed ? end + 1 : end);
  }
  return result;
}

struct Variables {
  std::vector<value::Member> members;
  [[nodiscard]] const Value* find(std::string_view name) const {
    const auto found = std::ranges::find(members, name, &value::Member::key);
    return found == members.end() ? nullptr : &found->value;
  }
};

Value name_value(Interpreter& interpreter, const Variables& variables, std::string_view name,
                 text::Span span) {
  if (const Value* variable = variables.find(name)) return *variable;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size())
    return interpreter.reference(name, span);
  return interpreter.attribute(name.substr(0, dot), name.substr(dot + 1), span);
}

Value substitute(Interpreter& interpreter, std::string_view text, const Variables& variables,
                 text::Span span) {
  const Pieces parsed = parse(text);
  if (!parsed.fault.empty()) {
    interpreter.report(ProblemLevel::error, "wrong-substitution", "in `Fn::Sub`, " + parsed.fault, span,
                       "write `${Name}`, or `${!Name}` for text that shall stay as it is");
  }
  std::vector<Value> values;
  for (const Piece& piece : parsed.pieces) {
    if (piece.is_name) values.push_back(name_value(interpreter, variables, piece.text, span));
  }
  return distribute(interpreter, values, span, [&](std::span<const Value> known) {
    Parts parts;
    std::size_t next = 0;
    for (const Piece& piece : parsed.pieces) {
      if (piece.is_name)
        append_text(parts, known[next++], interpreter.arena());
      else
        parts.push_back(literal_part(piece.text));
    }
    return text_value(interpreter, parts, span);
  });
}

} // namespace

Value sub(Interpreter& interpreter, const Call& call) {
  const Node& argument = *call.argument;
  if (argument.kind == syntax::NodeKind::unknown)
    return interpreter.make().unknown(argument.reason, call.span);
  if (const auto text = call.text()) return substitute(interpreter, *text, {}, call.span);
  if (!call.tagged && as_call(argument)) { // CloudFormation takes no function here
    const Value value = interpreter.evaluate(argument);
    if (value.is_unknown()) return value;
  }
  const auto items = call.list();
  constexpr std::string_view expected = "text, or a list of text and a mapping of variables";
  if (!items || items->empty() || items->size() > 2) return interpreter.wrong_shape(call, expected);
  const Node& text = *(*items)[0].value;
  if (text.kind == syntax::NodeKind::unknown) return interpreter.make().unknown(text.reason, call.span);
  if (!text.is_scalar()) return interpreter.wrong_shape(call, expected);
  Variables variables;
  if (items->size() == 2) {
    const Node& mapping = *(*items)[1].value;
    if (!mapping.is_mapping()) return interpreter.wrong_shape(call, expected);
    for (const syntax::Entry& entry : mapping.children) {
      if (entry.key == "Fn::Transform")
        return interpreter.make().unknown("`Fn::Transform` gives the variables", call.span);
      variables.members.push_back({entry.key, interpreter.evaluate(*entry.value)});
    }
  }
  return substitute(interpreter, text.text, variables, call.span);
}

} // namespace slsaudit::dialect::cloudformation::intrinsic
