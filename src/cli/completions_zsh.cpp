// SPDX-License-Identifier: Apache-2.0
#include "cli/offer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::cli {
namespace {

/// What means something in a specification of _arguments gets a backslash.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string action_for(const Offer& offer) {
  if (offer.several) return "_values -s , word " + spaced(offer.words);
  std::string action;
  if (!offer.words.empty()) action = "compadd -- " + spaced(offer.words);
  if (offer.files) action += action.empty() ? "_files" : "; _files";
  if (offer.directories) action += action.empty() ? "_files -/" : "; _files -/";
  return action.empty() ? " " : "{ " + action + " }";
}

std::string specification(const Definition& command, const std::vector<Definition>& commands) {
  std::string text = "_arguments -s -S";
  const auto add = [&](const std::string& one) { text += " \\\n        " + quoted(one); };
  for (const OptionDefinition& option : command.options) {
    for (const std::string& spelling : spellings(option)) {
      if (option.value.empty())
        add(fmt::format("{}[{}]", spelling, plain(option.help)));
      else
        add(fmt::format("*{}{}[{}]:{}:{}", spelling, spelling.starts_with("--") ? "=" : "+",
                        plain(option.help), plain(option.value), action_for(offer(option))));
    }
  }
  add("(-h --help)-h[this text]");
  add("(-h --help)--help[this text]");
  if (!command.actions.empty()) add("1:action:(" + spaced(command.actions) + ")");
  Offer arguments = offer(command.positional);
  for (const Definition& other : commands) {
    if (other.command().starts_with(command.command() + " "))
      arguments.words.push_back(other.command().substr(command.command().size() + 1));
  }
  if (!command.positional.empty()) add("*:" + plain(command.positional) + ":" + action_for(arguments));
  return text;
}

} // namespace

std::string zsh_completions(const std::vector<Definition>& commands) {
  std::string text = "#compdef slsaudit\n"
                     "# Completions of slsaudit for zsh; made by `slsaudit completions zsh`.\n"
                     "_slsaudit() {\n"
                     "  local -a commands\n"
                     "  local state line at\n"
                     "  typeset -A opt_args\n"
                     "  commands=(\n";
  for (const Definition& command : commands) {
    const std::string name = command.command();
    const std::string summary = command.summary.substr(0, command.summary.find('\n'));
    if (name.find(' ') == std::string::npos) text += "    " + quoted(name + ":" + plain(summary)) + "\n";
  }
  text += "  )\n"
          "  if (( CURRENT == 2 )); then\n"
          "    if [[ $words[2] == -* ]]; then compadd -- --help --version; "
          "else _describe -t commands command commands; fi\n"
          "    return\n"
          "  fi\n"
          "  at=$words[2]\n"
          "  shift words\n"
          "  (( CURRENT-- ))\n"
          "  case \"$words[1] $words[2]\" in\n";
  for (const Definition& command : commands) {
    const std::string name = command.command();
    if (name.find(' ') != std::string::npos)
      text += fmt::format(
          "    ({0}) if (( CURRENT > 2 )); then at={0}; shift words; (( CURRENT-- )); fi ;;\n", quoted(name));
  }
  text += "  esac\n  case $at in\n";
  for (const Definition& command : commands)
    text +=
        fmt::format("    ({})\n      {} ;;\n", quoted(command.command()), specification(command, commands));
  return text +
         "  esac\n}\n"
         "if [[ $funcstack[1] == _slsaudit ]]; then _slsaudit \"$@\"; else compdef _slsaudit slsaudit; fi\n";
}

} // namespace slsaudit::cli
