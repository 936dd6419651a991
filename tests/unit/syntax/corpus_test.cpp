// SPDX-License-Identifier: Apache-2.0
// The readers on some hundred public templates, and on files that were made to break readers. yaml-cpp is the
// reference that says what the YAML ones mean.
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/span_check.hpp"
#include "support/syntax.hpp"
#include "support/yaml_reference.hpp"

#include <map>
#include <optional>

using namespace slsaudit;
using test::Read;

namespace {

std::filesystem::path corpus() {
  return test::shared_data() / "corpus";
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool has_error(const syntax::Document& document) {
  return std::any_of(document.problems.begin(), document.problems.end(),
                     [](const text::Problem& problem) { return problem.level == text::ProblemLevel::error; });
}

} // namespace

TEST_CASE("public templates are read as the reference reader reads them") {
  const auto files = test::indexed_files();
  if (files.empty()) {
    WARN("skipped: the template collection is not here (set SLSAUDIT_SHARED)");
    return;
  }
  std::size_t templates = 0;
  std::size_t failed = 0;
  std::size_t compared = 0;
  for (const test::IndexedFile& file : files) {
    if (file.kind == "sam-jinja" || file.kind == "ref") continue;
    const std::string bytes = test::read_file(corpus() / file.path);
    const Read read(bytes, file.path);
    templates += 1;
    CAPTURE(file.path, read.problems());
    if (has_error(read.document)) failed += 1;
    if (read.document.root == nullptr) continue;
    CHECK(test::SpanCheck(read).run() == "");
    const auto expected = test::yaml_reference(bytes);
    if (!expected || has_error(read.document) || test::has_merge(*read.document.root)) continue;
    compared += 1;
    CHECK(test::difference(*read.document.root, *expected, "").value_or("") == "");
  }
  INFO(failed << " of " << templates << " failed; " << compared << " compared");
  CHECK(failed * 100 < templates);
  CHECK(compared * 100 > templates * 95);
}

TEST_CASE("files made to break readers end in a tree or an error, with spans inside the text") {
  if (test::indexed_files().empty()) {
    WARN("skipped: the template collection is not here (set SLSAUDIT_SHARED)");
    return;
  }
  for (const auto& path : files_below(corpus())) {
    const Read read(test::read_file(path), path.filename().string());
    CAPTURE(path.string());
    CHECK((read.document.root != nullptr || has_error(read.document)));
    for (const text::Problem& problem : read.document.problems) {
      REQUIRE(problem.span.valid());
      CHECK(problem.span.end <= read.sources.text(read.document.file).size());
      CHECK_FALSE(problem.message.empty());
      CHECK_FALSE(problem.help.empty());
    }
  }
}
