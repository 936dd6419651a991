// SPDX-License-Identifier: Apache-2.0
#include "rules/merge.hpp"

#include "rules/fingerprint.hpp"
#include "text/in_order.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace slsaudit::rules {
namespace {

/// Of drafts that are one finding, the indexes, the first one's first.
using Group = std::vector<std::uint32_t>;

using Place = std::tuple<std::string_view, std::uint32_t, std::uint32_t>; ///< A path, and where in it.

Place place_of(const text::Span& span, const text::SourceMap& sources) {
  return {span.valid() ? sources.path(span.file) : std::string_view(), span.begin, span.end};
}

/// Of drafts in order. The groups are in the order of their firsts.
std::vector<Group> groups_of(const std::vector<Draft>& drafts, const text::SourceMap& sources) {
  std::map<std::tuple<text::FileId, std::string, Place>, std::size_t> numbers;
  std::vector<Group> groups;
  for (std::uint32_t i = 0; i < drafts.size(); ++i) {
    const Draft& draft = drafts[i];
    const Place place = draft.merge_key ? Place{} : place_of(draft.finding.span, sources);
    const auto key = std::tuple(draft.template_file, draft.merge_key.value_or(draft.key), place);
    const auto [number, is_new] = numbers.try_emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[number->second].push_back(i);
  }
  return groups;
}

/// One text that several services read is one cause: its path counts, not who read it. Their order stays.
std::vector<Group> joined(std::vector<Group> groups, const std::vector<Draft>& drafts,
                          const text::SourceMap& sources) {
  std::map<std::tuple<std::string, Place>, std::size_t> numbers;
  std::vector<Group> result;
  for (Group& group : groups) {
    const Draft& first = drafts[group.front()];
    const auto key = std::tuple(first.merge_key.value_or(first.key), place_of(first.finding.span, sources));
    const std::size_t number =
        first.finding.span.valid() ? numbers.try_emplace(key, result.size()).first->second : result.size();
    if (number == result.size()) {
      result.push_back(std::move(group));
    } else {
      result[number].insert(result[number].end(), group.begin(), group.end());
    }
  }
  return result;
}

/// " (and 12 more: `B`, `C`, `D` …)"
std::string others(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text = " (and " + std::to_string(names.size()) + " more: ";
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += (i == 0 ? "`" : ", `") + names[i] + "`";
  return text + (names.size() > shown ? " …)" : ")");
}

/// Makes the first of a group speak for all of it.
void merge_group(const Group& group, std::vector<Draft>& drafts, const text::SourceMap& sources) {
  if (group.size() == 1) return;
  Draft& whole = drafts[group.front()];
  using Step = std::pair<text::Span, std::string>;
  std::set<Step> steps;
  for (const EvidenceStep& step : whole.finding.evidence) steps.emplace(step.span, step.message);
  std::vector<std::string> names;
  std::set<std::string_view> named{whole.finding.resource};
  for (const std::uint32_t index : std::span(group).subspan(1)) {
    const Finding& other = drafts[index].finding;
    whole.finding.severity = std::max(whole.finding.severity, other.severity);
    if (other.confidence == Confidence::proved) {
      whole.finding.confidence = Confidence::proved;
      whole.finding.assumption.clear();
    }
    for (const EvidenceStep& step : other.evidence) {
      if (steps.emplace(step.span, step.message).second) whole.finding.evidence.push_back(step);
    }
    if (!other.resource.empty() && named.insert(other.resource).second) {
      names.push_back(other.resource);
      if (place_of(other.span, sources) != place_of(whole.finding.span, sources))
        whole.finding.evidence.push_back({other.span, "`" + other.resource + "` too"});
    }
    whole.shared = whole.shared || drafts[index].shared;
    if (drafts[index].template_file == whole.template_file)
      whole.others.push_back({drafts[index].subject, drafts[index].resource, other.resource});
    if (drafts[index].template_file != whole.template_file) {
      whole.template_file = whole.finding.span.file;
      whole.shared = true;
    }
  }
  if (!names.empty()) whole.finding.message += others(names);
  whole.finding.evidence.shrink_to_fit();
  whole.others.shrink_to_fit();
}

/// What stays the same while lines move and other findings come and go. A finding that stands for several
/// resources has none of its own: which comes first may change.
std::vector<std::string> identity(const Draft& draft, const text::SourceMap& sources) {
  const bool of_all = draft.shared || draft.merge_key.has_value();
  const text::FileId file = draft.template_file.valid() ? draft.template_file : draft.finding.span.file;
  return {draft.finding.code, file.valid() ? std::string(sources.path(file)) : std::string(),
          of_all ? std::string() : draft.finding.resource,
          draft.merge_key ? *draft.merge_key : draft.finding.property, draft.key};
}

} // namespace

std::vector<Draft> merge(std::vector<Draft> drafts, const text::SourceMap& sources) {
  drafts = text::in_order(std::move(drafts),
                          [](const Draft& a, const Draft& b) { return before(a.finding, b.finding); });
  const std::vector<Group> groups = joined(groups_of(drafts, sources), drafts, sources);
  std::map<std::vector<std::string>, std::size_t> seen;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    merge_group(groups[i], drafts, sources);
    // Before the first of a group, only those of groups before it stand: their places are free.
    if (groups[i].front() != i) drafts[i] = std::move(drafts[groups[i].front()]);
    Draft& whole = drafts[i];
    std::vector<std::string> parts = identity(whole, sources);
    const std::size_t number = seen[parts]++;
    if (number > 0) parts.push_back(std::to_string(number));
    whole.finding.fingerprint = fingerprint({parts.begin(), parts.end()});
    parts[1].clear();
    whole.finding.pathless = fingerprint({parts.begin(), parts.end()});
    whole.finding.template_file = whole.template_file;
    whole.finding.gathered = whole.merge_key.has_value();
  }
  drafts.resize(groups.size());
  drafts.shrink_to_fit(); // of thousands there may be one
  return drafts;
}

} // namespace slsaudit::rules
