// SPDX-License-Identifier: Apache-2.0
#include "report/diff.hpp"

#include "audit/pipeline.hpp"
#include "cli/commands.hpp"
#include "cli/diff_sides.hpp"
#include "cli/log.hpp"
#include "cli/outputs.hpp"
#include "cli/plan.hpp"
#include "compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes =
    "OLD and NEW are directories, files, - for standard input, or git revisions; what exists as a path is "
    "one.\n"
    "Without NEW a revision is compared with the working tree, and without OLD that revision is HEAD.\n"
    "REV..REV compares two revisions, and A...B what B has done since it left A. PATHs limit both sides; "
    "without\n"
    "any, revisions are compared below the working directory.\n"
    "\n"
    "Revisions are read from the repository's own objects: nothing is checked out, run or fetched. Both "
    "sides are\n"
    "judged by the rules and the configuration of NEW. Only new findings count for --fail-on.\n";

struct Options {
  AuditOptions audit; ///< Its paths are OLD and NEW.
  std::vector<std::string> paths;
  Outputs outputs{report::diff_formats()};
  bool verbose = false;
};

void describe(Parser& parser, Options& options) {
  options.audit.describe(parser);
  parser.positionals("OLD", options.audit.input.paths, 0, 2);
  options.outputs.describe(parser);
  options.audit.describe_fail_on(
      parser, "exit with 1 when there are new findings of this severity or worse (default high)");
  parser.flag({"--verbose", "", "tell on standard error how long it takes"}, options.verbose);
}

/// One side with what its texts and values live in.
struct AuditedSide {
  text::SourceMap sources;
  text::Arena arena;
  audit::Audited audited;
};

class Diff {
public:
  Diff(const Parser& parser, Options options, World& world)
      : parser_(parser), options_(std::move(options)), world_(world), log_(world.err, options_.verbose) {}

  ExitCode run() {
    if (const std::string wrong = options_.outputs.wrong(); !wrong.empty())
      return parser_.fail(world_, wrong);
    auto sides = sides_of(options_.audit.input.paths, options_.paths, world_);
    if (!sides.ok()) return parser_.fail(world_, sides.error());
    sides_ = std::move(sides).value();
    plan_ = plan_for_new_side();
    return plan_ ? compare_and_report() : ExitCode::usage;
  }

private:
  /// The new side's configuration holds for both, so that what differs is the system. One that the command
  /// line or the environment names is the user's own file, not the project's.
  std::unique_ptr<Plan> plan_for_new_side() {
    const SettingsOptions& settings = options_.audit.settings;
    const bool named = settings.configuration || from_environment(world_, "SLSAUDIT_CONFIG");
    if (named || settings.knowledge)
      return make_plan(options_.audit, parser_, world_, {world_, sides_.after.paths});
    World seen{world_.in,    world_.out,   world_.err,  *sides_.after.files,
               world_.write, world_.clock, world_.today};
    seen.environment = world_.environment;
    return make_plan(options_.audit, parser_, world_, {seen, sides_.after.paths});
  }

  void audit_side(const DiffSide& side, AuditedSide& result) {
    const double start = world_.clock();
    audit::Request request = plan_->request;
    request.input.paths = side.paths;
    result.audited = audit::audit(request, *side.files, result.sources, result.arena);
    log_.info(fmt::format("{}: {} templates, {} resources, {} findings, {:.1f} ms", side.label,
                          result.audited.result.statistics.templates,
                          result.audited.result.statistics.resources, result.audited.result.findings.size(),
                          (world_.clock() - start) * 1000));
  }

  ExitCode compare_and_report() {
    AuditedSide before;
    AuditedSide after;
    audit_side(sides_.before, before);
    audit_side(sides_.after, after);
    analysis::Settings settings = plan_->request.settings;
    std::string load = "the load profile of " + plan_->settings.file.path;
    if (!settings.load.given()) {
      settings.load.size = "small";
      load = "size small, since no load profile is given";
    }
    const double start = world_.clock();
    const compare::Comparison comparison =
        compare::compare({before.audited, settings}, {after.audited, settings});
    log_.info(fmt::format("compared in {:.1f} ms", (world_.clock() - start) * 1000));
    const report::DiffInput input{comparison,
                                  before.audited.result,
                                  after.audited.result,
                                  sides_.before.label,
                                  sides_.after.label,
                                  load,
                                  notes_on(before.audited.result),
                                  plan_->fail_on};
    if (!write(input)) return ExitCode::input;
    return verdict(input);
  }

  /// What keeps the two from being alike in all but the system.
  [[nodiscard]] std::vector<std::string> notes_on(const audit::Result& before) const {
    std::vector<std::string> all;
    const std::size_t unread = before.errors.size() + before.failures.size();
    if (unread > 0)
      all.push_back("the old side could not be read as a whole (" + std::to_string(unread) +
                    (unread == 1 ? " error" : " errors") + "), so that more may look new than is");
    constexpr std::size_t max_bytes = 1U << 20U;
    const audit::Configuration& file = plan_->settings.file;
    if (file.path.empty() || plan_->settings.configuration) return all;
    const auto old_text = sides_.before.files->read(file.path, max_bytes);
    if (!old_text.ok() || old_text.value() != file.text)
      all.push_back(file.path + " changes too; both sides are judged by the new one");
    return all;
  }

  bool write(const report::DiffInput& input) {
    const Render render = [&](std::string_view format, const report::Style& style, std::ostream& out) {
      report::diff_renderer(format)(input, style, out);
    };
    return options_.outputs.write(render, {.fail_on = input.fail_on}, world_, log_);
  }

  /// What can't be read on the old side keeps nobody from mending it.
  static ExitCode verdict(const report::DiffInput& input) {
    if (!input.after.errors.empty() || !input.after.failures.empty()) return ExitCode::input;
    if (!input.after.rule_failures.empty()) return ExitCode::usage;
    return report::fails(input) ? ExitCode::findings : ExitCode::clean;
  }

  const Parser& parser_;
  Options options_;
  World& world_;
  Log log_;
  DiffSides sides_;
  std::unique_ptr<Plan> plan_;
};

} // namespace

ExitCode diff(const Arguments& arguments, World& world) {
  Options options;
  const auto dashes = std::ranges::find(arguments, "--");
  const Arguments first(arguments.begin(), dashes);
  if (dashes != arguments.end()) options.paths.assign(dashes + 1, arguments.end());
  Parser parser(
      "diff [options] [OLD [NEW]] [-- PATH...]",
      "Tells what a change does: findings that are new, fixed or unchanged, and what becomes of the "
      "architecture.",
      notes);
  describe(parser, options);
  parser.examples({"slsaudit diff", "slsaudit diff origin/main -- services/orders",
                   "slsaudit diff origin/main...HEAD -o comment.md",
                   "slsaudit diff ../main-checkout . --fail-on medium"});
  if (const auto end = parser.parse(first, world)) return *end;
  return Diff(parser, std::move(options), world).run();
}

} // namespace slsaudit::cli
