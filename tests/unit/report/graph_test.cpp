// SPDX-License-Identifier: Apache-2.0
#include "report/graph.hpp"
#include "support/golden.hpp"

#include <sstream>

using namespace slsaudit;

namespace {

graph::Edge edge(graph::EdgeKind kind, std::size_t from, std::size_t to, graph::Mode mode,
                 graph::Evidence evidence) {
  graph::Edge made;
  made.kind = kind;
  made.from = graph::NodeId(from);
  made.to = graph::NodeId(to);
  made.mode = mode;
  made.evidence = {std::move(evidence)};
  return made;
}

} // namespace

TEST_CASE("graphs are drawn and written") {
  text::SourceMap sources;
  const auto file = sources.add("t.yaml", "Resources:\n  Orders: {}\n");
  std::vector<graph::System> systems(1);
  graph::System& system = systems[0];
  system.templates.resize(1);
  system.templates[0].file = file;
  dialect::Resource orders;
  orders.id_span = {file, 13, 19};
  orders.author = {.id = "Orders", .type = "AWS::Serverless::Function"};
  system.nodes = {{graph::NodeKind::resource, "Orders", "AWS::Lambda::Function", 0, &orders},
                  {graph::NodeKind::resource, "Say \"hi\"", "AWS::SQS::Queue", 0, nullptr},
                  {graph::NodeKind::resource, "Logs", "AWS::Logs::LogGroup", 0, nullptr},
                  {graph::NodeKind::outside, "internet", "outside::internet", 0, nullptr}};
  using graph::EdgeKind;
  using graph::Mode;
  system.edges = {
      edge(EdgeKind::sends, 0, 1, Mode::none, {graph::Basis::hinted, {file, 13, 19}, "`QUEUE_URL` names it"}),
      edge(EdgeKind::logs, 0, 2, Mode::none, {graph::Basis::declared, {}, "log group"}),
      edge(EdgeKind::requests, 3, 0, Mode::synchronous, {graph::Basis::declared, {}, "function URL"})};
  for (const std::string_view format : report::graph_formats()) {
    std::ostringstream out;
    report::graph_renderer(format)({systems, sources, false}, out);
    test::check_golden("graph." + std::string(format), out.str());
  }
  std::ostringstream all;
  report::render_graph_mermaid({systems, sources, true}, all);
  CHECK(all.str().find("Logs") != std::string::npos);
  CHECK(report::graph_renderer("png") == nullptr);

  // Of several templates, each has a frame.
  system.templates.resize(2);
  system.templates[0].service = "shop";
  system.templates[1].file = file;
  system.nodes[1].template_index = 1;
  std::ostringstream framed;
  report::render_graph_mermaid({systems, sources, false}, framed);
  CHECK(framed.str().find("  subgraph s0t0[\"shop\"]\n    s0n0[") != std::string::npos);
  CHECK(framed.str().find("  subgraph s0t1[\"t.yaml\"]\n    s0n1[") != std::string::npos);
  CHECK(framed.str().find("\n  s0n3([") != std::string::npos);
  std::ostringstream clusters;
  report::render_graph_dot({systems, sources, false}, clusters);
  CHECK(clusters.str().find("subgraph cluster_s0t0 {\n    label=\"shop\";") != std::string::npos);
}
