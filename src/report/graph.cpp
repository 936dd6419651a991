// SPDX-License-Identifier: Apache-2.0
#include "report/graph.hpp"

#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
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

std::string dot_text(std::string_view text) {
  return replaced(replaced(replaced(printable(text), '\\', "\\\\"), '"', "\\\""), '\n', " ");
}

std::string mermaid_text(std::string_view text) {
  return replaced(replaced(replaced(printable(text), '#', "#35;"), '"', "#quot;"), '\n', " ");
}

/// What a template is called in a drawing: its service or file, and the stack that it is nested as.
std::string stack_label(const GraphInput& input, const graph::System& system, std::size_t index) {
  const dialect::Template& source = system.templates[index];
  std::string label =
      source.file.valid() ? std::string(input.sources.path(source.file)) : std::string("stack");
  if (!source.service.empty()) label = std::string(source.service) + " (" + label + ")";
  if (source.nesting) label = std::string(source.nesting->stack) + " (" + label + ")";
  return label;
}

/// The nodes of a drawing by what they are drawn in: with several templates one box for each, and what is
/// outside of them in none.
struct Box {
  std::optional<std::size_t> member; ///< Nothing: no box.
  std::vector<std::size_t> nodes;
};

std::vector<Box> boxes(const graph::System& system, const Drawing& drawing) {
  std::vector<Box> result(system.templates.size());
  Box rest;
  for (std::size_t n = 0; n < system.nodes.size(); ++n) {
    if (!drawing.shown[n]) continue;
    const graph::Node& node = system.nodes[n];
    const bool boxed = result.size() > 1 && node.kind == graph::NodeKind::resource;
    (boxed ? result[node.template_index] : rest).nodes.push_back(n);
  }
  for (std::size_t i = 0; i < result.size(); ++i) result[i].member = i;
  result.push_back(std::move(rest));
  std::erase_if(result, [](const Box& box) { return box.nodes.empty(); });
  return result;
}

std::string edge_label(const graph::Edge& edge) {
  std::string label(graph::name(edge.kind));
  if (edge.mode == graph::Mode::synchronous) label += " (sync)";
  if (edge.mode == graph::Mode::asynchronous) label += " (async)";
  return label;
}

std::string dot_node(const graph::System& system, std::size_t s, std::size_t n) {
  const graph::Node& node = system.nodes[n];
  return fmt::format("  s{}n{} [label=\"{}\\n{}\"{}];\n", s, n, dot_text(node.label),
                     dot_text(short_type(node.type)),
                     node.kind == graph::NodeKind::outside ? ", style=dashed" : "");
}

std::string mermaid_node(const graph::System& system, std::size_t s, std::size_t n) {
  const graph::Node& node = system.nodes[n];
  const bool outside = node.kind == graph::NodeKind::outside;
  return fmt::format("  s{}n{}{}\"{}<br/>{}\"{}\n", s, n, outside ? "([" : "[", mermaid_text(node.label),
                     mermaid_text(short_type(node.type)), outside ? "])" : "]");
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
    for (const Box& box : boxes(system, drawing)) {
      if (box.member)
        out << fmt::format("  subgraph cluster_s{}t{} {{\n    label=\"{}\";\n", s, *box.member,
                           dot_text(stack_label(input, system, *box.member)));
      for (const std::size_t n : box.nodes) out << (box.member ? "  " : "") << dot_node(system, s, n);
      if (box.member) out << "  }\n";
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
    for (const Box& box : boxes(system, drawing)) {
      if (box.member)
        out << fmt::format("  subgraph s{}t{}[\"{}\"]\n", s, *box.member,
                           mermaid_text(stack_label(input, system, *box.member)));
      for (const std::size_t n : box.nodes) out << (box.member ? "  " : "") << mermaid_node(system, s, n);
      if (box.member) out << "  end\n";
    }
    for (const graph::Edge* edge : drawing.edges) {
      out << fmt::format("  s{0}n{1} {4}|\"{3}\"| s{0}n{2}\n", s, edge->from.index(), edge->to.index(),
                         edge_label(*edge), is_weak(*edge) ? "-.->" : "-->");
    }
  }
}

} // namespace slsaudit::report
