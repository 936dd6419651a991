// SPDX-License-Identifier: Apache-2.0
#ifdef SLSAUDIT_HAS_GIT

#include "git/library.hpp"

#include <array>
#include <dlfcn.h>
#include <string>

namespace slsaudit::git {
namespace {

template <class Function> bool load(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

bool load(void* handle, Library& api) {
  return load(handle, "git_blob_free", api.blob_free) && load(handle, "git_blob_lookup", api.blob_lookup) &&
         load(handle, "git_blob_rawcontent", api.blob_rawcontent) &&
         load(handle, "git_blob_rawsize", api.blob_rawsize) &&
         load(handle, "git_error_last", api.error_last) &&
         load(handle, "git_libgit2_init", api.libgit2_init) &&
         load(handle, "git_libgit2_shutdown", api.libgit2_shutdown) &&
         load(handle, "git_merge_base", api.merge_base) && load(handle, "git_object_free", api.object_free) &&
         load(handle, "git_object_id", api.object_id) &&
         load(handle, "git_object_lookup", api.object_lookup) &&
         load(handle, "git_object_peel", api.object_peel) && load(handle, "git_oid_fmt", api.oid_fmt) &&
         load(handle, "git_reference_free", api.reference_free) &&
         load(handle, "git_reference_iterator_free", api.reference_iterator_free) &&
         load(handle, "git_reference_iterator_new", api.reference_iterator_new) &&
         load(handle, "git_reference_next", api.reference_next) &&
         load(handle, "git_reference_shorthand", api.reference_shorthand) &&
         load(handle, "git_repository_free", api.repository_free) &&
         load(handle, "git_repository_open_ext", api.repository_open_ext) &&
         load(handle, "git_repository_workdir", api.repository_workdir) &&
         load(handle, "git_revparse_single", api.revparse_single) &&
         load(handle, "git_tree_entry_byindex", api.tree_entry_byindex) &&
         load(handle, "git_tree_entry_byname", api.tree_entry_byname) &&
         load(handle, "git_tree_entry_filemode", api.tree_entry_filemode) &&
         load(handle, "git_tree_entry_id", api.tree_entry_id) &&
         load(handle, "git_tree_entry_name", api.tree_entry_name) &&
         load(handle, "git_tree_entry_type", api.tree_entry_type) &&
         load(handle, "git_tree_entrycount", api.tree_entrycount) &&
         load(handle, "git_tree_free", api.tree_free) && load(handle, "git_tree_id", api.tree_id) &&
         load(handle, "git_tree_lookup", api.tree_lookup);
}

/// The version whose header this was compiled with: others may lay out what is passed differently.
Library opened() {
  const std::string version = std::to_string(LIBGIT2_VER_MAJOR) + "." + std::to_string(LIBGIT2_VER_MINOR);
  const std::array<std::string, 2> names{"libgit2.so." + version, "libgit2." + version + ".dylib"};
  for (const std::string& name : names) {
    Library api;
    void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) continue;
    api.loaded = load(handle, api);
    if (api.loaded) return api;
    dlclose(handle);
  }
  return {};
}

} // namespace

const Library& library() {
  static const Library api = opened();
  return api;
}

} // namespace slsaudit::git

#endif
