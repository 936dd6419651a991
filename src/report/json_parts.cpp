// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.hpp"

#include "report/code_points.hpp"
#include "report/escape.hpp"
#include "report/json_shapes.hpp"
#include "report/redact.hpp"
#include "report/shown.hpp"
#include "slsaudit/version.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace slsaudit::report {

namespace {

void add_unless_empty(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = redact(text);
}

} // namespace

void add_place(Json& object, const text::SourceMap& sources, text::Span span) {
  JsonTree tree(object);
  tell_place(tree, sources, span);
}

Json finding_json(const text::SourceMap& sources, const rules::Finding& finding) {
  Json json = Json::object();
  JsonTree tree(json);
  tell_finding(tree, sources, finding);
  return json;
}

Json suppression_json(const text::SourceMap& sources, const rules::Suppression& by) {
  Json json{{"by", redact(by.origin)}, {"tool", by.tool.empty() ? "slsaudit" : by.tool}};
  add_unless_empty(json, "reason", by.reason);
  add_unless_empty(json, "until", by.until);
  add_place(json, sources, by.span);
  return json;
}

Json error_json(const text::SourceMap& sources, const text::Problem& problem) {
  Json json{{"name", problem.name}, {"message", redact(problem.message)}};
  add_place(json, sources, problem.span);
  add_unless_empty(json, "help", problem.help);
  if (problem.related.empty()) return json;
  json["related"] = Json::array();
  for (const text::Related& related : problem.related) {
    Json place{{"message", redact(related.message)}};
    add_place(place, sources, related.span);
    json["related"].push_back(std::move(place));
  }
  return json;
}

Json summary_json(const audit::Result& result) {
  Json findings;
  for (const rules::Severity severity : severities_worst_first) {
    findings[std::string(name(severity))] = count(result, severity);
  }
  return {{"findings", std::move(findings)},
          {"suppressed", result.suppressed.size()},
          {"baseline", result.debt.size()},
          {"errors", result.errors.size() + failure_messages(result).size()},
          {"templates", result.statistics.templates},
          {"resources", result.statistics.resources}};
}

Json failure_json(const std::string& message) {
  return {{"name", "failure"}, {"message", redact(message)}};
}

Json tool_json() {
  return {{"name", "slsaudit"}, {"version", version}};
}

namespace {

/// What a character of a text wants in JSON.
enum class Wants : std::uint8_t { nothing, backslash, number, look, library };
constexpr std::array<Wants, 256> wants = [] {
  std::array<Wants, 256> table{};
  for (std::size_t c = 0; c < ' '; ++c) table[c] = Wants::library;
  table['\x7f'] = Wants::library;
  table['<'] = Wants::number;
  for (const char c : {'"', '\\', '\n'}) table[static_cast<unsigned char>(c)] = Wants::backslash;
  table['#'] = Wants::look;
  for (std::size_t c = 0x80; c < table.size(); ++c) table[c] = Wants::look;
  return table;
}();

/// How many bytes of what wants a look stay as they are; 0 where the library has to say.
std::size_t bytes_that_stay(std::string_view text, std::size_t at) {
  if (text[at] == '#') return at + 1 < text.size() && text[at + 1] == '#' ? 0 : 1; // no log command
  const CodePoint c = decode(text, at);
  return is_hidden(c) ? 0 : c.bytes;
}

/// Adds the text if nothing in it is out of the ordinary: most texts are so, and the library takes many times
/// as long for each. Else adds nothing.
bool add_plain_text(std::string_view text, std::string& to) {
  const std::size_t size = to.size();
  to += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    Wants wanted = Wants::nothing;
    while (at < text.size() && (wanted = wants[static_cast<unsigned char>(text[at])]) == Wants::nothing) ++at;
    to += text.substr(begin, at - begin);
    if (at == text.size()) break;
    const std::size_t stay = wanted == Wants::look ? bytes_that_stay(text, at) : 1;
    if (wanted == Wants::library || stay == 0) {
      to.resize(size);
      return false;
    }
    if (wanted == Wants::number)
      to += "\\u003c";
    else if (wanted == Wants::backslash)
      (to += '\\') += text[at] == '\n' ? 'n' : text[at];
    else
      to += text.substr(at, stay);
    at += stay;
  }
  to += '"';
  return true;
}

/// The same for texts and whole numbers.
bool write_plain(const Json& json, std::ostream& out) {
  if (json.is_string()) {
    std::string text;
    const bool is_plain = add_plain_text(json.get_ref<const std::string&>(), text);
    out << text;
    return is_plain;
  }
  if (!json.is_number_integer()) return false;
  out << (json.is_number_unsigned() ? std::to_string(json.get<std::uint64_t>())
                                    : std::to_string(json.get<std::int64_t>()));
  return true;
}

} // namespace

// The text of a large report is several times its input: what is near the root is written piece by piece.
// Recursion: as deep as that.
void write_json_piece(const Json& json, std::size_t level, std::ostream& out) {
  constexpr std::size_t near_the_root = 5; // SARIF's results lie that deep
  constexpr std::size_t step = 2;
  if (write_plain(json, out)) return;
  const std::string indentation(level * step, ' ');
  if (level >= near_the_root || !json.is_structured() || json.empty()) {
    const std::string text = json_text(json.dump(step, ' ', false, Json::error_handler_t::replace));
    std::size_t at = 0; // line ends stand between the values only
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
      out << std::string_view(text).substr(at, end + 1 - at) << indentation;
      at = end + 1;
    }
    out << std::string_view(text).substr(at);
    return;
  }
  bool first = true;
  out << (json.is_object() ? "{" : "[");
  for (auto item = json.begin(); item != json.end(); ++item) {
    out << (first ? "\n" : ",\n") << indentation << std::string(step, ' ');
    first = false;
    if (json.is_object()) {
      std::string key;
      add_json_text(item.key(), key);
      out << key << ": ";
    }
    write_json_piece(*item, level + 1, out);
  }
  out << '\n' << indentation << (json.is_object() ? "}" : "]");
}

void add_json_text(std::string_view text, std::string& to) {
  if (!add_plain_text(text, to))
    to += json_text(Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace));
}

void write_json(const Json& json, std::ostream& out) {
  write_json_piece(json, 0, out);
  out << '\n';
}

void write_json_line(const Json& json, std::ostream& out) {
  out << json_text(json.dump(-1, ' ', false, Json::error_handler_t::replace)) << '\n';
}

} // namespace slsaudit::report
