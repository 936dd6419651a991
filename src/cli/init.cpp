// SPDX-License-Identifier: Apache-2.0
#include "audit/load.hpp"
#include "cli/ci_snippets.hpp"
#include "cli/commands.hpp"
#include "cli/parser.hpp"

#include <fmt/format.h>

#include <set>

namespace slsaudit::cli {
namespace {

/// A name of the project's, so that the examples are about it.
std::string first_function(const audit::Loaded& loaded) {
  for (const audit::LoadedTemplate& one : loaded.templates) {
    for (const dialect::Resource& resource : one.evaluated.resources) {
      const bool own = !resource.author.generated && resource.type == "AWS::Lambda::Function";
      if (own) return std::string(resource.author.id.empty() ? resource.logical_id : resource.author.id);
    }
  }
  return "Checkout";
}

std::string commented(const audit::Loaded& loaded, const text::SourceMap& sources) {
  std::set<std::string> templates;
  for (const audit::LoadedTemplate& one : loaded.templates) {
    templates.insert(
        fmt::format("#   {} ({})\n", sources.path(one.evaluated.file), dialect::name(one.evaluated.dialect)));
  }
  std::string text =
      "# Settings of slsaudit for everything below this directory. `slsaudit config show` prints\n"
      "# those in force; the command line and SLSAUDIT_… variables beat this file.\n#\n";
  text += templates.empty() ? "# No template was found here.\n" : "# Templates found here:\n";
  for (const std::string& one : templates) text += one;
  return text + fmt::format(R"(
# The severity from which `slsaudit check` exits with 1.
fail-on: high

# default, or strict for rules that not everyone agrees with, too.
profile: default

# Rules that don't run: codes, names or groups.
# ignore: [CST, OBS002]

# Severity and thresholds of single rules; `slsaudit explain RULE` lists a rule's parameters.
# rules:
#   CON007: {{severity: medium}}
#   OBS001: {{enabled: false}}

# What the system has to bear; without it a small load is assumed.
# load:
#   size: small
#   functions:
#     {}: {{duration: 300ms, connections: 5}}

# How the templates are deployed.
# deploy:
#   stage: prod
#   parameters: {{Environment: prod}}

# What is not looked at in directories: patterns as in .gitignore.
# exclude: ["attic/**"]

# Rules of your own; `slsaudit rules new` writes one.
# rule-directories: [rules]

# The account's concurrency, where it isn't the default.
# account: {{concurrency: 1000}}

# Findings that are accepted. Better: say so in the template, with
#   # slsaudit: ignore[CON007] until 2027-03-31 -- reason
# suppress:
#   - {{path: "legacy/**", rule: IAM, until: 2027-03-31, reason: replaced next year}}
# suppressions: {{require-reason: true}}

# What holds for some paths or stacks only; later ones win.
# overrides:
#   - paths: ["sandbox/**"]
#     ignore: [DAT, OBS]
#   - stacks: ["payments*"]
#     profile: strict
#     rules: {{CON007: {{severity: high}}}}
)",
                            first_function(loaded));
}

} // namespace

ExitCode init(const Arguments& arguments, World& world) {
  std::vector<std::string> directories;
  bool print = false;
  std::string pipeline;
  Parser parser("init [options] [DIRECTORY]", "Writes a commented slsaudit.yaml for the project in the "
                                              "directory (default: the working one), or prints "
                                              "what audits it in a pipeline.");
  parser.value({"--ci", "SYSTEM", "print what runs slsaudit there instead", ci_names()}, pipeline);
  parser.flag({"--print", "", "print it instead of writing it"}, print);
  parser.positionals("DIRECTORY", directories, 0, 1);
  parser.examples({"slsaudit init", "slsaudit init --print", "slsaudit init --ci github"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!pipeline.empty()) {
    world.out << ci_snippet(pipeline);
    return ExitCode::clean;
  }
  const std::string directory = directories.empty() ? "." : directories.front();
  for (const char* name : {"slsaudit.yaml", ".slsaudit.yaml"}) {
    const std::string there = text::join_path(directory, name);
    if (!print && world.files.is_file(there)) return parser.fail(world, there + " is there already");
  }
  text::SourceMap sources;
  text::Arena arena;
  audit::Input input;
  input.paths = {directory};
  const std::string text = commented(audit::load(input, world.files, sources, arena), sources);
  if (print) {
    world.out << text;
    return ExitCode::clean;
  }
  const std::string path = text::join_path(directory, "slsaudit.yaml");
  const auto written = world.write(path, text);
  if (!written.ok()) {
    world.err << "slsaudit: " << written.error() << '\n';
    return ExitCode::input;
  }
  world.out << "wrote " << path << '\n';
  return ExitCode::clean;
}

} // namespace slsaudit::cli
