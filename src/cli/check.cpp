// SPDX-License-Identifier: Apache-2.0
#include "audit/baseline.hpp"
#include "audit/configured.hpp"
#include "audit/pipeline.hpp"
#include "audit/selection.hpp"
#include "audit/unknowns.hpp"
#include "cli/choices.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/log.hpp"
#include "cli/outputs.hpp"
#include "cli/progress.hpp"
#include "cli/rule_set.hpp"
#include "cli/settings.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes =
    "PATH is a file, a directory (walked, less what .gitignore files leave out) or - for standard input; "
    "without any,\n"
    "the working directory. Templates are recognised by what they contain. All templates below one directory "
    "are\n"
    "audited as one system, and so are all files that are named one by one.\n"
    "\n"
    "RULES are codes (CON007), names (visibility-timeout-too-short) or groups (CON), separated by commas.\n";

struct Options {
  InputOptions input;
  Outputs outputs;
  GivenChoices given;
  std::optional<std::string> given_baseline;
  std::string baseline;      ///< Of check: compare with it. Empty: there is none.
  std::string baseline_mode; ///< "write", "update" or "prune": what is done to it; empty for check.
  std::vector<std::string> rule_directories;
  SettingsOptions settings;
  std::optional<std::string> jobs;
  bool isolated = false;
  bool verbose = false;
  bool explain_unknowns = false;
};

constexpr unsigned most_jobs = 256;

/// Threads; nothing for what is no number of them.
std::optional<unsigned> jobs_of(const std::optional<std::string>& text) {
  unsigned jobs = 0;
  if (!text) return jobs;
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, jobs);
  return read.ec == std::errc{} && read.ptr == end && jobs <= most_jobs ? std::optional(jobs) : std::nullopt;
}

/// What every audit has.
void describe_audit(Parser& parser, Options& options) {
  describe_selection(parser, options.given);
  describe_rule_directories(parser, options.rule_directories);
  options.input.describe(parser);
  options.settings.describe(parser);
  parser.flag({"--isolated", "", "audit each template alone, with the stacks that it nests"},
              options.isolated);
  parser.value({"--jobs", "N", "threads (default 0: as many as the machine runs at once)"}, options.jobs);
  parser.flag({"--verbose", "", "tell on standard error what is read and what stays unknown"},
              options.verbose);
}

void describe(Parser& parser, Options& options) {
  options.outputs.describe(parser);
  options.outputs.describe_suppressed(parser);
  parser.value({"--fail-on",
                "SEVERITY",
                "exit with 1 when there are findings of this severity or worse (default high)",
                {"critical", "high", "medium", "low", "info", "never"}},
               options.given.fail_on);
  describe_audit(parser, options);
  parser.value(
      {"--baseline", "FILE", "findings in this list are debt and don't count; see `slsaudit baseline`"},
      options.given_baseline);
  parser.flag({"--explain-unknowns", "", "after the findings, list what stays unknown by reason and count"},
              options.explain_unknowns);
}

class Check {
public:
  Check(const Parser& parser, Options options, World& world)
      : parser_(parser), options_(std::move(options)), world_(world), log_(world.err, options_.verbose) {}

  ExitCode run() {
    const double start = world_.clock();
    if (const std::string wrong = options_.outputs.wrong(); !wrong.empty())
      return parser_.fail(world_, wrong);
    const auto jobs = jobs_of(options_.jobs);
    if (!jobs) return parser_.fail(world_, "--jobs wants a number from 0 to " + std::to_string(most_jobs));
    auto settings = options_.settings.gather(parser_, world_, options_.input.paths);
    if (!settings) return ExitCode::usage;
    const audit::Configuration& file = options_.settings.file;
    auto all = all_rules(rule_directories(options_.rule_directories, world_, file).value, world_,
                         audit::Examples::without);
    if (!all) return ExitCode::usage;
    auto input = options_.input.gather(world_, file);
    if (!input.ok()) return parser_.fail(world_, input.error());
    const Choices choices(options_.given, world_, file);
    if (!configure(*all, choices) || !read_baseline()) return ExitCode::usage;
    const audit::Selected selected = audit::select(*all, choices.selection());
    if (!selected.unknown.empty()) {
      return parser_.fail(world_,
                          unknown_rule(selected.unknown.front().term, selected.unknown.front().suggestion));
    }
    fail_on_ = choices.fail_on.value;

    audit::Request request;
    request.jobs = *jobs;
    request.rules = selected.rules;
    for (const rules::Rule& rule : *all) request.known.push_back(&rule);
    request.addable = choices.addable(*all);
    request.input = std::move(input).value();
    request.input.isolated = options_.isolated;
    request.settings = std::move(*settings);
    request.configuration = options_.settings.file;
    text::SourceMap sources;
    text::Arena arena;
    Progress progress(world_);
    request.audited = [&](std::size_t done, std::size_t all_systems) { progress.audited(done, all_systems); };
    const CountedFiles files(world_.files, progress);
    audit::Audited audited = audit::audit(request, files, sources, arena);
    progress.erase();
    audit::Result& result = audited.result;
    result.statistics.seconds = world_.clock() - start;
    tell(result);
    audit::BaselineComparison compared = audit::compare(std::move(result.findings), known_);
    result.findings = std::move(compared.fresh);
    result.debt = std::move(compared.debt);
    if (!options_.baseline_mode.empty()) return write_baseline(result);
    report::Style style;
    style.fail_on = rules::severity_from(fail_on_);
    const bool written = options_.outputs.write(result, style, world_, log_);
    if (options_.explain_unknowns) explain_unknowns(audited);
    return written ? verdict(result) : ExitCode::input;
  }

private:
  /// What the file says about rules; whether that could be done.
  bool configure(std::vector<rules::Rule>& all, const Choices& choices) {
    const auto errors = audit::configure(all, options_.settings.file);
    for (const std::string& error : errors) world_.err << "slsaudit: " << error << '\n';
    const std::string wrong = choices.wrong();
    if (!wrong.empty()) (void)parser_.fail(world_, wrong);
    return errors.empty() && wrong.empty();
  }

  bool read_baseline() {
    options_.baseline = baseline_in_force(options_.given_baseline, world_, options_.settings.file).value;
    if (options_.baseline.empty() && !options_.baseline_mode.empty()) options_.baseline = "slsaudit.baseline";
    const std::string& file = options_.baseline;
    if (file.empty()) return true;
    const bool exists = world_.files.is_file(file);
    if (options_.baseline_mode == "write" && exists) {
      (void)parser_.fail(world_, file + " is there already; `slsaudit baseline update` changes it");
      return false;
    }
    if (options_.baseline_mode == "write") return true;
    auto entries = audit::read_baseline(world_.files, file);
    if (entries.ok())
      known_ = std::move(entries).value();
    else
      (void)parser_.fail(world_, entries.error());
    return entries.ok();
  }

  /// `write` and `update` keep all that is found, `prune` only what is still there of what was known.
  ExitCode write_baseline(const audit::Result& result) {
    for (const text::Problem& problem : result.errors) world_.err << "slsaudit: " << problem.message << '\n';
    for (const std::string& failure : result.failures) world_.err << "slsaudit: " << failure << '\n';
    if (!result.errors.empty() || !result.failures.empty()) return ExitCode::input; // not all has been seen
    std::vector<rules::Finding> kept = result.debt;
    if (options_.baseline_mode != "prune")
      kept.insert(kept.end(), result.findings.begin(), result.findings.end());
    std::ranges::stable_sort(kept, rules::before);
    const auto written = world_.write(options_.baseline, audit::baseline_text(kept, *result.sources));
    if (!written.ok()) {
      world_.err << "slsaudit: " << written.error() << '\n';
      return ExitCode::input;
    }
    const std::size_t fresh = options_.baseline_mode == "prune" ? 0 : result.findings.size();
    world_.out << fmt::format("{}: {} new, {} kept, {} gone\n", options_.baseline, fresh, result.debt.size(),
                              known_.size() - result.debt.size());
    return ExitCode::clean;
  }

  void tell(const audit::Result& result) {
    log_.info(fmt::format("{} rules, {} templates, {} resources, {:.1f} ms", result.rules.size(),
                          result.statistics.templates, result.statistics.resources,
                          result.statistics.seconds * 1000));
    for (const text::Problem& note : result.notes) {
      std::string place;
      if (note.span.valid()) {
        const text::Position at = result.sources->position(note.span.file, note.span.begin);
        place = fmt::format("{}:{}:{}: ", result.sources->path(note.span.file), at.line, at.column);
      }
      log_.info(report::printable(place + note.message));
    }
  }

  /// On standard error where a report for programs has standard output.
  void explain_unknowns(const audit::Audited& audited) {
    std::ostream& out = options_.outputs.text_on_screen() ? world_.out : world_.err;
    const auto reasons = audit::unknown_reasons(audited.systems);
    if (reasons.empty()) {
      out << "\nno value is unknown\n";
      return;
    }
    std::size_t total = 0;
    for (const audit::UnknownReason& reason : reasons) total += reason.count;
    out << fmt::format("\n{} unknown {}, by reason:\n", total, total == 1 ? "value" : "values");
    for (const audit::UnknownReason& reason : reasons) {
      std::string place;
      if (reason.first.valid()) {
        const text::SourceMap& sources = *audited.result.sources;
        const text::Position at = sources.position(reason.first.file, reason.first.begin);
        place = fmt::format(" (first at {}:{}:{})", sources.path(reason.first.file), at.line, at.column);
      }
      out << fmt::format("{:6}  {}\n", reason.count, report::printable(reason.reason + place));
    }
  }

  [[nodiscard]] ExitCode verdict(const audit::Result& result) const {
    if (!result.errors.empty() || !result.failures.empty()) return ExitCode::input;
    if (!result.rule_failures.empty()) return ExitCode::usage;
    const auto threshold = rules::severity_from(fail_on_);
    if (!threshold) return ExitCode::clean; // never
    const bool failed = std::ranges::any_of(
        result.findings, [&](const rules::Finding& finding) { return finding.severity >= *threshold; });
    return failed ? ExitCode::findings : ExitCode::clean;
  }

  const Parser& parser_;
  Options options_;
  World& world_;
  Log log_;
  std::string fail_on_;
  std::vector<audit::BaselineEntry> known_;
};

} // namespace

ExitCode check(const Arguments& arguments, World& world) {
  Options options;
  Parser parser("check [options] [PATH...]", "Audits templates and reports what is risky.", notes);
  describe(parser, options);
  parser.examples({"slsaudit check template.yaml", "slsaudit check services --fail-on medium --ignore OBS",
                   "slsaudit check . -o sarif=slsaudit.sarif -o junit=report.xml",
                   "slsaudit check template.yaml --params samconfig.toml --param Stage=prod"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  return Check(parser, std::move(options), world).run();
}

ExitCode baseline(const Arguments& arguments, World& world) {
  Options options;
  Parser parser(
      "baseline write|update|prune [options] [PATH...]",
      "Keeps a list of the findings that are there, so that only new ones count: `slsaudit check "
      "--baseline FILE`.",
      "write makes the list, update replaces it by what is found now, prune takes out what is gone.\n");
  parser.actions({"write", "update", "prune"}, options.baseline_mode);
  describe_audit(parser, options);
  parser.value({"--file", "FILE", "the list (default slsaudit.baseline)"}, options.given_baseline);
  parser.examples({"slsaudit baseline write", "slsaudit baseline update services --file services.baseline",
                   "slsaudit baseline prune"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  return Check(parser, std::move(options), world).run();
}

} // namespace slsaudit::cli
