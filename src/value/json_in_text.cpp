// SPDX-License-Identifier: Apache-2.0
#include "value/json_in_text.hpp"

#include "syntax/reader.hpp"
#include "value/text_places.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>
#include <vector>

namespace slsaudit::value {

namespace {

Value unmark(std::string_view text, std::span<const Part> references, const Factory& make, text::Span span) {
  std::vector<Part> parts;
  for (std::size_t begin = text.find(mark_begin); begin != std::string_view::npos;
       begin = text.find(mark_begin)) {
    const std::size_t digits = begin + mark_begin.size();
    const std::size_t end = text.find(mark_end, digits);
    std::size_t index = references.size();
    if (end == std::string_view::npos) break;
    std::from_chars(text.data() + digits, text.data() + end, index);
    parts.push_back({.literal = text.substr(0, begin), .name = {}, .attribute = {}});
    if (index < references.size()) parts.push_back(references[index]);
    text.remove_prefix(end + mark_end.size());
  }
  parts.push_back({.literal = text, .name = {}, .attribute = {}});
  return make.symbolic(parts, span);
}

/// What is inside stands where the text says it; where that can't be told, in what is around it: a byte fewer
/// at each level, so that no two have one place.
struct Conversion {
  std::span<const Part> references;
  Factory make;
  text::Span whole; ///< What the author wrote.
  const MarkedText& text;

  [[nodiscard]] text::Span place(text::Span in_text, std::uint32_t level) const {
    if (!text.places.empty())
      return {whole.file, whole.begin + text.places[in_text.begin], whole.begin + text.places[in_text.end]};
    return {whole.file, whole.begin, std::max(whole.begin, whole.end - std::min(whole.end, level))};
  }
};

Value scalar(const syntax::Node& node, text::Span place, const Conversion& conversion) {
  const Factory& make = conversion.make;
  if (node.is_quoted()) return unmark(node.text, conversion.references, make, place);
  if (const auto boolean = syntax::as_boolean(node)) return make.boolean(*boolean, place, node.text);
  if (const auto integer = syntax::as_integer(node)) return make.integer(*integer, place, node.text);
  if (const auto number = syntax::as_number(node)) return make.number(*number, place, node.text);
  if (syntax::is_null(node)) return make.null(place);
  return make.string(node.text, place);
}

/// Of members with one key the last one counts.
std::vector<Member> without_repeats(std::vector<Member> members) {
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < members.size(); ++i) last[members[i].key] = i;
  std::vector<Member> result;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (last.at(members[i].key) == i) result.push_back(members[i]);
  }
  return result;
}

// Recursion: the reader limits depth.
Value convert(const syntax::Node& node, const Conversion& conversion, std::uint32_t level) {
  const text::Span place = conversion.place(node.span, level);
  if (node.is_sequence()) {
    std::vector<Value> items;
    for (const syntax::Entry& entry : node.children)
      items.push_back(convert(*entry.value, conversion, level + 1));
    return conversion.make.list(items, place);
  }
  if (node.is_mapping()) {
    std::vector<Member> members;
    for (const syntax::Entry& entry : node.children) {
      const Value value = convert(*entry.value, conversion, level + 1);
      members.push_back({entry.key, value.with_key_span(conversion.text.places.empty()
                                                            ? text::Span()
                                                            : conversion.place(entry.key_span, level))});
    }
    return conversion.make.map(without_repeats(std::move(members)), place);
  }
  return scalar(node, place, conversion);
}

} // namespace

Value read_json(const Value& written, text::Arena& arena, const text::SourceMap* sources) {
  if (!written.as_string() && !written.is(Kind::symbolic)) return {};
  const text::Span whole = written.span();
  const bool placed = sources != nullptr && whole.valid();
  const MarkedText marked = marked_text(written, placed ? sources->text(whole) : std::string_view());
  text::SourceMap own;
  const text::FileId file = own.add("text", marked.text);
  const syntax::Document document = syntax::read_json(own, arena, file);
  if (document.root == nullptr || !document.root->is_mapping()) return {};
  return convert(*document.root, {written.parts(), Factory(arena), whole, marked}, 0);
}

} // namespace slsaudit::value
