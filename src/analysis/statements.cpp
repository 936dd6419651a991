// SPDX-License-Identifier: Apache-2.0
// Table "statements": each policy statement and how wide it is.
#include "analysis/grants.hpp"
#include "analysis/objects.hpp"
#include "analysis/permissions.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// What they allow rests on the parameter defaults that they and (`shared`) their resource come from.
cel::Value grant_list(const std::vector<Grant>& grants, const value::Origin* shared) {
  cel::List list;
  for (const Grant& grant : grants) {
    const cel::Value count =
        grant.counted ? cel::Value(grant.count)
                      : cel::Value::unknown("the actions of " + quoted(grant.pattern) + " are not known");
    const value::Origin* own = grant.item.assumption();
    list.push_back(
        cel::Value(cel::Map{
                       {"pattern", cel::Value(grant.pattern).at(grant.item.span())},
                       {"service", grant.pattern.substr(0, grant.pattern.find(':'))},
                       {"access", access_cell(grant.worst).assuming(own != nullptr ? own : shared)},
                       {"required", grant.required},
                       {"basic", grant.basic},
                       {"count", count},
                   })
            .at(grant.item.span()));
  }
  return list;
}

int worst_of(const std::vector<Grant>& grants) {
  int worst = -1;
  for (const Grant& grant : grants) worst = std::max(worst, grant.worst);
  return worst;
}

bool is_everything(std::string_view pattern) {
  return pattern == "*" || pattern == "*:*";
}

value::Value first_everything(const Strings& strings) {
  const auto found = std::find_if(strings.items.begin(), strings.items.end(), [](const value::Value& item) {
    return is_everything(item.as_string().value_or(""));
  });
  return found == strings.items.end() ? value::Value() : *found;
}

value::Value first_star(const Strings& strings) {
  const auto star = std::find_if(strings.items.begin(), strings.items.end(),
                                 [](const value::Value& item) { return item.as_string() == "*"; });
  return star == strings.items.end() ? value::Value() : *star;
}

/// Where an element of a statement stands: itself, or its key where it is an item of nothing.
cel::Value place_of(const value::Value& value, text::Span fallback) {
  if (value.is_absent()) return cel::Value();
  const std::string text = value.display();
  return cel::Value(text).at(value.span().valid() ? value.span() : fallback);
}

/// Entries of Action that match nothing IAM knows; each a map with the nearest that it does.
cel::Value unknown_actions(const Expansions& expansions, const Strings& actions) {
  cel::List list;
  for (const value::Value& item : actions.items) {
    const std::string_view pattern = item.as_string().value_or("");
    if (!is_unknown_action(expansions, pattern)) continue;
    const std::string near = nearest_action(expansions, pattern);
    list.push_back(
        cel::Value(cel::Map{
                       {"pattern", cel::Value(pattern).at(item.span()).assuming(item.assumption())},
                       {"nearest", near.empty() ? cel::Value() : cel::Value(near)},
                   })
            .at(item.span()));
  }
  return list;
}

cel::Value displayed(const Strings& strings) {
  cel::List list;
  for (const value::Value& item : strings.items) list.push_back(cel::Value(item.display()).at(item.span()));
  return list;
}

/// Whether what a statement names is allowed: what can be a Deny in another deployment allows nothing for
/// certain.
cel::Value allow_cell(const graph::Statement& statement) {
  const value::Value effect = statement.value.get("Effect");
  if (statement.allow) return cel::Value(true).assuming(effect.assumption());
  if (effect.as_string()) return cel::Value(false).assuming(effect.assumption());
  return cel::Value::unknown("the statement's Effect is not known");
}

cel::Value effect_cell(const cel::Value& allow) {
  if (allow.unknown() != nullptr) return allow;
  const bool* allowed = allow.boolean();
  return cel::Value(allowed != nullptr && *allowed ? "Allow" : "Deny").assuming(allow.assumption());
}

cel::Value admin_cell(const graph::Statement& statement, const cel::Value& allow,
                      const value::Value& everything, const value::Value& star) {
  if (everything.is_absent() || star.is_absent()) return false;
  if (!statement.allow) return allow;
  const value::Value condition = statement.value.get("Condition");
  const value::Origin* assumption = everything.assumption();
  if (assumption == nullptr) assumption = star.assumption();
  if (assumption == nullptr) assumption = allow.assumption();
  if (!condition.is_present()) return cel::Value(true).assuming(assumption);
  return condition.is_map() ? cel::Value(false)
                            : cel::Value::unknown("the statement's Condition is not known");
}

void add(const Facts& facts, const Schema& schema, Table& table, const graph::Statement& statement) {
  const auto& expansions = facts.shared<Expansions>();
  const Strings actions = strings_of(statement.value.get("Action"));
  const Strings resources = strings_of(statement.value.get("Resource"));
  const value::Value star = first_star(resources);
  const value::Value everything = first_everything(actions);
  const cel::Value allow = allow_cell(statement);
  const std::vector<Grant> wildcards =
      statement.allow ? wildcard_grants(expansions, actions) : std::vector<Grant>{};
  const bool reaches_all = statement.allow && !star.is_absent();
  const std::vector<Grant> restrictable =
      reaches_all ? restrictable_grants(expansions, actions) : std::vector<Grant>{};
  const text::Span span = statement.span.valid() ? statement.span : statement.value.span();
  add_row(table, schema,
          {{"role", resource_cell(facts, statement.role)},
           {"resource", resource_cell(facts, statement.resource)},
           {"holders", resource_list(facts, holders_of(facts.system(), statement.role))},
           {"allow", allow},
           {"effect", effect_cell(allow)},
           {"generated", statement.generated},
           {"policy_name", statement.policy_name.empty() ? cel::Value() : cel::Value(statement.policy_name)},
           {"actions", displayed(actions)},
           {"not_actions", displayed(strings_of(statement.value.get("NotAction")))},
           {"resources", displayed(resources)},
           {"not_resources", displayed(strings_of(statement.value.get("NotResource")))},
           {"complete", actions.complete && resources.complete},
           {"condition", property_at(statement.value.get("Condition"), {}, span)},
           {"value", property_at(statement.value, {}, span)},
           {"is_admin", admin_cell(statement, allow, everything, star)},
           {"wildcard_actions", grant_list(wildcards, nullptr)},
           {"wildcard_access", access_cell(worst_of(wildcards))},
           {"wildcard_at", wildcards.empty() ? cel::Value() : place_of(wildcards.front().item, span)},
           {"star_actions", grant_list(restrictable, star.assumption())},
           {"star_access", access_cell(worst_of(restrictable)).assuming(star.assumption())},
           {"star_at", place_of(star, span)},
           {"star_default", parameter_cell(star.assumption())},
           {"reach", reach_of(resources)},
           {"unknown_actions", unknown_actions(expansions, actions)},
           {"beyond_basics", gravity_beyond_basics(expansions, statement) >= 0},
           {"narrowed", narrowed_by(statement.value.get("Condition"))}},
          span);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (const graph::Statement& statement : facts.system().statements) add(facts, schema, table, statement);
}

} // namespace

const Analysis& statement_analysis() {
  static const Analysis analysis{
      {"statements",
       "Each statement of a role's or a resource's policy, and how wide it is",
       {
           {"role", "resource", "", "the role, user or group that holds it; null of a resource policy"},
           {"resource", "resource", "", "of a resource policy, the resource it stands on; else null"},
           {"holders", "list", "", "compute that assumes the role"},
           {"allow", "bool", "", "false of a Deny"},
           {"effect", "string", "", "`Allow` or `Deny`"},
           {"generated", "bool", "",
            "from a SAM policy template, a managed policy or the framework's defaults"},
           {"policy_name", "string", "", "null when it has none"},
           {"actions", "list", "", "patterns as written, as far as known"},
           {"not_actions", "list", "", "patterns of NotAction"},
           {"resources", "list", "", "patterns as written, references as `${Name}`"},
           {"not_resources", "list", "", "patterns of NotResource"},
           {"complete", "bool", "", "whether every item of Action and Resource is known or symbolic"},
           {"condition", "map", "", "null when there is none"},
           {"value", "map", "", "the statement as written"},
           {"is_admin", "bool", "", "allows `*` on `*` with no condition"},
           {"wildcard_actions", "list", "",
            "entries of Action with a wildcard that expand to write or permissions actions; each a map: "
            "`pattern`, "
            "`service`, `access` (the worst), `required` (the worst need a resource), `basic` (what AWS's "
            "basic "
            "execution policies grant), `count` (such actions; unknown for services without data)"},
           {"wildcard_access", "string", "",
            "worst of them: `write` or `permissions`; null when there are none"},
           {"wildcard_at", "string", "", "stands at the first of them; for `at`"},
           {"star_actions", "list", "",
            "entries of Action that could be restricted to a resource, where Resource has `*`; maps as "
            "above"},
           {"star_access", "string", "",
            "worst of them: `list`, `read`, `tagging`, `write` or `permissions`; or null"},
           {"star_at", "string", "", "stands at the `*`; for `at`; null when there is none"},
           {"star_default", "string", "",
            "the parameter whose default the `*` is; stands at that default; null where there is none"},
           {"reach", "string", "",
            "`all` (Resource `*`), `wide` (a whole kind: `arn:aws:s3:::*`) or `specific`"},
           {"unknown_actions", "list", "",
            "entries of Action that stand for no action of a service whose actions are known; each a map: "
            "`pattern`, `nearest` (an action with a similar name; null when there is none)"},
           {"beyond_basics", "bool", "", "allows more than logs, traces, metrics and VPC attachment"},
           {"narrowed", "bool", "",
            "whether a condition pins the resource (tags, source ARN, leading keys …)"},
       }},
      compute,
      20};
  return analysis;
}

} // namespace slsaudit::analysis
