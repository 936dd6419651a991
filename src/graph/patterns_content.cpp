// SPDX-License-Identifier: Apache-2.0
// What is known of an event: texts of which only the ends may be known, objects, and what a pattern lets
// through.
#include "graph/asl.hpp"
#include "graph/patterns.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

bool agree_at_start(std::string_view left, std::string_view right) {
  return left.starts_with(right) || right.starts_with(left);
}
bool agree_at_end(std::string_view left, std::string_view right) {
  return left.ends_with(right) || right.ends_with(left);
}

std::string_view end_of(const Text& text) {
  return text.whole ? text.start : text.end;
}

bool is_of_two_nodes(const Text& left, const Text& right) {
  return left.node.valid() && right.node.valid() && left.node != right.node;
}

/// Fields of every event that hold one text; all others may hold lists.
constexpr std::string_view envelope[] = {"account", "detail-type", "id",     "region",
                                         "source",  "time",        "version"};

Content content_of_conditions(const PatternPlace& place, const value::Value& conditions) {
  Content content{.may_be_missing = false, .may_be_other = false, .may_be_array = true};
  for (const value::Value& condition : conditions.items()) {
    const value::Value prefix = condition.get("prefix");
    const value::Value suffix = condition.get("suffix");
    const value::Value exists = condition.get("exists");
    if (exists.as_boolean() == false) {
      content.may_be_missing = true;
    } else if (prefix.as_string()) {
      content.texts.push_back(Text::between(*prefix.as_string(), {}));
    } else if (suffix.as_string()) {
      content.texts.push_back(Text::between({}, *suffix.as_string()));
    } else if (condition.is(value::Kind::string)) {
      content.texts.push_back(Text::of(place.system, place.template_index, condition));
    } else if (condition.is(value::Kind::integer) || condition.is(value::Kind::number)) {
      content.numbers.push_back(condition.as_number().value_or(0));
    } else {
      content.may_be_other = true;
    }
  }
  return content;
}

} // namespace

Text Text::of(const System& system, std::size_t template_index, const value::Value& value) {
  if (const auto known = value.as_string()) {
    Text text = exactly(*known);
    text.node = resolve(system, template_index, value);
    return text;
  }
  Text text = between({}, {});
  if (!value.is(value::Kind::symbolic) || value.parts().empty()) return text;
  if (!value.parts().front().is_reference) text.start = value.parts().front().literal;
  if (!value.parts().back().is_reference) text.end = value.parts().back().literal;
  if (value.sole_reference() != nullptr) text.node = resolve(system, template_index, value);
  return text;
}

Verdict same_text(const Text& left, const Text& right) {
  if (left.node.valid() && left.node == right.node) return Verdict::matches;
  // Two resources have two names, unless both write the same one.
  if (is_of_two_nodes(left, right) && !(left.whole && right.whole)) return Verdict::never;
  if ((left.made_up && right.whole) || (right.made_up && left.whole)) return Verdict::never;
  if (left.whole && right.whole) return left.start == right.start ? Verdict::matches : Verdict::never;
  if (!agree_at_start(left.start, right.start) || !agree_at_end(end_of(left), end_of(right)))
    return Verdict::never;
  const Text& whole = left.whole ? left : right;
  const Text& part = left.whole ? right : left;
  if (whole.whole && whole.start.size() < part.start.size() + part.end.size()) return Verdict::never;
  return Verdict::unknown;
}

Verdict starts_with(const Text& text, const Text& prefix) {
  const std::string_view known = text.start;
  if (known.starts_with(prefix.start)) return prefix.whole ? Verdict::matches : Verdict::unknown;
  if (text.whole || !agree_at_start(known, prefix.start)) return Verdict::never;
  return Verdict::unknown;
}

Verdict ends_with(const Text& text, const Text& suffix) {
  const std::string_view known = end_of(text);
  const std::string_view wanted = end_of(suffix);
  if (known.ends_with(wanted)) return suffix.whole ? Verdict::matches : Verdict::unknown;
  if (text.whole || !agree_at_end(known, wanted)) return Verdict::never;
  return Verdict::unknown;
}

Content Content::one_of(std::vector<Text> texts) {
  return {.may_be_missing = false, .may_be_other = false, .texts = std::move(texts)};
}

Content Content::object(std::vector<std::pair<std::string, Content>> members, bool open) {
  Content result{.may_be_missing = false, .may_be_other = false, .is_object = true, .open = open};
  for (auto& member : members) {
    result.names.push_back(std::move(member.first));
    result.members.push_back(std::move(member.second));
  }
  return result;
}

Content Content::member(std::string_view key) const {
  if (!is_object) {
    if (may_be_other) return {};
    Content result = missing();
    result.may_be_other = may_be_array;
    return result;
  }
  const auto found = std::ranges::find(names, key);
  Content result = found != names.end() ? members[static_cast<std::size_t>(found - names.begin())]
                                        : (open ? Content{} : missing());
  result.may_be_missing = result.may_be_missing || may_be_missing;
  result.may_be_other = result.may_be_other || may_be_other;
  result.may_be_array = result.may_be_array || may_be_array;
  return result;
}

const Content* Content::plain_member(std::string_view key) const {
  if (!is_object || may_be_missing || may_be_other || may_be_array) return nullptr;
  const auto found = std::ranges::find(names, key);
  return found != names.end() ? &members[static_cast<std::size_t>(found - names.begin())] : nullptr;
}

value::Value read_pattern(const value::Value& pattern, text::Arena& arena) {
  if (!pattern.is(value::Kind::string) && !pattern.is(value::Kind::symbolic)) return pattern;
  const value::Value read = read_definition(pattern, arena);
  return read.is_map() ? read : pattern;
}

// Recursion: depth is that of the author's tree.
Content content_of_pattern(const PatternPlace& place, const value::Value& pattern) {
  text::Arena arena;
  const value::Value whole = read_pattern(pattern, arena);
  if (!whole.is_map()) return Content::anything();
  std::vector<std::pair<std::string, Content>> members;
  for (const value::Member& member : whole.members()) {
    if (member.key == "$or") continue;
    if (member.value.is_map()) {
      Content inner = content_of_pattern(place, member.value);
      inner.may_be_array = true;
      members.emplace_back(member.key, std::move(inner));
    } else if (member.value.is_list()) {
      members.emplace_back(member.key, content_of_conditions(place, member.value));
      if (std::ranges::find(envelope, member.key) != std::end(envelope))
        members.back().second.may_be_array = false;
    }
  }
  return Content::object(std::move(members));
}

} // namespace slsaudit::graph
