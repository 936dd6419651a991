// SPDX-License-Identifier: Apache-2.0
// A build without libgit2.
#include "git/revision.hpp"

#ifndef SLSAUDIT_HAS_GIT

namespace slsaudit::git {
namespace {

text::Failure cannot() {
  return {"this build of slsaudit can't read git revisions, since it was made without libgit2; compare two "
          "directories instead: git worktree add ../old REV && slsaudit diff ../old ."};
}

} // namespace

bool available() {
  return false;
}

text::Result<Revision> open_revision(const std::string&, const std::string&) {
  return cannot();
}

std::vector<std::string> reference_names(const std::string&) {
  return {};
}

} // namespace slsaudit::git

#endif
