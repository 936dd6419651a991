// SPDX-License-Identifier: Apache-2.0
// A SAM template lowered, with everything that keeps it alive.
#pragma once

#include "dialect/print.hpp"
#include "dialect/sam/lower.hpp"
#include "syntax/reader.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace slsaudit::test {

struct LoweredText {
  text::SourceMap sources;
  text::Arena arena;
  dialect::Lowered lowered;
  nlohmann::json json;

  explicit LoweredText(const std::string& yaml, const dialect::Inputs& inputs = {},
                       const std::string& path = "t.yaml") {
    const auto document = syntax::read(sources, arena, path, yaml);
    lowered = dialect::sam::lower(document, arena, inputs);
    json = nlohmann::json::parse(dialect::to_json(lowered));
  }

  /// "Id Type" of each resource, one a line, in order.
  [[nodiscard]] std::string resources() const {
    std::string result;
    for (const auto& resource : lowered.resources) {
      const syntax::Node* type = resource.body->get("Type");
      result +=
          std::string(resource.logical_id) + " " + std::string(type != nullptr ? type->text : "") + "\n";
    }
    return result;
  }

  /// Compact JSON of what stands at a pointer below Resources; "absent" where nothing does.
  [[nodiscard]] std::string at(const std::string& pointer) const {
    const nlohmann::json::json_pointer place("/Resources" + pointer);
    return json.contains(place) ? json.at(place).dump() : "absent";
  }

  /// "level name: text" of each problem, one a line; the text is what its span covers.
  [[nodiscard]] std::string problems() const {
    static constexpr std::string_view levels[] = {"error", "finding", "note"};
    std::string result;
    for (const text::Problem& problem : lowered.problems) {
      result += std::string(levels[static_cast<std::size_t>(problem.level)]) + " " + problem.name + ": " +
                std::string(sources.text(problem.span)) + "\n";
    }
    return result;
  }

  [[nodiscard]] const dialect::LoweredResource* find(std::string_view id) const {
    for (const auto& resource : lowered.resources) {
      if (resource.logical_id == id) return &resource;
    }
    return nullptr;
  }
};

} // namespace slsaudit::test
