// SPDX-License-Identifier: Apache-2.0
// && and || over any number of operands, with CEL's unknowns and errors.
#pragma once

#include "cel/operations.hpp"

namespace slsaudit::cel {

/// What && and || know so far: the operator's decisive value ends it, unknown beats error, error beats the
/// rest.
class Logic {
public:
  explicit Logic(bool decisive) : decisive_(decisive) {}

  /// True when decided.
  bool take(const Value& operand) {
    if (const bool* boolean = operand.boolean(); boolean != nullptr && *boolean == decisive_) {
      result_ = Value(decisive_).rest_on(operand);
      flow_ = {};
      return true;
    }
    if (operand.unknown()) {
      flow_ = flow_.unknown() ? merge_unknown(flow_, operand) : operand;
    } else if (operand.error() && !is_flowing(flow_)) {
      flow_ = operand;
    }
    result_.rest_on(operand);
    return false;
  }
  [[nodiscard]] Value result() const { return is_flowing(flow_) ? flow_ : result_; }

private:
  bool decisive_;
  Value flow_;
  Value result_ = !decisive_;
};

} // namespace slsaudit::cel
