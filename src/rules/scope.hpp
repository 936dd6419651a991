// SPDX-License-Identifier: Apache-2.0
// The variables of a rule's expressions. What `let` names is worked out when an expression first uses it, so
// a verdict that is clear after its first condition costs no more than that.
#pragma once

#include "rules/compiled.hpp"

#include <array>
#include <optional>
#include <vector>

namespace slsaudit::rules {

/// Slots as environment_of() numbers them.
class Scope final : public cel::Variables {
public:
  Scope(const Compiled& compiled, cel::Value system, cel::Value settings, cel::Value parameters)
      : compiled_(compiled), fixed_{cel::Value(), std::move(system), std::move(settings),
                                    std::move(parameters)},
        lets_(compiled.lets()) {}

  /// The next row; what was worked out for the last one is forgotten.
  void enter(const cel::Value& subject);
  /// What the environment's last name (`item`, `id`) means from here on; nothing for no meaning.
  void set_last(std::optional<cel::Value> value) { last_ = std::move(value); }

  [[nodiscard]] const cel::Value* find(std::uint32_t slot) const override;

private:
  const Compiled& compiled_;
  std::array<cel::Value, 4> fixed_; ///< Subject, system, settings, parameters.
  mutable std::vector<std::optional<cel::Value>> lets_;
  std::optional<cel::Value> last_;
};

} // namespace slsaudit::rules
