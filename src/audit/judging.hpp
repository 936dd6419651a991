// SPDX-License-Identifier: Apache-2.0
// What the rules say of one system, in all worlds that its conditions make.
#pragma once

#include "audit/overrides.hpp"
#include "audit/pipeline.hpp"
#include "audit/world_findings.hpp"
#include "parallel/workers.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// What comes of one system.
struct Judged {
  graph::System system;
  std::vector<rules::Finding> findings;
  text::Problems notes;
  std::vector<std::string> rule_failures;
};

/// Judges systems; several threads may at once.
class Judging {
public:
  /// All must outlive it.
  Judging(const Request& request, const Overrides& overrides, const text::SourceMap& texts,
          parallel::Workers& workers)
      : request_(request), overrides_(overrides), texts_(texts), workers_(workers) {}

  /// `members` are the templates of one system, each one's `parent` an index among them.
  [[nodiscard]] Judged run(std::vector<LoadedTemplate> members, text::Arena& arena) const;

private:
  /// Part of a system, with worlds of its own.
  struct Part {
    std::vector<std::size_t> indexes{}; ///< Of its templates, in the system.
    std::vector<LoadedTemplate> templates{};
    std::unique_ptr<Worlds> worlds{};   ///< They look at the templates.
    std::vector<text::Arena*> arenas{}; ///< For the graph of each, and for that of the templates as they are.
    WorldFindings findings{};
    std::vector<std::string> rule_failures{};
  };

  /// Those that hold conditions. `members` are moved into a part that is all of them.
  [[nodiscard]] std::vector<Part> parts_with_worlds(std::vector<LoadedTemplate>& members,
                                                    std::size_t resources, const graph::System& system,
                                                    text::Arena& arena) const;
  /// The system where each part is in that world of its own, or in its first one if it has fewer.
  static std::vector<LoadedTemplate> whole(const std::vector<LoadedTemplate>& members,
                                           std::vector<Part>& parts, std::size_t world);
  /// `choose` leaves out fixes that are known; empty: those of the first world are worked out here. `open` is
  /// the graph of the templates as they are, if there is one.
  void judge_part(Part& part, const rules::ChooseFixes& choose, const graph::System* open) const;
  std::vector<rules::Finding> judge(const graph::System& system, std::vector<std::string>& failures,
                                    const rules::Wanted& wanted = {}) const;
  static void tell_bounds(const Worlds& worlds, text::Problems& notes);

  const Request& request_;
  const Overrides& overrides_;
  const text::SourceMap& texts_;
  parallel::Workers& workers_;
};

} // namespace slsaudit::audit
