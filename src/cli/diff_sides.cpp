// SPDX-License-Identifier: Apache-2.0
#include "cli/diff_sides.hpp"

#include "rules/names.hpp"
#include "text/relocated.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace slsaudit::cli {
namespace {

constexpr std::size_t shown_digits = 12; ///< Of a commit's id.

bool exists(const text::FileSystem& files, const std::string& path) {
  return files.is_file(path) || files.is_directory(path);
}

text::Result<DiffSide> revision(const World& world, const std::string& name) {
  if (!world.revision) return text::Failure{"there is no repository to read `" + name + "` from"};
  auto opened = world.revision(name);
  if (!opened.ok()) {
    const std::vector<std::string> references =
        world.references ? world.references() : std::vector<std::string>();
    const std::string_view near = rules::nearest(name, {references.begin(), references.end()});
    const bool helps = !near.empty() && near != name;
    return text::Failure{opened.error() + (!helps ? "" : "; did you mean `" + std::string(near) + "`?")};
  }
  git::Revision found = std::move(opened).value();
  const std::string id = found.commit.substr(0, shown_digits);
  DiffSide side;
  side.label = found.commit.starts_with(name) ? id : name + " (" + id + ")";
  side.owned = std::move(found.files);
  side.files = side.owned.get();
  return side;
}

DiffSide working_tree(const World& world) {
  return {"the working tree", nullptr, &world.files, {}};
}

/// A path where there is one of that name, else a revision.
text::Result<DiffSide> path_or_revision(const World& world, const std::string& argument) {
  if (argument == "-") return DiffSide{"standard input", nullptr, &world.files, {"-"}};
  if (world.files.is_file(argument)) return DiffSide{argument, nullptr, &world.files, {argument}};
  if (!world.files.is_directory(argument)) {
    auto found = revision(world, argument);
    if (found.ok()) return found;
    return text::Failure{"`" + argument + "` is no file or directory, and as a revision: " + found.error()};
  }
  const std::string directory = text::normalize_path(argument);
  DiffSide side;
  side.label = directory == "." ? "the working tree" : directory;
  side.owned = std::make_shared<text::RelocatedFileSystem>(world.files, directory);
  side.files = side.owned.get();
  return side;
}

struct Range {
  std::string before;
  std::string after;
};

/// "A..B", or "A...B", which begins where the two parted. No revision's own name has two dots in it.
std::optional<Range> range_of(const std::string& argument) {
  const std::size_t dots = argument.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const bool three = argument.substr(dots).starts_with("...");
  const auto or_head = [](std::string name) { return name.empty() ? std::string("HEAD") : name; };
  const std::string left = or_head(argument.substr(0, dots));
  const std::string right = or_head(argument.substr(dots + (three ? 3 : 2)));
  if (right.starts_with('/') || right.starts_with('.')) return std::nullopt;
  return Range{three ? left + "..." + right : left, right};
}

text::Result<DiffSides> both(text::Result<DiffSide> before, text::Result<DiffSide> after) {
  if (!before.ok()) return text::Failure{before.error()};
  if (!after.ok()) return text::Failure{after.error()};
  return DiffSides{std::move(before).value(), std::move(after).value()};
}

text::Result<DiffSides> sides_of_one(const std::string& argument, const World& world) {
  const bool is_path = exists(world.files, argument);
  if (const auto range = is_path ? std::nullopt : range_of(argument))
    return both(revision(world, range->before), revision(world, range->after));
  auto sides = both(revision(world, argument), working_tree(world));
  if (sides.ok() || !is_path) return sides;
  return text::Failure{"say what to compare `" + argument + "` with: slsaudit diff OLD NEW"};
}

/// What one side lacks is new or gone; what both lack is a slip.
std::string limit(DiffSides& sides, const std::vector<std::string>& paths) {
  for (DiffSide* side : {&sides.before, &sides.after}) {
    if (!side->paths.empty()) continue; // a file of its own
    for (const std::string& path : paths) {
      if (exists(*side->files, path)) side->paths.push_back(path);
    }
  }
  for (const std::string& path : paths) {
    if (!exists(*sides.before.files, path) && !exists(*sides.after.files, path))
      return "neither side has " + path;
  }
  return {};
}

} // namespace

text::Result<DiffSides> sides_of(const std::vector<std::string>& arguments,
                                 const std::vector<std::string>& paths, const World& world) {
  text::Result<DiffSides> sides =
      arguments.size() == 2
          ? both(path_or_revision(world, arguments[0]), path_or_revision(world, arguments[1]))
          : sides_of_one(arguments.empty() ? "HEAD" : arguments[0], world);
  if (!sides.ok()) return sides;
  DiffSides found = std::move(sides).value();
  const std::string wrong = limit(found, paths.empty() ? std::vector<std::string>{"."} : paths);
  if (!wrong.empty()) return text::Failure{wrong};
  return found;
}

} // namespace slsaudit::cli
