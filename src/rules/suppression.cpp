// SPDX-License-Identifier: Apache-2.0
#include "rules/suppression.hpp"

#include "graph/system.hpp"
#include "rules/engine.hpp"
#include "rules/names.hpp"
#include "syntax/reader.hpp"
#include "text/any_of.hpp"
#include "text/in_order.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace slsaudit::rules {
namespace {

/// A text without any of these says nothing about suppressions.
constexpr text::AnyOf<9> markers({"slsaudit", "checkov", "bridgecrew", "trivy:ignore:", "tfsec:ignore:",
                                  "cfn-lint", "cfn_nag", "cdk_nag", "SuppressedRules"});

syntax::Document read_again(const text::SourceMap& sources, text::FileId file, text::Arena& arena) {
  const std::string_view text = sources.text(file);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool braces = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  if (braces || sources.path(file).ends_with(".json")) {
    syntax::Document document = syntax::read_json(sources, arena, file);
    if (document.root != nullptr) return document;
  }
  return syntax::read_yaml(sources, arena, file);
}

bool covers(const Suppression& suppression, const Finding& finding) {
  if (!suppression.resource.empty() && suppression.resource != finding.resource) return false;
  if (suppression.scope.valid()) {
    const text::Span at = finding.span;
    return at.valid() && at.file == suppression.scope.file && suppression.scope.begin <= at.begin &&
           at.begin < suppression.scope.end;
  }
  return std::ranges::any_of(suppression.files, [&](text::FileId file) {
    return file == finding.span.file || file == finding.template_file;
  });
}

/// "AVD-AWS-0089" and "AWS-0089" are one; cfn-lint takes the beginning of an id, too.
bool same_id(std::string_view tool, std::string_view written, std::string_view known) {
  constexpr std::string_view prefix = "AVD-";
  if (written.starts_with(prefix)) written.remove_prefix(prefix.size());
  if (known.starts_with(prefix)) known.remove_prefix(prefix.size());
  const bool by_prefix = tool == "cfn-lint" || tool == "serverless-rules";
  return same_word(written, known) || (by_prefix && !written.empty() && known.starts_with(written));
}

bool means(const Suppression& suppression, std::string_view term, const Rule& rule) {
  if (suppression.tool.empty()) return names(term, rule);
  for (const auto& [tool, ids] : rule.equivalents) {
    if (tool != suppression.tool) continue;
    for (const std::string_view id : ids) {
      if (same_id(tool, term, id)) return true;
    }
  }
  return false;
}

class Sifter {
public:
  Sifter(const std::vector<Suppression>& suppressions, const std::vector<const Rule*>& ran,
         const std::vector<const Rule*>& all, const SuppressionPolicy& policy)
      : suppressions_(suppressions), ran_(ran), all_(all), policy_(policy), used_(suppressions.size()) {
    for (std::size_t i = 0; i < suppressions.size(); ++i) used_[i].resize(suppressions[i].terms.size());
    for (const Rule* rule : all) rules_.emplace(rule->code, rule);
    for (std::size_t i = 0; i < suppressions.size(); ++i) {
      if (suppressions[i].scope.valid()) {
        by_file_[suppressions[i].scope.file].push_back(i);
      } else {
        for (const text::FileId file : suppressions[i].files) by_file_[file].push_back(i);
      }
    }
  }

  /// The suppression that silences the finding, or null. All that would are used.
  const Suppression* find(const Finding& finding) {
    const auto rule = rules_.find(finding.code);
    if (rule == rules_.end()) return nullptr;
    const Suppression* found = nullptr;
    for (const std::size_t i : near(finding)) {
      const Suppression& suppression = suppressions_[i];
      if (!covers(suppression, finding)) continue;
      for (std::size_t t = 0; t < suppression.terms.size(); ++t) {
        if (!means(suppression, suppression.terms[t], *rule->second)) continue;
        used_[i][t] = true;
        // One's own words count before another tool's.
        const bool better = found == nullptr || (!found->tool.empty() && suppression.tool.empty());
        if (better && in_force(suppression)) found = &suppression;
      }
    }
    return found;
  }

  [[nodiscard]] text::Problems problems() const {
    text::Problems problems;
    for (std::size_t i = 0; i < suppressions_.size(); ++i) {
      if (suppressions_[i].tool.empty()) tell(suppressions_[i], used_[i], problems);
    }
    return problems;
  }

private:
  /// Those about the finding's file or its template, in order.
  [[nodiscard]] std::vector<std::size_t> near(const Finding& finding) const {
    std::vector<std::size_t> all;
    for (const text::FileId file : {finding.span.file, finding.template_file}) {
      const auto found = by_file_.find(file);
      if (found != by_file_.end()) all.insert(all.end(), found->second.begin(), found->second.end());
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }
  [[nodiscard]] bool expired(const Suppression& one) const {
    return !one.until.empty() && !policy_.as_of.empty() && one.until < policy_.as_of;
  }
  [[nodiscard]] bool lacks_reason(const Suppression& one) const {
    return policy_.require_reason && one.tool.empty() && one.reason.empty();
  }
  [[nodiscard]] bool in_force(const Suppression& one) const {
    return one.fault.empty() && !expired(one) && !lacks_reason(one) &&
           (one.tool.empty() || policy_.honour_foreign);
  }

  void tell(const Suppression& one, const std::vector<bool>& used, text::Problems& problems) const {
    const auto say = [&](std::string name, std::string message, std::string help) {
      problems.push_back(
          {text::ProblemLevel::finding, std::move(name), std::move(message), one.span, std::move(help), {}});
    };
    if (!one.fault.empty())
      return say("invalid-suppression", "this suppression can't be read: " + one.fault, "correct it");
    if (lacks_reason(one)) {
      say("invalid-suppression", "`" + one.origin + "` gives no reason, so it silences nothing",
          "say why after `--`, or in `reason`");
    }
    for (std::size_t t = 0; t < one.terms.size(); ++t) {
      const std::string& term = one.terms[t];
      if (!known(term)) {
        const std::string_view near = nearest_rule(all_, term);
        say("invalid-suppression",
            "no rule or group `" + term + "`" +
                (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?"),
            "`slsaudit rules` lists them");
      } else if (expired(one)) {
        const std::string still = used[t] ? ", and what it silenced is there still" : "";
        say("expired-suppression", "the suppression of `" + term + "` ended on " + one.until + still,
            used[t] ? "mend what it silenced, or give it more time" : "remove it");
      } else if (!used[t] && one.tell_unused && judged(term)) {
        say("unused-suppression", "the suppression of `" + term + "` silences nothing here", "remove it");
      }
    }
  }

  [[nodiscard]] bool known(std::string_view term) const {
    return std::ranges::any_of(all_, [&](const Rule* rule) { return names(term, *rule); });
  }
  /// Whether all that the term means has been looked for.
  [[nodiscard]] bool judged(std::string_view term) const {
    const auto has_run = [&](const Rule* rule) { return std::ranges::find(ran_, rule) != ran_.end(); };
    return std::ranges::any_of(ran_, [&](const Rule* rule) { return names(term, *rule); }) &&
           std::ranges::all_of(all_, [&](const Rule* rule) {
             return !names(term, *rule) || rule->profile == "strict" || has_run(rule);
           });
  }

  const std::vector<Suppression>& suppressions_;
  const std::vector<const Rule*>& ran_;
  const std::vector<const Rule*>& all_;
  const SuppressionPolicy& policy_;
  std::vector<std::vector<bool>> used_; ///< By suppression, then term.
  std::map<std::string_view, const Rule*> rules_;
  std::map<text::FileId, std::vector<std::size_t>> by_file_; ///< Suppressions that may cover what is there.
};

/// What the rules on problems say of these.
std::vector<Finding> judge(text::Problems problems, const std::vector<const Rule*>& ran,
                           const text::SourceMap& sources, std::vector<std::string>& failures) {
  std::vector<const Rule*> rules;
  std::ranges::copy_if(ran, std::back_inserter(rules),
                       [](const Rule* rule) { return rule->for_each == "problems"; });
  if (problems.empty() || rules.empty()) return {};
  std::map<text::FileId, dialect::Template> templates;
  for (text::Problem& problem : problems) {
    dialect::Template& one = templates[problem.span.file];
    one.file = problem.span.file;
    one.problems.push_back(std::move(problem));
  }
  std::vector<dialect::Template> list;
  for (auto& [file, one] : templates) list.push_back(std::move(one));
  text::Arena arena;
  const graph::System system = graph::build(std::move(list), arena);
  const analysis::Facts facts(system, {});
  return run(rules, facts, sources, failures);
}

} // namespace

std::vector<Suppression> read_suppressions(const syntax::Document& document, const text::SourceMap& sources) {
  std::vector<Suppression> all;
  if (!markers.occurs_in(sources.text(document.file))) return all;
  read_comments(document, sources, all);
  read_metadata(document, all);
  return all;
}

std::vector<Suppression> read_suppressions(const text::SourceMap& sources, KnownSuppressions known) {
  std::vector<Suppression> all;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const text::FileId file(static_cast<std::uint32_t>(i));
    if (const auto found = known.find(file); found != known.end()) {
      std::ranges::move(found->second, std::back_inserter(all));
    } else if (markers.occurs_in(sources.text(file))) {
      text::Arena arena;
      std::ranges::move(read_suppressions(read_again(sources, file, arena), sources),
                        std::back_inserter(all));
    }
  }
  std::ranges::stable_sort(all, {}, &Suppression::span);
  return all;
}

Sifted sift(std::vector<Finding> findings, const std::vector<Suppression>& suppressions,
            const std::vector<const Rule*>& ran, const std::vector<const Rule*>& all,
            const SuppressionPolicy& policy, const text::SourceMap& sources,
            std::vector<std::string>& failures) {
  Sifter sifter(suppressions, ran, all, policy);
  Sifted sifted;
  const auto is_suppressed = [&](Finding& finding) {
    const Suppression* by = sifter.find(finding);
    if (by != nullptr) sifted.suppressed.push_back({std::move(finding), *by});
    return by != nullptr;
  };
  std::erase_if(findings, is_suppressed); // in their order, each looked at once
  sifted.findings = std::move(findings);
  std::ranges::move(judge(sifter.problems(), ran, sources, failures), std::back_inserter(sifted.findings));
  sifted.findings = text::in_order(std::move(sifted.findings), before);
  return sifted;
}

} // namespace slsaudit::rules
