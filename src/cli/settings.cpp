// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include "rules/names.hpp"

#include <utility>

namespace slsaudit::cli {

void ConfigurationOptions::describe(Parser& parser) {
  parser.value({"--config", "FILE",
                "the configuration file (default slsaudit.yaml or .slsaudit.yaml, at or above the paths)"},
               configuration);
  parser.flag({"--no-config", "", "read no configuration file"}, no_configuration);
}

bool ConfigurationOptions::read(const Parser& parser, World& world, const std::vector<std::string>& paths) {
  if (configuration && no_configuration) {
    (void)parser.fail(world, "--config and --no-config contradict each other");
    return false;
  }
  if (no_configuration) return true;
  std::string path = configuration.value_or(from_environment(world, "SLSAUDIT_CONFIG").value_or(""));
  if (path.empty()) {
    auto found = audit::find_configuration(world.files, paths.empty() ? Words{"."} : paths);
    if (!found.ok()) {
      (void)parser.fail(world, found.error());
      return false;
    }
    path = std::move(found).value();
  }
  if (path.empty()) return true;
  audit::ReadConfiguration read = audit::read_configuration(world.files, path);
  for (const std::string& error : read.errors) world.err << "slsaudit: " << error << '\n';
  file = std::move(read.configuration);
  return read.errors.empty();
}

void SettingsOptions::describe(Parser& parser) {
  ConfigurationOptions::describe(parser);
  parser.value({"--as-of", "DATE", "judge what changes with time as of YYYY-MM-DD (default today)"}, as_of);
  parser.value({"--knowledge", "DIR",
                "quotas, prices and other facts about the platform from the files of this directory"},
               knowledge);
}

Choice<std::string> SettingsOptions::as_of_in_force(const World& world) const {
  auto choice = choose_one({"--as-of", "as-of"}, as_of, world, file, file.as_of, "");
  if (choice.from == "default") choice.value = world.today(); // else nothing rests on the day
  return choice;
}

Choice<std::string> SettingsOptions::knowledge_in_force(const World& world) const {
  std::optional<std::string> written;
  if (file.knowledge) written = file.resolve(*file.knowledge);
  return choose_one({"--knowledge", "knowledge"}, knowledge, world, file, written, "");
}

std::optional<analysis::Settings> SettingsOptions::gather(const Parser& parser, World& world,
                                                          const std::vector<std::string>& paths) {
  if (!read(parser, world, paths)) return std::nullopt;
  const Choice<std::string> date = as_of_in_force(world);
  if (!rules::is_date(date.value)) {
    (void)parser.fail(world, date.from + " wants a date like 2026-01-31, not `" + date.value + "`");
    return std::nullopt;
  }
  analysis::Settings settings;
  settings.as_of = date.value;
  if (const std::string directory = knowledge_in_force(world).value; !directory.empty()) {
    knowledge::LoadedBase loaded = knowledge::Base::load(world.files, directory);
    for (const std::string& error : loaded.errors) world.err << "slsaudit: " << error << '\n';
    if (!loaded.errors.empty()) return std::nullopt;
    base_ = std::make_shared<const knowledge::Base>(std::move(loaded.base));
    settings.knowledge = base_.get();
  }
  file.apply(settings);
  return settings;
}

} // namespace slsaudit::cli
