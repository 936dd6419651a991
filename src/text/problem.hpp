// SPDX-License-Identifier: Apache-2.0
// What is wrong with an input, said to its author. Problems are data: no stage throws or prints them.
#pragma once

#include "text/span.hpp"

#include <string>
#include <vector>

namespace slsaudit::text {

/// What a problem does to the run.
enum class ProblemLevel {
  error,   ///< A part of the input could not be read (exit 3). The rest is still audited.
  finding, ///< The input was read but is wrong or odd; becomes a row of the table `problems` that rules judge.
  note,    ///< Worth a line under --verbose: something was left out or stays unknown.
};

struct Related {
  Span span;
  std::string message;
};

/// `name` is a stable kebab-case word ("duplicate-key"); `message` says what was found, lower-case start, no final
/// period, names in backticks; `help` says what to do. `span` may be invalid only for a file that has no text.
struct Problem {
  ProblemLevel level = ProblemLevel::error;
  std::string name;
  std::string message;
  Span span;
  std::string help;
  std::vector<Related> related;
};

using Problems = std::vector<Problem>;

} // namespace slsaudit::text
