// SPDX-License-Identifier: Apache-2.0
// Which routes of APIs ask for no credentials.
#pragma once

#include "analysis/table.hpp"

#include <algorithm>

namespace slsaudit::analysis {

enum class Tri : std::uint8_t { no, unknown, yes };

[[nodiscard]] constexpr Tri either(Tri a, Tri b) {
  return std::max(a, b);
}

/// A Method or a Route.
[[nodiscard]] Tri open_method(const value::Value& settings);
/// An operation of an OpenAPI document.
[[nodiscard]] Tri open_operation(const value::Value& body, const value::Value& operation);
/// Policies of private and restricted APIs may close every route. The Serverless Framework writes an empty
/// one.
[[nodiscard]] bool has_policy(const graph::Node& api);
[[nodiscard]] bool is_websocket(const graph::Node& api);
/// A WebSocket API asks for credentials once: when a client connects. Yes for other APIs.
[[nodiscard]] Tri open_connect(const graph::System& system, graph::NodeId api);
/// Whether the internet reaches a resource by itself: not an API that is, or may be, a private one.
[[nodiscard]] Tri faces_internet(const graph::System& system, graph::NodeId node);
/// Whether anyone may send what an edge `requests` or `routes` carries to its target.
[[nodiscard]] Tri open_edge(const graph::System& system, const graph::Edge& edge);

/// Whether anyone may call the function: through an open route or a URL without authorization. No where only
/// the route's own settings aren't known; unknown where its API may be a private one.
[[nodiscard]] Tri open_function(const graph::System& system, graph::NodeId function);
/// Anyone is known to.
[[nodiscard]] bool is_open(const graph::System& system, graph::NodeId function);

} // namespace slsaudit::analysis
