// SPDX-License-Identifier: Apache-2.0
#include "report/graph.hpp"
#include "report/json_parts.hpp"
#include "report/redact.hpp"

namespace slsaudit::report {

namespace {

class GraphJson {
public:
  explicit GraphJson(const text::SourceMap& sources) : sources_(sources) {}

  Json system(const graph::System& system) {
    Json json{{"templates", Json::array()}, {"nodes", Json::array()}, {"edges", Json::array()}};
    for (const dialect::Template& one : system.templates) {
      Json entry{{"path", std::string(sources_.path(one.file))}, {"dialect", dialect::name(one.dialect)}};
      if (!one.service.empty()) entry["service"] = std::string(one.service);
      json["templates"].push_back(std::move(entry));
    }
    for (std::size_t i = 0; i < system.nodes.size(); ++i) json["nodes"].push_back(node(system.nodes[i], i));
    for (const graph::Edge& one : system.edges) json["edges"].push_back(edge(one));
    return json;
  }

private:
  void add_place(Json& json, text::Span span) {
    if (!span.valid()) return;
    const text::Position at = sources_.position(span.file, span.begin);
    json["path"] = std::string(sources_.path(span.file));
    json["line"] = at.line;
    json["column"] = at.column;
  }

  Json node(const graph::Node& node, std::size_t id) {
    Json json{{"id", id},
              {"kind", node.kind == graph::NodeKind::outside ? "outside" : "resource"},
              {"label", node.label},
              {"type", node.type},
              {"template", node.template_index}};
    if (node.resource == nullptr) return json;
    const dialect::Author& author = node.resource->author;
    if (!author.type.empty())
      json["author"] = {{"id", std::string(author.id)}, {"type", std::string(author.type)}};
    json["generated"] = author.generated;
    add_place(json, node.resource->id_span);
    return json;
  }

  Json edge(const graph::Edge& edge) {
    Json json{{"kind", graph::name(edge.kind)}, {"from", edge.from.index()}, {"to", edge.to.index()}};
    if (edge.mode != graph::Mode::none) json["mode"] = graph::name(edge.mode);
    if (edge.via.valid()) json["via"] = edge.via.index();
    json["evidence"] = Json::array();
    for (const graph::Evidence& evidence : edge.evidence) {
      Json reason{{"basis", graph::name(evidence.basis)}, {"text", redact(evidence.text)}};
      add_place(reason, evidence.span);
      json["evidence"].push_back(std::move(reason));
    }
    return json;
  }

  const text::SourceMap& sources_;
};

} // namespace

void render_graph_json(const GraphInput& input, std::ostream& out) {
  Json json{{"format", "slsaudit-graph"}, {"format_version", 1}, {"systems", Json::array()}};
  GraphJson writer(input.sources);
  for (const graph::System& system : input.systems) json["systems"].push_back(writer.system(system));
  write_json(json, out);
}

} // namespace slsaudit::report
