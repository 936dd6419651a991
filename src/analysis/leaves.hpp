// SPDX-License-Identifier: Apache-2.0
// By which permissions and policies of their own functions, queues and topics let callers in.
#pragma once

#include "analysis/open_routes.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace slsaudit::analysis {

/// A statement, or a permission of a function, by which a target lets somebody in.
struct Leave {
  graph::NodeId policy;
  value::Value value;                 ///< Absent where the policy can't be read.
  std::vector<graph::NodeId> sources; ///< That a permission is for; empty for any, as far as known.
  Tri any = Tri::yes;                 ///< Whether it is for any source, where `sources` is empty.
};

struct Admittance {
  Tri admitted = Tri::no;
  std::string_view cause = "none";     ///< Where it is not: also "other-service" or "other-source".
  const Leave* closest = nullptr;      ///< What admits, or would if it were for another service or source.
  std::vector<graph::NodeId> policies; ///< That admit, or may.
};

/// Looks each target's up by source, so that a function with many callers and many permissions takes no
/// longer.
class Leaves {
public:
  explicit Leaves(const Facts& facts);

  /// Whether a service may do that to an edge's target.
  [[nodiscard]] Admittance ask(const graph::Edge& edge, std::string_view action,
                               std::string_view principal) const;
  /// Why somebody may be let in though nothing in sight does so; empty for no doubt.
  [[nodiscard]] const std::string& doubt(graph::NodeId target);

private:
  struct OfTarget {
    std::vector<const Leave*> general; ///< For any source.
    std::map<graph::NodeId, std::vector<const Leave*>> by_source;
    /// One of each that are for others: by their type, whom they let in and to what.
    std::map<std::tuple<std::string_view, std::string, std::string>, const Leave*> kinds;
  };
  void read_permissions();
  void read_policies(std::string_view type, std::string_view targets);
  void note_targets(graph::NodeId policy, const value::Value& targets, const std::vector<Leave>& leaves,
                    std::string_view what);
  [[nodiscard]] Leave from_source(Leave leave) const;
  void note(OfTarget& all, const Leave& leave) const;
  [[nodiscard]] static std::vector<const Leave*> leaves_for(const OfTarget& all, const graph::Edge& edge);
  [[nodiscard]] Tri names_source(const Leave& leave, const graph::Edge& edge) const;
  [[nodiscard]] std::string doubt_about(graph::NodeId target) const;

  const Facts& facts_;
  const graph::System& system_;
  std::deque<Leave> kept_;
  std::map<graph::NodeId, OfTarget> leaves_; ///< By target.
  std::map<graph::NodeId, std::string> doubts_;
  std::string doubt_; ///< Why anything may be let in; empty for no doubt.
};

} // namespace slsaudit::analysis
