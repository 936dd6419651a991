// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/naming.hpp"

#include "text/encoding.hpp"
#include "text/md5.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace slsaudit::dialect::serverless::naming {

namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (text::upper(c) >= 'A' && text::upper(c) <= 'Z');
}

std::string spell_out(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> words) {
  std::string out;
  for (const char c : text) {
    const auto* it =
        std::find_if(words.begin(), words.end(), [c](const auto& word) { return word.first == c; });
    if (it == words.end())
      out += c;
    else
      out += it->second;
  }
  return out;
}

std::string keep_alphanumeric(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_alphanumeric);
  return out;
}

std::string path_part(std::string_view part) {
  std::string out = upper_first(text::lower(part));
  out = spell_out(out, {{'-', "Dash"}});
  const std::size_t open = out.find('{');
  const std::size_t close = out.rfind('}');
  if (open != std::string::npos && close != std::string::npos && open < close) out.replace(close, 1, "Var");
  return upper_first(keep_alphanumeric(out));
}

} // namespace

std::string upper_first(std::string_view name) {
  std::string out(name);
  if (!out.empty()) out.front() = text::upper(out.front());
  return out;
}

std::string resource(std::string_view name) {
  return upper_first(spell_out(name, {{'-', "Dash"}, {'_', "Underscore"}}));
}

std::string plain(std::string_view name) {
  return keep_alphanumeric(name);
}

std::string alphanumeric(std::string_view name) {
  return upper_first(keep_alphanumeric(name));
}

std::string path(std::string_view path) {
  std::string out;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    out += path_part(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::string websocket_route(std::string_view route) {
  return spell_out(route, {{'$', "S"}, {'/', "Slash"}, {'-', "Dash"}, {'_', "Underscore"}, {'.', "Period"}});
}

std::string shortened(const std::string& name, std::string_view suffix) {
  constexpr std::size_t longest = 64;
  constexpr std::size_t kept = 31;
  if (name.size() <= longest || suffix.size() >= kept) return name;
  return std::string(text::beginning(name, kept - suffix.size())) + text::md5_hex(name) + "-" +
         std::string(suffix);
}

std::string_view last_part(std::string_view text, char separator) {
  const std::size_t at = text.rfind(separator);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

} // namespace slsaudit::dialect::serverless::naming
