// SPDX-License-Identifier: Apache-2.0
#include "audit/pipeline.hpp"
#include "audit/unknowns.hpp"
#include "cli/cache.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/outputs.hpp"
#include "cli/plan.hpp"
#include "cli/progress.hpp"
#include "cli/roots.hpp"
#include "cli/watch.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
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
  AuditOptions audit;
  Outputs outputs;
  std::optional<std::string> given_baseline;
  std::string baseline;      ///< Of check: compare with it. Empty: there is none.
  std::string baseline_mode; ///< "write", "update" or "prune": what is done to it; empty for check.
  RootsOptions roots;
  CacheOption cache;
  bool watch = false;
  bool verbose = false;
  bool explain_unknowns = false;
};

/// What every audit has.
void describe_audit(Parser& parser, Options& options) {
  options.audit.describe(parser);
  options.audit.describe_jobs(parser);
  parser.flag({"--verbose", "", "tell on standard error what is read and what stays unknown"},
              options.verbose);
}

void describe(Parser& parser, Options& options) {
  options.outputs.describe(parser);
  options.outputs.describe_suppressed(parser);
  options.audit.describe_fail_on(
      parser, "exit with 1 when there are findings of this severity or worse (default high)");
  describe_audit(parser, options);
  parser.value(
      {"--baseline", "FILE", "findings in this list are debt and don't count; see `slsaudit baseline`"},
      options.given_baseline);
  options.roots.describe(parser);
  options.cache.describe(parser);
  parser.flag({"--watch", "",
               "audit again when files change, and print what that makes of the findings; ends with Ctrl-C"},
              options.watch);
  parser.flag({"--explain-unknowns", "", "after the findings, list what stays unknown by reason and count"},
              options.explain_unknowns);
}

/// All of one audit that lasts until its report is written.
struct Made {
  std::unique_ptr<Plan> plan;
  text::SourceMap sources;
  text::Arena arena;
  audit::Audited audited;
};

class Check {
public:
  Check(const Parser& parser, Options options, World& world)
      : parser_(parser), options_(std::move(options)), world_(world), log_(world.err, options_.verbose) {}

  ExitCode run() {
    if (const std::string wrong = options_.outputs.wrong(); !wrong.empty())
      return parser_.fail(world_, wrong);
    if (options_.roots.list && options_.watch)
      return parser_.fail(world_, "--roots-from and --watch contradict each other");
    if (options_.cache.directory && options_.watch)
      return parser_.fail(world_, "--cache and --watch contradict each other");
    if (options_.roots.list) return run_roots();
    if (options_.watch) return run_watch();
    const auto jobs = jobs_of(options_.audit.jobs, parser_, world_);
    if (!jobs) return ExitCode::usage;
    // `baseline` rests on what it changes.
    return options_.baseline_mode.empty() ? run_cached(*jobs) : audit(*jobs, world_);
  }

private:
  ExitCode run_cached(unsigned jobs) {
    Cache cache(options_.cache, world_, log_);
    if (cache.on() && options_.audit.input.reads_standard_input()) cache.turn_off("standard input is read");
    if (!cache.on()) return audit(jobs, world_);
    std::vector<std::string> asked = parser_.given({"--cache", "--jobs", "--verbose"});
    asked.insert(asked.begin(), "check");
    const std::string name = cache.name_of(asked);
    if (const auto entry = cache.find(name, "");
        entry && entry->written.size() == options_.outputs.paths().size())
      return replay(*entry);
    Recording recording(cache, world_);
    const ExitCode code = audit(jobs, recording.world());
    if (auto entry = recording.entry(code); entry && is_complete_) cache.keep(name, std::move(*entry));
    return code;
  }

  /// The files are those that the options name, whatever the entry was made for.
  ExitCode replay(const CacheEntry& entry) {
    ExitCode code = entry.code;
    const std::vector<std::string> paths = options_.outputs.paths();
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const auto written = world_.write(paths[i], entry.written[i]);
      if (written.ok()) {
        log_.info("wrote " + paths[i]);
        continue;
      }
      world_.err << "slsaudit: " << written.error() << '\n';
      code = ExitCode::input;
    }
    world_.err << entry.err;
    world_.out << entry.out;
    return code;
  }

  /// `world` is the one of the run, or listens to it.
  ExitCode audit(unsigned jobs, World& world) {
    const double start = world.clock();
    const auto made = std::make_shared<Made>();
    made->plan = make_plan(options_.audit, parser_, world, {world, options_.audit.input.paths});
    const auto& plan = made->plan;
    if (!plan || !read_baseline(plan->settings.file, world)) return ExitCode::usage;
    audit::Request& request = plan->request;
    request.jobs = jobs;
    audit::compile(request);
    Progress progress(world_);
    request.audited = [&](std::size_t done, std::size_t all_systems) { progress.audited(done, all_systems); };
    const CountedFiles files(world.files, progress);
    audit::Audited& audited = made->audited;
    audited = audit::audit(request, files, made->sources, made->arena);
    progress.erase();
    audit::Result& result = audited.result;
    result.statistics.seconds = world.clock() - start;
    tell(result);
    set_known_aside(result, known_);
    if (!options_.baseline_mode.empty()) return write_baseline(result);
    report::Style style;
    style.fail_on = plan->fail_on;
    style.jobs = jobs;
    const bool written = options_.outputs.write(result, style, world, log_);
    if (options_.explain_unknowns) explain_unknowns(audited, world);
    is_complete_ = written && result.failures.empty() && result.rule_failures.empty();
    const ExitCode code = written ? verdict(result, plan->fail_on) : ExitCode::input;
    if (world.leave) world.leave(made);
    return code;
  }

  ExitCode run_roots() {
    if (!options_.audit.input.paths.empty())
      return parser_.fail(world_, "--roots-from and PATHs contradict each other");
    if (options_.explain_unknowns || !options_.outputs.streams_as("ndjson"))
      return parser_.fail(world_, "with --roots-from, ndjson is written to standard output; `slsaudit merge` "
                                  "makes reports of it");
    Cache cache(options_.cache, world_, log_);
    return check_roots(options_.audit, options_.roots, options_.given_baseline, parser_, world_, cache);
  }

  ExitCode run_watch() {
    if (options_.audit.input.reads_standard_input())
      return parser_.fail(world_, "standard input can't be watched");
    if (options_.explain_unknowns || !options_.outputs.streams_as("text"))
      return parser_.fail(world_, "with --watch, text is written to standard output, and nothing else");
    return watch(options_.audit, options_.outputs, options_.given_baseline, parser_, world_);
  }

  bool read_baseline(const audit::Configuration& configuration, World& world) {
    options_.baseline = baseline_in_force(options_.given_baseline, world, configuration).value;
    if (options_.baseline.empty() && !options_.baseline_mode.empty()) options_.baseline = "slsaudit.baseline";
    const std::string& file = options_.baseline;
    if (file.empty()) return true;
    const bool exists = world.files.is_file(file);
    if (options_.baseline_mode == "write" && exists) {
      (void)parser_.fail(world, file + " is there already; `slsaudit baseline update` changes it");
      return false;
    }
    if (options_.baseline_mode == "write") return true;
    auto entries = known_findings(file, parser_, world);
    if (entries) known_ = std::move(*entries);
    return entries.has_value();
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
  void explain_unknowns(const audit::Audited& audited, World& world) {
    std::ostream& out = options_.outputs.text_on_screen() ? world.out : world.err;
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

  const Parser& parser_;
  Options options_;
  World& world_;
  Log log_;
  std::vector<audit::BaselineEntry> known_;
  bool is_complete_ = false; ///< All was read, judged and written.
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
