// SPDX-License-Identifier: Apache-2.0
#include "rules/query.hpp"

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/settings.hpp"
#include "cli/systems.hpp"
#include "report/facts.hpp"

#include <deque>
#include <utility>

namespace slsaudit::cli {

ExitCode query(const Arguments& arguments, World& world) {
  InputOptions options;
  SettingsOptions settings_options;
  std::string format = "text";
  Parser parser(
      "query [options] PATH... EXPRESSION", "Asks a question in CEL of the system that templates describe.",
      "The expression may name every table of `slsaudit facts`, and what docs/rule-format.md tells.\n");
  parser.value({"--format", "FORMAT", "how the answer is printed (default text)", {"json", "text"}}, format);
  options.describe(parser);
  settings_options.describe(parser);
  parser.examples({"slsaudit query . 'functions.filter(f, f.open).map(f, f.function)'",
                   "slsaudit query . \"resources.filter(r, r.type == 'AWS::SQS::Queue').size()\""});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (options.paths.empty()) return parser.fail(world, "an expression is missing");
  const std::string expression = std::move(options.paths.back());
  options.paths.pop_back();
  const rules::Query query(expression);
  if (!query.errors().empty()) {
    const cel::ParseError& error = query.errors().front();
    return parser.fail(world,
                       error.message + "\n  " + expression + "\n  " + std::string(error.offset, ' ') + "^");
  }
  const auto settings = settings_options.gather(parser, world, options.paths);
  if (!settings) return ExitCode::usage;
  const auto input = options.gather(world, settings_options.file);
  if (!input.ok()) return parser.fail(world, input.error());
  ReadSystems run;
  read_systems(input.value(), world, run);
  std::deque<analysis::Facts> facts; // the answers point into them
  std::vector<cel::Value> values;
  for (const graph::System& system : run.systems) {
    values.push_back(query.ask(facts.emplace_back(system, *settings)));
    if (values.back().error() != nullptr) return parser.fail(world, values.back().error()->message);
  }
  if (format == "json") {
    report::render_values_json(values, world.out);
  } else {
    report::render_values_text(values, world.out);
  }
  return run.code;
}

} // namespace slsaudit::cli
