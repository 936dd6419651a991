// SPDX-License-Identifier: Apache-2.0
// Reading small texts in tests.
#pragma once

#include "syntax/dump.hpp"
#include "syntax/reader.hpp"

#include <string>
#include <string_view>

namespace slsaudit::test {

/// One text as read, with all that its document refers to.
struct Read {
  text::SourceMap sources;
  text::Arena arena;
  syntax::Document document;

  explicit Read(std::string bytes, std::string path = "t.yaml", const syntax::Limits& limits = {})
      : document(syntax::read(sources, arena, std::move(path), std::move(bytes), limits)) {}

  [[nodiscard]] std::string dump(syntax::DumpOptions options = {}) const {
    return syntax::dump(document.root, options);
  }
  [[nodiscard]] std::string_view text(text::Span span) const { return sources.text(span); }

  /// "error tab-indentation 3:1; finding duplicate-key 5:3", or "" when there is none.
  [[nodiscard]] std::string problems() const {
    std::string result;
    for (const text::Problem& problem : document.problems) {
      if (!result.empty()) result += "; ";
      result += level(problem.level) + problem.name + " " + place(problem.span);
    }
    return result;
  }

  [[nodiscard]] std::string place(text::Span span) const {
    const text::Position position = sources.position(span.file, span.begin);
    return std::to_string(position.line) + ":" + std::to_string(position.column);
  }

private:
  static std::string level(text::ProblemLevel level) {
    if (level == text::ProblemLevel::error) return "error ";
    return level == text::ProblemLevel::finding ? "finding " : "note ";
  }
};

} // namespace slsaudit::test
