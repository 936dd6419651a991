// SPDX-License-Identifier: Apache-2.0
#include "rules/scope.hpp"

namespace slsaudit::rules {

void Scope::enter(const cel::Value& subject) {
  fixed_[0] = subject;
  lets_.assign(lets_.size(), std::nullopt);
}

const cel::Value* Scope::find(std::uint32_t slot) const {
  if (slot < fixed_.size()) return &fixed_[slot];
  const std::size_t index = slot - fixed_.size();
  if (index >= lets_.size()) return last_ ? &*last_ : nullptr;
  // A `let` may use earlier ones only, so this ends.
  if (!lets_[index]) lets_[index] = compiled_.let(index).evaluate(*this);
  return &*lets_[index];
}

} // namespace slsaudit::rules
