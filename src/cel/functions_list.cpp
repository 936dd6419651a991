// SPDX-License-Identifier: Apache-2.0
#include "cel/functions.hpp"
#include "cel/operations.hpp"
#include "cel/text.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cel {

namespace {

constexpr std::size_t longest_quadratic = 1000; // for functions that compare each item with each

Value too_long(const Call& call) {
  return Value::error("list too long for `" + std::string(call.name) + "`");
}

Value flatten(const Call& call) {
  const auto* levels = call.size() > 1 ? call[1].integer() : nullptr;
  if (!ListView(call[0]).valid() || (call.size() > 1 && levels == nullptr)) return no_overload(call);
  if (levels != nullptr && *levels < 0) return Value::error("`flatten` needs a depth that is not negative");
  struct Pending {
    Value value;
    std::int64_t levels;
  };
  std::vector<Pending> pending{{call[0], levels != nullptr ? *levels + 1 : 2}};
  List out;
  while (!pending.empty()) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    const ListView items(next.value);
    if (next.levels == 0 || !items.valid() || next.value.is_null()) {
      out.push_back(next.value);
      continue;
    }
    if (out.size() + pending.size() + items.size() > longest_result) return too_long(call);
    for (std::size_t i = items.size(); i-- > 0;) pending.push_back({items[i], next.levels - 1});
  }
  return out;
}

/// Whether an equal item is there; else Unknown where that can't be told.
Value is_among(const Value& item, const List& items) {
  Value result = false;
  for (const Value& each : items) {
    Value same = equal(each, item);
    if (same.boolean() && *same.boolean()) return same;
    if (!same.boolean()) result = std::move(same);
  }
  return result;
}

Value distinct(const Call& call) {
  const ListView items(call[0]);
  if (!items.valid()) return no_overload(call);
  if (items.size() > longest_quadratic) return too_long(call);
  List out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value item = items[i];
    const Value found = is_among(item, out);
    if (!found.boolean()) return found;
    if (!*found.boolean()) out.push_back(std::move(item));
  }
  return out;
}

Value sort(const Call& call) {
  const ListView items(call[0]);
  if (!items.valid()) return no_overload(call);
  List out;
  for (std::size_t i = 0; i < items.size(); ++i) out.push_back(items[i]);
  for (const Value& item : out) {
    if (is_flowing(item)) return item;
    if (is_symbolic(item)) return unknown_text(item);
    if (!order(item, item) || !order(item, out.front())) return no_overload(call.name, {&out.front(), &item});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Value& a, const Value& b) { return order(a, b).value_or(0) < 0; });
  return out;
}

/// Of an empty list the integer 0, which compares with any number.
Value sum(const Call& call) {
  const ListView items(call[0]);
  if (!items.valid()) return no_overload(call);
  Value total = std::int64_t{0};
  Value unknown;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Value item = as_numeric(settled(items[i]));
    if (item.error()) return item;
    if (item.unknown() || is_symbolic(item)) {
      const Value reason = item.unknown() ? item : unknown_text(item);
      unknown = unknown.unknown() ? merge_unknown(unknown, reason) : reason;
      continue;
    }
    const bool number = item.integer() || item.unsigned_integer() || item.number() || item.duration();
    if (!number) return no_overload(call.name, {&item});
    const Value before = total;
    total = i == 0 ? item : apply(Operator::add, before, item);
    if (is_flowing(total)) return total;
    total.rest_on(before).rest_on(item);
  }
  return unknown.unknown() ? unknown : total;
}

Value slice(const Call& call) {
  const ListView items(call[0]);
  if (!items.valid() || !call[1].integer() || !call[2].integer()) return no_overload(call);
  const std::int64_t first = *call[1].integer();
  const std::int64_t last = *call[2].integer();
  if (first < 0 || first > last || static_cast<std::uint64_t>(last) > items.size()) {
    return Value::error("index out of bounds: slice(" + call[1].display() + ", " + call[2].display() + ")");
  }
  List out;
  for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
    out.push_back(items[i]);
  return out;
}

Value reverse(const Call& call) {
  if (const ListView items(call[0]); items.valid()) {
    List out;
    for (std::size_t i = items.size(); i-- > 0;) out.push_back(items[i]);
    return out;
  }
  const Value text = as_text(call[0]);
  return text.string() ? Value(reversed_code_points(*text.string())) : no_overload(call);
}

Value range(const Call& call) {
  if (!call[0].integer()) return no_overload(call);
  if (*call[0].integer() > 100'000) return too_long(call);
  List out;
  for (std::int64_t i = 0; i < *call[0].integer(); ++i) out.emplace_back(i);
  return out;
}

enum class Answer : std::uint8_t { all, any };

Value compare_sets(const Call& call, const Value& left, const Value& right, Answer answer) {
  const ListView wanted(right);
  const ListView present(left);
  if (!wanted.valid() || !present.valid()) return no_overload(call);
  if (wanted.size() > longest_quadratic || present.size() > longest_quadratic) return too_long(call);
  const bool decisive = answer == Answer::any;
  Value result = !decisive;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Value found = contains(wanted[i], left);
    if (found.boolean() && *found.boolean() == decisive) return found;
    if (!found.boolean()) result = found;
  }
  return result;
}

Value set_contains(const Call& call) {
  return compare_sets(call, call[0], call[1], Answer::all);
}
Value set_intersects(const Call& call) {
  return compare_sets(call, call[0], call[1], Answer::any);
}
Value set_equivalent(const Call& call) {
  const Value there = compare_sets(call, call[0], call[1], Answer::all);
  if (there.error() || (there.boolean() && !*there.boolean())) return there;
  const Value back = compare_sets(call, call[1], call[0], Answer::all);
  return back.boolean() && *back.boolean() ? there : back;
}

constexpr std::array<Builtin, 10> table{{
    {"flatten", Style::receiver, 1, 2, flatten, "list.flatten() -> list, list.flatten(depth)",
     "items of inner lists in their place, one level or depth levels", false, true},
    {"distinct", Style::receiver, 1, 1, distinct, "list.distinct() -> list",
     "without items equal to an earlier one"},
    {"sort", Style::receiver, 1, 1, sort, "list.sort() -> list", "in ascending order; items of one type"},
    {"sum", Style::either, 1, 1, sum, "sum(list) -> number, list.sum()",
     "numbers of one type, or durations, added up; 0 of an empty list"},
    {"slice", Style::receiver, 3, 3, slice, "list.slice(first, end) -> list",
     "items from first to before end"},
    {"reverse", Style::receiver, 1, 1, reverse, "list.reverse() -> list, string.reverse() -> string",
     "backwards"},
    {"lists.range", Style::function, 1, 1, range, "lists.range(n) -> list", "[0, 1, …, n - 1]"},
    {"sets.contains", Style::function, 2, 2, set_contains, "sets.contains(list, wanted) -> bool",
     "whether each item of wanted is in the list"},
    {"sets.intersects", Style::function, 2, 2, set_intersects, "sets.intersects(list, wanted) -> bool",
     "whether some item of wanted is in the list"},
    {"sets.equivalent", Style::function, 2, 2, set_equivalent, "sets.equivalent(a, b) -> bool",
     "whether each contains the other"},
}};

} // namespace

std::span<const Builtin> list_functions() {
  return table;
}

} // namespace slsaudit::cel
