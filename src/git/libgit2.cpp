// SPDX-License-Identifier: Apache-2.0
#include "git/revision.hpp"

#ifdef SLSAUDIT_HAS_GIT

#include "git/library.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string_view>

namespace slsaudit::git {
namespace {

template <auto Free> struct Deleter {
  template <class T> void operator()(T* object) const { (library().*Free)(object); }
};
using RepositoryPtr = std::unique_ptr<git_repository, Deleter<&Library::repository_free>>;
using ObjectPtr = std::unique_ptr<git_object, Deleter<&Library::object_free>>;
using TreePtr = std::unique_ptr<git_tree, Deleter<&Library::tree_free>>;
using BlobPtr = std::unique_ptr<git_blob, Deleter<&Library::blob_free>>;

/// Counted by the library: each user holds one.
struct Session {
  Session() { library().libgit2_init(); }
  ~Session() { library().libgit2_shutdown(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

std::string last_error() {
  const git_error* error = library().error_last();
  return error != nullptr && error->message != nullptr ? error->message : "the reason is not known";
}

std::string hex(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '0');
  library().oid_fmt(text.data(), &id);
  return text;
}

std::string canonical_directory(const std::string& path) {
  std::error_code error;
  const auto resolved = std::filesystem::canonical(path, error);
  std::string text = error ? text::normalize_path(path) : resolved.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

struct Repository {
  Session session; ///< First: the others go before it.
  RepositoryPtr handle;
  std::string root; ///< Canonical: of the working tree; of a bare repository, where it was opened from.
  std::string here; ///< Likewise.
};

/// A repository of somebody else's could name programs to run: git and its library open it only where the
/// user says so. Where nobody ever set `safe.directory`, the library reports just that.
bool belongs_to_another(int code) {
  constexpr int other_owner = -36; // GIT_EOWNER, which old headers lack
  const git_error* error = library().error_last();
  return code == other_owner ||
         (code == GIT_ENOTFOUND && error != nullptr && error->klass == GIT_ERROR_CONFIG);
}

text::Failure cannot_open(int code, const std::string& directory) {
  if (belongs_to_another(code))
    return {
        "the git repository at or above " + directory +
        " belongs to another user; if you trust it: git config --global --add safe.directory DIRECTORY, with "
        "its root"};
  if (code == GIT_ENOTFOUND)
    return {"no git repository at or above " + directory +
            "; two directories can be compared anywhere: slsaudit diff OLD NEW"};
  return {"cannot read the git repository at or above " + directory + ": " + last_error()};
}

text::Result<std::shared_ptr<Repository>> open_repository(const std::string& directory) {
  if (!library().loaded) return text::Failure{std::string(no_library)};
  auto repository = std::make_shared<Repository>();
  git_repository* handle = nullptr;
  const std::string here = canonical_directory(directory);
  const int code = library().repository_open_ext(&handle, here.c_str(), 0, nullptr);
  if (code != 0) return cannot_open(code, here);
  repository->handle.reset(handle);
  const char* work = library().repository_workdir(handle);
  repository->here = here;
  repository->root = work == nullptr ? here : canonical_directory(work);
  // From within `.git` itself: the tree's root.
  const bool outside = !text::is_within(here, repository->root) ||
                       text::is_within(here, text::join_path(repository->root, ".git"));
  if (work != nullptr && outside) repository->here = repository->root;
  return repository;
}

text::Result<ObjectPtr> find_commit(const Repository& repository, const std::string& name) {
  git_object* found = nullptr;
  const int code = library().revparse_single(&found, repository.handle.get(), name.c_str());
  if (code == GIT_EAMBIGUOUS)
    return text::Failure{"`" + name + "` may be several revisions; give more of it"};
  if (code != 0) return text::Failure{"no revision `" + name + "` in the repository at " + repository.root};
  const ObjectPtr object(found);
  git_object* commit = nullptr;
  if (library().object_peel(&commit, object.get(), GIT_OBJECT_COMMIT) != 0)
    return text::Failure{"`" + name + "` names no commit"};
  return ObjectPtr(commit);
}

/// "A...B": where their histories parted.
text::Result<ObjectPtr> find_base(const Repository& repository, const std::string& one,
                                  const std::string& other) {
  const auto left = find_commit(repository, one);
  if (!left.ok()) return text::Failure{left.error()};
  const auto right = find_commit(repository, other);
  if (!right.ok()) return text::Failure{right.error()};
  git_oid base{};
  git_object* commit = nullptr;
  const bool found =
      library().merge_base(&base, repository.handle.get(), library().object_id(left.value().get()),
                           library().object_id(right.value().get())) == 0 &&
      library().object_lookup(&commit, repository.handle.get(), &base, GIT_OBJECT_COMMIT) == 0;
  if (found) return ObjectPtr(commit);
  return text::Failure{"`" + one + "` and `" + other +
                       "` have no commit in common here; a shallow clone lacks it: git fetch --unshallow"};
}

/// One place in a tree. Of a symbolic link that leads nowhere there is none.
struct Place {
  std::string path; ///< From the tree's root, links resolved; empty of the root itself.
  git_oid id{};
  bool is_directory = false;
};

class TreeFiles final : public text::FileSystem {
public:
  TreeFiles(std::shared_ptr<Repository> repository, std::string name, TreePtr tree)
      : repository_(std::move(repository)), name_(std::move(name)), tree_(std::move(tree)) {}

  [[nodiscard]] text::Result<std::string> read(const std::string& path,
                                               std::size_t max_bytes) const override {
    const std::scoped_lock lock(mutex_);
    const auto place = find(path);
    if (!place) return cannot("read", path, "no such file");
    if (place->is_directory) return cannot("read", path, "it is a directory");
    git_blob* found = nullptr;
    if (library().blob_lookup(&found, repository_->handle.get(), &place->id) != 0)
      return cannot("read", path, "its content is not in this clone");
    const BlobPtr blob(found);
    const auto size = static_cast<std::size_t>(library().blob_rawsize(blob.get()));
    if (size > max_bytes)
      return cannot("read", path, "larger than the limit of " + std::to_string(max_bytes) + " bytes");
    return std::string(static_cast<const char*>(library().blob_rawcontent(blob.get())), size);
  }

  [[nodiscard]] bool is_file(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    const auto place = find(path);
    return place && !place->is_directory;
  }

  [[nodiscard]] bool is_directory(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    // What tells the repository's root; nothing in it can be read.
    if (absolute(path) == text::join_path(repository_->root, ".git")) return true;
    const auto place = find(path);
    return place && place->is_directory;
  }

  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    const auto place = find(path);
    if (!place || !place->is_directory) return cannot("list", path, "no such directory");
    const TreePtr tree = open_tree(place->id);
    if (!tree) return cannot("list", path, "its content is not in this clone");
    std::vector<text::DirectoryEntry> entries;
    for (std::size_t i = 0; i < library().tree_entrycount(tree.get()); ++i) {
      const git_tree_entry* entry = library().tree_entry_byindex(tree.get(), i);
      if (library().tree_entry_type(entry) == GIT_OBJECT_COMMIT) continue; // a submodule
      const std::string name = library().tree_entry_name(entry);
      const bool is_link = library().tree_entry_filemode(entry) == GIT_FILEMODE_LINK;
      bool is_directory = library().tree_entry_type(entry) == GIT_OBJECT_TREE;
      if (is_link) {
        const auto target = find_below(place->path.empty() ? name : place->path + "/" + name);
        is_directory = target && target->is_directory;
      }
      entries.push_back({name, is_directory, is_link});
    }
    std::ranges::sort(entries, {},
                      &text::DirectoryEntry::name); // git sorts directories as if they ended in /
    return entries;
  }

  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    const auto place = find(path);
    if (!place) return cannot("resolve", path, "no such file");
    return text::join_path(repository_->root, place->path);
  }

private:
  static constexpr int max_links = 40; ///< On the way to one file; as many as the disk follows.

  [[nodiscard]] text::Failure cannot(std::string_view what, const std::string& path,
                                     const std::string& reason) const {
    return {"cannot " + std::string(what) + " " + path + " of " + name_ + ": " + reason};
  }

  [[nodiscard]] std::string absolute(const std::string& path) const {
    return text::join_path(repository_->here, path);
  }

  [[nodiscard]] TreePtr open_tree(const git_oid& id) const {
    git_tree* tree = nullptr;
    return TreePtr(library().tree_lookup(&tree, repository_->handle.get(), &id) == 0 ? tree : nullptr);
  }

  [[nodiscard]] std::optional<Place> find(const std::string& path) const {
    const std::string full = absolute(path);
    const std::string& root = repository_->root;
    if (full == root) return find_below("");
    if (!text::is_within(full, root)) return std::nullopt;
    return find_below(full.substr(root == "/" ? 1 : root.size() + 1));
  }

  /// Component by component, so that a link on the way is followed too.
  [[nodiscard]] std::optional<Place> find_below(std::string rest) const {
    Place at{"", *library().tree_id(tree_.get()), true};
    for (int links = 0; !rest.empty();) {
      const TreePtr tree = at.is_directory ? open_tree(at.id) : TreePtr();
      if (!tree) return std::nullopt;
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      const std::string name = rest.substr(0, slash);
      const std::string after = rest.substr(std::min(slash + 1, rest.size()));
      const git_tree_entry* entry = library().tree_entry_byname(tree.get(), name.c_str());
      if (entry == nullptr || library().tree_entry_type(entry) == GIT_OBJECT_COMMIT) return std::nullopt;
      if (library().tree_entry_filemode(entry) == GIT_FILEMODE_LINK) {
        auto target = link_target(at.path, *library().tree_entry_id(entry));
        if (!target || ++links > max_links) return std::nullopt;
        rest = after.empty() ? *target : text::join_path(*target, after);
        if (rest == ".") rest.clear();
        at = {"", *library().tree_id(tree_.get()), true};
        continue;
      }
      at.path += (at.path.empty() ? "" : "/") + name;
      at.id = *library().tree_entry_id(entry);
      at.is_directory = library().tree_entry_type(entry) == GIT_OBJECT_TREE;
      rest = after;
    }
    return at;
  }

  /// From the tree's root; nothing where it leads out of the tree.
  [[nodiscard]] std::optional<std::string> link_target(const std::string& directory,
                                                       const git_oid& id) const {
    git_blob* found = nullptr;
    if (library().blob_lookup(&found, repository_->handle.get(), &id) != 0) return std::nullopt;
    const BlobPtr blob(found);
    const std::string target(static_cast<const char*>(library().blob_rawcontent(blob.get())),
                             static_cast<std::size_t>(library().blob_rawsize(blob.get())));
    if (target.starts_with('/')) return std::nullopt;
    std::string path = text::join_path(directory.empty() ? "." : directory, target);
    if (path == ".." || path.starts_with("../")) return std::nullopt;
    return path;
  }

  std::shared_ptr<Repository> repository_;
  std::string name_;
  TreePtr tree_;
  mutable std::mutex mutex_; ///< The library's objects belong to one thread at a time.
};

} // namespace

bool available() {
  return library().loaded;
}

text::Result<Revision> open_revision(const std::string& directory, const std::string& name) {
  auto opened = open_repository(directory);
  if (!opened.ok()) return text::Failure{opened.error()};
  std::shared_ptr<Repository> repository = std::move(opened).value();
  const std::size_t dots = name.find("...");
  const auto commit = dots == std::string::npos
                          ? find_commit(*repository, name)
                          : find_base(*repository, name.substr(0, dots), name.substr(dots + 3));
  if (!commit.ok()) return text::Failure{commit.error()};
  git_object* tree = nullptr;
  if (library().object_peel(&tree, commit.value().get(), GIT_OBJECT_TREE) != 0)
    return text::Failure{"the files of `" + name + "` are not in this clone: " + last_error()};
  TreePtr owned(reinterpret_cast<git_tree*>(tree)); // a git_tree is a git_object: so the library's own casts
  std::string id = hex(*library().object_id(commit.value().get()));
  auto files = std::make_unique<TreeFiles>(std::move(repository), name, std::move(owned));
  return Revision{name, std::move(id), std::move(files)};
}

std::vector<std::string> reference_names(const std::string& directory) {
  const auto opened = open_repository(directory);
  std::vector<std::string> names;
  if (!opened.ok()) return names;
  git_reference_iterator* iterator = nullptr;
  if (library().reference_iterator_new(&iterator, opened.value()->handle.get()) != 0) return names;
  for (git_reference* reference = nullptr; library().reference_next(&reference, iterator) == 0;) {
    names.emplace_back(library().reference_shorthand(reference));
    library().reference_free(reference);
  }
  library().reference_iterator_free(iterator);
  std::ranges::sort(names);
  return names;
}

} // namespace slsaudit::git

#endif
