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
  Parser parser(
      "rules test [options] [RULE...]",
      "Runs the examples of the rules, or of those given: each must give exactly the findings it expects, "
      "and each fix must fix the first failing one of its dialect.",
      "examples:\n  slsaudit rules test --rules ours\n  slsaudit rules test CON007\n\n"
      "Exits with 1 when an example fails.\n");
  describe_rule_directories(parser, directories);
  parser.positionals("RULE", selection.select, 0, std::numeric_limits<std::size_t>::max());
  if (const auto end = parser.parse(arguments, world)) return *end;
  Chosen chosen;
  if (const auto end = choose(directories, selection, parser, world, chosen)) return *end;
  std::size_t run = 0;
  std::size_t failed = 0;
  std::size_t wrong_fixes = 0;
  for (const rules::Rule* rule : chosen.rules) {
    for (const rules::Example& example : rule->examples) {
      ++run;
      const auto complaints = rules::check_example(*rule, example);
      if (!complaints.empty()) ++failed;
      for (const std::string& complaint : complaints) {
        world.out << fmt::format("{} {}: {}: {}\n", rule->code, dialect::name(example.dialect), example.name,
                                 complaint);
      }
    }
    for (const std::string& complaint : rules::check_fixes(*rule)) {
      ++wrong_fixes;
      world.out << fmt::format("{}: {}\n", rule->code, complaint);
    }
  }
  world.out << fmt::format("{} examples of {} rules, {} failed", run, chosen.rules.size(), failed);
  world.out << (wrong_fixes == 0 ? "\n" : fmt::format("; {} fixes don't fix\n", wrong_fixes));
  return failed + wrong_fixes == 0 ? ExitCode::clean : ExitCode::findings;
}

} // namespace slsaudit::cli
