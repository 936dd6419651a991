// SPDX-License-Identifier: Apache-2.0
// Recursion: the parser bounds the tree's height.
#include "cel/joins.hpp"

#include <algorithm>
#include <optional>

namespace slsaudit::cel {

namespace {

constexpr std::size_t longest_constant = 200; // of what is compared as text; longer ones join nothing

/// Whether items that fail the loop's first body can be left out without a change to the result.
bool leaves_out(const Node& loop) {
  switch (static_cast<Macro>(loop.detail)) {
  case Macro::exists:
  case Macro::exists_one:
  case Macro::filter:
    return true;
  case Macro::all:
    return false;
  default:
    return loop.with_filter;
  }
}

class Planner {
public:
  /// Parts of an item may be compared by what the item says of them: then `around` is the item's slot.
  explicit Planner(const Draft& draft, std::uint32_t slot, std::uint32_t around = no_node)
      : draft_(draft), slot_(slot), around_(around) {}

  std::vector<DraftJoin> joins(std::uint32_t condition) const {
    std::vector<DraftJoin> result;
    const std::vector<std::uint32_t> conjuncts = conjuncts_of(condition);
    for (const std::uint32_t conjunct : conjuncts) {
      auto join = join_of(conjunct);
      if (!join) join = join_of_parts(conjunct);
      if (!join) continue;
      add_guard(conjuncts, *join);
      result.push_back(std::move(*join));
    }
    return result;
  }

private:
  std::vector<std::uint32_t> conjuncts_of(std::uint32_t condition) const {
    const Node& node = draft_.nodes[condition];
    if (node.kind != NodeKind::logical_and) return {condition};
    std::vector<std::uint32_t> result;
    for (std::size_t i = 0; i < node.child_count; ++i) result.push_back(draft_.child(node, i));
    return result;
  }

  /// The first of the conjuncts that says of something in the item's path that it isn't null.
  void add_guard(const std::vector<std::uint32_t>& conjuncts, DraftJoin& join) const {
    for (const std::uint32_t conjunct : conjuncts) {
      const Node& node = draft_.nodes[conjunct];
      if (node.kind != NodeKind::binary || node.detail != static_cast<std::uint8_t>(Operator::not_equal))
        continue;
      const std::uint32_t path = draft_.child(node, 0);
      const Node& null = draft_.nodes[draft_.child(node, 1)];
      std::string text;
      if (null.kind != NodeKind::constant || !draft_.constants[null.index].is_null()) continue;
      if (!write(path, text) || join.text.find(text) == std::string::npos) continue;
      join.guard = path;
      join.text = "?" + text + "!" + join.text;
      return;
    }
  }

  /// `r.holders.exists(h, h.type == key)`, and where that is one of several conditions.
  std::optional<DraftJoin> join_of_parts(std::uint32_t condition) const {
    const Node& node = draft_.nodes[condition];
    if (node.kind != NodeKind::loop || node.two_variables || static_cast<Macro>(node.detail) != Macro::exists)
      return std::nullopt;
    const std::uint32_t list = draft_.child(node, 0);
    std::string text;
    if (!mentions(list, slot_) || !write(list, text)) return std::nullopt;
    const Planner parts(draft_, node.index, slot_);
    for (const std::uint32_t conjunct : conjuncts_of(draft_.child(node, 1))) {
      auto join = parts.join_of(conjunct);
      if (!join || std::ranges::any_of(join->keys, [&](std::uint32_t key) { return mentions(key, slot_); }))
        continue;
      join->part = join->item;
      join->part_slot = node.index;
      join->item = list;
      join->text = text + "*" + join->text;
      return join;
    }
    return std::nullopt;
  }

  std::optional<DraftJoin> join_of(std::uint32_t condition) const {
    const Node& node = draft_.nodes[condition];
    if (node.kind != NodeKind::binary) return std::nullopt;
    const std::uint32_t left = draft_.child(node, 0);
    const std::uint32_t right = draft_.child(node, 1);
    if (node.detail == static_cast<std::uint8_t>(Operator::in)) return membership(left, right);
    if (node.detail != static_cast<std::uint8_t>(Operator::equal)) return std::nullopt;
    auto join = comparison(left, right);
    return join ? std::move(join) : comparison(right, left);
  }

  std::optional<DraftJoin> comparison(std::uint32_t item, std::uint32_t key) const {
    DraftJoin join{.item = item, .keys = {key}};
    if (mentions(key, slot_) || !mentions(item, slot_) || !write(item, join.text)) return std::nullopt;
    join.constant = draft_.nodes[key].kind == NodeKind::constant;
    return join;
  }

  std::optional<DraftJoin> membership(std::uint32_t item, std::uint32_t list) const {
    const Node& node = draft_.nodes[list];
    DraftJoin join{.item = item, .constant = true};
    if (node.kind != NodeKind::list || !mentions(item, slot_) || !write(item, join.text)) return std::nullopt;
    for (std::size_t i = 0; i < node.child_count; ++i) {
      join.keys.push_back(draft_.child(node, i));
      if (draft_.nodes[join.keys.back()].kind != NodeKind::constant) return std::nullopt;
    }
    return join;
  }

  bool mentions(std::uint32_t id, std::uint32_t slot) const {
    const Node& node = draft_.nodes[id];
    if (node.kind == NodeKind::local) return node.index == slot;
    for (std::size_t i = 0; i < node.child_count; ++i) {
      if (mentions(draft_.child(node, i), slot)) return true;
    }
    return false;
  }

  /// The expression as a text that is the same in all trees; false where it asks for more than the item.
  bool write(std::uint32_t id, std::string& out) const {
    const Node& node = draft_.nodes[id];
    switch (node.kind) {
    case NodeKind::local:
      out += node.index == around_ ? '^' : '$';
      return node.index == around_ || node.index == slot_;
    case NodeKind::constant:
      return write_constant(draft_.constants[node.index], out);
    case NodeKind::select:
      out += "." + draft_.names[node.index];
      break;
    case NodeKind::index:
      out += "[]";
      break;
    case NodeKind::invoke:
      out += draft_.callees[node.index].name;
      break;
    default:
      return false;
    }
    out += '(';
    for (std::size_t i = 0; i < node.child_count; ++i) {
      if (!write(draft_.child(node, i), out)) return false;
      out += ',';
    }
    out += ')';
    return true;
  }

  static bool write_constant(const Value& value, std::string& out) {
    const bool is_text = value.string().has_value();
    if (!is_text && value.integer() == nullptr) return false;
    const std::string text = value.display();
    out += (is_text ? "s" : "i") + std::to_string(text.size()) + ":" + text;
    return text.size() <= longest_constant;
  }

  const Draft& draft_;
  std::uint32_t slot_;
  std::uint32_t around_;
};

/// Items that fail an earlier join with constant keys need no answer to a later one: its text says so.
void add_conditions(const Draft& draft, std::vector<DraftJoin>& joins) {
  std::string before;
  for (DraftJoin& join : joins) {
    const std::string own = join.text;
    join.text = before + own;
    if (!join.constant) return;
    before += own + "=";
    for (const std::uint32_t key : join.keys) {
      const Value& constant = draft.constants[draft.nodes[key].index];
      const std::string text = constant.display();
      before += std::string(constant.type_name()) + std::to_string(text.size()) + ":" + text + ",";
    }
    before += "&";
  }
}

} // namespace

void plan_joins(Draft& draft) {
  for (Node& node : draft.nodes) {
    if (node.kind != NodeKind::loop || node.two_variables || !leaves_out(node)) continue;
    const Node& range = draft.nodes[draft.child(node, 0)];
    if (range.kind != NodeKind::select) continue;
    const Node& owner = draft.nodes[draft.child(range, 0)];
    if (owner.kind != NodeKind::variable) continue;
    DraftJoins joins{.owner = owner.index, .list = Planner(draft, node.index).joins(draft.child(node, 1))};
    if (joins.list.empty()) continue;
    add_conditions(draft, joins.list);
    node.joins = static_cast<std::uint32_t>(draft.joins.size());
    draft.joins.push_back(std::move(joins));
  }
}

} // namespace slsaudit::cel
