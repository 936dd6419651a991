// SPDX-License-Identifier: Apache-2.0
#include "cli/plan.hpp"

#include "audit/configured.hpp"
#include "cli/rule_set.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr unsigned most_jobs = 256;

} // namespace

void AuditOptions::describe(Parser& parser) {
  describe_selection(parser, given);
  describe_rule_directories(parser, rule_directories);
  input.describe(parser);
  settings.describe(parser);
}

void AuditOptions::describe_jobs(Parser& parser) {
  parser.flag({"--isolated", "", "audit each template alone, with the stacks that it nests"}, isolated);
  parser.value({"--jobs", "N", "threads (default 0: as many as the machine runs at once)"}, jobs);
}

void AuditOptions::describe_fail_on(Parser& parser, std::string_view help) {
  parser.value({"--fail-on", "SEVERITY", help, {"critical", "high", "medium", "low", "info", "never"}},
               given.fail_on);
}

std::optional<unsigned> jobs_of(const std::optional<std::string>& text, const Parser& parser, World& world) {
  unsigned jobs = 0;
  if (!text) return jobs;
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, jobs);
  if (read.ec == std::errc{} && read.ptr == end && jobs <= most_jobs) return jobs;
  (void)parser.fail(world, "--jobs wants a number from 0 to " + std::to_string(most_jobs));
  return std::nullopt;
}

std::unique_ptr<Plan> make_plan(const AuditOptions& options, const Parser& parser, World& world,
                                const Project& project) {
  auto plan = std::make_unique<Plan>();
  plan->settings = options.settings;
  auto settings = plan->settings.gather(parser, project.world, project.paths);
  if (!settings) return nullptr;
  const audit::Configuration& file = plan->settings.file;
  auto all = all_rules(rule_directories(options.rule_directories, world, file).value, world,
                       audit::Examples::without);
  if (!all) return nullptr;
  plan->rules = std::move(*all);
  auto input = options.input.gather(world, file);
  if (!input.ok()) {
    (void)parser.fail(world, input.error());
    return nullptr;
  }
  const Choices choices(options.given, world, file);
  const auto errors = audit::configure(plan->rules, file);
  for (const std::string& error : errors) world.err << "slsaudit: " << error << '\n';
  const std::string wrong = choices.wrong();
  if (!wrong.empty()) (void)parser.fail(world, wrong);
  if (!errors.empty() || !wrong.empty()) return nullptr;
  const audit::Selected selected = audit::select(plan->rules, choices.selection());
  if (!selected.unknown.empty()) {
    const audit::UnknownTerm& unknown = selected.unknown.front();
    (void)parser.fail(world, unknown_rule(unknown.term, unknown.suggestion));
    return nullptr;
  }
  plan->fail_on = rules::severity_from(choices.fail_on.value);
  audit::Request& request = plan->request;
  request.rules = selected.rules;
  for (const rules::Rule& rule : plan->rules) request.known.push_back(&rule);
  request.addable = choices.addable(plan->rules);
  request.input = std::move(input).value();
  request.input.isolated = options.isolated;
  request.settings = std::move(*settings);
  request.configuration = file;
  return plan;
}

std::optional<std::vector<audit::BaselineEntry>> known_findings(const std::string& file, const Parser& parser,
                                                                World& world) {
  if (file.empty()) return std::vector<audit::BaselineEntry>{};
  auto entries = audit::read_baseline(world.files, file);
  if (entries.ok()) return std::move(entries).value();
  (void)parser.fail(world, entries.error());
  return std::nullopt;
}

void set_known_aside(audit::Result& result, const std::vector<audit::BaselineEntry>& known) {
  audit::BaselineComparison compared = audit::compare(std::move(result.findings), known);
  result.findings = std::move(compared.fresh);
  result.debt = std::move(compared.debt);
}

ExitCode verdict(const audit::Result& result, std::optional<rules::Severity> fail_on) {
  if (!result.errors.empty() || !result.failures.empty()) return ExitCode::input;
  if (!result.rule_failures.empty()) return ExitCode::usage;
  const bool failed = fail_on && std::ranges::any_of(result.findings, [&](const rules::Finding& finding) {
                        return finding.severity >= *fail_on;
                      });
  return failed ? ExitCode::findings : ExitCode::clean;
}

} // namespace slsaudit::cli
