// SPDX-License-Identifier: Apache-2.0
// Where a finding stands: from a value's span to the key or value a person changes, and to the property's
// path.
#pragma once

#include "analysis/table.hpp"
#include "text/source_map.hpp"

namespace slsaudit::rules {

struct Place {
  text::Span span; ///< Never more than one line; invalid where there is no text.
  graph::NodeId
      resource;         ///< The resource that the property belongs to; else the row's first. May be invalid.
  std::string property; ///< Dotted path from the resource's properties; empty for the resource itself.
  bool shared = false;  ///< The text stands where several resources get it from: Globals, provider.
  const value::Origin* origin = nullptr; ///< How the value got there; null where it is written there.
};

/// `at` is what the rule points at; a null or absent span means the subject itself.
[[nodiscard]] Place locate(const analysis::Facts& facts, const text::SourceMap& sources,
                           const cel::Object& subject, const cel::Value& at);

/// Resources that a row is about, the first the most.
[[nodiscard]] std::vector<graph::NodeId> resources_of(const analysis::Facts& facts,
                                                      const cel::Object& subject);

/// The template that a span stands in; for spans of included files, that of the resource.
[[nodiscard]] const dialect::Template* template_of(const graph::System& system, text::Span span,
                                                   graph::NodeId resource);

/// Cut at the end of its first line.
[[nodiscard]] text::Span first_line(const text::SourceMap& sources, text::Span span);

} // namespace slsaudit::rules
