// SPDX-License-Identifier: Apache-2.0
// Table "grants": what each principal may do in effect, by kind of access and target.
//
// A grant on everything of a service is one row, however many resources of it the system has. Deny statements
// take away what they surely cover; those under a condition take nothing away.
#include "analysis/grants.hpp"
#include "analysis/permissions.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

namespace slsaudit::analysis {
namespace {

constexpr std::size_t shown_actions = 6;

enum class Scope : std::uint8_t { everything, service, resource, outside, unknown };
constexpr std::array<std::string_view, 5> scope_names{"everything", "service", "resource", "outside",
                                                      "unknown"};

/// What one row is about.
struct Key {
  Scope scope = Scope::unknown;
  std::string service;
  graph::NodeId node;
  std::string label; ///< Of what isn't declared here.
  int access = 0;    ///< Gravity.
  friend auto operator<=>(const Key&, const Key&) = default;
};

struct Cell {
  std::vector<std::string> actions; ///< Sorted and unique once all are there.
  std::vector<const Right*> rights;
  bool certain = false;
  bool open = false; ///< Some of it is under no narrowing condition.
  bool unknown_condition = false;
  bool conditional = true;
  bool part = true; ///< Never the whole resource: one prefix, one index.
};

std::string_view principal_kind(const graph::System& system, graph::NodeId node,
                                const std::map<graph::NodeId, std::string_view>& identities) {
  const auto found = identities.find(node);
  if (found != identities.end()) return found->second;
  const std::string& type = system.node(node).type;
  if (type == "AWS::IAM::User") return "user";
  return type == "AWS::IAM::Group" ? "group" : "role";
}

class Grants {
public:
  explicit Grants(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()),
        identities_(identity_roles(facts)) {}

  void report(const Schema& schema, Table& table) {
    for (const Principal& principal : permissions_.principals()) {
      recent_.clear();
      steps_.clear();
      cells_.clear();
      for (const Right& right : principal.rights) {
        if (right.allow) collect(principal, right);
      }
      for (auto& [key, cell] : cells_) {
        std::ranges::sort(cell.actions);
        cell.actions.erase(std::unique(cell.actions.begin(), cell.actions.end()), cell.actions.end());
        add(schema, table, principal, key, cell);
      }
    }
  }

private:
  void collect(const Principal& principal, const Right& right) {
    for (const std::string& pattern : right.actions) {
      for (const Covered& resource : right.resources) {
        if (!resource.known) {
          collect_expanded(principal, right, pattern, resource);
        } else if (is_everything(pattern) && resource.vague && resource.service.empty()) {
          collect_everything(principal, right, resource);
        } else if (is_everything(pattern)) {
          // Of all actions only those of its service mean anything on a resource.
          if (!resource.service.empty())
            collect_expanded(principal, right, resource.service + ":*", resource);
        } else {
          collect_expanded(principal, right, pattern, resource);
        }
      }
    }
  }

  static bool is_everything(std::string_view pattern) { return pattern == "*" || pattern == "*:*"; }

  void collect_everything(const Principal& principal, const Right& right, const Covered& resource) {
    if (permissions_.denied(principal, "*", resource)) return;
    constexpr int classes = 5;
    for (int access = 0; access < classes; ++access)
      note({Scope::everything, {}, {}, {}, access}, right, resource, "*", {});
  }

  void collect_expanded(const Principal& principal, const Right& right, const std::string& pattern,
                        const Covered& resource) {
    const std::vector<knowledge::Action>& actions = permissions_.expand(pattern);
    // Nothing is known of some services' actions, but all of them is surely more than reading.
    if (actions.empty() && pattern.ends_with(":*")) {
      const std::string_view service = service_of_action(pattern);
      if (!knowledge::knows_service(service))
        note_targets(principal, right, resource, pattern, service, gravity(knowledge::Access::write));
    }
    for (const knowledge::Action& action : actions) {
      const std::string whole = std::string(action.service) + ":" + std::string(action.name);
      if (excludes(right, whole)) continue;
      // `dynamodb:ListTables` on one table's ARN allows nothing.
      const bool needs_all = action.resource_level == knowledge::ResourceLevel::star_only;
      if (needs_all && resource.known && !resource.vague) continue;
      note_targets(principal, right, resource, whole, action.service, gravity(action.access));
    }
  }

  /// Of an action that one of its patterns has named.
  static bool excludes(const Right& right, const std::string& action) {
    return std::ranges::any_of(right.not_actions, [&](const std::string& pattern) {
      return knowledge::wildcard_match(pattern, action);
    });
  }

  void note_targets(const Principal& principal, const Right& right, const Covered& resource,
                    const std::string& action, std::string_view service, int access) {
    if (!acts_on_service(service, resource.service)) return;
    const std::string of(service);
    if (!resource.known) {
      note({Scope::unknown, of, {}, {}, access}, right, resource, action, {});
      return;
    }
    if (resource.nodes.empty() && permissions_.denied(principal, action, resource)) return;
    if (resource.vague) note({Scope::service, of, {}, {}, access}, right, resource, action, {});
    for (const graph::NodeId node : resource.nodes) {
      if (permissions_.denied(principal, action, node)) continue;
      note({Scope::resource, of, node, {}, access}, right, resource, action, node);
    }
    if (!resource.vague && resource.nodes.empty())
      note({Scope::outside, of, {}, resource.label, access}, right, resource, action, {});
  }

  void note(Key key, const Right& right, const Covered& resource, const std::string& action,
            graph::NodeId node) {
    Cell& cell = cell_of(std::move(key));
    cell.actions.push_back(action);
    if (cell.rights.empty() || cell.rights.back() != &right) cell.rights.push_back(&right);
    cell.certain = cell.certain || (resource.known && resource.sure);
    cell.open = cell.open || right.narrowed == false;
    cell.unknown_condition = cell.unknown_condition || !right.narrowed;
    cell.conditional = cell.conditional && right.conditional;
    if (!node.valid() || means_whole(system_, action, resource, node)) cell.part = false;
  }

  /// One pattern's actions mostly go to the few cells of one target.
  Cell& cell_of(Key key) {
    const auto recent = std::ranges::find_if(recent_, [&](const auto* entry) { return entry->first == key; });
    if (recent != recent_.end()) return (*recent)->second;
    auto& entry = *cells_.try_emplace(std::move(key)).first;
    constexpr std::size_t kept = 5; // classes of access
    if (recent_.size() == kept) recent_.erase(recent_.begin());
    recent_.push_back(&entry);
    return entry.second;
  }

  [[nodiscard]] std::string label(const Key& key) const {
    switch (key.scope) {
    case Scope::everything:
      return "everything";
    case Scope::service:
      return "all of " + quoted(key.service);
    case Scope::resource:
      return quoted(shown_name(system_.node(key.node)));
    case Scope::outside:
      return quoted(key.label);
    case Scope::unknown:
      break;
    }
    return "what is not known";
  }

  /// What Deny statements leave out of a wide grant, as written.
  [[nodiscard]] static std::vector<std::string> excepted(const Principal& principal, const Key& key,
                                                         const Cell& cell) {
    std::set<std::string> result;
    for (const Right* right : cell.rights)
      result.insert(right->not_actions.begin(), right->not_actions.end());
    for (const Right& right : principal.rights) {
      if (right.allow || key.scope == Scope::resource || key.scope == Scope::outside) continue;
      for (const std::string& action : right.actions) {
        const std::string_view service = service_of_action(action);
        if (key.scope == Scope::everything || service == key.service || service == "*") result.insert(action);
      }
    }
    return {result.begin(), result.end()};
  }

  void add(const Schema& schema, Table& table, const Principal& principal, const Key& key, const Cell& cell) {
    std::set<std::string> held;
    std::set<std::string> policies;
    std::vector<Step> steps;
    const value::Origin* assumption = nullptr;
    for (const Right* right : cell.rights) {
      held.emplace(name(right->held));
      if (!right->policy.empty()) policies.insert(right->policy);
      if (assumption == nullptr) assumption = right->assumption;
      steps.push_back({right->span, step_of(*right)});
    }
    const bool wide = key.scope == Scope::everything || key.scope == Scope::service;
    const std::vector<std::string> actions = first_of(cell.actions);
    const text::Span at =
        steps.front().span.valid() ? steps.front().span : id_span(system_.node(principal.node));
    add_row(table, schema,
            {{"principal", resource_cell(facts_, principal.node)},
             {"kind", principal_kind(system_, principal.node, identities_)},
             {"holders", resource_list(facts_, holders_of(system_, principal.node))},
             {"access", access_cell(key.access).assuming(assumption)},
             {"scope", scope_names[static_cast<std::size_t>(key.scope)]},
             {"target", resource_cell(facts_, key.node)},
             {"label", label(key)},
             {"target_type", key.node.valid() ? cel::Value(system_.node(key.node).type) : cel::Value()},
             {"service", key.service.empty() ? cel::Value() : cel::Value(key.service)},
             {"actions", string_list(actions)},
             {"action_count", key.scope == Scope::everything
                                  ? cel::Value()
                                  : cel::Value(static_cast<std::int64_t>(cell.actions.size()))},
             {"except", string_list(excepted(principal, key, cell))},
             {"wide", cel::Value(wide).assuming(assumption)},
             {"part", cell.part},
             {"basis", string_list({held.begin(), held.end()})},
             {"policies", string_list({policies.begin(), policies.end()})},
             {"narrowed", narrowed(cell)},
             {"conditional", cell.conditional},
             {"bounded", principal.bounded},
             {"certain", cell.certain},
             {"complete", principal.unknown.empty()}},
            at, std::move(steps));
  }

  static cel::Value narrowed(const Cell& cell) {
    if (cell.open) return false;
    if (cell.unknown_condition)
      return cel::Value::unknown("a part of the statement's Condition is not known");
    return true;
  }

  static std::vector<std::string> first_of(const std::vector<std::string>& actions) {
    const std::size_t count = std::min(actions.size(), shown_actions);
    return {actions.begin(), actions.begin() + static_cast<std::ptrdiff_t>(count)};
  }

  /// One right is a step of many rows.
  const std::string& step_of(const Right& right) {
    const auto [step, is_new] = steps_.try_emplace(&right);
    if (is_new) step->second = step_text(right);
    return step->second;
  }

  static std::string step_text(const Right& right) {
    std::string text = right.policy.empty() ? "allows " : "policy " + quoted(right.policy) + " allows ";
    for (std::size_t i = 0; i < right.actions.size() && i < 3; ++i)
      text += (i == 0 ? "" : ", ") + quoted(right.actions[i]);
    if (right.actions.size() > 3) text += " and " + std::to_string(right.actions.size() - 3) + " more";
    if (right.resources.empty()) return text;
    text += " on " + quoted(right.resources.front().label);
    if (right.resources.size() > 1) text += " and " + std::to_string(right.resources.size() - 1) + " more";
    return right.conditional ? text + ", under a condition" : text;
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  std::map<graph::NodeId, std::string_view> identities_;
  std::map<Key, Cell> cells_;
  std::unordered_map<const Right*, std::string> steps_; ///< Only looked up.
  std::vector<std::pair<const Key, Cell>*> recent_;     ///< Of cells_, the last ones that were looked for.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Grants(facts).report(schema, table);
}

} // namespace

const Analysis& grant_analysis() {
  static const Analysis analysis{
      {"grants",
       "What each role, user and group may do in effect: policies of its own, attached and managed ones, "
       "resource policies that name it, boundaries and denials taken into account; the proof lists the "
       "statements. A "
       "denial counts where it surely covers, never under a condition",
       {
           {"principal", "resource", "", "the role, user or group"},
           {"kind", "string", "",
            "`role`, `user`, `group`; `guest` or `authenticated` of an identity pool's roles"},
           {"holders", "list", "", "compute that assumes the role"},
           {"access", "string", "", "`list`, `read`, `tagging`, `write` or `permissions`"},
           {"scope", "string", "",
            "`everything`, `service` (all of one service), `resource` (of this system), `outside` (named, "
            "but "
            "declared nowhere here) or `unknown`"},
           {"target", "resource", "", "of the scope `resource`; else null"},
           {"label", "string", "", "the target in words, for messages"},
           {"target_type", "string", "", "of the target; null without one"},
           {"service", "string", "", "whose actions they are; null for everything"},
           {"actions", "list", "", "examples, sorted; at most 6"},
           {"action_count", "int", "actions", "how many; null for everything"},
           {"except", "list", "",
            "actions that NotAction leaves out or a Deny names, of wide grants: what may be missing"},
           {"wide", "bool", "", "all of a service, or everything"},
           {"part", "bool", "", "only a part of the target: a prefix of keys, an index"},
           {"basis", "list", "",
            "`inline`, `managed` (a policy of the templates), `aws_managed`, `generated` (a SAM policy "
            "template, a connector, the framework's defaults) and `resource_policy`"},
           {"policies", "list", "", "names of the policies, as far as they have one"},
           {"narrowed", "bool", "", "every statement that allows it has a condition that pins the resource"},
           {"conditional", "bool", "", "every statement that allows it has a condition"},
           {"bounded", "bool", "", "a permissions boundary is taken into account"},
           {"certain", "bool", "",
            "false where only an alternative that a condition selects names the target"},
           {"complete", "bool", "", "every policy of the principal is in sight, so that it may do no more"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
