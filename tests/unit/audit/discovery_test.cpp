// SPDX-License-Identifier: Apache-2.0
#include "audit/discovery.hpp"
#include "support/catch.hpp"

using namespace slsaudit;
using audit::discover;

namespace {

std::string listing(const audit::Discovered& found) {
  std::string text;
  for (const auto& file : found.files) {
    text +=
        (text.empty() ? "" : " ") + std::to_string(file.system) + ":" + (file.named ? "!" : "") + file.path;
  }
  return text;
}

text::MemoryFileSystem tree(std::vector<std::pair<std::string, std::string>> files) {
  return text::MemoryFileSystem(std::map<std::string, std::string>(files.begin(), files.end()));
}

} // namespace

TEST_CASE("directories are walked for files that may be templates") {
  const auto files = tree({{"app/template.yaml", ""},
                           {"app/sub/stack.JSON", ""},
                           {"app/sub/x.template", ""},
                           {"app/readme.md", ""},
                           {"app/node_modules/p/serverless.yml", ""},
                           {"app/.aws-sam/build/template.yaml", ""},
                           {"app/cdk.out/Stack.template.json", ""},
                           {"other/t.yml", ""}});
  CHECK(listing(discover(files, {"app"})) == "1:app/sub/stack.JSON 1:app/sub/x.template 1:app/template.yaml");
  CHECK(listing(discover(files, {"app/cdk.out"})) == "1:app/cdk.out/Stack.template.json");
  CHECK(listing(discover(files, {"."})) ==
        "1:app/sub/stack.JSON 1:app/sub/x.template 1:app/template.yaml 1:other/t.yml");
}

TEST_CASE("the order of the arguments does not matter") {
  const auto files = tree({{"a/t.yaml", ""}, {"b/t.yaml", ""}, {"c.yaml", ""}, {"d.txt", ""}});
  const std::string expected = "0:!c.yaml 0:!d.txt 1:a/t.yaml 2:b/t.yaml";
  CHECK(listing(discover(files, {"c.yaml", "d.txt", "a", "b"})) == expected);
  CHECK(listing(discover(files, {"b", "./d.txt", "a/", "c.yaml", "b"})) == expected);
}

TEST_CASE("a file in a directory that is named too belongs to the directory's system") {
  const auto files = tree({{"a/t.yaml", ""}, {"a/b/u.yaml", ""}});
  CHECK(listing(discover(files, {"a/t.yaml", "a"})) == "1:a/b/u.yaml 1:!a/t.yaml");
  CHECK(listing(discover(files, {"a/b", "a"})) == "1:a/b/u.yaml 1:a/t.yaml");
  CHECK(listing(discover(files, {"a/b", "a", "."})) == "1:a/b/u.yaml 1:a/t.yaml");
}

TEST_CASE("ignore files of the repository apply, from its root down") {
  const auto files = tree({{"r/.git/HEAD", ""},
                           {"r/.git/info/exclude", "secret.yaml\n"},
                           {"r/.gitignore", "*.json\ngen/\n/svc/local.yaml\n"},
                           {"r/svc/.gitignore", "!keep.json\n"},
                           {"r/svc/keep.json", ""},
                           {"r/svc/drop.json", ""},
                           {"r/svc/local.yaml", ""},
                           {"r/svc/secret.yaml", ""},
                           {"r/svc/in/keep.json", ""},
                           {"r/svc/gen/t.yaml", ""},
                           {"r/svc/t.yaml", ""}});
  const std::string expected = "1:r/svc/in/keep.json 1:r/svc/keep.json 1:r/svc/t.yaml";
  CHECK(listing(discover(files, {"r"})) == expected);
  CHECK(listing(discover(files, {"r/svc"})) == expected);
  CHECK(listing(discover(files, {"r/svc/in"})) == "1:r/svc/in/keep.json");
  CHECK(listing(discover(files, {"r/svc/drop.json"})) == "0:!r/svc/drop.json");
  CHECK(discover(files, {"r/svc"}).files.front().root == "r");
}

TEST_CASE("without a repository the argument's directory is the root") {
  const auto files = tree({{"a/b/t.yaml", ""}});
  CHECK(discover(files, {"a"}).files.at(0).root == "a");
  CHECK(discover(files, {"a/b/t.yaml"}).files.at(0).root == "a/b");
}

TEST_CASE("arguments that do not exist are failures, told once") {
  const auto found = discover(tree({}), {"nope.yaml", "./nope.yaml"});
  REQUIRE(found.failures.size() == 1);
  CHECK(found.failures[0] == "cannot read nope.yaml: no such file or directory");
}
