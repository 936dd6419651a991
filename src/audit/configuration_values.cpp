// SPDX-License-Identifier: Apache-2.0
#include "audit/configuration_values.hpp"

#include "rules/names.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::audit {

using rules::nearest;
using syntax::Node;

std::string place_of(const text::SourceMap& sources, text::Span span) {
  const text::Position at = sources.position(span.file, span.begin);
  return std::string(sources.path(span.file)) + ":" + std::to_string(at.line) + ":" +
         std::to_string(at.column);
}

std::vector<std::string> ValueReader::errors() {
  std::stable_sort(errors_.begin(), errors_.end(),
                   [](const Error& a, const Error& b) { return a.offset < b.offset; });
  std::vector<std::string> lines;
  for (Error& error : errors_) lines.push_back(std::move(error.line));
  return lines;
}

void ValueReader::unknown_key(const syntax::Entry& entry, std::string_view where,
                              const std::vector<std::string_view>& names) {
  const std::string_view near = nearest(entry.key, names);
  std::string message = std::string(where) + " has no key `" + std::string(entry.key) + "`";
  if (!near.empty()) {
    message += "; did you mean `" + std::string(near) + "`?";
  } else {
    for (std::size_t i = 0; i < names.size(); ++i)
      message += (i == 0                  ? "; there is `"
                  : i + 1 == names.size() ? "` and `"
                                          : "`, `") +
                 std::string(names[i]);
    message += "`";
  }
  report(entry.key_span, message);
}

std::string ValueReader::word(const Node& node, const std::string& what) {
  if (node.is_scalar() && !syntax::is_null(node)) return std::string(node.text);
  wrong(node, what + " is a text");
  return {};
}

std::vector<std::string> ValueReader::words(const Node& node, const std::string& what) {
  if (!node.is_sequence()) {
    std::string one = word(node, what);
    return one.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(one)};
  }
  std::vector<std::string> list;
  for (const syntax::Entry& item : node.children) list.push_back(word(*item.value, "an entry of " + what));
  return list;
}

std::optional<bool> ValueReader::boolean(const Node& node, const std::string& what) {
  const auto value = node.is_scalar() ? syntax::as_boolean(node) : std::nullopt;
  if (!value) wrong(node, what + " is true or false");
  return value;
}

std::optional<std::string> ValueReader::date(const Node& node, const std::string& what) {
  if (node.is_scalar() && rules::is_date(node.text)) return std::string(node.text);
  wrong(node, what + " is a date like 2027-03-31");
  return std::nullopt;
}

std::optional<std::string> ValueReader::choice(const Node& node, const std::string& what,
                                               const std::vector<std::string_view>& choices) {
  if (node.is_scalar() && std::ranges::find(choices, node.text) != choices.end())
    return std::string(node.text);
  std::string listed;
  for (std::size_t i = 0; i < choices.size(); ++i)
    listed += (i == 0 ? "`" : i + 1 == choices.size() ? "` or `" : "`, `") + std::string(choices[i]);
  wrong(node, what + " is " + listed + "`");
  return std::nullopt;
}

std::string ValueReader::literal(const Node& node) {
  if (node.is_sequence()) {
    std::string list;
    for (const syntax::Entry& item : node.children) {
      const std::string one = item.value->is_scalar() ? literal(*item.value) : std::string();
      if (one.empty()) return {};
      list += (list.empty() ? "" : ", ") + one;
    }
    return "[" + list + "]";
  }
  if (!node.is_scalar() || syntax::is_null(node)) return {};
  if (!node.is_quoted()) {
    if (const auto value = syntax::as_boolean(node)) return *value ? "true" : "false";
    if (syntax::as_number(node)) return std::string(node.text);
  }
  std::string quoted = "'";
  for (const char c : node.text) {
    if (c == '\n')
      quoted += "\\n";
    else if (c == '\'' || c == '\\')
      quoted += {'\\', c};
    else
      quoted += c;
  }
  return quoted + "'";
}

std::optional<std::int64_t> ValueReader::integer(const Node& node, std::string_view what, std::int64_t least,
                                                 std::int64_t most) {
  const auto number = node.is_scalar() ? syntax::as_integer(node) : std::nullopt;
  if (number && *number >= least && *number <= most) return number;
  wrong(node, std::string(what) + " is a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most));
  return std::nullopt;
}

std::optional<double> ValueReader::quantity(const Node& node,
                                            std::optional<double> (*parse)(std::string_view),
                                            std::string_view expected) {
  const auto amount = node.is_scalar() ? parse(node.text) : std::nullopt;
  if (!amount) wrong(node, std::string(expected));
  return amount;
}

void ValueReader::wrong(const Node& node, const std::string& expected) {
  const bool scalar = node.is_scalar() && !node.text.empty();
  report(node.span, expected + ", not " +
                        (scalar ? "`" + std::string(node.text) + "`" : std::string(syntax::describe(node))));
}

void ValueReader::report(text::Span span, const std::string& message) {
  errors_.push_back({span.begin, place(span) + ": error: " + message});
}

} // namespace slsaudit::audit
