// SPDX-License-Identifier: Apache-2.0
// Which edges nothing more exact than a wildcard grants: "s3:*", "dynamodb:Batch*", anything on "*" or on a
// family of names.
#pragma once

#include "analysis/analyses.hpp"

#include <map>
#include <vector>

namespace slsaudit::analysis {

/// The strongest evidence of an edge.
[[nodiscard]] graph::Basis strongest_basis(const graph::Edge& edge);

class Wildcards {
public:
  explicit Wildcards(const Facts& facts);

  [[nodiscard]] bool grant(const graph::Edge& edge) const;

private:
  std::map<text::Span, std::vector<const graph::Statement*>> allowing_; ///< By where they stand.
};

} // namespace slsaudit::analysis
