// SPDX-License-Identifier: Apache-2.0
// Every public service lowers to something, and says what is wrong where something is.
#include "dialect/serverless/lower.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <iostream>
#include <map>

namespace slsaudit {
namespace {

struct Tally {
  std::size_t services = 0;
  std::size_t failed = 0;
  std::map<std::string, std::size_t> problems;
  std::map<std::string, std::size_t> reasons;
};

// Recursion follows the tree's own depth, which lowering bounds.
void count_unknown(const syntax::Node& node, Tally& tally) {
  if (node.kind == syntax::NodeKind::unknown) {
    CHECK_FALSE(node.reason.empty());
    tally.reasons[std::string(node.reason)] += 1;
  }
  for (const syntax::Entry& entry : node.children) count_unknown(*entry.value, tally);
}

void lower_one(const std::string& path, Tally& tally) {
  const std::filesystem::path service = test::shared_data() / "corpus" / path;
  text::SourceMap sources;
  text::Arena arena;
  const text::DiskFileSystem files;
  const syntax::Document document = syntax::read(sources, arena, path, test::read_file(service));
  const auto lowered = dialect::serverless::lower(document, arena, {},
                                                  {.files = files,
                                                   .sources = sources,
                                                   .directory = service.parent_path().string(),
                                                   .root = (test::shared_data() / "corpus").string(),
                                                   .limits = {}});
  bool failed = false;
  for (const text::Problem& problem : lowered.problems) {
    tally.problems[problem.name] += 1;
    CHECK(problem.span.valid());
    CHECK_FALSE(problem.help.empty());
    if (problem.level == text::ProblemLevel::note) continue;
    failed = failed || problem.level == text::ProblemLevel::error;
    const text::Position position = sources.position(problem.span.file, problem.span.begin);
    std::cout << (problem.level == text::ProblemLevel::error ? "error " : "finding ") << path << ":" << position.line << " "
              << problem.name << ": " << problem.message << "\n";
  }
  for (const auto& resource : lowered.resources) {
    CHECK(resource.body != nullptr);
    CHECK(resource.author.span.valid());
    count_unknown(*resource.body, tally);
  }
  tally.services += 1;
  tally.failed += failed ? 1 : 0;
}

} // namespace

TEST_CASE("public services lower") {
  const auto files = test::indexed_files();
  if (files.empty()) {
    WARN("skipped: the template collection is not here (set SLSAUDIT_SHARED)");
    return;
  }
  Tally tally;
  for (const test::IndexedFile& file : files) {
    CAPTURE(file.path);
    if (file.kind == "sls") lower_one(file.path, tally);
  }
  std::cout << tally.failed << " of " << tally.services << " services with an error\n";
  for (const auto& [name, count] : tally.problems) std::cout << "  " << count << " " << name << "\n";
  std::cout << "unknown values by reason\n";
  for (const auto& [reason, count] : tally.reasons) std::cout << "  " << count << " " << reason << "\n";
  CHECK(tally.services > 0);
  CHECK(tally.failed * 100 <= tally.services * 3);
}

} // namespace slsaudit
