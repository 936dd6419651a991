// SPDX-License-Identifier: Apache-2.0
// Why an alarm's metric never has data: CloudWatch takes any name and any dimensions, and waits.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

struct AlarmFault {
  /// "name", "dimension", "account", "missing" or "value": see the table. Empty where nothing is known to be
  /// wrong.
  std::string_view kind;
  std::string text; ///< "`AWS/Lambda` has no metric `Error`, but `Errors`"
  text::Span span;  ///< What is wrong.
  /// What belongs there: a name, or a reference ("Jobs", "Jobs.QueueName"); may be empty.
  std::string instead;
  const value::Origin* assumption = nullptr; ///< The parameter's default that it rests on.
};

/// Of the metric that an alarm in that template watches: a map with Namespace, MetricName and Dimensions.
[[nodiscard]] AlarmFault alarm_fault(const knowledge::Base& knowledge, const dialect::Template& source,
                                     const value::Value& metric);

} // namespace slsaudit::analysis
