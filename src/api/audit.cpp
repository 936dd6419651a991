// SPDX-License-Identifier: Apache-2.0
#include "slsaudit/audit.hpp"

#include "api/overlay.hpp"
#include "audit/pipeline.hpp"
#include "audit/rule_set.hpp"
#include "audit/selection.hpp"
#include "report/facts.hpp"
#include "report/graph.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"

#include <sstream>
#include <utility>

namespace slsaudit {

struct Audit::State {
  std::vector<rules::Rule> rules; ///< What the result's pointers point to.
  text::SourceMap sources;
  text::Arena arena;
  std::optional<knowledge::Base> knowledge; ///< What the settings point to.
  analysis::Settings settings;
  audit::Audited audited;
  std::vector<Finding> findings;
  std::vector<Error> errors;
};

namespace {

std::optional<Place> place(const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return std::nullopt;
  const text::Position begin = sources.position(span.file, span.begin);
  const text::Position end = sources.position(span.file, span.end);
  return Place{std::string(sources.path(span.file)), begin.line, begin.column, end.line, end.column};
}

Finding published(const text::SourceMap& sources, const rules::Finding& finding) {
  Finding result;
  result.code = finding.code;
  result.name = finding.name;
  result.level = static_cast<Level>(finding.severity);
  result.assumption = finding.assumption;
  result.message = finding.message;
  result.place = place(sources, finding.span);
  result.resource = finding.resource;
  result.property = finding.property;
  for (const rules::EvidenceStep& step : finding.evidence) {
    result.evidence.push_back({place(sources, step.span), step.message});
  }
  result.fix = report::redact(finding.fix);
  result.fingerprint = finding.fingerprint;
  return result;
}

static_assert(static_cast<int>(Level::critical) == static_cast<int>(rules::Severity::critical));

audit::Request request_of(const std::vector<std::string>& paths, const Options& options,
                          std::vector<Error>& errors) {
  audit::Request request;
  request.input.paths = paths;
  request.input.given.parameters = options.parameters;
  request.input.given.options = options.options;
  request.input.given.stage = options.stage;
  request.input.given.region = options.region;
  request.input.isolated = options.isolated;
  request.input.allow_outside = options.allow_outside;
  request.jobs = options.jobs;
  request.settings.as_of = options.as_of;
  for (const std::string& limit : options.limits) {
    const std::string wrong = dialect::set_limit(request.input.limits, limit);
    if (!wrong.empty()) errors.push_back({std::nullopt, wrong, {}});
  }
  return request;
}

} // namespace

Audit::Audit(const std::vector<std::string>& paths, const Options& options)
    : state_(std::make_unique<State>()) {
  const text::DiskFileSystem disk;
  const api::OverlayFileSystem files(disk, options.unsaved);
  audit::Request request = request_of(paths, options, state_->errors);
  if (!options.knowledge_directory.empty()) {
    knowledge::LoadedBase loaded = knowledge::Base::load(files, options.knowledge_directory);
    for (const std::string& error : loaded.errors) state_->errors.push_back({std::nullopt, error, {}});
    state_->knowledge = std::move(loaded.base);
    request.settings.knowledge = &*state_->knowledge;
  }
  state_->settings = request.settings;

  audit::RuleSet all = audit::all_rules(files, options.rule_directories, audit::Examples::without);
  for (const std::string& error : all.errors) state_->errors.push_back({std::nullopt, error, {}});
  state_->rules = std::move(all.rules);
  const audit::Selected selected =
      audit::select(state_->rules, {options.select, options.ignore, options.profile});
  for (const audit::UnknownTerm& unknown : selected.unknown) {
    state_->errors.push_back({std::nullopt, "no rule or group `" + unknown.term + "`", {}});
  }
  request.rules = selected.rules;

  state_->audited = audit::audit(request, files, state_->sources, state_->arena);
  const audit::Result& result = state_->audited.result;
  for (const rules::Finding& finding : result.findings) {
    state_->findings.push_back(published(state_->sources, finding));
  }
  for (const text::Problem& problem : result.errors) {
    state_->errors.push_back({place(state_->sources, problem.span), problem.message, problem.help});
  }
  for (const auto* failures : {&result.failures, &result.rule_failures}) {
    for (const std::string& failure : *failures) state_->errors.push_back({std::nullopt, failure, {}});
  }
}

Audit::~Audit() = default;
Audit::Audit(Audit&&) noexcept = default;
Audit& Audit::operator=(Audit&&) noexcept = default;

const std::vector<Finding>& Audit::findings() const {
  return state_->findings;
}
const std::vector<Error>& Audit::errors() const {
  return state_->errors;
}
std::size_t Audit::templates() const {
  return state_->audited.result.statistics.templates;
}
std::size_t Audit::resources() const {
  return state_->audited.result.statistics.resources;
}

std::string Audit::report(std::string_view format) const {
  std::ostringstream out;
  if (const report::Renderer render = report::renderer(format)) render(state_->audited.result, {}, out);
  return out.str();
}

std::string Audit::graph(std::string_view format) const {
  std::ostringstream out;
  const report::GraphRenderer render = report::graph_renderer(format);
  if (render != nullptr) render({state_->audited.systems, state_->sources, false}, out);
  return out.str();
}

std::string Audit::facts() const {
  std::ostringstream out;
  report::render_facts_json({state_->audited.systems, state_->settings, state_->sources}, out);
  return out.str();
}

} // namespace slsaudit
