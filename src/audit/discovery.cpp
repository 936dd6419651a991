// SPDX-License-Identifier: Apache-2.0
#include "audit/discovery.hpp"

#include "audit/cdk.hpp"
#include "audit/gitignore.hpp"
#include "audit/path_patterns.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace slsaudit::audit {

namespace {

constexpr std::size_t max_gitignore_bytes = 1U << 20U;
constexpr std::array<std::string_view, 4> extensions{".json", ".template", ".yaml", ".yml"};
/// Copies, dependencies and build output: never what the author edits.
constexpr std::array<std::string_view, 12> skipped_directories{
    ".aws-sam",   ".build", ".git",  ".hg",     ".serverless",  ".svn",
    ".terraform", ".tox",   ".venv", "cdk.out", "node_modules", "__pycache__"};

bool ends_with_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  return std::ranges::equal(text.substr(text.size() - lower.size()), lower,
                            [](char left, char right) { return text::lower(left) == right; });
}

/// A configuration of the Serverless Framework that is a program.
bool is_program(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"serverless.ts",  "serverless.js",  "serverless.mjs",
                                                  "serverless.cjs", "serverless.mts", "serverless.cts"};
  return std::ranges::find(names, name) != names.end();
}

bool is_skipped(std::string_view name) {
  return std::ranges::find(skipped_directories, name) != skipped_directories.end();
}

/// `path` below `directory`, or nothing when it isn't.
std::optional<std::string> relative_to(const std::string& directory, const std::string& path) {
  if (path == directory) return "";
  if (!text::is_within(path, directory)) return std::nullopt;
  if (directory == ".") return path;
  return path.substr(directory == "/" ? 1 : directory.size() + 1);
}

/// Reads the ignore file of `directory`, whose path within the repository is `prefix`.
void add_ignore_file(const text::FileSystem& files, const std::string& path, std::string_view prefix,
                     IgnoreRules& rules) {
  if (!files.is_file(path)) return;
  const auto text = files.read(path, max_gitignore_bytes);
  if (text.ok()) rules.add(prefix, text.value());
}

class Walker {
public:
  Walker(const text::FileSystem& files, const Exclusions& exclusions, parallel::Workers& workers,
         std::vector<std::string>& failures)
      : files_(files), has_exclusions_(!exclusions.patterns.empty()),
        excluded_(files, exclusions.directory, exclusions.patterns), workers_(workers), failures_(failures) {}

  /// Candidate paths below `directory`, in no particular order.
  std::vector<std::string> walk(const std::string& directory, const std::string& root) {
    found_.clear();
    Place start{directory, "", {}};
    start.rules = rules_above(directory, root, start.within);
    std::vector<Place> pending;
    pending.push_back(std::move(start));
    while (!pending.empty()) {
      // Those of one depth wait for the disk together.
      std::vector<Place> places = std::exchange(pending, {});
      std::vector<std::optional<Entries>> entries(places.size());
      workers_.each(places.size(), [&](std::size_t i) { entries[i] = files_.list(places[i].path); });
      for (std::size_t i = 0; i < places.size(); ++i) visit(std::move(places[i]), *entries[i], pending);
    }
    return std::move(found_);
  }

private:
  using Entries = text::Result<std::vector<text::DirectoryEntry>>;
  struct Place {
    std::string path;
    std::string within; ///< The same, relative to the repository's root (or to where the walk began).
    IgnoreRules rules;
  };

  IgnoreRules rules_above(const std::string& directory, const std::string& root, std::string& within) {
    IgnoreRules rules;
    const auto canonical = files_.canonical(directory);
    if (root.empty() || !canonical.ok()) return rules;
    within = relative_to(root, canonical.value()).value_or("");
    add_ignore_file(files_, text::join_path(root, ".git/info/exclude"), "", rules);
    // The directories from the root down to, not including, the one that is walked.
    for (std::size_t slash = 0; !within.empty() && slash != std::string::npos;) {
      const std::string above = within.substr(0, slash);
      add_ignore_file(files_, text::join_path(text::join_path(root, above), ".gitignore"), above, rules);
      slash = within.find('/', slash + 1);
    }
    return rules;
  }

  void visit(Place place, const Entries& entries, std::vector<Place>& pending) {
    if (!entries.ok()) {
      failures_.push_back(entries.error());
      return;
    }
    if (std::ranges::find(entries.value(), ".gitignore", &text::DirectoryEntry::name) !=
        entries.value().end())
      add_ignore_file(files_, text::join_path(place.path, ".gitignore"), place.within, place.rules);
    for (const text::DirectoryEntry& entry : entries.value()) {
      if (entry.is_symlink) continue;
      const std::string within = place.within.empty() ? entry.name : place.within + "/" + entry.name;
      const bool is_read = has_template_extension(entry.name) || is_program(entry.name);
      if (entry.is_directory ? is_skipped(entry.name) : !is_read) continue;
      if (place.rules.ignored(within, entry.is_directory)) continue;
      std::string path = text::join_path(place.path, entry.name);
      if (has_exclusions_ && excluded_.match(path, entry.is_directory)) continue;
      if (entry.is_directory) {
        pending.push_back({std::move(path), within, place.rules});
      } else {
        found_.push_back(std::move(path));
      }
    }
  }

  const text::FileSystem& files_;
  bool has_exclusions_; ///< Matching asks the file system for every entry.
  PathPatterns excluded_;
  parallel::Workers& workers_;
  std::vector<std::string>& failures_;
  std::vector<std::string> found_;
};

/// Directories none of which lies within another, sorted.
std::vector<std::string> outermost(std::set<std::string> directories) {
  std::vector<std::string> result;
  for (const std::string& directory : directories) {
    const bool inner = std::ranges::any_of(directories, [&](const std::string& other) {
      return other != directory && relative_to(other, directory).has_value();
    });
    if (!inner) result.push_back(directory);
  }
  return result;
}

/// The argument as it shall be printed: relative where it lies below the working directory.
std::string display_path(const std::string& argument, const std::string& working_directory) {
  std::string path = text::normalize_path(argument);
  if (!path.starts_with('/') || working_directory.empty()) return path;
  const auto below = relative_to(working_directory, path);
  if (!below) return path;
  return below->empty() ? "." : *below;
}

} // namespace

bool has_template_extension(std::string_view path) {
  return std::ranges::any_of(extensions,
                             [&](std::string_view e) { return ends_with_ignoring_case(path, e); });
}

std::string repository_root(const text::FileSystem& files, const std::string& directory) {
  const auto canonical = files.canonical(directory);
  if (!canonical.ok()) return "";
  for (std::string at = canonical.value();;) {
    const std::string git = text::join_path(at, ".git");
    if (files.is_directory(git) || files.is_file(git)) return at; // a file in worktrees and submodules
    const std::string parent = text::parent_path(at);
    if (parent == at) return "";
    at = parent;
  }
}

Discovered discover(const text::FileSystem& files, const std::vector<std::string>& paths,
                    const Exclusions& exclusions) {
  parallel::Workers alone;
  return discover(files, paths, exclusions, alone);
}

Discovered discover(const text::FileSystem& files, const std::vector<std::string>& paths,
                    const Exclusions& exclusions, parallel::Workers& workers) {
  Discovered result;
  const auto here = files.canonical(".");
  const std::string working_directory = here.ok() && here.value().starts_with('/') ? here.value() : "";
  std::set<std::string> directories;
  std::map<std::string, Candidate> candidates;
  for (const std::string& argument : paths) {
    const std::string path = display_path(argument, working_directory);
    if (files.is_directory(path)) {
      directories.insert(path);
    } else if (files.is_file(path)) {
      const std::string parent = text::parent_path(path);
      const std::string root = repository_root(files, parent);
      candidates[path] = {path, true, 0, root.empty() ? parent : root};
    } else {
      result.failures.push_back("cannot read " + path + ": no such file or directory");
    }
  }
  Walker walker(files, exclusions, workers, result.failures);
  for (const std::string& directory : outermost(std::move(directories))) {
    const std::string root = repository_root(files, directory);
    auto stacks = cdk_templates(files, directory);
    for (std::string& path : stacks ? *stacks : walker.walk(directory, root)) {
      Candidate& candidate = candidates[path]; // named too, perhaps
      candidate.path = std::move(path);
      candidate.system = result.systems;
      candidate.root = root.empty() ? directory : root;
    }
    result.systems += 1;
  }
  for (auto& [path, candidate] : candidates) result.files.push_back(std::move(candidate));
  std::ranges::stable_sort(result.files, {}, &Candidate::system);
  std::ranges::sort(result.failures);
  result.failures.erase(std::unique(result.failures.begin(), result.failures.end()), result.failures.end());
  return result;
}

} // namespace slsaudit::audit
