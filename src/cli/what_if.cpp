// SPDX-License-Identifier: Apache-2.0
#include "report/what_if.hpp"

#include "analysis/analyses.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/settings.hpp"
#include "cli/systems.hpp"

#include <array>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes =
    "NODE is the id of a resource in a template; where several templates have it, `PATH:ID`.\n"
    "--fail tells which entries break, what is buffered and for how long, and what is lost;\n"
    "--slow who waits, and until when; --compromise what the rights that it runs with reach.\n";

struct Question {
  analysis::Mishap mishap = analysis::Mishap::fail;
  std::string node;
};

/// A node of one of several systems.
struct Found {
  std::size_t system = 0;
  graph::NodeId node;
};

std::string path_of(const ReadSystems& run, const Found& found) {
  const graph::System& system = run.systems[found.system];
  const text::Span span = analysis::id_span(system.node(found.node));
  return span.valid() ? std::string(run.sources.path(span.file)) : std::string();
}

std::vector<Found> find(const ReadSystems& run, const std::string& name) {
  std::vector<Found> found;
  const auto add = [&](std::string_view id, std::string_view path) {
    for (std::size_t i = 0; i < run.systems.size(); ++i) {
      for (const graph::NodeId node : analysis::nodes_named(run.systems[i], id)) {
        const Found one{i, node};
        if (path.empty() || path_of(run, one) == path) found.push_back(one);
      }
    }
  };
  add(name, {});
  const std::size_t colon = name.rfind(':');
  if (found.empty() && colon != std::string::npos) add(name.substr(colon + 1), name.substr(0, colon));
  return found;
}

std::string not_found(const ReadSystems& run, const std::string& name) {
  std::string message = "nothing is called `" + name + "` here";
  std::string near;
  for (const graph::System& system : run.systems) {
    for (const std::string& one : analysis::names_near(system, name)) {
      if (near.find("`" + one + "`") == std::string::npos) near += (near.empty() ? "`" : ", `") + one + "`";
    }
  }
  return near.empty() ? message : message + "; near it are " + near;
}

std::string ambiguous(const ReadSystems& run, const std::string& name, const std::vector<Found>& found) {
  std::string message =
      "`" + name + "` is the name of " + std::to_string(found.size()) + " nodes; say which:";
  for (const Found& one : found) message += " `" + path_of(run, one) + ":" + name + "`";
  return message;
}

} // namespace

ExitCode what_if(const Arguments& arguments, World& world) {
  InputOptions options;
  SettingsOptions settings_options;
  std::string format = "text";
  std::array<std::pair<analysis::Mishap, std::optional<std::string>>, 3> asked{
      {{analysis::Mishap::fail, {}}, {analysis::Mishap::slow, {}}, {analysis::Mishap::compromise, {}}}};
  Parser parser("what-if [options] [PATH...] --fail NODE | --slow NODE | --compromise NODE",
                "Tells what happens to a system when one node of it fails, gets slow or is taken over.",
                notes);
  parser.value({"--fail", "NODE", "it fails"}, asked[0].second);
  parser.value({"--slow", "NODE", "it answers late"}, asked[1].second);
  parser.value({"--compromise", "NODE", "somebody has taken it over"}, asked[2].second);
  parser.value({"--format", "FORMAT", "how the answer is printed (default text)", {"json", "text"}}, format);
  options.describe(parser);
  settings_options.describe(parser);
  parser.examples({"slsaudit what-if . --fail Orders",
                   "slsaudit what-if template.yaml --compromise CreateOrder --format json"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  std::vector<Question> questions;
  for (const auto& [mishap, node] : asked) {
    if (node) questions.push_back({mishap, *node});
  }
  if (questions.size() != 1) return parser.fail(world, "give one of --fail, --slow and --compromise");
  const auto settings = settings_options.gather(parser, world, options.paths);
  if (!settings) return ExitCode::usage;
  const auto input = options.gather(world, settings_options.file);
  if (!input.ok()) return parser.fail(world, input.error());

  ReadSystems run;
  read_systems(input.value(), world, run);
  const std::vector<Found> found = find(run, questions.front().node);
  if (found.empty()) return parser.fail(world, not_found(run, questions.front().node));
  if (found.size() > 1) return parser.fail(world, ambiguous(run, questions.front().node, found));
  const graph::System& system = run.systems[found.front().system];
  const analysis::Facts facts(system, *settings);
  const analysis::WhatIf answer = analysis::what_if(facts, questions.front().mishap, found.front().node);
  const report::WhatIfInput report{system, answer, run.sources};
  (format == "json" ? report::render_what_if_json : report::render_what_if_text)(report, world.out);
  return run.code;
}

} // namespace slsaudit::cli
