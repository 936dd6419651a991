// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/offer.hpp"
#include "cli/parser.hpp"

namespace slsaudit::cli {

ExitCode completions(const Arguments& arguments, World& world) {
  std::string shell;
  Parser parser("completions bash|zsh|fish", "Prints a shell's completions of slsaudit.",
                "bash:  source <(slsaudit completions bash)\n"
                "zsh:   slsaudit completions zsh > _slsaudit, in a directory of $fpath\n"
                "fish:  slsaudit completions fish > ~/.config/fish/completions/slsaudit.fish\n");
  parser.actions({"bash", "zsh", "fish"}, shell);
  parser.examples({"slsaudit completions bash", "slsaudit completions zsh > _slsaudit"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  const std::vector<Definition> commands = all_definitions(world);
  if (shell == "bash")
    world.out << bash_completions(commands);
  else if (shell == "zsh")
    world.out << zsh_completions(commands);
  else
    world.out << fish_completions(commands);
  return ExitCode::clean;
}

ExitCode man(const Arguments& arguments, World& world) {
  Parser parser("man [options]", "Prints the manual page.");
  parser.examples({"slsaudit man > slsaudit.1", "slsaudit man | man -l -"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  world.out << manual_page(all_definitions(world));
  return ExitCode::clean;
}

} // namespace slsaudit::cli
