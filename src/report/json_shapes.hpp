// SPDX-License-Identifier: Apache-2.0
// Shapes that are either written at once or become a tree; docs/formats.md documents them. Internal to this
// folder.
#pragma once

#include "report/json_parts.hpp"
#include "report/redact.hpp"
#include "report/shown.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

/// A tree with the members that JsonDocument (json_document.hpp) writes.
class JsonTree {
public:
  /// Adds to an object, which stays where it is meanwhile.
  explicit JsonTree(Json& object) : open_{&object} {}

  void text(std::string_view key, std::string_view value) { (*open_.back())[std::string(key)] = value; }
  void number(std::string_view key, std::uint64_t value) { (*open_.back())[std::string(key)] = value; }
  void begin_list(std::string_view key) { begin(key, Json::array()); }
  void begin_object(std::string_view key) { begin(key, Json::object()); }
  void begin_object() {
    open_.back()->push_back(Json::object());
    open_.push_back(&open_.back()->back());
  }
  void end() { open_.pop_back(); }

private:
  void begin(std::string_view key, Json empty) {
    Json& member = (*open_.back())[std::string(key)];
    member = std::move(empty);
    open_.push_back(&member);
  }

  std::vector<Json*> open_;
};

/// "path", "start" and "end", or nothing where there is no text.
template <class To> void tell_place(To& to, const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return;
  const auto tell_position = [&](std::string_view key, std::uint32_t offset) {
    const text::Position at = sources.position(span.file, offset);
    to.begin_object(key);
    to.number("line", at.line);
    to.number("column", at.column);
    to.number("offset", offset);
    to.end();
  };
  to.text("path", sources.path(span.file));
  tell_position("start", span.begin);
  tell_position("end", span.end);
}

/// The members of a finding.
template <class To> void tell_finding(To& to, const text::SourceMap& sources, const rules::Finding& finding) {
  const auto tell_unless_empty = [&](std::string_view key, const std::string& text) {
    if (!text.empty()) to.text(key, redact(text));
  };
  to.text("code", finding.code);
  to.text("name", finding.name);
  to.text("severity", name(finding.severity));
  to.text("confidence", name(finding.confidence));
  tell_unless_empty("assumption", finding.assumption);
  tell_unless_empty("world", finding.world);
  to.text("message", redact(finding.message));
  tell_place(to, sources, finding.span);
  if (!finding.resource.empty()) to.text("resource", finding.resource); // an id, however long and random
  tell_unless_empty("property", finding.property);
  to.text("dialect", name(finding.dialect));
  to.begin_list("evidence");
  for (const rules::EvidenceStep& step : finding.evidence) {
    to.begin_object();
    to.text("message", redact(step.message));
    tell_place(to, sources, step.span);
    to.end();
  }
  to.end();
  tell_unless_empty("fix", finding.fix);
  to.text("fingerprint", finding.fingerprint);
}

} // namespace slsaudit::report
