// SPDX-License-Identifier: Apache-2.0
// A value, or why there is none: for failures of the tool's surroundings (files, arguments), never for what is wrong
// with a template (problem.hpp) and never for bugs (assert.hpp).
#pragma once

#include "text/assert.hpp"

#include <string>
#include <utility>
#include <variant>

namespace slsaudit::text {

struct Failure {
  std::string message;
};

template <class T> class [[nodiscard]] Result {
public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}           // NOLINT(google-explicit-constructor)
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {} // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] const T& value() const& {
    SLSAUDIT_ASSERT(ok());
    return std::get<0>(state_);
  }
  [[nodiscard]] T&& value() && {
    SLSAUDIT_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  [[nodiscard]] const std::string& error() const {
    SLSAUDIT_ASSERT(!ok());
    return std::get<1>(state_).message;
  }

private:
  std::variant<T, Failure> state_;
};

} // namespace slsaudit::text
