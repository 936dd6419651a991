// SPDX-License-Identifier: Apache-2.0
// The readers on some hundred public templates, and on files that were made to break readers. yaml-cpp is the
// reference that says what the YAML ones mean.
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/syntax.hpp"

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>

using namespace slsaudit;
using test::Read;

namespace {

std::filesystem::path corpus() {
  return test::shared_data() / "corpus";
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool has_error(const syntax::Document& document) {
  return std::any_of(document.problems.begin(), document.problems.end(),
                     [](const text::Problem& problem) { return problem.level == text::ProblemLevel::error; });
}

/// Where the trees differ, or nothing. Recursion is bounded by the reader's depth limit.
std::optional<std::string> difference(const syntax::Node& ours, const YAML::Node& theirs,
                                      const std::string& path) {
  if (ours.is_scalar()) {
    const std::string expected = theirs.IsNull() ? "" : theirs.IsScalar() ? theirs.Scalar() : "(no scalar)";
    const bool null = theirs.IsNull() && syntax::scalar_type(ours) == syntax::ScalarType::null;
    if (null || ours.text == expected) return std::nullopt;
    return path + ": `" + std::string(ours.text) + "` but expected `" + expected + "`";
  }
  const std::size_t count = ours.children.size();
  if (ours.is_sequence() != theirs.IsSequence() || ours.is_mapping() != theirs.IsMap())
    return path + ": other kind";
  if (theirs.size() != count)
    return path + ": " + std::to_string(count) + " children but expected " + std::to_string(theirs.size());
  auto other = theirs.begin();
  for (std::size_t i = 0; i < count; ++i, ++other) {
    const syntax::Entry& entry = ours.children[i];
    const std::string here = path + "/" + (ours.is_mapping() ? std::string(entry.key) : std::to_string(i));
    if (ours.is_mapping()) {
      const std::string key = other->first.IsScalar() ? other->first.Scalar() : "";
      const bool null = other->first.IsNull();
      if (!null && key != entry.key) return here + ": key but expected `" + key + "`";
    }
    auto found = difference(*entry.value, ours.is_mapping() ? other->second : YAML::Node(*other), here);
    if (found) return found;
  }
  return std::nullopt;
}

bool has_merge(const syntax::Node& node) {
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const syntax::Entry& entry) { return entry.merged || has_merge(*entry.value); });
}

/// What must hold of every span, whatever the file. Returns the text of the first span where it doesn't.
class SpanCheck {
public:
  explicit SpanCheck(const Read& read) : read_(read) {}
  std::string run() {
    visit(*read_.document.root);
    return failure_;
  }

private:
  void visit(const syntax::Node& node) {
    check(node);
    std::uint32_t last = node.span.begin;
    for (const syntax::Entry& entry : node.children) {
      const bool shared = entry.merged || entry.value->span.begin < last; // an alias points backwards
      if (!shared) {
        require(node.span.contains(entry.value->span), node);
        last = entry.value->span.end;
      }
      if (node.is_mapping() && !entry.merged) check_key(entry);
      if (!shared) visit(*entry.value);
    }
  }

  void check(const syntax::Node& node) {
    std::string_view text = read_.text(node.span);
    if (node.span.empty()) return;
    require(text.back() != '\n' && text.back() != '\r' && text.back() != ' ', node);
    if (!node.tag.empty() || text.front() == '&') return;
    if (node.style == syntax::Style::double_quoted) require(text.front() == '"' && text.back() == '"', node);
    if (node.style == syntax::Style::single_quoted)
      require(text.front() == '\'' && text.back() == '\'', node);
    const bool one_line = text.find_first_of("\r\n") == std::string_view::npos;
    if (node.is_scalar() && !node.is_quoted() && one_line) require(text == node.text, node);
    const bool bracket = text.front() == '{' || text.front() == '[';
    if (!node.is_scalar() && bracket) require(text.back() == '}' || text.back() == ']', node);
  }

  void check_key(const syntax::Entry& entry) {
    std::string_view key = read_.text(entry.key_span);
    if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'')) key = key.substr(1, key.size() - 2);
    if (key.find_first_of("\\'*&!") != std::string_view::npos) return;
    if (key != entry.key && failure_.empty()) failure_ = "key " + std::string(key);
  }

  void require(bool holds, const syntax::Node& node) {
    if (!holds && failure_.empty())
      failure_ = read_.place(node.span) + " " + std::string(read_.text(node.span).substr(0, 80));
  }

  const Read& read_;
  std::string failure_;
};

/// Nothing where yaml-cpp refuses the text.
std::optional<YAML::Node> reference(const std::string& bytes) {
  try {
    return YAML::Load(bytes);
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

} // namespace

TEST_CASE("public templates are read as the reference reader reads them") {
  const auto files = test::indexed_files();
  if (files.empty()) {
    WARN("skipped: the template collection is not here (set SLSAUDIT_SHARED)");
    return;
  }
  std::size_t templates = 0;
  std::size_t failed = 0;
  std::size_t compared = 0;
  for (const test::IndexedFile& file : files) {
    if (file.kind == "sam-jinja" || file.kind == "ref") continue;
    const std::string bytes = test::read_file(corpus() / file.path);
    const Read read(bytes, file.path);
    templates += 1;
    CAPTURE(file.path, read.problems());
    if (has_error(read.document)) failed += 1;
    if (read.document.root == nullptr) continue;
    CHECK(SpanCheck(read).run().empty());
    const auto expected = reference(bytes);
    if (!expected || has_error(read.document) || has_merge(*read.document.root)) continue;
    compared += 1;
    CHECK(difference(*read.document.root, *expected, "").value_or("") == "");
  }
  INFO(failed << " of " << templates << " failed; " << compared << " compared");
  CHECK(failed * 100 < templates);
  CHECK(compared * 100 > templates * 95);
}

TEST_CASE("files made to break readers end in a tree or an error, with spans inside the text") {
  if (test::indexed_files().empty()) {
    WARN("skipped: the template collection is not here (set SLSAUDIT_SHARED)");
    return;
  }
  for (const auto& path : files_below(corpus())) {
    const Read read(test::read_file(path), path.filename().string());
    CAPTURE(path.string());
    CHECK((read.document.root != nullptr || has_error(read.document)));
    for (const text::Problem& problem : read.document.problems) {
      REQUIRE(problem.span.valid());
      CHECK(problem.span.end <= read.sources.text(read.document.file).size());
      CHECK_FALSE(problem.message.empty());
      CHECK_FALSE(problem.help.empty());
    }
  }
}
