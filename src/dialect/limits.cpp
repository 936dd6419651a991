// SPDX-License-Identifier: Apache-2.0
#include "dialect/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::dialect {

namespace {

/// Values are small enough that sums and products of a few of them don't overflow.
constexpr std::size_t largest = 2'000'000'000;
/// Trees are walked by recursion: deeper ones than this would run out of stack.
constexpr std::size_t deepest = 1'000;

constexpr std::array<LimitName, 14> names{{
    {"depth", &Limits::max_depth, "levels of a file's lists and mappings within each other"},
    {"expansion", &Limits::max_expansion, "values of a file with its aliases and variables written out"},
    {"file-size", &Limits::max_bytes, "bytes of a file"},
    {"files", &Limits::max_files, "files that are looked at"},
    {"includes", &Limits::max_includes, "files that one template takes in"},
    {"loop-entries", &Limits::max_loop_entries, "entries that the Fn::ForEach of a template make"},
    {"loop-nodes", &Limits::max_loop_nodes, "values that the Fn::ForEach of a template make"},
    {"nested-stacks", &Limits::max_nested_stacks, "nested stacks of all templates"},
    {"nodes", &Limits::max_nodes, "values of a file"},
    {"output", &Limits::max_output, "bytes of a report"},
    {"resources", &Limits::max_resources, "resources of a template"},
    {"stack-depth", &Limits::max_stack_depth, "stacks within each other"},
    {"text", &Limits::max_text, "bytes of a text that variables are put into"},
    {"variable-depth", &Limits::max_variable_depth, "variables that lead from one to the next"},
}};

constexpr bool is_depth(std::string_view name) {
  return name == "depth" || name == "stack-depth" || name == "variable-depth";
}

} // namespace

std::span<const LimitName> limit_names() {
  return names;
}

std::string set_limit(Limits& limits, std::string_view text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view name = text.substr(0, equals);
  const auto* const row = std::ranges::find(names, name, &LimitName::name);
  if (row == names.end()) {
    std::string known;
    for (const LimitName& one : names) (known += known.empty() ? "" : ", ") += one.name;
    return "there is no limit `" + std::string(name) + "`; there are " + known;
  }
  const std::string_view digits = text.substr(std::min(equals + 1, text.size()));
  const std::size_t most = is_depth(name) ? deepest : largest;
  std::size_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || value < 1 || value > most) {
    return "the limit `" + std::string(name) + "` is a number from 1 to " + std::to_string(most) + ", not `" +
           std::string(digits) + "`";
  }
  limits.*row->value = value;
  return {};
}

} // namespace slsaudit::dialect
