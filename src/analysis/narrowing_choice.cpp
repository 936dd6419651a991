// SPDX-License-Identifier: Apache-2.0
#include "analysis/narrowing_choice.hpp"

#include "analysis/permissions.hpp"
#include "graph/types.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// The bucket that the framework deploys from is nobody's to work on, nor is a function of its own. Which
/// role or policy is assumed, passed or changed nobody can tell from those that are there.
bool is_inner(const dialect::Resource& resource) {
  const bool deployed = resource.type == "AWS::S3::Bucket" || resource.type == "AWS::Lambda::Function";
  return resource.type.starts_with("AWS::IAM::") || (resource.author.generated && deployed);
}

} // namespace

NarrowingChoice::NarrowingChoice(const Facts& facts) {
  const graph::System& system = facts.system();
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::NodeId id(i);
    const graph::Node& node = system.node(id);
    if (node.resource == nullptr) continue;
    if (node.type.starts_with("AWS::IAM::") && node.type.ends_with("Policy"))
      policies_.emplace_back(node.resource->span, id);
    if (is_inner(*node.resource)) continue;
    ByService& target = graph::category_of(node.type) != graph::Category::none ? known_ : others_;
    target[{node.template_index, arn_service(system, id)}].push_back(id);
  }
  std::ranges::sort(policies_);
}

void NarrowingChoice::add(const ByService& from, std::size_t template_index, std::string_view service,
                          std::vector<graph::NodeId>& found) {
  for (auto entry = from.lower_bound({template_index, ""});
       entry != from.end() && entry->first.first == template_index; ++entry) {
    if (acts_on_service(service, entry->first.second))
      found.insert(found.end(), entry->second.begin(), entry->second.end());
  }
}

std::vector<graph::NodeId> NarrowingChoice::of_service(std::size_t template_index, std::string_view service,
                                                       bool is_known) const {
  std::vector<graph::NodeId> found;
  add(known_, template_index, service, found);
  if (!is_known) add(others_, template_index, service, found);
  std::ranges::sort(found);
  return found;
}

graph::NodeId NarrowingChoice::policy_around(text::Span place) const {
  // What a loop makes has one place: the first counts. No policy stands in another.
  const auto behind = std::ranges::upper_bound(policies_, text::Span{place.file, place.begin, ~0U}, {},
                                               &std::pair<text::Span, graph::NodeId>::first);
  if (behind == policies_.begin()) return {};
  const text::Span around = std::prev(behind)->first;
  if (!around.contains(place)) return {};
  return std::ranges::lower_bound(policies_, around, {}, &std::pair<text::Span, graph::NodeId>::first)
      ->second;
}

} // namespace slsaudit::analysis
