// SPDX-License-Identifier: Apache-2.0
// What `slsaudit merge` prints: all systems of an organisation, which of them depend on which, and what was
// found in them.
#pragma once

#include "report/report.hpp"
#include "report/shards.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

using SeverityCounts = std::array<std::size_t, 5>; ///< In the order of severities_worst_first.

/// An open finding, short.
struct BriefFinding {
  std::size_t system = 0;
  rules::Severity severity = rules::Severity::info;
  std::string code;
  std::string name;
  std::string place; ///< "path:line:column", or less.
  std::string message;
};

/// An input of a system that could not be read.
struct BriefError {
  std::size_t system = 0;
  std::string place;
  std::string message;
};

struct MergedSystem {
  std::string root;
  std::string outcome; ///< After baselines and --fail-on: "clean", "findings", "unusable" or "incomplete".
  int exit = 0;
  std::string version;
  std::string as_of;
  SeverityCounts findings{};
  std::size_t suppressed = 0;
  std::size_t baseline = 0;
  std::size_t errors = 0;
  std::size_t templates = 0;
  std::size_t resources = 0;
  std::vector<std::size_t> depends_on; ///< Indices of systems, ascending.
  std::vector<std::size_t> used_by;
  std::string_view line; ///< Canonical, with baselines applied: in the shards, or in Organisation::lines.
};

struct RuleTotal {
  std::string name;
  SeverityCounts findings{};
  std::size_t systems = 0;
};

/// One system's taking of what another gives, or of what none gives.
struct OrganisationLink {
  std::size_t from = 0; ///< The system that takes.
  std::string by;       ///< Its resource.
  std::string kind;     ///< "export", "output", "parameter", "arn" or "name"
  std::string name;
  std::string relation; ///< "polls", "refers" …
  std::string place;
  std::vector<std::size_t> to; ///< Who may give it: one, none, or several of which nobody can tell the right.
  std::string resource;        ///< What it is there, if there is one giver.
};

/// Lives no longer than the shards that it is made of, and can't be copied: lines are views.
struct Organisation {
  Organisation() = default;
  Organisation(Organisation&&) = default;
  Organisation& operator=(Organisation&&) = default;

  std::vector<MergedSystem> systems;        ///< By root.
  std::deque<std::string> lines;            ///< Of systems of which the merge says something else.
  std::vector<OrganisationLink> links;      ///< Of one giver.
  std::vector<OrganisationLink> ambiguous;  ///< Of several.
  std::vector<OrganisationLink> unresolved; ///< Of none.
  std::vector<BriefFinding> worst;          ///< The first of all, worst first.
  std::vector<BriefError> unread;           ///< The first of all, by system.
  std::map<std::string, RuleTotal> rules;   ///< By code.
  SeverityCounts findings{};
  std::size_t suppressed = 0;
  std::size_t baseline = 0;
  std::size_t errors = 0;
  std::size_t templates = 0;
  std::size_t resources = 0;
  std::vector<ShardProblem> problems; ///< Torn and unusable lines, conflicts, roots that are missing.
  std::vector<std::string> notes;     ///< What keeps systems from being alike: other versions, other dates.
  std::vector<std::string> known;     ///< All lines of baselines, sorted.
  int exit = 0;                       ///< The worst of its systems', or 3 where there are problems.
};

struct MergeOptions {
  std::optional<std::string> fail_on; ///< Instead of what each system was audited with.
  std::vector<std::string> expected;  ///< Roots that must be there.
};

[[nodiscard]] Organisation organise(const Shards& shards, const MergeOptions& options);

using OrganisationRenderer = void (*)(const Organisation& all, const Style& style, std::ostream& out);
/// By name, or null.
[[nodiscard]] OrganisationRenderer organisation_renderer(std::string_view format);
[[nodiscard]] const std::vector<std::string_view>& organisation_formats();

void render_organisation_text(const Organisation& all, const Style& style, std::ostream& out);
void render_organisation_markdown(const Organisation& all, const Style& style, std::ostream& out);
/// docs/schemas/organisation.schema.json tells the shape.
void render_organisation_json(const Organisation& all, const Style& style, std::ostream& out);
/// One log: a run for each system, or one for all where code scanning would not take so many.
void render_organisation_sarif(const Organisation& all, const Style& style, std::ostream& out);
/// The lines, which can be merged again.
void render_organisation_ndjson(const Organisation& all, const Style& style, std::ostream& out);
/// The baselines as one.
void render_organisation_baseline(const Organisation& all, const Style& style, std::ostream& out);

// --- What the formats have in common ---

/// "3 high, 1 low", or "none".
[[nodiscard]] std::string counts_in_words(const SeverityCounts& counts);
/// "12 systems, 40 templates, 800 resources: 3 high, 1 low; 2 suppressed, 1 in the baseline"
[[nodiscard]] std::string organisation_summary(const Organisation& all);
/// Indices of systems, those with the worst findings first.
[[nodiscard]] std::vector<std::size_t> worst_systems_first(const Organisation& all);

} // namespace slsaudit::report
