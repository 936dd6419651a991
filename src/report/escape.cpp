// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"

#include "report/code_points.hpp"
#include "report/screen.hpp"
#include "text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::report {

namespace {

/// Breaks what a forge would turn into a link or a mention after it has read the markdown, when backslashes
/// no longer help.
constexpr std::string_view joint = "&#8203;";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || (text::lower(c) >= 'a' && text::lower(c) <= 'z');
}

bool holds(std::string_view set, char c) {
  return set.find(c) != set.npos;
}

/// What stands for a character of XML, empty for itself.
std::string_view entity(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return {};
  }
}

std::string with_entities(std::string_view text, std::string_view line_feed) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const std::string_view named = c == '\n' ? line_feed : entity(c);
    if (named.empty())
      result += c;
    else
      result += named;
  }
  return result;
}

std::string percent_encoded(std::string_view text, bool (*stays)(char)) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (stays(c))
      result += c;
    else
      result += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return result;
}

bool starts_with_word(std::string_view text, std::size_t at, std::string_view word) {
  return text.size() - at >= word.size() && text::lower(text.substr(at, word.size())) == word;
}

/// One character of markdown words; `line` is free of line breaks and hidden characters.
std::string markdown_character(std::string_view line, std::size_t at) {
  const char c = line[at];
  const char next = at + 1 < line.size() ? line[at + 1] : '\0';
  if (holds("&<>\"", c)) return std::string(entity(c));
  if (c == '$') return "&#36;"; // GitHub reads formulas before markdown
  if (c == '@' && (is_alphanumeric(next) || next == '_')) return "@" + std::string(joint);
  if (c == '#' && is_digit(next)) return "#" + std::string(joint);
  if (c == '!' && is_digit(next)) return "!" + std::string(joint);
  if (c == ':' && line.substr(at).starts_with("://")) return ":" + std::string(joint);
  if (c == '.' && at >= 3 && starts_with_word(line, at - 3, "www.")) return std::string(joint) + ".";
  if (c == '-' && at >= 2 && is_digit(next) && starts_with_word(line, at - 2, "gh-"))
    return std::string(joint) + "-";
  if (holds("\\`*_[]#|~!", c)) return {'\\', c};
  if (at == 0 && holds("-+=", c)) return {'\\', c};
  if (holds(".)", c) && at > 0 && std::ranges::all_of(line.substr(0, at), is_digit)) return {'\\', c};
  return {c};
}

} // namespace

std::string one_line(std::string_view text) {
  std::string result = printable(text);
  std::ranges::replace(result, '\n', ' ');
  return result;
}

std::string markdown_text(std::string_view text) {
  const std::string line = one_line(text);
  std::string result;
  result.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) result += markdown_character(line, i);
  return result;
}

std::string markdown_code(std::string_view text) {
  const std::string line = one_line(text);
  if (line.empty()) return {};
  const bool plain =
      line.find_first_of("`|") == std::string::npos && line.front() != ' ' && line.back() != ' ';
  // A pipe would end a table's cell even here, and blanks at the ends would be stripped.
  return plain ? "`" + line + "`" : "<code>" + markdown_text(line) + "</code>";
}

std::string markdown_prose(std::string_view message) {
  std::string result;
  while (!message.empty()) {
    const std::size_t open = message.find('`');
    const std::size_t close = open == message.npos ? open : message.find('`', open + 1);
    if (close == message.npos) return result + markdown_text(message);
    const std::string_view name = message.substr(open + 1, close - open - 1);
    result += markdown_text(message.substr(0, open));
    // Two spans side by side would be read as one that holds backticks.
    if (name.empty() || result.ends_with('`'))
      result += markdown_text(message.substr(open, close + 1 - open));
    else
      result += markdown_code(name);
    message.remove_prefix(close + 1);
  }
  return result;
}

std::string markdown_block(std::string_view lines, std::string_view indentation) {
  const std::string shown = printable(lines);
  std::size_t longest = 2;
  for (std::size_t i = 0, run = 0; i < shown.size(); ++i) {
    run = shown[i] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  std::string result = std::string(indentation) + fence + "\n";
  for (std::size_t begin = 0; begin < shown.size();) {
    const std::size_t end = std::min(shown.find('\n', begin), shown.size());
    result += std::string(indentation) + shown.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return result + std::string(indentation) + fence + "\n";
}

std::string xml_text(std::string_view text) {
  return with_entities(printable(text), "\n");
}

std::string xml_attribute(std::string_view text) {
  return with_entities(printable(text), "&#10;");
}

std::string workflow_message(std::string_view text) {
  return percent_encoded(printable(text), [](char c) { return !holds("%\r\n", c); });
}

std::string workflow_property(std::string_view text) {
  return percent_encoded(printable(text), [](char c) { return !holds("%\r\n:,", c); });
}

std::string csv_field(std::string_view text) {
  std::string field = one_line(text);
  const std::size_t first = field.find_first_not_of(' ');
  // The same signs in full width start formulas, too.
  constexpr std::string_view wide_signs[] = {"＝", "＋", "－", "＠"};
  const bool formula = first != std::string::npos &&
                       (holds("=+-@|%", field[first]) || std::ranges::any_of(wide_signs, [&](auto sign) {
                          return std::string_view(field).substr(first).starts_with(sign);
                        }));
  if (formula) field.insert(field.begin(), '\'');
  if (field.find_first_of(",;\"") == std::string::npos && (field.empty() || field.front() != ' '))
    return field;
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string json_text(std::string_view serialised, AngleBrackets angles) {
  constexpr char32_t first_beyond = 0x10000;
  std::string result;
  result.reserve(serialised.size());
  // Nearly all of it stays as it is.
  const auto stays = [](char c) {
    return static_cast<signed char>(c) >= 0 && c != '\x7f' && c != '<' && c != '#';
  };
  for (std::size_t i = 0; i < serialised.size();) {
    const auto plain =
        std::find_if_not(serialised.begin() + static_cast<std::ptrdiff_t>(i), serialised.end(), stays);
    const auto end = static_cast<std::size_t>(plain - serialised.begin());
    if (end > i) {
      result += serialised.substr(i, end - i);
      i = end;
      continue;
    }
    const CodePoint c = decode(serialised, i);
    const auto value = static_cast<std::uint32_t>(c.value);
    if (!c.valid)
      result += "\\ufffd";
    else if (c.value == '<' && angles == AngleBrackets::escaped)
      result += "\\u003c";
    else if (opens_log_command(serialised, i))
      result += "\\u0023";
    else if (value < ' ' || !is_hidden(c)) // raw controls stand between the strings only
      result += serialised.substr(i, c.bytes);
    else if (c.value < first_beyond)
      result += fmt::format("\\u{:04x}", value);
    else
      result += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((value - first_beyond) >> 10U),
                            0xDC00 + ((value - first_beyond) & 0x3FFU));
    i += c.bytes;
  }
  return result;
}

std::string sarif_text(std::string_view text) {
  const std::string shown = printable(text);
  if (shown.find("](") == std::string::npos) return shown;
  std::string result;
  for (const char c : shown) {
    if (c == '[' || c == ']') result += '\\';
    result += c;
  }
  return result;
}

std::string uri_path(std::string_view path) {
  return percent_encoded(path, [](char c) { return is_alphanumeric(c) || holds("-._~/!$&'()*+,;=@", c); });
}

} // namespace slsaudit::report
