// SPDX-License-Identifier: Apache-2.0
// The applications of tests/dialects are each written in every dialect: slsaudit must see the same system in
// all three, and find the same in it.
#include "support/catch.hpp"
#include "text/file_system.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <set>

using namespace slsaudit;
using nlohmann::json;

namespace {

using Lines = std::multiset<std::string>;

struct Application {
  const char* name;
  std::size_t functions;
  std::size_t edges; ///< What flows, so that an empty graph never equals an empty graph.
};

constexpr std::array<Application, 13> applications{{
    {"hello-world", 1, 4},
    {"queue-worker", 1, 4},
    {"thumbnailer", 1, 5},
    {"projector", 1, 5},
    {"fan-out", 4, 12},
    {"scheduled-job", 1, 5},
    {"telemetry", 2, 8},
    {"event-rule", 1, 5},
    {"checkout", 2, 8},
    {"notes", 4, 16},
    {"webhook", 1, 4},
    {"async-job", 1, 7},
    {"shop", 30, 123},
}};

constexpr std::array<const char*, 3> spellings{"cloudformation.yaml", "sam.yaml", "serverless.yml"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string path_of(const std::string& application, const std::string& spelling) {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return std::string(root) + "/tests/dialects/" + application + "/" + spelling;
}

json answer(const std::string& command, const std::string& path) {
  std::vector<std::string> arguments{command, path, "--format", "json"};
  if (command == "check") arguments.insert(arguments.end(), {"--profile", "strict"}); // every rule there is
  const auto outcome = test::run_on(text::DiskFileSystem(), arguments);
  CAPTURE(path, outcome.err);
  REQUIRE(outcome.out.starts_with("{"));
  return json::parse(outcome.out);
}

std::string type_of(const json& node) {
  return node["type"].get<std::string>();
}

bool is_api(const std::string& type) {
  return type.starts_with("AWS::ApiGateway::") || type.starts_with("AWS::ApiGatewayV2::");
}

/// Functions by the author's key, which Serverless spells with a small letter; what the dialects name by
/// rules of their own (APIs, rules, roles, log groups, what is outside) by its type.
std::string name_of(const json& node) {
  const std::string type = type_of(node);
  static const std::set<std::string> named_by_dialect{"AWS::Events::Rule", "AWS::Scheduler::Schedule",
                                                      "AWS::IAM::Role", "AWS::Logs::LogGroup"};
  if (is_api(type) || named_by_dialect.count(type) > 0 || node["kind"] != "resource") return type;
  if (type == "AWS::Lambda::Function" && node.contains("author")) {
    return lower(node["author"]["id"].get<std::string>());
  }
  return lower(node["label"].get<std::string>());
}

class Graph {
public:
  explicit Graph(const json& answered) {
    REQUIRE(answered["systems"].size() == 1);
    nodes_ = answered["systems"][0]["nodes"];
    edges_ = answered["systems"][0]["edges"];
  }

  [[nodiscard]] std::set<std::string> flows() const {
    static const std::set<std::string> still{"refers"};
    std::set<std::string> found;
    for (const json& edge : edges_) {
      const std::string kind = edge["kind"];
      if (still.count(kind) == 0) found.insert(kind + " " + end(edge, "from") + " -> " + end(edge, "to"));
    }
    return found;
  }

  [[nodiscard]] std::size_t functions() const {
    return static_cast<std::size_t>(std::count_if(
        nodes_.begin(), nodes_.end(), [](const json& n) { return type_of(n) == "AWS::Lambda::Function"; }));
  }

  /// What a finding is about, whichever of its resources the dialect lets the author write: a role or a
  /// mapping that SAM makes belongs to its function, a stage to its API.
  [[nodiscard]] std::string subject(const json& finding) const {
    const std::string message = finding["message"];
    if (const auto more = message.find(" (and "); more != std::string::npos) {
      return message.substr(more + 2, message.find(" more", more) + 3 - more); // which is told first is free
    }
    for (const char* whole : {"the system's templates", "the system's function", "portability is"}) {
      if (message.find(whole) != std::string::npos) return "the system"; // told at its first resource
    }
    const std::string resource = finding["resource"];
    if (resource == "provider") return of_provider(message);
    for (const json& node : nodes_) {
      if (node["kind"] == "resource" && node["label"] == resource) return owner(node);
    }
    for (const json& node : nodes_) {
      if (type_of(node) == "AWS::Lambda::Function" && node.contains("author") &&
          node["author"]["id"] == resource)
        return name_of(node);
    }
    for (const json& node : nodes_) {
      if (node.contains("author") && node["author"]["id"] == resource) return owner(node);
    }
    return lower(resource);
  }

private:
  [[nodiscard]] std::string end(const json& edge, const char* which) const {
    return name_of(nodes_[edge[which].get<std::size_t>()]);
  }

  [[nodiscard]] std::string owner(const json& node) const {
    const std::string type = type_of(node);
    if (is_api(type)) return "api";
    const bool starts = type == "AWS::Events::Rule" || type == "AWS::Scheduler::Schedule";
    for (const json& edge : edges_) {
      if (starts && edge["kind"] == "triggers" && edge["from"] == node["id"]) return end(edge, "to");
      if ((edge["kind"] == "assumes" || edge["kind"] == "logs") && edge["to"] == node["id"])
        return end(edge, "from");
      if (edge.contains("via") && edge["via"] == node["id"]) return end(edge, "to");
    }
    return name_of(node);
  }

  /// What Serverless sets for the service: the function that the message names first, else the service's API.
  [[nodiscard]] std::string of_provider(const std::string& message) const {
    if (message.find("the service's API") != std::string::npos) return "api";
    const auto open = message.find('`');
    const std::string named = lower(message.substr(open + 1, message.find('`', open + 1) - open - 1));
    const bool function = std::any_of(nodes_.begin(), nodes_.end(), [&](const json& n) {
      return type_of(n) == "AWS::Lambda::Function" && name_of(n) == named;
    });
    return function ? named : "api";
  }

  json nodes_;
  json edges_;
};

Lines findings_of(const Graph& graph, const json& answered) {
  Lines found;
  for (const json& finding : answered["findings"]) {
    const std::string line = finding["code"].get<std::string>() + " " +
                             finding["severity"].get<std::string>() + " " + graph.subject(finding);
    found.insert(line);
  }
  return found;
}

} // namespace

TEST_CASE("the same application gives the same graph and the same findings in each dialect") {
  for (const Application& application : applications) {
    DYNAMIC_SECTION(application.name) {
      std::set<std::string> first_flows;
      Lines first_findings;
      for (const char* spelling : spellings) {
        CAPTURE(spelling);
        const std::string path = path_of(application.name, spelling);
        const Graph graph(answer("graph", path));
        const json checked = answer("check", path);
        CHECK(checked["errors"].empty());
        CHECK(graph.functions() == application.functions);
        const auto flows = graph.flows();
        const auto findings = findings_of(graph, checked);
        CHECK(flows.size() == application.edges);
        CHECK(!findings.empty()); // each application has something to find
        if (spelling == spellings.front()) {
          first_flows = flows;
          first_findings = findings;
        }
        CHECK(flows == first_flows);
        CHECK(findings == first_findings);
      }
    }
  }
}
