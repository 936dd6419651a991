// SPDX-License-Identifier: Apache-2.0
#include "cli/choices.hpp"
#include "cli/commands.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace slsaudit::cli {
namespace {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

void line(World& world, const std::string& key, std::string value, const std::string& from) {
  std::ranges::replace(value, '\n', ' ');
  world.out << report::printable(fmt::format("{}: {}  # {}", key, value, from)) << '\n';
}

} // namespace

ExitCode config(const Arguments& arguments, World& world) {
  GivenChoices given;
  SettingsOptions settings;
  std::vector<std::string> paths;
  Parser parser(
      "config show [options] [PATH...]",
      "Prints the settings that an audit of the paths has, and where each comes from: an option, the "
      "environment (SLSAUDIT_FAIL_ON, SLSAUDIT_PROFILE, SLSAUDIT_SELECT, SLSAUDIT_IGNORE, "
      "SLSAUDIT_CONFIG), the configuration file or a default.");
  settings.describe(parser);
  parser.positionals("PATH", paths, 0, std::numeric_limits<std::size_t>::max());
  std::vector<std::string> rest = arguments;
  const bool show = !rest.empty() && rest.front() == "show";
  if (show) rest.erase(rest.begin());
  if (const auto end = parser.parse(rest, world)) return *end;
  if (!show) return parser.fail(world, "say `config show`");
  if (paths.empty()) paths = {"."};
  if (!settings.gather(parser, world, paths)) return ExitCode::usage;
  const Choices choices(given, world, settings.file);
  if (const std::string wrong = choices.wrong(); !wrong.empty()) return parser.fail(world, wrong);
  line(world, "fail-on", choices.fail_on.value, choices.fail_on.from);
  line(world, "profile", choices.profile.value, choices.profile.from);
  line(world, "select", listed(choices.select.value), choices.select.from);
  line(world, "ignore", listed(choices.ignore.value), choices.ignore.from);
  for (const audit::ConfiguredValue& value : settings.file.values) {
    const std::string section = value.key.substr(0, value.key.find('.'));
    if (section != "fail-on" && section != "profile" && section != "select" && section != "ignore")
      line(world, value.key, value.value, value.place);
  }
  return ExitCode::clean;
}

} // namespace slsaudit::cli
