// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/parts.hpp"

#include <algorithm>

namespace slsaudit::dialect::cloudformation {

using value::Kind;
using value::Origin;
using value::Part;
using value::ReferenceKind;
using value::Value;

namespace {

/// Conditions that one value is split by; 2 to that power is the number of combinations.
constexpr int max_split = 4;

bool same(const Origin& left, const Origin& right) {
  return left.kind == right.kind && left.span == right.span && left.name == right.name;
}

void add_origin(std::vector<Origin>& origins, const Origin& origin) {
  const auto known = std::ranges::find_if(origins, [&](const Origin& other) { return same(origin, other); });
  if (known == origins.end()) origins.push_back(origin);
}

/// Finds `{{resolve:…}}` in a row of parts, which references may cut into pieces.
class DynamicFolder {
public:
  explicit DynamicFolder(text::Arena& arena) : arena_(arena) {}

  void add(const Part& part) {
    if (!part.is_reference) {
      add_literal(part.literal);
      return;
    }
    if (inside_) {
      held_.push_back(part);
      name_ += render({&part, 1});
    } else {
      out_.push_back(part);
    }
  }

  Parts finish() {
    if (inside_) { // never closed: it was just text
      out_.push_back(literal_part(open));
      out_.insert(out_.end(), held_.begin(), held_.end());
    }
    return std::move(out_);
  }

private:
  static constexpr std::string_view open = "{{resolve:";

  void add_literal(std::string_view text) {
    while (!text.empty()) {
      const std::string_view mark = inside_ ? std::string_view("}}") : open;
      const std::size_t at = text.find(mark);
      const std::string_view before = text.substr(0, at);
      if (inside_) {
        name_ += before;
        held_.push_back(literal_part(before));
      } else {
        out_.push_back(literal_part(before));
      }
      if (at == std::string_view::npos) return;
      text.remove_prefix(at + mark.size());
      toggle();
    }
  }

  void toggle() {
    if (inside_) {
      out_.push_back(reference_part(ReferenceKind::dynamic, arena_.copy(name_)));
      held_.clear();
    } else {
      name_ = "resolve:";
    }
    inside_ = !inside_;
  }

  text::Arena& arena_;
  Parts out_;
  Parts held_; ///< What stands after an opening that may turn out to have no end.
  std::string name_;
  bool inside_ = false;
};

} // namespace

Part literal_part(std::string_view text) {
  return Part{.literal = text, .name = {}, .attribute = {}};
}

Part reference_part(ReferenceKind kind, std::string_view name, std::string_view attribute) {
  return Part{.is_reference = true, .kind = kind, .literal = {}, .name = name, .attribute = attribute};
}

std::string why_unknown(const Value& value) {
  switch (value.kind()) {
  case Kind::unknown: {
    // Of a chain of reasons the last says it all.
    constexpr std::string_view link = " is not known: ";
    const std::string_view reason = value.reason();
    const std::size_t at = reason.rfind(link);
    return std::string(at == std::string_view::npos ? reason : reason.substr(at + link.size()));
  }
  case Kind::absent:
    return "`AWS::NoValue` stands where text is needed";
  case Kind::conditional:
    return "it depends on the condition `" + std::string(value.condition()) + "`";
  case Kind::list:
  case Kind::map:
    return "it is a " + std::string(value.is_list() ? "list" : "map") + " where text is needed";
  case Kind::symbolic:
    return "`" + render(value.parts()) + "` is known only when deployed";
  default:
    return "it has no text";
  }
}

void append_text(Parts& parts, const Value& value, text::Arena& arena) {
  if (const auto text = value.as_string()) {
    parts.push_back(literal_part(*text));
  } else if (value.is(Kind::symbolic)) {
    parts.insert(parts.end(), value.parts().begin(), value.parts().end());
  } else if (!value.is(Kind::null)) {
    parts.push_back(reference_part(ReferenceKind::unknown, arena.copy(why_unknown(value))));
  }
}

Value text_value(Interpreter& interpreter, const Parts& parts, text::Span span) {
  std::size_t size = 0;
  for (const Part& part : parts) size += part.literal.size() + sizeof(Part);
  if (!interpreter.charge(size)) {
    return interpreter.make().unknown("the template composes more text than slsaudit follows", span);
  }
  const bool dynamic = std::ranges::any_of(
      parts, [](const Part& part) { return part.literal.find("{{") != std::string_view::npos; });
  if (!dynamic) return interpreter.make().symbolic(parts, span);
  // Literals are joined first, so that an opening mark made of two pieces is found.
  const Value joined = interpreter.make().symbolic(parts, span);
  DynamicFolder folder(interpreter.arena());
  if (const auto text = joined.as_string()) folder.add(literal_part(*text));
  for (const Part& part : joined.parts()) folder.add(part);
  return interpreter.make().symbolic(folder.finish(), span);
}

std::string render(std::span<const Part> parts) {
  std::string out;
  for (const Part& part : parts) {
    if (!part.is_reference) {
      out += part.literal;
    } else if (part.kind == ReferenceKind::dynamic) {
      out += "{{" + std::string(part.name) + "}}";
    } else if (part.kind == ReferenceKind::unknown) {
      out += "${?}";
    } else {
      out += "${" + std::string(part.name);
      if (!part.attribute.empty()) out += "." + std::string(part.attribute);
      out += "}";
    }
  }
  return out;
}

namespace {

Value distribute_over(Interpreter& interpreter, const std::vector<Value>& inputs, text::Span span,
                      const Compute& compute, int budget) {
  const auto split =
      std::ranges::find_if(inputs, [](const Value& value) { return value.is(Kind::conditional); });
  if (split == inputs.end() || budget == 0) return compute(inputs);
  const std::string_view condition = split->condition();
  const auto side = [&](bool holds) {
    std::vector<Value> chosen = inputs;
    for (Value& value : chosen) {
      while (value.is(Kind::conditional) && value.condition() == condition) {
        value = holds ? value.when_true() : value.when_false();
      }
    }
    return distribute_over(interpreter, chosen, span, compute, budget - 1);
  };
  const Value when_true = side(true);
  const Value when_false = side(false);
  return interpreter.make().conditional(condition, when_true, when_false, span);
}

} // namespace

Value distribute(Interpreter& interpreter, std::vector<Value> inputs, text::Span span,
                 const Compute& compute) {
  const Value result = distribute_over(interpreter, inputs, span, compute, max_split);
  return carry_origins(interpreter.arena(), result, inputs);
}

bool rests_on_default(std::span<const Value> values) {
  return std::ranges::any_of(values, [](const Value& value) { return value.assumption() != nullptr; });
}

void collect_origins(std::vector<Origin>& origins, const Value& value) {
  for (const Origin* origin = value.origin(); origin != nullptr; origin = origin->next)
    add_origin(origins, *origin);
}

Value carry_origins(text::Arena& arena, const Value& value, std::span<const Value> inputs) {
  std::vector<Origin> origins;
  for (const Value& input : inputs) collect_origins(origins, input);
  return carry_origins(arena, value, origins);
}

Value carry_origins(text::Arena& arena, const Value& value, const std::vector<Origin>& origins) {
  std::vector<Origin> known;
  collect_origins(known, value);
  Value result = value;
  for (auto origin = origins.rbegin(); origin != origins.rend(); ++origin) { // the first becomes the nearest
    if (std::ranges::any_of(known, [&](const Origin& other) { return same(*origin, other); })) continue;
    Origin copy = *origin;
    copy.name = arena.copy(copy.name);
    result = result.with_origin(arena, copy);
  }
  return result;
}

} // namespace slsaudit::dialect::cloudformation
