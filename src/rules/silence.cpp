// SPDX-License-Identifier: Apache-2.0
#include "rules/silence.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace slsaudit::rules {

namespace {

constexpr std::string_view below = " below ";

/// The gravest findings that one of that severity silences.
Severity most_of(const Silenced& silenced, Severity severity) {
  if (!silenced.below) return severity;
  return std::min(severity, static_cast<Severity>(static_cast<int>(*silenced.below) - 1));
}

} // namespace

std::optional<Silenced> silenced_by(std::string_view entry) {
  const std::size_t at = entry.find(below);
  if (at == std::string_view::npos) return Silenced{entry, std::nullopt};
  const auto severity = severity_from(entry.substr(at + below.size()));
  if (!severity || *severity == Severity::info) return std::nullopt; // nothing is below
  return Silenced{entry.substr(0, at), severity};
}

void silence(std::vector<std::vector<Draft>>& by_rule,
             const std::function<const Rule&(std::size_t)>& rule_of) {
  using Subject = std::tuple<std::string, text::FileId, std::string>;
  using Place = std::pair<std::string, text::Span>;
  std::map<Subject, Severity> said_of;
  std::map<Place, Severity> said_at;
  const auto subject = [](const std::string& code, const Draft& draft) {
    return Subject(code, draft.template_file, draft.finding.resource);
  };
  const auto note = [](auto& said, const auto& key, Severity severity) {
    const auto [it, fresh] = said.emplace(key, severity);
    if (!fresh) it->second = std::max(it->second, severity);
  };
  for (std::size_t i = 0; i < by_rule.size(); ++i) {
    for (const Draft& draft : by_rule[i]) {
      for (const std::string_view entry : rule_of(i).silences) {
        const auto silenced = silenced_by(entry);
        SLSAUDIT_ASSERT(silenced.has_value()); // the loader takes nothing else
        const Severity most = most_of(*silenced, draft.finding.severity);
        const std::string code(silenced->code);
        if (!draft.finding.resource.empty()) note(said_of, subject(code, draft), most);
        note(said_at, Place(code, draft.finding.span), most);
      }
    }
  }
  const auto said = [](const auto& known, const auto& key, Severity severity) {
    const auto it = known.find(key);
    return it != known.end() && it->second >= severity;
  };
  for (std::vector<Draft>& drafts : by_rule) {
    std::erase_if(drafts, [&](const Draft& draft) {
      const Finding& finding = draft.finding;
      return said(said_of, subject(finding.code, draft), finding.severity) ||
             said(said_at, Place(finding.code, finding.span), finding.severity);
    });
  }
}

} // namespace slsaudit::rules
