// SPDX-License-Identifier: Apache-2.0
// What an API calls: functions, AWS services and hosts, as REST and HTTP APIs and OpenAPI documents spell it.
#pragma once

#include "graph/extract.hpp"

namespace slsaudit::graph {

/// Edges from an API to what an integration's URI and parameters name. Of `link`, `from`, `via`, `settings`
/// and `text` are taken; `whole` is the integration itself, searched for what an AWS service's action works
/// on.
void link_integration(Site& site, Link link, const value::Value& uri, const value::Value& whole);

/// Edges from an API to where the stage that `site` is sends its access log.
void link_access_log(Site& site, const value::Value& api, const value::Value& destination);

} // namespace slsaudit::graph
