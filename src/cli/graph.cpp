// SPDX-License-Identifier: Apache-2.0
#include "report/graph.hpp"

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/settings.hpp"
#include "cli/systems.hpp"

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes = "Drawings show what flows: events, requests and data. With --all they "
                                   "show references, roles and log groups too;\n"
                                   "JSON always holds everything.\n";

} // namespace

ExitCode graph(const Arguments& arguments, World& world) {
  InputOptions options;
  ConfigurationOptions configuration;
  std::string format = "json";
  bool all = false;
  Parser parser("graph [options] [PATH...]", "Prints the system that templates describe as a graph.", notes);
  parser.value({"--format", "FORMAT", "how it is printed (default json)", report::graph_formats()}, format);
  parser.flag({"--all", "", "draw references, roles and log groups too"}, all);
  options.describe(parser);
  configuration.describe(parser);
  parser.examples({"slsaudit graph . --format mermaid",
                   "slsaudit graph template.yaml --format dot | dot -Tsvg > system.svg"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!configuration.read(parser, world, options.paths)) return ExitCode::usage;
  const auto input = options.gather(world, configuration.file);
  if (!input.ok()) return parser.fail(world, input.error());

  ReadSystems run;
  read_systems(input.value(), world, run);
  report::graph_renderer(format)({run.systems, run.sources, all}, world.out);
  return run.code;
}

} // namespace slsaudit::cli
