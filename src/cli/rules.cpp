// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "report/rule_text.hpp"

#include <limits>

namespace slsaudit::cli {

ExitCode rules(const Arguments& arguments, World& world) {
  if (!arguments.empty() && arguments.front() == "test") {
    return rules_test({arguments.begin() + 1, arguments.end()}, world);
  }
  std::string format = "text";
  std::vector<std::string> directories;
  audit::Selection selection{.select = {}, .ignore = {}, .profile = "strict"};
  Parser parser(
      "rules [options] [RULE...]",
      "Lists the rules, or those of the codes, names and groups given. `rules test` runs their examples.",
      "examples:\n  slsaudit rules\n  slsaudit rules IAM --format json\n"
      "  slsaudit rules test --rules ours\n");
  parser.value({"--format", "FORMAT", "how they are listed (default text)", {"text", "json"}}, format);
  parser.value(
      {"--profile", "PROFILE", "those that run in this profile (default all)", {"default", "strict"}},
      selection.profile);
  describe_rule_directories(parser, directories);
  parser.positionals("RULE", selection.select, 0, std::numeric_limits<std::size_t>::max());
  if (const auto end = parser.parse(arguments, world)) return *end;
  Chosen chosen;
  if (const auto end = choose(directories, selection, parser, world, chosen)) return *end;
  (format == "json" ? report::list_rules_json : report::list_rules_text)(chosen.rules, world.out);
  return ExitCode::clean;
}

} // namespace slsaudit::cli
