// SPDX-License-Identifier: Apache-2.0
#include "cli/roots.hpp"

#include "audit/configuration.hpp"
#include "parallel/in_order.hpp"
#include "report/system_line.hpp"

#include <limits>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>

namespace slsaudit::cli {

namespace {

constexpr std::size_t max_list_bytes = 1U << 30U;
constexpr std::size_t max_plans = 64; ///< Kept: neighbours in a list often share a configuration.

/// What holds for all roots below one configuration file; without a plan there are messages.
struct Prepared {
  std::unique_ptr<Plan> plan;
  std::vector<audit::BaselineEntry> known;
  std::vector<std::string> messages;
  text::Trace trace{text::Answers::digests}; ///< What it rests on, for the cache.
};
using Shared = std::shared_ptr<const Prepared>;

/// What commands tell people, as messages: without who says it and where there is help.
std::vector<std::string> messages_of(const std::string& told) {
  std::vector<std::string> messages;
  std::istringstream lines(told);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Try `slsaudit ")) continue;
    for (const std::string_view who : {"slsaudit: ", "slsaudit check: "}) {
      if (line.starts_with(who)) line.erase(0, who.size());
    }
    messages.push_back(std::move(line));
  }
  return messages;
}

class RootAuditor {
public:
  RootAuditor(const AuditOptions& options, const std::optional<std::string>& baseline, const Parser& parser,
              World& world, Cache& cache)
      : options_(options), baseline_(baseline), parser_(parser), world_(world), cache_(cache),
        given_(parser.given({"--cache", "--jobs", "--null", "--roots-from", "--verbose"})) {
    given_.insert(given_.begin(), looks_for_configurations_ ? "root" : "root, as configured");
  }

  /// The line of one root. Safe to use from several threads.
  [[nodiscard]] std::string line(const std::string& written) {
    const std::string root = text::normalize_path(written);
    if (!world_.files.is_directory(root) && !world_.files.is_file(root)) {
      const std::scoped_lock lock(mutex_);
      missing_ = true;
      report::SystemInput input{.root = root, .fail_on = rules::Severity::high};
      return failed(input, report::SystemOutcome::incomplete,
                    {"cannot read " + root + ": no such file or directory"});
    }
    if (!cache_.on()) return made(root, world_.files).text;
    std::vector<std::string> asked = given_;
    asked.push_back("/" + root);
    const std::string name = cache_.name_of(asked);
    if (auto entry = cache_.find(name, " for " + root)) return std::move(entry->out);
    const text::TracedFiles traced(cache_.files(), text::Answers::digests);
    Line line = made(root, traced);
    if (line.prepared != nullptr)
      cache_.keep(name, {.files = traced.trace(), .shared = line.prepared->trace, .out = line.text});
    return std::move(line.text);
  }

  [[nodiscard]] bool missing() const { return missing_; }

private:
  struct Line {
    std::string text;
    Shared prepared; ///< Null where not all could be read and judged.
  };

  Line made(const std::string& root, const text::FileSystem& files) {
    report::SystemInput input{.root = root, .fail_on = rules::Severity::high};
    const Shared prepared = prepared_for(input.root, files);
    if (prepared->plan == nullptr)
      return {failed(input, report::SystemOutcome::unusable, prepared->messages), nullptr};
    const Plan& plan = *prepared->plan;
    input.fail_on = plan.fail_on;
    audit::Request request = plan.request;
    request.input.paths = {input.root == "-" ? "./-" : input.root}; // no standard input
    text::SourceMap sources;
    text::Arena arena;
    audit::Audited audited = audit::audit(request, files, sources, arena);
    set_known_aside(audited.result, prepared->known);
    input.as_of = request.settings.as_of;
    input.outcome = static_cast<report::SystemOutcome>(verdict(audited.result, plan.fail_on));
    input.audited = &audited;
    const bool is_complete = audited.result.failures.empty() && audited.result.rule_failures.empty();
    Line line{report::system_line(input), is_complete ? prepared : nullptr};
    const std::size_t most = request.input.limits.max_output;
    if (line.text.size() <= most) return line;
    input.audited = nullptr;
    return {failed(input, report::SystemOutcome::incomplete,
                   {"its line would get more bytes than the limit of " + std::to_string(most) + " (output)"}),
            nullptr};
  }

  static std::string failed(report::SystemInput& input, report::SystemOutcome outcome,
                            std::vector<std::string> messages) {
    input.outcome = outcome;
    input.messages = std::move(messages);
    return report::system_line(input);
  }

  Shared prepared_for(const std::string& root, const text::FileSystem& files) {
    std::string configuration;
    if (looks_for_configurations_) {
      auto found = audit::find_configuration(files, {root});
      if (!found.ok()) {
        auto none = std::make_shared<Prepared>();
        none->messages = {found.error()};
        return none;
      }
      configuration = std::move(found).value();
    }
    const std::scoped_lock lock(mutex_);
    const auto known = prepared_.find(configuration);
    if (known != prepared_.end()) return known->second;
    if (prepared_.size() >= max_plans) prepared_.clear();
    return prepared_[configuration] = prepare(configuration);
  }

  /// Looks at no root: what comes of it holds for all with this configuration.
  Shared prepare(const std::string& configuration) {
    AuditOptions options = options_;
    if (looks_for_configurations_ && configuration.empty())
      options.settings.no_configuration = true;
    else if (looks_for_configurations_)
      options.settings.configuration = configuration;
    const text::TracedFiles traced(world_.files, text::Answers::digests);
    const text::FileSystem& files = cache_.on() ? static_cast<const text::FileSystem&>(traced) : world_.files;
    std::ostringstream err;
    World quiet{world_.in, world_.out, err, files, world_.write, world_.clock, world_.today};
    quiet.environment = world_.environment;
    if (cache_.on()) cache_.listen(quiet);
    auto prepared = std::make_shared<Prepared>();
    prepared->plan = make_plan(options, parser_, quiet, {quiet, options.input.paths});
    if (prepared->plan) {
      const auto list = baseline_in_force(baseline_, quiet, prepared->plan->settings.file).value;
      auto known = known_findings(list, parser_, quiet);
      if (known)
        prepared->known = std::move(*known);
      else
        prepared->plan.reset();
    }
    if (prepared->plan) audit::compile(prepared->plan->request);
    prepared->messages = messages_of(err.str());
    prepared->trace = traced.trace();
    return prepared;
  }

  const AuditOptions& options_;
  const std::optional<std::string>& baseline_;
  const Parser& parser_;
  World& world_;
  Cache& cache_;
  std::vector<std::string> given_; ///< What tells entries of the cache apart, but for the root.
  bool looks_for_configurations_ = !options_.settings.configuration && !options_.settings.no_configuration &&
                                   !from_environment(world_, "SLSAUDIT_CONFIG");
  std::mutex mutex_;                       // guards what follows
  std::map<std::string, Shared> prepared_; ///< By path of the configuration.
  bool missing_ = false;
};

} // namespace

void RootsOptions::describe(Parser& parser) {
  parser.value({"--roots-from", "FILE",
                "audit each root that this file (- for standard input) names on a line, each as a system of "
                "its own; prints one line of JSON for each, for `slsaudit merge`"},
               list);
  parser.flag({"--null", "", "the roots of --roots-from end with a zero byte instead of a line feed"}, null);
}

ExitCode check_roots(const AuditOptions& options, const RootsOptions& roots,
                     const std::optional<std::string>& baseline, const Parser& parser, World& world,
                     Cache& cache) {
  const auto jobs = jobs_of(options.jobs, parser, world);
  if (!jobs) return ExitCode::usage;
  dialect::Limits limits;
  for (const std::string& limit : options.input.limits) {
    const std::string wrong = dialect::set_limit(limits, limit);
    if (!wrong.empty()) return parser.fail(world, "--limit: " + wrong);
  }
  std::istringstream file;
  if (*roots.list != "-") {
    auto bytes = world.files.read(*roots.list, max_list_bytes);
    if (!bytes.ok()) {
      world.err << "slsaudit: " << bytes.error() << '\n';
      return ExitCode::input;
    }
    file.str(std::move(bytes).value());
  }
  std::istream& list = *roots.list == "-" ? world.in : file;
  // The limit holds for each line: nothing bounds how many there are.
  if (world.limit_output) world.limit_output(std::numeric_limits<std::size_t>::max());
  RootAuditor auditor(options, baseline, parser, world, cache);
  parallel::Conveyor conveyor;
  conveyor.next = [&]() -> std::optional<std::string> {
    for (std::string line; std::getline(list, line, roots.null ? '\0' : '\n');) {
      if (!roots.null && line.ends_with('\r')) line.pop_back();
      if (!line.empty()) return line;
    }
    return std::nullopt;
  };
  conveyor.make = [&](const std::string& root) { return auditor.line(root); };
  conveyor.take = [&](const std::string& line) {
    world.out << line << std::flush;
    return world.out.good();
  };
  parallel::in_order(*jobs, conveyor);
  return auditor.missing() || list.bad() ? ExitCode::input : ExitCode::clean;
}

} // namespace slsaudit::cli
