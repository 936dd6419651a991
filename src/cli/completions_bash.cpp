// SPDX-License-Identifier: Apache-2.0
#include "cli/offer.hpp"

#include <fmt/format.h>

namespace slsaudit::cli {
namespace {

constexpr std::string_view beginning =
    R"(# Completions of slsaudit for bash; made by `slsaudit completions bash`.
_slsaudit() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at=${COMP_WORDS[1]}
  local words='' several='' files='' directories=''
  COMPREPLY=()
  # `=` is a word of its own.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $prev == '=' && $COMP_CWORD -gt 2 ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$at ${COMP_WORDS[2]}" in
)";

constexpr std::string_view end = R"(  esac
  if [[ $several ]]; then
    local head=''
    if [[ $cur == *,* ]]; then head=${cur%,*},; fi
    mapfile -t COMPREPLY < <(compgen -P "$head" -W "$words" -- "${cur##*,}")
    compopt -o nospace 2>/dev/null
  elif [[ $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    if [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
  fi
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
  elif [[ $directories ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur")
  fi
}
complete -F _slsaudit slsaudit
)";

/// The statements that say what is offered.
std::string offered(const Offer& offer) {
  std::string text;
  if (!offer.words.empty()) text += " words=" + quoted(spaced(offer.words));
  if (offer.several) text += " several=1";
  if (offer.files) text += " files=1";
  if (offer.directories) text += " directories=1";
  return text.empty() ? " :" : text;
}

std::string options_of(const Definition& command) {
  std::vector<std::string> names;
  for (const OptionDefinition& option : command.options) names.push_back(spellings(option).back());
  names.emplace_back("--help");
  return spaced(names);
}

} // namespace

std::string bash_completions(const std::vector<Definition>& commands) {
  std::string text(beginning);
  std::vector<std::string> names;
  for (const Definition& command : commands) {
    const std::string name = command.command();
    if (name.find(' ') == std::string::npos)
      names.push_back(name);
    else
      text += fmt::format("    {}) at='{}' ;;\n", quoted(name), name);
  }
  text += fmt::format("  esac\n  if ((COMP_CWORD == 1)); then at=''; fi\n  case \"$at $prev\" in\n");
  std::string defaults;
  for (const Definition& command : commands) {
    const std::string name = command.command();
    for (const OptionDefinition& option : command.options) {
      if (option.value.empty()) continue;
      for (const std::string& spelling : spellings(option))
        text += fmt::format("    '{} {}'){} ;;\n", name, spelling, offered(offer(option)));
    }
    if (!command.actions.empty())
      text += fmt::format("    '{0} {0}') words='{1}' ;;\n", name, spaced(command.actions));
    Offer arguments = offer(command.positional);
    for (const Definition& other : commands) {
      if (other.command().starts_with(name + " "))
        arguments.words.push_back(other.command().substr(name.size() + 1));
    }
    defaults += fmt::format("        '{}'){} ;;\n", name, offered(arguments));
  }
  text += "    *)\n      case \"$at $cur\" in\n";
  text +=
      fmt::format("        ' -'*) words='--help --version' ;;\n        ' '*) words='{}' ;;\n", spaced(names));
  for (const Definition& command : commands)
    text += fmt::format("        '{} -'*) words='{}' ;;\n", command.command(), options_of(command));
  return text + "        *) case \"$at\" in\n" + defaults + "        esac ;;\n      esac ;;\n" +
         std::string(end);
}

} // namespace slsaudit::cli
