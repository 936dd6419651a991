// SPDX-License-Identifier: Apache-2.0
#include "analysis/services.hpp"

#include "analysis/analyses.hpp"

#include <algorithm>

namespace slsaudit::analysis {

Services::Services(const graph::System& system) : system_(system) {
  for (std::size_t i = 0; i < system.templates.size(); ++i) {
    const auto& nesting = system.templates[i].nesting;
    if (nesting && nesting->parent < i) { // A parent stands before what it nests.
      by_template_.push_back(by_template_[nesting->parent]);
      continue;
    }
    by_template_.push_back(names_.size());
    names_.emplace_back(system.templates[i].service);
    if (!names_.back().empty()) continue;
    const auto first = std::find_if(system.nodes.begin(), system.nodes.end(), [&](const graph::Node& node) {
      return node.resource != nullptr && node.template_index == i;
    });
    names_.back() = first != system.nodes.end() ? "the stack of " + quoted(shown_name(*first)) : "a stack";
  }
}

std::optional<std::size_t> Services::of(graph::NodeId node) const {
  const graph::Node& found = system_.node(node);
  if (found.resource == nullptr) return std::nullopt;
  return by_template_[found.template_index];
}

std::vector<std::string> Services::names(const std::vector<std::size_t>& services) const {
  std::vector<std::string> result;
  for (const std::size_t service : services) result.push_back(names_[service]);
  return result;
}

} // namespace slsaudit::analysis
