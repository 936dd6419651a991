// SPDX-License-Identifier: Apache-2.0
// Fixes for what serverless-lift makes of `constructs`: spoken in the settings of the construct, not by the
// ids that the plugin gives its parts.
#pragma once

#include "graph/system.hpp"

#include <memory>
#include <string>

namespace slsaudit::rules {

struct ConstructNames;

/// The constructs of a system, which are looked for when first asked for. Not thread-safe.
class Constructs {
public:
  /// `system` must outlive it.
  explicit Constructs(const graph::System& system);
  ~Constructs();
  Constructs(const Constructs&) = delete;
  Constructs& operator=(const Constructs&) = delete;

  /// A filled fix of a Serverless Framework service in which what it says of a construct's worker
  /// (`functions.jobsWorker`) and parts (`resources.extensions.jobsQueue…`) stands below `constructs`. Lines
  /// that speak of nothing of the kind stay as they are.
  [[nodiscard]] std::string spoken(std::string fix);

private:
  const graph::System& system_;
  std::unique_ptr<const ConstructNames> names_;
};

} // namespace slsaudit::rules
