// SPDX-License-Identifier: Apache-2.0
#include "audit/overrides.hpp"

#include "audit/configured.hpp"
#include "audit/selection.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace slsaudit::audit {
namespace {

bool any_names(const std::vector<std::string>& terms, const rules::Rule& rule) {
  return std::ranges::any_of(terms, [&](const std::string& term) { return names(term, rule); });
}

bool adds(const std::vector<Override>& overrides, const rules::Rule& rule) {
  return std::ranges::any_of(overrides, [&](const Override& one) {
    const auto is_enabled = [&](const RuleSetting& setting) {
      return setting.enabled.value_or(false) && names(setting.term, rule);
    };
    return any_names(one.select, rule) || one.profile == "strict" ||
           std::ranges::any_of(one.rules, is_enabled);
  });
}

text::FileId file_of(const rules::Finding& finding) {
  return finding.span.valid() ? finding.span.file : finding.template_file;
}

} // namespace

std::vector<std::string> stack_names(const LoadedTemplate& loaded, const text::SourceMap& sources) {
  const dialect::Template& source = loaded.evaluated;
  std::vector<std::string> all(source.stack_names.begin(), source.stack_names.end());
  if (!source.service.empty()) all.emplace_back(source.service);
  if (!loaded.stack.empty()) all.emplace_back(loaded.stack);
  if (!all.empty()) return all;
  const std::string path(sources.path(source.file));
  const std::string name = path.substr(path.rfind('/') + 1);
  return {name.substr(0, name.find('.', 1))};
}

bool fits(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos; // the last one, and where its part of the name ends
  std::size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<const rules::Rule*> rules_run_anywhere(const Configuration& configuration,
                                                   const OverridableRules& rules) {
  std::vector<const rules::Rule*> all = rules.chosen;
  for (const rules::Rule* rule : rules.addable) {
    if (std::ranges::find(all, rule) == all.end() && adds(configuration.overrides, *rule))
      all.push_back(rule);
  }
  std::ranges::stable_sort(all, {}, &rules::Rule::code);
  return all;
}

OverrideMatcher::OverrideMatcher(const Configuration& configuration, const text::FileSystem& files)
    : overrides_(configuration.overrides) {
  const std::string directory = text::parent_path(configuration.path);
  for (const Override& one : overrides_) paths_.emplace_back(files, directory, one.paths);
}

std::vector<std::size_t> OverrideMatcher::holding(const std::string& path,
                                                  const std::vector<std::string>& stacks) const {
  const auto is_meant = [&](const std::string& pattern) {
    return std::ranges::any_of(stacks, [&](const std::string& stack) { return fits(pattern, stack); });
  };
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < overrides_.size(); ++i) {
    const Override& one = overrides_[i];
    if (!one.stacks.empty() && std::ranges::none_of(one.stacks, is_meant)) continue;
    if (one.paths.empty() || paths_[i].match(path)) indices.push_back(i);
  }
  return indices;
}

Overrides::Overrides(const Configuration& configuration, OverridableRules rules,
                     const std::vector<LoadedTemplate>& templates, const text::FileSystem& files,
                     const rules::Texts& texts)
    : overrides_(configuration.overrides), rules_(std::move(rules)), texts_(texts) {
  run_anywhere_ = rules_run_anywhere(configuration, rules_);
  judge_ = rules_.judge != nullptr
               ? rules_.judge
               : std::make_shared<const rules::Judge>(run_anywhere_, &rules::builtin_expressions());
  if (overrides_.empty()) return;
  const text::SourceMap& sources = texts_.sources;
  std::map<text::FileId, std::vector<std::string>> stacks;
  for (const LoadedTemplate& one : templates) {
    for (std::string& name : stack_names(one, sources)) stacks[one.evaluated.file].push_back(std::move(name));
  }
  const OverrideMatcher matcher(configuration, files);
  std::map<Holding, std::size_t> known;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const text::FileId file(i);
    const Holding here = matcher.holding(std::string(sources.path(file)), stacks[file]);
    const auto [place, is_new] = known.try_emplace(here, places_.size());
    by_file_.push_back(place->second);
    if (!is_new) continue;
    Place& made = places_.emplace_back(Place{here, changed(here)});
    std::vector<const rules::Rule*> list;
    for (const rules::Rule& rule : made.changed) list.push_back(&rule);
    if (!list.empty()) made.judge = std::make_unique<rules::Judge>(list, &rules::builtin_expressions());
  }
}

std::vector<rules::Rule> Overrides::changed(const Holding& here) const {
  std::vector<rules::Rule> all;
  for (const rules::Rule* rule : run_anywhere_) {
    std::optional<rules::Rule> copy;
    for (const std::size_t index : here) {
      for (const RuleSetting& setting : overrides_[index].rules) {
        if (setting.parameters.empty() || !names(setting.term, *rule)) continue;
        if (!copy) copy = *rule;
        (void)set_parameters(*copy, setting); // what is wrong has been told by configure()
      }
    }
    if (copy) all.push_back(std::move(*copy));
  }
  return all;
}

const Overrides::Place* Overrides::place_of(const rules::Finding& finding) const {
  const text::FileId file = file_of(finding);
  return file.valid() && file.index() < by_file_.size() ? &places_[by_file_[file.index()]] : nullptr;
}

rules::Told Overrides::judge(const analysis::Facts& facts, parallel::Workers& workers,
                             std::vector<std::string>& failures, const rules::Wanted& wanted) const {
  rules::Told all = judge_->run(facts, texts_, workers, failures, wanted);
  for (const Place& place : places_) {
    if (place.judge == nullptr) continue;
    std::set<std::string_view> codes;
    for (const rules::Rule& rule : place.changed) codes.insert(rule.code);
    for (std::vector<rules::Finding>& of_rule : all) {
      std::erase_if(of_rule, [&](const rules::Finding& finding) {
        return place_of(finding) == &place && codes.count(finding.code) == 1;
      });
    }
    for (std::vector<rules::Finding>& of_rule : place.judge->run(facts, texts_, workers, failures, wanted)) {
      std::erase_if(of_rule, [&](const rules::Finding& finding) { return place_of(finding) != &place; });
      all.push_back(std::move(of_rule));
    }
  }
  return all;
}

bool Overrides::decide(const Place& place, const rules::Rule& rule, rules::Finding& finding) const {
  const bool may_choose = !rules_.addable.empty();
  bool runs = std::ranges::find(rules_.chosen, &rule) != rules_.chosen.end();
  for (const std::size_t index : place.holding) {
    const Override& one = overrides_[index];
    if (may_choose && one.profile) runs = *one.profile == "strict" || (runs && rule.profile != "strict");
    if (may_choose && !one.select.empty()) runs = any_names(one.select, rule);
    if (any_names(one.ignore, rule)) runs = false;
    for (const RuleSetting& setting : one.rules) {
      if (!names(setting.term, rule)) continue;
      if (setting.severity) finding.severity = *rules::severity_from(*setting.severity);
      if (setting.enabled && (may_choose || !*setting.enabled)) runs = *setting.enabled;
    }
  }
  return runs;
}

void Overrides::apply(std::vector<rules::Finding>& findings) const {
  if (overrides_.empty()) return;
  const Place elsewhere;
  std::erase_if(findings, [&](rules::Finding& finding) {
    const auto rule = std::ranges::find(run_anywhere_, finding.code, &rules::Rule::code);
    if (rule == run_anywhere_.end()) return false;
    const Place* place = place_of(finding);
    return !decide(place == nullptr ? elsewhere : *place, **rule, finding);
  });
}

} // namespace slsaudit::audit
