// SPDX-License-Identifier: Apache-2.0
#include "report/graph.hpp"

#include "cli/commands.hpp"
#include "cli/graphviz.hpp"
#include "cli/inputs.hpp"
#include "cli/settings.hpp"
#include "cli/systems.hpp"

#include <sstream>

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes = "Drawings show what flows: events, requests and data. With --all they "
                                   "show references, roles and log groups too;\n"
                                   "JSON always holds everything. SVG needs Graphviz's library (libgvc).\n";

/// The others are pure; this one asks a library that may not be there.
constexpr std::string_view svg = "svg";

std::vector<std::string_view> formats() {
  std::vector<std::string_view> names = report::graph_formats();
  names.push_back(svg);
  return names;
}

ExitCode draw_svg(const report::GraphInput& input, ExitCode code, World& world) {
  std::ostringstream dot;
  report::render_graph_dot(input, dot);
  const auto drawn = svg_from_dot(dot.str());
  if (!drawn.ok()) {
    world.err << "slsaudit graph: " << drawn.error() << '\n';
    return ExitCode::usage;
  }
  world.out << drawn.value();
  return code;
}

} // namespace

ExitCode graph(const Arguments& arguments, World& world) {
  InputOptions options;
  ConfigurationOptions configuration;
  std::string format = "json";
  bool all = false;
  Parser parser("graph [options] [PATH...]", "Prints the system that templates describe as a graph.", notes);
  parser.value({"--format", "FORMAT", "how it is printed (default json)", formats()}, format);
  parser.flag({"--all", "", "draw references, roles and log groups too"}, all);
  options.describe(parser);
  configuration.describe(parser);
  parser.examples({"slsaudit graph . --format mermaid",
                   "slsaudit graph template.yaml --format svg > system.svg"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!configuration.read(parser, world, options.paths)) return ExitCode::usage;
  const auto input = options.gather(world, configuration.file);
  if (!input.ok()) return parser.fail(world, input.error());

  ReadSystems run;
  read_systems(input.value(), world, run);
  const report::GraphInput drawing{run.systems, run.sources, all};
  if (format == svg) return draw_svg(drawing, run.code, world);
  report::graph_renderer(format)(drawing, world.out);
  return run.code;
}

} // namespace slsaudit::cli
