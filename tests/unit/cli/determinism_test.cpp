// SPDX-License-Identifier: Apache-2.0
// The same input gives the same bytes: again, with the files in another order, from a disk that lists them
// differently.
#include "harness.hpp"
#include "report/report.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

#include <algorithm>

using namespace slsaudit;

namespace {

class BackwardsFileSystem final : public text::FileSystem {
public:
  explicit BackwardsFileSystem(const text::FileSystem& files) : files_(files) {}
  [[nodiscard]] text::Result<std::string> read(const std::string& path,
                                               std::size_t max_bytes) const override {
    return files_.read(path, max_bytes);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override { return files_.is_file(path); }
  [[nodiscard]] bool is_directory(const std::string& path) const override {
    return files_.is_directory(path);
  }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    auto entries = files_.list(path);
    if (!entries.ok()) return entries;
    std::vector<text::DirectoryEntry> backwards = std::move(entries).value();
    std::ranges::reverse(backwards);
    return backwards;
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return files_.canonical(path);
  }

private:
  const text::FileSystem& files_;
};

/// The examples, and some dozen templates of the collection where there is one: each is reported in every format, often.
/// All of the collection is compared by threads.corpus and spellings.corpus.
test::Files templates() {
  test::Files files;
  const std::filesystem::path source = test::environment_or("SLSAUDIT_SOURCE_DIR", ".");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source / "examples")) {
    if (!entry.is_regular_file()) continue;
    files["examples/" + entry.path().lexically_relative(source / "examples").generic_string()] =
        test::read_file(entry.path());
  }
  const auto indexed = test::indexed_files();
  const std::size_t step = std::max<std::size_t>(indexed.size() / 12, 1);
  for (std::size_t i = 0; i < indexed.size(); i += step) {
    files["collection/" + indexed[i].path] =
        test::read_file(test::shared_data() / "corpus" / indexed[i].path);
  }
  return files;
}

/// All formats' reports of one audit, by format; "" is what comes on the streams.
using Reports = std::map<std::string, std::string>;

Reports reports_of(const text::FileSystem& disk, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"check", "--profile", "strict", "--verbose"};
  for (const std::string_view format : report::formats()) {
    arguments.emplace_back("--output");
    arguments.push_back(std::string(format) + "=" + std::string(format));
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  const test::Outcome outcome = test::run_on(disk, arguments);
  Reports reports = outcome.written;
  reports[""] = std::to_string(outcome.code) + outcome.out + outcome.err;
  return reports;
}

/// The position of the first difference, so that a failure doesn't print two reports.
std::string difference(const std::string& left, const std::string& right) {
  if (left == right) return "";
  const auto [a, b] = std::ranges::mismatch(left, right);
  const auto at = static_cast<std::size_t>(a - left.begin());
  return "at " + std::to_string(at) + ": " + left.substr(at - std::min<std::size_t>(at, 80), 160) + "\nbut " +
         right.substr(at - std::min<std::size_t>(at, 80), 160);
}

/// The same of reports: empty when all are the same.
std::string differences(const Reports& left, const Reports& right) {
  std::string text;
  CHECK(left.size() == right.size());
  for (const auto& [format, bytes] : left) {
    const auto other = right.find(format);
    const std::string found = other == right.end() ? "missing" : difference(bytes, other->second);
    if (!found.empty()) text += format + " " + found + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("the same input gives the same bytes") {
  const test::Files files = templates();
  REQUIRE(files.size() >= 3);
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files) paths.push_back(path);
  std::vector<std::string> turned = paths;
  std::rotate(turned.begin(), turned.begin() + static_cast<std::ptrdiff_t>(turned.size() / 3), turned.end());
  std::vector<std::string> backwards = paths;
  std::ranges::reverse(backwards);
  const text::MemoryFileSystem disk(files);
  const BackwardsFileSystem other_disk(disk);

  const Reports named = reports_of(disk, paths);
  REQUIRE(named.size() == report::formats().size() + 1);
  for (const auto& [format, bytes] : named) {
    CAPTURE(format);
    CHECK((format.empty() || bytes.size() > 500));
  }
  CHECK(differences(named, reports_of(disk, paths)) == "");
  CHECK(differences(named, reports_of(disk, turned)) == "");
  CHECK(differences(named, reports_of(other_disk, backwards)) == "");

  const Reports walked = reports_of(disk, {"examples", "collection", "."});
  CHECK(differences(walked, reports_of(other_disk, {".", "collection", "examples"})) == "");
  const Reports apart = reports_of(disk, {"examples/orders", "examples/photo-share"});
  CHECK(differences(apart, reports_of(other_disk, {"examples/photo-share", "examples/orders"})) == "");
}

TEST_CASE("any number of threads gives the same bytes") {
  const text::MemoryFileSystem disk(templates());
  for (const bool isolated : {false, true}) {
    CAPTURE(isolated);
    const auto reports_with = [&](const std::string& jobs) {
      std::vector<std::string> more{"--explain-unknowns", "--jobs", jobs, "."};
      if (isolated) more.emplace_back("--isolated");
      return reports_of(disk, more);
    };
    const Reports alone = reports_with("1");
    for (const std::string jobs : {"0", "7"}) {
      CAPTURE(jobs);
      CHECK(differences(alone, reports_with(jobs)).empty());
    }
  }
}

TEST_CASE("a number of threads that is none is refused") {
  for (const std::string jobs : {"x", "-1", "1.5", "", "100000"}) {
    CAPTURE(jobs);
    const test::Outcome outcome = test::run({"check", "--jobs", jobs, "."});
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find("--jobs") != std::string::npos);
  }
}
