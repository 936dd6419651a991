// SPDX-License-Identifier: Apache-2.0
#include "audit/configured.hpp"

#include "audit/gitignore.hpp"
#include "audit/selection.hpp"

#include <algorithm>

namespace slsaudit::audit {
namespace {

/// Patterns from one directory against the paths of a run.
class Paths {
public:
  Paths(const Configuration& configuration, const text::FileSystem& files,
        const std::vector<std::string>& patterns)
      : files_(files), directory_(text::parent_path(configuration.path)) {
    std::string lines;
    for (const std::string& pattern : patterns) lines += pattern + "\n";
    rules_.add("", lines);
    if (const auto canonical = files.canonical(directory_); canonical.ok()) directory_ = canonical.value();
  }

  /// Whether the path, or a directory that it lies in, matches.
  [[nodiscard]] bool match(const std::string& path) const {
    const std::string relative = from_directory(path);
    for (std::size_t slash = relative.find('/'); slash != std::string::npos;
         slash = relative.find('/', slash + 1)) {
      if (rules_.ignored(relative.substr(0, slash), true)) return true;
    }
    return rules_.ignored(relative, false);
  }

private:
  [[nodiscard]] std::string from_directory(const std::string& path) const {
    const auto canonical = files_.canonical(path);
    std::string full = canonical.ok() ? canonical.value() : path;
    const std::string prefix = directory_ + (directory_.ends_with('/') ? "" : "/");
    return full.starts_with(prefix) ? full.substr(prefix.size()) : full;
  }

  const text::FileSystem& files_;
  std::string directory_;
  IgnoreRules rules_;
};

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

std::vector<std::string> configure(std::vector<rules::Rule>& all, const Configuration& configuration) {
  std::vector<std::string> errors;
  const auto check = [&](const RuleSetting& setting) {
    if (std::ranges::any_of(all, [&](const rules::Rule& rule) { return names(setting.term, rule); })) return;
    const std::string_view near = nearest_rule(all, setting.term);
    errors.push_back(setting.place + ": error: no rule or group `" + setting.term + "`" +
                     (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?"));
  };
  for (const RuleSetting& setting : configuration.rules) {
    check(setting);
    for (rules::Rule& rule : all) {
      if (!names(setting.term, rule)) continue;
      if (setting.severity) rule.severity = *setting.severity;
      if (setting.enabled.value_or(false)) rule.profile = "default";
      for (const RuleSetting::Parameter& parameter : setting.parameters) {
        const std::string wrong = set_parameter(rule, parameter);
        if (!wrong.empty()) errors.push_back(parameter.place + ": error: " + wrong);
      }
    }
  }
  for (const Override& one : configuration.overrides) std::ranges::for_each(one.rules, check);
  return errors;
}

void apply_overrides(std::vector<rules::Finding>& findings, const std::vector<const rules::Rule*>& all,
                     const Configuration& configuration, const text::FileSystem& files,
                     const text::SourceMap& sources) {
  for (const Override& one : configuration.overrides) {
    const Paths paths(configuration, files, one.paths);
    std::erase_if(findings, [&](rules::Finding& finding) {
      const auto rule = std::ranges::find(all, finding.code, &rules::Rule::code);
      const text::FileId file = finding.span.valid() ? finding.span.file : finding.template_file;
      if (rule == all.end() || !file.valid() || !paths.match(std::string(sources.path(file)))) return false;
      const auto named = [&](const std::string& term) { return names(term, **rule); };
      bool off = std::ranges::any_of(one.ignore, named);
      for (const RuleSetting& setting : one.rules) {
        if (!named(setting.term)) continue;
        if (setting.severity) finding.severity = *rules::severity_from(*setting.severity);
        if (setting.enabled) off = !*setting.enabled;
      }
      return off;
    });
  }
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
    const Paths paths(configuration, files, {written.path});
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
