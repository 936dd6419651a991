// SPDX-License-Identifier: Apache-2.0
// What limits the requests that an API takes.
#pragma once

#include "analysis/open_routes.hpp"

#include <optional>
#include <span>
#include <string>

namespace slsaudit::analysis {

/// Stages, routes, deployments: what of a type names the API; nothing for no type.
[[nodiscard]] std::span<const graph::NodeId> belonging_to(const Facts& facts, graph::NodeId api,
                                                          std::string_view type);

/// The path of a resource of a REST API, by its id as a value of a template; nothing where a part of it isn't
/// known.
[[nodiscard]] std::optional<std::string> resource_path(const graph::System& system, std::size_t where,
                                                       value::Value id);

/// What the stage of a REST API lets through to a target.
struct RouteRate {
  double rate = 0;
  double burst = 0;
  text::Span at;
};
/// By settings of its methods, which win over those for all; nothing where one of them has none of its own.
[[nodiscard]] std::optional<RouteRate> own_rate(const Facts& facts, const graph::Edge& routes);

/// Whether a stage, or a route of it, sets a rate.
[[nodiscard]] Tri stage_throttles(const graph::Node& stage);
/// Of the stages that deployments of the API make on the way.
[[nodiscard]] Tri deployment_throttles(const Facts& facts, graph::NodeId api);
/// A plan holds only what carries an API key.
[[nodiscard]] Tri usage_plan_throttles(const Facts& facts, graph::NodeId api);

/// Whether a web access control list is associated with the API or its stage. A list that nothing in sight is
/// associated with may be.
[[nodiscard]] Tri has_firewall(const Facts& facts, graph::NodeId api, graph::NodeId stage);

} // namespace slsaudit::analysis
