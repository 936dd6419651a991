// SPDX-License-Identifier: Apache-2.0
// Ways in: what outsiders can do with resources, gathered from several places into the table "exposure".
#pragma once

#include "analysis/open_routes.hpp"

#include <string>
#include <vector>

namespace slsaudit::analysis {

/// One outsider's way to one resource.
struct Exposed {
  graph::NodeId resource; ///< Invalid of what is named as a whole ("all of `dynamodb`").
  std::string label;      ///< For messages.
  std::string who;        ///< "internet", "account 111122223333", "any AWS account", "guest" …
  std::string way;        ///< "route", "url", "policy", "trust", "acl", "address", "port", "identity".
  std::string through;    ///< For messages: "GET /orders of `Api`".
  std::string access;     ///< "invoke", "send", "list", "read", "write" …; empty where it isn't known.
  graph::NodeId entry;    ///< The resource behind the outside; invalid where it is the resource itself.
  Tri open = Tri::yes;    ///< Whether no credentials are asked for.
  Tri certain = Tri::yes; ///< No: something else stands in the way.
  std::string reason;     ///< Why that isn't known, or what stands in the way.
  text::Span span;
  std::vector<Step> steps;
};

/// By requests: routes of APIs, URLs, distributions, and what functions behind them invoke at once.
void add_requests(const Facts& facts, std::vector<Exposed>& list);
/// By policies of resources and trust policies of roles.
void add_policies(const Facts& facts, std::vector<Exposed>& list);
/// By access control lists, public addresses and security groups.
void add_settings(const Facts& facts, std::vector<Exposed>& list);
/// By roles that an identity pool gives to whom nobody knows.
void add_guests(const Facts& facts, std::vector<Exposed>& list);

/// What a bucket's own settings say of public access by policies or lists: "yes" where blocked, "no" where
/// switched off, "default" where nothing is said and new buckets block it, "unknown".
[[nodiscard]] std::string_view blocked_by_bucket(const graph::Node& bucket, bool by_policy);

} // namespace slsaudit::analysis
