// SPDX-License-Identifier: Apache-2.0
#include "audit/load.hpp"
#include "audit/overrides.hpp"
#include "cli/choices.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/rule_set.hpp"
#include "cli/settings.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace slsaudit::cli {
namespace {

constexpr std::string_view notes =
    "A setting comes from an option, the environment, the configuration file or a default, in this order. "
    "The\n"
    "variables are SLSAUDIT_CONFIG, SLSAUDIT_FAIL_ON, SLSAUDIT_PROFILE, SLSAUDIT_SELECT, SLSAUDIT_IGNORE,\n"
    "SLSAUDIT_RULES, SLSAUDIT_BASELINE, SLSAUDIT_AS_OF, SLSAUDIT_KNOWLEDGE, SLSAUDIT_EXCLUDE, "
    "SLSAUDIT_STAGE,\n"
    "SLSAUDIT_REGION and SLSAUDIT_PARAMS; lists have commas.\n";

std::string listed(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

/// Prints settings, each key once.
class Sheet {
public:
  explicit Sheet(std::ostream& out) : out_(out) {}
  void line(const std::string& key, std::string value, const std::string& from) {
    std::ranges::replace(value, '\n', ' ');
    out_ << report::printable(fmt::format("{}: {}  # {}", key, value, from)) << '\n';
    shown_.insert(key);
  }
  void line(const std::string& key, const Choice<std::string>& choice, const std::string& none) {
    line(key, choice.value.empty() ? none : choice.value, choice.from);
  }
  void line(const std::string& key, const Choice<Words>& choice) {
    line(key, listed(choice.value), choice.from);
  }
  [[nodiscard]] bool shows(const std::string& key) const { return shown_.count(key) == 1; }

private:
  std::ostream& out_;
  std::set<std::string> shown_;
};

void show_defaults(Sheet& sheet) {
  const analysis::Settings usual;
  const std::pair<std::string, std::string> defaults[] = {
      {"account.concurrency", std::to_string(usual.account_concurrency)},
      {"load.size", "small"},
      {"portability.minimum", std::to_string(usual.minimum_portability)}};
  for (const auto& [key, value] : defaults) {
    if (!sheet.shows(key)) sheet.line(key, value, "default");
  }
}

/// Which overrides hold for which template.
void show_overrides(const audit::Input& input, const audit::Configuration& file, World& world) {
  if (file.overrides.empty()) return;
  text::SourceMap sources;
  text::Arena arena;
  const audit::Loaded loaded = audit::load(input, world.files, sources, arena);
  const audit::OverrideMatcher matcher(file, world.files);
  std::set<std::string> lines; // a template may be nested twice
  for (const audit::LoadedTemplate& one : loaded.templates) {
    const std::string path(sources.path(one.evaluated.file));
    const Words stacks = audit::stack_names(one, sources);
    std::string holding;
    for (const std::size_t index : matcher.holding(path, stacks))
      holding += fmt::format("{}overrides[{}]", holding.empty() ? "" : ", ", index);
    lines.insert(fmt::format("# {} (stack {}): {}", path, fmt::join(stacks, " or "),
                             holding.empty() ? "no override" : holding));
  }
  for (const std::string& line : lines) world.out << report::printable(line) << '\n';
}

} // namespace

ExitCode config(const Arguments& arguments, World& world) {
  InputOptions options;
  SettingsOptions settings;
  Words directories;
  std::string action;
  Parser parser("config show [options] [PATH...]",
                "Prints the settings that an audit of the paths has, and where each comes from.", notes);
  parser.actions({"show"}, action);
  describe_rule_directories(parser, directories);
  options.describe(parser);
  settings.describe(parser);
  parser.examples({"slsaudit config show", "SLSAUDIT_FAIL_ON=low slsaudit config show template.yaml",
                   "slsaudit config show services --stage prod"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!settings.gather(parser, world, options.paths)) return ExitCode::usage;
  const audit::Configuration& file = settings.file;
  const auto input = options.gather(world, file);
  if (!input.ok()) return parser.fail(world, input.error());
  const Choices choices({}, world, file);
  if (const std::string wrong = choices.wrong(); !wrong.empty()) return parser.fail(world, wrong);

  Sheet sheet(world.out);
  sheet.line("fail-on", choices.fail_on, "");
  sheet.line("profile", choices.profile, "");
  sheet.line("select", choices.select);
  sheet.line("ignore", choices.ignore);
  sheet.line("rule-directories", rule_directories(directories, world, file));
  sheet.line("baseline", baseline_in_force({}, world, file), "none");
  sheet.line("as-of", settings.as_of_in_force(world), "");
  sheet.line("knowledge", settings.knowledge_in_force(world), "built in");
  sheet.line("exclude", options.exclude_in_force(world, file));
  sheet.line("deploy.stage", options.stage_in_force(world, file), "unknown");
  sheet.line("deploy.region", options.region_in_force(world, file), "unknown");
  sheet.line("deploy.parameter-files", options.parameter_files_in_force(world, file));
  for (const auto& [key, value] : input.value().given.parameters) {
    const std::string whole = "deploy.parameters." + key;
    const auto written = std::ranges::find(file.values, whole, &audit::ConfiguredValue::key);
    const bool is_from_file = written != file.values.end() && file.deploy.parameters.at(key) == value;
    sheet.line(whole, value, is_from_file ? written->place : "--param or a file of parameters");
  }
  for (const audit::ConfiguredValue& value : file.values) {
    if (!sheet.shows(value.key)) sheet.line(value.key, value.value, value.place);
  }
  show_defaults(sheet);
  show_overrides(input.value(), file, world);
  return ExitCode::clean;
}

} // namespace slsaudit::cli
