// SPDX-License-Identifier: Apache-2.0
#include "cli/problems.hpp"

#include "report/report.hpp"

namespace slsaudit::cli {

ExitCode tell_problems(const audit::Loaded& loaded, const text::SourceMap& sources, World& world) {
  if (loaded.errors.empty() && loaded.failures.empty()) return ExitCode::clean;
  audit::Result result;
  result.sources = &sources;
  result.errors = loaded.errors;
  result.failures = loaded.failures;
  report::render_text(result, {.quiet = true}, world.err);
  return ExitCode::input;
}

} // namespace slsaudit::cli
