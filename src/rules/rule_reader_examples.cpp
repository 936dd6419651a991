// SPDX-License-Identifier: Apache-2.0
// The examples of a rule file.
#include "rules/rule_reader.hpp"

#include <algorithm>
#include <charconv>

namespace slsaudit::rules {
namespace {

std::optional<int> positive(const std::string& text) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

} // namespace

void RuleReader::read_examples(const YAML::Node& node, Rule& rule, const std::string&) {
  if (!node.IsSequence()) return error_at(node, "`examples` must be a list");
  for (const auto& item : node) rule.examples.push_back(read_example(item));
}

Example RuleReader::read_example(const YAML::Node& node) {
  Example example;
  bool expects = false;
  each_entry(node, "an example", [&](const YAML::Node& key, const YAML::Node& value) {
    const std::string& name = key.Scalar();
    if (const auto dialect = dialect_called(name)) {
      if (!example.text.empty()) error_at(key, "an example has one template");
      example.dialect = *dialect;
      example.text = text(value, "examples." + name);
      return;
    }
    if (name == "name") {
      example.name = text(value, "examples.name");
    } else if (name == "kind") {
      example.kind = text(value, "examples.kind");
    } else if (name == "expect") {
      expects = true;
      read_expected(value, example);
    } else if (name == "files") {
      read_files(value, example);
    } else {
      error_at(key, "an example has no key `" + name + "`");
    }
  });
  if (example.name.empty() || example.text.empty() || !expects) {
    error_at(node, "an example needs `name`, `expect` and a template under its dialect");
  }
  if (example.kind.empty()) example.kind = example.expect.empty() ? "passing" : "failing";
  const bool known = example.kind == "failing" || example.kind == "passing" || example.kind == "unknown";
  if (!known) error_at(node, "an example's `kind` is `failing`, `passing` or `unknown`");
  if (known && (example.kind == "failing") == example.expect.empty()) {
    error_at(node, "a failing example expects findings, any other expects none");
  }
  for (const ExpectedFinding& expected : example.expect) {
    const bool is_there = expected.file.empty() || std::ranges::any_of(example.files, [&](const auto& file) {
                            return file.first == expected.file;
                          });
    if (!is_there) error_at(node, "the example has no file `" + expected.file + "`");
  }
  return example;
}

void RuleReader::read_files(const YAML::Node& node, Example& example) {
  each_entry(node, "`files`", [&](const YAML::Node& key, const YAML::Node& value) {
    const std::string path = text::normalize_path(key.Scalar());
    if (path != key.Scalar() || path.starts_with("/") || path.starts_with(".."))
      return error_at(key, "`" + key.Scalar() + "` is no path below the example's folder");
    example.files.emplace_back(path, text(value, "examples.files"));
  });
}

void RuleReader::read_expected(const YAML::Node& node, Example& example) {
  if (!node.IsSequence()) return error_at(node, "`expect` must be a list");
  for (const auto& item : node) {
    ExpectedFinding expected;
    each_entry(item, "an item of `expect`", [&](const YAML::Node& key, const YAML::Node& value) {
      const std::string written = text(value, "examples.expect");
      if (key.Scalar() == "line" || key.Scalar() == "column") {
        const auto number = positive(written);
        if (!number) return error_at(value, "`" + key.Scalar() + "` must be a number from 1");
        (key.Scalar() == "line" ? expected.line : expected.column) = *number;
      } else if (key.Scalar() == "file") {
        expected.file = written;
      } else if (key.Scalar() == "severity") {
        expected.severity = severity_from(written);
        if (!expected.severity) error_at(value, "there is no severity `" + written + "`");
      } else {
        error_at(key, "an item of `expect` has no key `" + key.Scalar() + "`");
      }
    });
    if (expected.line == 0) error_at(item, "an item of `expect` needs `line`");
    example.expect.push_back(expected);
  }
}

} // namespace slsaudit::rules
