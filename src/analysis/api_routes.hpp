// SPDX-License-Identifier: Apache-2.0
// The routes of an API: whom they let in, and what lies behind the open ones.
#pragma once

#include "analysis/open_routes.hpp"

#include <string>
#include <vector>

namespace slsaudit::analysis {

struct Route {
  std::string label; ///< "POST /orders"
  Tri open = Tri::unknown;
  Tri keyed = Tri::unknown; ///< It demands an API key.
  text::Span span;
  std::string_view author = {}; ///< The id that the author gave what declares it; empty in a document.
  bool mock = false;            ///< API Gateway answers by itself: nothing lies behind it.
};

/// Of what is declared of its own (a type, and the property that names the API) and of its OpenAPI document.
/// Preflight requests carry no credentials by design, and are left out.
[[nodiscard]] std::vector<Route> routes_of(const Facts& facts, graph::NodeId api,
                                           std::string_view route_type);
[[nodiscard]] Tri all_keyed(const std::vector<Route>& routes);
/// "all", "some" or "none" of them ask for credentials, as far as that is known.
[[nodiscard]] cel::Value authenticated(const Facts& facts, graph::NodeId api,
                                       const std::vector<Route>& routes);

/// Functions without a reservation behind open routes that write to a store or send messages; those first
/// that another route than one for reading leads to. `open_routes` are labels.
[[nodiscard]] std::vector<graph::NodeId> open_writers(const Facts& facts, graph::NodeId api,
                                                      const std::vector<std::string>& open_routes);

} // namespace slsaudit::analysis
