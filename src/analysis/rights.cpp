// SPDX-License-Identifier: Apache-2.0
// Takes one statement of a policy apart.
#include "analysis/grants.hpp"
#include "analysis/permissions.hpp"
#include "graph/index.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// What follows the name of what a pattern means.
std::string rest_of(std::string_view spelled) {
  if (const auto token = graph::leading_token(spelled)) return std::string(spelled.substr(token->size));
  for (const graph::NamedArn& arn : graph::name_arn(spelled)) {
    const std::string_view rest = spelled.substr(arn.end);
    if (rest.empty() && arn.name.ends_with('*')) return "*";
    return std::string(rest);
  }
  return {};
}

std::string service_of(const graph::System& system, const Covered& covered, std::string_view spelled) {
  if (!covered.nodes.empty()) return std::string(arn_service(system, covered.nodes.front()));
  const auto arn = graph::parse_arn(spelled);
  return arn && arn->service.find('*') == std::string_view::npos && !graph::has_token(arn->service)
             ? std::string(arn->service)
             : std::string{};
}

Covered cover(const graph::System& system, std::size_t where, const value::Value& item,
              graph::NodeId principal) {
  Covered covered;
  covered.label = item.display();
  const auto spelling = graph::spell(item);
  if (!spelling || spelling->opaque) {
    covered.known = false;
    return covered;
  }
  covered.spelled = spelling->text;
  graph::Match match = system.index->match(where, item, *spelling);
  covered.nodes = std::move(match.nodes);
  covered.vague = match.vague;
  covered.service = match.vague ? match.service : service_of(system, covered, covered.spelled);
  covered.rest = rest_of(covered.spelled);
  const bool by_variable = covered.spelled.find("${aws:username}") != std::string::npos ||
                           covered.spelled.find("${aws:userid}") != std::string::npos;
  const bool itself = covered.nodes.size() == 1 && covered.nodes.front() == principal;
  if (by_variable || itself) covered.own = principal;
  return covered;
}

Covered everything() {
  Covered covered;
  covered.spelled = covered.label = "*";
  covered.vague = true;
  return covered;
}

void add_resources(const graph::System& system, std::size_t where, const value::Value& resource,
                   graph::NodeId principal, Right& right) {
  const auto add = [&](const value::Value& item) {
    const std::vector<value::Value> alternatives = item.alternatives();
    for (const value::Value& one : alternatives) {
      if (!one.is_present()) continue;
      Covered covered = cover(system, where, one, principal);
      covered.sure = alternatives.size() == 1;
      right.complete = right.complete && covered.known && covered.sure;
      if (right.assumption == nullptr) right.assumption = one.assumption();
      right.resources.push_back(std::move(covered));
    }
  };
  for (const value::Value& list : resource.alternatives()) {
    if (list.is_list()) {
      for (const value::Value& item : list.items()) add(item);
    } else {
      add(list);
    }
  }
}

std::vector<std::string> patterns(const Strings& strings, Right& right) {
  std::vector<std::string> result;
  right.complete = right.complete && strings.complete;
  for (const value::Value& item : strings.items) {
    const auto known = item.as_string();
    if (known) {
      result.emplace_back(*known);
      if (right.assumption == nullptr) right.assumption = item.assumption();
    } else {
      right.complete = false;
    }
  }
  return result;
}

void read_condition(const value::Value& condition, Right& right) {
  right.conditional = condition.is_present();
  const cel::Value narrowed = narrowed_by(condition);
  const bool* known = narrowed.boolean();
  right.narrowed = known != nullptr ? std::optional(*known) : std::nullopt;
  for (const value::Member& test : condition.members()) {
    if (test.key.find("Not") != std::string_view::npos || test.key == "Null") continue;
    for (const value::Member& operand : test.value.members()) {
      if (!knowledge::wildcard_match("iam:PassedToService", operand.key)) continue;
      right.passed_to.emplace();
      for (const value::Value& item : strings_of(operand.value).items)
        right.passed_to->push_back(item.display());
    }
  }
}

} // namespace

std::optional<Right> read_right(const graph::System& system, std::size_t where, const value::Value& statement,
                                graph::NodeId principal) {
  const value::Value effect = statement.get("Effect");
  const auto said = effect.as_string();
  if (said != "Allow" && said != "Deny") return std::nullopt;
  Right right;
  right.allow = said == "Allow";
  right.assumption = effect.assumption();
  right.span = statement.span();
  const value::Value excepted = statement.get("NotAction");
  right.actions = patterns(strings_of(statement.get("Action")), right);
  if (excepted.is_present()) {
    right.not_actions = patterns(strings_of(excepted), right);
    // Nobody knows what an exception that isn't known leaves.
    if (!strings_of(excepted).complete) return std::nullopt;
    right.actions = {"*"};
  }
  right.all_but = statement.get("NotResource").is_present();
  if (right.all_but) {
    right.resources.push_back(everything());
  } else {
    add_resources(system, where, statement.get("Resource"), principal, right);
  }
  read_condition(statement.get("Condition"), right);
  return right;
}

} // namespace slsaudit::analysis
