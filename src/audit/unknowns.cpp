// SPDX-License-Identifier: Apache-2.0
#include "audit/unknowns.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace slsaudit::audit {

namespace {

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
    for (const auto& [reason, places] : places_) {
      reasons.push_back(
          {reason.empty() ? "for no reason that is known" : reason, places.size(), *places.begin()});
    }
    std::ranges::stable_sort(reasons, [](const UnknownReason& left, const UnknownReason& right) {
      return left.count > right.count;
    });
    return reasons;
  }

private:
  void add(std::string_view reason, text::Span place) { places_[std::string(reason)].insert(place); }

  std::map<std::string, std::set<text::Span>> places_;
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
