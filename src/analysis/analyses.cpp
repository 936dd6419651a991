// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"

#include "analysis/objects.hpp"
#include "text/assert.hpp"

#include <algorithm>

namespace slsaudit::analysis {

void add_row(Table& table, const Schema& schema, Cells cells, text::Span span, std::vector<Step> steps) {
  std::vector<std::uint32_t> places(schema.columns.size(), CellPool::null);
  std::size_t column = 0;
  for (const auto& cell : cells) {
    // They are nearly always given in the schema's order.
    if (column == schema.columns.size() || schema.columns[column].name != cell.first) {
      column = schema.columns.find(cell.first);
      SLSAUDIT_ASSERT(column < schema.columns.size());
    }
    places[column] = table.pool->add(cell.second);
    ++column;
  }
  table.rows.emplace_back(schema, *table.pool, places, span, std::move(steps));
}

bool is_type(const graph::System& system, graph::NodeId node, std::string_view type) {
  return node.valid() && system.node(node).type == type;
}

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string_view author_id(const graph::Node& node) {
  if (node.resource == nullptr) return node.label;
  return node.resource->author.id.empty() ? node.resource->logical_id : node.resource->author.id;
}

std::string_view shown_name(const graph::Node& node) {
  // What a service's `provider` makes has one author for many resources: their own names tell them apart.
  if (node.resource == nullptr || node.resource->author.type == "serverless provider") return node.label;
  // A bucket that an event asks for has no id that its author wrote, only a name.
  if (node.resource->author.type == "serverless event" && node.type == "AWS::S3::Bucket") {
    if (const auto name = property(node, "BucketName").as_string()) return *name;
  }
  return author_id(node);
}

text::Span id_span(const graph::Node& node) {
  if (node.resource == nullptr) return {};
  const dialect::Resource& resource = *node.resource;
  return resource.id_span.valid() ? resource.id_span : resource.author.span;
}

cel::Value resource_cell(const Facts& facts, graph::NodeId node) {
  if (!node.valid()) return {};
  const cel::Object* object = facts.object(node);
  return cel::Value(object).at(object->span());
}

cel::Value edge_cell(const Facts& facts, graph::EdgeId edge) {
  if (!edge.valid()) return {};
  const cel::Object* object = facts.object(edge);
  return cel::Value(object).at(object->span());
}

cel::Value resource_list(const Facts& facts, const std::vector<graph::NodeId>& nodes) {
  cel::List list;
  list.reserve(nodes.size());
  for (const graph::NodeId node : nodes) list.push_back(resource_cell(facts, node));
  return list;
}

cel::Value string_list(const std::vector<std::string>& strings) {
  cel::List list;
  list.reserve(strings.size());
  for (const std::string& string : strings) list.emplace_back(string);
  return list;
}

cel::Value property_cell(const Facts& facts, graph::NodeId node, std::string_view dotted_path) {
  return static_cast<const ResourceObject*>(facts.object(node))->property(dotted_path);
}

value::Value property(const graph::Node& node, std::string_view dotted_path) {
  if (node.resource == nullptr) return {};
  return node.resource->properties.at(dotted_path);
}

Strings strings_of(const value::Value& value) {
  Strings result;
  const auto add = [&](const value::Value& item) {
    if (item.is(value::Kind::string) || item.is(value::Kind::symbolic)) {
      result.items.push_back(item);
    } else {
      result.complete = false;
    }
  };
  if (value.is_absent()) return result;
  if (!value.is_list()) {
    add(value);
    return result;
  }
  for (const value::Value& item : value.items()) add(item);
  return result;
}

bool names_resource(const value::Part& part) {
  return part.is_reference &&
         (part.kind == value::ReferenceKind::resource || part.kind == value::ReferenceKind::attribute);
}

bool mentions(const graph::System& system, std::size_t template_index, const value::Value& value,
              graph::NodeId node) {
  if (graph::resolve(system, template_index, value) == node) return true;
  return std::any_of(value.parts().begin(), value.parts().end(), [&](const value::Part& part) {
    return names_resource(part) && system.find(template_index, part.name) == node;
  });
}

} // namespace slsaudit::analysis
