// SPDX-License-Identifier: Apache-2.0
// What `slsaudit diff` compares: from its arguments to two sets of files.
#pragma once

#include "cli/world.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slsaudit::cli {

struct DiffSide {
  std::string label;                             ///< "main (1a2b3c4d5e6f)", "the working tree", "old"
  std::shared_ptr<const text::FileSystem> owned; ///< What `files` is, where it isn't the world's.
  const text::FileSystem* files = nullptr;
  /// To be audited; empty where the side has none of those that are asked for.
  std::vector<std::string> paths;
};

struct DiffSides {
  DiffSide before;
  DiffSide after;
};

/// `arguments` are [OLD [NEW]], REV..REV or REV...REV; `paths` limit both sides. Files in both sides have the
/// same paths: relative to the directories that are compared, or to the working directory.
[[nodiscard]] text::Result<DiffSides> sides_of(const std::vector<std::string>& arguments,
                                               const std::vector<std::string>& paths, const World& world);

} // namespace slsaudit::cli
