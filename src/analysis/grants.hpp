// SPDX-License-Identifier: Apache-2.0
// How wide policy statements are.
#pragma once

#include "analysis/analyses.hpp"
#include "knowledge/iam.hpp"

#include <functional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace slsaudit::analysis {

/// From harmless to grave: "list", "read", "tagging", "write", "permissions" are 0 to 4; -1 is none.
[[nodiscard]] int gravity(knowledge::Access access);
/// Null for -1.
[[nodiscard]] cel::Value access_cell(int gravity);

/// What a pattern of Action stands for.
struct Expansion {
  std::vector<knowledge::Action> actions; ///< That it matches.
  bool knows_service = false;             ///< It names one service, whose actions are known.
  bool basic = false;                     ///< See is_basic.
  int beyond_basics = -1;                 ///< The worst access of what it allows beyond that; -1 of nothing.
};

/// The actions that patterns match, each pattern expanded once; Facts::shared keeps them. Safe to use from
/// several threads.
class Expansions {
public:
  explicit Expansions(const Facts& /*facts*/) {}
  [[nodiscard]] const std::vector<knowledge::Action>& of(std::string_view pattern) const {
    return whole(pattern).actions;
  }
  [[nodiscard]] const Expansion& whole(std::string_view pattern) const;

private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  mutable std::shared_mutex mutex_; ///< Of the map: what it holds stays where and as it is.
  mutable std::unordered_map<std::string, Expansion, Hash, std::equal_to<>> known_;
};

/// One entry of an Action list and what it expands to.
struct Grant {
  std::string pattern;
  value::Value item;      ///< As written.
  std::int64_t count = 0; ///< Actions it expands to that are meant here.
  int worst = -1;         ///< Of those.
  bool required = false;  ///< One of the worst of those must be given a resource.
  bool basic = false;     ///< See is_basic.
  bool counted = true;    ///< False where its service has no data.
};

/// Wildcards that expand to actions that change data or permissions.
[[nodiscard]] std::vector<Grant> wildcard_grants(const Expansions& expansions, const Strings& actions);
/// Actions that could have been restricted to a resource.
[[nodiscard]] std::vector<Grant> restrictable_grants(const Expansions& expansions, const Strings& actions);

/// Whether a pattern stands for no action at all, though the actions of its service are known; also one that
/// names no service.
[[nodiscard]] bool is_unknown_action(const Expansions& expansions, std::string_view pattern);
/// The action of the same service with the most similar name; empty when none is similar.
[[nodiscard]] std::string nearest_action(const Expansions& expansions, std::string_view pattern);

/// Whether all that the pattern allows is what AWS's own basic execution policies grant on every resource:
/// writing logs, traces and metrics, and attaching to a VPC.
[[nodiscard]] bool is_basic(std::string_view pattern);
/// What a statement allows beyond that: the worst access, -1 when nothing. Actions that aren't known don't
/// count.
[[nodiscard]] int gravity_beyond_basics(const Expansions& expansions, const graph::Statement& statement);

/// How far a statement's resources reach: "all" (`*`), "wide" (a whole kind of resource: `arn:aws:s3:::*`),
/// "specific", or unknown.
[[nodiscard]] cel::Value reach_of(const Strings& resources);
/// The name of the parameter whose default is assumed, at that default; null of none.
[[nodiscard]] cel::Value parameter_cell(const value::Origin* assumption);

/// Whether a Resource stands for all names that begin alike (`…:table/shop-*`), or for a whole kind; not what
/// is within one of them (`…:table/orders/index/*`).
[[nodiscard]] bool names_a_family(const value::Value& resource);

/// Whether a Condition pins the resource, or leaves only what other accounts have to allow too; unknown where
/// the condition is.
[[nodiscard]] cel::Value narrowed_by(const value::Value& condition);

} // namespace slsaudit::analysis
