// SPDX-License-Identifier: Apache-2.0
// Audits again and again: the same results as those of a first run, and only what has changed is done.
#include "audit/session.hpp"
#include "rules/engine.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

const std::string queue =
    "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}\n";
const std::string service = "service: shop\nprovider: {name: aws, runtime: python3.12}\n"
                            "functions:\n  list: {handler: a.b, timeout: '${file(timeout.yml):seconds}'}\n";

struct Fixture {
  Fixture() : rules(rules::builtin_without_examples()) {
    for (const rules::Rule& rule : rules) {
      request.rules.push_back(&rule);
      request.known.push_back(&rule);
    }
    request.input.paths = {"."};
    request.settings.as_of = "2026-01-31";
    audit::compile(request);
  }

  [[nodiscard]] static std::string dump(const audit::Answer& answer) {
    const audit::Result& result = answer.audited.result;
    std::string text;
    for (const rules::Finding& one : result.findings)
      text += std::to_string(one.span.file.index()) + ":" + std::to_string(one.span.begin) + " " + one.code +
              " " + one.message + " " + one.fingerprint + "\n";
    for (const text::Problem& one : result.errors) text += one.name + " " + one.message + "\n";
    return text + std::to_string(result.statistics.resources);
  }

  /// Of the session; checked against a session that knows nothing.
  std::string audit(const std::map<std::string, std::string>& files) {
    const text::MemoryFileSystem disk(files);
    const auto answer = session.audit("all", "options", request, disk);
    audit::Session fresh;
    CHECK(dump(*answer) == dump(*fresh.audit("all", "options", request, disk)));
    return dump(*answer);
  }

  std::vector<rules::Rule> rules;
  audit::Request request;
  audit::Session session;
};

} // namespace

TEST_CASE("what has not changed is not audited again") {
  Fixture fixture;
  std::map<std::string, std::string> files{{"a.yaml", queue}, {"b.yaml", queue}, {"c.yaml", queue}};
  const std::string first = fixture.audit(files);
  CHECK(fixture.session.counts().audited == 1);
  CHECK(fixture.session.counts().read == 3);
  CHECK(fixture.audit(files) == first);
  CHECK(fixture.session.counts().audited == 1);
  CHECK(fixture.session.counts().reused == 1);

  files["b.yaml"] = "# one line more\n" + queue;
  CHECK(fixture.audit(files) != first);
  CHECK(fixture.session.counts().audited == 2);
  CHECK(fixture.session.counts().reused_trees == 2);
  CHECK(fixture.session.counts().read == 4);

  files["readme.txt"] = "not looked at, but listed\n";
  (void)fixture.audit(files);
  CHECK(fixture.session.counts().reused_trees == 5);

  files["aa.yaml"] = queue; // those behind it have other numbers now
  (void)fixture.audit(files);
  CHECK(fixture.session.counts().reused_trees == 8);
  CHECK(fixture.session.counts().read == 5);
  files.erase("aa.yaml");
  CHECK(fixture.audit(files) != first);
  CHECK(fixture.session.counts().reused_trees == 11);
  CHECK(fixture.session.counts().read == 5);
  files["b.yaml"] = queue;
  files.erase("readme.txt");
  CHECK(fixture.audit(files) == first);
}

TEST_CASE("trees are used again whatever the numbers of their files") {
  Fixture fixture;
  const std::string broken = "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Type: *none}\n";
  const std::string shared = "Resources:\n  A: &a {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 901}}\n"
                             "  B: *a\n  C: !Sub 'x' # slsaudit:ignore CON001 -- told\n";
  std::map<std::string, std::string> files{
      {"m.yaml", broken}, {"n.yaml", shared}, {"o.yaml", "\xFF\xFF\xFF"}};
  (void)fixture.audit(files);
  const std::size_t read = fixture.session.counts().read;
  for (const char* const name : {"a.yaml", "b.yaml", "c.yaml"}) {
    files[name] = queue;
    (void)fixture.audit(files);
  }
  for (const char* const name : {"b.yaml", "a.yaml", "m.yaml"}) {
    files.erase(name);
    (void)fixture.audit(files);
  }
  CHECK(fixture.session.counts().read == read + 3);
}

TEST_CASE("a file that a template reads counts, too") {
  Fixture fixture;
  std::map<std::string, std::string> files{{"serverless.yml", service}, {"timeout.yml", "seconds: 900\n"}};
  const std::string slow = fixture.audit(files);
  files["timeout.yml"] = "seconds: 5\n";
  CHECK(fixture.audit(files) != slow);
  files["timeout.yml"] = "seconds: 900\n";
  CHECK(fixture.audit(files) == slow);
  CHECK(fixture.session.counts().audited == 3);
}

TEST_CASE("other options are another audit, of the same trees") {
  Fixture fixture;
  const text::MemoryFileSystem disk({{"a.yaml", queue}});
  (void)fixture.session.audit("all", "one", fixture.request, disk);
  audit::Request other = fixture.request;
  other.rules.clear();
  audit::compile(other);
  CHECK(fixture.session.audit("all", "two", other, disk)->audited.result.findings.empty());
  CHECK(fixture.session.counts().audited == 2);
  CHECK(fixture.session.counts().reused_trees == 1);
}

TEST_CASE("an answer outlives what the session knows") {
  Fixture fixture;
  const auto answer =
      fixture.session.audit("all", "one", fixture.request, text::MemoryFileSystem({{"a.yaml", queue}}));
  const std::string before = Fixture::dump(*answer);
  (void)fixture.session.audit("all", "one", fixture.request, text::MemoryFileSystem({{"b.yaml", "x: y\n"}}));
  fixture.session.keep_only({});
  CHECK(Fixture::dump(*answer) == before);
  CHECK(answer->sources.path(text::FileId(0)) == "a.yaml");
  REQUIRE_FALSE(answer->audited.systems.empty());
  CHECK(answer->audited.systems.front().templates.front().resources.front().logical_id == "Jobs");
}
