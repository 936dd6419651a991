// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include "slsaudit/version.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cli {

namespace {

/// Set by terminals that know hyperlinks; a value where others set the variable too.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> linking{
    {{"WT_SESSION", ""},
     {"KITTY_WINDOW_ID", ""},
     {"KONSOLE_VERSION", ""},
     {"DOMTERM", ""},
     {"TERM_PROGRAM", "iTerm.app"},
     {"TERM_PROGRAM", "WezTerm"},
     {"TERM_PROGRAM", "vscode"},
     {"TERM_PROGRAM", "ghostty"},
     {"TERM", "xterm-kitty"},
     {"TERM", "alacritty"}}};
/// VTE (GNOME Terminal and others) tells its version as one number; 0.50 was the first with links.
constexpr int first_vte = 5000;

} // namespace

std::string Terminal::variable(const std::string& name) const {
  if (!world_.environment) return {};
  return world_.environment(name).value_or("");
}

bool Terminal::colours() const {
  if (!variable("NO_COLOR").empty()) return false;
  const std::string forced = variable("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return world_.terminal && variable("TERM") != "dumb" && variable("CLICOLOR") != "0";
}

bool Terminal::hyperlinks(std::string_view when) const {
  if (when != "auto") return when == "always";
  if (!world_.terminal || variable("TERM") == "dumb") return false;
  if (!variable("TMUX").empty() || !variable("STY").empty()) return false;
  const std::string vte = variable("VTE_VERSION");
  int version = 0;
  for (const char c : vte.substr(0, 6)) version = c >= '0' && c <= '9' ? version * 10 + (c - '0') : version;
  if (version >= first_vte) return true;
  return std::ranges::any_of(linking, [&](const auto& known) {
    const std::string value = variable(std::string(known.first));
    return !value.empty() && (known.second.empty() || value == known.second);
  });
}

bool Terminal::unicode() const {
  if (!world_.terminal) return true;
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = text::lower(variable(name));
    if (value.empty()) continue;
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return true;
}

std::string docs_url(const World& world) {
  std::string url = world.environment ? world.environment("SLSAUDIT_DOCS_URL").value_or("") : "";
  if (url.empty()) url = docs_base;
  // It goes into escape sequences and links.
  const bool plain = std::ranges::all_of(url, [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("<>\"'`()[]{}|\\^").find(c) == std::string_view::npos;
  });
  if (!plain || (!url.starts_with("https://") && !url.starts_with("http://"))) return {};
  if (url.find("CODE") == std::string::npos) url += url.ends_with('/') ? "CODE" : "/CODE";
  return url;
}

} // namespace slsaudit::cli
