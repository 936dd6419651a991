// SPDX-License-Identifier: Apache-2.0
// Any bytes as the files of a project, through the whole audit and into every format. A line `=== NAME`
// begins another file; what stands before the first is template.yaml.
#include "audit/pipeline.hpp"

#include "audit/configured.hpp"
#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"
#include "report/facts.hpp"
#include "report/graph.hpp"
#include "report/load.hpp"
#include "report/report.hpp"
#include "rules/engine.hpp"
#include "support/unsafe_text.hpp"

#include <cstdlib>
#include <sstream>

namespace slsaudit::fuzz {

namespace {

using Files = std::map<std::string, std::string>;

Files split(std::string_view bytes) {
  constexpr std::string_view mark = "=== ";
  constexpr std::size_t most_files = 12;
  Files files;
  std::string name = "template.yaml";
  std::string text;
  const auto add = [&] {
    const std::string path = text::join_path("p", name);
    if (path.starts_with("p/") && files.size() < most_files && path.size() < 200) files[path] = text;
    text.clear();
  };
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size() - 1) + 1;
    const std::string_view line = bytes.substr(begin, end - begin);
    begin = end;
    if (!line.starts_with(mark)) {
      text += line;
      continue;
    }
    add();
    name = line.substr(mark.size(), line.find_last_not_of("\r\n") + 1 - mark.size());
  }
  add();
  return files;
}

/// Rules and settings as the project's configuration wants them.
struct Setting {
  std::vector<rules::Rule> own;
  audit::Request request;

  explicit Setting(const text::FileSystem& files) {
    static const std::vector<rules::Rule> builtin = rules::builtin_without_examples();
    request.input.paths = {"p"};
    static_cast<syntax::Limits&>(request.input.limits) = small_limits();
    request.input.limits.max_loop_entries = 200;
    request.input.limits.max_loop_nodes = 5'000;
    request.input.limits.max_includes = 50;
    request.input.limits.max_nested_stacks = 8;
    request.settings.as_of = "2026-01-31";
    auto read = audit::read_configuration(files, "p/slsaudit.yaml");
    if (read.errors.empty()) configure(std::move(read.configuration), builtin);
    const std::vector<rules::Rule>& all = own.empty() ? builtin : own;
    for (const rules::Rule& rule : all) {
      request.rules.push_back(&rule);
      request.known.push_back(&rule);
    }
  }

private:
  void configure(audit::Configuration configuration, const std::vector<rules::Rule>& builtin) {
    configuration.apply(request.settings);
    request.input.exclusions = {configuration.exclude, "p"};
    request.input.given.parameters = configuration.deploy.parameters;
    request.input.given.stage = configuration.deploy.stage;
    if (!configuration.rules.empty() || !configuration.overrides.empty()) {
      own = builtin;
      if (!audit::configure(own, configuration).empty()) configuration.overrides.clear();
    }
    request.configuration = std::move(configuration);
  }
};

/// Elements are closed in the order of their opening.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find_first_of(" \n")));
    } else {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

void check_output(std::string_view format, const std::string& text) {
  check_text(text);
  require_none(test::unsafe(std::string(format), text));
  if (format == "json" || format == "sarif" || format == "gitlab")
    SLSAUDIT_ASSERT(nlohmann::json::accept(text));
  if (format == "junit") SLSAUDIT_ASSERT(is_well_formed(text));
  if (format != "ndjson") return;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) SLSAUDIT_ASSERT(nlohmann::json::accept(line));
}

/// Whether a check is made of an input of this size: reports take ten times as long as the audit that they
/// are of, so that one input makes some of them only.
bool is_its_turn(std::size_t check, std::size_t size) {
  return (check + size) % 5 == 0;
}

void check_reports(const audit::Result& result, std::size_t size) {
  for (std::size_t i = 0; i < report::formats().size(); ++i) {
    if (!is_its_turn(i, size)) continue;
    const std::string_view format = report::formats()[i];
    report::Style style;
    style.verbose = style.show_suppressed = style.sarif_include_suppressed = true;
    style.fail_on = rules::Severity::medium;
    std::ostringstream out;
    report::renderer(format)(result, style, out);
    check_output(format, out.str());
  }
}

void check_graphs(const audit::Audited& audited, const text::SourceMap& sources) {
  for (const std::string_view format : report::graph_formats()) {
    std::ostringstream out;
    report::graph_renderer(format)({audited.systems, sources, true}, out);
    check_output(format == "json" ? "json" : "text", out.str());
  }
}

void check_facts(const audit::Audited& audited, const analysis::Settings& settings,
                 const text::SourceMap& sources) {
  std::ostringstream json;
  report::render_facts_json({audited.systems, settings, sources}, json);
  check_output("json", json.str());
  std::ostringstream text;
  report::render_facts_text({audited.systems, settings, sources}, 100, text);
  check_output("text", text.str());
}

void check_load(const audit::Audited& audited, const analysis::Settings& settings,
                const text::SourceMap& sources) {
  std::ostringstream text;
  report::render_load_text({audited.systems, settings, sources, true}, text);
  check_output("text", text.str());
  std::ostringstream json;
  report::render_load_json({audited.systems, settings, sources, true}, json);
  check_output("json", json.str());
}

std::string as_lines(const audit::Result& result) {
  std::ostringstream out;
  report::render_ndjson(result, {}, out);
  return out.str();
}

} // namespace

void run_pipeline(std::string_view bytes) {
  const text::MemoryFileSystem files(split(bytes));
  Setting setting(files);
  text::SourceMap sources;
  text::Arena arena;
  const audit::Audited audited = audit::audit(setting.request, files, sources, arena);
  check_problems(sources, audited.result.errors);
  check_problems(sources, audited.result.notes);
  for (const std::string& failure : audited.result.rule_failures) require_none(failure);
  for (const graph::System& system : audited.systems) SLSAUDIT_ASSERT(graph::verify(system).empty());
  check_reports(audited.result, bytes.size());
  if (is_its_turn(0, bytes.size())) check_graphs(audited, sources);
  if (is_its_turn(1, bytes.size())) check_facts(audited, setting.request.settings, sources);
  if (is_its_turn(2, bytes.size())) check_load(audited, setting.request.settings, sources);

  // Two threads don't do the same twice, which runs that can be repeated must.
  if (bytes.size() % 8 != 0 || std::getenv("SLSAUDIT_FUZZ_ONE_THREAD") != nullptr) return;
  setting.request.jobs = 2;
  text::SourceMap other_sources;
  text::Arena other_arena;
  const audit::Audited again = audit::audit(setting.request, files, other_sources, other_arena);
  SLSAUDIT_ASSERT(as_lines(again.result) == as_lines(audited.result));
}

} // namespace slsaudit::fuzz
