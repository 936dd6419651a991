// SPDX-License-Identifier: Apache-2.0
// Under which keys objects are written.
#include "graph/keys.hpp"

#include "knowledge/iam.hpp"

#include <algorithm>
#include <optional>

namespace slsaudit::graph {

namespace {

/// The items of a list, or the one that stands in its place.
std::vector<value::Value> items_of(const value::Value& value) {
  if (value.is_list()) return {value.items().begin(), value.items().end()};
  return value.is_present() ? std::vector<value::Value>{value} : std::vector<value::Value>{};
}

bool is_text(const value::Value& value) {
  return value.is(value::Kind::string) || value.is(value::Kind::symbolic);
}

/// The key pattern of an ARN of objects in a bucket: the text after "${Bucket}/" or "arn:aws:s3:::name/",
/// with `*` for what isn't literal. Nothing when the ARN is of the bucket itself, or of another.
std::optional<std::string> key_pattern(const System& system, std::size_t template_index,
                                       const value::Value& resource, NodeId bucket) {
  std::string text(resource.as_string().value_or(""));
  if (text.empty()) {
    for (const value::Part& part : resource.parts()) text += part.is_reference ? "*" : part.literal;
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string_view name = std::string_view(text).substr(text.find_last_of(':', slash) + 1);
  const bool many =
      resource.as_string() && name.substr(0, name.find('/')).find('*') != std::string_view::npos;
  if (!many && resolve(system, template_index, resource) != bucket) return std::nullopt;
  return text.substr(slash + 1);
}

KeyRange range_of(std::string_view pattern) {
  const std::size_t first = pattern.find_first_of("*?");
  if (first == std::string_view::npos) return {std::string(pattern), std::string(pattern)};
  const std::size_t last = pattern.find_last_of("*?");
  return {std::string(pattern.substr(0, first)), std::string(pattern.substr(last + 1))};
}

bool allows_put(const Statement& statement) {
  const std::vector<value::Value> actions = items_of(statement.value.get("Action"));
  return std::ranges::any_of(actions, [](const value::Value& item) {
    const auto pattern = item.as_string();
    return pattern && knowledge::wildcard_match(*pattern, "s3:PutObject");
  });
}

NodeId role_of(const System& system, NodeId compute) {
  for (const EdgeId id : system.outgoing[compute.index()]) {
    if (system.edge(id).kind == EdgeKind::assumes) return system.edge(id).to;
  }
  return {};
}

std::vector<KeyRange> granted_keys(const System& system, NodeId writer, NodeId bucket) {
  std::vector<KeyRange> ranges;
  const NodeId role = role_of(system, writer);
  if (!role.valid()) return ranges;
  // Statements stand in the role's template, so that is where their references lead.
  const std::size_t template_index = system.node(role).template_index;
  for (const Statement& statement : system.statements) {
    if (statement.role != role || !statement.allow || !allows_put(statement)) continue;
    for (const value::Value& resource : items_of(statement.value.get("Resource"))) {
      if (!is_text(resource) || resource.as_string() == "*") return {};
      const auto pattern = key_pattern(system, template_index, resource, bucket);
      if (pattern) ranges.push_back(range_of(*pattern));
    }
  }
  return ranges;
}

/// What a delivery stream or a state writes: its literal start, up to what is filled in as it runs.
std::optional<KeyRange> declared_keys(const value::Value& settings) {
  for (const std::string_view path : {"Prefix", "ResultWriter.Parameters.Prefix", "Parameters.Key"}) {
    const auto known = settings.at(path).as_string();
    if (!known) continue;
    const std::size_t filled = known->find_first_of("!{%");
    const bool whole = path == "Parameters.Key" && filled == std::string_view::npos;
    return KeyRange{std::string(known->substr(0, filled)), whole ? std::string(*known) : std::string()};
  }
  return std::nullopt;
}

} // namespace

std::vector<KeyRange> written_keys(const System& system, const Edge& edge) {
  std::vector<KeyRange> ranges;
  for (const value::Value& settings : each_of(edge.settings)) {
    const auto range = declared_keys(settings);
    if (!range) return granted_keys(system, edge.from, edge.to);
    ranges.push_back(*range);
  }
  return ranges.empty() ? granted_keys(system, edge.from, edge.to) : ranges;
}

KeyRange filter_range(const value::Value& filter) {
  KeyRange range;
  const value::Value rules = filter.at("S3Key.Rules");
  for (const value::Value& rule : rules.items()) {
    const std::string_view name = rule.get("Name").as_string().value_or("");
    const std::string text(rule.get("Value").as_string().value_or(""));
    if (name == "prefix" || name == "Prefix") range.prefix = text;
    if (name == "suffix" || name == "Suffix") range.suffix = text;
  }
  return range;
}

bool disjoint(const KeyRange& left, const KeyRange& right) {
  const bool prefixes = left.prefix.starts_with(right.prefix) || right.prefix.starts_with(left.prefix);
  const bool suffixes = left.suffix.ends_with(right.suffix) || right.suffix.ends_with(left.suffix);
  return !prefixes || !suffixes;
}

bool within(const KeyRange& inner, const KeyRange& outer) {
  return inner.prefix.starts_with(outer.prefix) && inner.suffix.ends_with(outer.suffix);
}

bool only_deletes(const System& system, const Edge& edge) {
  const bool granted = std::ranges::all_of(
      edge.evidence, [](const Evidence& evidence) { return evidence.basis == Basis::granted; });
  const NodeId role = role_of(system, edge.from);
  if (!granted || edge.evidence.empty() || !role.valid()) return false;
  return std::ranges::none_of(system.statements, [&](const Statement& statement) {
    return statement.role == role && statement.allow && allows_put(statement);
  });
}

} // namespace slsaudit::graph
