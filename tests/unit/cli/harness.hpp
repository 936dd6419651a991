// SPDX-License-Identifier: Apache-2.0
// A run of the command in memory.
#pragma once

#include "cli/app.hpp"

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace slsaudit::test {

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
  std::map<std::string, std::string> written;
};

using Files = std::map<std::string, std::string>;
using Revisions = std::map<std::string, Files>; ///< Of a repository, by name.

inline Outcome run_on(const text::FileSystem& disk, const std::vector<std::string>& arguments,
                      const std::string& standard_input = {}, bool colour = false,
                      const Revisions& revisions = {}) {
  Outcome outcome;
  std::istringstream in(standard_input);
  std::ostringstream out;
  std::ostringstream err;
  const auto write = [&](const std::string& path, const std::string& bytes) -> text::Result<bool> {
    if (path.starts_with("readonly/")) return text::Failure{"cannot write " + path};
    outcome.written[path] = bytes;
    return true;
  };
  cli::World world{in,    out, err, disk, write, [] { return 0.0; }, [] { return std::string("2026-01-31"); },
                   colour};
  world.revision = [&](const std::string& name) -> text::Result<git::Revision> {
    const auto found = revisions.find(name);
    if (found == revisions.end()) return text::Failure{"no revision `" + name + "`"};
    return git::Revision{name, "commit-" + name, std::make_unique<text::MemoryFileSystem>(found->second)};
  };
  world.references = [&] {
    std::vector<std::string> names;
    for (const auto& [name, files] : revisions) names.push_back(name);
    return names;
  };
  outcome.code = cli::run(arguments, world);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

inline Outcome run(const std::vector<std::string>& arguments, Files files = {},
                   const std::string& standard_input = {}, bool colour = false) {
  return run_on(text::MemoryFileSystem(std::move(files)), arguments, standard_input, colour);
}

} // namespace slsaudit::test
