// SPDX-License-Identifier: Apache-2.0
#include "audit/unknowns.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace slsaudit::audit {

namespace {

/// Reasons that differ in names only are one: `a.b` becomes `…`.
std::string without_names(std::string_view reason) {
  std::string out;
  bool inside = false;
  for (const char c : reason) {
    if (c == '`') {
      inside = !inside;
      out += inside ? "`…" : "`";
    } else if (!inside) {
      out += c;
    }
  }
  return out;
}

class Counter {
public:
  void look(const value::Value& root) {
    std::vector<value::Value> pending{root};
    while (!pending.empty()) {
      const value::Value value = pending.back();
      pending.pop_back();
      if (value.is_unknown()) add(value.reason(), value.span());
      for (const value::Part& part : value.parts()) {
        if (part.is_reference && part.kind == value::ReferenceKind::unknown) add(part.name, value.span());
      }
      for (const value::Value& item : value.items()) pending.push_back(item);
      for (const value::Member& member : value.members()) pending.push_back(member.value);
      if (value.is(value::Kind::conditional)) {
        pending.push_back(value.when_true());
        pending.push_back(value.when_false());
      }
    }
  }

  [[nodiscard]] std::vector<UnknownReason> result() const {
    std::vector<UnknownReason> reasons;
    for (const auto& [shape, group] : groups_) {
      reasons.push_back({group.reason.empty() ? "for no reason that is known" : group.reason,
                         group.places.size(), *group.places.begin()});
    }
    std::ranges::stable_sort(reasons, [](const UnknownReason& left, const UnknownReason& right) {
      return left.count > right.count;
    });
    return reasons;
  }

private:
  struct Group {
    std::string reason; ///< As first met; without names where they differ.
    std::set<text::Span> places;
  };

  void add(std::string_view reason, text::Span place) {
    const std::string shape = without_names(reason);
    Group& group = groups_.try_emplace(shape, Group{std::string(reason), {}}).first->second;
    if (group.reason != reason) group.reason = shape;
    group.places.insert(place);
  }

  std::map<std::string, Group> groups_; ///< By shape.
};

} // namespace

std::vector<UnknownReason> unknown_reasons(const std::vector<graph::System>& systems) {
  Counter counter;
  for (const graph::System& system : systems) {
    for (const dialect::Template& source : system.templates) {
      for (const dialect::Resource& resource : source.resources) counter.look(resource.properties);
      for (const dialect::Output& output : source.outputs) counter.look(output.value);
    }
  }
  return counter.result();
}

} // namespace slsaudit::audit
