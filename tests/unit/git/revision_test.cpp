// SPDX-License-Identifier: Apache-2.0
#include "git/revision.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace slsaudit;

#if !__has_include(<git2.h>)

TEST_CASE("a build without libgit2 says what to do instead") {
  if (git::available()) return;
  const auto opened = git::open_revision(".", "HEAD");
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().find("compare two directories instead") != std::string::npos);
  CHECK(git::reference_names(".").empty());
}

#else

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <git2.h>
#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace {

enum class Kind : std::uint8_t { file, link, submodule };
struct Content {
  std::string bytes;
  Kind kind = Kind::file;
};
using Commit = std::map<std::string, Content>;

/// A repository in a temporary directory, written by the library alone.
class TemporaryRepository {
public:
  explicit TemporaryRepository(bool bare = false) {
    git_libgit2_init();
    std::string name = (fs::temp_directory_path() / "slsaudit-git-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory_ = fs::canonical(name);
    REQUIRE(git_repository_init(&repository_, directory_.c_str(), bare ? 1U : 0U) == 0);
    REQUIRE(git_repository_set_head(repository_, "refs/heads/main") == 0);
  }
  ~TemporaryRepository() {
    git_repository_free(repository_);
    git_libgit2_shutdown();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  TemporaryRepository(const TemporaryRepository&) = delete;
  TemporaryRepository& operator=(const TemporaryRepository&) = delete;

  [[nodiscard]] std::string path(const std::string& below = "") const {
    return (directory_ / below).string();
  }
  [[nodiscard]] git_repository* handle() const { return repository_; }

  /// All of the tree's files; gives the commit's id.
  std::string commit(const Commit& files, const std::string& branch = "main",
                     const std::optional<std::string>& parent = std::nullopt) {
    git_index* index = nullptr;
    REQUIRE(git_index_new(&index) == 0);
    git_oid tree_id{};
    for (const auto& [path, content] : files) add(index, path, content);
    REQUIRE(git_index_write_tree_to(&tree_id, index, repository_) == 0);
    git_index_free(index);
    git_tree* tree = nullptr;
    REQUIRE(git_tree_lookup(&tree, repository_, &tree_id) == 0);
    git_signature* author = nullptr;
    REQUIRE(git_signature_new(&author, "Author", "author@example.com", 1700000000, 0) == 0);
    git_commit* before = nullptr;
    if (parent) {
      git_oid id{};
      REQUIRE(git_oid_fromstr(&id, parent->c_str()) == 0);
      REQUIRE(git_commit_lookup(&before, repository_, &id) == 0);
    }
    const git_commit* parents[] = {before};
    git_oid id{};
    REQUIRE(git_commit_create(&id, repository_, nullptr, author, author, nullptr, "A commit", tree,
                              before == nullptr ? 0 : 1, parents) == 0);
    git_reference* reference = nullptr;
    REQUIRE(git_reference_create(&reference, repository_, ("refs/heads/" + branch).c_str(), &id, 1,
                                 nullptr) == 0);
    git_reference_free(reference);
    git_commit_free(before);
    git_signature_free(author);
    git_tree_free(tree);
    std::string hex(GIT_OID_HEXSZ, '0');
    git_oid_fmt(hex.data(), &id);
    return hex;
  }

private:
  void add(git_index* index, const std::string& path, const Content& content) {
    git_index_entry entry{};
    entry.path = path.c_str();
    entry.mode = content.kind == Kind::link ? GIT_FILEMODE_LINK : GIT_FILEMODE_BLOB;
    if (content.kind == Kind::submodule) {
      entry.mode = GIT_FILEMODE_COMMIT;
      REQUIRE(git_oid_fromstr(&entry.id, "1234567890123456789012345678901234567890") == 0);
    } else {
      REQUIRE(git_blob_create_from_buffer(&entry.id, repository_, content.bytes.data(),
                                          content.bytes.size()) == 0);
    }
    REQUIRE(git_index_add(index, &entry) == 0);
  }

  fs::path directory_;
  git_repository* repository_ = nullptr;
};

git::Revision open(const std::string& directory, const std::string& name) {
  auto opened = git::open_revision(directory, name);
  INFO((opened.ok() ? "" : opened.error()));
  REQUIRE(opened.ok());
  return std::move(opened).value();
}

std::string error_of(const std::string& directory, const std::string& name) {
  const auto opened = git::open_revision(directory, name);
  REQUIRE_FALSE(opened.ok());
  return opened.error();
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

constexpr std::size_t no_limit = 1U << 20U;

std::string read(const text::FileSystem& files, const std::string& path) {
  const auto bytes = files.read(path, no_limit);
  return bytes.ok() ? bytes.value() : "error: " + bytes.error();
}

} // namespace

TEST_CASE("a revision reads like a directory") {
  TemporaryRepository repository;
  const std::string id = repository.commit(
      {{"a.yaml", {"one"}}, {"services/orders/template.yaml", {"two"}}, {"services/orders.txt", {"three"}}});
  repository.commit({{"a.yaml", {"changed"}}}, "main", id);
  const git::Revision revision = open(repository.path(), id.substr(0, 10));
  const text::FileSystem& files = *revision.files;
  CHECK(revision.commit == id);
  CHECK(read(files, "a.yaml") == "one");
  CHECK(read(*open(repository.path(), "main").files, "a.yaml") == "changed");
  CHECK(read(*open(repository.path(), "HEAD~1").files, "a.yaml") == "one");
  CHECK(read(files, "./services/../services/orders/template.yaml") == "two");
  CHECK(read(files, repository.path("services/orders/template.yaml")) == "two");
  CHECK(files.is_file("a.yaml"));
  CHECK_FALSE(files.is_file("services"));
  CHECK(files.is_directory("services"));
  CHECK(files.is_directory("."));
  CHECK(files.is_directory(".git")); // so that the repository's root is found
  CHECK_FALSE(files.is_file(".git/config"));
  const auto entries = files.list("services");
  REQUIRE(entries.ok());
  REQUIRE(entries.value().size() == 2);
  CHECK(entries.value()[0].name == "orders"); // git has "orders.txt" first
  CHECK(entries.value()[0].is_directory);
  CHECK(entries.value()[1].name == "orders.txt");
  CHECK(files.canonical("services/orders").value() == repository.path("services/orders"));
  CHECK(files.canonical(".").value() + "/" == repository.path());
}

TEST_CASE("what a revision doesn't have is told with its name") {
  TemporaryRepository repository;
  repository.commit({{"a.yaml", {"12345"}}, {"b/c.yaml", {""}}});
  const git::Revision revision = open(repository.path(), "main");
  CHECK(read(*revision.files, "d.yaml") == "error: cannot read d.yaml of main: no such file");
  CHECK(read(*revision.files, "b") == "error: cannot read b of main: it is a directory");
  CHECK(revision.files->read("a.yaml", 5).ok());
  CHECK(revision.files->read("a.yaml", 4).error() ==
        "cannot read a.yaml of main: larger than the limit of 4 bytes (file-size)");
  CHECK_FALSE(revision.files->list("a.yaml").ok());
  CHECK_FALSE(revision.files->canonical("d.yaml").ok());
  CHECK(read(*revision.files, "a.yaml/b") == "error: cannot read a.yaml/b of main: no such file");
  CHECK_FALSE(revision.files->is_file("../outside.yaml"));
  CHECK_FALSE(revision.files->is_file("/etc/passwd"));
}

TEST_CASE("links count where they stay within the revision, submodules never") {
  TemporaryRepository repository;
  repository.commit({{"a/real.yaml", {"here"}},
                     {"a/near.yaml", {"real.yaml", Kind::link}},
                     {"b/far.yaml", {"../a/near.yaml", Kind::link}},
                     {"c", {"a", Kind::link}},
                     {"d", {".", Kind::link}},
                     {"out.yaml", {"../../etc/passwd", Kind::link}},
                     {"absolute.yaml", {"/etc/passwd", Kind::link}},
                     {"loop.yaml", {"loop.yaml", Kind::link}},
                     {"gone.yaml", {"nowhere.yaml", Kind::link}},
                     {"module", {"", Kind::submodule}}});
  const git::Revision revision = open(repository.path(), "main");
  const text::FileSystem& files = *revision.files;
  CHECK(read(files, "a/near.yaml") == "here");
  CHECK(read(files, "b/far.yaml") == "here");
  CHECK(read(files, "c/real.yaml") == "here");
  CHECK(read(files, "d/d/a/real.yaml") == "here");
  CHECK(files.canonical("b/far.yaml").value() == repository.path("a/real.yaml"));
  for (const char* path : {"out.yaml", "absolute.yaml", "loop.yaml", "gone.yaml", "module", "module/x"}) {
    INFO(path);
    CHECK_FALSE(files.is_file(path));
    CHECK_FALSE(files.is_directory(path));
    CHECK_FALSE(files.read(path, no_limit).ok());
  }
  const auto entries = files.list(".");
  REQUIRE(entries.ok());
  std::string listed;
  for (const text::DirectoryEntry& entry : entries.value())
    listed += entry.name + (entry.is_symlink ? "@" : "") + (entry.is_directory ? "/ " : " ");
  CHECK(listed == "a/ absolute.yaml@ b/ c@/ d@/ gone.yaml@ loop.yaml@ out.yaml@ ");
}

TEST_CASE("the repository is found upwards, and paths are as seen from below") {
  TemporaryRepository repository;
  repository.commit({{"a.yaml", {"top"}}, {"services/b.yaml", {"below"}}});
  fs::create_directories(repository.path("services/deep"));
  const git::Revision revision = open(repository.path("services"), "main");
  CHECK(read(*revision.files, "b.yaml") == "below");
  CHECK(read(*revision.files, "../a.yaml") == "top");
  CHECK(revision.files->canonical(".").value() == repository.path("services"));
  const git::Revision deeper = open(repository.path("services/deep"), "main");
  CHECK_FALSE(deeper.files->is_directory(".")); // the commit has no such directory
  CHECK(read(*deeper.files, "../b.yaml") == "below");
}

TEST_CASE("a bare repository, a tag, packed references, a linked working tree") {
  TemporaryRepository bare(true);
  const std::string id = bare.commit({{"a.yaml", {"one"}}});
  CHECK(read(*open(bare.path(), "main").files, "a.yaml") == "one");

  TemporaryRepository repository;
  const std::string first = repository.commit({{"a.yaml", {"first"}}});
  git_object* target = nullptr;
  REQUIRE(git_revparse_single(&target, repository.handle(), "main") == 0);
  git_signature* author = nullptr;
  REQUIRE(git_signature_new(&author, "Author", "author@example.com", 1700000000, 0) == 0);
  git_oid tag{};
  REQUIRE(git_tag_create(&tag, repository.handle(), "v1.0", target, author, "A release", 0) == 0);
  git_signature_free(author);
  git_object_free(target);
  repository.commit({{"a.yaml", {"second"}}}, "main", first);
  git_refdb* references = nullptr;
  REQUIRE(git_repository_refdb(&references, repository.handle()) == 0);
  REQUIRE(git_refdb_compress(references) == 0);
  git_refdb_free(references);
  CHECK(read(*open(repository.path(), "v1.0").files, "a.yaml") == "first");
  CHECK(read(*open(repository.path(), "main").files, "a.yaml") == "second");

  const std::string linked = repository.path("linked");
  git_worktree* worktree = nullptr;
  REQUIRE(git_worktree_add(&worktree, repository.handle(), "linked", linked.c_str(), nullptr) == 0);
  git_worktree_free(worktree);
  const git::Revision revision = open(linked, "v1.0");
  CHECK(read(*revision.files, "a.yaml") == "first");
  CHECK(revision.files->canonical("a.yaml").value() == linked + "/a.yaml");
}

TEST_CASE("three dots are the commit in common") {
  TemporaryRepository repository;
  const std::string base = repository.commit({{"a.yaml", {"base"}}});
  repository.commit({{"a.yaml", {"main"}}}, "main", base);
  repository.commit({{"a.yaml", {"branch"}}}, "branch", base);
  repository.commit({{"a.yaml", {"other"}}}, "unrelated");
  const git::Revision revision = open(repository.path(), "main...branch");
  CHECK(revision.commit == base);
  CHECK(read(*revision.files, "a.yaml") == "base");
  CHECK(says(error_of(repository.path(), "main...unrelated"), "have no commit in common here"));
  CHECK(says(error_of(repository.path(), "main...nowhere"), "no revision `nowhere`"));
}

TEST_CASE("what can't be opened is told in words") {
  TemporaryRepository repository;
  CHECK(says(error_of(repository.path(), "HEAD"), "no revision `HEAD`")); // nothing is committed yet
  repository.commit({{"a.yaml", {"one"}}});
  CHECK(says(error_of(repository.path(), "mian"), "no revision `mian` in the repository at /"));
  CHECK(says(error_of(repository.path(), "main:a.yaml"), "names no commit"));
  CHECK(says(error_of(repository.path(), ""), "no revision ``"));
  CHECK(says(error_of("/", "main"), "no git repository at or above /"));
  CHECK(says(error_of("/nonexistent", "main"), "no git repository at or above /nonexistent"));
}

TEST_CASE("the names of references are those that people type") {
  TemporaryRepository repository;
  const std::string id = repository.commit({{"a.yaml", {"one"}}});
  repository.commit({{"a.yaml", {"one"}}}, "feature/share");
  CHECK(git::reference_names(repository.path()) == std::vector<std::string>{"feature/share", "main"});
  CHECK(git::reference_names("/").empty());
}

#endif
