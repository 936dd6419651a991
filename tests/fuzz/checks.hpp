// SPDX-License-Identifier: Apache-2.0
// What must hold whatever the bytes were.
#pragma once

#include "support/syntax.hpp"
#include "text/assert.hpp"
#include "text/encoding.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace slsaudit::fuzz {

/// Ends the process with what is wrong; nothing where that is nothing.
inline void require_none(const std::string& wrong) {
  if (wrong.empty()) return;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}

/// Limits under which no input takes long.
[[nodiscard]] inline syntax::Limits small_limits() {
  syntax::Limits limits;
  limits.max_nodes = 20'000;
  limits.max_expansion = 20'000;
  return limits;
}

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

inline void check_problem(const text::SourceMap& sources, const text::Problem& problem) {
  SLSAUDIT_ASSERT(!problem.name.empty() && !problem.message.empty());
  check_text(problem.message);
  check_text(problem.help);
  if (problem.span.valid()) check_span(sources, problem.span);
  for (const text::Related& related : problem.related) {
    check_text(related.message);
    check_span(sources, related.span);
  }
}

inline void check_problems(const text::SourceMap& sources, const text::Problems& problems) {
  for (const text::Problem& problem : problems) check_problem(sources, problem);
}

/// Recursion is bounded by the depth limit, time by the small expansion limit.
inline void check_node(const text::SourceMap& sources, const syntax::Node& node) {
  check_span(sources, node.span);
  check_text(node.text);
  for (const syntax::Entry& entry : node.children) {
    SLSAUDIT_ASSERT(entry.value != nullptr);
    if (node.is_mapping()) check_span(sources, entry.key_span);
    check_node(sources, *entry.value);
  }
}

[[nodiscard]] inline bool has_error(const syntax::Document& document) {
  for (const text::Problem& problem : document.problems) {
    if (problem.level == text::ProblemLevel::error) return true;
  }
  return false;
}

inline void check_document(const text::SourceMap& sources, const syntax::Document& document) {
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
    check_problem(sources, problem);
    SLSAUDIT_ASSERT(problem.span.valid() && problem.span.begin >= last);
    last = problem.span.begin;
  }
}

} // namespace slsaudit::fuzz
