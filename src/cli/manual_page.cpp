// SPDX-License-Identifier: Apache-2.0
// The manual page, for man(7).
#include "cli/build.hpp"
#include "cli/exit_code.hpp"
#include "cli/offer.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <sstream>

namespace slsaudit::cli {
namespace {

constexpr std::string_view description = "slsaudit finds risks in serverless architectures before they are "
                                         "deployed: unbounded fan-out, throttling, "
                                         "over-broad permissions, gaps in tracing, cost and lock-in. It "
                                         "reads CloudFormation, AWS SAM and Serverless "
                                         "Framework templates, works out the system they describe, and "
                                         "points at the line to change. It never runs "
                                         "what a template names and never uses the network.";

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> files{
    {{"slsaudit.yaml, .slsaudit.yaml", "The settings of a project, in the nearest directory at or above the "
                                       "audited paths; `slsaudit init` writes "
                                       "one, `slsaudit config show` tells what is in force."},
     {"slsaudit.baseline", "The findings that are known; see `slsaudit baseline`."},
     {".gitignore", "What it names is not looked at in directories."}}};

/// Text that roff leaves as it is; words between backquotes get bold.
std::string roff(std::string_view text) {
  std::string result;
  bool bold = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool starts_line = i == 0 || text[i - 1] == '\n';
    if (starts_line && (text[i] == '.' || text[i] == '\'')) result += "\\&";
    if (byte >= 0x80) { // the texts are the program's own, so they are UTF-8
      const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      std::uint32_t point = byte & (0xFFU >> (length + 1));
      for (std::size_t k = 1; k < length; ++k)
        point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
      result += fmt::format("\\[u{:04X}]", point);
      i += length;
      continue;
    }
    switch (text[i]) {
    case '\\':
      result += "\\e";
      break;
    case '-':
      result += "\\-";
      break;
    case '\'':
      result += "\\(aq";
      break;
    case '^':
      result += "\\(ha";
      break;
    case '~':
      result += "\\(ti";
      break;
    case '`':
      result += bold ? "\\fR" : "\\fB";
      bold = !bold;
      break;
    default:
      result += text[i];
    }
    ++i;
  }
  return result + (bold ? "\\fR" : "");
}

std::string literally(std::string_view text) {
  std::string lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines += roff(line) + "\n";
  return ".nf\n" + lines + ".fi\n";
}

std::string option_entry(const OptionDefinition& option) {
  std::string left;
  for (const std::string& spelling : spellings(option))
    left += (left.empty() ? "\\fB" : ", \\fB") + roff(spelling) + "\\fR";
  if (!option.value.empty()) left += " \\fI" + roff(option.value) + "\\fR";
  std::string help = option.help;
  if (!option.choices.empty()) help += ": " + either({option.choices.begin(), option.choices.end()});
  return ".TP\n" + left + "\n" + roff(help) + ".\n";
}

std::string command_entry(const Definition& command) {
  std::string text = ".SS \"slsaudit " + roff(command.usage) + "\"\n" + roff(command.summary) + "\n";
  for (const OptionDefinition& option : command.options) text += option_entry(option);
  if (!command.notes.empty()) text += ".PP\n" + literally(command.notes);
  return text;
}

} // namespace

std::string manual_page(const std::vector<Definition>& commands) {
  std::string text =
      fmt::format(".\\\" Made by `slsaudit man`.\n.TH SLSAUDIT 1 \"{}\" \"slsaudit {}\" \"User Commands\"\n",
                  build().date, build().version);
  text += ".SH NAME\nslsaudit \\- linter and risk auditor for serverless architectures\n.SH SYNOPSIS\n"
          ".B slsaudit\n.I COMMAND\n[\\fIoptions\\fR]\n.br\n.B slsaudit\n\\fB\\-\\-help\\fR | "
          "\\fB\\-\\-version\\fR\n";
  text += ".SH DESCRIPTION\n" + roff(description) +
          "\n.SH COMMANDS\nEach takes \\fB\\-h\\fR or \\fB\\-\\-help\\fR, too.\n";
  std::string examples;
  for (const Definition& command : commands) {
    text += command_entry(command);
    for (const std::string& example : command.examples) examples += example + "\n";
  }
  text += ".SH \"EXIT STATUS\"\n";
  for (const auto& [code, meaning] : exit_code_meanings)
    text += fmt::format(".TP\n.B {}\n{}.\n", static_cast<int>(code), roff(meaning));
  text += ".SH ENVIRONMENT\n.TP\n.B SLSAUDIT_CONFIG\nThe configuration file.\n.TP\n"
          "\\fBSLSAUDIT_FAIL_ON\\fR, \\fBSLSAUDIT_PROFILE\\fR, \\fBSLSAUDIT_SELECT\\fR and others\n"
          "Settings that beat the configuration file and that options beat; `slsaudit config show "
          "\\-\\-help` lists "
          "them.\n.TP\n.B NO_COLOR\nNo colours.\n";
  text += ".SH FILES\n";
  for (const auto& [name, meaning] : files)
    text += fmt::format(".TP\n.B {}\n{}\n", roff(name), roff(meaning));
  text += ".SH EXAMPLES\n" + literally(examples);
  return text;
}

} // namespace slsaudit::cli
