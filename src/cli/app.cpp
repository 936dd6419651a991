// SPDX-License-Identifier: Apache-2.0
#include "cli/app.hpp"

#include "cli/build.hpp"
#include "cli/commands.hpp"
#include "cli/definition.hpp"
#include "rules/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

namespace slsaudit::cli {

namespace {

struct Command {
  std::string_view name;
  std::string_view usage;
  std::string_view summary;
  ExitCode (*run)(const Arguments&, World&);
  std::array<std::string_view, 3> below{}; ///< Commands below it, with options of their own.
};

constexpr std::array<Command, 17> commands{{
    {"check", "check [PATH...]", "audit templates and report what is risky", check},
    {"baseline", "baseline write [PATH...]", "keep a list of the findings that are there", baseline},
    {"config", "config show [PATH...]", "print the settings in force and where they come from", config},
    {"init", "init [DIRECTORY]", "write a commented slsaudit.yaml", init},
    {"diff", "diff [OLD [NEW]]", "what a change does: findings, and the architecture", diff},
    {"explain", "explain RULE", "say what a rule finds, why it matters and how to fix it", explain},
    {"rules", "rules [RULE...]", "list the rules", rules, {"new", "schema", "test"}},
    {"graph", "graph [PATH...]", "print the system as a graph: JSON, DOT or Mermaid", graph},
    {"facts", "facts PATH [TABLE...]", "print what is computed about the system, as tables", facts},
    {"query", "query PATH 'CEL'", "ask a question of the system", query},
    {"load", "load [PATH...]", "tell what a load reaches first, what it needs and what it costs", load},
    {"what-if", "what-if [PATH...]", "what breaks or is reached when one node fails or is taken over",
     what_if},
    {"merge", "merge FILE...", "put together what audits of many systems have found", merge},
    {"expand", "expand PATH", "print the CloudFormation that a template stands for", expand},
    {"completions", "completions bash|zsh|fish", "print a shell's completions of slsaudit", completions},
    {"man", "man", "print the manual page", man},
    {"dump", "dump syntax FILE", "print a file's tree as slsaudit reads it", dump},
}};

constexpr std::string_view introduction = "slsaudit finds risks in serverless architectures before they are "
                                          "deployed: unbounded fan-out, throttling,\n"
                                          "over-broad permissions, gaps in tracing, cost and lock-in. It "
                                          "reads CloudFormation, AWS SAM and Serverless\n"
                                          "Framework templates, works out the system they describe, and "
                                          "points at the line to change. It never runs\n"
                                          "what a template names and never uses the network.\n";

constexpr std::string_view examples =
    "examples:\n"
    "  slsaudit check                                   audit the templates below this directory\n"
    "  slsaudit check template.yaml --fail-on medium    one template, strictly\n"
    "  slsaudit check . --report sarif=slsaudit.sarif   for people and for code scanning, in one run\n"
    "  slsaudit check . --select IAM,CON007             only these rules\n"
    "  serverless print --format json | slsaudit check - --stdin-filename serverless.json\n"
    "  slsaudit diff origin/main                        what the working tree changes: findings, grants, "
    "cost\n"
    "  slsaudit explain CON007\n"
    "  slsaudit graph . --format mermaid\n";

void print_help(std::ostream& out) {
  out << introduction << "\nusage: slsaudit COMMAND [options]\n\ncommands:\n";
  for (const Command& command : commands) out << fmt::format("  {:<21} {}\n", command.usage, command.summary);
  out << "\noptions:\n"
         "  -h, --help         this text; `slsaudit COMMAND --help` tells a command's options\n"
         "  -V, --version      the version\n\n"
      << examples << "\nexit codes:\n";
  for (const auto& [code, meaning] : exit_code_meanings) {
    out << fmt::format("  {}  {}\n", static_cast<int>(code), meaning);
  }
}

ExitCode unknown_command(const std::string& name, std::ostream& err) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  const std::string_view near = rules::nearest(name, names);
  err << "slsaudit: no command `" << name << "`";
  if (!near.empty()) err << "; did you mean `" << near << "`?";
  err << "\nTry `slsaudit --help`.\n";
  return ExitCode::usage;
}

ExitCode dispatch(const std::vector<std::string>& arguments, World& world) {
  if (arguments.empty()) {
    print_help(world.err);
    return ExitCode::usage;
  }
  const std::string& first = arguments.front();
  if (first == "--version" || first == "-V") {
    world.out << version_line() << '\n';
    return ExitCode::clean;
  }
  if (first == "--help" || first == "-h" || (first == "help" && arguments.size() == 1)) {
    print_help(world.out);
    return ExitCode::clean;
  }
  Arguments rest(arguments.begin() + 1, arguments.end());
  std::string name = first;
  if (first == "help") {
    name = rest.front();
    rest = {"--help"};
  }
  const auto command = std::ranges::find(commands, name, &Command::name);
  if (command == commands.end()) return unknown_command(name, world.err);
  return command->run(rest, world);
}

} // namespace

std::vector<Definition> all_definitions(const World& world) {
  std::vector<Definition> all;
  World asking = world;
  asking.describe = [&](const Definition& definition) { all.push_back(definition); };
  for (const Command& command : commands) {
    (void)command.run({}, asking);
    for (const std::string_view below : command.below) {
      if (!below.empty()) (void)command.run({std::string(below)}, asking);
    }
  }
  return all;
}

int run(const std::vector<std::string>& arguments, World& world) {
  ExitCode code = ExitCode::clean;
  try {
    code = dispatch(arguments, world);
  } catch (const std::exception& error) { // the standard library's: out of memory, say
    world.err << "slsaudit: " << error.what() << '\n';
    return static_cast<int>(ExitCode::input);
  }
  world.out.flush();
  if (const std::string failure = world.output_failure ? world.output_failure() : ""; !failure.empty()) {
    world.err << "slsaudit: cannot write to standard output: " << failure << '\n';
    return static_cast<int>(ExitCode::input);
  }
  return static_cast<int>(code);
}

} // namespace slsaudit::cli
