// SPDX-License-Identifier: Apache-2.0
#include "graph/references.hpp"

#include "graph/extract.hpp"

namespace slsaudit::graph {

References::References(const Index& index) {
  begins_.reserve(index.size() + 1);
  for (std::size_t i = 0; i < index.size(); ++i) {
    begin();
    for_each_string(index.resource(NodeId(i)).properties, [&](const value::Value& text) {
      if (text.is(value::Kind::symbolic)) texts_.push_back(text);
    });
    for (const value::Value& text : std::span(texts_).subspan(begins_.back().texts))
      add_named(index, NodeId(i), text);
  }
  begin();
  texts_.shrink_to_fit();
  named_.shrink_to_fit();
  needed_.shrink_to_fit();
}

void References::begin() {
  const auto end_of = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
  begins_.push_back({end_of(texts_), end_of(named_), end_of(needed_)});
}

void References::add_named(const Index& index, NodeId self, const value::Value& text) {
  using value::ReferenceKind;
  const std::size_t where = index.template_of(self);
  for (const value::Part& part : text.parts()) {
    const bool by_id = part.kind == ReferenceKind::resource || part.kind == ReferenceKind::attribute;
    const NodeId own = by_id ? index.find(where, part.name) : NodeId{};
    if (own.valid()) needed_.push_back(own);
    NodeId to;
    if (by_id || part.kind == ReferenceKind::parameter) {
      to = index.referenced(where, part);
    } else if ((part.kind == ReferenceKind::import_value || part.kind == ReferenceKind::output) &&
               text.sole_reference() != nullptr) {
      to = index.resolve(where, text);
    }
    if (to.valid() && to != self) named_.push_back({to, text.span()});
  }
}

std::span<const value::Value> References::of(NodeId node) const {
  return part_of(texts_, node, &Begin::texts);
}

std::span<const References::Named> References::named_by(NodeId node) const {
  return part_of(named_, node, &Begin::named);
}

std::span<const NodeId> References::needed_by(NodeId node) const {
  return part_of(needed_, node, &Begin::needed);
}

} // namespace slsaudit::graph
