// SPDX-License-Identifier: Apache-2.0
// The tests that are published with the CEL specification, where their folder is at hand. What is outside the
// subset is listed, with the reason, in conformance_exclusions.txt; the list must be neither too short nor
// too long.
#include "cel/program.hpp"
#include "support/catch.hpp"
#include "support/textproto.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

using namespace slsaudit;
using test::ProtoMessage;

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::filesystem::path source_directory() {
  const std::string path = environment("SLSAUDIT_SOURCE_DIR");
  return path.empty() ? "." : path;
}

std::filesystem::path data_directory() {
  const std::string shared = environment("SLSAUDIT_SHARED");
  return (shared.empty() ? source_directory() / "../shared" : std::filesystem::path(shared)) /
         "cel-conformance";
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Exclusion {
  std::string pattern; ///< file/section/test with * for any text; file/* where the whole subject is left out.
  std::string reason;
  bool used = false;
};

std::vector<Exclusion> exclusions() {
  std::vector<Exclusion> all;
  std::istringstream lines(contents(source_directory() / "tests/unit/cel/conformance_exclusions.txt"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t blank = line.find(' ');
    if (line.empty() || line[0] == '#' || blank == std::string::npos) continue;
    all.push_back({line.substr(0, blank), line.substr(line.find_first_not_of(' ', blank))});
  }
  return all;
}

bool whole_file(const Exclusion& exclusion) {
  return exclusion.pattern.find('/') == exclusion.pattern.size() - 2;
}

bool fits(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      for (std::size_t i = 0; i <= name.size(); ++i) {
        if (fits(pattern.substr(1), name.substr(i))) return true;
      }
      return false;
    }
    if (name.empty() || name.front() != pattern.front()) return false;
    pattern.remove_prefix(1);
    name.remove_prefix(1);
  }
  return name.empty();
}

/// Nothing for values outside the subset: protobuf messages.
std::optional<cel::Value> to_value(const ProtoMessage& message) {
  if (message.fields.size() != 1) return std::nullopt;
  const test::ProtoField& field = message.fields[0];
  if (field.name == "int64_value")
    return cel::Value(std::int64_t{std::strtoll(field.text.c_str(), nullptr, 10)});
  if (field.name == "uint64_value")
    return cel::Value(std::uint64_t{std::strtoull(field.text.c_str(), nullptr, 10)});
  if (field.name == "double_value") return cel::Value(std::strtod(field.text.c_str(), nullptr));
  if (field.name == "string_value") return cel::Value(field.text);
  if (field.name == "bytes_value") return cel::Value(cel::Bytes{field.text});
  if (field.name == "bool_value") return cel::Value(field.text == "true");
  if (field.name == "null_value") return cel::Value();
  if (field.name == "type_value") return cel::Value(cel::Type{field.text});
  if (field.name == "list_value") {
    cel::List items;
    for (const ProtoMessage* each : field.messages.at(0).all("values")) {
      const auto item = to_value(*each);
      if (!item) return std::nullopt;
      items.push_back(*item);
    }
    return cel::Value(items);
  }
  if (field.name == "map_value") {
    cel::Map entries;
    for (const ProtoMessage* each : field.messages.at(0).all("entries")) {
      const auto key = to_value(*each->all("key").at(0));
      const auto value = to_value(*each->all("value").at(0));
      if (!key || !value) return std::nullopt;
      entries.emplace_back(*key, *value);
    }
    return cel::Value(entries);
  }
  return std::nullopt;
}

/// Stricter than CEL's ==: types count, NaN is itself.
bool same(const cel::Value& a, const cel::Value& b) {
  if (a.type_name() != b.type_name()) return false;
  if (a.number()) return *a.number() == *b.number() || (std::isnan(*a.number()) && std::isnan(*b.number()));
  if (a.list())
    return std::equal(a.list()->begin(), a.list()->end(), b.list()->begin(), b.list()->end(), same);
  if (a.map()) {
    const auto& other = *b.map();
    return a.map()->size() == other.size() &&
           std::all_of(a.map()->begin(), a.map()->end(), [&](const auto& entry) {
             return std::any_of(other.begin(), other.end(), [&](const auto& each) {
               return same(entry.first, each.first) && same(entry.second, each.second);
             });
           });
  }
  if (a.bytes()) return a.bytes()->data == b.bytes()->data;
  return a.display() == b.display();
}

cel::Value run(const ProtoMessage& test) {
  cel::Environment names;
  cel::Bindings bindings;
  names.unknown_names_are_errors = test.text("disable_check") != "true";
  for (const ProtoMessage* each : test.all("type_env")) names.variables.push_back(each->text("name"));
  for (const ProtoMessage* each : test.all("bindings")) {
    const std::string name = each->text("key");
    if (std::find(names.variables.begin(), names.variables.end(), name) == names.variables.end()) {
      names.variables.push_back(name);
    }
    const auto* wrapper = each->find("value");
    const auto values =
        wrapper != nullptr ? wrapper->messages.at(0).all("value") : std::vector<const ProtoMessage*>{};
    const auto value = values.empty() ? std::nullopt : to_value(*values[0]);
    if (!value) return cel::Value::error("binding outside the subset");
    bindings.emplace(name, *value);
  }
  std::vector<cel::ParseError> errors;
  const auto program = cel::Program::compile(test.text("expr"), names, errors);
  if (program.empty())
    return cel::Value::error(errors.at(0).message + " at " + std::to_string(errors[0].offset));
  return program.evaluate(bindings);
}

bool expects_error(const ProtoMessage& test) {
  return test.find("eval_error") || test.find("any_eval_errors");
}

bool passes(const ProtoMessage& test, const cel::Value& got) {
  if (expects_error(test)) return got.error() != nullptr;
  if (test.find("unknown") || test.find("any_unknowns")) return got.unknown() != nullptr;
  auto wanted = test.all("value");
  for (const ProtoMessage* typed : test.all("typed_result")) wanted = typed->all("result");
  const auto value = wanted.empty() ? std::optional<cel::Value>(true) : to_value(*wanted[0]);
  return value && same(*value, got);
}

} // namespace

TEST_CASE("CEL's published tests") {
  const auto directory = data_directory();
  if (!std::filesystem::is_directory(directory)) {
    std::cout << "skipped: " << directory << " is not there (set SLSAUDIT_SHARED)\n";
    return;
  }
  auto excluded = exclusions();
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".textproto") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::size_t passed = 0;
  std::size_t left_out = 0;
  for (const auto& path : files) {
    const std::string text = contents(path);
    const ProtoMessage file = test::ProtoReader(text).read();
    for (const ProtoMessage* section : file.all("section")) {
      for (const ProtoMessage* each : section->all("test")) {
        const std::string name =
            path.stem().string() + "/" + section->text("name") + "/" + each->text("name");
        const cel::Value got = run(*each);
        const bool ok = passes(*each, got);
        const auto exclusion = std::find_if(excluded.begin(), excluded.end(),
                                            [&](const Exclusion& one) { return fits(one.pattern, name); });
        INFO(name << ": " << each->text("expr") << " gives " << got.display());
        if (exclusion == excluded.end()) {
          if (!ok) std::cout << "failed: " << name << "\n";
          CHECK(ok);
          passed += ok ? 1 : 0;
          continue;
        }
        exclusion->used = true;
        ++left_out;
        // A test that wants an error passes for the wrong reason where the expression is outside the subset.
        if (!expects_error(*each) && !whole_file(*exclusion)) CHECK_FALSE(ok);
      }
    }
  }
  for (const Exclusion& each : excluded) {
    INFO(each.pattern);
    CHECK((each.used || whole_file(each)));
  }
  std::cout << "CEL conformance: " << passed << " passed, " << left_out << " excluded\n";
}
