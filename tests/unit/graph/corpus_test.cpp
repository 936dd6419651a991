// SPDX-License-Identifier: Apache-2.0
// Real templates, where they are at hand: each alone and each application as one system builds a sound graph.
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/detect.hpp"
#include "dialect/sam/lower.hpp"
#include "dialect/serverless/lower.hpp"
#include "graph/system.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

using namespace slsaudit;

namespace {

/// "sam/owner+repository" of "sam/owner+repository/path".
std::string application_of(const std::string& path) {
  return path.substr(0, path.find('/', path.find('/') + 1));
}

dialect::Template load(test::BuiltSystem& built, const std::string& path) {
  const std::string full = (test::shared_data() / "corpus" / path).string();
  const auto document = syntax::read(built.sources, built.arena, full, test::read_file(full));
  const auto detected = dialect::detect(document);
  dialect::Lowered lowered;
  if (detected.dialect == dialect::Dialect::serverless) {
    const text::DiskFileSystem files;
    const std::string directory = full.substr(0, full.rfind('/'));
    const std::string root = (test::shared_data() / "corpus" / application_of(path)).string();
    lowered =
        dialect::serverless::lower(document, built.arena, {}, {files, built.sources, directory, root, {}});
  } else if (detected.dialect == dialect::Dialect::sam) {
    lowered = dialect::sam::lower(document, built.arena, {});
  } else {
    lowered = dialect::cloudformation::lower(document, built.arena, {});
  }
  return dialect::cloudformation::evaluate(lowered, built.arena, {});
}

} // namespace

TEST_CASE("graphs of the collection are sound") {
  std::map<std::string, std::vector<std::string>> applications;
  for (const auto& file : test::indexed_files()) {
    if (file.kind != "cfn" && file.kind != "sam" && file.kind != "sls") continue;
    applications[application_of(file.path)].push_back(file.path);
    applications[file.path].push_back(file.path);
  }
  if (applications.empty()) {
    WARN("skipped: no collection of templates at " << test::shared_data());
    return;
  }
  const std::string shown = test::environment_or("SLSAUDIT_SHOW_GRAPH", "");
  for (const auto& application : applications) {
    CAPTURE(application.first);
    test::BuiltSystem built;
    std::vector<dialect::Template> templates;
    for (const std::string& path : application.second) templates.push_back(load(built, path));
    built.system = graph::build(std::move(templates), built.arena);
    CHECK(graph::verify(built.system) == "");
    if (shown.empty() || application.first.find(shown) == std::string::npos) continue;
    std::cout << application.first << ": " << built.system.nodes.size() << " nodes, "
              << built.system.edges.size() << " edges\n";
    for (const std::string& line : test::dump_edges(built.system)) std::cout << "  " << line << '\n';
  }
}

namespace {

/// The label of a node, with its service where several have one of that name.
std::string told_apart(const graph::System& system, graph::NodeId id) {
  const graph::Node& node = system.node(id);
  const bool shared = std::count_if(system.nodes.begin(), system.nodes.end(),
                                    [&](const graph::Node& other) { return other.label == node.label; }) > 1;
  return (shared ? std::string(system.templates[node.template_index].service) + "/" : std::string()) +
         node.label;
}

} // namespace

// An event-sourced shop on one stream: services put events on it and build their own views from it, a
// workflow gets photos taken, and the browser reads the views with an identity of its own.
TEST_CASE("the graph of a shop on one stream") {
  test::BuiltSystem built;
  std::vector<dialect::Template> templates;
  for (const auto& file : test::indexed_files()) {
    if (file.kind == "sls" && file.path.find("erezrokah+hello-retail/") != std::string::npos)
      templates.push_back(load(built, file.path));
  }
  if (templates.empty()) {
    WARN("skipped: no collection of templates at " << test::shared_data());
    return;
  }
  built.system = graph::build(std::move(templates), built.arena);
  const graph::System& system = built.system;
  std::set<std::string> lines;
  for (const graph::Edge& edge : system.edges) {
    lines.insert(told_apart(system, edge.from) + " " + std::string(graph::name(edge.kind)) + " " +
                 told_apart(system, edge.to));
  }
  const std::vector<std::string> expected = {
      // events come in by an API, and by the workflow's report
      "internet requests hello-retail-event-writer-api/ApiGatewayRestApi",
      "hello-retail-event-writer-api/ApiGatewayRestApi routes EventWriterLambdaFunction",
      "EventWriterLambdaFunction sends RetailStream",
      "ReportLambdaFunction sends RetailStream",
      // three services listen
      "RetailStream polls CatalogLambdaFunction",
      "RetailStream polls CartLambdaFunction",
      "RetailStream polls ProcessorLambdaFunction",
      // each builds its view
      "CatalogLambdaFunction writes ProductCatalog",
      "CatalogLambdaFunction writes ProductCategory",
      "CartLambdaFunction writes Cart",
      "ProcessorLambdaFunction writes PhotoRegistrations",
      // which APIs and browsers read
      "hello-retail-product-catalog-api/ProductsLambdaFunction reads ProductCatalog",
      "CategoriesLambdaFunction reads ProductCategory",
      "hello-retail-cart-api/ProductsLambdaFunction reads Cart",
      "users of www.amazon.com reads ProductCatalog",
      "users of www.amazon.com reads Cart",
      // photos
      "ProcessorLambdaFunction invokes StepFunction",
      "StepFunction invokes AssignLambdaFunction",
      "StepFunction invokes MessageLambdaFunction",
      "StepFunction invokes RecordLambdaFunction",
      "StepFunction invokes ReportLambdaFunction",
      "RecordLambdaFunction reads ReceiveActivity",
      "ReceiveLambdaFunction writes ReceiveActivity",
      "hello-retail-product-photos-receive/ApiGatewayRestApi routes ReceiveLambdaFunction",
      // the site
      "internet requests HelloRetailWebDistribution",
      "HelloRetailWebDistribution reads HelloRetailWebBucket",
  };
  for (const std::string& line : expected) {
    CAPTURE(line);
    CHECK(lines.count(line) == 1);
  }
}
