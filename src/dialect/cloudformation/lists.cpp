// SPDX-License-Identifier: Apache-2.0
// Fn::Join, Fn::Split, Fn::Select, Fn::Length and Fn::GetAZs.
#include "dialect/cloudformation/intrinsics.hpp"
#include "dialect/cloudformation/parts.hpp"
#include "text/encoding.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation::intrinsic {

using text::ProblemLevel;
using value::Kind;
using value::ReferenceKind;
using value::Value;

namespace {

Value unknown(Interpreter& interpreter, const Call& call, const std::string& reason) {
  return interpreter.make().unknown(reason, call.span);
}

/// Whether what is undecided about the value may be a list.
bool may_be_list(const Value& value) {
  return value.is_unknown() || value.is(Kind::symbolic) || value.is(Kind::conditional);
}

/// An item that may turn out to be AWS::NoValue makes the places after it uncertain.
bool may_vanish(const Value& item) {
  if (!item.is(Kind::conditional)) return false;
  const auto leaves = item.alternatives();
  return std::ranges::any_of(leaves, [](const Value& leaf) { return leaf.is_absent(); });
}

/// The delimiter of a call of Fn::Split; empty where a node is none, or gives no text.
std::string_view split_delimiter(const syntax::Node& node) {
  const bool is_short = node.tag == "!Split";
  const bool is_long =
      node.is_mapping() && node.children.size() == 1 && node.children.front().key == "Fn::Split";
  const syntax::Node* arguments = is_short ? &node : is_long ? node.children.front().value : nullptr;
  if (arguments == nullptr || !arguments->is_sequence() || arguments->children.empty()) return {};
  const syntax::Node& delimiter = *arguments->children.front().value;
  return delimiter.is_scalar() && delimiter.tag.empty() ? delimiter.text : std::string_view();
}

/// What is wrong, and what would do, where a list has no such item: of a text that is split, the text.
struct OutOfRange {
  std::string message;
  std::string help;
};
OutOfRange out_of_range(std::int64_t place, std::span<const Value> items, std::string_view delimiter) {
  constexpr std::size_t longest = 120;
  const std::string taken =
      "`Fn::Select` takes item " + std::to_string(place) + " of a list of " + std::to_string(items.size());
  const bool is_text =
      std::ranges::all_of(items, [](const Value& item) { return item.as_string().has_value(); });
  if (delimiter.empty() || !is_text || place < 0 || items.empty())
    return {taken, "the first item has the index 0"};
  std::string whole;
  for (const Value& item : items) {
    if (&item != items.data()) whole += delimiter;
    whole += *item.as_string();
  }
  if (whole.size() > longest) whole = std::string(text::beginning(whole, longest)) + "…";
  return {taken + ", which is `" + whole + "` split at `" + std::string(delimiter) + "`",
          "the text has to hold `" + std::string(delimiter) + "` " +
              (place == 1 ? "once" : std::to_string(place) + " times") + " at least" +
              (delimiter == ":" && place <= 5 ? ", as an ARN does" : "") + ", or the index is another one"};
}

Value join_items(Interpreter& interpreter, std::string_view delimiter, std::span<const Value> items,
                 text::Span span) {
  Parts parts;
  bool first = true;
  for (const Value& item : items) {
    if (item.is_absent()) continue;
    if (!first) parts.push_back(literal_part(delimiter));
    append_text(parts, item, interpreter.arena());
    first = false;
  }
  return text_value(interpreter, parts, span);
}

} // namespace

Value join(Interpreter& interpreter, const Call& call) {
  const auto arguments = call.list();
  constexpr std::string_view expected = "a list of a delimiter and a list";
  if (!arguments || arguments->size() != 2) return interpreter.wrong_shape(call, expected);
  const Value delimiter = interpreter.evaluate(*(*arguments)[0].value);
  const Value list = interpreter.evaluate(*(*arguments)[1].value);
  const auto between = delimiter.is(Kind::null) ? std::string_view{} : delimiter.as_string();
  if (!between && !may_be_list(delimiter)) return interpreter.wrong_shape(call, expected);
  if (!list.is_list() && !may_be_list(list)) return interpreter.wrong_shape(call, expected);
  if (!between) return unknown(interpreter, call, "the delimiter is not known: " + why_unknown(delimiter));
  return distribute(interpreter, {list}, call.span, [&](std::span<const Value> known) {
    if (!known[0].is_list()) {
      const std::string reason = "the list to join is not known: " + why_unknown(known[0]);
      return interpreter.make().symbolic({reference_part(ReferenceKind::unknown, reason)}, call.span);
    }
    const std::vector<Value> items(known[0].items().begin(), known[0].items().end());
    return distribute(interpreter, items, call.span, [&](std::span<const Value> sides) {
      return join_items(interpreter, *between, sides, call.span);
    });
  });
}

Value split(Interpreter& interpreter, const Call& call) {
  const auto arguments = call.list();
  constexpr std::string_view expected = "a list of a delimiter and text";
  if (!arguments || arguments->size() != 2) return interpreter.wrong_shape(call, expected);
  const Value delimiter = interpreter.evaluate(*(*arguments)[0].value);
  const Value source = interpreter.evaluate(*(*arguments)[1].value);
  const auto mark = delimiter.as_string();
  if (source.is_list() || source.is_map()) return interpreter.wrong_shape(call, expected);
  if (!mark || mark->empty()) return unknown(interpreter, call, "the delimiter is not known");
  return distribute(interpreter, {source}, call.span, [&](std::span<const Value> known) {
    const auto whole = known[0].is(Kind::null) ? std::string_view{} : known[0].as_string();
    // A reference may hold the delimiter itself, so the pieces of symbolic text are not known.
    if (!whole) return unknown(interpreter, call, "the text to split is not known: " + why_unknown(known[0]));
    std::vector<Value> items;
    std::string_view rest = *whole;
    while (true) {
      const std::size_t at = rest.find(*mark);
      items.push_back(interpreter.make().string(rest.substr(0, at), call.span));
      if (at == std::string_view::npos) break;
      rest.remove_prefix(at + mark->size());
    }
    if (!interpreter.charge(whole->size() + items.size() * sizeof(Value))) {
      return unknown(interpreter, call, "the template composes more text than slsaudit follows");
    }
    return interpreter.make().list(items, call.span);
  });
}

Value select(Interpreter& interpreter, const Call& call) {
  const auto arguments = call.list();
  constexpr std::string_view expected = "a list of an index and a list";
  if (!arguments || arguments->size() != 2) return interpreter.wrong_shape(call, expected);
  const Value index = interpreter.evaluate(*(*arguments)[0].value);
  const Value list = interpreter.evaluate(*(*arguments)[1].value);
  const bool odd_index = !index.as_integer() && !may_be_list(index);
  if (odd_index || (!list.is_list() && !may_be_list(list))) return interpreter.wrong_shape(call, expected);
  return distribute(interpreter, {index, list}, call.span, [&](std::span<const Value> known) {
    const auto place = known[0].as_integer();
    if (!place) return unknown(interpreter, call, "the index is not known: " + why_unknown(known[0]));
    if (!known[1].is_list())
      return unknown(interpreter, call, "the list is not known: " + why_unknown(known[1]));
    const auto items = known[1].items();
    if (std::ranges::any_of(items, may_vanish))
      return unknown(interpreter, call, "the list's length depends on a condition");
    if (*place < 0 || static_cast<std::uint64_t>(*place) >= items.size()) {
      if (!rests_on_default(known)) { // with a value of the deployer's it may be right
        const OutOfRange wrong = out_of_range(*place, items, split_delimiter(*(*arguments)[1].value));
        interpreter.report(ProblemLevel::finding, "select-out-of-range", wrong.message, call.span,
                           wrong.help);
      }
      return unknown(interpreter, call, "the list has no item of that index");
    }
    return items[static_cast<std::size_t>(*place)].with_span(interpreter.arena(), call.span);
  });
}

Value length(Interpreter& interpreter, const Call& call) {
  const Value list = interpreter.argument(call);
  if (!list.is_list() && !may_be_list(list)) return interpreter.wrong_shape(call, "a list");
  return distribute(interpreter, {list}, call.span, [&](std::span<const Value> known) {
    if (!known[0].is_list())
      return unknown(interpreter, call, "the list is not known: " + why_unknown(known[0]));
    const auto items = known[0].items();
    if (std::ranges::any_of(items, may_vanish))
      return unknown(interpreter, call, "the list's length depends on a condition");
    return interpreter.make().integer(static_cast<std::int64_t>(items.size()), call.span);
  });
}

Value get_azs(Interpreter& interpreter, const Call& call) {
  (void)interpreter.argument(call); // tells what is wrong inside
  return unknown(interpreter, call, "the availability zones of a region are not known");
}

} // namespace slsaudit::dialect::cloudformation::intrinsic
