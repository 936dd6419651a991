// SPDX-License-Identifier: Apache-2.0
// Findings that somebody has decided to live with, said where they are: in comments and in Metadata, in
// slsaudit's own words or in another tool's.
//
//   Timeout: 900 # slsaudit: ignore[CON001] until 2027-03-31 -- the nightly export needs it
//   # slsaudit: ignore[wildcard-resource, OBS] -- a sandbox        (the key that follows, with all below it)
//   Metadata: {slsaudit: {ignore: [{rules: [CON001], until: 2027-03-31, reason: …}]}}
//   custom: {slsaudit: {ignore: [CON001]}}                         (Serverless Framework: the whole service)
#pragma once

#include "rules/finding.hpp"
#include "rules/rule.hpp"
#include "syntax/node.hpp"
#include "text/source_map.hpp"

#include <map>
#include <string>
#include <vector>

namespace slsaudit::rules {

struct Suppression {
  text::Span span;                ///< Where it is written: the comment, or the entry in Metadata.
  std::string origin;             ///< As it is told: "slsaudit: ignore[CON001]", "checkov:skip=CKV_AWS_116".
  std::string tool;               ///< Whose words they are; empty for slsaudit's.
  std::vector<std::string> terms; ///< Rules as written: codes, names, groups; or the tool's own ids.
  std::string until;              ///< The last day on which it holds; empty: for ever.
  std::string reason;
  text::Span scope;                ///< Findings that begin in it; where invalid, those of `files`.
  std::vector<text::FileId> files; ///< They stand there, or are about the template there.
  std::string resource;            ///< Of findings on this resource only, unless empty.
  std::string fault;               ///< What is wrong with how it is written; then it suppresses nothing.
  bool configured = false;         ///< Written in the configuration file.
  bool tell_unused = true;         ///< Of one's own: that nothing was found is worth a finding.
};

/// Those that a document says, as it was read: before anything was included in it.
[[nodiscard]] std::vector<Suppression> read_suppressions(const syntax::Document& document,
                                                         const text::SourceMap& sources);
/// By file, also where there are none.
using KnownSuppressions = std::map<text::FileId, std::vector<Suppression>>;
/// Those of all texts, in the order of files and places: of files that are not known, which are read again.
[[nodiscard]] std::vector<Suppression> read_suppressions(const text::SourceMap& sources,
                                                         KnownSuppressions known = {});

/// What decides over them.
struct SuppressionPolicy {
  std::string as_of;           ///< ISO date; empty: nothing expires.
  bool require_reason = false; ///< One's own without a reason suppresses nothing, and is a finding.
  bool honour_foreign = true;
};

struct SuppressedFinding {
  Finding finding;
  Suppression by;
};

struct Sifted {
  std::vector<Finding> findings; ///< Those left, with those on suppressions themselves; ordered by `before`.
  std::vector<SuppressedFinding> suppressed; ///< In the same order.
};

/// `ran` are the rules that were judged, `all` those that there are: only of the former can a suppression be
/// unused. Suppressions that are expired, unused or wrong are problems that the rules of `ran` judge; those
/// findings can be deselected, not suppressed.
[[nodiscard]] Sifted sift(std::vector<Finding> findings, const std::vector<Suppression>& suppressions,
                          const std::vector<const Rule*>& ran, const std::vector<const Rule*>& all,
                          const SuppressionPolicy& policy, const text::SourceMap& sources,
                          std::vector<std::string>& failures);

/// Adds what the comments of a document say; internal to read_suppressions.
void read_comments(const syntax::Document& document, const text::SourceMap& sources,
                   std::vector<Suppression>& target);
/// Adds what its Metadata and `custom` say.
void read_metadata(const syntax::Document& document, std::vector<Suppression>& target);
/// Adds each tool's Metadata of one resource or template.
void read_foreign_metadata(const syntax::Node& metadata, text::Span scope,
                           const std::vector<text::FileId>& files, std::vector<Suppression>& target);

} // namespace slsaudit::rules
