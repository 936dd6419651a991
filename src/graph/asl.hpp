// SPDX-License-Identifier: Apache-2.0
// Amazon States Language: what a state machine's definition says, as values.
#pragma once

#include "text/arena.hpp"
#include "value/value.hpp"

#include <string>
#include <vector>

namespace slsaudit::graph {

/// A state that calls something.
struct TaskState {
  std::string name;
  value::Value state; ///< Its own members, substitutions applied where they are strings.
  value::Value
      settings; ///< The members, with `Name` and `Maps`: the Map states around it, the nearest first.
};

/// The definition as a map: parsed, where it is JSON in a string (references in it survive); absent if it
/// can't be read.
[[nodiscard]] value::Value read_definition(const value::Value& definition, text::Arena& arena);

/// All Task states, at any depth, and Map states (for what they read from and write to), in source order.
/// `substitutions` is DefinitionSubstitutions.
[[nodiscard]] std::vector<TaskState> task_states(const value::Value& definition,
                                                 const value::Value& substitutions, text::Arena& arena);

} // namespace slsaudit::graph
