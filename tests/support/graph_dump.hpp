// SPDX-License-Identifier: Apache-2.0
// Systems from template text, and graphs as lines of text that tables of expectations can hold.
#pragma once

#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/json_properties.hpp"
#include "graph/system.hpp"
#include "syntax/reader.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slsaudit::test {

/// A system with all that it refers to.
struct BuiltSystem {
  text::SourceMap sources;
  text::Arena arena;
  graph::System system;
};

/// Each text is one CloudFormation template.
inline std::unique_ptr<BuiltSystem> build_system(const std::vector<std::string>& texts,
                                                 const dialect::Inputs& inputs = {}) {
  auto built = std::make_unique<BuiltSystem>();
  std::vector<dialect::Template> templates;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto document =
        syntax::read(built->sources, built->arena, "template" + std::to_string(i) + ".yaml", texts[i]);
    const auto lowered = dialect::cloudformation::lower(document, built->arena, inputs);
    templates.push_back(dialect::cloudformation::evaluate(lowered, built->arena, inputs));
    dialect::read_json_properties(templates.back(), built->sources, built->arena);
  }
  built->system = graph::build(std::move(templates), built->arena);
  return built;
}

/// `Orders -polls-> Handler via Mapping [declared] filter=…`, in the system's order.
inline std::string dump_edge(const graph::System& system, const graph::Edge& edge) {
  std::string line = system.node(edge.from).label + " -" + std::string(graph::name(edge.kind)) + "-> " +
                     system.node(edge.to).label;
  if (edge.via.valid()) line += " via " + system.node(edge.via).label;
  std::string bases;
  for (const graph::Evidence& evidence : edge.evidence) {
    const std::string basis(graph::name(evidence.basis));
    if (bases.find(basis) == std::string::npos) bases += (bases.empty() ? "" : "+") + basis;
  }
  if (bases != "declared") line += " [" + bases + "]";
  if (edge.filter.is_present()) line += " filter=" + edge.filter.display();
  return line;
}

/// All edges but those that say nothing about flow; `also` names kinds to add ("refers", "assumes").
inline std::vector<std::string> dump_edges(const graph::System& system,
                                           const std::vector<std::string>& also = {}) {
  std::vector<std::string> lines;
  for (const graph::Edge& edge : system.edges) {
    const bool quiet = edge.kind == graph::EdgeKind::refers || edge.kind == graph::EdgeKind::assumes;
    const std::string kind(graph::name(edge.kind));
    bool wanted = !quiet;
    for (const std::string& name : also) wanted = wanted || name == kind;
    if (wanted) lines.push_back(dump_edge(system, edge));
  }
  return lines;
}

} // namespace slsaudit::test
