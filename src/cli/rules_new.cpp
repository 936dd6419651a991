// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/rule_set.hpp"
#include "rules/engine.hpp"
#include "rules/scaffold.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::cli {

namespace {

/// The first code of the group from 001 that no rule has; empty when all are taken.
std::string free_code(const std::vector<slsaudit::rules::Rule>& all, const std::string& group) {
  constexpr int most = 999;
  for (int number = 1; number <= most; ++number) {
    const std::string code = fmt::format("{}{:03}", group, number);
    const bool is_taken =
        std::ranges::any_of(all, [&](const slsaudit::rules::Rule& rule) { return rule.code == code; });
    if (!is_taken) return code;
  }
  return {};
}

/// What speaks against the name and the code; empty when nothing does.
std::string objection(const std::vector<slsaudit::rules::Rule>& all, const std::string& name,
                      const std::string& code) {
  const auto same = std::ranges::find_if(
      all, [&](const slsaudit::rules::Rule& rule) { return rule.name == name || rule.code == code; });
  if (same == all.end()) return {};
  return fmt::format("`{}` is the {} of {} already", same->name == name ? name : code,
                     same->name == name ? "name" : "code", same->path);
}

} // namespace

ExitCode rules_new(const Arguments& arguments, World& world) {
  std::vector<std::string> words;
  std::string group = "ORG";
  std::string code;
  std::string directory = "rules";
  Parser parser("rules new [options] NAME",
                "Writes a small rule that works, with examples that hold, to be edited.",
                "NAME is lower-case words with `-` between. docs/writing-rules.md teaches the format.\n");
  parser.value({"--group", "GROUP", "two to five capitals (default ORG)"}, group);
  parser.value({"--code", "CODE", "group and three digits (default the group's first that is free)"}, code);
  parser.value({"--directory", "DIR", "where the file is put (default rules)"}, directory);
  parser.positionals("NAME", words, 1, 1);
  parser.examples({"slsaudit rules new no-long-timeouts",
                   "slsaudit rules new tag-every-table --group TEAM --directory ours"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  const std::string& name = words.front();
  if (!world.files.is_directory(directory)) {
    return parser.fail(world,
                       "there is no directory `" + directory + "`: make it, or name one with --directory");
  }
  const auto all = all_rules({directory}, world, audit::Examples::with);
  if (!all) return ExitCode::usage;
  if (code.empty()) code = free_code(*all, group);
  const std::string path = text::join_path(directory, name + ".yaml");
  const std::string text = slsaudit::rules::scaffold(code, name);
  const slsaudit::rules::Loaded loaded = slsaudit::rules::load(path, text);
  if (!loaded.errors.empty()) return parser.fail(world, loaded.errors.front().message);
  if (world.files.is_file(path)) return parser.fail(world, path + " is there already");
  if (const std::string complaint = objection(*all, name, code); !complaint.empty())
    return parser.fail(world, complaint);
  if (const auto written = world.write(path, text); !written.ok()) {
    world.err << "slsaudit: " << written.error() << '\n';
    return ExitCode::input;
  }
  world.out << fmt::format("wrote {} ({}); try `slsaudit rules test {}`\n", path, code, directory);
  return ExitCode::clean;
}

} // namespace slsaudit::cli
