// SPDX-License-Identifier: Apache-2.0
// `slsaudit check --cache DIR`: the same bytes as without, and no audit where nothing has changed.
#include "cli/cache_entry.hpp"
#include "harness.hpp"
#include "rules/scaffold.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <set>

using namespace slsaudit;
using test::Outcome;
using Words = std::vector<std::string>;

namespace {

/// Files that come and go.
class Disk final : public text::FileSystem {
public:
  explicit Disk(const test::Files& files) : files_(files) {}
  [[nodiscard]] text::Result<std::string> read(const std::string& path,
                                               std::size_t max_bytes) const override {
    return now().read(path, max_bytes);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override { return now().is_file(path); }
  [[nodiscard]] bool is_directory(const std::string& path) const override { return now().is_directory(path); }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    return now().list(path);
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return now().canonical(path);
  }

private:
  [[nodiscard]] text::MemoryFileSystem now() const { return text::MemoryFileSystem(files_); }
  const test::Files& files_;
};

const std::string role =
    "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: "
    "{}\n      Policies: [{PolicyName: all, PolicyDocument: {Statement: [{Effect: Allow, "
    "Action: 's3:*', Resource: '*'}]}}]\n";
const std::string nesting = "Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: "
                            "{TemplateURL: child.yaml}}\n" +
                            role;
const std::string queue =
    "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}\n";

/// A machine on which one runs the command again and again.
struct Machine {
  test::Files files{{"project/template.yaml", nesting},
                    {"project/child.yaml", queue},
                    {"project/readme.md", "words\n"},
                    {"known", "slsaudit baseline 1\n"},
                    {"other.yaml", "fail-on: low\n"}};
  std::map<std::string, std::string> variables{};
  std::string today = "2026-01-31";
  std::string program = "build 1";
  std::uint32_t width = 120;
  bool colour = false;
  bool terminal = false;
  bool may_keep = true;
  std::size_t audits = 0;
  std::size_t kept = 0;
  std::size_t prunings = 0;
  std::set<std::string> unused{}; ///< Files of the cache that were not read or written in a month.

  Outcome run(const Words& arguments, const std::string& standard_input = {}) {
    Outcome outcome;
    std::istringstream in(standard_input);
    std::ostringstream out;
    std::ostringstream err;
    const Disk disk(files);
    const auto write = [&](const std::string& path, const std::string& bytes) -> text::Result<bool> {
      if (path.starts_with("readonly/")) return text::Failure{"cannot write " + path};
      outcome.written[path] = bytes;
      return true;
    };
    cli::World world{in, out, err, disk, write, [] { return 0.0; }, [&] { return today; }, colour, width};
    world.terminal = terminal;
    world.environment = [&](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    world.limit_output = [&](std::size_t) { audits += 1; }; // each plan of an audit says that
    world.program = [&] { return program; };
    world.make_directory = [](const std::string&) -> text::Result<bool> { return true; };
    world.keep = [&](const std::string& path, const std::string& bytes) -> text::Result<bool> {
      if (!may_keep) return text::Failure{"cannot write " + path};
      kept += 1;
      files[path] = bytes;
      return true;
    };
    world.remove_unused = [&](const std::string& directory, bool (*is_own)(std::string_view), int days) {
      CHECK(directory == "cache");
      CHECK(days == 30);
      prunings += 1;
      return std::erase_if(files, [&](const auto& file) {
        if (!file.first.starts_with("cache/")) return false;
        return unused.contains(file.first) && is_own(std::string_view(file.first).substr(6));
      });
    };
    outcome.code = cli::run(arguments, world);
    outcome.out = out.str();
    outcome.err = err.str();
    return outcome;
  }

  /// With a cache; the same as without, in all that it does.
  Outcome cached(const Words& arguments) {
    Words with = arguments;
    with.insert(with.begin() + 1, {"--cache", "cache"});
    Outcome outcome = run(with);
    const std::size_t before = audits;
    const Outcome plain = run(arguments);
    audits = before;
    CHECK(outcome.code == plain.code);
    CHECK(outcome.out == plain.out);
    CHECK(outcome.err == plain.err);
    CHECK(outcome.written == plain.written);
    return outcome;
  }
  /// How many audits that takes.
  std::size_t audited(const Words& arguments) {
    const std::size_t before = audits;
    (void)cached(arguments);
    return audits - before;
  }
  /// What --verbose says of the cache.
  std::string told(const Words& arguments) {
    Words with = arguments;
    with.insert(with.begin() + 1, {"--cache", "cache", "--verbose"});
    std::istringstream lines(run(with).err);
    std::string told;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("[info] cache: ")) told += line.substr(14) + "\n";
    }
    return told;
  }
  /// Bytes of the only entry.
  std::string& entry() {
    const auto found =
        std::ranges::find_if(files, [](const auto& file) { return file.first.starts_with("cache/"); });
    REQUIRE(found != files.end());
    return found->second;
  }
};

const Words check{"check", "project"};

} // namespace

TEST_CASE("a run whose inputs are the same prints what it printed, without auditing") {
  const auto arguments =
      GENERATE(values<Words>({{"check", "project"},
                              {"check", "project", "--format", "json"},
                              {"check", "project", "--format", "sarif"},
                              {"check", "project", "--format", "ndjson", "--fail-on", "never"},
                              {"check", "--output", "json=a.json", "project", "--report", "sarif=b.sarif"},
                              {"check", "project", "--output", "only.json", "--format", "json"},
                              {"check", "project", "--explain-unknowns", "--format", "json"},
                              {"check", "project", "--isolated", "--color", "always"}}));
  Machine machine;
  CHECK(machine.audited(arguments) == 1);
  CHECK(machine.kept == 1);
  CHECK(machine.audited(arguments) == 0);
  CHECK(machine.audited(arguments) == 0);
  CHECK(machine.kept == 1);
  // The number of threads, and whether one wants to know more, change nothing.
  Words jobs = arguments;
  jobs.insert(jobs.end(), {"--jobs", "2"});
  CHECK(machine.audited(jobs) == 0);
  CHECK(machine.told(arguments) == "used\n");
}

TEST_CASE("whatever changes that a run rests on, it is audited again, and told why") {
  struct Row {
    std::string why;
    void (*change)(Machine& machine);
  };
  const auto row = GENERATE(values<Row>({
      {"project/template.yaml has changed",
       [](Machine& machine) { machine.files["project/template.yaml"] += "\n"; }},
      {"project/child.yaml has changed",
       [](Machine& machine) { machine.files["project/child.yaml"] += "# end\n"; }},
      {"project/child.yaml has changed", [](Machine& machine) { machine.files.erase("project/child.yaml"); }},
      {"project has changed", [](Machine& machine) { machine.files["project/third.yaml"] = queue; }},
      {"project has changed", [](Machine& machine) { machine.files["project/readme.txt"] = ""; }},
      {"slsaudit.yaml has changed",
       [](Machine& machine) { machine.files["slsaudit.yaml"] = "fail-on: low\n"; }},
      {"known has changed",
       [](Machine& machine) {
         machine.files["known"] += std::string(32, '0') + " " + std::string(32, '0') + " ARC005 a.yaml\n";
       }},
      {"ours/rule.yaml has changed", [](Machine& machine) { machine.files["ours/rule.yaml"] += "# end\n"; }},
      {"SLSAUDIT_FAIL_ON is another",
       [](Machine& machine) { machine.variables["SLSAUDIT_FAIL_ON"] = "low"; }},
      {"SLSAUDIT_SELECT is another", [](Machine& machine) { machine.variables["SLSAUDIT_SELECT"] = "IAM"; }},
      {"SLSAUDIT_CONFIG is another",
       [](Machine& machine) { machine.variables["SLSAUDIT_CONFIG"] = "other.yaml"; }},
      {"the day is another", [](Machine& machine) { machine.today = "2026-02-01"; }},
      {"the program is another", [](Machine& machine) { machine.program = "build 2"; }},
      {"the terminal is another", [](Machine& machine) { machine.width = 80; }},
      {"the terminal is another", [](Machine& machine) { machine.colour = true; }},
      {"the terminal is another", [](Machine& machine) { machine.terminal = true; }},
  }));
  CAPTURE(row.why);
  Machine machine;
  machine.files["ours/rule.yaml"] = rules::scaffold("ORG001", "a-rule");
  const Words arguments{"check", "project", "--baseline", "known", "--rules", "ours"};
  CHECK(machine.audited(arguments) == 1);
  CHECK(machine.audited(arguments) == 0);
  row.change(machine);
  CHECK(machine.told(arguments) == "not used: " + row.why + "\n");
  CHECK(machine.audited(arguments) == 0); // kept anew
  row.change(machine);                    // the same again, or one more
  (void)machine.audited(arguments);
}

TEST_CASE("other options, another directory, another entry") {
  Machine machine;
  CHECK(machine.audited(check) == 1);
  for (const Words& other :
       {Words{"check", "project", "--fail-on", "low"}, Words{"check", "project/child.yaml"},
        Words{"check", "project", "--param", "A=1"}, Words{"check", "project", "--quiet"},
        Words{"check", "project", "project/child.yaml"}}) {
    CAPTURE(other.back());
    CHECK(machine.audited(other) == 1);
    CHECK(machine.audited(other) == 0);
  }
  CHECK(machine.audited(check) == 0);
  CHECK(machine.kept == 6);
}

TEST_CASE("the day says nothing to whoever names one") {
  Machine machine;
  const Words arguments{"check", "project", "--as-of", "2026-01-01"};
  CHECK(machine.audited(arguments) == 1);
  machine.today = "2027-01-01";
  CHECK(machine.audited(arguments) == 0);
}

TEST_CASE("a template with errors is an answer like any other") {
  Machine machine;
  machine.files["project/broken.yaml"] = "Resources: {A: {Type: AWS::SNS::Topic}\n";
  CHECK(machine.cached(check).code == 3);
  CHECK(machine.audited(check) == 0);
}

TEST_CASE("what could not be done is not kept") {
  Machine machine;
  for (const Words& arguments : {Words{"check", "gone"}, Words{"check", "project", "--select", "NONE"},
                                 Words{"check", "project", "--output", "json=readonly/a.json"},
                                 Words{"check", "-"}, Words{"check", "project", "--jobs", "x"}}) {
    CAPTURE(arguments.back());
    (void)machine.cached(arguments);
    (void)machine.cached(arguments);
    CHECK(machine.kept == 0);
  }
  CHECK(machine.told({"check", "-"}) == "off: standard input is read\n");
  machine.program = "";
  CHECK(machine.told(check) == "off: this program has no build id\n");
  CHECK(machine.run({"check", "project", "--watch", "--cache", "cache"}).code == 2);
  CHECK(machine.kept == 0);
}

TEST_CASE("a cache that can't be written changes nothing else") {
  Machine machine;
  machine.may_keep = false;
  CHECK(machine.audited(check) == 1);
  CHECK(machine.audited(check) == 1);
  const std::string told = machine.told(check);
  CHECK(told.starts_with("not used: nothing is kept of this yet\nnot kept: cannot write cache/"));
}

TEST_CASE("nothing is kept that nobody asks for, and the environment may ask") {
  Machine machine;
  (void)machine.run(check);
  CHECK(machine.kept == 0);
  machine.variables["SLSAUDIT_CACHE"] = "cache";
  (void)machine.run(check);
  CHECK(machine.kept == 1);
  const std::size_t before = machine.audits;
  (void)machine.run(check);
  CHECK(machine.audits == before);
}

TEST_CASE("an entry has nothing of the files and variables but what was printed of them") {
  Machine machine;
  machine.files["project/template.yaml"] += "  # a remark of the author\n";
  machine.variables["SLSAUDIT_REGION"] = "eu-central-1";
  (void)machine.cached(check);
  for (const std::string text : {"remark of the author", "eu-central-1"}) {
    CAPTURE(text);
    CHECK(machine.entry().find(text) == std::string::npos);
  }
}

TEST_CASE("a cache within what is audited doesn't go out of date by its own entries") {
  Machine machine;
  machine.files["cache/readme"] = "";
  const Words all{"check", "."};
  const Words one{"check", ".", "--quiet"};
  CHECK(machine.audited(all) == 1);
  CHECK(machine.audited(one) == 1);
  CHECK(machine.audited(all) == 0);
  machine.files["cache/template.yaml"] = queue;
  CHECK(machine.audited(all) == 1);
}

TEST_CASE("a run that keeps an entry removes those that nobody asks for any more") {
  Machine machine;
  (void)machine.cached(check);
  CHECK(machine.prunings == 1);
  const std::string old = "cache/" + std::string(64, 'a') + ".slsaudit-cache";
  const std::string left = old + ".x7Y2z1";
  const std::string live = "cache/" + std::string(64, 'b') + ".slsaudit-cache";
  for (const std::string& path :
       {old, left, live, std::string("cache/notes.slsaudit-cache"), std::string("cache/notes")})
    machine.files[path] = "";
  machine.unused = {old, left, "cache/notes.slsaudit-cache", "cache/notes"};
  // What is only read leaves the directory as it is.
  CHECK(machine.told(check) == "used\n");
  CHECK(machine.prunings == 1);
  CHECK(machine.files.contains(old));
  CHECK(machine.told({"check", "project", "--quiet"}) ==
        "not used: nothing is kept of this yet\nremoved 2 entries not used for 30 days\n");
  CHECK(machine.prunings == 2);
  CHECK_FALSE(machine.files.contains(old));
  CHECK_FALSE(machine.files.contains(left));
  for (const std::string path : {live.c_str(), "cache/notes.slsaudit-cache", "cache/notes"})
    CHECK(machine.files.contains(path));
  machine.may_keep = false;
  (void)machine.cached({"check", "project", "--fail-on", "low"});
  CHECK(machine.prunings == 2);
}

TEST_CASE("a damaged entry is none") {
  Machine machine;
  machine.files = {{"project/template.yaml", queue}};
  const Words quiet{"check", "project", "--select", "IAM001", "--quiet"};
  (void)machine.cached(quiet);
  const std::string whole = machine.entry();
  const auto entry = cli::read_cache_entry(whole);
  REQUIRE(entry);
  CHECK(cli::cache_entry_bytes(*entry) == whole);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    if (cli::read_cache_entry(damaged)) FAIL_CHECK("byte " << at);
    if (cli::read_cache_entry(whole.substr(0, at))) FAIL_CHECK("the first " << at);
  }
  CHECK_FALSE(cli::read_cache_entry(whole + "x"));
  for (const std::string& bytes : {std::string(), whole.substr(0, whole.size() / 2), whole + whole}) {
    machine.entry() = bytes;
    CHECK(machine.told(quiet) == "not used: the entry can't be read\n");
    CHECK(machine.audited(quiet) == 0);
  }
}

TEST_CASE("whoever writes an entry of their own gets no further than what is printed") {
  Machine machine;
  const Words arguments{"check", "project", "--output", "json=a.json"};
  (void)machine.cached(arguments);
  const auto made = cli::read_cache_entry(machine.entry());
  REQUIRE(made);
  const auto told = [&](void (*change)(cli::CacheEntry & entry)) {
    cli::CacheEntry entry = *made;
    change(entry);
    machine.entry() = cli::cache_entry_bytes(entry);
    return machine.told(arguments);
  };
  CHECK(told([](cli::CacheEntry&) {}) == "used\n");
  CHECK(told([](cli::CacheEntry& entry) { entry.surroundings.erase("key"); }) ==
        "not used: the entry is another's\n");
  CHECK(told([](cli::CacheEntry& entry) { entry.surroundings["key"][0] ^= 1; }) ==
        "not used: the entry is another's\n");
  for (const auto change : {+[](cli::CacheEntry& entry) { entry.surroundings.erase("program"); },
                            +[](cli::CacheEntry& entry) { entry.surroundings.erase("terminal"); },
                            +[](cli::CacheEntry& entry) { entry.surroundings[""] = {}; }})
    CHECK(told(change) == "not used: the entry is no whole one\n");
  CHECK(told([](cli::CacheEntry& entry) { entry.surroundings["other"] = {}; }) ==
        "not used: the other is another\n");
  // More files than the options name: none is written, and the run is made.
  cli::CacheEntry more = *made;
  more.written.push_back("bytes");
  machine.entry() = cli::cache_entry_bytes(more);
  CHECK(machine.audited(arguments) == 1);
  CHECK(machine.audited(arguments) == 0);
}

TEST_CASE("of many roots those are audited that have changed") {
  Machine machine;
  machine.files = {{"a/template.yaml", nesting},
                   {"b/template.yaml", queue},
                   {"b/slsaudit.yaml", "fail-on: low\n"},
                   {"c/template.yaml", queue},
                   {"roots", "a\nb\nc\n"}};
  const Words roots{"check", "--roots-from", "roots"};
  const std::string none =
      "not used for a: nothing is kept of this yet\nnot used for b: nothing is kept of this "
      "yet\nnot used for c: nothing is kept of this yet\n0 of 3 roots used\n";
  Words one_by_one = roots;
  one_by_one.insert(one_by_one.end(), {"--jobs", "1"});
  CHECK(machine.told(one_by_one) == none);
  CHECK(machine.kept == 3);
  (void)machine.cached(roots);
  CHECK(machine.told(one_by_one) == "used for a\nused for b\nused for c\n3 of 3 roots used\n");
  const auto one_changed = [&](const std::string& why) {
    CHECK(machine.told(one_by_one) == why + "2 of 3 roots used\n");
    (void)machine.cached(roots);
    CHECK(machine.told(one_by_one) == "used for a\nused for b\nused for c\n3 of 3 roots used\n");
  };
  machine.files["b/template.yaml"] += "# end\n";
  one_changed("used for a\nnot used for b: b/template.yaml has changed\nused for c\n");
  machine.files["a/slsaudit.yaml"] = "fail-on: low\n";
  one_changed("not used for a: a/slsaudit.yaml has changed\nused for b\nused for c\n");
  machine.files["b/slsaudit.yaml"] = "fail-on: info\n";
  one_changed("used for a\nnot used for b: b/slsaudit.yaml has changed\nused for c\n");
  machine.files["c/new.yaml"] = queue;
  one_changed("used for a\nused for b\nnot used for c: c has changed\n");
  // What holds for all of them.
  machine.variables["SLSAUDIT_SELECT"] = "CON";
  CHECK(machine.told(roots).ends_with("0 of 3 roots used\n"));
  machine.variables["SLSAUDIT_CONFIG"] = "b/slsaudit.yaml";
  CHECK(machine.told(roots).ends_with("0 of 3 roots used\n"));
  (void)machine.cached(roots);
  machine.files["b/slsaudit.yaml"] = "fail-on: never\n";
  CHECK(machine.told(roots).ends_with("0 of 3 roots used\n"));
  (void)machine.cached(roots);
}

TEST_CASE("a root that can't be audited is tried again") {
  Machine machine;
  machine.files = {{"a/template.yaml", queue}, {"b/slsaudit.yaml", "wrong: 1\n"}, {"roots", "a\nb\ngone\n"}};
  for (int i = 0; i < 2; ++i) (void)machine.cached({"check", "--roots-from", "roots"});
  CHECK(machine.kept == 1);
}
