// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/condition.hpp"

#include "dialect/serverless/expression.hpp"

#include <algorithm>
#include <string>

namespace slsaudit::dialect::serverless {

namespace {

std::optional<bool> is_met(const Node* condition) {
  const auto text = known_text(condition);
  return text ? holds(*text) : std::nullopt;
}

void tell_unknown(Service& service, std::string_view plugin, const Node& condition, std::string_view what) {
  service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                  "whether " + std::string(what) + " is not known: `" + std::string(plugin) +
                      "` decides by a condition that is not evaluated",
                  condition.span, "everything is audited as if the plugin changed nothing");
}

/// Whether one of the plugins takes the function away.
bool is_removed(Service& service, const syntax::Entry& function) {
  const Node* enabled = dig(function.value, {"enabled"});
  if (enabled == nullptr) return false;
  if (service.has_plugin("serverless-disable-functions") && known_text(enabled) && !is_set(enabled))
    return true;
  constexpr std::string_view conditional = "serverless-plugin-conditional-functions";
  const bool unset = known_text(enabled) && !is_set(enabled); // the plugin passes it over
  if (!service.has_plugin(conditional) || unset) return false;
  const auto result = is_met(enabled);
  if (!result)
    tell_unknown(service, conditional, *enabled, "the function `" + std::string(function.key) + "` exists");
  return result == false;
}

/// Functions may stand in a mapping or in a list of mappings.
const Node* kept_functions(Service& service, const Node* functions) {
  std::vector<syntax::Entry> entries;
  for (syntax::Entry entry : functions->children) {
    if (functions->is_sequence() && entry.value->is_mapping())
      entry.value = kept_functions(service, entry.value);
    if (functions->is_sequence() || !is_removed(service, entry)) entries.push_back(entry);
  }
  Node copy = *functions;
  copy.children = service.make.builder().arena().copy(entries);
  return service.make.builder().arena().make<Node>(copy);
}

/// The tree with another value at the path, or without what is there where `value` is null. A path into
/// nothing changes nothing.
// Recursion ends with the path, whose steps the tree must have: a list of mappings adds one level to a step.
const Node* changed(const Make& make, const Node* node, std::string_view path, const Node* value) {
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  if (node == nullptr) return node;
  if (node->is_sequence()) { // of mappings, which the framework makes one
    std::vector<const Node*> items;
    for (const syntax::Entry& item : node->children) {
      const bool here = item.value->is_mapping() && item.value->find(key) != nullptr;
      items.push_back(here ? changed(make, item.value, path, value) : item.value);
    }
    return make.builder().sequence(items, node->span);
  }
  if (!node->is_mapping()) return node;
  std::vector<syntax::Entry> entries;
  bool found = false;
  for (syntax::Entry entry : node->children) {
    const bool here = entry.key == key;
    found = found || here;
    if (here && dot == path.npos) {
      if (value == nullptr) continue;
      entry.value = value;
    } else if (here) {
      entry.value = changed(make, entry.value, path.substr(dot + 1), value);
    }
    entries.push_back(entry);
  }
  if (!found && dot == path.npos && value != nullptr)
    entries.push_back(make.builder().entry(key, value, value->span));
  return make.builder().mapping(entries, node->span);
}

const Node* exclude(const Make& make, const Node* root, const Node* paths) {
  if (paths == nullptr) return root;
  const auto one = known_text(paths);
  if (one && one->find('.') != one->npos) root = changed(make, root, *one, nullptr);
  for (const syntax::Entry& item : paths->children) {
    const auto path = known_text(item.value);
    if (path && path->find('.') != path->npos) root = changed(make, root, *path, nullptr);
  }
  return root;
}

const Node* set(const Make& make, const Node* root, const Node* values) {
  if (values == nullptr || !values->is_mapping()) return root;
  for (const syntax::Entry& entry : values->children) {
    if (entry.key.find('.') != entry.key.npos) root = changed(make, root, entry.key, entry.value);
  }
  return root;
}

const Node* run_if_else(Service& service, const Node* root, const Node& item) {
  constexpr std::string_view plugin = "serverless-plugin-ifelse";
  if (const Node* condition = dig(&item, {"If"})) {
    const auto result = is_met(condition);
    if (!result) {
      tell_unknown(service, plugin, *condition, "parts of the service are left out or replaced");
    } else {
      root = set(service.make, root, dig(&item, {*result ? "Set" : "ElseSet"}));
      root = exclude(service.make, root, dig(&item, {*result ? "Exclude" : "ElseExclude"}));
    }
  }
  const Node* single = dig(&item, {"ExcludeIf"});
  if (single == nullptr || !single->is_mapping()) return root;
  for (const syntax::Entry& entry : single->children) {
    const auto result = is_met(entry.value);
    if (!result) tell_unknown(service, plugin, *entry.value, "`" + std::string(entry.key) + "` exists");
    if (result == true && entry.key.find('.') != entry.key.npos)
      root = changed(service.make, root, entry.key, nullptr);
  }
  return root;
}

} // namespace

const Node* apply_conditions(Service& service) {
  const Node* root = service.root;
  if (service.has_plugin("serverless-plugin-ifelse")) {
    const Node* items = dig(root, {"custom", "serverlessIfElse"});
    if (items != nullptr && items->kind == syntax::NodeKind::unknown)
      tell_unknown(service, "serverless-plugin-ifelse", *items,
                   "parts of the service are left out or replaced");
    if (items != nullptr)
      for (const syntax::Entry& item : items->children) root = run_if_else(service, root, *item.value);
  }
  const Node* functions = dig(root, {"functions"});
  const bool conditional = service.has_plugin("serverless-plugin-conditional-functions") ||
                           service.has_plugin("serverless-disable-functions");
  if (!conditional || functions == nullptr) return root;
  if (!functions->is_mapping() && !functions->is_sequence()) return root;
  const Node* kept = kept_functions(service, functions);
  return changed(service.make, root, "functions", kept);
}

} // namespace slsaudit::dialect::serverless
