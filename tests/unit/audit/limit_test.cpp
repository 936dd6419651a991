// SPDX-License-Identifier: Apache-2.0
// Each limit stops what it bounds, with an error that names it; and what lies outside of a project is read
// only when that is allowed.
#include "audit/load.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

#include <algorithm>

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

const std::string head = "AWSTemplateFormatVersion: '2010-09-09'\n";

struct Read {
  Read(Files given, audit::Input input) : files(std::move(given)) {
    if (input.paths.empty()) input.paths = {"app"};
    loaded = audit::load(input, files, sources, arena);
  }

  /// What makes a run end as one that is incomplete.
  [[nodiscard]] std::string errors() const {
    std::string all;
    for (const std::string& failure : loaded.failures) all += failure + '\n';
    for (const text::Problem& problem : loaded.errors) all += problem.message + '\n';
    return all;
  }
  /// Whether a resource has this name, or a text with it anywhere in its properties.
  [[nodiscard]] bool has(std::string_view word) const {
    return std::ranges::any_of(loaded.templates, [&](const audit::LoadedTemplate& one) {
      return std::ranges::any_of(one.evaluated.resources, [&](const dialect::Resource& resource) {
        return resource.logical_id == word || mentions(resource.properties, word);
      });
    });
  }
  static bool mentions(const value::Value& value, std::string_view word) {
    const auto item = [&](const value::Value& one) { return mentions(one, word); };
    return value.as_string() == word || std::ranges::any_of(value.items(), item) ||
           std::ranges::any_of(value.members(), item, &value::Member::value);
  }

  text::MemoryFileSystem files;
  text::SourceMap sources;
  text::Arena arena;
  audit::Loaded loaded;
};

std::string stack(const std::string& id, const std::string& location) {
  return "  " + id + ":\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: '" + location +
         "'}\n";
}

std::string queue(const std::string& id) {
  return "  " + id + ": {Type: AWS::SQS::Queue}\n";
}

std::string included(const std::string& id, const std::string& location) {
  return "  " + id + ":\n    Type: AWS::SQS::Queue\n    Properties:\n      Fn::Transform:\n" +
         "        Name: AWS::Include\n        Parameters: {Location: '" + location + "'}\n";
}

std::string service(const std::string& value, const std::string& more = "") {
  return "service: s\nprovider:\n  name: aws\n  runtime: python3.12\n  environment:\n    V: '" + value +
         "'\nfunctions:\n  f: {handler: a.b}\n" + more;
}

struct Row {
  std::string limit;  ///< With which it fails …
  std::string enough; ///< … and with which it doesn't.
  Files files;
};

std::vector<Row> rows() {
  const std::string loop = head +
                           "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Each:\n"
                           "    - Name\n    - [A, B, C, D]\n    - Queue${Name}: {Type: AWS::SQS::Queue}\n";
  const std::string chain =
      "custom:\n  a: '${self:custom.b}'\n  b: '${self:custom.c}'\n  c: '${self:custom.d}'\n"
      "  d: '${self:custom.e}'\n  e: end\n";
  const std::string three = head + "Resources:\n" + queue("A") + queue("B") + queue("C");
  const std::string aliases =
      head + "Metadata:\n  M: &m [1, 2, 3, 4]\n  N: [*m, *m, *m, *m, *m, *m]\nResources:\n" + queue("A");
  const Files nested{{"app/a.yaml", head + "Resources:\n" + stack("B", "b.yaml")},
                     {"app/b.yaml", head + "Resources:\n" + stack("C", "c.yaml")},
                     {"app/c.yaml", three}};
  return {
      {"depth=4", "depth=5", {{"app/t.yaml", three + "Metadata: {a: {b: {c: {d: 1}}}}\n"}}},
      {"expansion=40", "expansion=60", {{"app/t.yaml", aliases}}},
      {"expansion=50",
       "expansion=500",
       {{"app/serverless.yml",
         service("a", "custom:\n  a: [1, 2, 3, 4, 5, 6, 7, 8]\n"
                      "  b: ['${self:custom.a}', '${self:custom.a}', '${self:custom.a}']\n  c: "
                      "['${self:custom.b}', '${self:custom.b}']\n"
                      "resources:\n  Metadata: {a: ['${self:custom.c}', '${self:custom.c}']}\n")}}},
      {"file-size=90", "file-size=900", {{"app/t.yaml", three}}},
      {"files=2", "files=3", {{"app/a.yaml", three}, {"app/b.yaml", three}, {"app/c.yaml", three}}},
      {"includes=1",
       "includes=2",
       {{"app/t.yaml", head + "Resources:\n" + included("A", "p.yaml") + included("B", "q.yaml")},
        {"app/p.yaml", "QueueName: p\n"},
        {"app/q.yaml", "QueueName: q\n"}}},
      {"includes=1",
       "includes=2",
       {{"app/serverless.yml", service("${file(p.yml):a}${file(q.yml):a}")},
        {"app/p.yml", "a: 1\n"},
        {"app/q.yml", "a: 1\n"}}},
      {"loop-entries=3", "loop-entries=4", {{"app/t.yaml", loop}}},
      {"loop-nodes=6", "loop-nodes=40", {{"app/t.yaml", loop}}},
      {"nested-stacks=1", "nested-stacks=2", nested},
      {"nodes=12", "nodes=30", {{"app/t.yaml", three}}},
      {"resources=2", "resources=3", {{"app/t.yaml", three}}},
      {"stack-depth=1", "stack-depth=2", nested},
      {"text=30",
       "text=60",
       {{"app/serverless.yml",
         service("${self:custom.a}${self:custom.a}", "custom: {a: 123456789012345678901234567890}\n")}}},
      {"variable-depth=6", "variable-depth=60", {{"app/serverless.yml", service("${self:custom.a}", chain)}}},
  };
}

} // namespace

TEST_CASE("each limit has an error that names it, and can be raised") {
  for (const Row& row : rows()) {
    const std::string name = row.limit.substr(0, row.limit.find('='));
    DYNAMIC_SECTION(row.limit << " " << row.files.begin()->first) {
      audit::Input low;
      REQUIRE(dialect::set_limit(low.limits, row.limit).empty());
      const std::string errors = Read(row.files, low).errors();
      CAPTURE(errors);
      CHECK(errors.find("(" + name + ")") != std::string::npos);
      audit::Input high;
      REQUIRE(dialect::set_limit(high.limits, row.enough).empty());
      CHECK(Read(row.files, high).errors() == "");
    }
  }
}

TEST_CASE("every limit is tested") {
  const auto all = rows();
  for (const dialect::LimitName& limit : dialect::limit_names()) {
    if (limit.name == "output") continue; // by tests/safety/surroundings.sh
    CAPTURE(limit.name);
    CHECK(std::ranges::any_of(
        all, [&](const Row& row) { return row.limit.starts_with(std::string(limit.name) + "="); }));
  }
  CHECK(std::ranges::is_sorted(dialect::limit_names(), {}, &dialect::LimitName::name));
}

TEST_CASE("every limit is documented with its usual value") {
  const text::DiskFileSystem disk;
  const auto page = disk.read(test::environment_or("SLSAUDIT_SOURCE_DIR", ".") + "/docs/security.md", 1U << 20U);
  REQUIRE(page.ok());
  const dialect::Limits usual;
  for (const dialect::LimitName& limit : dialect::limit_names()) {
    std::string digits = std::to_string(usual.*limit.value);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    CAPTURE(limit.name);
    const std::size_t row = page.value().find("| `" + std::string(limit.name) + "` |");
    REQUIRE(row != std::string::npos);
    CHECK(page.value().substr(row, page.value().find('\n', row) - row).ends_with("| " + digits + " |"));
  }
}

TEST_CASE("what is no limit is refused") {
  struct Wrong {
    std::string text, expected;
  };
  for (const Wrong& row : std::vector<Wrong>{
           {"", "there is no limit ``"},
           {"deep=3", "there is no limit `deep`; there are depth, "},
           {"depth", "from 1 to 1000, not ``"},
           {"depth=", "not ``"},
           {"depth=0", "not `0`"},
           {"depth=-1", "not `-1`"},
           {"depth=1001", "not `1001`"},
           {"depth=5x", "not `5x`"},
           {"depth= 5", "not ` 5`"},
           {"nodes=99999999999999999999999", "from 1 to 2000000000"},
       }) {
    CAPTURE(row.text);
    dialect::Limits limits;
    CHECK(dialect::set_limit(limits, row.text).find(row.expected) != std::string::npos);
    CHECK(limits.max_depth == dialect::Limits().max_depth);
  }
}

TEST_CASE("files outside of the project are read only when that is allowed") {
  struct Way {
    std::string name;
    Files files;
    bool ever = true; ///< Whether allowing it makes a difference.
  };
  const std::string secret = head + "Resources:\n" + queue("Canary");
  const std::string part = "QueueName: Canary\n";
  const auto nests = [&](const std::string& location) {
    return Files{{"app/t.yaml", head + "Resources:\n" + stack("S", location)},
                 {"far/t.yaml", secret},
                 {"/far/t.yaml", secret}};
  };
  const auto includes = [&](const std::string& location) {
    return Files{{"app/t.yaml", head + "Resources:\n" + included("Q", location)},
                 {"far/p.yaml", part},
                 {"/far/p.yaml", part}};
  };
  const auto reads = [](const std::string& location) {
    return Files{{"app/serverless.yml", service("${file(" + location + "):v}")},
                 {"far/p.yml", "v: Canary\n"},
                 {"/far/p.yml", "v: Canary\n"}};
  };
  const auto composes = [](const std::string& location) {
    return Files{{"app/serverless-compose.yml", "services:\n  a: {path: '" + location + "'}\n"},
                 {"far/serverless.yml", service("Canary")},
                 {"/far/serverless.yml", service("Canary")}};
  };
  for (const Way& way : std::vector<Way>{
           {"a stack above", nests("../far/t.yaml")},
           {"a stack by a way round", nests("./x/../../far/t.yaml")},
           {"a stack from the root", nests("/far/t.yaml")},
           {"a stack by file URL", nests("file:///far/t.yaml"), false},
           {"a stack by URL", nests("https://example.com/far/t.yaml"), false},
           {"an include above", includes("../far/p.yaml")},
           {"an include from the root", includes("/far/p.yaml")},
           {"an include by URL", includes("s3://far/p.yaml"), false},
           {"a variable above", reads("../far/p.yml")},
           {"a variable from the root", reads("/far/p.yml")},
           {"a variable by file URL", reads("file:///far/p.yml"), false},
           {"a variable by URL", reads("https://example.com/far/p.yml"), false},
           {"a service above", composes("../far")},
           {"a service from the root", composes("/far")},
       }) {
    CAPTURE(way.name);
    CHECK_FALSE(Read(way.files, {}).has("Canary"));
    audit::Input allowed;
    allowed.allow_outside = true;
    CHECK(Read(way.files, allowed).has("Canary") == way.ever);
  }
}
