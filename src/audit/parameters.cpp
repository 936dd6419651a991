// SPDX-License-Identifier: Apache-2.0
#include "audit/parameters.hpp"

#include "syntax/reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace slsaudit::audit {

namespace {

constexpr std::size_t max_bytes = 1U << 20U;

text::Failure cannot_use(const std::string& path, const std::string& why) {
  return text::Failure{"cannot use parameter file " + path + ": " + why};
}

/// Words as a shell would split them: blanks separate, quotes hold together, a backslash escapes in or out of
/// "".
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == 0 && blank) {
      if (in_word) result.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (quote != 0 && c == quote)
      quote = 0;
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    else if (c == '\\' && quote != '\'' && i + 1 < text.size())
      word += text[++i];
    else
      word += c;
  }
  if (in_word) result.push_back(std::move(word));
  return result;
}

/// A value as the deployment tools pass it: lists are joined by commas.
std::optional<std::string> scalar_text(const syntax::Node* node) {
  if (node == nullptr) return std::nullopt;
  if (node->is_scalar()) return std::string(node->text);
  if (!node->is_sequence()) return std::nullopt;
  std::string joined;
  for (const syntax::Entry& item : node->children) {
    if (!item.value->is_scalar()) return std::nullopt;
    joined += (&item == node->children.data() ? "" : ",") + std::string(item.value->text);
  }
  return joined;
}

bool add_map(const syntax::Node& map, Parameters& parameters) {
  for (const syntax::Entry& entry : map.children) {
    const auto value = scalar_text(entry.value);
    if (!value) return false;
    parameters[std::string(entry.key)] = *value;
  }
  return true;
}

bool add_list(const syntax::Node& list, Parameters& parameters) {
  for (const syntax::Entry& item : list.children) {
    if (item.value->is_scalar()) {
      parameters.merge(parse_overrides(item.value->text));
      continue;
    }
    const auto key = scalar_text(item.value->get("ParameterKey"));
    const auto value = scalar_text(item.value->get("ParameterValue"));
    if (!key || (!value && item.value->get("UsePreviousValue") == nullptr)) return false;
    if (value) parameters[*key] = *value;
  }
  return true;
}

/// samconfig.yaml: the overrides of the first command that has any.
const syntax::Node* overrides_of(const syntax::Node& root) {
  const syntax::Node* environment = root.get("default");
  if (environment == nullptr) return nullptr;
  for (const std::string_view command : {"deploy", "global"}) {
    const syntax::Node* section = environment->get(command);
    const syntax::Node* parameters = section != nullptr ? section->get("parameters") : nullptr;
    const syntax::Node* found = parameters != nullptr ? parameters->get("parameter_overrides") : nullptr;
    if (found != nullptr) return found;
  }
  return nullptr;
}

bool add_node(const syntax::Node& node, Parameters& parameters) {
  if (node.is_sequence()) return add_list(node, parameters);
  if (node.is_mapping()) return add_map(node, parameters);
  parameters.merge(parse_overrides(node.text));
  return true;
}

text::Result<Parameters> read_tree(const std::string& path, std::string bytes) {
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, path, std::move(bytes));
  for (const text::Problem& problem : document.problems) {
    if (problem.level != text::ProblemLevel::error) continue;
    const auto at =
        problem.span.valid() ? sources.position(problem.span.file, problem.span.begin) : text::Position{};
    return cannot_use(path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column),
                      problem.message);
  }
  const syntax::Node* root = document.root;
  if (root == nullptr) return cannot_use(path, "it is empty");
  if (const syntax::Node* overrides = overrides_of(*root))
    root = overrides;
  else if (const syntax::Node* inner = root->get("Parameters"))
    root = inner;
  Parameters parameters;
  if (root->is_scalar() || !add_node(*root, parameters)) {
    return cannot_use(
        path, "expected a list of ParameterKey and ParameterValue, a map `Parameters`, or a map of strings");
  }
  return parameters;
}

/// The strings of a TOML value that may be one string or a list of them, from its first character on.
std::string toml_strings(std::string_view text) {
  std::string joined;
  const bool list = text.starts_with('[');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#') i = std::min(text.find('\n', i), text.size() - 1);
    if (list ? c == ']' : c == '\n') break;
    if (c != '"' && c != '\'') continue;
    const std::string_view mark =
        text.substr(i).starts_with(std::string(3, c)) ? text.substr(i, 3) : text.substr(i, 1);
    for (i += mark.size(); i < text.size() && !text.substr(i).starts_with(mark); ++i) {
      if (text[i] == '\\' && c == '"' && i + 1 < text.size()) i += 1;
      joined += text[i];
    }
    i += mark.size() - 1;
    joined += ' ';
    if (!list) break;
  }
  return joined;
}

/// Only as much of TOML as samconfig's one key needs: section headers and strings.
Parameters read_samconfig_toml(std::string_view text) {
  constexpr std::array<std::string_view, 2> sections{"[default.deploy.parameters]",
                                                     "[default.global.parameters]"};
  constexpr std::string_view key = "parameter_overrides";
  for (const std::string_view section : sections) {
    const std::size_t begin = text.find(section);
    if (begin == std::string_view::npos) continue;
    std::string_view body = text.substr(begin + section.size());
    body = body.substr(0, body.find("\n["));
    const std::size_t at = body.find(key);
    const std::size_t equals = at == std::string_view::npos ? at : body.find('=', at);
    if (equals == std::string_view::npos) continue;
    body.remove_prefix(std::min(body.find_first_not_of(" \t", equals + 1), body.size()));
    return parse_overrides(toml_strings(body));
  }
  return {};
}

} // namespace

bool split_assignment(std::string_view text, std::string& key, std::string& value) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  key = text.substr(0, equals);
  value = text.substr(equals + 1);
  return true;
}

Parameters parse_overrides(std::string_view text) {
  constexpr std::string_view long_key = "ParameterKey=";
  constexpr std::string_view long_value = ",ParameterValue=";
  Parameters parameters;
  for (const std::string& word : words(text)) {
    std::string key;
    std::string value;
    const std::size_t middle = word.find(long_value);
    if (word.starts_with(long_key) && middle != std::string::npos) {
      key = word.substr(long_key.size(), middle - long_key.size());
      value = word.substr(middle + long_value.size());
    } else if (!split_assignment(word, key, value)) {
      continue;
    }
    parameters[key] = value;
  }
  return parameters;
}

text::Result<Parameters> read_parameters(const text::FileSystem& files, const std::string& path) {
  auto bytes = files.read(path, max_bytes);
  if (!bytes.ok()) return text::Failure{bytes.error()};
  if (path.ends_with(".toml")) return read_samconfig_toml(bytes.value());
  return read_tree(path, std::move(bytes).value());
}

} // namespace slsaudit::audit
