// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "rules/examples.hpp"

#include <fmt/format.h>

#include <limits>

namespace slsaudit::cli {

ExitCode rules_test(const Arguments& arguments, World& world) {
  std::vector<std::string> directories;
  audit::Selection selection{.select = {}, .ignore = {}, .profile = "strict"};
  Parser parser("rules test [options] [RULE...]",
                "Runs the examples of the rules, or of those given: each must give exactly the findings it expects.",
                "examples:\n  slsaudit rules test --rules ours\n  slsaudit rules test CON007\n\n"
                "Exits with 1 when an example fails.\n");
  describe_rule_directories(parser, directories);
  parser.positionals("RULE", selection.select, 0, std::numeric_limits<std::size_t>::max());
  if (const auto end = parser.parse(arguments, world)) return *end;
  const auto all = all_rules(directories, world);
  if (!all) return ExitCode::usage;
  const audit::Selected selected = audit::select(*all, selection);
  if (!selected.unknown.empty()) {
    return parser.fail(world,
                       unknown_rule(selected.unknown.front().term, selected.unknown.front().suggestion));
  }
  std::size_t run = 0;
  std::size_t failed = 0;
  for (const rules::Rule* rule : selected.rules) {
    for (const rules::Example& example : rule->examples) {
      ++run;
      const auto complaints = rules::check_example(*rule, example);
      if (!complaints.empty()) ++failed;
      for (const std::string& complaint : complaints) {
        world.out << fmt::format("{} {}: {}: {}\n", rule->code, dialect::name(example.dialect), example.name,
                                 complaint);
      }
    }
  }
  world.out << fmt::format("{} examples of {} rules, {} failed\n", run, selected.rules.size(), failed);
  return failed == 0 ? ExitCode::clean : ExitCode::findings;
}

} // namespace slsaudit::cli
