// SPDX-License-Identifier: Apache-2.0
// What the framework itself makes of real services, against what lowering makes of them.
#include "dialect/print.hpp"
#include "dialect/serverless/lower.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>
#include <set>

using nlohmann::json;

namespace slsaudit {
namespace {

namespace fs = std::filesystem;

/// Ids that end in a hash or a number of the run lose it.
std::string without_hash(const std::string& id) {
  for (const std::string_view mark : {"LambdaVersion", "ApiGatewayDeployment", "WebsocketsDeployment"}) {
    const std::size_t at = id.find(mark);
    if (at == std::string::npos || id.ends_with("Stage")) continue;
    const std::size_t end = at + mark.size();
    if (id.size() - end >= 10 || end == id.size()) return id.substr(0, end);
  }
  return id;
}

bool keeps_order(const std::string& key) {
  return key == "Fn::Join" || key == "Fn::GetAtt" || key == "Fn::Sub" || key == "Layers" || key == "Fn::Select";
}

/// Comparable: no artifacts, no hashes, lists in one order where order says nothing.
json normalized(const json& value, bool ordered = false) {
  if (value.is_string()) return without_hash(value.get<std::string>());
  if (value.is_array()) {
    json out = json::array();
    for (const json& item : value) out.push_back(normalized(item, ordered));
    if (!ordered) std::sort(out.begin(), out.end());
    return out;
  }
  if (!value.is_object()) return value;
  json out = json::object();
  for (const auto& [key, item] : value.items()) {
    if (key == "Code" || key == "CodeSha256" || key == "S3Key") continue;
    out[key] = normalized(key == "DependsOn" && item.is_string() ? json::array({item}) : item, ordered || keeps_order(key));
  }
  return out;
}

json lowered_json(const fs::path& service, std::string& problems) {
  text::SourceMap sources;
  text::Arena arena;
  const text::DiskFileSystem files;
  syntax::Document document = syntax::read(sources, arena, service.string(), test::read_file(service));
  if (document.root == nullptr) return json::object();
  // The reference ran without plugins.
  std::vector<syntax::Entry> entries;
  for (const syntax::Entry& entry : document.root->children) {
    if (entry.key != "plugins") entries.push_back(entry);
  }
  document.root = syntax::Builder(arena).mapping(entries, document.root->span);
  dialect::Inputs inputs;
  inputs.stage = "dev";
  inputs.region = "us-east-1";
  const auto lowered = dialect::serverless::lower(document, arena, inputs,
                                                  {.files = files,
                                                   .sources = sources,
                                                   .directory = service.parent_path().string(),
                                                   .root = (test::shared_data() / "corpus").string(),
                                                   .limits = {}});
  for (const text::Problem& problem : lowered.problems) {
    if (problem.level != text::ProblemLevel::note) problems += "  " + problem.name + ": " + problem.message + "\n";
  }
  return json::parse(dialect::to_json(lowered));
}

std::map<std::string, json> resources_of(const json& tree) {
  std::map<std::string, json> out;
  if (!tree.contains("Resources")) return out;
  for (const auto& [id, body] : tree["Resources"].items()) out[without_hash(id)] = normalized(body);
  return out;
}

struct Score {
  std::size_t expected = 0;
  std::size_t made = 0;
  std::size_t found = 0;
  std::size_t equal = 0;
};

void first_difference(const json& expected, const json& actual, const std::string& path) {
  if (expected == actual) return;
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (!actual.contains(key)) std::cout << "      " << path << "/" << key << ": missing\n";
      else first_difference(value, actual[key], path + "/" + key);
    }
    for (const auto& [key, value] : actual.items()) {
      if (!expected.contains(key)) std::cout << "      " << path << "/" << key << ": too much\n";
    }
    return;
  }
  std::cout << "      " << path << ": " << expected.dump().substr(0, 300) << "\n        but " << actual.dump().substr(0, 300)
            << "\n";
}

void compare(const std::string& name, const json& expected_tree, const json& actual_tree, Score& score) {
  const auto expected = resources_of(expected_tree);
  const auto actual = resources_of(actual_tree);
  score.expected += expected.size();
  score.made += actual.size();
  for (const auto& [id, body] : expected) {
    const auto it = actual.find(id);
    if (it == actual.end() || it->second["Type"] != body["Type"]) {
      std::cout << "  missing " << name << " " << id << "\n";
      continue;
    }
    score.found += 1;
    if (it->second == body) {
      score.equal += 1;
      continue;
    }
    std::cout << "  differs " << name << " " << id << "\n";
    first_difference(body, it->second, "");
  }
  for (const auto& [id, body] : actual) {
    if (!expected.contains(id)) std::cout << "  too much " << name << " " << id << "\n";
  }
}

} // namespace

TEST_CASE("services become what the framework makes of them") {
  const fs::path oracle = test::shared_data() / "oracle" / "serverless";
  if (!fs::is_directory(oracle)) {
    WARN("skipped: the framework's outputs are not here (set SLSAUDIT_SHARED)");
    return;
  }
  std::set<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(oracle)) {
    if (fs::exists(entry.path() / "template.json")) cases.insert(entry.path());
  }
  Score score;
  for (const fs::path& directory : cases) {
    const std::string name = directory.filename().string();
    std::string relative = name;
    for (std::size_t at = 0; (at = relative.find("__", at)) != std::string::npos;) relative.replace(at, 2, "/");
    std::string problems;
    const json actual = lowered_json(test::shared_data() / "corpus" / relative, problems);
    if (!problems.empty()) std::cout << name << "\n" << problems;
    compare(name, json::parse(test::read_file(directory / "template.json")), actual, score);
  }
  std::cout << "framework: " << score.found << " of " << score.expected << " ids and types (" << score.made << " made), "
            << score.equal << " equal in all properties\n";
  CHECK(score.found * 100 >= score.expected * 95);
  CHECK(score.made * 100 <= score.expected * 105);
  CHECK(score.equal * 100 >= score.expected * 90);
}

} // namespace slsaudit
