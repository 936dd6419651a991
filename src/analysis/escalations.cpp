// SPDX-License-Identifier: Apache-2.0
// Table "escalations": combinations of rights by which a principal gains rights that nobody gave it.
//
// Every action of a combination must be allowed. What a right may act on decides how far it goes: passing any
// role, or writing any policy, is an escalation whatever the system holds; a right on one named role or
// function is one only as far as that one may do more than the principal itself.
#include "analysis/grants.hpp"
#include "analysis/permissions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

namespace slsaudit::analysis {
namespace {

/// How far a right reaches, the farthest last.
enum class Reach : std::uint8_t { none, own, named, pattern, any };
constexpr std::array<std::string_view, 5> reach_names{"none", "own", "named", "pattern", "any"};

/// The most telling kinds first.
constexpr std::array<std::string_view, 6> kinds{"self",          "principal",       "new-pass-role",
                                                "existing-role", "resource-policy", "data-access"};

/// Services whose principal is called otherwise than their actions.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> principals_of_services{{
    {"ecs", "ecs-tasks.amazonaws.com"},
    {"cognito-idp", "cognito-identity.amazonaws.com"},
    {"cognito-identity", "cognito-identity.amazonaws.com"},
    {"apigateway", "apigateway.amazonaws.com"},
}};

/// Of one principal: who may do everything has every combination there is.
constexpr std::size_t most_rows = 8;

/// Services whose actions give rights inside an application or on its data, not on the account.
constexpr std::array<std::string_view, 3> inner_services{"apigateway", "cognito-idp", "rds"};

struct Part {
  std::string_view action;
  Hold hold;
  Reach reach = Reach::none;
  bool sure = false; ///< No condition, nothing that isn't known.
};

/// A row, and what is asked of it for each principal.
struct Combination {
  const knowledge::Escalation* row = nullptr;
  std::vector<std::size_t> actions; ///< Numbers of the row's.
  bool account = false;             ///< See gains_account_rights.
  std::ptrdiff_t kind_rank = 0;
};

/// What several rows name, once.
struct KnownAction {
  std::string_view name;
  std::size_t service = 0; ///< Its number.
};

struct Found {
  const Combination* combination = nullptr;
  const knowledge::Escalation* row = nullptr;
  std::vector<Part> parts;
  Reach reach = Reach::any; ///< The nearest of its parts'.
  bool certain = false;
  bool assumed = false;
};

/// Whether what is gained are rights on the account.
bool gains_account_rights(const knowledge::Escalation& row) {
  if (row.kind == "resource-policy" || row.kind == "data-access") return false;
  return !std::all_of(row.actions.begin(), row.actions.end(), [](std::string_view action) {
    return std::find(inner_services.begin(), inner_services.end(), service_of_action(action)) !=
           inner_services.end();
  });
}

bool is_passing(std::string_view action) {
  return action == "iam:PassRole";
}

std::ptrdiff_t kind_rank(std::string_view kind) {
  return std::find(kinds.begin(), kinds.end(), kind) - kinds.begin();
}

class Escalations {
public:
  explicit Escalations(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()) {
    for (const knowledge::Escalation& row : facts.knowledge().escalations()) {
      Combination made{&row, {}, gains_account_rights(row), kind_rank(row.kind)};
      for (const std::string_view action : row.actions) made.actions.push_back(number_of(action));
      combinations_.push_back(std::move(made));
    }
  }

  void report(const Schema& schema, Table& table) {
    for (const Principal& principal : permissions_.principals()) {
      std::vector<Found> found = find(principal);
      std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        const auto key = [](const Found& f) {
          return std::tuple(!f.certain, !f.combination->account, !f.row->origin.verified,
                            f.combination->kind_rank, f.parts.size(), f.row->id);
        };
        return key(a) < key(b);
      });
      const std::vector<std::string> decisive = decisive_of(found);
      for (std::size_t i = 0; i < std::min(found.size(), most_rows); ++i)
        add(schema, table, principal, found, i, decisive);
    }
  }

private:
  std::vector<Found> find(const Principal& principal) const {
    std::vector<Found> result;
    const std::vector<bool> has = services_of(principal);
    std::vector<std::optional<std::vector<Hold>>> holds(actions_.size()); // rows share most of their actions
    for (const Combination& combination : combinations_) {
      if (!std::ranges::all_of(combination.actions,
                               [&](std::size_t action) { return has[actions_[action].service]; }))
        continue;
      const knowledge::Escalation& row = *combination.row;
      Found found;
      found.combination = &combination;
      found.row = &row;
      bool all = !row.actions.empty();
      for (const std::size_t number : combination.actions) {
        const std::string_view action = actions_[number].name;
        if (!holds[number]) holds[number] = permissions_.holds(principal, action);
        Part part = best(principal, row, action, *holds[number]);
        if (part.reach == Reach::none) {
          all = false;
          break;
        }
        found.reach = std::min(found.reach, part.reach);
        found.parts.push_back(std::move(part));
      }
      if (!all || !gains(principal, found)) continue;
      const bool sure =
          std::all_of(found.parts.begin(), found.parts.end(), [](const Part& p) { return p.sure; });
      found.certain = sure && found.reach >= Reach::pattern && principal_is_sure(principal);
      result.push_back(std::move(found));
    }
    return result;
  }

  std::size_t number_of(std::string_view action) {
    const auto known = std::ranges::find(actions_, action, &KnownAction::name);
    if (known != actions_.end()) return static_cast<std::size_t>(known - actions_.begin());
    const std::string_view name = service_of_action(action);
    const auto service = std::ranges::find(services_, name);
    actions_.push_back({action, static_cast<std::size_t>(service - services_.begin())});
    if (service == services_.end()) services_.push_back(name);
    return actions_.size() - 1;
  }

  /// Of whose actions the principal has any, by number: most combinations need a service that it has nothing
  /// of.
  [[nodiscard]] std::vector<bool> services_of(const Principal& principal) const {
    std::vector<std::string_view> services; // One that is empty stands for all.
    for (const Right& right : principal.rights) {
      if (!right.allow) continue;
      for (const std::string& pattern : right.actions) {
        const bool whole = pattern.find(':') != std::string::npos;
        std::string_view service = whole ? service_of_action(pattern) : std::string_view();
        if (service.find_first_of("*?") != std::string_view::npos) service = {};
        if (std::ranges::find(services, service) == services.end()) services.push_back(service);
      }
    }
    std::vector<bool> has;
    for (const std::string_view service : services_) has.push_back(is_among(services, service));
    return has;
  }

  /// As patterns match actions: whatever the case of letters.
  static bool is_among(const std::vector<std::string_view>& services, std::string_view service) {
    return std::ranges::any_of(services, [&](std::string_view one) {
      return one.empty() || (one.size() == service.size() && knowledge::wildcard_match(one, service));
    });
  }

  /// A boundary that isn't known may take everything away.
  [[nodiscard]] static bool principal_is_sure(const Principal& principal) {
    return std::none_of(principal.unknown.begin(), principal.unknown.end(), [](const std::string& reason) {
      return reason.find("boundary") != std::string::npos;
    });
  }

  [[nodiscard]] Part best(const Principal& principal, const knowledge::Escalation& row,
                          std::string_view action, const std::vector<Hold>& holds) const {
    Part best;
    best.action = action;
    for (const Hold& hold : holds) {
      if (is_passing(action) && !passes_to(*hold.right, row)) continue;
      const Reach reach = reach_of_hold(principal, hold);
      const bool sure = is_sure(action, hold);
      if (std::tuple(sure, reach) <= std::tuple(best.sure, best.reach) && best.reach != Reach::none) continue;
      best.hold = hold;
      best.reach = reach;
      best.sure = sure;
    }
    return best;
  }

  /// Whether the condition lets a role be passed to a service that the combination uses.
  [[nodiscard]] static bool passes_to(const Right& right, const knowledge::Escalation& row) {
    if (!right.passed_to) return true;
    return std::any_of(row.actions.begin(), row.actions.end(), [&](std::string_view action) {
      if (is_passing(action)) return false;
      const std::string_view service = service_of_action(action);
      std::string principal = std::string(service) + ".amazonaws.com";
      for (const auto& other : principals_of_services) {
        if (other.first == service) principal = other.second;
      }
      return std::any_of(right.passed_to->begin(), right.passed_to->end(), [&](const std::string& passed) {
        return knowledge::wildcard_match(passed, principal);
      });
    });
  }

  [[nodiscard]] static bool is_sure(std::string_view action, const Hold& hold) {
    const Right& right = *hold.right;
    if (!hold.resource->known || !hold.resource->sure || right.all_but) return false;
    if (!right.conditional) return true;
    // Which services a role is passed to is already considered.
    return is_passing(action) && right.passed_to.has_value();
  }

  [[nodiscard]] Reach reach_of_hold(const Principal& principal, const Hold& hold) const {
    const Covered& on = *hold.resource;
    if (hold.right->narrowed != false && !hold.right->passed_to) return Reach::named;
    if (on.own == principal.node && on.own.valid()) return Reach::own;
    if (on.vague || is_kind(on)) return Reach::any;
    if (!on.known) return Reach::named;
    // A name that begins with a wildcard is any name; one that ends in it, any of a family.
    const std::string_view name = name_in(on.spelled);
    if (name.starts_with('*') && on.nodes.empty()) return Reach::pattern;
    return Reach::named;
  }

  /// Of a stack an id comes after the name: `stack/orders/*` is one.
  [[nodiscard]] static std::string_view name_in(std::string_view arn) {
    constexpr std::string_view stack = ":stack/";
    const std::size_t at = arn.find(stack);
    if (at == std::string_view::npos) return arn.substr(arn.find_last_of("/:") + 1);
    const std::string_view name = arn.substr(at + stack.size());
    return name.substr(0, name.find('/'));
  }

  [[nodiscard]] static bool is_kind(const Covered& on) {
    return on.nodes.empty() && on.known &&
           (on.spelled.ends_with(":role/*") || on.spelled.ends_with(":user/*") ||
            on.spelled.ends_with(":group/*") || on.spelled.ends_with(":policy/*") ||
            on.spelled.ends_with(":function:*") || on.spelled.ends_with(":*"));
  }

  /// Whether a combination gives the principal anything. Passing roles or changing functions by name gives
  /// what those may do; writing one's own policies gives everything; another's by name, what it may do then.
  [[nodiscard]] bool gains(const Principal& principal, const Found& found) const {
    if (found.row->kind == "resource-policy" && found.reach < Reach::pattern) return false;
    if (found.reach == Reach::own) return found.row->kind == "self";
    if (found.reach >= Reach::pattern) return true;
    return std::all_of(found.parts.begin(), found.parts.end(), [&](const Part& part) {
      if (part.reach != Reach::named) return true;
      const std::vector<graph::NodeId>& nodes = part.hold.resource->nodes;
      return std::any_of(nodes.begin(), nodes.end(),
                         [&](graph::NodeId node) { return exceeds(principal, node); });
    });
  }

  /// Whether the roles behind a node may do something grave that the principal may not.
  [[nodiscard]] bool exceeds(const Principal& principal, graph::NodeId node) const {
    std::vector<const Principal*> others = permissions_.of_compute(node);
    if (const Principal* role = permissions_.of(node)) others.push_back(role);
    return std::any_of(others.begin(), others.end(), [&](const Principal* other) {
      if (other->node == principal.node) return false;
      return std::any_of(other->rights.begin(), other->rights.end(), [&](const Right& right) {
        return right.allow && !right.conditional &&
               std::any_of(right.actions.begin(), right.actions.end(),
                           [&](const std::string& action) { return is_new(principal, right, action); });
      });
    });
  }

  [[nodiscard]] bool is_new(const Principal& principal, const Right& right,
                            const std::string& pattern) const {
    if (is_basic(pattern)) return false;
    return std::any_of(right.resources.begin(), right.resources.end(), [&](const Covered& resource) {
      return std::none_of(principal.rights.begin(), principal.rights.end(), [&](const Right& own) {
        if (!own.allow || !own.not_actions.empty()) return false;
        const bool action = std::any_of(own.actions.begin(), own.actions.end(),
                                        [&](const std::string& mine) { return covers(mine, pattern); });
        return action && std::any_of(own.resources.begin(), own.resources.end(), [&](const Covered& mine) {
                 return mine.vague || covers(mine.spelled, resource.spelled);
               });
      });
    });
  }

  /// The first action of a combination is what makes it one; where a role is passed, that is.
  static std::vector<std::string> decisive_of(const std::vector<Found>& all) {
    std::vector<std::string> decisive;
    for (const Found& found : all) {
      if (!found.certain || !found.combination->account) continue;
      const std::string_view action = found.row->actions.front();
      if (std::ranges::find(decisive, action) == decisive.end()) decisive.emplace_back(action);
    }
    return decisive;
  }

  void add(const Schema& schema, Table& table, const Principal& principal, const std::vector<Found>& all,
           std::size_t index, const std::vector<std::string>& decisive) const {
    const Found& found = all[index];
    std::vector<Step> steps;
    std::vector<std::string> actions;
    std::vector<graph::NodeId> targets;
    const value::Origin* assumption = nullptr;
    for (const Part& part : found.parts) {
      const Right& right = *part.hold.right;
      if (assumption == nullptr) assumption = right.assumption;
      actions.emplace_back(part.action);
      std::string text = right.policy.empty() ? "allows " : "policy " + quoted(right.policy) + " allows ";
      text += quoted(part.action) + " on " + quoted(part.hold.resource->label);
      if (right.conditional) text += ", under a condition";
      steps.push_back({right.span, std::move(text)});
      const auto& nodes = part.hold.resource->nodes;
      targets.insert(targets.end(), nodes.begin(), nodes.end());
    }
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    const text::Span at = steps.front().span;
    add_row(table, schema,
            {{"principal", resource_cell(facts_, principal.node)},
             {"holders", resource_list(facts_, holders_of(system_, principal.node))},
             {"escalation", std::string(found.row->id)},
             {"name", std::string(found.row->name)},
             {"kind", std::string(found.row->kind)},
             {"actions", string_list(actions)},
             {"decisive", string_list(decisive)},
             {"account", found.combination->account},
             {"reach", reach_names[static_cast<std::size_t>(found.reach)]},
             {"targets", resource_list(facts_, targets)},
             {"rank", static_cast<std::int64_t>(index + 1)},
             {"total", static_cast<std::int64_t>(all.size())},
             {"admin", is_admin(principal)},
             {"certain", cel::Value(found.certain).assuming(assumption)},
             {"parameter", parameter_cell(assumption)},
             {"verified", found.row->origin.verified}},
            at.valid() ? at : id_span(system_.node(principal.node)), std::move(steps));
  }

  /// Who may do everything needs no way around.
  [[nodiscard]] static bool is_admin(const Principal& principal) {
    return std::any_of(principal.rights.begin(), principal.rights.end(), [](const Right& right) {
      const bool all = std::any_of(right.actions.begin(), right.actions.end(), [](const std::string& action) {
        return action == "*" || action == "*:*";
      });
      return right.allow && !right.conditional && right.not_actions.empty() && all &&
             std::any_of(right.resources.begin(), right.resources.end(),
                         [](const Covered& on) { return on.vague && on.service.empty(); });
    });
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  std::vector<Combination> combinations_;
  std::vector<KnownAction> actions_;
  std::vector<std::string_view> services_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Escalations(facts).report(schema, table);
}

} // namespace

const Analysis& escalation_analysis() {
  static const Analysis analysis{
      {"escalations",
       "Combinations of rights by which a principal gains rights that nobody gave it (rows of knowledge "
       "Escalation); at most 8 for each principal, the most telling first; the proof names the statement "
       "that allows each action",
       {
           {"principal", "resource", "", "the role, user or group"},
           {"holders", "list", "", "compute that assumes the role"},
           {"escalation", "string", "", "id of the combination"},
           {"name", "string", "", "what it does"},
           {"kind", "string", "",
            "`self`, `principal`, `new-pass-role`, `existing-role`, `resource-policy` or `data-access`"},
           {"actions", "list", "", "the actions of it, each of which is allowed"},
           {"decisive", "list", "",
            "the actions without which the principal has no combination that is certain and on the account, "
            "of all that it has"},
           {"account", "bool", "",
            "what is gained are rights on the account; false where it is the users or data of an "
            "application"},
           {"reach", "string", "",
            "what the narrowest of them acts on: `any`, `pattern` (names of a family), `named` (resources "
            "by name, one of which may do what the principal may not) or `own` (only the principal itself)"},
           {"targets", "list", "", "resources that the statements name"},
           {"rank", "int", "",
            "1 for the most telling of the principal's combinations: certain ones first, "
            "then by kind, then the shortest"},
           {"total", "int", "", "how many combinations the principal has"},
           {"admin", "bool", "", "the principal may do everything anyway"},
           {"certain", "bool", "",
            "no condition but on the service that a role is passed to, nothing that isn't known, and not on "
            "named resources only"},
           {"parameter", "string", "",
            "the parameter whose default decides that it is allowed; stands at that default; null where "
            "there "
            "is none"},
           {"verified", "bool", "", "the row of knowledge was checked against its source"},
       }},
      compute,
      5};
  return analysis;
}

} // namespace slsaudit::analysis
