// SPDX-License-Identifier: Apache-2.0
// The option that puts other rows of platform facts in the place of those compiled in.
#pragma once

#include "cli/parser.hpp"
#include "knowledge/base.hpp"

#include <optional>
#include <string>

namespace slsaudit::cli {

class KnowledgeOption {
public:
  /// --knowledge DIR
  void describe(Parser& parser);
  /// False when the directory can't be used: the errors have then been told.
  [[nodiscard]] bool read(World& world);
  /// Null without the option.
  [[nodiscard]] const knowledge::Base* base() const { return base_ ? &*base_ : nullptr; }

private:
  std::optional<std::string> directory_;
  std::optional<knowledge::Base> base_;
};

} // namespace slsaudit::cli
