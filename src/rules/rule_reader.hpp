// SPDX-License-Identifier: Apache-2.0
// One rule file's keys into a Rule, with the place of each text, so that an error in an expression is told
// where it stands in the file. Used by loader.cpp only.
#pragma once

#include "rules/engine.hpp"
#include "rules/rule_keys.hpp"

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <optional>

namespace slsaudit::rules {

/// Byte offset in the file of a position in a scalar's decoded text: follows quotes, escapes, indentation and
/// folding.
[[nodiscard]] std::size_t offset_in_file(std::string_view file, std::size_t scalar_start,
                                         std::string_view decoded, std::size_t offset);

/// The dialect of an example or a fix by its name; nothing of other words.
[[nodiscard]] std::optional<dialect::Dialect> dialect_called(std::string_view name);

class RuleReader {
public:
  RuleReader(std::string path, std::string_view file, std::vector<RuleFileError>& errors)
      : path_(std::move(path)), file_(file), errors_(errors) {}

  /// What could be read; not to be used when errors were added.
  [[nodiscard]] Rule read(const YAML::Node& root);
  /// An error in the text of a part ("when", "let.need", "evidence.0.message").
  void report(const std::string& part, std::size_t offset, std::string message);
  /// An error at the key or value of a part, or at the start of the file.
  void report(const std::string& part, std::string message) { report(part, 0, std::move(message)); }

  [[nodiscard]] static std::vector<RuleKey> known_keys();

private:
  struct Text {
    std::size_t start = 0; ///< Offset in the file.
    std::string decoded;
  };
  using Handler = void (RuleReader::*)(const YAML::Node&, Rule&, const std::string& part);
  struct Key;
  static const std::vector<Key>& keys();

  void error_at(const YAML::Node& node, std::string message);
  void error_at_offset(std::size_t offset, std::string message);
  /// Calls `visit` for each entry of a map whose keys are unique scalars.
  using Visit = std::function<void(const YAML::Node& key, const YAML::Node& value)>;
  void each_entry(const YAML::Node& map, const std::string& what, const Visit& visit);
  [[nodiscard]] std::string text(const YAML::Node& node, const std::string& part);
  [[nodiscard]] std::vector<text::SharedText> texts(const YAML::Node& node, const std::string& part);
  void member(const std::string& key, const YAML::Node& value, const std::string& part,
              std::initializer_list<std::pair<std::string_view, text::SharedText*>> members);

  void read_fix(const YAML::Node& node, Rule& rule, const std::string& part);
  [[nodiscard]] std::vector<Fix> read_fixes(const YAML::Node& node, const std::string& part);
  void read_assumed(const YAML::Node& node, Rule& rule, const std::string& part);
  void read_parameters(const YAML::Node& node, Rule& rule, const std::string& part);
  [[nodiscard]] std::string literal(const YAML::Node& node);
  void read_equivalents(const YAML::Node& node, Rule& rule, const std::string& part);
  void read_let(const YAML::Node& node, Rule& rule, const std::string& part);
  void read_evidence(const YAML::Node& node, Rule& rule, const std::string& part);
  void read_examples(const YAML::Node& node, Rule& rule, const std::string& part);
  [[nodiscard]] Example read_example(const YAML::Node& node);
  void read_files(const YAML::Node& node, Example& example);
  void read_expected(const YAML::Node& node, Example& example);
  template <text::SharedText Rule::*Member>
  void read_text(const YAML::Node& node, Rule& rule, const std::string& part) {
    rule.*Member = text(node, part);
  }
  template <std::vector<text::SharedText> Rule::*Member>
  void read_texts(const YAML::Node& node, Rule& rule, const std::string& part) {
    rule.*Member = texts(node, part);
  }

  std::string path_;
  std::string_view file_;
  std::vector<RuleFileError>& errors_;
  std::map<std::string, Text> parts_;
};

} // namespace slsaudit::rules
