// SPDX-License-Identifier: Apache-2.0
// `slsaudit check --watch`, with changes that a test makes, and with those of a disk.
#include "cli/app.hpp"
#include "cli/watcher.hpp"
#include "harness.hpp"
#include "support/catch.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace slsaudit;

namespace {

/// Files that a test may change.
class ChangingFiles final : public text::FileSystem {
public:
  explicit ChangingFiles(test::Files initial) : files(std::move(initial)) {}
  [[nodiscard]] text::Result<std::string> read(const std::string& path, std::size_t most) const override {
    reads += 1;
    return now().read(path, most);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override { return now().is_file(path); }
  [[nodiscard]] bool is_directory(const std::string& path) const override { return now().is_directory(path); }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    return now().list(path);
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return now().canonical(path);
  }
  test::Files files;
  mutable int reads = 0;

private:
  [[nodiscard]] text::MemoryFileSystem now() const { return text::MemoryFileSystem(files); }
};

/// Does one thing each time it is waited for; what was printed meanwhile is kept.
class FakeWatcher final : public cli::Watcher {
public:
  using Steps = std::deque<std::function<void()>>;
  FakeWatcher(Steps steps, std::ostringstream& out, std::vector<std::string>& told)
      : steps_(std::move(steps)), out_(out), told_(told) {}
  void watch(const cli::Watched& watched) override { watched_ = watched; }
  [[nodiscard]] bool wait() override {
    told_.push_back(out_.str());
    out_.str("");
    if (steps_.empty()) return false;
    steps_.front()();
    steps_.pop_front();
    return true;
  }

private:
  Steps steps_;
  std::ostringstream& out_;
  std::vector<std::string>& told_;
  cli::Watched watched_;
};

const std::string good = "Resources:\n  Jobs: {Type: AWS::SQS::Queue}\n";
const std::string bad =
    "Resources:\n"
    "  Role:\n"
    "    Type: AWS::IAM::Role\n"
    "    Properties:\n"
    "      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', "
    "Principal: {Service: lambda.amazonaws.com}}]}\n"
    "      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "
    "'dynamodb:*', Resource: '*'}]}}]\n"
    "  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13, Role: !GetAtt "
    "Role.Arn, Handler: a.b, Code: {ZipFile: x}}}\n";

struct Watching {
  explicit Watching(test::Files given) : files(std::move(given)) {}

  /// What was printed before each step, and after the last.
  std::vector<std::string> run(FakeWatcher::Steps steps, std::vector<std::string> paths = {"a", "b"}) {
    std::vector<std::string> told;
    std::istringstream in;
    std::ostringstream out;
    cli::World world{in, out, err, files, nullptr, [] { return 0.0; }, [this] { return today; }};
    world.watch = [&] { return std::make_unique<FakeWatcher>(std::move(steps), out, told); };
    std::vector<std::string> arguments{"check", "--watch", "--select", "IAM002"};
    arguments.insert(arguments.end(), paths.begin(), paths.end());
    code = cli::run(arguments, world);
    return told;
  }

  ChangingFiles files;
  std::ostringstream err;
  std::string today = "2026-01-31";
  int code = -1;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

} // namespace

TEST_CASE("a watch prints everything once, and then what changes") {
  Watching watching({{"a/t.yaml", good}, {"b/t.yaml", bad}});
  const auto told = watching.run({
      [&] { watching.files.files["a/t.yaml"] = bad; },                    // a finding comes
      [&] {},                                                             // nothing
      [&] { watching.files.files["b/t.yaml"] = "# moved\n" + bad; },      // the same finding, elsewhere
      [&] { watching.files.files["a/t.yaml"] = good; },                   // and goes
      [&] { watching.files.files["b/new.yaml"] = "Resources: {A: [\n"; }, // what can't be read
      [&] { watching.files.files.erase("b/new.yaml"); },
  });
  CHECK(watching.code == 0);
  CHECK(watching.err.str().empty());
  REQUIRE(told.size() == 7);
  CHECK(has(told[0], "b/t.yaml:"));
  CHECK(last_line(told[0]) == "1 finding: 1 high; 2 templates; waiting for changes");
  CHECK(has(told[1], "IAM002"));
  CHECK(has(told[1], "a/t.yaml:"));
  CHECK_FALSE(has(told[1], "b/t.yaml"));
  CHECK(last_line(told[1]) == "2 findings: 2 high; 2 templates; waiting for changes");
  CHECK(told[2].empty());
  CHECK(told[3] == "2 findings: 2 high; 2 templates; waiting for changes\n");
  CHECK(told[4].starts_with("fixed: a/t.yaml:"));
  CHECK(last_line(told[4]) == "1 finding: 1 high; 2 templates; waiting for changes");
  CHECK(has(told[5], "b/new.yaml:"));
  CHECK(last_line(told[5]) == "1 finding: 1 high; 1 error; 2 templates; waiting for changes");
  CHECK(told[6] == "1 finding: 1 high; 2 templates; waiting for changes\n");
  for (const std::string& text : told) CHECK_FALSE(has(text, "\x1b"));
}

TEST_CASE("a watch follows the configuration, the baseline and the day") {
  Watching watching({{"a/t.yaml", bad}, {"b/t.yaml", good}});
  const auto told = watching.run({
      [&] { watching.files.files["slsaudit.yaml"] = "fail_on: low\n"; },
      [&] { watching.files.files["slsaudit.yaml"] = "suppress: [{path: a/, rule: IAM002, reason: r}]\n"; },
      [&] { watching.files.files.erase("slsaudit.yaml"); },
      [&] { watching.today = "2026-02-01"; },
  });
  REQUIRE(told.size() == 5);
  CHECK(last_line(told[0]) == "1 finding: 1 high; 2 templates; waiting for changes");
  CHECK(told[1].empty());
  CHECK(has(watching.err.str(), "the configuration has no key `fail_on`"));
  CHECK(told[2].starts_with("fixed: a/t.yaml:"));
  CHECK(has(told[3], "IAM002"));
  CHECK(last_line(told[4]) == "1 finding: 1 high; 2 templates; waiting for changes");
}

TEST_CASE("systems come and go while they are watched") {
  Watching watching({{"a/t.yaml", bad}, {"b/t.yaml", good}, {"c.yaml", good}});
  const auto told = watching.run({
                                     [&] { watching.files.files.erase("a/t.yaml"); },
                                     [&] { watching.files.files["a/t.yaml"] = bad; },
                                 },
                                 {"a", "b", "c.yaml", "a/t.yaml"});
  REQUIRE(told.size() == 3);
  CHECK(last_line(told[0]) == "1 finding: 1 high; 3 templates; waiting for changes");
  CHECK(has(told[1], "fixed: a/t.yaml:"));
  CHECK(has(told[2], "IAM002"));
}

TEST_CASE("what can't be watched is refused") {
  const std::vector<std::vector<std::string>> refused{
      {"-"}, {"--format", "json"}, {"-o", "x.sarif"}, {"--explain-unknowns"}, {"--roots-from", "x"}};
  for (const auto& more : refused) {
    CAPTURE(more.front());
    Watching watching({{"a/t.yaml", good}});
    CHECK(watching.run({}, more).empty());
    CHECK(watching.code == 2);
  }
  CHECK(test::run({"check", "--watch", "a"}, {{"a/t.yaml", good}}).code == 2); // nobody tells of changes
}

namespace {

class Directory {
public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "slsaudit-watch-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Directory() { std::filesystem::remove_all(path); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }
  [[nodiscard]] cli::Watched watched() const {
    return {{path.string(), (path / "t.yaml").string(), (path / "none.yaml").string()}, {}};
  }
  std::filesystem::path path;
};

} // namespace

TEST_CASE("inotify tells of what is watched, and of nothing else") {
  const Directory directory;
  directory.write("t.yaml", "a");
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto watcher = cli::make_inotify_watcher(ends[0]);
  if (watcher == nullptr) return; // another system's kernel
  watcher->watch(directory.watched());
  directory.write("other.txt", "a"); // nobody asked for it
  directory.write("t.yaml", "b");
  CHECK(watcher->wait());
  directory.write("none.yaml", "came");
  CHECK(watcher->wait());
  std::filesystem::remove(directory.path / "t.yaml");
  watcher->watch(directory.watched()); // what has happened is not forgotten
  CHECK(watcher->wait());
  directory.write("other.txt", "b");
  REQUIRE(write(ends[1], "", 1) == 1);
  CHECK_FALSE(watcher->wait());
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("where there is no inotify files are looked at again and again") {
  const Directory directory;
  directory.write("t.yaml", "a");
  std::deque<std::string> steps{"", "bb", "", "-", "", "stop"};
  const auto watcher = cli::make_polling_watcher([&](double) {
    const std::string step = steps.front();
    steps.pop_front();
    if (step == "stop") return false;
    if (step == "-")
      std::filesystem::remove(directory.path / "t.yaml");
    else if (!step.empty())
      directory.write("t.yaml", step);
    return true;
  });
  watcher->watch(directory.watched());
  CHECK(watcher->wait()); // nothing, then a change, then quiet
  CHECK(steps.size() == 3);
  CHECK(watcher->wait());
  directory.write("t.yaml", "c");
  watcher->watch(directory.watched()); // it has changed meanwhile
  steps.assign({"", "stop"});
  CHECK(watcher->wait());
  CHECK_FALSE(watcher->wait());
}
