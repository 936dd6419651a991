// SPDX-License-Identifier: Apache-2.0
#include "report/load.hpp"

#include "audit/units.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/settings.hpp"
#include "cli/systems.hpp"

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes = "The load stands in the configuration file:\n"
                                   "\n"
                                   "  load:\n"
                                   "    size: small            # or medium, large: for what is not named\n"
                                   "    entries: {OrdersApi: {rate: 50/s, burst: 200, payload: 4KB}}\n"
                                   "    functions: {Checkout: {duration: 300ms, connections: 5}}\n";

} // namespace

ExitCode load(const Arguments& arguments, World& world) {
  InputOptions options;
  SettingsOptions settings_options;
  std::string format = "text";
  std::optional<std::string> at;
  std::optional<std::string> size;
  Parser parser(
      "load [options] [PATH...]",
      "Tells what a load does to the system: which limits it reaches first, what it needs and costs.", notes);
  parser.value({"--at", "FACTOR", "so many times the load (10x)"}, at);
  parser.value({"--size", "SIZE", "the load of what the profile doesn't name", {"small", "medium", "large"}},
               size);
  parser.value({"--format", "FORMAT", "how it is printed (default text)", {"json", "text"}}, format);
  options.describe(parser);
  settings_options.describe(parser);
  parser.examples({"slsaudit load .", "slsaudit load . --at 10x",
                   "slsaudit load template.yaml --size large --format json"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  const auto factor = at ? audit::parse_factor(*at) : std::optional<double>(1);
  if (!factor) return parser.fail(world, "--at wants a factor like 10x, not `" + *at + "`");
  auto settings = settings_options.gather(parser, world, options.paths);
  if (!settings) return ExitCode::usage;
  const auto input = options.gather(world, settings_options.file);
  if (!input.ok()) return parser.fail(world, input.error());
  if (size) settings->load.size = *size;
  const bool assumed = !settings->load.given();
  if (assumed) settings->load.size = "small";
  settings->load.scale = *factor;

  ReadSystems run;
  read_systems(input.value(), world, run);
  const report::LoadInput shown{run.systems, *settings, run.sources, assumed};
  if (format == "json") {
    report::render_load_json(shown, world.out);
  } else {
    report::render_load_text(shown, world.out);
  }
  return run.code;
}

} // namespace slsaudit::cli
