// SPDX-License-Identifier: Apache-2.0
#include "graph/patterns.hpp"

#include "text/stars.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace slsaudit::graph {

namespace {

Verdict both(Verdict left, Verdict right) {
  return std::min(left, right);
}
Verdict either(Verdict left, Verdict right) {
  return std::max(left, right);
}
Verdict opposite(Verdict verdict) {
  if (verdict == Verdict::unknown) return verdict;
  return verdict == Verdict::matches ? Verdict::never : Verdict::matches;
}

/// Of several things of which any may be the case: sure only where all say the same.
class Cases {
public:
  void add(Verdict verdict) {
    if (!verdict_ || *verdict_ == verdict) {
      verdict_ = verdict;
    } else {
      verdict_ = Verdict::unknown;
    }
  }
  [[nodiscard]] Verdict verdict() const { return verdict_.value_or(Verdict::unknown); }

private:
  std::optional<Verdict> verdict_;
};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Text lowered(const Text& text) {
  return {text::lower(text.start), text::lower(text.end), text.whole, {}, text.made_up};
}

/// Only letters of ASCII are folded here: of others nothing is said but that they may match.
Verdict same_but_for_case(const Text& left, const Text& right) {
  const Verdict verdict = same_text(lowered(left), lowered(right));
  const bool plain =
      is_ascii(left.start) && is_ascii(left.end) && is_ascii(right.start) && is_ascii(right.end);
  return verdict == Verdict::matches || plain ? verdict : Verdict::unknown;
}

/// `*` stands for any text; there is no other special character but the backslash before it.
bool fits_wildcard(std::string_view pattern, std::string_view text) {
  return text::fits_stars(pattern, text, [](char wanted, char c) { return wanted == c; });
}

Verdict wildcard(const Text& text, const Text& pattern) {
  if (!pattern.whole || pattern.start.find('\\') != std::string::npos) return Verdict::unknown;
  if (text.whole) return fits_wildcard(pattern.start, text.start) ? Verdict::matches : Verdict::never;
  const std::size_t first = pattern.start.find('*');
  if (first == std::string::npos) return same_text(text, pattern);
  const std::size_t last = pattern.start.rfind('*');
  const Text head = Text::exactly(std::string_view(pattern.start).substr(0, first));
  const Text tail = Text::exactly(std::string_view(pattern.start).substr(last + 1));
  const Verdict ends = both(starts_with(text, head), ends_with(text, tail));
  const bool between_only =
      first == last && text.start.size() >= head.start.size() && text.end.size() >= tail.start.size();
  return ends == Verdict::matches && !between_only ? Verdict::unknown : ends;
}

/// An IPv4 address, or nothing.
std::optional<std::uint32_t> address(std::string_view text) {
  std::uint32_t result = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const std::string_view piece = text.substr(0, dot);
    unsigned octet = 256;
    const auto read = std::from_chars(piece.data(), piece.data() + piece.size(), octet);
    if (piece.empty() || read.ptr != piece.data() + piece.size() || octet > 255) return std::nullopt;
    result = result << 8U | octet;
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return result;
}

Verdict cidr(const Text& text, const Text& range) {
  if (!text.whole || !range.whole) return Verdict::unknown;
  const std::size_t slash = range.start.find('/');
  if (slash == std::string::npos) return Verdict::unknown;
  unsigned bits = 33;
  std::from_chars(range.start.data() + slash + 1, range.start.data() + range.start.size(), bits);
  const auto network = address(std::string_view(range.start).substr(0, slash));
  const auto one = address(text.start);
  if (!network || !one || bits > 32) return Verdict::unknown; // IPv6, among others
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32U - bits);
  return (*network & mask) == (*one & mask) ? Verdict::matches : Verdict::never;
}

Verdict numeric(double number, const value::Value& condition) {
  Verdict verdict = Verdict::matches;
  const auto items = condition.items();
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const auto bound = items[i + 1].as_number();
    const std::string_view op = items[i].as_string().value_or("");
    if (!bound || op.empty()) return Verdict::unknown;
    const bool holds = op == "<"    ? number < *bound
                       : op == "<=" ? number <= *bound
                       : op == ">"  ? number > *bound
                       : op == ">=" ? number >= *bound
                                    : number == *bound;
    if (!holds) verdict = Verdict::never;
  }
  return items.empty() || items.size() % 2 != 0 ? Verdict::unknown : verdict;
}

class Matcher {
public:
  explicit Matcher(const PatternPlace& place) : place_(place) {}

  // Recursion: depth is that of the author's tree.
  Verdict pattern(const value::Value& pattern, const Content& event) {
    if (pattern.is(value::Kind::conditional)) {
      Cases cases;
      for (const value::Value& one : pattern.alternatives()) cases.add(this->pattern(one, event));
      return cases.verdict();
    }
    if (!pattern.is_map()) return pattern.is_present() ? Verdict::unknown : Verdict::matches;
    Verdict verdict = Verdict::matches;
    for (const value::Member& member : pattern.members()) {
      if (verdict == Verdict::never) break; // most differ in the source, which usually stands first
      verdict = both(verdict, member.key == "$or" ? any_of(member.value, event)
                                                  : field_of(event, member.key, member.value));
    }
    return verdict;
  }

private:
  Verdict any_of(const value::Value& patterns, const Content& event) {
    if (!patterns.is_list()) return Verdict::unknown;
    Verdict verdict = Verdict::never;
    for (const value::Value& one : patterns.items()) verdict = either(verdict, pattern(one, event));
    return verdict;
  }

  Verdict field_of(const Content& event, std::string_view key, const value::Value& conditions) {
    const Content* known = event.plain_member(key);
    return known != nullptr ? field(conditions, *known) : field(conditions, event.member(key));
  }

  Verdict field(const value::Value& conditions, const Content& content) {
    if (conditions.is(value::Kind::conditional)) {
      Cases cases;
      for (const value::Value& one : conditions.alternatives()) {
        cases.add(one.is_present() ? field(one, content) : Verdict::matches);
      }
      return cases.verdict();
    }
    if (conditions.is_map()) return pattern(conditions, content);
    if (conditions.is_unknown()) return Verdict::unknown;
    Cases cases;
    if (content.may_be_missing) cases.add(on_missing(conditions));
    if (content.may_be_other || content.is_object) cases.add(on_other(conditions, content));
    for (const Text& text : content.texts)
      cases.add(in_array(content, any(conditions, [&](const value::Value& c) { return on_text(c, text); })));
    for (const double number : content.numbers)
      cases.add(
          in_array(content, any(conditions, [&](const value::Value& c) { return on_number(c, number); })));
    return cases.verdict();
  }

  /// Another item of the list may match where the known one doesn't.
  static Verdict in_array(const Content& content, Verdict verdict) {
    return content.may_be_array && verdict == Verdict::never ? Verdict::unknown : verdict;
  }

  template <class Test> static Verdict any(const value::Value& conditions, Test test) {
    if (!conditions.is_list()) return test(conditions);
    Verdict verdict = Verdict::never;
    for (const value::Value& condition : conditions.items()) {
      if (verdict == Verdict::matches) break;
      verdict = either(verdict, any_side(condition, test));
    }
    return verdict;
  }

  template <class Test> static Verdict any_side(const value::Value& condition, Test test) {
    const auto of_one = [&](const value::Value& one) {
      return one.is_present() ? test(one) : Verdict::never;
    };
    if (!condition.is(value::Kind::conditional)) return of_one(condition);
    Cases cases;
    for (const value::Value& one : condition.alternatives()) cases.add(of_one(one));
    return cases.verdict();
  }

  static Verdict on_missing(const value::Value& conditions) {
    return any(conditions, [](const value::Value& condition) {
      if (condition.is_unknown()) return Verdict::unknown;
      const value::Value exists = condition.get("exists");
      if (!exists.is_present()) return Verdict::never;
      const auto wanted = exists.as_boolean();
      if (!wanted) return Verdict::unknown;
      return *wanted ? Verdict::never : Verdict::matches;
    });
  }

  /// Something is there, but what is not known, except how it doesn't start.
  Verdict on_other(const value::Value& conditions, const Content& content) {
    return any(conditions, [&](const value::Value& condition) {
      if (const auto wanted = condition.get("exists").as_boolean())
        return *wanted ? Verdict::matches : Verdict::never;
      if (content.of_deployment && names_deployment(condition)) return Verdict::matches;
      if (content.never_starts_with.empty()) return Verdict::unknown;
      const Text excluded = Text::exactly(content.never_starts_with);
      const value::Value prefix = condition.get("prefix");
      if (prefix.as_string() == "") return Verdict::matches; // what may start so is a text
      if (condition.is_map() && !prefix.as_string()) return Verdict::unknown;
      const Text text = text_of_value(condition.is_map() ? prefix : condition);
      return starts_with(text, excluded) == Verdict::matches ? Verdict::never : Verdict::unknown;
    });
  }

  /// `AWS::AccountId` or `AWS::Region` itself.
  static bool names_deployment(const value::Value& condition) {
    const value::Part* only = condition.sole_reference();
    return only != nullptr && only->kind == value::ReferenceKind::pseudo &&
           (only->name == "AWS::AccountId" || only->name == "AWS::Region");
  }

  [[nodiscard]] Text text_of_value(const value::Value& value) const {
    return Text::of(place_.system, place_.template_index, value);
  }

  /// To be compared with another: what a written text names is only asked where that one names a resource.
  [[nodiscard]] Text text_beside(const Text& other, const value::Value& value) const {
    const auto known = value.as_string();
    return known && !other.node.valid() ? Text::exactly(*known) : text_of_value(value);
  }

  Verdict on_text(const value::Value& condition, const Text& text) {
    if (condition.is_unknown()) return Verdict::unknown;
    if (condition.is_map()) return on_text_by_rule(condition, text);
    const Verdict same = same_text(text, text_beside(text, condition));
    // 5, true and null are no texts, but may have been meant as such.
    const bool is_text = condition.is(value::Kind::string) || condition.is(value::Kind::symbolic);
    return same == Verdict::matches && !is_text ? Verdict::unknown : same;
  }

  Verdict on_text_by_rule(const value::Value& rule, const Text& text) {
    if (rule.members().size() != 1) return Verdict::unknown;
    const value::Member& only = rule.members().front();
    const value::Value& operand = only.value;
    if (operand.is_unknown()) return Verdict::unknown;
    if (only.key == "exists") {
      const auto wanted = operand.as_boolean();
      return !wanted ? Verdict::unknown : *wanted ? Verdict::matches : Verdict::never;
    }
    if (only.key == "numeric") return Verdict::never;
    if (only.key == "anything-but") return anything_but(operand, text);
    return by_operator(only.key, operand, text);
  }

  Verdict by_operator(std::string_view key, const value::Value& operand, const Text& text) {
    if ((key == "prefix" || key == "suffix") && operand.is_map())
      return ends_but_for_case(key, operand, text);
    const Text wanted = text_beside(text, operand);
    if (key == "prefix") return starts_with(text, wanted);
    if (key == "suffix") return ends_with(text, wanted);
    if (key == "equals-ignore-case") return same_but_for_case(text, wanted);
    if (key == "wildcard") return wildcard(text, wanted);
    if (key == "cidr") return cidr(text, wanted);
    return Verdict::unknown;
  }

  /// {"prefix": {"equals-ignore-case": "a"}}
  Verdict ends_but_for_case(std::string_view key, const value::Value& operand, const Text& text) {
    const value::Value folded = operand.get("equals-ignore-case");
    if (!folded.as_string() || !is_ascii(*folded.as_string()) || !is_ascii(text.start) || !is_ascii(text.end))
      return Verdict::unknown;
    const Text wanted = lowered(text_of_value(folded));
    return key == "prefix" ? starts_with(lowered(text), wanted) : ends_with(lowered(text), wanted);
  }

  Verdict anything_but(const value::Value& operand, const Text& text) {
    if (operand.is_map()) {
      if (operand.members().size() != 1) return Verdict::unknown;
      const value::Member& only = operand.members().front();
      return opposite(any(only.value, [&](const value::Value& one) {
        return one.is_unknown() ? Verdict::unknown : by_operator(only.key, one, text);
      }));
    }
    return opposite(any(operand, [&](const value::Value& one) { return on_text(one, text); }));
  }

  static Verdict on_number(const value::Value& condition, double number) {
    if (condition.is_unknown()) return Verdict::unknown;
    if (!condition.is_map()) {
      const auto wanted = condition.as_number();
      if (!wanted) return condition.is(value::Kind::symbolic) ? Verdict::unknown : Verdict::never;
      if (*wanted != number) return Verdict::never;
      return condition.is(value::Kind::string) ? Verdict::unknown : Verdict::matches;
    }
    if (const value::Value bounds = condition.get("numeric"); bounds.is_present())
      return numeric(number, bounds);
    if (const value::Value others = condition.get("anything-but"); others.is_present() && !others.is_map()) {
      return opposite(any(others, [&](const value::Value& one) { return on_number(one, number); }));
    }
    if (const auto wanted = condition.get("exists").as_boolean())
      return *wanted ? Verdict::matches : Verdict::never;
    return Verdict::unknown;
  }

  const PatternPlace& place_;
};

} // namespace

Verdict match(const PatternPlace& place, const value::Value& pattern, const Content& event) {
  if (!pattern.is_list()) {
    text::Arena arena;
    return Matcher(place).pattern(read_pattern(pattern, arena), event);
  }
  Verdict verdict = Verdict::never;
  for (const value::Value& one : pattern.items()) verdict = either(verdict, match(place, one, event));
  return verdict;
}

Verdict implies(const PatternPlace& place, const value::Value& narrow, const value::Value& wide) {
  if (!narrow.is_present()) return wide.is_present() ? Verdict::unknown : Verdict::matches;
  if (narrow.equals(wide)) return Verdict::matches;
  if (!narrow.is_list()) return match(place, wide, content_of_pattern(place, narrow));
  Cases cases;
  for (const value::Value& one : narrow.items())
    cases.add(match(place, wide, content_of_pattern(place, one)));
  return cases.verdict();
}

} // namespace slsaudit::graph
