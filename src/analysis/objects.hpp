// SPDX-License-Identifier: Apache-2.0
// Resources and edges as the objects that expressions select fields of.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// A node of the graph. Of outside parties every property is unknown.
class ResourceObject final : public cel::Object {
public:
  /// `type` is the node's, as a value that all of that type share; it outlives the object.
  ResourceObject(const Facts& facts, graph::NodeId node, const cel::Value& type);
  [[nodiscard]] std::string_view type_name() const override { return "resource"; }
  [[nodiscard]] cel::Value field(std::string_view name) const override;
  [[nodiscard]] bool has(std::string_view name) const override;
  [[nodiscard]] std::string display() const override;
  [[nodiscard]] text::Span span() const override { return span_; }
  [[nodiscard]] graph::NodeId node() const { return node_; }
  [[nodiscard]] const Facts& facts() const { return *facts_; }
  /// A property by dotted path, or null at the nearest place where it would be added.
  [[nodiscard]] cel::Value property(std::string_view dotted_path) const;

private:
  const Facts* facts_;
  const cel::Value* type_;
  value::Value::Handle properties_; ///< Null where there are none, or nobody knows them.
  graph::NodeId node_;
  text::Span span_; ///< Asked for with each cell that names the resource.
};

class EdgeObject final : public cel::Object {
public:
  EdgeObject(const Facts& facts, graph::EdgeId edge);
  [[nodiscard]] std::string_view type_name() const override { return "edge"; }
  [[nodiscard]] cel::Value field(std::string_view name) const override;
  [[nodiscard]] bool has(std::string_view name) const override;
  [[nodiscard]] std::string display() const override;
  [[nodiscard]] text::Span span() const override { return span_; }
  [[nodiscard]] graph::EdgeId edge() const { return edge_; }

private:
  const Facts* facts_;
  graph::EdgeId edge_;
  text::Span span_;
};

/// A property by dotted path of any value: like Value::at, but what is absent is null and stands at the key
/// of the nearest map that is there (`fallback` when none is).
[[nodiscard]] cel::Value property_at(const value::Value& root, std::string_view dotted_path,
                                     text::Span fallback);

} // namespace slsaudit::analysis
