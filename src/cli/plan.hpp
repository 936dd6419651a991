// SPDX-License-Identifier: Apache-2.0
// What commands that audit are told, and what it amounts to: options, environment and configuration file as
// one request.
#pragma once

#include "audit/baseline.hpp"
#include "audit/pipeline.hpp"
#include "cli/choices.hpp"
#include "cli/exit_code.hpp"
#include "cli/inputs.hpp"
#include "cli/parser.hpp"
#include "cli/settings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

struct AuditOptions {
  InputOptions input;
  GivenChoices given;
  std::vector<std::string> rule_directories;
  SettingsOptions settings;
  std::optional<std::string> jobs; ///< --jobs
  bool isolated = false;           ///< --isolated

  void describe(Parser& parser);
  void describe_jobs(Parser& parser);
  /// --fail-on; `which` are the findings that count.
  void describe_fail_on(Parser& parser, std::string_view help);
};

/// Threads; nothing for what is no number of them, which has then been told.
[[nodiscard]] std::optional<unsigned> jobs_of(const std::optional<std::string>& text, const Parser& parser,
                                              World& world);

/// The request points into the plan, which therefore stays where it is made.
struct Plan {
  Plan() = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  SettingsOptions settings;
  std::vector<rules::Rule> rules;
  audit::Request request;
  std::optional<rules::Severity> fail_on; ///< Nothing: never.
};

/// Where a plan's configuration is looked for.
struct Project {
  World& world;
  const std::vector<std::string>& paths;
};

/// Null when an option, the environment or a file can't be used: that has then been told.
[[nodiscard]] std::unique_ptr<Plan> make_plan(const AuditOptions& options, const Parser& parser, World& world,
                                              const Project& project);

/// The findings of a list; nothing where it can't be read, which has then been told.
[[nodiscard]] std::optional<std::vector<audit::BaselineEntry>>
known_findings(const std::string& file, const Parser& parser, World& world);

/// Takes what is known out of the findings that count.
void set_known_aside(audit::Result& result, const std::vector<audit::BaselineEntry>& known);

/// How an audit ends: what could not be read weighs most, then rules that fail, then findings.
[[nodiscard]] ExitCode verdict(const audit::Result& result, std::optional<rules::Severity> fail_on);

} // namespace slsaudit::cli
