// SPDX-License-Identifier: Apache-2.0
// Real templates, where they are at hand: everything loads, and nearly everything without an error.
#include "dialect/cloudformation/evaluate.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <iostream>

using namespace slsaudit;

namespace {

std::vector<std::string> errors_of(const text::SourceMap& sources, const text::Problems& problems) {
  std::vector<std::string> errors;
  for (const text::Problem& problem : problems) {
    if (problem.level == text::ProblemLevel::note) continue;
    const auto place = sources.position(problem.span.file, problem.span.begin);
    const std::string level = problem.level == text::ProblemLevel::error ? "error" : "finding";
    errors.push_back(level + " " + std::string(sources.path(problem.span.file)) + ":" +
                     std::to_string(place.line) + ":" + std::to_string(place.column) + " " + problem.name +
                     ": " + problem.message);
  }
  return errors;
}

} // namespace

TEST_CASE("CloudFormation and SAM templates of the collection load") {
  const auto files = test::indexed_files();
  if (files.empty()) {
    WARN("skipped: no collection of templates at " << test::shared_data());
    return;
  }
  const bool verbose = !test::environment_or("SLSAUDIT_VERBOSE_TESTS", "").empty();
  std::size_t read = 0;
  std::size_t clean = 0;
  for (const auto& file : files) {
    if (file.kind != "cfn" && file.kind != "sam") continue;
    CAPTURE(file.path);
    text::SourceMap sources;
    text::Arena arena;
    const auto document =
        syntax::read(sources, arena, file.path, test::read_file(test::shared_data() / "corpus" / file.path));
    if (document.root == nullptr) continue; // the reader's own tests judge those
    const auto lowered = dialect::cloudformation::lower(document, arena, {});
    const auto result = dialect::cloudformation::evaluate(lowered, arena, {});
    const auto errors = errors_of(sources, result.problems);
    ++read;
    if (std::none_of(errors.begin(), errors.end(), [](const auto& e) { return e.starts_with("error"); }))
      ++clean;
    if (verbose) {
      for (const std::string& error : errors) std::cout << error << '\n';
    }
  }
  CAPTURE(read, clean);
  CHECK(read > 0);
  CHECK(clean * 100 >= read * 98);
  if (verbose) std::cout << clean << " of " << read << " without errors\n";
}
