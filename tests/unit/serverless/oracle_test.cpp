// SPDX-License-Identifier: Apache-2.0
// What the framework itself makes of real services, against what lowering makes of them.
#include "dialect/print.hpp"
#include "dialect/serverless/lower.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <map>
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
  return key == "Fn::Join" || key == "Fn::GetAtt" || key == "Fn::Sub" || key == "Layers" ||
         key == "Fn::Select";
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
    out[key] = normalized(key == "DependsOn" && item.is_string() ? json::array({item}) : item,
                          ordered || keeps_order(key));
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
    if (problem.level != text::ProblemLevel::note)
      problems += "  " + problem.name + ": " + problem.message + "\n";
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
  std::map<std::string_view, std::size_t> by_reason;
  std::vector<std::string> without_reason;
};

/// Why something differs for good. Every difference must be one of these, and each of these must be there.
struct Reason {
  std::string_view type;
  std::string_view path; ///< Below the resource: where it differs.
  std::string_view ours;
  std::string_view reason;
};
constexpr std::array<Reason, 4> reasons{{
    {"AWS::Lambda::Function", "/Properties/Runtime",
     "the default runtime depends on the version of the framework",
     "the file has no runtime, and each release of the framework has another default"},
    {"AWS::Lambda::Function", "/Properties/Runtime",
     "the framework's own choice, which depends on its version",
     "a function of the framework's own, with the runtime that the release was built for"},
    {"Custom::S3", "/Version", "missing", "no attribute of a resource: CloudFormation passes it over"},
    {"AWS::ApiGateway::Method", "/Properties/Integration/RequestTemplates/",
     "the framework's own mapping template",
     "pages of template code that belong to the framework and say nothing of the architecture"},
}};

struct Difference {
  std::string path;
  std::string what;
};

void collect(const json& expected, const json& actual, const std::string& path,
             std::vector<Difference>& differences) {
  if (expected == actual) return;
  if (!expected.is_object() || !actual.is_object() || actual.contains("slsaudit::unknown")) {
    differences.push_back(
        {path, actual.is_object() && actual.contains("slsaudit::unknown")
                   ? actual["slsaudit::unknown"].get<std::string>()
                   : expected.dump().substr(0, 300) + "\n        but " + actual.dump().substr(0, 300)});
    return;
  }
  for (const auto& [key, value] : expected.items()) {
    if (!actual.contains(key))
      differences.push_back({path + "/" + key, "missing"});
    else
      collect(value, actual[key], path + "/" + key, differences);
  }
  for (const auto& [key, value] : actual.items()) {
    if (!expected.contains(key)) differences.push_back({path + "/" + key, "too much"});
  }
}

const Reason* reason_of(const std::string& type, const Difference& difference) {
  const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& reason) {
    return type == reason.type && difference.path.starts_with(reason.path) && difference.what == reason.ours;
  });
  return found == reasons.end() ? nullptr : &*found;
}

void compare(const std::string& name, const json& expected_tree, const json& actual_tree, Score& score) {
  const auto expected = resources_of(expected_tree);
  const auto actual = resources_of(actual_tree);
  score.expected += expected.size();
  score.made += actual.size();
  for (const auto& [id, body] : expected) {
    const auto it = actual.find(id);
    if (it == actual.end() || it->second["Type"] != body["Type"]) {
      score.without_reason.push_back("missing " + name + " " + id);
      continue;
    }
    score.found += 1;
    if (it->second == body) {
      score.equal += 1;
      continue;
    }
    std::vector<Difference> differences;
    collect(body, it->second, "", differences);
    for (const Difference& difference : differences) {
      if (const Reason* reason = reason_of(body["Type"], difference))
        score.by_reason[reason->reason] += 1;
      else
        score.without_reason.push_back(name + " " + id + difference.path + ": " + difference.what);
    }
  }
  for (const auto& [id, body] : actual) {
    if (!expected.contains(id)) score.without_reason.push_back("too much " + name + " " + id);
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
    for (std::size_t at = 0; (at = relative.find("__", at)) != std::string::npos;)
      relative.replace(at, 2, "/");
    std::string problems;
    const json actual = lowered_json(test::shared_data() / "corpus" / relative, problems);
    if (!problems.empty()) std::cout << name << "\n" << problems;
    compare(name, json::parse(test::read_file(directory / "template.json")), actual, score);
  }
  std::cout << "framework: " << score.found << " of " << score.expected << " ids and types (" << score.made
            << " made), " << score.equal << " equal in all properties\n";
  for (const auto& [reason, count] : score.by_reason)
    std::cout << "  " << count << " different for good: " << reason << "\n";
  for (const std::string& line : score.without_reason) std::cout << "  " << line << "\n";
  CHECK(score.without_reason.empty());
  CHECK(score.by_reason.size() == reasons.size());
  CHECK(score.found * 100 >= score.expected * 99);
  CHECK(score.made * 100 <= score.expected * 101);
  CHECK(score.equal * 100 >= score.expected * 97);
}

} // namespace slsaudit
