// SPDX-License-Identifier: Apache-2.0
// The variables of a rule's expressions. What `let` names is worked out when an expression first uses it, so
// a verdict that is clear after its first condition costs no more than that.
#pragma once

#include "cel/lookups.hpp"
#include "rules/compiled.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace slsaudit::rules {

/// Slots as environment_of() numbers them.
class Scope final : public cel::Variables {
public:
  Scope(const Compiled& compiled, cel::Lookups& lookups, cel::Value system, cel::Value settings,
        cel::Value parameters)
      : compiled_(compiled), lookups_(lookups), fixed_{cel::Value(), std::move(system), std::move(settings),
                                                       std::move(parameters)},
        lets_(compiled.lets()) {}

  /// The next row; what was worked out with the last one is forgotten. What came out without looking at it
  /// comes out the same for every row, and stays.
  void enter(const cel::Value& subject);
  /// What the environment's last name (`item`, `id`) means from here on; nothing for no meaning.
  void set_last(std::optional<cel::Value> value) { last_ = std::move(value); }

  [[nodiscard]] const cel::Value* find(std::uint32_t slot) const override;
  /// Of the system's tables, which stay as they are.
  [[nodiscard]] cel::Lookups* lookups(std::uint32_t slot) const override {
    return slot == 1 ? &lookups_ : nullptr;
  }

private:
  const Compiled& compiled_;
  cel::Lookups& lookups_;
  std::array<cel::Value, 4> fixed_; ///< Subject, system, settings, parameters.
  struct Let {
    std::optional<cel::Value> value;
    bool of_subject = true; ///< Whether working it out looked at the row.
  };
  mutable std::vector<Let> lets_;
  mutable std::vector<std::uint32_t> of_subject_; ///< Those of `lets_` to forget with this row.
  mutable bool asked_subject_ = false;            ///< Since the innermost `let` began.
  std::optional<cel::Value> last_;
};

} // namespace slsaudit::rules
