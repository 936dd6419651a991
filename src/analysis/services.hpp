// SPDX-License-Identifier: Apache-2.0
// A system's services: what is deployed on its own, together with the stacks nested in it.
#pragma once

#include "graph/system.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::analysis {

class Services {
public:
  explicit Services(const graph::System& system);

  /// Nothing for outside parties. Services are numbered by their first template.
  [[nodiscard]] std::optional<std::size_t> of(graph::NodeId node) const;
  [[nodiscard]] std::size_t of_template(std::size_t index) const { return by_template_[index]; }
  [[nodiscard]] std::size_t count() const { return names_.size(); }
  /// The framework's name for it, or "the stack of `Orders`" by its first resource.
  [[nodiscard]] const std::string& name(std::size_t service) const { return names_[service]; }
  [[nodiscard]] std::vector<std::string> names(const std::vector<std::size_t>& services) const;

private:
  const graph::System& system_;
  std::vector<std::size_t> by_template_;
  std::vector<std::string> names_;
};

} // namespace slsaudit::analysis
