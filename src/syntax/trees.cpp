// SPDX-License-Identifier: Apache-2.0
#include "syntax/trees.hpp"

#include "syntax/relocate.hpp"

#include <utility>

namespace slsaudit::syntax {

namespace {

bool same(const Limits& left, const Limits& right) {
  return left.max_bytes == right.max_bytes && left.max_depth == right.max_depth &&
         left.max_nodes == right.max_nodes && left.max_expansion == right.max_expansion;
}

/// The same tree of the same text, whose file has another number.
std::shared_ptr<const Trees::Tree> with_number(const Trees::Tree& tree, text::FileId file) {
  auto moved = std::make_shared<Trees::Tree>();
  moved->bytes = tree.bytes;
  moved->limits = tree.limits;
  moved->added = tree.added;
  moved->added.file = file;
  moved->file = tree.file;
  moved->document = relocated(tree.document, file, moved->arena);
  if (moved->added.unusable) moved->added.unusable = moved->document;
  return moved;
}

} // namespace

std::shared_ptr<const Trees::Tree> Trees::find(text::SourceMap& sources, const std::string& path,
                                               const std::string& bytes, const Limits& limits) {
  const auto entry = trees_.find(path);
  if (entry == trees_.end()) return nullptr;
  const Tree& tree = *entry->second.tree;
  if (!same(tree.limits, limits) || tree.bytes != bytes) return nullptr;
  const text::FileId file = sources.add(tree.file);
  if (tree.added.file != file) entry->second.tree = with_number(tree, file);
  entry->second.used = true;
  found_ += 1;
  return entry->second.tree;
}

void Trees::keep(const std::string& path, std::shared_ptr<const Tree> tree) {
  trees_[path] = {std::move(tree), true};
  kept_ += 1;
}

void Trees::end_run() {
  std::erase_if(trees_, [](const auto& entry) { return !entry.second.used; });
  for (auto& [path, entry] : trees_) entry.used = false;
}

} // namespace slsaudit::syntax
