// SPDX-License-Identifier: Apache-2.0
#include "report/graph.hpp"

#include "report/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace slsaudit::report {

namespace {

constexpr std::array<std::pair<std::string_view, GraphRenderer>, 3> renderers{
    {{"dot", render_graph_dot}, {"json", render_graph_json}, {"mermaid", render_graph_mermaid}}};

/// Edges that say how the system is put together, not what flows through it.
bool is_wiring(graph::EdgeKind kind) {
  return kind == graph::EdgeKind::refers || kind == graph::EdgeKind::assumes || kind == graph::EdgeKind::logs;
}

/// What a drawing shows of a system: the edges wanted, and the nodes that they touch.
struct Drawing {
  std::vector<const graph::Edge*> edges;
  std::vector<bool> shown;

  Drawing(const graph::System& system, bool all) : shown(system.nodes.size(), all) {
    for (const graph::Edge& edge : system.edges) {
      if (!all && is_wiring(edge.kind)) continue;
      edges.push_back(&edge);
      shown[edge.from.index()] = true;
      shown[edge.to.index()] = true;
    }
  }
};

/// "AWS::Lambda::Function" → "Lambda Function"
std::string short_type(std::string_view type) {
  if (type.starts_with("AWS::")) type.remove_prefix(5);
  std::string result(type);
  for (std::size_t at = result.find("::"); at != std::string::npos; at = result.find("::"))
    result.replace(at, 2, " ");
  return result;
}

std::string replaced(std::string text, char what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, 1, with);
  }
  return text;
}

/// Graphviz reads entities of HTML in labels.
std::string dot_text(std::string_view text) {
  return replaced(replaced(replaced(one_line(text), '&', "&amp;"), '\\', "\\\\"), '"', "\\\"");
}

/// Labels are HTML; backticks would begin markdown. Mermaid has entities of its own.
std::string mermaid_text(std::string_view text) {
  constexpr std::array<std::pair<char, std::string_view>, 6> entities{
      {{'#', "#35;"}, {'"', "#quot;"}, {'&', "#amp;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'`', "#96;"}}};
  std::string result;
  for (const char c : one_line(text)) {
    const auto found = std::ranges::find(entities, c, &std::pair<char, std::string_view>::first);
    if (found == entities.end())
      result += c;
    else
      result += found->second;
  }
  return result;
}

std::string edge_label(const graph::Edge& edge) {
  std::string label(graph::name(edge.kind));
  if (edge.mode == graph::Mode::synchronous) label += " (sync)";
  if (edge.mode == graph::Mode::asynchronous) label += " (async)";
  return label;
}

/// The nodes that a drawing shows, by the template that declares them, if there are several; outside parties,
/// and all nodes of a single template, stand by themselves.
struct Group {
  std::string label; ///< Empty: no frame round them.
  std::string id;
  std::vector<std::size_t> nodes;
};

std::string label_of(const dialect::Template& declaring, const text::SourceMap& sources) {
  if (!declaring.service.empty()) return std::string(declaring.service);
  return declaring.file.valid() ? std::string(sources.path(declaring.file)) : std::string();
}

std::vector<Group> groups_of(const graph::System& system, std::size_t s, const Drawing& drawing,
                             const text::SourceMap& sources) {
  std::vector<Group> groups(system.templates.size() + 1);
  std::size_t used = 0;
  for (std::size_t n = 0; n < system.nodes.size(); ++n) {
    if (!drawing.shown[n]) continue;
    const graph::Node& node = system.nodes[n];
    const bool outside = node.kind == graph::NodeKind::outside;
    Group& group = groups[outside ? system.templates.size() : node.template_index];
    if (!outside && group.nodes.empty()) ++used;
    group.nodes.push_back(n);
  }
  for (std::size_t t = 0; used > 1 && t < system.templates.size(); ++t) {
    groups[t].id = fmt::format("s{}t{}", s, t);
    groups[t].label = label_of(system.templates[t], sources);
  }
  std::erase_if(groups, [](const Group& group) { return group.nodes.empty(); });
  return groups;
}

bool is_weak(const graph::Edge& edge) {
  return !edge.evidence.empty() && edge.evidence.front().basis == graph::Basis::hinted;
}

} // namespace

GraphRenderer graph_renderer(std::string_view format) {
  const auto found = std::ranges::find(renderers, format, &std::pair<std::string_view, GraphRenderer>::first);
  return found == renderers.end() ? nullptr : found->second;
}

const std::vector<std::string_view>& graph_formats() {
  static const std::vector<std::string_view> names{"dot", "json", "mermaid"};
  return names;
}

void render_graph_dot(const GraphInput& input, std::ostream& out) {
  out << "digraph system {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n"
         "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (std::size_t s = 0; s < input.systems.size(); ++s) {
    const graph::System& system = input.systems[s];
    const Drawing drawing(system, input.all);
    for (const Group& group : groups_of(system, s, drawing, input.sources)) {
      const bool framed = !group.label.empty();
      if (framed)
        out << fmt::format("  subgraph cluster_{} {{\n    label=\"{}\";\n", group.id, dot_text(group.label));
      for (const std::size_t n : group.nodes) {
        const graph::Node& node = system.nodes[n];
        out << fmt::format("{}  s{}n{} [label=\"{}\\n{}\"{}];\n", framed ? "  " : "", s, n,
                           dot_text(node.label), dot_text(short_type(node.type)),
                           node.kind == graph::NodeKind::outside ? ", style=dashed" : "");
      }
      if (framed) out << "  }\n";
    }
    for (const graph::Edge* edge : drawing.edges) {
      out << fmt::format("  s{0}n{1} -> s{0}n{2} [label=\"{3}\"{4}];\n", s, edge->from.index(),
                         edge->to.index(), edge_label(*edge), is_weak(*edge) ? ", style=dotted" : "");
    }
  }
  out << "}\n";
}

void render_graph_mermaid(const GraphInput& input, std::ostream& out) {
  out << "flowchart LR\n";
  for (std::size_t s = 0; s < input.systems.size(); ++s) {
    const graph::System& system = input.systems[s];
    const Drawing drawing(system, input.all);
    for (const Group& group : groups_of(system, s, drawing, input.sources)) {
      const bool framed = !group.label.empty();
      if (framed) out << fmt::format("  subgraph {}[\"{}\"]\n", group.id, mermaid_text(group.label));
      for (const std::size_t n : group.nodes) {
        const graph::Node& node = system.nodes[n];
        const bool outside = node.kind == graph::NodeKind::outside;
        out << fmt::format("{}  s{}n{}{}\"{}<br/>{}\"{}\n", framed ? "  " : "", s, n, outside ? "([" : "[",
                           mermaid_text(node.label), mermaid_text(short_type(node.type)),
                           outside ? "])" : "]");
      }
      if (framed) out << "  end\n";
    }
    for (const graph::Edge* edge : drawing.edges) {
      out << fmt::format("  s{0}n{1} {4}|\"{3}\"| s{0}n{2}\n", s, edge->from.index(), edge->to.index(),
                         edge_label(*edge), is_weak(*edge) ? "-.->" : "-->");
    }
  }
}

} // namespace slsaudit::report
