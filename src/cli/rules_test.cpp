// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "cli/settings.hpp"
#include "report/screen.hpp"
#include "rules/examples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace slsaudit::cli {

namespace {

/// A line of the text, from 1, as a terminal may show it; empty where there is none.
std::string line_of(std::string_view text, int line) {
  std::size_t begin = 0;
  for (int at = 1; at < line && begin < text.size(); ++at)
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  return report::printable(text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin));
}

/// Of the example's template, or of another of its files.
std::string_view text_of(const slsaudit::rules::Example& example, const std::string& file) {
  const auto found =
      std::ranges::find_if(example.files, [&](const auto& candidate) { return candidate.first == file; });
  return found == example.files.end() ? example.text : found->second;
}

/// Expected findings that are missing with `-`, others that were found with `+`, each below its line.
void print_difference(const slsaudit::rules::ExampleOutcome& outcome, const slsaudit::rules::Example& example,
                      std::ostream& out) {
  for (const std::string& complaint : outcome.complaints) out << "  " << report::printable(complaint) << '\n';
  std::pair<std::string, int> shown;
  for (const slsaudit::rules::Difference& difference : outcome.differences) {
    if (difference.file != shown.first) out << "  " << report::printable(difference.file) << ":\n";
    if (std::pair(difference.file, difference.line) != shown)
      out << fmt::format("{:>6} | {}\n", difference.line,
                         line_of(text_of(example, difference.file), difference.line));
    shown = {difference.file, difference.line};
    const std::string place = difference.column > 0 ? fmt::format("{}:{}", difference.line, difference.column)
                                                    : fmt::format("{}", difference.line);
    out << fmt::format(
        "     {} | {}{}{}\n", difference.is_expected ? '-' : '+', place,
        difference.severity ? " " + std::string(slsaudit::rules::name(*difference.severity)) : std::string(),
        difference.message.empty() ? std::string() : ": " + report::printable(difference.message));
  }
}

struct Tally {
  std::size_t run = 0;
  std::size_t failed = 0;
  std::size_t wrong_fixes = 0;
};

void test(const slsaudit::rules::Rule& rule, std::ostream& out, Tally& tally) {
  for (const slsaudit::rules::Example& example : rule.examples) {
    ++tally.run;
    const slsaudit::rules::ExampleOutcome outcome = slsaudit::rules::try_example(rule, example);
    if (outcome.complaints.empty() && outcome.differences.empty()) continue;
    ++tally.failed;
    out << fmt::format("{} {}: {}\n", rule.code, dialect::name(example.dialect), example.name);
    print_difference(outcome, example, out);
  }
  for (const std::string& complaint : slsaudit::rules::check_fixes(rule)) {
    ++tally.wrong_fixes;
    out << fmt::format("{}: {}\n", rule.code, complaint);
  }
}

/// Directories among the words: their rules are loaded, and they stand for the codes of these.
std::vector<std::string> take_directories(std::vector<std::string>& words, const World& world) {
  std::vector<std::string> directories;
  for (const std::string& word : words) {
    if (world.files.is_directory(word)) directories.push_back(word);
  }
  std::erase_if(words, [&](const std::string& word) { return world.files.is_directory(word); });
  return directories;
}

/// Codes of the rules in the directories; what can't be read has been told when they were loaded.
std::set<std::string> codes_in(const std::vector<std::string>& directories, const World& world) {
  std::set<std::string> codes;
  for (const std::string& directory : directories) {
    for (const slsaudit::rules::Rule& rule : slsaudit::rules::load_directory(world.files, directory).rules)
      codes.insert(rule.code.str());
  }
  return codes;
}

} // namespace

ExitCode rules_test(const Arguments& arguments, World& world) {
  std::vector<std::string> directories;
  audit::Selection selection{.select = {}, .ignore = {}, .profile = "strict"};
  Parser parser("rules test [options] [DIR|RULE...]",
                "Runs the examples of all rules, or of those given, or of those in a directory.\nEach must "
                "give exactly "
                "the findings it expects, and each fix must fix the first failing one of its dialect.",
                "What an example expects and does not get is shown with `-`, what it gets besides with `+`.\n"
                "Exits with 1 when an example fails.\n");
  describe_rule_directories(parser, directories);
  parser.positionals("DIR|RULE", selection.select, 0, std::numeric_limits<std::size_t>::max());
  ConfigurationOptions configuration;
  configuration.describe(parser);
  parser.examples({"slsaudit rules test ours", "slsaudit rules test CON007"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!configuration.read(parser, world, {})) return ExitCode::usage;
  directories = rule_directories(directories, world, configuration.file).value;
  const std::vector<std::string> tested = take_directories(selection.select, world);
  directories.insert(directories.end(), tested.begin(), tested.end());
  Chosen chosen;
  if (const auto end =
          choose(all_rules(directories, world, audit::Examples::with), selection, parser, world, chosen))
    return *end;
  if (!tested.empty() && selection.select.empty()) chosen.rules.clear();
  const std::set<std::string> codes = codes_in(tested, world);
  for (const slsaudit::rules::Rule& rule : chosen.all) {
    const bool is_chosen = std::ranges::find(chosen.rules, &rule) != chosen.rules.end();
    if (!is_chosen && codes.contains(rule.code.str())) chosen.rules.push_back(&rule);
  }
  Tally tally;
  for (const slsaudit::rules::Rule* rule : chosen.rules) test(*rule, world.out, tally);
  world.out << fmt::format("{} examples of {} rules, {} failed", tally.run, chosen.rules.size(),
                           tally.failed);
  world.out << (tally.wrong_fixes == 0 ? "\n" : fmt::format("; {} fixes don't fix\n", tally.wrong_fixes));
  return tally.failed + tally.wrong_fixes == 0 ? ExitCode::clean : ExitCode::findings;
}

} // namespace slsaudit::cli
