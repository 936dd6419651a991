// SPDX-License-Identifier: Apache-2.0
// Whether a role surely may, or surely may not, do something: never a guess in either direction.
#pragma once

#include "analysis/open_routes.hpp"
#include "analysis/permissions.hpp"

#include <set>

namespace slsaudit::analysis {

class SureRights {
public:
  explicit SureRights(const Facts& facts);

  /// Whether the action is allowed on a resource; on anything at all where that is invalid. Yes where a
  /// statement allows it, under whatever condition; no only where all of the role's policies are in sight and
  /// none may.
  [[nodiscard]] Tri may(const Principal& principal, std::string_view action, graph::NodeId target) const;
  /// Whether the role's trust policy lets a service assume it.
  [[nodiscard]] Tri trusts(graph::NodeId role, std::string_view service) const;

private:
  [[nodiscard]] Tri covers(const Covered& resource, std::string_view action, graph::NodeId target) const;
  [[nodiscard]] Tri may_be(const Covered& resource, graph::NodeId target) const;
  void note_policies_of_others(std::string_view type, std::initializer_list<std::string_view> holders);

  const Facts& facts_;
  const graph::System& system_;
  bool doubtful_ = false;          ///< A policy is for a role that isn't known, or a macro may add some.
  std::set<graph::NodeId> open_;   ///< Resources whose own policy lets principals of the account in.
  std::set<graph::NodeId> handed_; ///< Roles that a stack or resource gets which may give them more.
};

} // namespace slsaudit::analysis
