// SPDX-License-Identifier: Apache-2.0
// A CloudFormation template from its text to its values, for tests.
#pragma once

#include "dialect/cloudformation/evaluate.hpp"
#include "support/value_dump.hpp"
#include "syntax/reader.hpp"

#include <memory>
#include <string>

namespace slsaudit::test {

/// Everything that a read template lives on.
struct Loaded {
  text::SourceMap sources;
  text::Arena arena;
  dialect::Lowered lowered;
  dialect::Template result;

  /// The problems as "level name line:column", one a line; notes only when asked for.
  [[nodiscard]] std::string problems(bool notes = false) const {
    std::string out;
    for (const text::Problem& problem : result.problems) {
      if (problem.level == text::ProblemLevel::note && !notes) continue;
      constexpr const char* levels[] = {"error ", "finding ", "note "};
      const auto place = sources.position(problem.span.file, problem.span.begin);
      out += levels[static_cast<std::size_t>(problem.level)] + problem.name + " " +
             std::to_string(place.line) + ":" + std::to_string(place.column) + "\n";
    }
    return out;
  }

  [[nodiscard]] const dialect::Resource* resource(std::string_view id) const {
    for (const dialect::Resource& resource : result.resources) {
      if (resource.logical_id == id) return &resource;
    }
    return nullptr;
  }

  /// The text of a span, as the author wrote it.
  [[nodiscard]] std::string text_of(text::Span span) const { return std::string(sources.text(span)); }
};

inline std::unique_ptr<Loaded> load(const std::string& text, const dialect::Inputs& inputs = {},
                                    const std::string& path = "template.yaml") {
  auto loaded = std::make_unique<Loaded>();
  const auto document = syntax::read(loaded->sources, loaded->arena, path, text);
  loaded->lowered = dialect::cloudformation::lower(document, loaded->arena, inputs);
  loaded->result = dialect::cloudformation::evaluate(loaded->lowered, loaded->arena, inputs);
  return loaded;
}

} // namespace slsaudit::test
