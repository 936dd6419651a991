// SPDX-License-Identifier: Apache-2.0
// The ways in which the conditions of a system can come out together.
//
// Nobody knows before a deployment what its parameters will be: a default is one value, allowed values are
// possible ones. Conditions tell apart only the values that they compare, so each parameter has a few
// choices: every value that it is compared with, and one that stands for all others. A choice of each
// parameter gives a world; worlds in which all conditions come out the same are one. Since worlds are made
// from parameters, conditions that contradict each other never hold together. Of many worlds a few stand for
// all (audit/covering.hpp).
#pragma once

#include "audit/load.hpp"
#include "dialect/cloudformation/constants.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace slsaudit::audit {

/// Worlds that are judged. Where there are more, those are chosen in which most pairs of outcomes are
/// together: eight show all of six independent conditions, and 19 in 20 of twenty.
inline constexpr std::size_t max_worlds = 8;
/// Resources that may be judged over all worlds of one system: it bounds the time that many worlds take.
inline constexpr std::size_t max_judged_resources = 16'000;
/// Of a system so large that fewer could be judged, none is: they would show little beside its undecided
/// conditions.
inline constexpr std::size_t least_worlds = 4;

/// The templates of one system, parents before what they nest; `parent` indexes the same list.
using Members = std::vector<const LoadedTemplate*>;

/// How conditions come out that a resource depends on; undecided ones are left out.
using Outcomes = std::map<std::string_view, bool>;

class Worlds {
public:
  /// Finds the worlds of a system, or of a part of it; `resources` counts all that the system has. The
  /// templates must outlive it; `texts` has what they were read from.
  Worlds(Members members, std::size_t resources, const dialect::Inputs& given, const text::SourceMap& texts,
         text::Arena& arena);

  /// One where nothing that matters depends on a parameter.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// Whether any two outcomes of that template's conditions that can be together are so in one of them.
  [[nodiscard]] bool complete(std::size_t member) const { return complete_[member]; }
  [[nodiscard]] bool all_complete() const;
  /// Whether some were chosen for all others.
  [[nodiscard]] bool sampled() const { return sampled_; }
  [[nodiscard]] const Outcomes& outcomes(std::size_t world, std::size_t member) const {
    return outcomes_[member][index_of(world, member)];
  }
  [[nodiscard]] const Members& members() const { return members_; }

  /// The templates as they are in a world; a nested stack that isn't deployed there is left out.
  [[nodiscard]] std::vector<LoadedTemplate> templates(std::size_t world);
  /// Which members these are, in the same order.
  [[nodiscard]] std::vector<std::size_t> deployed(std::size_t world);

private:
  struct Variable;
  struct Finder;
  [[nodiscard]] std::size_t index_of(std::size_t world, std::size_t member) const {
    return world < choices_[member].size() ? world : 0;
  }
  const std::optional<dialect::Template>& evaluated(std::size_t member, std::size_t index);

  Members members_;
  const dialect::Inputs& given_;
  const text::SourceMap& texts_;
  text::Arena& arena_;
  std::vector<dialect::cloudformation::Constants> constants_; ///< By member.
  std::size_t count_ = 1;
  std::vector<bool> complete_;
  bool sampled_ = false;
  // By member, then by the worlds of the templates that it shares parameters with; never empty.
  std::vector<std::vector<dialect::Choices>> choices_;
  std::vector<std::vector<Outcomes>> outcomes_;
  std::map<std::pair<std::size_t, std::size_t>, std::optional<dialect::Template>> made_;
};

} // namespace slsaudit::audit
