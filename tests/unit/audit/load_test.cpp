// SPDX-License-Identifier: Apache-2.0
#include "audit/load.hpp"
#include "support/catch.hpp"

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
  const text::MemoryFileSystem files(std::map<std::string, std::string>{{"svc/serverless.ts", "export default {}"}});
  text::SourceMap sources;
  text::Arena arena;
  const auto loaded = audit::load({.paths = {"svc/serverless.ts"}}, files, sources, arena);
  REQUIRE(loaded.failures.size() == 1);
  CHECK(loaded.failures[0] == "svc/serverless.ts is a program, and slsaudit runs none; print what it makes "
                              "and pass that: serverless print "
                              "--format json | slsaudit check - --stdin-filename svc/serverless.json");
}

TEST_CASE("a named file that is no template is a failure; one that was found is passed over") {
  const text::MemoryFileSystem files(std::map<std::string, std::string>{{"a/x.yaml", "Resources are mentioned: yes\n"}});
  text::SourceMap sources;
  text::Arena arena;
  CHECK(audit::load({.paths = {"a/x.yaml"}}, files, sources, arena).failures.size() == 1);
  const auto walked = audit::load({.paths = {"a"}}, files, sources, arena);
  CHECK(walked.failures.empty());
  CHECK(walked.errors.empty());
  CHECK(walked.templates.empty());
}
