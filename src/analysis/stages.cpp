// SPDX-License-Identifier: Apache-2.0
// Table "stages": templates that are deployed once for each of several stages, side by side as far as known.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/functions.hpp"
#include "analysis/services.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

struct Stages {
  std::string_view source; ///< Empty where there aren't several.
  std::vector<std::string> names;
  std::vector<Step> steps;
  bool one_account = false;
};

constexpr std::string_view section = "stages.";

Stages named_by_files(const dialect::Template& deployed) {
  Stages stages;
  for (const auto& [key, span] : deployed.sections) {
    if (!key.starts_with(section)) continue;
    stages.names.emplace_back(key.substr(section.size()));
    stages.steps.push_back({span, "stage " + quoted(stages.names.back())});
  }
  if (stages.names.size() < 2) return {};
  stages.source = deployed.dialect == dialect::Dialect::serverless ? "service" : "samconfig";
  const auto account = deployed.sections.find("stages account");
  stages.one_account = account != deployed.sections.end();
  if (stages.one_account) stages.steps.push_back({account->second, "one profile deploys all of them"});
  return stages;
}

bool names_stages(std::string_view parameter) {
  static constexpr std::array<std::string_view, 10> words{
      "stage",           "stagename", "env",       "envname",     "environment",
      "environmentname", "deployenv", "targetenv", "deploystage", "environmenttype"};
  return std::ranges::find(words, text::lower(parameter)) != words.end();
}

bool comes_through(const value::Value& value, std::string_view parameter) {
  for (const value::Part& part : value.parts()) {
    if (part.is_reference && part.kind == value::ReferenceKind::parameter && part.name == parameter)
      return true;
  }
  for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
    if (origin->name == parameter) return true;
  }
  return false;
}

/// The first physical name that a parameter tells apart: of no use but where stages lie side by side.
value::Value name_with(const dialect::Template& deployed, std::string_view parameter) {
  for (const dialect::Resource& resource : deployed.resources) {
    if (resource.author.generated) continue;
    for (const value::Member& member : resource.properties.members()) {
      if (member.key.ends_with("Name") && comes_through(member.value, parameter)) return member.value;
    }
  }
  return {};
}

Stages named_by_parameter(const dialect::Template& deployed) {
  for (const dialect::Parameter& parameter : deployed.parameters) {
    if (parameter.allowed_values.size() < 2 || !names_stages(parameter.name)) continue;
    const value::Value name = name_with(deployed, parameter.name);
    if (name.is_absent()) continue;
    Stages stages{"parameter", {}, {}, false};
    for (const value::Value& allowed : parameter.allowed_values) {
      if (const auto text = allowed.as_string()) stages.names.emplace_back(*text);
    }
    stages.steps.push_back({parameter.name_span, quoted(parameter.name) + " is the stage"});
    stages.steps.push_back({name.span(), "a name that differs by stage: " + quoted(name.display())});
    if (stages.names.size() > 1) return stages;
  }
  return {};
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  const Services services(system);
  const std::vector<bool> helpers = deployment_helpers(facts);
  const Demands demands(facts);
  const auto pool = static_cast<double>(facts.settings().account_concurrency);
  for (std::size_t i = 0; i < system.templates.size(); ++i) {
    const dialect::Template& deployed = system.templates[i];
    if (deployed.nesting) continue;
    Stages stages = named_by_files(deployed);
    if (stages.source.empty() && deployed.dialect != dialect::Dialect::serverless)
      stages = named_by_parameter(deployed);
    if (stages.source.empty()) continue;
    std::vector<graph::NodeId> unbounded;
    for (const Demand& demand : demands.all()) {
      const graph::Node& node = system.node(demand.function);
      if (services.of_template(node.template_index) != services.of_template(i)) continue;
      if (helpers[demand.function.index()] || pool_of(system, demand.function) != "unreserved") continue;
      const bool fills = demand.bound.kind == Bound::Kind::known && demand.bound.value >= pool;
      if (demand.bound.kind != Bound::Kind::open && !fills) continue;
      unbounded.push_back(demand.function);
      if (unbounded.size() == 1) stages.steps.push_back({demand.bound.span, demand.bound.reason});
    }
    add_row(table, schema,
            {{"service", services.name(services.of_template(i))},
             {"source", stages.source},
             {"stages", string_list(stages.names)},
             {"one_account", stages.one_account},
             {"unbounded", resource_list(facts, unbounded)}},
            unbounded.empty() ? text::Span{} : id_span(system.node(unbounded.front())),
            std::move(stages.steps));
  }
}

} // namespace

const Analysis& stage_analysis() {
  static const Analysis analysis{
      {"stages",
       "Services that are deployed once for each of several stages, which lie in one account and region as "
       "far "
       "as is said",
       {
           {"service", "string", "", "the service"},
           {"source", "string", "",
            "who names the stages: `service` (params, stages), `samconfig` (its environments), or "
            "`parameter`: "
            "one for the stage with allowed values, which names of resources are made of"},
           {"stages", "list", "", "their names"},
           {"one_account", "bool", "", "one profile deploys all of them; else that is taken for granted"},
           {"unbounded", "list", "",
            "functions without reserved concurrency whose triggers allow the account's or more"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
