// SPDX-License-Identifier: Apache-2.0
// What principals may do: every policy that counts for them, statement by statement, boundaries taken into
// account. Several tables ask.
#pragma once

#include "analysis/grants.hpp"
#include "knowledge/iam.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace slsaudit::analysis {

/// One pattern of a statement's Resource and what it means here.
struct Covered {
  std::string spelled;              ///< As graph::spell does; empty where it isn't known.
  std::string label;                ///< For people.
  std::vector<graph::NodeId> nodes; ///< That it names; ascending.
  std::string rest;                 ///< What follows their name: "", "/*", "/index/*", "/uploads/*".
  bool vague = false;               ///< All of `service`, or of every service where that is empty.
  std::string service;              ///< Of its ARN, or of what it names.
  bool known = true;
  bool sure = true;       ///< False of an alternative that a condition selects.
  graph::NodeId own = {}; ///< The principal itself by a policy variable or as its own resource; else invalid.
};

/// How a principal comes to hold a statement.
enum class Held : std::uint8_t { inlined, managed, aws_managed, generated, by_resource };
[[nodiscard]] std::string_view name(Held held);

/// One statement, taken apart. What it names is allowed (or denied) on what it covers.
struct Right {
  bool allow = true;
  std::vector<std::string> actions;     ///< Patterns, "*" where NotAction is used.
  std::vector<std::string> not_actions; ///< Patterns of NotAction.
  std::vector<Covered> resources;       ///< Everything where NotResource is used.
  bool all_but = false;                 ///< NotResource leaves something out.
  bool complete = true;                 ///< Every Action and Resource is known.
  bool conditional = false;
  std::optional<bool> narrowed = false; ///< Whether the Condition pins the resource; nothing when not known.
  /// Services that iam:PassedToService names; nothing where the Condition says nothing of it.
  std::optional<std::vector<std::string>> passed_to;
  Held held = Held::inlined;
  std::string policy; ///< Name; may be empty.
  text::Span span;
  const value::Origin* assumption = nullptr;

  [[nodiscard]] bool names(std::string_view action) const;
};

struct Principal {
  graph::NodeId node;
  std::vector<Right> rights;
  bool bounded = false;             ///< A permissions boundary is taken into account.
  std::vector<std::string> unknown; ///< Why not all that it may do is in sight; empty when it is.
  /// A bit for each letter that an action it may do can begin with: it has none of most services.
  std::uint32_t beginnings = ~std::uint32_t{0};
};

/// A right and the resource of it that an answer rests on.
struct Hold {
  const Right* right = nullptr;
  const Covered* resource = nullptr;
};

class Permissions {
public:
  explicit Permissions(const Facts& facts);
  Permissions(const Permissions&) = delete;
  Permissions& operator=(const Permissions&) = delete;

  /// Roles, users and groups in the order of their nodes.
  [[nodiscard]] const std::vector<Principal>& principals() const { return principals_; }
  [[nodiscard]] const Principal* of(graph::NodeId role) const; ///< Null for what no template declares.
  /// The roles that compute runs with.
  [[nodiscard]] std::vector<const Principal*> of_compute(graph::NodeId compute) const;

  /// Everything that allows the action anywhere, what a Deny surely takes away left out.
  [[nodiscard]] std::vector<Hold> holds(const Principal& principal, std::string_view action) const;
  /// What allows the action on the whole of a node (a bucket's objects, a table's items), the best first: no
  /// condition before one.
  [[nodiscard]] Hold hold_on(const Principal& principal, std::string_view action, graph::NodeId node) const;
  [[nodiscard]] bool denied(const Principal& principal, std::string_view action, const Covered& on) const;
  [[nodiscard]] bool denied(const Principal& principal, std::string_view action, graph::NodeId node) const;
  [[nodiscard]] const std::vector<knowledge::Action>& expand(std::string_view pattern) const {
    return expansions_.of(pattern);
  }

private:
  class Reader;
  const graph::System& system_;
  std::vector<Principal> principals_;
  std::map<graph::NodeId, std::size_t> by_node_;
  const Expansions& expansions_;
};

/// Whether all that the second pattern matches is matched by the first too: never wrongly true.
[[nodiscard]] bool covers(std::string_view wide, std::string_view narrow);
/// Whether an action of that service can act on resources whose ARN names the other.
[[nodiscard]] bool acts_on_service(std::string_view action_service, std::string_view arn_service);
/// Of a node's ARN; empty where it isn't known.
[[nodiscard]] std::string_view arn_service(const graph::System& system, graph::NodeId node);
[[nodiscard]] std::string_view service_of_action(std::string_view action);
/// Whether a resource of a statement means the whole node as far as the action is concerned.
[[nodiscard]] bool means_whole(const graph::System& system, std::string_view action, const Covered& resource,
                               graph::NodeId node);
/// Why not all statements of a policy's document are known; empty where they are.
[[nodiscard]] std::string_view gap_in(const value::Value& document);
/// What both of two sets of rights allow.
[[nodiscard]] std::vector<Right> intersect(const Permissions& permissions, const std::vector<Right>& rights,
                                           const std::vector<Right>& boundary);

/// Compute that assumes a role; ascending.
[[nodiscard]] std::vector<graph::NodeId> holders_of(const graph::System& system, graph::NodeId role);

/// Reads one statement; `where` is the template in which its names are looked up. Nothing where its effect is
/// not known.
[[nodiscard]] std::optional<Right> read_right(const graph::System& system, std::size_t where,
                                              const value::Value& statement, graph::NodeId principal);
/// Roles that an identity pool gives out, with what it calls them: "guest" where nobody signs in, else
/// "authenticated".
[[nodiscard]] std::map<graph::NodeId, std::string_view> identity_roles(const Facts& facts);

/// The statements of a managed policy of AWS by its name; nothing where they are not known.
[[nodiscard]] const std::vector<Right>* managed_rights(const Facts& facts, std::string_view name,
                                                       std::map<std::string, std::vector<Right>>& cache);

} // namespace slsaudit::analysis
