// SPDX-License-Identifier: Apache-2.0
// What no report may hold, whatever templates say.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::test {

/// Text that tries everything at once: terminals, logs of build servers, HTML, markdown, spreadsheets.
inline const std::string hostile =
    std::string("=cmd|' /C calc'!A0,\"\n::error file=x::pwned\n##[add-mask]pwned\r") +
    "\x1b[2J\x1b]0;t\x07\xC2\x9B" + "31m<script>alert(1)</script>]]>&amp;" +
    "[click](http://evil.example) ![i](http://evil.example/i.png) @everyone | a | "
    "`tick` \xE2\x80\xAE" +
    "flip\xE2\x81\xA6\xEF\xBB\xBF" + std::string("nul\0end", 7) + "\xFF";

/// Lines of CSV as their fields; a quoted field holds no line break.
inline std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back(1);
    bool quoted = false;
    char last = ',';
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == '"' && quoted && last == '"') rows.back().back() += c; // of two, the first has closed
      last = c;
      if (c == ',' && !quoted)
        rows.back().emplace_back();
      else if (c != '"' && c != '\r')
        rows.back().back() += c;
    }
  }
  return rows;
}

/// With blanks for escaped characters, without fenced blocks, code spans and summaries, in which markdown
/// means nothing.
inline std::string markup_of(const std::string& markdown) {
  std::string kept;
  std::istringstream lines(markdown);
  std::string fence;
  for (std::string line; std::getline(lines, line);) {
    if (fence.empty() && line.rfind("```", 0) == 0) {
      fence = line;
    } else if (!fence.empty()) {
      if (line == fence) fence.clear();
    } else if (line.find("<summary>") == line.npos) {
      bool code = false;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && !code) {
          i += 1; // what follows means itself, and parts what stands around it
          kept += ' ';
        } else if (line[i] == '`')
          code = !code;
        else if (!code)
          kept += line[i];
      }
      kept += code ? "\nan open code span: ![\n" : "\n";
    }
  }
  return kept;
}

/// A line for each thing in a report that its medium may take for more than text.
inline std::string unsafe(const std::string& format, const std::string& text) {
  std::string found;
  const auto never = [&](std::string_view what, std::string_view name) {
    if (text.find(what) != std::string::npos) found += std::string(name) + " is raw\n";
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && !(c == '\r' && format == "csv")) || byte == 0x7F)
      found += "a control character is raw: " + std::to_string(byte) + "\n";
  }
  never("\xC2\x9B", "a C1 control");
  never("\xE2\x80\xAE", "a bidirectional override");
  never("\xE2\x81\xA6", "a bidirectional isolate");
  never("\xEF\xBB\xBF", "a byte-order mark");
  never("\xFF", "a byte that is no UTF-8");
  never("##[", "a log command");
  if (format == "junit") never("]]>", "the end of a CDATA section");
  const bool for_browsers = format != "text" && format != "compact" && format != "github" && format != "csv";
  if (for_browsers && format != "markdown") never("<script", "a tag");
  if (format == "markdown") {
    const std::string markup = markup_of(text);
    for (const char* const what : {"<script", "](http", "@everyone", "![", "<i", "http://"})
      if (const std::size_t at = markup.find(what); at != markup.npos)
        found +=
            std::string(what) + " is raw: " + markup.substr(at - std::min<std::size_t>(at, 60), 120) + "\n";
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(" \t");
    const bool command = first != line.npos && line.compare(first, 2, "::") == 0;
    if (command && format != "github") found += "a workflow command: " + line + "\n";
    if (format == "sarif" && line.find("\"text\":") != line.npos && line.find("[click](") != line.npos)
      found += "a link: " + line + "\n";
    if (command && line.find("::", line.find("title=")) == line.npos)
      found += "a torn command: " + line + "\n";
    if (!command && format == "github") found += "a line that is no command: " + line + "\n";
  }
  if (format == "csv") {
    for (const auto& row : csv_rows(text))
      for (const std::string& field : row)
        if (!field.empty() && std::string_view("=+-@\t").find(field.front()) != std::string_view::npos)
          found += "a formula: " + field + "\n";
  }
  return found;
}

} // namespace slsaudit::test
