// SPDX-License-Identifier: Apache-2.0
// Trees of an earlier run: a text that is as it was is not read again.
#pragma once

#include "syntax/added.hpp"
#include "text/arena.hpp"

#include <map>
#include <memory>
#include <string>

namespace slsaudit::syntax {

/// One run at a time. Trees hold the ids of their files, which change where files come or go before them: a
/// tree is then copied with the new one, which takes a small part of the time that reading does.
class Trees {
public:
  struct Tree {
    std::string bytes; ///< As they were in the file.
    Limits limits;
    Added added;
    text::SourceMap::SharedFile file;
    text::Arena arena;
    Document document;
  };

  /// Adds the file and gives its tree, if it is known; else does nothing. Who uses the tree keeps it.
  [[nodiscard]] std::shared_ptr<const Tree> find(text::SourceMap& sources, const std::string& path,
                                                 const std::string& bytes, const Limits& limits);
  void keep(const std::string& path, std::shared_ptr<const Tree> tree);
  /// Forgets trees that the run neither found nor kept.
  void end_run();

  [[nodiscard]] std::size_t found() const { return found_; } ///< Of all runs.
  [[nodiscard]] std::size_t kept() const { return kept_; }

private:
  struct Entry {
    std::shared_ptr<const Tree> tree;
    bool used = false;
  };
  std::map<std::string, Entry> trees_; ///< By path.
  std::size_t found_ = 0;
  std::size_t kept_ = 0;
};

} // namespace slsaudit::syntax
