// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include "audit/configuration.hpp"
#include "rules/names.hpp"

#include <utility>

namespace slsaudit::cli {

std::optional<std::string> from_environment(const World& world, const std::string& name) {
  auto value = world.environment ? world.environment(name) : std::nullopt;
  return value && !value->empty() ? value : std::nullopt;
}

void SettingsOptions::describe(Parser& parser) {
  parser.value({"--config", "FILE",
                "the configuration file (default slsaudit.yaml or .slsaudit.yaml, at or above the paths)"},
               configuration);
  parser.flag({"--no-config", "", "read no configuration file"}, no_configuration);
  parser.value({"--as-of", "DATE", "judge what changes with time as of YYYY-MM-DD (default today)"}, as_of);
  parser.value({"--knowledge", "DIR",
                "quotas, prices and other facts about the platform from the files of this directory"},
               knowledge);
}

std::optional<analysis::Settings> SettingsOptions::gather(const Parser& parser, World& world,
                                                          const std::vector<std::string>& paths) {
  const auto fail = [&](const std::string& message) -> std::optional<analysis::Settings> {
    (void)parser.fail(world, message);
    return std::nullopt;
  };
  if (as_of && !rules::is_date(*as_of))
    return fail("--as-of wants a date like 2026-01-31, not `" + *as_of + "`");
  if (configuration && no_configuration) return fail("--config and --no-config contradict each other");
  analysis::Settings settings;
  settings.as_of = as_of ? *as_of : world.today();
  if (knowledge) {
    knowledge::LoadedBase loaded = knowledge::Base::load(world.files, *knowledge);
    for (const std::string& error : loaded.errors) world.err << "slsaudit: " << error << '\n';
    if (!loaded.errors.empty()) return std::nullopt;
    base_ = std::move(loaded.base);
    settings.knowledge = &*base_;
  }
  if (!configuration && !no_configuration) configuration = from_environment(world, "SLSAUDIT_CONFIG");
  std::string path = configuration.value_or("");
  if (path.empty() && !no_configuration) {
    auto found = audit::find_configuration(world.files, paths);
    if (!found.ok()) return fail(found.error());
    path = std::move(found).value();
  }
  if (path.empty()) return settings;
  audit::ReadConfiguration read = audit::read_configuration(world.files, path);
  for (const std::string& error : read.errors) world.err << "slsaudit: " << error << '\n';
  if (!read.errors.empty()) return std::nullopt;
  read.configuration.apply(settings);
  file = std::move(read.configuration);
  return settings;
}

} // namespace slsaudit::cli
