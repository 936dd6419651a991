// SPDX-License-Identifier: Apache-2.0
// How large what a template says is: lower bounds, since references stand for text of unknown length.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// A sum of what is known. What isn't adds nothing and makes it inexact.
struct Measured {
  double amount = 0;
  bool exact = true;
  text::Span at;                             ///< Of the first thing that counts.
  const value::Origin* assumption = nullptr; ///< The first parameter default that it rests on.

  Measured& operator+=(const Measured& other);
};

[[nodiscard]] Measured items_in(const value::Value& value);      ///< Of a list; a scalar counts as one.
[[nodiscard]] Measured members_in(const value::Value& value);    ///< Of a map.
[[nodiscard]] Measured number_in(const value::Value& value);     ///< The number itself.
[[nodiscard]] Measured text_bytes_in(const value::Value& value); ///< Of a string; of anything else as JSON.
[[nodiscard]] Measured json_bytes_in(const value::Value& value); ///< As JSON without white space.
[[nodiscard]] Measured
pair_bytes_in(const value::Value& value); ///< Keys and values of a map, without punctuation.

/// A number without its fraction. Templates hold numbers beyond every integer: those come to the last one.
[[nodiscard]] std::int64_t whole(double number);
/// `a + b`, where that is beyond every integer the last one.
[[nodiscard]] std::int64_t added(std::int64_t a, std::int64_t b);

} // namespace slsaudit::analysis
