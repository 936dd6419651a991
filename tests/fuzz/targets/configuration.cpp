// SPDX-License-Identifier: Apache-2.0
// Any bytes as slsaudit.yaml: each error says where it is, and what is accepted can be applied.
#include "audit/configured.hpp"
#include "audit/path_patterns.hpp"
#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"
#include "rules/engine.hpp"

namespace slsaudit::fuzz {

void run_configuration(std::string_view bytes) {
  const text::MemoryFileSystem files({{"p/slsaudit.yaml", std::string(bytes)}, {"p/template.yaml", ""}});
  const auto read = audit::read_configuration(files, "p/slsaudit.yaml");
  for (const std::string& error : read.errors) {
    check_text(error);
    SLSAUDIT_ASSERT(error.find("p/slsaudit.yaml") == 0 || error.find("cannot") == 0);
  }
  const audit::Configuration& configuration = read.configuration;
  if (!read.errors.empty()) return;
  for (const audit::ConfiguredValue& value : configuration.values)
    SLSAUDIT_ASSERT(!value.key.empty() && value.place.starts_with("p/slsaudit.yaml:"));
  analysis::Settings settings;
  configuration.apply(settings);
  const audit::PathPatterns excluded(files, "p", configuration.exclude);
  (void)excluded.match("p/template.yaml");
  text::SourceMap sources;
  sources.add("p/template.yaml", "");
  for (const rules::Suppression& one : audit::configured_suppressions(configuration, files, sources))
    check_span(sources, one.span);
  if (configuration.rules.empty() && configuration.overrides.empty()) return;
  static const std::vector<rules::Rule> builtin = rules::builtin_without_examples();
  std::vector<rules::Rule> all = builtin;
  for (const std::string& error : audit::configure(all, configuration)) check_text(error);
}

} // namespace slsaudit::fuzz
