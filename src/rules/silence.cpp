// SPDX-License-Identifier: Apache-2.0
#include "rules/silence.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace slsaudit::rules {

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
      for (const std::string& code : rule_of(i).silences) {
        if (!draft.finding.resource.empty()) note(said_of, subject(code, draft), draft.finding.severity);
        note(said_at, Place(code, draft.finding.span), draft.finding.severity);
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
