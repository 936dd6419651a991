// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "cli/settings.hpp"
#include "report/rule_text.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace slsaudit::cli {

namespace {

struct Subcommand {
  std::string_view name;
  ExitCode (*run)(const Arguments&, World&);
};
constexpr std::array<Subcommand, 3> subcommands{
    Subcommand{"new", rules_new}, {"schema", rules_schema}, {"test", rules_test}};

} // namespace

ExitCode rules_schema(const Arguments& arguments, World& world) {
  Parser parser("rules schema", "Prints the JSON Schema of rule files, for editors.");
  parser.examples({"slsaudit rules schema", "slsaudit rules schema > rule.schema.json"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  world.out << report::rule_schema();
  return ExitCode::clean;
}

ExitCode rules(const Arguments& arguments, World& world) {
  if (!arguments.empty()) {
    const auto found = std::ranges::find(subcommands, arguments.front(), &Subcommand::name);
    if (found != subcommands.end()) return found->run({arguments.begin() + 1, arguments.end()}, world);
  }
  std::string format = "text";
  std::vector<std::string> directories;
  ConfigurationOptions configuration;
  audit::Selection selection{.select = {}, .ignore = {}, .profile = "strict"};
  Parser parser("rules [options] [RULE...]",
                "Lists the rules, or those of the codes, names and groups given.",
                "`rules test` runs the examples of rules, `rules new` writes a rule to start from,\n"
                "`rules schema` prints the JSON Schema of rule files for editors.\n");
  parser.value({"--format", "FORMAT", "how they are listed (default text)", {"text", "json"}}, format);
  parser.value(
      {"--profile", "PROFILE", "those that run in this profile (default all)", {"default", "strict"}},
      selection.profile);
  describe_rule_directories(parser, directories);
  parser.positionals("RULE", selection.select, 0, std::numeric_limits<std::size_t>::max());
  parser.examples({"slsaudit rules", "slsaudit rules IAM --format json", "slsaudit rules --profile default"});
  configuration.describe(parser);
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!configuration.read(parser, world, {})) return ExitCode::usage;
  Chosen chosen;
  if (const auto end = choose(configured_rules(directories, world, configuration.file, audit::Examples::with),
                              selection, parser, world, chosen, {"new", "schema", "test"}))
    return *end;
  (format == "json" ? report::list_rules_json : report::list_rules_text)(chosen.rules, world.out);
  return ExitCode::clean;
}

} // namespace slsaudit::cli
