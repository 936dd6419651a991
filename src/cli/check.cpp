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
#include "cli/rule_set.hpp"
#include "cli/settings.hpp"
#include "report/report.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
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
    "RULES are codes (CON007), names (visibility-timeout-too-short) or groups (CON), separated by commas.\n"
    "\n"
    "examples:\n"
    "  slsaudit check template.yaml\n"
    "  slsaudit check services --fail-on medium --ignore OBS\n"
    "  slsaudit check . --format sarif --output slsaudit.sarif\n"
    "  slsaudit check . --report json=out.json --report sarif=out.sarif\n"
    "  slsaudit check template.yaml --params samconfig.toml --param Stage=prod\n";

struct Options {
  InputOptions input;
  std::string format = "text";
  std::optional<std::string> output;
  std::vector<std::string> reports;
  GivenChoices given;
  std::string baseline;      ///< Of check: compare with it. Empty: there is none.
  std::string baseline_mode; ///< "write", "update" or "prune": what is done to it; empty for check.
  std::vector<std::string> rule_directories;
  SettingsOptions settings;
  std::optional<std::string> jobs;
  bool isolated = false;
  bool no_color = false;
  bool quiet = false;
  bool verbose = false;
  bool explain_unknowns = false;
  bool show_suppressed = false;
  bool sarif_include_suppressed = false;
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
  parser.words({"--select", "RULES", "run these rules only"}, options.given.select);
  parser.words({"--ignore", "RULES", "don't run these rules"}, options.given.ignore);
  parser.value(
      {"--profile", "PROFILE", "strict runs rules that not everyone agrees with, too", {"default", "strict"}},
      options.given.profile);
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
  parser.value({"--format", "FORMAT", "how findings are reported (default text)", report::formats()},
               options.format);
  parser.value({"--output", "FILE", "write the report there instead of to standard output"}, options.output);
  parser.list({"--report", "FORMAT=FILE", "write one more report; may be repeated"}, options.reports);
  parser.value({"--fail-on",
                "SEVERITY",
                "exit with 1 when there are findings of this severity or worse (default high)",
                {"critical", "high", "medium", "low", "info", "never"}},
               options.given.fail_on);
  describe_audit(parser, options);
  parser.value(
      {"--baseline", "FILE", "findings in this list are debt and don't count; see `slsaudit baseline`"},
      options.baseline);
  parser.flag({"--no-color", "", "no colours; so does the environment variable NO_COLOR"}, options.no_color);
  parser.flag({"--quiet", "", "one line a finding, and no summary"}, options.quiet);
  parser.flag({"--explain-unknowns", "", "after the findings, list what stays unknown by reason and count"},
              options.explain_unknowns);
  parser.flag({"--show-suppressed", "", "show findings that are suppressed or in the baseline, too"},
              options.show_suppressed);
  parser.flag({"--sarif-include-suppressed", "",
               "SARIF: findings that are suppressed or in the baseline, too; GitHub would show them as open"},
              options.sarif_include_suppressed);
}

/// FORMAT=FILE of each --report, checked before any work is done.
struct Target {
  report::Renderer render = nullptr;
  std::string path;
};

class Check {
public:
  Check(const Parser& parser, Options options, World& world)
      : parser_(parser), options_(std::move(options)), world_(world), log_(world.err, options_.verbose) {}

  ExitCode run() {
    const double start = world_.clock();
    if (const std::string wrong = wrong_option(); !wrong.empty()) return parser_.fail(world_, wrong);
    const auto jobs = jobs_of(options_.jobs);
    if (!jobs) return parser_.fail(world_, "--jobs wants a number from 0 to " + std::to_string(most_jobs));
    auto all = all_rules(options_.rule_directories, world_, audit::Examples::without);
    if (!all) return ExitCode::usage;
    auto input = options_.input.gather(world_);
    if (!input.ok()) return parser_.fail(world_, input.error());
    auto settings = options_.settings.gather(parser_, world_, input.value().paths);
    if (!settings) return ExitCode::usage;
    const Choices choices(options_.given, world_, options_.settings.file);
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
    request.input = std::move(input).value();
    request.input.isolated = options_.isolated;
    request.settings = std::move(*settings);
    request.configuration = options_.settings.file;
    text::SourceMap sources;
    text::Arena arena;
    audit::Audited audited = audit::audit(request, world_.files, sources, arena);
    audit::Result& result = audited.result;
    result.statistics.seconds = world_.clock() - start;
    tell(result);
    audit::BaselineComparison compared = audit::compare(std::move(result.findings), known_);
    result.findings = std::move(compared.fresh);
    result.debt = std::move(compared.debt);
    if (!options_.baseline_mode.empty()) return write_baseline(result);
    const bool written = write_reports(result);
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

  /// Reads --report; empty, or what is wrong.
  std::string wrong_option() {
    for (const std::string& text : options_.reports) {
      std::string format;
      Target target;
      if (const std::size_t equals = text.find('='); equals != std::string::npos) {
        format = text.substr(0, equals);
        target = {report::renderer(format), text.substr(equals + 1)};
      }
      if (target.path.empty()) return "--report wants FORMAT=FILE, not `" + text + "`";
      if (target.render == nullptr)
        return "--report: no format `" + format + "`; there are json, sarif and text";
      targets_.push_back(std::move(target));
    }
    return {};
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
    std::ostream& out = options_.format == "text" || options_.output ? world_.out : world_.err;
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

  bool write_file(const std::string& path, report::Renderer render, const audit::Result& result) {
    std::ostringstream bytes;
    render(result, style(), bytes);
    const auto written = world_.write(path, bytes.str());
    if (!written.ok())
      world_.err << "slsaudit: " << written.error() << '\n';
    else
      log_.info("wrote " + path);
    return written.ok();
  }

  [[nodiscard]] report::Style style() const {
    return {.quiet = options_.quiet,
            .show_suppressed = options_.show_suppressed,
            .sarif_include_suppressed = options_.sarif_include_suppressed};
  }

  bool write_reports(const audit::Result& result) {
    bool all_written = true;
    for (const Target& target : targets_)
      all_written = write_file(target.path, target.render, result) && all_written;
    const report::Renderer render = report::renderer(options_.format);
    if (options_.output) return write_file(*options_.output, render, result) && all_written;
    report::Style on_screen = style();
    on_screen.colour = world_.colour && !options_.no_color;
    on_screen.width = world_.width;
    render(result, on_screen, world_.out);
    return all_written;
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
  std::vector<Target> targets_;
};

} // namespace

ExitCode check(const Arguments& arguments, World& world) {
  Options options;
  Parser parser("check [options] [PATH...]", "Audits templates and reports what is risky.", notes);
  describe(parser, options);
  if (const auto end = parser.parse(arguments, world)) return *end;
  return Check(parser, std::move(options), world).run();
}

ExitCode baseline(const Arguments& arguments, World& world) {
  Options options;
  options.baseline = "slsaudit.baseline";
  std::vector<std::string> rest = arguments;
  const bool known =
      !rest.empty() && (rest.front() == "write" || rest.front() == "update" || rest.front() == "prune");
  if (known) {
    options.baseline_mode = rest.front();
    rest.erase(rest.begin());
  }
  Parser parser(
      "baseline write|update|prune [options] [PATH...]",
      "Keeps a list of the findings that are there, so that only new ones count: `slsaudit check "
      "--baseline FILE`.",
      "write makes the list, update replaces it by what is found now, prune takes out what is gone.\n");
  describe_audit(parser, options);
  parser.value({"--file", "FILE", "the list (default slsaudit.baseline)"}, options.baseline);
  if (const auto end = parser.parse(rest, world)) return *end;
  if (!known) return parser.fail(world, "say write, update or prune");
  return Check(parser, std::move(options), world).run();
}

} // namespace slsaudit::cli
