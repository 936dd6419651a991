// SPDX-License-Identifier: Apache-2.0
// Against what the SAM translator makes of its own test cases. Skipped where that data is absent.
#include "dialect/print.hpp"
#include "dialect/sam/deployed.hpp"
#include "dialect/sam/lower.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

using namespace slsaudit;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json expand(const fs::path& path) {
  text::SourceMap sources;
  text::Arena arena;
  const auto document = syntax::read(sources, arena, path.string(), test::read_file(path));
  dialect::Inputs inputs;
  inputs.region = "ap-southeast-1";
  inputs.parameters = {{"param1", "value1"}, {"param2", "value2"}};
  return json::parse(
      dialect::to_json(dialect::sam::as_deployed(dialect::sam::lower(document, arena, inputs), arena)));
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// What differs without meaning anything: order in lists, spelling of GetAtt, one item instead of a list of
/// it in a statement, and the deployment's description, which is nothing but a hash.
json normal(json value, const std::string& key) {
  if (value.is_object()) {
    if (value.size() == 1 && value.contains("Fn::GetAtt") && value["Fn::GetAtt"].is_string()) {
      const std::string text = value["Fn::GetAtt"];
      value["Fn::GetAtt"] = json::array({text.substr(0, text.find('.')), text.substr(text.find('.') + 1)});
    }
    for (auto& [name, inner] : value.items()) inner = normal(inner, name);
    const bool is_statement = value.contains("Effect");
    for (const char* name : {"Action", "Resource"}) {
      if (is_statement && value.contains(name) && value[name].is_array() && value[name].size() == 1)
        value[name] = json(value[name][0]);
    }
    if (value.value("Type", json()) == "AWS::ApiGateway::Deployment")
      value["Properties"].erase("Description");
    return value;
  }
  if (!value.is_array()) return value;
  for (auto& inner : value) inner = normal(inner, "");
  if (key != "Layers") std::sort(value.begin(), value.end()); // The data has its lists in any order.
  return value;
}

/// Ids without the hash of content at their end, everywhere in the template; the second of a name is
/// number 2.
json without_hashes(const json& expected, const json& ours) {
  static const std::regex hashed("^(.*?)[0-9a-f]{10}$");
  std::map<std::string, std::vector<std::string>> groups;
  for (const auto& [id, resource] : expected.at("Resources").items()) {
    std::smatch match;
    if (std::regex_match(id, match, hashed)) groups[match[1]].push_back(id);
  }
  static const std::regex condition("((NOT|AND)[A-Za-z0-9]+?)([0-9a-f]{10})+(?=[^0-9a-f])");
  std::string text = std::regex_replace(expected.dump(), condition, "$1");
  for (auto& [prefix, ids] : groups) {
    // Which number the hash got is told by the name or the zone in it.
    std::vector<std::string> open;
    for (std::size_t i = 0; i < ids.size(); ++i)
      open.push_back(i == 0 ? prefix : prefix + std::to_string(i + 1));
    for (const std::string& id : ids) {
      const json& properties = expected["Resources"][id].value("Properties", json::object());
      auto best = open.begin();
      for (auto it = open.begin(); it != open.end(); ++it) {
        if (!ours["Resources"].contains(*it)) continue;
        const json own = ours["Resources"][*it].value("Properties", json::object());
        for (const char* key : {"DomainName", "HostedZoneId", "HostedZoneName", "AccessAssociationSource"}) {
          if (properties.contains(key) && own.contains(key) && properties[key] == own[key]) best = it;
        }
      }
      replace_all(text, id, *best);
      open.erase(best);
    }
  }
  return json::parse(text);
}

/// Why something differs for good. Every difference must be one of these, and each of these must be there.
struct Reason {
  const char* type;
  const char* path; ///< Ends the difference's path.
  const char* reason;
};
constexpr Reason reasons[] = {
    {"AWS::CloudFormation::Stack", "/Properties/TemplateURL",
     "the signed address of an application that the translator asks the repository for"},
    {"AWS::ApiGateway::RestApi", "/authorizerUri/Fn::Sub/0/__FunctionArn__",
     "an authorizer without a function: the translator passes on null, which CloudFormation refuses"},
};

struct Rate {
  int total = 0;
  int named = 0; ///< Same id and type.
  int equal = 0; ///< And the same in everything else.
  int extra = 0; ///< Ours alone.
  std::map<std::string, int> by_reason;
  int without_reason = 0;
};

void tell_apart(const std::string& type, const json& differences, const std::string& where, Rate& rate) {
  for (const json& difference : differences) {
    const std::string path = difference["path"];
    const auto* known = std::find_if(std::begin(reasons), std::end(reasons), [&](const Reason& reason) {
      return type == reason.type && path.ends_with(reason.path);
    });
    if (known != std::end(reasons)) {
      rate.by_reason[known->reason] += 1;
      continue;
    }
    rate.without_reason += 1;
    std::cout << "  " << where << " " << difference.dump().substr(0, 300) << "\n";
  }
}

void compare(const std::string& name, const json& expected, const json& ours, Rate& rate,
             std::ostream& report) {
  for (const auto& [id, resource] : expected.at("Resources").items()) {
    rate.total += 1;
    if (!ours["Resources"].contains(id) ||
        ours["Resources"][id].value("Type", json()) != resource.value("Type", json())) {
      report << name << ": missing " << id << " " << resource.value("Type", json()) << "\n";
      continue;
    }
    rate.named += 1;
    const json left = normal(resource, "");
    const json right = normal(ours["Resources"][id], "");
    if (left == right) {
      rate.equal += 1;
    } else {
      report << name << ": differs " << id << " " << json::diff(right, left).dump() << "\n";
      tell_apart(resource.value("Type", ""), json::diff(right, left), name + " " + id, rate);
    }
  }
  for (const auto& [id, resource] : ours["Resources"].items()) {
    if (expected["Resources"].contains(id)) continue;
    rate.extra += 1;
    report << name << ": extra " << id << " " << resource.value("Type", json()) << "\n";
  }
}

} // namespace

TEST_CASE("SAM lowers as the translator does") {
  const fs::path directory = test::shared_data() / "oracle/sam";
  if (!fs::exists(directory)) {
    std::cout << "skipped: " << directory << " is absent\n";
    return;
  }
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(directory / "input")) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  Rate rate;
  std::ostringstream report;
  for (const fs::path& input : inputs) {
    const std::string name = input.stem().string();
    CAPTURE(name);
    const json ours = expand(input);
    const json expected =
        without_hashes(json::parse(test::read_file(directory / "expected" / (name + ".json"))), ours);
    compare(name, expected, ours, rate, report);
  }
  const auto share = [&](int part) { return 100.0 * part / rate.total; };
  std::cout << "SAM translator: " << rate.total << " resources, ids and types " << share(rate.named)
            << " %, equal " << share(rate.equal) << " %, extra " << rate.extra << "\n";
  for (const auto& [reason, count] : rate.by_reason)
    std::cout << "  " << count << " different for good: " << reason << "\n";
  CHECK(rate.without_reason == 0);
  CHECK(rate.by_reason.size() == std::size(reasons));
  const std::string path = test::environment_or("SLSAUDIT_ORACLE_REPORT", "");
  if (!path.empty()) std::ofstream(path) << report.str();
  CHECK(share(rate.named) >= 99.5);
  CHECK(share(rate.equal) >= 99.0);
  CHECK(rate.extra == 0);
}
