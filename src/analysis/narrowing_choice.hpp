// SPDX-License-Identifier: Apache-2.0
// The resources of each template, by what the statements of its roles may be meant for.
#pragma once

#include "analysis/table.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::analysis {

/// Made once for all statements: who narrows many doesn't look at all resources for each.
class NarrowingChoice {
public:
  explicit NarrowingChoice(const Facts& facts);

  /// Those of a template that actions of that service may work on, ascending. Of a service whose actions are
  /// known, what is no kind of resource that the graph knows is left out.
  [[nodiscard]] std::vector<graph::NodeId> of_service(std::size_t template_index, std::string_view service,
                                                      bool is_known) const;
  /// The policy, a resource of its own, that a place stands in; invalid where it is none.
  [[nodiscard]] graph::NodeId policy_around(text::Span place) const;

private:
  /// By template and the service of the ARN.
  using ByService = std::map<std::pair<std::size_t, std::string_view>, std::vector<graph::NodeId>>;
  static void add(const ByService& from, std::size_t template_index, std::string_view service,
                  std::vector<graph::NodeId>& found);

  ByService known_;
  ByService others_;                                           ///< Of no category.
  std::vector<std::pair<text::Span, graph::NodeId>> policies_; ///< In the order of the text.
};

} // namespace slsaudit::analysis
