// SPDX-License-Identifier: Apache-2.0
#include "analysis/objects.hpp"

#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "graph/passes.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

/// Numbers that rules compare often, with what the platform takes when nothing is written.
struct Setting {
  std::string_view name;
  std::string_view type;
  std::string_view path;
  std::int64_t platform_default;
};
constexpr std::array settings{
    Setting{"timeout", function_type, "Timeout", 3},
    Setting{"memory", function_type, "MemorySize", 128},
    Setting{"visibility_timeout", "AWS::SQS::Queue", "VisibilityTimeout", 30},
    Setting{"retention", "AWS::SQS::Queue", "MessageRetentionPeriod", 345'600},
    Setting{"retention_hours", "AWS::Kinesis::Stream", "RetentionPeriodHours", 24},
};

bool is_property_name(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

cel::Value no_such_field(std::string_view type, std::string_view name) {
  return cel::Value::error("no such field " + quoted(name) + " in " + std::string(type));
}

cel::Value text(std::string_view text) {
  return text.empty() ? cel::Value() : cel::Value(text);
}

struct View {
  const Facts& facts;
  const graph::Node& node;
  graph::NodeId id;
  const cel::Value& type;
};

cel::Value edges(const Facts& facts, const std::vector<graph::EdgeId>& ids) {
  cel::List list;
  for (const graph::EdgeId id : ids) list.push_back(edge_cell(facts, id));
  return list;
}

/// The fields that every node has.
struct NodeField {
  std::string_view name;
  cel::Value (*get)(const View& view);
};
const std::array node_fields{
    NodeField{"id", [](const View& v) { return cel::Value::borrowed(v.node.label); }},
    NodeField{"label", [](const View& v) { return cel::Value::borrowed(v.node.label); }},
    NodeField{"type", [](const View& v) { return v.type; }},
    NodeField{"kind",
              [](const View& v) {
                return cel::Value::borrowed(v.node.kind == graph::NodeKind::resource ? "resource"
                                                                                     : "outside");
              }},
    NodeField{"author", [](const View& v) { return cel::Value(author_id(v.node)).at(id_span(v.node)); }},
    NodeField{"outgoing",
              [](const View& v) { return edges(v.facts, v.facts.system().outgoing[v.id.index()]); }},
    NodeField{"incoming",
              [](const View& v) { return edges(v.facts, v.facts.system().incoming[v.id.index()]); }},
};

/// The fields that only what a template declares has.
struct ResourceField {
  std::string_view name;
  cel::Value (*get)(const View& view, const dialect::Resource& resource);
};
const std::array resource_fields{
    ResourceField{"dialect",
                  [](const View& v, const dialect::Resource&) {
                    return cel::Value::borrowed(
                        dialect::name(v.facts.system().templates[v.node.template_index].dialect));
                  }},
    ResourceField{"template",
                  [](const View& v, const dialect::Resource&) {
                    return cel::Value(static_cast<std::int64_t>(v.node.template_index));
                  }},
    ResourceField{"service",
                  [](const View& v, const dialect::Resource&) {
                    return text(v.facts.system().templates[v.node.template_index].service);
                  }},
    ResourceField{"own_roles",
                  [](const View& v, const dialect::Resource&) {
                    return text(v.facts.system().templates[v.node.template_index].own_roles);
                  }},
    ResourceField{"defaults",
                  [](const View& v, const dialect::Resource&) {
                    const bool has_any = v.node.type == function_type || v.node.type == "AWS::Logs::LogGroup";
                    if (!has_any) return cel::Value();
                    const text::Span place =
                        inherited_place(v.facts.system(), v.id,
                                        {"Globals.Function", "provider.logRetentionInDays", "provider"});
                    return place.valid() ? cel::Value("defaults").at(place) : cel::Value();
                  }},
    ResourceField{"generated",
                  [](const View&, const dialect::Resource& r) { return cel::Value(r.author.generated); }},
    ResourceField{"author_type",
                  [](const View&, const dialect::Resource& r) {
                    return cel::Value::borrowed(r.author.type.empty() ? r.type : r.author.type);
                  }},
    ResourceField{"looped",
                  [](const View& v, const dialect::Resource& r) {
                    const auto& loops = v.facts.system().templates[v.node.template_index].loops;
                    return cel::Value(std::ranges::any_of(
                        loops, [&](const text::Span& body) { return body.contains(r.id_span); }));
                  }},
    ResourceField{"rewritten",
                  [](const View& v, const dialect::Resource&) {
                    const auto& problems = v.facts.system().templates[v.node.template_index].problems;
                    return cel::Value(std::ranges::find(problems, "macro-not-run", &text::Problem::name) !=
                                      problems.end());
                  }},
    ResourceField{"feature", [](const View&, const dialect::Resource& r) { return text(r.author.feature); }},
    ResourceField{"properties",
                  [](const View& v, const dialect::Resource& r) {
                    return r.properties.is_absent() ? cel::Value(cel::Map{}).at(id_span(v.node))
                                                    : cel::Value(r.properties);
                  }},
    ResourceField{"metadata", [](const View&, const dialect::Resource& r) { return cel::Value(r.metadata); }},
    ResourceField{"update_policy",
                  [](const View&, const dialect::Resource& r) { return cel::Value(r.update_policy); }},
    ResourceField{"condition", [](const View&, const dialect::Resource& r) { return text(r.condition); }},
    ResourceField{"deletion_policy",
                  [](const View&, const dialect::Resource& r) {
                    return r.deletion_known ? text(r.deletion_policy)
                                            : cel::Value::unknown("the DeletionPolicy is not known");
                  }},
    ResourceField{"update_replace_policy",
                  [](const View&, const dialect::Resource& r) { return text(r.update_replace_policy); }},
    ResourceField{"depends_on",
                  [](const View&, const dialect::Resource& r) {
                    cel::List list;
                    for (const std::string_view id : r.depends_on) list.emplace_back(id);
                    return cel::Value(std::move(list));
                  }},
};

template <class Fields> auto find_named(const Fields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

cel::Value declared_elsewhere(const graph::Node& node) {
  return cel::Value::unknown(quoted(node.label) + " is declared elsewhere");
}

/// Null for a resource of another type: the platform has no such setting there.
cel::Value setting_of(const View& view, const Setting& setting, const ResourceObject& object) {
  // What other platforms take by default depends on the platform.
  const bool other = setting.type == function_type && graph::is_of_other_platform(view.node.type) &&
                     graph::category_of(view.node.type) == graph::Category::function;
  if (other) return object.property(setting.path);
  if (view.node.type != setting.type) return {};
  cel::Value written = object.property(setting.path);
  if (!written.is_null()) return written;
  return cel::Value(setting.platform_default).at(written.span());
}

/// Whether the edge's filter lets anything through, whoever publishes.
std::string_view passes_of(const graph::System& system, const graph::Edge& edge) {
  if (!edge.filter.is_present()) return "always";
  return graph::satisfiable(system, edge) == graph::Verdict::never ? "never" : "possible";
}

text::Span place_of(const graph::System& system, const graph::Edge& edge) {
  if (!edge.evidence.empty() && edge.evidence.front().span.valid()) return edge.evidence.front().span;
  if (edge.via.valid()) return id_span(system.node(edge.via));
  return id_span(system.node(edge.to));
}

} // namespace

cel::Value property_at(const value::Value& root, std::string_view dotted_path, text::Span fallback) {
  value::Value current = root;
  text::Span place = fallback;
  while (!dotted_path.empty()) {
    const std::size_t dot = dotted_path.find('.');
    const std::string_view key = dotted_path.substr(0, dot);
    current = current.get(key);
    if (current.is_absent()) return cel::Value(current).at(place);
    if (current.key_span().valid()) place = current.key_span();
    dotted_path = dot == std::string_view::npos ? std::string_view{} : dotted_path.substr(dot + 1);
  }
  return current.is_absent() ? cel::Value(current).at(place) : cel::Value(current);
}

cel::Value ResourceObject::property(std::string_view dotted_path) const {
  const graph::Node& node = facts_->system().node(node_);
  if (node.resource == nullptr) return declared_elsewhere(node);
  return property_at(node.resource->properties, dotted_path, span_);
}

ResourceObject::ResourceObject(const Facts& facts, graph::NodeId node, const cel::Value& type)
    : facts_(&facts), type_(&type), properties_(nullptr), node_(node) {
  const graph::Node& whole = facts.system().node(node);
  if (whole.resource != nullptr) properties_ = whole.resource->properties.handle();
  span_ = id_span(whole);
}

cel::Value ResourceObject::field(std::string_view name) const {
  const bool is_property = is_property_name(name); // what the fields below have begins with a small letter
  if (is_property && properties_ != nullptr)
    return property_at(value::Value::from(properties_, {}).get(name), {}, span_);
  const View view{*facts_, facts_->system().node(node_), node_, *type_};
  if (is_property) {
    if (view.node.resource == nullptr) return declared_elsewhere(view.node);
    return property_at(view.node.resource->properties.get(name), {}, span_);
  }
  if (const auto* field = find_named(node_fields, name)) return field->get(view);
  const auto* setting = find_named(settings, name);
  const auto* field = find_named(resource_fields, name);
  if (setting == nullptr && field == nullptr) return no_such_field("resource", name);
  if (view.node.resource == nullptr) return declared_elsewhere(view.node);
  if (field != nullptr) return field->get(view, *view.node.resource);
  return setting_of(view, *setting, *this);
}

bool ResourceObject::has(std::string_view name) const {
  // Where all properties are unknown, any of them may be there: the field itself then says unknown.
  const cel::Value value = field(name);
  return !value.is_null() && value.error() == nullptr;
}

std::string ResourceObject::display() const {
  return quoted(shown_name(facts_->system().node(node_)));
}

EdgeObject::EdgeObject(const Facts& facts, graph::EdgeId edge)
    : facts_(&facts), edge_(edge), span_(place_of(facts.system(), facts.system().edge(edge))) {}

cel::Value EdgeObject::field(std::string_view name) const {
  const graph::Edge& edge = facts_->system().edge(edge_);
  if (name == "kind") return cel::Value::borrowed(graph::name(edge.kind));
  if (name == "mode") return cel::Value::borrowed(graph::name(edge.mode));
  if (name == "basis") {
    const bool is_proven = !edge.evidence.empty();
    return cel::Value::borrowed(
        graph::name(is_proven ? edge.evidence.front().basis : graph::Basis::declared));
  }
  if (name == "from") return resource_cell(*facts_, edge.from);
  if (name == "to") return resource_cell(*facts_, edge.to);
  if (name == "via") return resource_cell(*facts_, edge.via);
  if (name == "settings") return property_at(edge.settings, {}, span());
  if (name == "filter") return property_at(edge.filter, {}, span());
  if (name == "shared") return edge.shared;
  if (name == "declarations") return static_cast<std::int64_t>(graph::declarations(edge));
  if (name == "passes") return passes_of(facts_->system(), edge);
  if (name == "evidence") {
    cel::List list;
    for (const graph::Evidence& evidence : edge.evidence)
      list.push_back(cel::Value(evidence.text).at(evidence.span));
    return list;
  }
  return no_such_field("edge", name);
}

bool EdgeObject::has(std::string_view name) const {
  const cel::Value value = field(name);
  return !value.is_null() && value.error() == nullptr;
}

std::string EdgeObject::display() const {
  const graph::System& system = facts_->system();
  const graph::Edge& edge = system.edge(edge_);
  return quoted(shown_name(system.node(edge.from))) + " → " + quoted(shown_name(system.node(edge.to)));
}

} // namespace slsaudit::analysis
