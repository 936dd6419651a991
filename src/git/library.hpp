// SPDX-License-Identifier: Apache-2.0
// libgit2, loaded when a revision is first asked for: it brings a dozen libraries along, whose loading every
// other command would pay for, and it may be missing where slsaudit runs.
#pragma once

#include <git2.h>
#include <string_view>

namespace slsaudit::git {

/// Its functions that are used, by their names without `git_`. Null where it is not `loaded`.
struct Library {
  bool loaded = false;
  decltype(&git_blob_free) blob_free = nullptr;
  decltype(&git_blob_lookup) blob_lookup = nullptr;
  decltype(&git_blob_rawcontent) blob_rawcontent = nullptr;
  decltype(&git_blob_rawsize) blob_rawsize = nullptr;
  decltype(&git_error_last) error_last = nullptr;
  decltype(&git_libgit2_init) libgit2_init = nullptr;
  decltype(&git_libgit2_shutdown) libgit2_shutdown = nullptr;
  decltype(&git_merge_base) merge_base = nullptr;
  decltype(&git_object_free) object_free = nullptr;
  decltype(&git_object_id) object_id = nullptr;
  decltype(&git_object_lookup) object_lookup = nullptr;
  decltype(&git_object_peel) object_peel = nullptr;
  decltype(&git_oid_fmt) oid_fmt = nullptr;
  decltype(&git_reference_free) reference_free = nullptr;
  decltype(&git_reference_iterator_free) reference_iterator_free = nullptr;
  decltype(&git_reference_iterator_new) reference_iterator_new = nullptr;
  decltype(&git_reference_next) reference_next = nullptr;
  decltype(&git_reference_shorthand) reference_shorthand = nullptr;
  decltype(&git_repository_free) repository_free = nullptr;
  decltype(&git_repository_open_ext) repository_open_ext = nullptr;
  decltype(&git_repository_workdir) repository_workdir = nullptr;
  decltype(&git_revparse_single) revparse_single = nullptr;
  decltype(&git_tree_entry_byindex) tree_entry_byindex = nullptr;
  decltype(&git_tree_entry_byname) tree_entry_byname = nullptr;
  decltype(&git_tree_entry_filemode) tree_entry_filemode = nullptr;
  decltype(&git_tree_entry_id) tree_entry_id = nullptr;
  decltype(&git_tree_entry_name) tree_entry_name = nullptr;
  decltype(&git_tree_entry_type) tree_entry_type = nullptr;
  decltype(&git_tree_entrycount) tree_entrycount = nullptr;
  decltype(&git_tree_free) tree_free = nullptr;
  decltype(&git_tree_id) tree_id = nullptr;
  decltype(&git_tree_lookup) tree_lookup = nullptr;
};

[[nodiscard]] const Library& library();

inline constexpr std::string_view no_library = "git revisions are read with libgit2, which is not installed; "
                                               "two directories can be compared without it: "
                                               "slsaudit diff OLD NEW";

} // namespace slsaudit::git
