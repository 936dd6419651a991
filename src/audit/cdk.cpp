// SPDX-License-Identifier: Apache-2.0
#include "audit/cdk.hpp"

#include "syntax/reader.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace slsaudit::audit {

namespace {

constexpr std::size_t max_manifest_bytes = 8U << 20U;
constexpr std::size_t max_assemblies = 100;

std::string_view text_of(const syntax::Node* node) {
  return node != nullptr && node->is_scalar() ? node->text : std::string_view{};
}

/// Manifests name files below their own directory.
bool is_below(std::string_view name) {
  const std::string path = text::normalize_path(name);
  return !name.empty() && path != "." && !path.starts_with("..") && !path.starts_with('/');
}

struct Assembly {
  std::vector<std::string> templates;
  std::vector<std::string> directories; ///< Of the assemblies within it: stages.
};

/// Not through a symbolic link to somewhere else, either.
bool is_file_below(const text::FileSystem& files, const std::string& directory, const std::string& path) {
  return files.is_file(path) && text::lies_within(files, path, directory);
}

std::optional<Assembly> read_assembly(const text::FileSystem& files, const std::string& directory) {
  const std::string path = text::join_path(directory, "manifest.json");
  if (!files.is_file(path)) return std::nullopt;
  auto bytes = files.read(path, max_manifest_bytes);
  if (!bytes.ok()) return std::nullopt;
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, path, std::move(bytes).value());
  const syntax::Node* artifacts = document.root != nullptr ? document.root->get("artifacts") : nullptr;
  // Many programs write a manifest.json.
  if (artifacts == nullptr || !artifacts->is_mapping() || document.root->get("version") == nullptr)
    return std::nullopt;
  Assembly assembly;
  for (const syntax::Entry& artifact : artifacts->children) {
    const std::string_view type = text_of(artifact.value->get("type"));
    const syntax::Node* properties = artifact.value->get("properties");
    if (properties == nullptr) continue;
    const std::string_view file = text_of(properties->get("templateFile"));
    const std::string_view inner = text_of(properties->get("directoryName"));
    if (type == "aws:cloudformation:stack" && is_below(file))
      assembly.templates.push_back(text::join_path(directory, file));
    else if (type == "cdk:cloud-assembly" && is_below(inner))
      assembly.directories.push_back(text::join_path(directory, inner));
  }
  return assembly;
}

} // namespace

std::optional<std::vector<std::string>> cdk_templates(const text::FileSystem& files,
                                                      const std::string& directory) {
  if (!read_assembly(files, directory)) return std::nullopt;
  std::set<std::string> templates;
  std::set<std::string> seen;
  std::vector<std::string> pending{directory};
  while (!pending.empty() && seen.size() < max_assemblies) {
    const std::string next = std::move(pending.back());
    pending.pop_back();
    if (!seen.insert(next).second) continue;
    auto assembly = read_assembly(files, next);
    if (!assembly) continue;
    for (std::string& path : assembly->templates) {
      if (is_file_below(files, directory, path)) templates.insert(std::move(path));
    }
    for (std::string& inner : assembly->directories) pending.push_back(std::move(inner));
  }
  return std::vector<std::string>(templates.begin(), templates.end());
}

} // namespace slsaudit::audit
