// SPDX-License-Identifier: Apache-2.0
#include "slsaudit/audit.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

namespace {

std::string example() {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return std::string(root) + "/examples/photo-share/template.yaml";
}

} // namespace

TEST_CASE("a template on disk is audited") {
  const slsaudit::Audit audit({example()});
  CHECK(audit.templates() == 1);
  CHECK(audit.resources() > 0);
  CHECK(audit.errors().empty());
  CHECK(nlohmann::json::parse(audit.report("json"))["format"] == "slsaudit");
  CHECK(nlohmann::json::parse(audit.graph("json"))["systems"].size() == 1);
  CHECK(nlohmann::json::parse(audit.facts())["systems"].size() == 1);
  CHECK(audit.report("xml").empty());
  CHECK(audit.graph("xml").empty());
}

TEST_CASE("texts that aren't saved count instead of files") {
  slsaudit::Options options;
  options.unsaved["draft/template.yaml"] = "Resources: {Q: [\n";
  const slsaudit::Audit audit({"draft/template.yaml"}, options);
  CHECK(audit.templates() == 0);
  REQUIRE_FALSE(audit.errors().empty());
  REQUIRE(audit.errors().front().place);
  CHECK(audit.errors().front().place->path == "draft/template.yaml");
}

TEST_CASE("settings that can't be used are errors") {
  slsaudit::Options options;
  options.select = {"NOPE999999"};
  options.rule_directories = {"no/such/directory"};
  options.limits = {"no-such-limit=1"};
  CHECK(slsaudit::Audit({}, options).errors().size() == 3);
}

TEST_CASE("a limit that a template passes is told by its name") {
  slsaudit::Options options;
  options.limits = {"nodes=5"};
  options.jobs = 2;
  const slsaudit::Audit audit({example()}, options);
  REQUIRE_FALSE(audit.errors().empty());
  CHECK(audit.errors().front().message.find("(nodes)") != std::string::npos);
}

TEST_CASE("files outside of the project are read only where that is allowed") {
  slsaudit::Options options;
  options.unsaved["project/.git"] = "";
  options.unsaved["project/serverless.yml"] = "service: a\nprovider: {name: aws, runtime: nodejs22.x}\n"
                                              "resources: ${file(../outside.yml)}\n";
  options.unsaved["outside.yml"] = "Resources: {Q: {Type: AWS::SQS::Queue}}\n";
  const auto queues = [&] {
    return slsaudit::Audit({"project/serverless.yml"}, options).facts().find("AWS::SQS::Queue") !=
           std::string::npos;
  };
  CHECK_FALSE(queues());
  options.allow_outside = true;
  CHECK(queues());
}
