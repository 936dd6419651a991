// SPDX-License-Identifier: Apache-2.0
#include "rules/scope.hpp"

namespace slsaudit::rules {

void Scope::enter(const cel::Value& subject) {
  fixed_[0] = subject;
  for (const std::uint32_t index : of_subject_) lets_[index].value.reset();
  of_subject_.clear();
}

const cel::Value* Scope::find(std::uint32_t slot) const {
  if (slot == 0) asked_subject_ = true;
  if (slot < fixed_.size()) return &fixed_[slot];
  const std::size_t index = slot - fixed_.size();
  if (index >= lets_.size()) {
    asked_subject_ = true; // It is one thing of many, too.
    return last_ ? &*last_ : nullptr;
  }
  Let& let = lets_[index];
  if (!let.value) {
    const bool before = asked_subject_;
    asked_subject_ = false;
    // A `let` may use earlier ones only, so this ends.
    let.value = compiled_.let(index).evaluate(*this);
    let.of_subject = asked_subject_;
    if (let.of_subject) of_subject_.push_back(static_cast<std::uint32_t>(index));
    asked_subject_ = before;
  }
  asked_subject_ = asked_subject_ || let.of_subject;
  return &*let.value;
}

} // namespace slsaudit::rules
