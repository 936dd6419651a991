// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "report/rule_text.hpp"

namespace slsaudit::cli {

ExitCode explain(const Arguments& arguments, World& world) {
  std::vector<std::string> words;
  std::vector<std::string> directories;
  std::string format = "text";
  bool no_color = false;
  Parser parser("explain [options] RULE", "Says what a rule finds, why it matters and how to fix it.",
                "RULE is a code or a name.\n\nexamples:\n  slsaudit explain CON007\n");
  parser.value({"--format", "FORMAT", "how it is told (default text)", {"text", "json"}}, format);
  describe_rule_directories(parser, directories);
  parser.flag({"--no-color", "", "no colours; so does the environment variable NO_COLOR"}, no_color);
  parser.positionals("RULE", words, 1, 1);
  if (const auto end = parser.parse(arguments, world)) return *end;
  const auto all = all_rules(directories, world, audit::Examples::with);
  if (!all) return ExitCode::usage;
  const slsaudit::rules::Rule* rule = audit::find_rule(*all, words[0]);
  if (rule == nullptr) return parser.fail(world, unknown_rule(words[0], audit::nearest_rule(*all, words[0])));
  if (format == "json")
    report::list_rules_json({rule}, world.out);
  else
    report::explain_rule(*rule, {.colour = world.colour && !no_color}, world.out);
  return ExitCode::clean;
}

} // namespace slsaudit::cli
