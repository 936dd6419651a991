// SPDX-License-Identifier: Apache-2.0
// What a connector grants, by the types of its two ends.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

enum class Mechanism : std::uint8_t {
  role_policy,       ///< A managed policy on the role of one end.
  queue_policy,      ///< On the destination queue.
  topic_policy,      ///< On the destination topic.
  lambda_permission, ///< On the destination function.
};

struct ConnectorProfile {
  std::string_view source;
  std::string_view destination;
  Mechanism mechanism = Mechanism::role_policy;
  bool on_source = true; ///< Which end's role or function.
  std::string_view
      depended_by; ///< "mapping": the destination's event source mapping waits; "source": the source does.
  std::string_view
      read; ///< JSON list of statements (of a permission: its properties); empty when not offered.
  std::string_view write;
};

[[nodiscard]] const ConnectorProfile* find_connector_profile(std::string_view source,
                                                             std::string_view destination);

/// One end: given by its logical id, or by properties.
struct ConnectorEnd {
  std::string_view id;
  std::string_view type;         ///< As CloudFormation sees it.
  std::string_view written_type; ///< As the author wrote it.
  const Node* arn = nullptr;
  const Node* role = nullptr; ///< The role's name.
  const Node* queue_url = nullptr;
  const Node* resource_id = nullptr;
  const Node* name = nullptr;
  const Node* qualifier = nullptr;
};

struct Connection {
  std::string_view id; ///< Of the connector.
  Span span;
  ConnectorEnd source;
  ConnectorEnd destination;
  bool read = false;
  bool write = false;
  std::string suffix;             ///< "Destination0" with several destinations.
  const Node* metadata = nullptr; ///< Of the connector, to be kept.
};

/// Emits what the pair needs among `owner`'s resources; gives the logical ids. Unknown pairs are told.
std::vector<std::string_view> emit_connection(Context& context, const Source& owner,
                                              const Connection& connection);

/// Connectors written inside other resources.
void lower_embedded_connectors(Context& context, const Source& source);

} // namespace slsaudit::dialect::sam
