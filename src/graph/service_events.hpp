// SPDX-License-Identifier: Apache-2.0
// What services put on the account's default bus by themselves about the resources of a template.
#pragma once

#include "graph/patterns.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace slsaudit::graph {

/// One kind of event that a service tells the default bus about resources of a type.
struct ServiceEvent {
  std::string_view type;   ///< Of the resource.
  std::string_view source; ///< "aws.s3"
  std::vector<std::string_view> detail_types;
  std::string_view subject; ///< Where the event names the resource: "detail.bucket.name".
  std::string_view state; ///< The member that says what happened, below `detail`; empty where none is listed.
  std::vector<std::string_view> states; ///< What it may say.
  bool lists_resource = false;          ///< `resources` holds the resource's ARN and nothing else.
  /// Only where a trail records calls: no resource is told of unless a pattern names it.
  bool by_trail = false;
};
[[nodiscard]] std::span<const ServiceEvent> service_events();

/// The event as a content; of an invalid node, that of some resource.
[[nodiscard]] Content content_of(const System& system, const ServiceEvent& event, NodeId resource);

/// Whether a service tells anything of such a resource by itself …
[[nodiscard]] bool is_told_of(const System& system, NodeId resource);
/// … and all of it. Empty of types that nothing is told of.
[[nodiscard]] std::vector<Content> told_of(const System& system, NodeId resource);

/// An event on a bus: its envelope round a detail.
[[nodiscard]] Content bus_event(Content source, Content detail_type, Content detail = Content::anything(),
                                Content resources = Content::anything());

/// What a bucket tells: of new or deleted objects with such keys.
[[nodiscard]] Content bucket_event(const System& system, NodeId bucket, Content detail_type, Content key);
/// What a trail tells of calls about objects with such keys.
[[nodiscard]] Content bucket_call(const System& system, NodeId bucket, Content key);

} // namespace slsaudit::graph
