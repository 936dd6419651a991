// SPDX-License-Identifier: Apache-2.0
#include "cli/offer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::cli {
namespace {

/// Between single quotes as fish reads them.
std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result + "'";
}

std::string offered(const Offer& offer) {
  std::string words = spaced(offer.words);
  if (offer.several) words = "(__fish_append , " + words + ")";
  if (offer.directories) words += " (__fish_complete_directories)";
  std::string text = offer.files ? " -F" : " -f";
  if (!words.empty()) text += " -a " + fish_quoted(words);
  return text;
}

std::string option_line(const std::string& condition, const OptionDefinition& option) {
  std::string text = "complete -c slsaudit -n " + condition;
  for (const std::string& spelling : spellings(option))
    text += spelling.starts_with("--") ? " -l " + spelling.substr(2) : " -s " + spelling.substr(1);
  if (!option.value.empty()) text += " -r" + offered(offer(option));
  return text + " -d " + fish_quoted(option.help) + "\n";
}

} // namespace

std::string fish_completions(const std::vector<Definition>& commands) {
  std::string below;
  for (const Definition& command : commands) {
    if (command.command().find(' ') != std::string::npos) below += " " + fish_quoted(command.command());
  }
  std::string text =
      fmt::format("# Completions of slsaudit for fish; made by `slsaudit completions fish`.\n"
                  "function __slsaudit_at\n"
                  "    set -l words (commandline -opc)\n"
                  "    set -l at $words[2]\n"
                  "    if set -q words[3]; and contains -- \"$words[2] $words[3]\"{}\n"
                  "        set at \"$words[2] $words[3]\"\n"
                  "    end\n"
                  "    test \"$at\" = \"$argv\"\n"
                  "end\n"
                  "function __slsaudit_first\n"
                  "    test (count (commandline -opc)) -eq $argv[1]\n"
                  "end\n"
                  "complete -c slsaudit -f\n"
                  "complete -c slsaudit -n '__slsaudit_first 1' -s h -l help -d 'this text'\n"
                  "complete -c slsaudit -n '__slsaudit_first 1' -s V -l version -d 'the version'\n",
                  below);
  for (const Definition& command : commands) {
    const std::string name = command.command();
    const std::string condition = fish_quoted("__slsaudit_at " + name);
    const std::string summary = command.summary.substr(0, command.summary.find('\n'));
    const std::size_t space = name.find(' ');
    const std::string where =
        space == std::string::npos
            ? "'__slsaudit_first 1'"
            : fish_quoted("__slsaudit_first 2; and __slsaudit_at " + name.substr(0, space));
    text += fmt::format("complete -c slsaudit -n {} -a {} -d {}\n", where,
                        name.substr(space == std::string::npos ? 0 : space + 1), fish_quoted(summary));
    for (const OptionDefinition& option : command.options) text += option_line(condition, option);
    text += fmt::format("complete -c slsaudit -n {} -s h -l help -d 'this text'\n", condition);
    if (!command.actions.empty())
      text += fmt::format("complete -c slsaudit -n {} -a {}\n",
                          fish_quoted("__slsaudit_first 2; and __slsaudit_at " + name),
                          fish_quoted(spaced(command.actions)));
    const std::string arguments = offered(offer(command.positional));
    if (arguments != " -f") text += fmt::format("complete -c slsaudit -n {}{}\n", condition, arguments);
  }
  return text;
}

} // namespace slsaudit::cli
