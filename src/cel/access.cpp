// SPDX-License-Identifier: Apache-2.0
// Members, items and equality of lists, maps and objects of every kind.
#include "cel/operations.hpp"

#include <algorithm>
#include <cmath>

namespace slsaudit::cel {

namespace {

Value absent_in(const Value& operand) {
  return Value().marked().at(operand.span()).rest_on(operand);
}

Value member(const Value& operand, std::string_view name) {
  const value::Value found = operand.property()->get(name);
  if (found.is_absent()) return absent_in(operand);
  return Value(found).rest_on(operand);
}

/// Whether a template's value is written: an unknown one may turn out to be AWS::NoValue.
Value presence(const value::Value& found) {
  if (found.is(value::Kind::conditional)) {
    return over_sides(Value(found),
                      [](const Value& side) { return side.unknown() ? side : Value(!side.is_null()); });
  }
  if (found.is_unknown()) return Value(found);
  return found.is_present();
}

std::optional<std::int64_t> as_position(const Value& key) {
  if (const auto* integer = key.integer()) return *integer;
  if (const auto* integer = key.unsigned_integer()) {
    return *integer >> 63U == 0 ? static_cast<std::int64_t>(*integer) : std::int64_t{-1};
  }
  const auto* number = key.number();
  if (number == nullptr || std::trunc(*number) != *number || std::abs(*number) > 1e15) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

Value item(const Value& operand, const ListView& items, const Value& key) {
  const auto position = as_position(as_numeric(key));
  if (!position) return no_overload("[]", {&key});
  if (*position >= 0 && static_cast<std::uint64_t>(*position) < items.size()) {
    return items[static_cast<std::size_t>(*position)].rest_on(operand);
  }
  if (operand.from_template()) return absent_in(operand);
  return Value::error("index out of bounds: " + std::to_string(*position));
}

/// Equality of structures. Depth is bounded by what made them; work by `budget`, as lists may share their
/// items.
class Equality {
public:
  Value compare(const Value& left, const Value& right) {
    if (budget_ == 0) return Value::error("values too large to compare");
    --budget_;
    if (is_flowing(left)) return left;
    if (is_flowing(right)) return right;
    if (is_conditional(left))
      return over_sides(left, [&](const Value& side) { return compare(side, right); });
    if (is_conditional(right))
      return over_sides(right, [&](const Value& side) { return compare(left, side); });
    if (is_symbolic(left) || is_symbolic(right)) return symbolic_equal(left, right);
    if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
    if (left.type() && right.type()) return *left.type() == *right.type();
    if (left.object() || right.object()) return left.object() == right.object();
    const ListView left_items(left);
    const ListView right_items(right);
    if (left_items.valid() || right_items.valid()) {
      return left_items.valid() && right_items.valid() ? compare_lists(left_items, right_items)
                                                       : Value(false);
    }
    const MapView left_map(left);
    const MapView right_map(right);
    if (left_map.valid() || right_map.valid()) {
      return left_map.valid() && right_map.valid() ? compare_maps(left_map, right_map) : Value(false);
    }
    return compare_scalars(left, right);
  }

private:
  static Value compare_scalars(const Value& left, const Value& right) {
    if (const auto result = order(left, right)) return *result == 0;
    if (!left.from_template() && !right.from_template()) return false;
    for (const auto convert : {as_numeric, as_boolean, as_text}) {
      if (const auto result = order(convert(left), convert(right))) return *result == 0;
    }
    return false;
  }

  Value compare_lists(const ListView& left, const ListView& right) {
    if (left.size() != right.size()) return false;
    Value result = true;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!join(result, compare(left[i], right[i]))) return false;
    }
    return result;
  }

  Value compare_maps(const MapView& left, const MapView& right) {
    if (left.size() != right.size()) return false;
    Value result = true;
    for (std::size_t i = 0; i < left.size(); ++i) {
      bool found = false;
      for (std::size_t j = 0; j < right.size() && !found; ++j) {
        const Value same = compare(left.key(i), right.key(j));
        if (same.error()) return same;
        if (!same.boolean() || !*same.boolean()) continue;
        found = true;
        if (!join(result, compare(left.value(i), right.value(j)))) return false;
      }
      if (!found) return false;
    }
    return result;
  }

  /// False where the parts differ for sure; else what the whole is so far.
  static bool join(Value& whole, const Value& part) {
    if (const bool* same = part.boolean()) return *same;
    if (!whole.error()) whole = part.error() ? part : merge_unknown(part, whole.unknown() ? whole : part);
    return true;
  }

  std::size_t budget_ = 200'000;
};

} // namespace

ListView::ListView(const Value& value) : source_(&value) {
  items_ = value.list();
  const bool is_lazy = value.is_property() && value.is_property(value::Kind::list);
  if (is_lazy) properties_ = value.property()->items();
  valid_ = items_ != nullptr || is_lazy || (value.is_null() && value.from_template());
}

Value ListView::operator[](std::size_t i) const {
  return items_ != nullptr ? (*items_)[i] : Value(properties_[i]).rest_on(*source_);
}

MapView::MapView(const Value& value) : source_(&value) {
  entries_ = value.map();
  const bool is_lazy = value.is_property() && value.is_property(value::Kind::map);
  if (is_lazy) members_ = value.property()->members();
  valid_ = entries_ != nullptr || is_lazy;
}

Value MapView::key(std::size_t i) const {
  if (entries_ != nullptr) return (*entries_)[i].first;
  const text::Span written = members_[i].value.key_span();
  return Value(members_[i].key).marked().at(written.valid() ? written : source_->span());
}

Value MapView::value(std::size_t i) const {
  return entries_ != nullptr ? (*entries_)[i].second : Value(members_[i].value).rest_on(*source_);
}

const Value* find_key(const Map& map, const Value& key) {
  for (const auto& [each, value] : map) {
    const auto same = order(each, key);
    if (same && *same == 0) return &value;
  }
  return nullptr;
}

std::optional<bool> plainly_equal(const Value& left, const Value& right) {
  if (const auto a = left.string()) {
    if (const auto b = right.string()) return *a == *b;
  } else if (const auto* integer = left.integer()) {
    if (const auto* b = right.integer()) return *integer == *b;
  } else if (const auto* boolean = left.boolean()) {
    if (const auto* b = right.boolean()) return *boolean == *b;
  } else if (const Object* object = left.object()) {
    if (right.object() != nullptr) return object == right.object();
  }
  return std::nullopt;
}

Value equal(const Value& left, const Value& right) {
  if (const auto same = plainly_equal(left, right)) return *same;
  return Equality().compare(left, right);
}

Value select(const Value& operand, std::string_view name) {
  if (const Object* object = operand.object()) return object->field(name);
  if (operand.is_property()) return member(operand, name);
  if (const Map* map = operand.map()) {
    for (const auto& [key, value] : *map) {
      if (key.string() && *key.string() == name) return value;
    }
    return Value::error("no such key: `" + std::string(name) + "`");
  }
  if (operand.from_template()) return absent_in(operand);
  return Value::error("a value of type " + std::string(operand.type_name()) + " has no field `" +
                      std::string(name) + "`");
}

Value has(const Value& operand, std::string_view name) {
  if (const auto lazy = operand.property()) return presence(lazy->get(name));
  if (const Object* object = operand.object()) return object->has(name);
  if (const Map* map = operand.map()) {
    return std::any_of(map->begin(), map->end(), [&](const auto& entry) {
      return entry.first.string() && *entry.first.string() == name;
    });
  }
  if (operand.from_template()) return false;
  return Value::error("a value of type " + std::string(operand.type_name()) + " has no field `" +
                      std::string(name) + "`");
}

Value index(const Value& operand, const Value& key) {
  if (is_conditional(key)) return settled(key);
  if (is_symbolic(key)) return unknown_text(key);
  if (const Map* map = operand.map()) {
    if (const Value* found = find_key(*map, key)) return *found;
    return Value::error("no such key: `" + key.display() + "`");
  }
  if (is_conditional(operand) && !key.string()) {
    return over_sides(operand, [&](const Value& side) { return is_flowing(side) ? side : index(side, key); });
  }
  const ListView items(operand);
  if (items.valid() && !operand.is_null()) return item(operand, items, key);
  const bool selectable = operand.property() || operand.object() || operand.from_template();
  if (selectable && key.string()) return select(operand, *key.string());
  if (operand.from_template()) return absent_in(operand);
  return no_overload("[]", {&operand, &key});
}

Value contains(const Value& key, const Value& container) {
  if (is_conditional(container)) {
    return over_sides(container,
                      [&](const Value& side) { return is_flowing(side) ? side : contains(key, side); });
  }
  if (const Map* map = container.map(); map != nullptr && !is_symbolic(key))
    return find_key(*map, key) != nullptr;
  if (const ListView items(container); items.valid()) {
    const List* list = container.list();
    Value result = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Value made = list == nullptr ? items[i] : Value();
      const Value& item = list == nullptr ? made : (*list)[i];
      Value same = equal(item, key);
      if (same.boolean() && *same.boolean()) return same.rest_on(item);
      if (!same.boolean()) result = merge_unknown(same, result.unknown() ? result : same);
    }
    return result;
  }
  const bool named = container.property() || container.object();
  if (named && key.string()) return has(container, *key.string());
  if (const MapView map(container); map.valid()) {
    Value result = false;
    for (std::size_t i = 0; i < map.size(); ++i) {
      const Value same = equal(map.key(i), key);
      if (!same.boolean()) result = same;
      if (same.boolean() && *same.boolean()) return true;
    }
    return result;
  }
  return no_overload("in", {&key, &container});
}

} // namespace slsaudit::cel
