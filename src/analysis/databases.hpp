// SPDX-License-Identifier: Apache-2.0
// Databases that functions open connections to: how many they take, and who reaches them by what.
#pragma once

#include "analysis/demand.hpp"

namespace slsaudit::analysis {

/// A function that reaches a database.
struct Client {
  graph::NodeId function;
  std::string_view
      basis; ///< "named" (its environment names it), "secret" (it reads its password) or "network".
  text::Span span;
};

struct Database {
  graph::NodeId node;
  std::string engine;     ///< As in the rows of knowledge; empty when not known.
  std::string class_name; ///< "db.t3.micro", "acu-16"; empty when not known.
  std::int64_t limit = 0;
  std::string limit_reason; ///< Why the limit isn't known; empty when it is.
  std::string source;
  bool verified = false;
  text::Span limit_span;
  const value::Origin* assumption = nullptr;
  std::vector<Client> direct;  ///< Without a proxy between; by function.
  std::vector<Client> proxied; ///< Likewise, through one.
  std::vector<graph::NodeId> data_api;
  bool has_proxy = false;
};

/// RDS instances outside of clusters, Aurora, DocumentDB, ElastiCache and MemoryDB clusters, by node.
[[nodiscard]] std::vector<Database> databases_of(const Facts& facts);

} // namespace slsaudit::analysis
