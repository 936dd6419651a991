// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "cli/settings.hpp"
#include "report/rule_text.hpp"
#include "report/screen.hpp"

#include <algorithm>

namespace slsaudit::cli {

namespace {

/// What the configuration file says of the rule, and where.
void tell_configured(const slsaudit::rules::Rule& rule, const audit::Configuration& file, std::ostream& out) {
  std::string lines;
  for (const audit::ConfiguredValue& value : file.values) {
    const std::size_t section = value.key.find("rules.");
    const bool is_section = section == 0 || (section != std::string::npos && value.key[section - 1] == '.');
    if (!is_section) continue;
    const std::string rest = value.key.substr(section + 6);
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    if (slsaudit::rules::names(rest.substr(0, dot), rule))
      lines += report::printable("  " + value.key + ": " + value.value + "  # " + value.place) + "\n";
  }
  if (!lines.empty()) out << "\nConfigured\n" << lines;
}

} // namespace

ExitCode explain(const Arguments& arguments, World& world) {
  std::vector<std::string> words;
  std::vector<std::string> directories;
  std::string format = "text";
  bool no_color = false;
  Parser parser("explain [options] RULE", "Says what a rule finds, why it matters and how to fix it.",
                "RULE is a code or a name.\n");
  parser.value({"--format", "FORMAT", "how it is told (default text)", {"text", "json"}}, format);
  describe_rule_directories(parser, directories);
  parser.flag({"--no-color", "", "no colours; so does the environment variable NO_COLOR"}, no_color);
  parser.positionals("RULE", words, 1, 1);
  ConfigurationOptions configuration;
  configuration.describe(parser);
  parser.examples({"slsaudit explain CON007", "slsaudit explain visibility-timeout-too-short --format json"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!configuration.read(parser, world, {})) return ExitCode::usage;
  const auto all = configured_rules(directories, world, configuration.file, audit::Examples::with);
  if (!all) return ExitCode::usage;
  const slsaudit::rules::Rule* rule = audit::find_rule(*all, words[0]);
  if (rule == nullptr) return parser.fail(world, unknown_rule(words[0], audit::nearest_rule(*all, words[0])));
  if (format == "json")
    report::list_rules_json({rule}, world.out);
  else
    report::explain_rule(*rule, {.colour = world.colour && !no_color}, world.out);
  if (format == "text") tell_configured(*rule, configuration.file, world.out);
  return ExitCode::clean;
}

} // namespace slsaudit::cli
