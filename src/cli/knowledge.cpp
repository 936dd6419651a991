// SPDX-License-Identifier: Apache-2.0
#include "cli/knowledge.hpp"

#include <utility>

namespace slsaudit::cli {

void KnowledgeOption::describe(Parser& parser) {
  parser.value({"--knowledge", "DIR",
                "quotas, prices and other facts about the platform from the files of this directory"},
               directory_);
}

bool KnowledgeOption::read(World& world) {
  if (!directory_) return true;
  knowledge::LoadedBase loaded = knowledge::Base::load(world.files, *directory_);
  for (const std::string& error : loaded.errors) world.err << "slsaudit: " << error << '\n';
  if (!loaded.errors.empty()) return false;
  base_ = std::move(loaded.base);
  return true;
}

} // namespace slsaudit::cli
