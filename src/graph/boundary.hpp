// SPDX-License-Identifier: Apache-2.0
// By what a system and others can know each other: what it exports and names, and what it takes that no
// template of its own gives. Who has the boundaries of several systems can tell which depend on which.
#pragma once

#include "graph/system.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::graph {

enum class LinkKind : std::uint8_t {
  export_name, ///< Export and Fn::ImportValue.
  output,      ///< "STACK.OUTPUT": outputs that others take by the stack's name.
  parameter,   ///< A stored parameter (SSM), without a leading slash.
  arn,         ///< The end of an ARN, from its service on: "sqs:orders", "dynamodb:table/Orders".
  name,        ///< A physical name alone, of whatever service.
};
[[nodiscard]] std::string_view name(LinkKind kind);

/// Something others may name. A resource with a physical name is offered as `arn`.
struct Offer {
  LinkKind kind = LinkKind::export_name;
  std::string name;
  std::string physical;  ///< Of `arn`: the resource's name alone.
  std::string_view type; ///< AWS type of the resource; empty where it isn't known or is none.
  std::string resource;  ///< Its author's id; of an export, that of the resource behind it, if one is.
  text::Span span;
};

/// Something taken from elsewhere.
struct Want {
  LinkKind kind = LinkKind::export_name;
  std::string name;
  std::string region;        ///< Of `arn`, where it is written out …
  std::string account;       ///< … and the same.
  std::string by;            ///< Author's id of the resource that takes it.
  std::string_view relation; ///< What flows: the name of an edge's kind; "refers" where nothing is known to.
  text::Span span;
};

struct Boundary {
  std::vector<Offer> offers; ///< By kind, name, resource; each once.
  std::vector<Want> wants;   ///< By kind, name, who takes it; each once.
};

/// Names with a piece that can't be known are left out: they may be any.
[[nodiscard]] Boundary boundary(const System& system);

/// Whether an edge of that kind may end at a resource of that type: what a bare name can mean.
[[nodiscard]] bool may_relate(std::string_view relation, std::string_view type);

} // namespace slsaudit::graph
