// SPDX-License-Identifier: Apache-2.0
// What the tables about functions need to know beyond one function.
#pragma once

#include "analysis/table.hpp"

#include <map>
#include <string>

namespace slsaudit::analysis {

/// For each node: whether it is a function that runs only while a stack is deployed, for custom resources
/// and macros.
[[nodiscard]] const std::vector<bool>& deployment_helpers(const Facts& facts);

/// Whether copies of the function run where Lambda's settings don't count: at CloudFront's edge, or on a
/// Greengrass core while nothing else starts it.
[[nodiscard]] bool runs_elsewhere(const graph::System& system, graph::NodeId function);

/// How a function's role would get the right to send traces, as the column `trace_right` says it.
[[nodiscard]] cel::Value lacking_trace_right(const Facts& facts, graph::NodeId function, graph::NodeId role);

/// Where the author sets, or would set, what several resources inherit: the first of the sections that the
/// resource's template has. Invalid where the resource inherits from none.
[[nodiscard]] text::Span inherited_place(const graph::System& system, graph::NodeId node,
                                         std::initializer_list<std::string_view> sections);

/// Where tracing of functions is set, or would be.
class TracingSettings {
public:
  TracingSettings(const Facts& facts, const std::vector<bool>& helpers);

  struct Place {
    text::Span span;
    std::string cause; ///< "template", or the function's id.
  };
  [[nodiscard]] Place place_of(graph::NodeId function) const;

private:
  struct Count {
    std::size_t functions = 0;
    std::size_t unset = 0;
  };
  const Facts& facts_;
  std::map<std::size_t, Count> counts_;       ///< By template.
  std::map<text::Span, std::size_t> written_; ///< How many functions have the setting that stands there.
};

} // namespace slsaudit::analysis
