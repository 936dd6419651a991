// SPDX-License-Identifier: Apache-2.0
// What a state machine's role may do: read off its definition, as serverless-step-functions does.
#include "dialect/print.hpp"
#include "dialect/serverless/step_functions.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

void add_map(const Make& at, const Node* state, const Node* name, Permissions& to) {
  const Node* mode = dig(state, {"ItemProcessor", "ProcessorConfig", "Mode"});
  if (known_text(mode) == "DISTRIBUTED") add_executions(at.at(mode->span), name, to);
  add_task(at, dig(state, {"ItemReader"}), to);
  add_task(at, dig(state, {"ResultWriter"}), to);
}

// Recursion follows the nesting of a tree that the resolver has bounded.
void add_states(const Make& at, const Node* scope, const Node* name, Permissions& to) {
  const Node* states = is_unknown(scope) ? scope : dig(scope, {"States"});
  if (is_unknown(states)) to.unknown.push_back(states);
  if (states == nullptr || !states->is_mapping()) return;
  for (const syntax::Entry& entry : states->children) {
    const Node* state = entry.value;
    if (is_unknown(state)) to.unknown.push_back(state);
    const auto type = known_text(dig(state, {"Type"}));
    if (type == "Task") add_task(at, state, to);
    if (type == "Parallel") {
      const Node* branches = dig(state, {"Branches"});
      if (is_unknown(branches)) to.unknown.push_back(branches);
      if (branches == nullptr) continue;
      for (const syntax::Entry& branch : branches->children) add_states(at, branch.value, name, to);
    }
    if (type == "Map") {
      const Node* processor = dig(state, {"ItemProcessor"});
      add_states(at, processor != nullptr ? processor : dig(state, {"Iterator"}), name, to);
      add_map(at, state, name, to);
    }
  }
}

void add_settings(const Make& at, const Node* machine, Permissions& to) {
  if (const Node* logging = dig(machine, {"loggingConfig"})) {
    to.known.push_back({"logs:CreateLogDelivery,logs:GetLogDelivery,logs:UpdateLogDelivery,"
                        "logs:DeleteLogDelivery,logs:ListLogDeliveries,logs:PutResourcePolicy,"
                        "logs:DescribeResourcePolicies,logs:DescribeLogGroups",
                        {at.at(logging->span).text("*")}});
  }
  if (const Node* tracing = dig(machine, {"tracingConfig"})) {
    to.known.push_back({"xray:PutTraceSegments,xray:PutTelemetryRecords,xray:GetSamplingRules,"
                        "xray:GetSamplingTargets",
                        {at.at(tracing->span).text("*")}});
  }
  if (const Node* keys = dig(machine, {"kmsKeyArns"}); keys != nullptr && !keys->children.empty()) {
    Permission permission{"kms:Decrypt,kms:Encrypt,kms:ReEncrypt*,kms:GenerateDataKey*,kms:DescribeKey", {}};
    for (const syntax::Entry& item : keys->children) permission.resources.push_back(item.value);
    to.known.push_back(std::move(permission));
  }
  if (const Node* key = dig(machine, {"encryptionConfig", "KmsKeyId"}))
    to.known.push_back({"kms:Decrypt,kms:Encrypt", {known_text(key) ? at.sub(key->text) : key}});
}

/// A group of permissions on its way into one statement.
struct Merged {
  std::vector<std::string_view> actions;
  std::vector<const Node*> resources;
  std::string key; ///< The resources as text.
};

bool is_any(const Node* resource) {
  return known_text(resource) == "*";
}

/// As the plugin does: one statement for each set of actions, then one for each set of resources.
std::vector<Merged> consolidated(const std::vector<Permission>& permissions) {
  std::vector<std::pair<std::string_view, Merged>> by_actions;
  for (const Permission& permission : permissions) {
    auto it = std::find_if(by_actions.begin(), by_actions.end(),
                           [&](const auto& row) { return row.first == permission.actions; });
    if (it == by_actions.end()) it = by_actions.insert(it, {permission.actions, {}});
    for (const Node* resource : permission.resources) {
      const std::string shown = to_json(*resource) + "\n";
      if (it->second.key.find(shown) != std::string::npos) continue;
      it->second.key += shown;
      it->second.resources.push_back(resource);
    }
  }
  std::vector<Merged> merged;
  for (auto& [joined, grouped] : by_actions) {
    const std::string_view actions = joined;
    Merged& row = grouped;
    const auto any = std::find_if(row.resources.begin(), row.resources.end(), is_any);
    if (any != row.resources.end()) {
      row.resources = {*any};
      row.key = "*";
    }
    auto it =
        std::find_if(merged.begin(), merged.end(), [&](const Merged& other) { return other.key == row.key; });
    if (it == merged.end()) it = merged.insert(it, row);
    for (std::string_view rest = actions; !rest.empty();) {
      const std::string_view action = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), action.size() + 1));
      if (std::find(it->actions.begin(), it->actions.end(), action) == it->actions.end())
        it->actions.push_back(action);
    }
  }
  return merged;
}

} // namespace

const Node* machine_statements(const Make& at, const Node* machine, const Node* definition,
                               const Node* name) {
  Permissions found;
  // Of a definition in one text the plugin reads nothing.
  if (definition == nullptr || !definition->is_scalar()) add_states(at, definition, name, found);
  add_settings(at, machine, found);
  std::vector<const Node*> statements;
  for (const Merged& row : consolidated(found.known)) {
    const Make here = at.at(row.resources.front()->span);
    const Node* resource = is_any(row.resources.front()) ? here.text("*") : here.list(row.resources);
    statements.push_back(here.map({{"Effect", here.text("Allow"), {}},
                                   {"Action", here.texts(row.actions), {}},
                                   {"Resource", resource, {}}}));
  }
  const Node* own = dig(machine, {"iamRoleStatements"});
  if (is_unknown(own)) statements.push_back(own);
  if (own != nullptr && own->is_sequence())
    for (const syntax::Entry& item : own->children) statements.push_back(item.value);
  statements.insert(statements.end(), found.unknown.begin(), found.unknown.end());
  if (statements.empty()) {
    statements.push_back(at.map(
        {{"Effect", at.text("Deny"), {}}, {"Action", at.text("*"), {}}, {"Resource", at.text("*"), {}}}));
  }
  return at.list(statements);
}

} // namespace slsaudit::dialect::serverless
