// SPDX-License-Identifier: Apache-2.0
#include "report/facts.hpp"

#include "audit/selection.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/settings.hpp"
#include "cli/systems.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace slsaudit::cli {

namespace {

bool is_table(std::string_view name) {
  return std::ranges::any_of(analysis::Facts::schemas(),
                             [&](const auto* schema) { return schema->name == name; });
}

bool is_path(const text::FileSystem& files, const std::string& word) {
  return files.is_file(word) || files.is_directory(word);
}

std::string no_table(const std::string& name) {
  std::vector<std::string_view> names;
  for (const analysis::Schema* schema : analysis::Facts::schemas()) names.push_back(schema->name);
  const std::string_view near = audit::nearest(name, names);
  return "no table or path `" + name + "`" +
         (near.empty() ? std::string() : "; did you mean `" + std::string(near) + "`?");
}

/// Of the words after the first, those that name tables and no path.
std::vector<std::string> take_tables(std::vector<std::string>& words, const text::FileSystem& files) {
  std::vector<std::string> tables;
  for (std::size_t i = 1; i < words.size();) {
    if (!is_table(words[i]) || is_path(files, words[i])) {
      ++i;
      continue;
    }
    tables.push_back(std::move(words[i]));
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return tables;
}

std::string list_of_tables() {
  std::string text = "tables:\n";
  for (const analysis::Schema* schema : analysis::Facts::schemas()) {
    const std::string name(schema->name);
    text += "  " + name + std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') +
            std::string(schema->summary) + "\n";
  }
  return text;
}

} // namespace

ExitCode facts(const Arguments& arguments, World& world) {
  InputOptions options;
  SettingsOptions settings_options;
  std::string format = "table";
  std::vector<std::string> tables;
  const std::string notes = list_of_tables();
  Parser parser(
      "facts [options] PATH [TABLE...]",
      "Prints what is computed about the system that templates describe: the tables that rules judge.",
      notes);
  parser.value({"--format", "FORMAT", "how they are printed (default table)", {"json", "table"}}, format);
  parser.list({"--table", "TABLE", "a table to print, where its name is a path's too; may be repeated"},
              tables);
  options.describe(parser);
  parser.positionals("PATH|TABLE", options.paths, 0, std::numeric_limits<std::size_t>::max());
  settings_options.describe(parser);
  parser.examples({"slsaudit facts . functions", "slsaudit facts . concurrency costs",
                   "slsaudit facts template.yaml --format json"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  const auto wrong = std::ranges::find_if_not(tables, is_table);
  if (wrong != tables.end()) return parser.fail(world, no_table(*wrong));
  for (std::string& table : take_tables(options.paths, world.files)) tables.push_back(std::move(table));
  for (std::size_t i = 1; i < options.paths.size(); ++i) {
    if (!is_path(world.files, options.paths[i])) return parser.fail(world, no_table(options.paths[i]));
  }
  const auto settings = settings_options.gather(parser, world, options.paths);
  if (!settings) return ExitCode::usage;
  const auto input = options.gather(world, settings_options.file);
  if (!input.ok()) return parser.fail(world, input.error());
  ReadSystems run;
  read_systems(input.value(), world, run);
  const report::FactsInput facts{run.systems, *settings, run.sources, tables};
  if (format == "json") {
    report::render_facts_json(facts, world.out);
  } else {
    report::render_facts_text(facts, world.width, world.out);
  }
  return run.code;
}

} // namespace slsaudit::cli
