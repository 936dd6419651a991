// SPDX-License-Identifier: Apache-2.0
#include "rules/query.hpp"

#include "rules/rule.hpp"
#include "rules/vocabulary.hpp"

namespace slsaudit::rules {

Query::Query(std::string_view expression) {
  const Rule no_rule;
  cel::Environment environment = environment_of(no_rule, 0);
  environment.variables = {"system", "settings"};
  for (const analysis::Schema* schema : analysis::Facts::schemas()) {
    // Tables that nobody names are not computed.
    if (expression.find(schema->name) == std::string_view::npos) continue;
    tables_.emplace_back(schema->name);
    environment.variables.emplace_back(schema->name);
  }
  program_ = cel::Program::compile(std::string(expression), environment, errors_);
}

cel::Value Query::ask(const analysis::Facts& facts) const {
  const SystemObject system(facts);
  cel::Bindings bindings;
  bindings.emplace("system", cel::Value(&system));
  bindings.emplace("settings", settings_value(facts.settings()));
  for (const std::string& table : tables_) bindings.emplace(table, system.field(table));
  return program_.evaluate(bindings);
}

} // namespace slsaudit::rules
