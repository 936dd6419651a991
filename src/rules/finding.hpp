// SPDX-License-Identifier: Apache-2.0
// What a rule says about a system.
#pragma once

#include "dialect/template.hpp"
#include "text/span.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

/// Ordered: a greater one is worse.
enum class Severity : std::uint8_t { info, low, medium, high, critical };
[[nodiscard]] std::string_view name(Severity severity);
[[nodiscard]] std::optional<Severity> severity_from(std::string_view name);

enum class Confidence : std::uint8_t { assumed, proved };
[[nodiscard]] std::string_view name(Confidence confidence);

/// One hop or term of the proof.
struct EvidenceStep {
  text::Span span; ///< Invalid where there is no text (a platform default).
  std::string message;
};

/// What a fix puts in the place of something.
struct Replacement {
  text::Span place;
  std::string text;
};

struct Finding {
  std::string code; ///< "CON007"
  std::string name; ///< "visibility-timeout-too-short"
  Severity severity = Severity::medium;
  Confidence confidence = Confidence::proved;
  std::string assumption; ///< What an assumed finding takes for granted.
  std::string world;      ///< "when `IsProd` is true", where it holds only so; the message says it too.
  std::string message;    ///< The observation: lower-case start, no final period, backticks round names.
  text::Span span;        ///< The narrowest: the key or value to change.
  std::string resource;   ///< Author's id of the resource it is about; may be empty.
  std::string property;   ///< Dotted path within it; may be empty.
  std::vector<EvidenceStep> evidence;
  std::string fix;  ///< For readers, in the dialect and the format of the template that `span` stands in.
  std::string edit; ///< What is merged, where `fix` tells it otherwise (rules/told_fix.hpp); else empty.
  std::vector<Replacement> replaced; ///< What is replaced, piece by piece; empty where the fix is merged.
  dialect::Dialect dialect = dialect::Dialect::cloudformation;
  std::string
      fingerprint; ///< Hex; the same after lines move, files are reordered or other findings come and go.
  std::string pathless;       ///< The same without the file's path: what a renamed file keeps.
  text::FileId template_file; ///< Of the template it is about; `span` may stand in a file that it includes.
  /// It speaks for several resources, by its rule's merge-by: which of them it stands at says nothing.
  bool gathered = false;
  bool everywhere = false; ///< Told only where no condition takes it away.
  std::string condition;   ///< That its resource is made under; empty when always.
};

/// Total order: file, begin, end, code, message, fingerprint.
[[nodiscard]] bool before(const Finding& left, const Finding& right);

} // namespace slsaudit::rules
