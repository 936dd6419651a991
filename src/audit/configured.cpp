// SPDX-License-Identifier: Apache-2.0
#include "audit/configured.hpp"

#include "audit/path_patterns.hpp"
#include "audit/selection.hpp"

#include <algorithm>

namespace slsaudit::audit {
namespace {

/// What a literal is: enough to tell a slip from a setting.
char kind_of(std::string_view literal) {
  if (literal == "true" || literal == "false") return 'b';
  if (literal.starts_with('[')) return 'l';
  return literal.starts_with('\'') || literal.starts_with('"') ? 's' : 'n';
}

std::string set_parameter(rules::Rule& rule, const RuleSetting::Parameter& setting) {
  const auto known = std::ranges::find(rule.parameters, setting.name, &rules::RuleParameter::name);
  if (known == rule.parameters.end()) {
    std::vector<std::string_view> names;
    for (const rules::RuleParameter& one : rule.parameters) names.push_back(one.name);
    const std::string_view near = nearest(setting.name, names);
    return rule.code + " has no parameter `" + setting.name + "`" +
           (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
  }
  if (kind_of(known->value) != kind_of(setting.value))
    return "`" + setting.name + "` is like " + known->value + ", not " + setting.value;
  known->value = setting.value;
  return {};
}

} // namespace

std::vector<std::string> set_parameters(rules::Rule& rule, const RuleSetting& setting) {
  std::vector<std::string> errors;
  for (const RuleSetting::Parameter& parameter : setting.parameters) {
    const std::string wrong = set_parameter(rule, parameter);
    if (!wrong.empty()) errors.push_back(parameter.place + ": error: " + wrong);
  }
  return errors;
}

std::vector<std::string> configure(std::vector<rules::Rule>& all, const Configuration& configuration) {
  std::vector<std::string> errors;
  const auto check = [&](const std::string& term, const std::string& place) {
    if (std::ranges::any_of(all, [&](const rules::Rule& rule) { return names(term, rule); })) return;
    const std::string_view near = nearest_rule(all, term);
    errors.push_back(place + ": error: no rule or group `" + term + "`" +
                     (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?"));
  };
  const auto add = [&](std::vector<std::string> more) {
    errors.insert(errors.end(), more.begin(), more.end());
  };
  for (const RuleSetting& setting : configuration.rules) {
    check(setting.term, setting.place);
    for (rules::Rule& rule : all) {
      if (!names(setting.term, rule)) continue;
      if (setting.severity) rule.severity = *setting.severity;
      if (setting.enabled.value_or(false)) rule.profile = "default";
      add(set_parameters(rule, setting));
    }
  }
  for (const Override& one : configuration.overrides) {
    for (const auto* terms : {&one.select, &one.ignore}) {
      for (const std::string& term : *terms) check(term, one.place);
    }
    for (const RuleSetting& setting : one.rules) {
      check(setting.term, setting.place);
      for (const rules::Rule& rule : all) {
        if (setting.parameters.empty() || !names(setting.term, rule)) continue;
        rules::Rule copy = rule;
        add(set_parameters(copy, setting));
      }
    }
  }
  return errors;
}

std::vector<rules::Suppression> configured_suppressions(const Configuration& configuration,
                                                        const text::FileSystem& files,
                                                        text::SourceMap& sources) {
  std::vector<rules::Suppression> all;
  if (configuration.suppress.empty()) return all;
  const std::size_t count = sources.size();
  const text::FileId own = sources.add(configuration.path, configuration.text);
  for (const ConfiguredSuppression& written : configuration.suppress) {
    rules::Suppression made;
    made.span = {own, written.begin, written.end};
    made.origin = configuration.path;
    made.terms = written.rules;
    made.until = written.until;
    made.reason = written.reason;
    made.resource = written.resource;
    made.configured = true;
    const PathPatterns paths(files, text::parent_path(configuration.path), {written.path});
    for (std::size_t i = 0; i < count; ++i) {
      const text::FileId file(static_cast<std::uint32_t>(i));
      if (written.path.empty() || paths.match(std::string(sources.path(file)))) made.files.push_back(file);
    }
    // A run over a part of the project says nothing of what is written for the rest of it.
    made.tell_unused = !written.path.empty() && !made.files.empty();
    all.push_back(std::move(made));
  }
  return all;
}

} // namespace slsaudit::audit
