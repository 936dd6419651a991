// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.hpp"

#include "audit/session.hpp"
#include "cli/watcher.hpp"
#include "report/frame.hpp"
#include "report/redact.hpp"
#include "report/screen.hpp"
#include "report/shown.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace slsaudit::cli {

namespace {

/// What options and configuration amount to, as long as the files that say so are the same.
struct Rules {
  text::Trace trace;
  std::string as_of;
  std::unique_ptr<Plan> plan; ///< Null when something can't be used, which `told` says.
  std::vector<audit::BaselineEntry> known;
  std::string told;
};

/// The paths of one system, and what came of them.
struct Unit {
  std::vector<std::string> paths;
  std::shared_ptr<const audit::Answer> answer; ///< Null before the first run.
  audit::Result result;                        ///< Less what the baseline knows.
  std::vector<std::string> errors;             ///< As they are printed.
};

std::string error_line(const audit::Result& result, const text::Problem& problem) {
  const std::string at = problem.span.valid() ? report::place(*result.sources, problem.span) : "-";
  return at + ": " + problem.name + ": " + problem.message;
}

std::vector<std::string> errors_of(const audit::Result& result) {
  std::vector<std::string> errors;
  for (const text::Problem& problem : result.errors) errors.push_back(error_line(result, problem));
  for (const std::string& failure : report::failure_messages(result)) errors.push_back(failure);
  return errors;
}

class Watch {
public:
  Watch(const AuditOptions& options, const Outputs& outputs, const std::optional<std::string>& baseline,
        const Parser& parser, World& world)
      : options_(options), outputs_(outputs), baseline_(baseline), parser_(parser), world_(world) {}

  ExitCode run() {
    const auto jobs = jobs_of(options_.jobs, parser_, world_);
    if (!jobs) return ExitCode::usage;
    jobs_ = *jobs;
    const auto watcher = world_.watch ? world_.watch() : nullptr;
    if (watcher == nullptr) return parser_.fail(world_, "nobody tells of changes here");
    do {
      do {
        round();
        watcher->watch(watched());
      } while (!holds()); // what has changed meanwhile nobody has told
    } while (watcher->wait());
    return ExitCode::clean;
  }

private:
  void round() {
    const bool is_new = prepare();
    if (rules_.plan == nullptr) {
      if (is_new) world_.err << rules_.told << std::flush;
      return;
    }
    const audit::Session::Counts before = session_.counts();
    std::map<std::string, Unit> units;
    for (std::vector<std::string>& paths : systems()) {
      std::string name;
      for (const std::string& path : paths) name += path + '\n';
      auto known = units_.extract(name);
      Unit unit = known.empty() ? Unit{} : std::move(known.mapped());
      unit.paths = std::move(paths);
      audit_unit(name, unit);
      units.emplace(std::move(name), std::move(unit));
    }
    for (const auto& [name, unit] : units_) tell_gone(unit.result, {});
    units_ = std::move(units);
    std::set<std::string> names;
    for (const auto& [name, unit] : units_) names.insert(name);
    session_.keep_only(names);
    if (session_.counts().audited > before.audited) total();
  }

  /// Reads the configuration, the rules and the baseline where one of them has changed; whether one has.
  bool prepare() {
    const std::string today = world_.today();
    if (started_ && rules_.as_of == today && rules_.trace.holds(world_.files)) return false;
    started_ = true;
    generation_ += 1;
    const text::TracedFiles traced(world_.files);
    std::ostringstream err;
    World seen{world_.in, world_.out, err, traced, world_.write, world_.clock, world_.today};
    seen.environment = world_.environment;
    seen.limit_output = world_.limit_output;
    Rules rules;
    rules.as_of = today;
    rules.plan = make_plan(options_, parser_, seen, {seen, options_.input.paths});
    if (rules.plan != nullptr) {
      const auto list = baseline_in_force(baseline_, seen, rules.plan->settings.file).value;
      auto known = known_findings(list, parser_, seen);
      if (known)
        rules.known = std::move(*known);
      else
        rules.plan.reset();
    }
    if (rules.plan != nullptr) {
      rules.plan->request.jobs = jobs_;
      audit::compile(rules.plan->request);
    }
    rules.told = err.str();
    rules.trace = traced.trace();
    rules_ = std::move(rules);
    return true;
  }

  /// A directory none of whose parents is named is a system, with the files in it that are named; all other
  /// files are one.
  [[nodiscard]] std::vector<std::vector<std::string>> systems() const {
    std::set<std::string> directories;
    std::set<std::string> others;
    for (const std::string& path : rules_.plan->request.input.paths) {
      const std::string normal = text::normalize_path(path);
      (world_.files.is_directory(normal) ? directories : others).insert(normal);
    }
    std::map<std::string, std::vector<std::string>> systems;
    std::vector<std::string> files;
    for (const std::set<std::string>* paths : {&directories, &others}) {
      for (const std::string& path : *paths) {
        const auto outer = std::ranges::find_if(systems, [&](const auto& system) {
          return text::is_within(path, system.first) && path != system.first;
        });
        if (outer == systems.end() && paths == &directories)
          systems[path] = {path};
        else if (outer != systems.end() && paths == &others)
          outer->second.push_back(path);
        else if (paths == &others)
          files.push_back(path);
      }
    }
    std::vector<std::vector<std::string>> all;
    if (!files.empty()) all.push_back(std::move(files));
    for (auto& [directory, paths] : systems) all.push_back(std::move(paths));
    return all;
  }

  void audit_unit(const std::string& name, Unit& unit) {
    audit::Request request = rules_.plan->request;
    request.input.paths = unit.paths;
    auto answer = session_.audit(name, std::to_string(generation_), request, world_.files);
    if (answer == unit.answer) return;
    audit::Result result = answer->audited.result;
    set_known_aside(result, rules_.known);
    tell_new(result, unit);
    if (unit.answer != nullptr) tell_gone(unit.result, result.findings);
    unit.result = std::move(result);
    unit.errors = errors_of(unit.result);
    unit.answer = std::move(answer);
  }

  /// Findings and errors that were not there before.
  void tell_new(const audit::Result& now, const Unit& before) {
    audit::Result fresh = now;
    fresh.suppressed.clear();
    fresh.debt.clear();
    fresh.notes.clear();
    if (before.answer != nullptr) {
      const auto known = audit::baseline_of(before.result.findings, *before.result.sources);
      fresh.findings = audit::compare(std::move(fresh.findings), known).fresh;
    }
    const auto is_known = [&](const std::string& error) {
      return std::ranges::find(before.errors, error) != before.errors.end();
    };
    std::erase_if(fresh.errors, [&](const text::Problem& one) { return is_known(error_line(now, one)); });
    std::erase_if(fresh.failures, is_known);
    std::erase_if(fresh.rule_failures, [&](const std::string& one) { return is_known("rule " + one); });
    report::Style style = outputs_.on_screen({.summary = false}, world_);
    report::render_text(fresh, style, world_.out);
  }

  /// Findings that are there no more: a line each.
  void tell_gone(const audit::Result& before, const std::vector<rules::Finding>& now) {
    std::vector<audit::BaselineEntry> there;
    for (const rules::Finding& one : now) there.push_back({one.fingerprint, one.pathless, one.code, ""});
    for (const rules::Finding& one : audit::compare(before.findings, there).fresh) {
      const std::string at = one.span.valid() ? report::place(*before.sources, one.span) + ": " : "";
      world_.out << report::printable(report::redact("fixed: " + at + std::string(rules::name(one.severity)) +
                                                     " " + one.code + " " + one.name + ": " + one.message))
                 << '\n';
    }
  }

  void total() {
    std::size_t errors = 0;
    std::size_t findings = 0;
    std::string by_severity;
    for (const rules::Severity severity : report::severities_worst_first) {
      std::size_t count = 0;
      for (const auto& [paths, unit] : units_) count += report::count(unit.result, severity);
      findings += count;
      if (count > 0)
        by_severity += (by_severity.empty() ? ": " : ", ") + std::to_string(count) + " " +
                       std::string(rules::name(severity));
    }
    std::size_t templates = 0;
    for (const auto& [name, unit] : units_) {
      errors += unit.errors.size();
      templates += unit.result.statistics.templates;
    }
    world_.out << (findings == 0 ? "no findings" : report::counted(findings, "finding")) << by_severity;
    if (errors > 0) world_.out << "; " << report::counted(errors, "error");
    world_.out << "; " << report::counted(templates, "template") << "; waiting for changes\n" << std::flush;
  }

  [[nodiscard]] bool holds() const {
    return rules_.trace.holds(world_.files) &&
           (rules_.plan == nullptr || std::ranges::all_of(session_.traces(), [&](const text::Trace* trace) {
              return trace->holds(world_.files);
            }));
  }

  [[nodiscard]] Watched watched() const {
    Watched all{rules_.trace.paths(), rules_.trace.listed()};
    for (const text::Trace* trace : session_.traces()) {
      all.paths.merge(trace->paths());
      all.listed.merge(trace->listed());
    }
    return all;
  }

  const AuditOptions& options_;
  const Outputs& outputs_;
  const std::optional<std::string>& baseline_;
  const Parser& parser_;
  World& world_;
  unsigned jobs_ = 0;
  bool started_ = false;
  std::size_t generation_ = 0;
  Rules rules_;
  std::map<std::string, Unit> units_;
  audit::Session session_;
};

} // namespace

ExitCode watch(const AuditOptions& options, const Outputs& outputs,
               const std::optional<std::string>& baseline, const Parser& parser, World& world) {
  return Watch(options, outputs, baseline, parser, world).run();
}

} // namespace slsaudit::cli
