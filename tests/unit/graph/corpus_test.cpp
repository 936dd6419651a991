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

#include <iostream>
#include <map>

using namespace slsaudit;

namespace {

dialect::Template load(test::BuiltSystem& built, const std::string& path) {
  const std::string full = (test::shared_data() / "corpus" / path).string();
  const auto document = syntax::read(built.sources, built.arena, full, test::read_file(full));
  const auto detected = dialect::detect(document);
  dialect::Lowered lowered;
  if (detected.dialect == dialect::Dialect::serverless) {
    const text::DiskFileSystem files;
    const std::string directory = full.substr(0, full.rfind('/'));
    lowered = dialect::serverless::lower(document, built.arena, {},
                                         {files, built.sources, directory, directory, {}});
  } else if (detected.dialect == dialect::Dialect::sam) {
    lowered = dialect::sam::lower(document, built.arena, {});
  } else {
    lowered = dialect::cloudformation::lower(document, built.arena, {});
  }
  return dialect::cloudformation::evaluate(lowered, built.arena, {});
}

/// "sam/owner+repository" of "sam/owner+repository/path".
std::string application_of(const std::string& path) {
  return path.substr(0, path.find('/', path.find('/') + 1));
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
