// SPDX-License-Identifier: Apache-2.0
// Build-time tool: turns the rows of rules/knowledge/ into read-only C++ tables, so that nothing is parsed at
// run time.
//
//   compile_knowledge DIRECTORY OUTPUT.cpp
//
// Text goes into one constant per table and rows hold offsets into it: tables of pointers would have to be
// relocated at every start of the program.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& file, std::size_t line, const std::string& message) {
  throw std::runtime_error(file + ":" + std::to_string(line) + ": " + message);
}

/// A C++ string literal; in pieces, since compilers limit the length of one.
std::string literal(const std::string& text) {
  std::string out = "\"";
  std::size_t column = 0;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
    if (++column == 100) {
      out += "\"\n    \"";
      column = 0;
    }
  }
  return out + "\"";
}

std::string json(const YAML::Node& node) {
  if (node.IsMap()) {
    std::string out = "{";
    for (const auto& entry : node) {
      out += (out.size() > 1 ? "," : "") + json(entry.first) + ":" + json(entry.second);
    }
    return out + "}";
  }
  if (node.IsSequence()) {
    std::string out = "[";
    for (const auto& item : node) {
      out += (out.size() > 1 ? "," : "") + json(item);
    }
    return out + "]";
  }
  std::string out = "\"";
  for (const char c : node.Scalar()) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + "\"";
}

/// All text of one table, each piece once.
class Pool {
public:
  std::uint32_t add(const std::string& text) {
    const auto [place, added] = known_.try_emplace(text, static_cast<std::uint32_t>(text_.size()));
    if (added) {
      text_ += text;
    }
    return place->second;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  std::map<std::string, std::uint32_t> known_;
  std::string text_;
};

std::string slice(Pool& pool, const std::string& text) {
  return "{" + std::to_string(pool.add(text)) + ", " + std::to_string(text.size()) + "}";
}

template <class Index>
std::string index_of(const std::vector<std::string>& names, const std::string& name, Index fail_) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    fail_();
  }
  return std::to_string(found - names.begin());
}

void actions(const std::string& directory, std::ostream& out) {
  const std::string path = directory + "/iam-actions.csv";
  std::ifstream file(path);
  if (!file) {
    fail(path, 0, "cannot be opened");
  }
  const std::vector<std::string> access_names{"list", "read", "write", "tagging", "permissions"};
  const std::vector<std::string> level_names{"required", "optional", "star_only"};
  Pool pool;
  std::ostringstream rows;
  std::ostringstream services;
  std::string line;
  std::string service;
  std::string previous;
  std::size_t number = 0;
  std::size_t count = 0;
  while (std::getline(file, line)) {
    ++number;
    if (line.empty() || line[0] == '#' || line == "service,action,access,resource") {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream split(line);
    for (std::string cell; std::getline(split, cell, ',');) {
      cells.push_back(cell);
    }
    if (cells.size() != 4) {
      fail(path, number, "a row has the columns service, action, access and resource");
    }
    std::string key = cells[0] + " " + cells[1]; // a blank sorts before all that names hold
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (key <= previous) {
      fail(path, number, "rows are sorted by service, then by action in lower case, without duplicates");
    }
    previous = key;
    if (cells[0] != service) {
      service = cells[0];
      services << "    {" << slice(pool, service) << ", " << count << "},\n";
    }
    rows << "    {" << slice(pool, cells[1]) << ", "
         << index_of(access_names, cells[2], [&] { fail(path, number, "unknown access `" + cells[2] + "`"); })
         << ", "
         << index_of(level_names, cells[3],
                     [&] { fail(path, number, "unknown resource `" + cells[3] + "`"); })
         << "},\n";
    ++count;
  }
  out << "constexpr char action_text[] =\n    " << literal(pool.text()) << ";\n"
      << "constexpr ActionRow action_rows[] = {\n"
      << rows.str() << "};\n"
      << "constexpr ServiceRow service_rows[] = {\n"
      << services.str() << "};\n\n";
}

void policy_templates(const std::string& directory, std::ostream& out) {
  const YAML::Node file = YAML::LoadFile(directory + "/sam-policy-templates.yaml");
  std::map<std::string, YAML::Node> sorted;
  for (const auto& entry : file["templates"]) {
    sorted[entry.first.Scalar()] = entry.second;
  }
  Pool pool;
  std::ostringstream rows;
  std::ostringstream parameters;
  std::size_t first = 0;
  for (const auto& [name, row] : sorted) {
    for (const auto& parameter : row["parameters"]) {
      parameters << "    " << slice(pool, parameter.Scalar()) << ",\n";
    }
    rows << "    {" << slice(pool, name) << ", " << slice(pool, json(row["statements"])) << ", " << first
         << ", " << row["parameters"].size() << "},\n";
    first += row["parameters"].size();
  }
  out << "constexpr char template_text[] =\n    " << literal(pool.text()) << ";\n"
      << "constexpr Slice template_parameters[] = {\n"
      << parameters.str() << "};\n"
      << "constexpr TemplateRow template_rows[] = {\n"
      << rows.str() << "};\n\n";
}

void portability(const std::string& directory, std::ostream& out) {
  const YAML::Node file = YAML::LoadFile(directory + "/portability.yaml");
  Pool pool;
  std::ostringstream rows;
  std::map<std::string, std::size_t> by_type;
  std::size_t index = 0;
  for (const auto& row : file["services"]) {
    rows << "    {" << slice(pool, row["service"].Scalar()) << ", "
         << slice(pool, row["alternatives"].Scalar()) << ", " << row["lock_in"].as<int>() << ", "
         << (row["gathers_data"].as<bool>(false) ? "true" : "false") << ", "
         << (row["has_export"].as<bool>(false) ? "true" : "false") << "},\n";
    for (const auto& type : row["types"]) {
      if (!by_type.try_emplace(type.Scalar(), index).second) {
        fail(directory + "/portability.yaml", static_cast<std::size_t>(type.Mark().line) + 1,
             "a type is listed twice");
      }
    }
    ++index;
  }
  std::ostringstream types;
  for (const auto& [type, service] : by_type) {
    types << "    {" << slice(pool, type) << ", " << service << "},\n";
  }
  out << "constexpr char portability_text[] =\n    " << literal(pool.text()) << ";\n"
      << "constexpr PortabilityRow portability_rows[] = {\n"
      << rows.str() << "};\n"
      << "constexpr TypeRow portability_types[] = {\n"
      << types.str() << "};\n";
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: compile_knowledge DIRECTORY OUTPUT.inc\n";
    return 2;
  }
  try {
    std::ostringstream out;
    out << "// Generated from rules/knowledge/ by src/tools/compile_knowledge.cpp.\n";
    actions(argv[1], out);
    policy_templates(argv[1], out);
    portability(argv[1], out);
    std::ofstream file(argv[2], std::ios::binary);
    file << out.str();
    return file.good() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "compile_knowledge: " << error.what() << '\n';
    return 1;
  }
}
