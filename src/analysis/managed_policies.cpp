// SPDX-License-Identifier: Apache-2.0
// Managed policies of AWS as rights. Rows: knowledge::ManagedPolicy.
#include "analysis/analyses.hpp"
#include "analysis/permissions.hpp"
#include "syntax/reader.hpp"

namespace slsaudit::analysis {
namespace {

/// A statement as a value without places: no author wrote it. As deep as the row is, which is ours.
value::Value to_value(const value::Factory& make, const syntax::Node& node) {
  if (node.is_sequence()) {
    std::vector<value::Value> items;
    for (const syntax::Entry& entry : node.children) items.push_back(to_value(make, *entry.value));
    return make.list(items, {});
  }
  if (!node.is_mapping()) return make.string(node.text, {});
  std::vector<value::Member> members;
  for (const syntax::Entry& entry : node.children)
    members.push_back({entry.key, to_value(make, *entry.value)});
  return make.map(members, {});
}

} // namespace

const std::vector<Right>* managed_rights(const Facts& facts, std::string_view name,
                                         std::map<std::string, std::vector<Right>>& cache) {
  const auto [entry, is_new] = cache.try_emplace(std::string(name));
  if (!is_new) return entry->second.empty() ? nullptr : &entry->second;
  const knowledge::ManagedPolicy* policy = facts.knowledge().managed_policy(name);
  if (policy == nullptr || policy->statements.empty()) return nullptr;
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document =
      syntax::read(sources, arena, "policy.json", std::string(policy->statements));
  if (document.root == nullptr || !document.root->is_sequence()) return nullptr;
  const value::Factory make(arena);
  for (const syntax::Entry& statement : document.root->children) {
    auto right = read_right(facts.system(), 0, to_value(make, *statement.value), {});
    if (!right) continue;
    right->held = Held::aws_managed;
    right->span = {};
    entry->second.push_back(std::move(*right));
  }
  return entry->second.empty() ? nullptr : &entry->second;
}

} // namespace slsaudit::analysis
