// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/parameter_file.hpp"

#include "dialect/cloudformation/sam_config.hpp"
#include "syntax/reader.hpp"
#include "text/encoding.hpp"

#include <vector>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Words as a shell would part them.
text::Result<std::vector<std::string>> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool open = false; // a word has begun, maybe with nothing in it
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote)
        quote = '\0';
      else if (c == '\\' && quote == '"' && i + 1 < text.size())
        word += text[++i];
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      open = true;
    } else if (is_blank(c)) {
      if (open) words.push_back(word);
      word.clear();
      open = false;
    } else {
      word += c == '\\' && i + 1 < text.size() ? text[++i] : c;
      open = true;
    }
  }
  if (quote != '\0')
    return text::Failure{"a quote in `" + std::string(text::beginning(text, 60)) + "` is not closed"};
  if (open) words.push_back(word);
  return words;
}

constexpr std::string_view old_key = "ParameterKey=";
constexpr std::string_view old_value = ",ParameterValue=";

/// Adds one `Key=Value`; false when it is none.
bool add_pair(ParameterValues& values, std::string_view word) {
  if (word.starts_with(old_key) && word.find(old_value) != std::string_view::npos) {
    const std::size_t at = word.find(old_value);
    values[std::string(word.substr(old_key.size(), at - old_key.size()))] =
        word.substr(at + old_value.size());
    return true;
  }
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  values[std::string(word.substr(0, equals))] = word.substr(equals + 1);
  return true;
}

class FileReader {
public:
  FileReader(std::string_view path, const text::SourceMap& sources, std::string_view environment)
      : path_(path), sources_(sources), environment_(environment) {}

  text::Result<ParameterValues> read(const syntax::Document& document) {
    for (const text::Problem& problem : document.problems) {
      if (problem.level == text::ProblemLevel::error) return failure(problem.message, problem.span);
    }
    if (document.root == nullptr) return text::Failure{std::string(path_) + ": the file is empty"};
    const Node& root = *document.root;
    if (root.is_sequence()) return read_list(root);
    if (!root.is_mapping()) return unexpected(root);
    if (const Node* parameters = root.get("Parameters"); parameters != nullptr && parameters->is_mapping()) {
      return read_mapping(*parameters);
    }
    const Node* environment = root.get(environment_);
    const bool sam_config = environment != nullptr && environment->is_mapping();
    return sam_config ? read_environment(*environment) : read_mapping(root);
  }

private:
  text::Failure failure(std::string_view message, text::Span span) const {
    const auto place = sources_.position(span.file, span.begin);
    return {std::string(path_) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) +
            ": " + std::string(message)};
  }

  text::Failure unexpected(const Node& node) const {
    return failure(std::string(syntax::describe(node)) +
                       " stands where a parameter is expected; write `{\"ParameterKey\": …, "
                       "\"ParameterValue\": …}` or `\"Key=Value\"`",
                   node.span);
  }

  /// Null where the node is no value.
  static std::optional<std::string> value_text(const Node& node) {
    if (node.is_scalar()) return std::string(node.text);
    if (!node.is_sequence()) return std::nullopt;
    std::string joined;
    for (const Entry& item : node.children) {
      if (!item.value->is_scalar()) return std::nullopt;
      joined += (joined.empty() ? "" : ",") + std::string(item.value->text);
    }
    return joined;
  }

  text::Result<ParameterValues> read_mapping(const Node& mapping) const {
    ParameterValues values;
    for (const Entry& entry : mapping.children) {
      const auto text = value_text(*entry.value);
      if (!text) return unexpected(*entry.value);
      values[std::string(entry.key)] = *text;
    }
    return values;
  }

  text::Result<ParameterValues> read_list(const Node& list) const {
    ParameterValues values;
    for (const Entry& entry : list.children) {
      const Node& item = *entry.value;
      if (item.is_scalar() && add_pair(values, item.text)) continue;
      const Node* key = item.get("ParameterKey");
      if (key == nullptr || !key->is_scalar()) return unexpected(item);
      const Node* value = item.get("ParameterValue");
      if (value == nullptr) continue; // UsePreviousValue: only the stack knows
      const auto text = value_text(*value);
      if (!text) return unexpected(*value);
      values[std::string(key->text)] = *text;
    }
    return values;
  }

  text::Result<ParameterValues> read_environment(const Node& environment) const {
    ParameterValues values;
    for (const std::string_view command : {"global", "deploy"}) {
      const Node* section = environment.get(command);
      const Node* parameters = section != nullptr ? section->get("parameters") : nullptr;
      const Node* overrides = parameters != nullptr ? parameters->get("parameter_overrides") : nullptr;
      if (overrides == nullptr) continue;
      auto read = read_overrides_node(*overrides);
      if (!read) return read;
      for (const auto& [key, value] : read.value()) values[key] = value;
    }
    return values;
  }

  text::Result<ParameterValues> read_overrides_node(const Node& node) const {
    if (node.is_mapping()) return read_mapping(node);
    ParameterValues values;
    std::vector<const Node*> pieces;
    if (node.is_scalar()) pieces.push_back(&node);
    for (const Entry& entry : node.children) pieces.push_back(entry.value);
    for (const Node* piece : pieces) {
      if (!piece->is_scalar()) return unexpected(*piece);
      auto read = read_overrides(piece->text);
      if (!read) return failure(read.error(), piece->span);
      for (const auto& [key, value] : read.value()) values[key] = value;
    }
    return values;
  }

  std::string_view path_;
  const text::SourceMap& sources_;
  std::string_view environment_;
};

} // namespace

text::Result<ParameterValues> read_overrides(std::string_view text) {
  const auto words = words_of(text);
  if (!words) return text::Failure{words.error()};
  ParameterValues values;
  for (const std::string& word : words.value()) {
    if (!add_pair(values, word))
      return text::Failure{"`" + std::string(text::beginning(word, 60)) + "` is no `Key=Value`"};
  }
  return values;
}

text::Result<ParameterValues> read_parameter_file(std::string_view path, std::string_view text,
                                                  std::string_view environment) {
  if (path.ends_with(".toml")) return read_sam_config_toml(path, text, environment);
  text::SourceMap sources;
  text::Arena arena;
  const auto document = syntax::read(sources, arena, std::string(path), std::string(text));
  return FileReader(path, sources, environment).read(document);
}

} // namespace slsaudit::dialect::cloudformation
