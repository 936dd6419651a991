// SPDX-License-Identifier: Apache-2.0
// What alarms watch.
#pragma once

#include "analysis/alarm_faults.hpp"

namespace slsaudit::analysis {

/// One metric that an alarm watches.
struct Watch {
  graph::NodeId alarm;
  graph::NodeId through;     ///< Of a composite alarm: the alarm that it takes this from; else invalid.
  std::string metric;        ///< "AWS/Lambda Errors"; empty where it isn't known.
  std::string_view failure;  ///< See the table; "unknown" where the metric isn't known.
  std::string_view type;     ///< Of resources that the metric is about; empty where it may be any.
  graph::NodeId resource;    ///< Invalid where none is known.
  bool account_wide = false; ///< It is about all resources of the account at once.
  std::string reason; ///< Why the resource or the metric isn't known; empty where they are, or lie outside.
  text::Span span;    ///< The metric's name.
  AlarmFault fault;   ///< Why it never has data.
};

/// Of all alarms, in their order.
[[nodiscard]] const std::vector<Watch>& watches_of(const Facts& facts);

} // namespace slsaudit::analysis
