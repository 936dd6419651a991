// SPDX-License-Identifier: Apache-2.0
// What the platform's facts say of one edge.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// The row for how events get over an edge: what happens there unless a template says otherwise. Null where
/// there is none.
[[nodiscard]] const knowledge::EventSource* event_source_of(const Facts& facts, const graph::Edge& edge);

/// A quota's value, or `otherwise` where a directory of facts lacks the row.
[[nodiscard]] double quota_of(const Facts& facts, std::string_view id, double otherwise);

/// Whether an API's integration hands a request over without waiting (X-Amz-Invocation-Type).
[[nodiscard]] bool hands_over(const value::Value& route);

} // namespace slsaudit::analysis
