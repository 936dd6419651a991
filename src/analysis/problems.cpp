// SPDX-License-Identifier: Apache-2.0
// Table "problems": what reading the templates found wrong or odd, without being unable to go on.
#include "analysis/analyses.hpp"

#include <algorithm>
#include <iterator>

namespace slsaudit::analysis {
namespace {

/// A related place that is nothing but a name in backticks has a part of what is meant.
std::string_view part_name(std::string_view message) {
  const bool only =
      message.size() >= 2 && message.front() == '`' && message.find('`', 1) == message.size() - 1;
  return only ? message.substr(1, message.size() - 2) : std::string_view();
}

/// The resources that were written, by where they begin.
class Resources {
public:
  explicit Resources(const graph::System& system) {
    for (const graph::Node& node : system.nodes) {
      if (node.resource != nullptr) written_.emplace_back(node.resource->span, author_id(node));
    }
    std::ranges::sort(written_);
  }

  /// The author's id of the one that a place stands in; empty where there is none.
  [[nodiscard]] std::string_view around(text::Span place) const {
    const auto behind =
        std::ranges::upper_bound(written_, std::pair(place.file, place.begin), {},
                                 [](const auto& one) { return std::pair(one.first.file, one.first.begin); });
    if (behind == written_.begin()) return {};
    const auto& [span, id] = *std::prev(behind);
    return span.contains(place) ? std::string_view(id) : std::string_view();
  }

private:
  std::vector<std::pair<text::Span, std::string>> written_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const auto& templates = facts.system().templates;
  const Resources resources(facts.system());
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const dialect::Template& source = templates[i];
    for (const text::Problem& problem : source.problems) {
      if (problem.level != text::ProblemLevel::finding) continue;
      std::vector<Step> steps;
      cel::Map parts;
      for (const text::Related& related : problem.related) {
        if (const std::string_view part = part_name(related.message); !part.empty())
          parts.emplace_back(part, cel::Value().marked().at(related.span));
        else
          steps.push_back({related.span, related.message});
      }
      add_row(table, schema,
              {{"name", problem.name},
               {"message", problem.message},
               {"help", problem.help.empty() ? cel::Value() : cel::Value(problem.help)},
               {"dialect", dialect::name(source.dialect)},
               {"template", static_cast<std::int64_t>(i)},
               {"resource", std::string(resources.around(problem.span))},
               {"parts", cel::Value(std::move(parts))},
               {"place", cel::Value(problem.name).at(problem.span)}},
              problem.span, std::move(steps));
    }
  }
}

} // namespace

const Analysis& problem_analysis() {
  static const Analysis analysis{
      {"problems",
       "What reading the templates found wrong or odd and could read past; "
       "related places are the row's proof",
       {
           {"name", "string", "", "a stable word such as `duplicate-key`"},
           {"message", "string", "", "what was found"},
           {"help", "string", "", "what to do; null when nothing is known"},
           {"dialect", "string", "", "of the template"},
           {"template", "int", "", "which template of the system it is"},
           {"resource", "string", "", "id of the resource that it stands in; empty where it is elsewhere"},
           {"parts", "map", "",
            "what a fix puts together, by name: each stands where its author "
            "wrote it, and is known to `yaml` alone"},
           {"place", "string", "", "stands where the problem is; for `at`"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
