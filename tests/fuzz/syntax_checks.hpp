// SPDX-License-Identifier: Apache-2.0
// What must hold of every document, whatever the bytes were.
#pragma once

#include "syntax/dump.hpp"
#include "syntax/reader.hpp"
#include "text/assert.hpp"
#include "text/encoding.hpp"

#include <string>

namespace slsaudit::fuzz {

inline void check_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = text::sequence_length(text, at);
    SLSAUDIT_ASSERT(length > 0);
    at += length;
  }
}

inline void check_span(const text::SourceMap& sources, text::Span span) {
  SLSAUDIT_ASSERT(span.valid() && span.begin <= span.end);
  SLSAUDIT_ASSERT(span.end <= sources.text(span.file).size());
}

/// Recursion is bounded by the depth limit, time by the small expansion limit that the caller sets.
inline void check_node(const text::SourceMap& sources, const syntax::Node& node) {
  check_span(sources, node.span);
  check_text(node.text);
  for (const syntax::Entry& entry : node.children) {
    SLSAUDIT_ASSERT(entry.value != nullptr);
    if (node.is_mapping()) check_span(sources, entry.key_span);
    check_node(sources, *entry.value);
  }
}

inline bool has_error(const syntax::Document& document) {
  for (const text::Problem& problem : document.problems) {
    if (problem.level == text::ProblemLevel::error) return true;
  }
  return false;
}

inline void check(const char* path, std::string bytes) {
  text::SourceMap sources;
  text::Arena arena;
  syntax::Limits limits;
  limits.max_expansion = 20'000;
  const syntax::Document document = syntax::read(sources, arena, path, std::move(bytes), limits);
  check_text(sources.text(document.file));
  SLSAUDIT_ASSERT(document.root != nullptr || has_error(document));
  SLSAUDIT_ASSERT(document.root == nullptr || document.partial == nullptr);
  if (document.root != nullptr) check_node(sources, *document.root);
  if (document.partial != nullptr) check_node(sources, *document.partial);
  std::uint32_t last = 0;
  for (const syntax::Comment& comment : document.comments) {
    check_span(sources, comment.span);
    SLSAUDIT_ASSERT(comment.span.begin >= last);
    last = comment.span.end;
  }
  last = 0;
  for (const text::Problem& problem : document.problems) {
    check_span(sources, problem.span);
    check_text(problem.message);
    check_text(problem.help);
    SLSAUDIT_ASSERT(problem.span.begin >= last);
    last = problem.span.begin;
    for (const text::Related& related : problem.related) check_span(sources, related.span);
  }
}

} // namespace slsaudit::fuzz
