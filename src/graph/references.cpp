// SPDX-License-Identifier: Apache-2.0
#include "graph/references.hpp"

namespace slsaudit::graph {

namespace {

// Recursion: depth is that of the author's tree.
void add_texts(const value::Value& value, std::vector<value::Value>& texts) {
  switch (value.kind()) {
  case value::Kind::symbolic:
    texts.push_back(value);
    return;
  case value::Kind::conditional:
    add_texts(value.when_true(), texts);
    add_texts(value.when_false(), texts);
    return;
  case value::Kind::list:
    for (const value::Value& item : value.items()) add_texts(item, texts);
    return;
  case value::Kind::map:
    for (const value::Member& member : value.members()) add_texts(member.value, texts);
    return;
  default:
    return;
  }
}

} // namespace

References::References(const Index& index) {
  begins_.reserve(index.size() + 1);
  for (std::size_t i = 0; i < index.size(); ++i) {
    begins_.push_back(static_cast<std::uint32_t>(texts_.size()));
    add_texts(index.resource(NodeId(i)).properties, texts_);
  }
  begins_.push_back(static_cast<std::uint32_t>(texts_.size()));
  texts_.shrink_to_fit();
}

std::span<const value::Value> References::of(NodeId node) const {
  if (!node.valid() || node.index() + 1 >= begins_.size()) return {};
  const std::uint32_t begin = begins_[node.index()];
  return std::span(texts_).subspan(begin, begins_[node.index() + 1] - begin);
}

} // namespace slsaudit::graph
