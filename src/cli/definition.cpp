// SPDX-License-Identifier: Apache-2.0
#include "cli/definition.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::cli {
namespace {

constexpr std::size_t help_column = 27;
constexpr std::size_t help_width = 100;

/// "  --name VALUE       help", wrapped.
std::string help_line(const std::string& left, const std::string& help) {
  const std::string new_line = "\n" + std::string(help_column, ' ');
  std::string text = fmt::format("  {:<{}}", left, help_column - 2);
  if (text.size() > help_column) text += new_line;
  std::size_t column = help_column;
  for (std::size_t begin = 0; begin < help.size();) {
    const std::size_t end = std::min(help.find(' ', begin), help.size());
    const std::size_t width = end - begin + 1;
    if (column + width > help_width) {
      text += new_line;
      column = help_column;
    }
    text += (column == help_column ? "" : " ") + help.substr(begin, end - begin);
    column += width;
    begin = end + 1;
  }
  return text + "\n";
}

} // namespace

std::string either(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string Definition::command() const {
  std::size_t end = usage.find(' ');
  // What follows in lower case is a part of the command's name, unless it is one of several words.
  while (end != std::string::npos && end + 1 < usage.size() && usage[end + 1] >= 'a' &&
         usage[end + 1] <= 'z') {
    const std::size_t next = std::min(usage.find(' ', end + 1), usage.size());
    if (!actions.empty()) break;
    end = next;
  }
  return usage.substr(0, std::min(end, usage.size()));
}

void print_help(const Definition& definition, std::ostream& out) {
  out << definition.summary << "\n\nusage: slsaudit " << definition.usage << "\n\noptions:\n";
  for (const OptionDefinition& option : definition.options) {
    std::string left = option.name;
    if (const std::size_t comma = left.find(','); comma != std::string::npos) left.insert(comma + 1, " ");
    if (!option.value.empty()) left += " " + option.value;
    std::string help = option.help;
    if (!option.choices.empty()) help += ": " + either({option.choices.begin(), option.choices.end()});
    out << help_line(left, help);
  }
  out << help_line("-h, --help", "this text");
  if (!definition.notes.empty()) out << '\n' << definition.notes;
  if (definition.examples.empty()) return;
  out << "\nexamples:\n";
  for (const std::string& example : definition.examples) out << "  " << example << '\n';
}

} // namespace slsaudit::cli
