// SPDX-License-Identifier: Apache-2.0
#include "audit/load.hpp"
#include "support/catch.hpp"
#include "syntax/dump.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

TEST_CASE("files that cannot be templates are not parsed") {
  CHECK(audit::may_be_template("Resources:\n  A: {}\n"));
  CHECK(audit::may_be_template("{\"AWSTemplateFormatVersion\": 1}"));
  CHECK(audit::may_be_template("service: x\nprovider: {name: aws}\n"));
  CHECK(audit::may_be_template(std::string("R\0e\0", 4)));
  CHECK_FALSE(audit::may_be_template("services:\n  web: {image: x}\n"));
  CHECK_FALSE(audit::may_be_template("{\"name\": \"package\", \"dependencies\": {}}"));
}

TEST_CASE("broken files are worth an error only when they are surely meant as templates") {
  CHECK(audit::looks_like_template("AWSTemplateFormatVersion: 2010-09-09\n"));
  CHECK(audit::looks_like_template("\"Resources\":\n"));
  CHECK(audit::looks_like_template("\xEF\xBB\xBFResources :\n"));
  CHECK(audit::looks_like_template("service: a\n\nprovider:\n"));
  CHECK_FALSE(audit::looks_like_template("a: {{ .Values.Resources }}\n"));
  CHECK_FALSE(audit::looks_like_template("  Resources: 1\n"));
  CHECK_FALSE(audit::looks_like_template("service: a\nxprovider: 1\n"));
}

TEST_CASE("programs are not run, and the message says what to do") {
  const text::MemoryFileSystem files(
      std::map<std::string, std::string>{{"svc/serverless.ts", "export default {}"}});
  text::SourceMap sources;
  text::Arena arena;
  const auto loaded = audit::load({.paths = {"svc/serverless.ts"}}, files, sources, arena);
  REQUIRE(loaded.failures.size() == 1);
  CHECK(loaded.failures[0] == "svc/serverless.ts is a program, and slsaudit runs none; print what it makes "
                              "and pass that: serverless print "
                              "--format json | slsaudit check - --stdin-filename svc/serverless.json");
}

namespace {

struct Run {
  text::MemoryFileSystem files;
  text::SourceMap sources;
  text::Arena arena;
  audit::Loaded loaded;
  Run(std::map<std::string, std::string> all, const std::string& path)
      : files(std::move(all)), loaded(audit::load({.paths = {path}}, files, sources, arena)) {}
  /// "line:column message" of the errors.
  [[nodiscard]] std::vector<std::string> errors() const {
    std::vector<std::string> out;
    for (const text::Problem& problem : loaded.errors) {
      const text::Position at = sources.position(problem.span.file, problem.span.begin);
      out.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " + problem.message);
    }
    return out;
  }
};

} // namespace

TEST_CASE("a named file that is no template is an error with a place") {
  struct Row {
    std::string text;
    std::string error;
  };
  const auto row = GENERATE(values<Row>({
      {"# x\nResources are mentioned: yes\n",
       "2:1 this file is not a template: neither CloudFormation's `Resources` nor the Serverless Framework's "
       "`service` and `provider` was found"},
      {"- a\n- b\n", "1:1 this file is not a template: the document is a list; a template is a mapping with "
                     "`Resources`, or with `service` and `provider`"},
      {"\nopenapi: 3.0.0\n", "2:1 this file is not a template: it looks like an OpenAPI document"},
  }));
  const Run named({{"a/x.yaml", row.text}}, "a/x.yaml");
  CHECK(named.errors() == std::vector<std::string>{row.error});
  CHECK(named.loaded.failures.empty());
  CHECK(named.loaded.templates.empty());
}

TEST_CASE("a found file that is no template is passed over, a broken template is an error") {
  struct Row {
    std::string text;
    bool error;
  };
  const auto row = GENERATE(values<Row>({
      {"Resources are mentioned: yes\n", false},
      {"- AWS::SQS::Queue\n- [\n", false},
      {"chart: Resources\nname: {{ .Values.name }}\n", false},
      {"Resources:\n  Q: {Type: AWS::SQS::Queue\n", true},
      {"Resources:\n\tQ:\n", true},
      {"service: a\nprovider: {name: aws\n", true},
      // Only what was read before the fault tells these:
      {"{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}}, \"Outputs\": {,}}", true},
      {"{\"service\": \"a\", \"provider\": {\"name\": \"aws\"}, \"functions\": {,}}", true},
      {"service: a\nplugins: [x]\nresources: {}\nfunctions:\n  a: {\n", true},
  }));
  CAPTURE(row.text);
  const Run found({{"a/x.yaml", row.text}}, "a");
  CHECK(found.errors().empty() != row.error);
  CHECK(found.loaded.failures.empty());
  CHECK(found.loaded.templates.empty());
}

TEST_CASE("a configuration that is a program is told wherever it is found, with what to do") {
  const std::string told =
      "p/serverless.ts is a program, and slsaudit runs none; print what it makes and pass that: "
      "serverless print --format json | slsaudit check - --stdin-filename p/serverless.json";
  const std::string program = "export default {service: 'shop', provider: {name: 'aws'}};\n";
  struct Row {
    std::string path;
    std::string text;
    std::vector<std::string> failures;
  };
  const std::vector<Row> rows{{"p/serverless.ts", program, {told}},
                              {"p/serverless.ts", "export const serverless = true;\n", {}},
                              {"p/other.ts", program, {}}};
  for (const Row& row : rows) {
    CAPTURE(row.path, row.text);
    text::SourceMap sources;
    text::Arena arena;
    audit::Input input;
    input.paths = {"p"};
    const text::MemoryFileSystem files({{row.path, row.text}});
    CHECK(audit::load(input, files, sources, arena).failures == row.failures);
  }
}

TEST_CASE("documents of templates are what their texts give, without what they include") {
  const std::map<std::string, std::string> texts{
      {"a.yaml", "# slsaudit: ignore[OBS]\nResources:\n  Q: {Type: AWS::SQS::Queue}\n"},
      {"b.json", R"({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Metadata": {"a": "\u00e9"}}}})"},
      {"c.yaml", "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Fn::Transform:\n    Name: AWS::Include\n"
                 "    Parameters: {Location: more.yaml}\n"},
      {"d.yaml",
       "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Fn::Transform:\n    Name: \"AWS:\\x3aInclude\"\n"
       "    Parameters: {Location: more.yaml}\n"},
      {"more.yaml", "T: {Type: AWS::SNS::Topic}\n"},
  };
  const text::MemoryFileSystem files(texts);
  text::SourceMap sources;
  text::Arena arena;
  const auto loaded = audit::load({.paths = {"a.yaml", "b.json", "c.yaml", "d.yaml"}}, files, sources, arena);
  REQUIRE(loaded.templates.size() == 4);
  REQUIRE(loaded.documents.size() == 4);
  for (const auto& [file, document] : loaded.documents) {
    const bool is_json = sources.path(file) == "b.json";
    const syntax::Document again =
        is_json ? syntax::read_json(sources, arena, file) : syntax::read_yaml(sources, arena, file);
    CHECK(syntax::dump(document.root) == syntax::dump(again.root));
  }
  CHECK(loaded.suppressions.size() == 4);
  CHECK(loaded.suppressions.begin()->second.size() == 1);
  CHECK(loaded.templates[2].evaluated.resources.size() == 2); // what is included counts all the same
  CHECK(loaded.templates[3].evaluated.resources.size() == 2); // however the name is written
}
