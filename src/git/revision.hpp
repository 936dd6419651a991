// SPDX-License-Identifier: Apache-2.0
// The files of a git revision, read from the repository's objects: no process is started, nothing is fetched.
#pragma once

#include "text/file_system.hpp"
#include "text/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slsaudit::git {

/// Paths are those of the working tree, absolute or relative to the directory that it was opened from, so
/// that both sides of a comparison call a file the same. Submodules are left out; a symbolic link counts
/// where it stays within the revision. In a bare repository the tree's root is the working directory.
struct Revision {
  std::string name;   ///< As given.
  std::string commit; ///< Its id, in hex.
  std::unique_ptr<const text::FileSystem> files;
};

/// A build without libgit2 reads none.
[[nodiscard]] bool available();

/// A revision of the repository that `directory` lies in, by any name that git has for it: `main`, `HEAD~2`,
/// `v1.0`, an id's beginning; `A...B` is the commit that the histories of A and B have last in common. Fails
/// with what to do about it.
[[nodiscard]] text::Result<Revision> open_revision(const std::string& directory, const std::string& name);

/// Short names of branches and tags, sorted: for who misspelled one. Empty where there is no repository.
[[nodiscard]] std::vector<std::string> reference_names(const std::string& directory);

} // namespace slsaudit::git
