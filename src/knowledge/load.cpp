// SPDX-License-Identifier: Apache-2.0
#include "knowledge/state.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::knowledge {

namespace {

constexpr std::size_t max_bytes = 8U << 20U;

/// Files of the same directory that are compiled in only.
constexpr std::array<std::string_view, 4> passed_over{"iam-actions.csv", "key-formats.csv",
                                                      "resource-types.csv", "sam-policy-templates.yaml"};

/// Names of the files that hold tables, each once, in order.
std::vector<std::string_view> file_names() {
  std::vector<std::string_view> names;
  for (const rows::Layout& layout : rows::layouts()) {
    if (names.empty() || names.back() != layout.file) names.push_back(layout.file);
  }
  return names;
}

/// A file whose name is slightly wrong would silently count for nothing.
void check_names(const std::vector<text::DirectoryEntry>& entries, const std::string& directory,
                 std::vector<std::string>& errors) {
  const std::vector<std::string_view> names = file_names();
  bool any = false;
  for (const text::DirectoryEntry& entry : entries) {
    if (entry.is_directory) continue;
    const bool known = std::find(names.begin(), names.end(), entry.name) != names.end();
    any = any || known;
    const bool rows_file = entry.name.ends_with(".yaml") || entry.name.ends_with(".yml");
    if (known || !rows_file ||
        std::find(passed_over.begin(), passed_over.end(), entry.name) != passed_over.end()) {
      continue;
    }
    std::string message = text::join_path(directory, entry.name) + ": error: no table has this name";
    const auto nearest = std::min_element(names.begin(), names.end(), [&](auto a, auto b) {
      return text::edit_distance(a, entry.name) < text::edit_distance(b, entry.name);
    });
    if (text::edit_distance(*nearest, entry.name) <= 3) {
      message += "; did you mean `" + std::string(*nearest) + "`?";
    }
    errors.push_back(std::move(message));
  }
  if (any || !errors.empty()) return;
  std::string expected;
  for (const std::string_view name : names) expected += (expected.empty() ? "" : ", ") + std::string(name);
  errors.push_back("cannot read knowledge from " + directory + ": it holds none of " + expected);
}

std::string spelled(const text::SourceMap& sources, const std::string& path, const text::Problem& problem) {
  std::string place = path;
  if (problem.span.valid()) {
    const text::Position at = sources.position(problem.span.file, problem.span.begin);
    place += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  const std::string help = problem.help.empty() ? "" : "; " + problem.help;
  return place + ": error: " + problem.message + help;
}

/// A type that two services claim would have one of them silently.
void check_types(const Base& base, const std::string& directory, std::vector<std::string>& errors) {
  for (const Portability& row : base.portabilities()) {
    for (const std::string_view type : row.types) {
      const Portability* owner = base.portability(type);
      if (owner == &row) continue;
      errors.push_back(text::join_path(directory, "portability.yaml") + ": error: `" + std::string(type) +
                       "` is listed by `" + std::string(owner->service) + "` and by `" +
                       std::string(row.service) + "`");
    }
  }
}

} // namespace

LoadedBase Base::load(const text::FileSystem& files, const std::string& directory) {
  LoadedBase loaded;
  State& state = *loaded.base.state_;
  state.arena = std::make_unique<text::Arena>();
  for (const rows::Layout& layout : rows::layouts()) state.lay_out_builtin(layout.id);
  const auto entries = files.list(directory);
  if (!entries) {
    loaded.errors.push_back("cannot read knowledge from " + directory + ": " + entries.error());
  } else {
    check_names(entries.value(), directory, loaded.errors);
    for (const std::string_view name : file_names()) {
      const std::string path = text::join_path(directory, std::string(name));
      if (!files.is_file(path)) continue;
      auto bytes = files.read(path, max_bytes);
      if (!bytes) {
        loaded.errors.push_back(path + ": error: " + bytes.error());
        continue;
      }
      text::SourceMap sources;
      text::Problems problems;
      const auto tables = rows::read(name, path, std::move(bytes).value(), sources, *state.arena, problems);
      for (const text::Problem& problem : problems) {
        loaded.errors.push_back(spelled(sources, path, problem));
      }
      for (const rows::Table& table : tables) state.lay_out(table);
    }
  }
  state.index();
  if (loaded.errors.empty()) check_types(loaded.base, directory, loaded.errors);
  if (!loaded.errors.empty()) {
    for (const rows::Layout& layout : rows::layouts()) state.lay_out_builtin(layout.id);
    state.index();
  }
  return loaded;
}

} // namespace slsaudit::knowledge
