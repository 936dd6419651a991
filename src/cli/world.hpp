// SPDX-License-Identifier: Apache-2.0
// All that a run may touch: tests pass one of their own.
#pragma once

#include "git/revision.hpp"
#include "text/file_system.hpp"
#include "text/result.hpp"

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

struct Definition;
class Watcher;

struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  const text::FileSystem& files;
  /// Replaces a file as a whole or leaves it alone.
  std::function<text::Result<bool>(const std::string& path, const std::string& bytes)> write;
  std::function<double()> clock;      ///< Seconds since any fixed moment.
  std::function<std::string()> today; ///< ISO date.
  bool colour = false;                ///< `out` is a terminal and the user has nothing against colours.
  std::uint32_t width = 120;          ///< Of the terminal, in cells.
  /// A variable of the environment: SLSAUDIT_…, and what tells of terminals and locales.
  std::function<std::optional<std::string>(const std::string& name)> environment{};
  /// A revision of the git repository round the working directory, and the names that it has.
  std::function<text::Result<git::Revision>(const std::string& name)> revision{};
  std::function<std::vector<std::string>()> references{};
  /// Where it is set, a command tells how it is called and does nothing else.
  std::function<void(const Definition& definition)> describe{};
  bool terminal = false;       ///< `out` is one.
  bool error_terminal = false; ///< `err` is one.
  /// Why something written to `out` is lost; empty when nothing is, or only because its reader has gone.
  std::function<std::string()> output_failure{};
  /// Bytes that may be written to `out`, and to each file; one that would get more is not written.
  std::function<void(std::size_t most)> limit_output{};
  /// Who tells of changes to `files`; see watcher.hpp. May be null, and give null.
  std::function<std::unique_ptr<Watcher>()> watch{};
  /// What tells this very program from all others, with the libraries that it has loaded; empty: nobody
  /// knows.
  std::function<std::string()> program{};
  /// Makes a directory that only the user can look into, unless it is there, and the ones above it.
  std::function<text::Result<bool>(const std::string& path)> make_directory{};
  /// Puts a file of the program's own in its place, as a whole. A link of that name is replaced, not
  /// followed.
  std::function<text::Result<bool>(const std::string& path, const std::string& bytes)> keep{};
  /// Removes files of the program's own from a directory, by their names, that were neither written nor read
  /// for so many days, and tells how many; those that can't be removed stay.
  std::function<std::size_t(const std::string& directory, bool (*is_own)(std::string_view name), int days)>
      remove_unused{};
  /// Takes what a run has made when it ends: the process goes with all of it, and taking it to pieces first
  /// would take a thirtieth of the run's time. Null where others may follow.
  std::function<void(std::shared_ptr<const void> made)> leave{};
};

} // namespace slsaudit::cli
