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
}

void References::begin() {
  begins_.push_back({static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(named_.size())});
}

void References::add_named(const Index& index, NodeId self, const value::Value& text) {
  const std::size_t where = index.template_of(self);
  for (const value::Part& part : text.parts()) {
    NodeId to;
    if (part.kind == value::ReferenceKind::resource || part.kind == value::ReferenceKind::attribute ||
        part.kind == value::ReferenceKind::parameter) {
      to = index.referenced(where, part);
    } else if ((part.kind == value::ReferenceKind::import_value ||
                part.kind == value::ReferenceKind::output) &&
               text.sole_reference() != nullptr) {
      to = index.resolve(where, text);
    }
    if (to.valid() && to != self) named_.push_back({to, text.span()});
  }
}

std::span<const value::Value> References::of(NodeId node) const {
  if (!node.valid() || node.index() + 1 >= begins_.size()) return {};
  const std::uint32_t first = begins_[node.index()].texts;
  return std::span(texts_).subspan(first, begins_[node.index() + 1].texts - first);
}

std::span<const References::Named> References::named_by(NodeId node) const {
  if (!node.valid() || node.index() + 1 >= begins_.size()) return {};
  const std::uint32_t first = begins_[node.index()].named;
  return std::span(named_).subspan(first, begins_[node.index() + 1].named - first);
}

} // namespace slsaudit::graph
