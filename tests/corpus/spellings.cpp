// SPDX-License-Identifier: Apache-2.0
// Over a collection of templates: is the same found in a template, however it is spelt? Each is audited as it
// stands (without its comments, which may hold suppressions), as JSON, and as JSON with the keys of every
// mapping in another order. As JSON, what is told must be the same but for places. In another order, each
// finding must be the same by its code, severity and fingerprint: a list of names follows the text's order.
//
//   corpus_spellings COLLECTION
#include "dialect/cloudformation/call.hpp"
#include "slsaudit/audit.hpp"
#include "support/random_system.hpp"
#include "syntax/reader.hpp"
#include "text/json_escape.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace slsaudit; // NOLINT: a program of one file

/// Of a hundred templates. Where several statements or nested templates are as good a place for a finding,
/// the first one is taken, which is another in another order.
constexpr int most_different = 1;

// --- writing a tree as JSON ---

std::string json_string(std::string_view text) {
  std::string out(1, '"');
  text::append_json_escaped(out, text);
  return out + '"';
}

/// What a plain scalar means; a number only where JSON would write it the same, so that account ids and
/// versions stay what they are.
std::string scalar(const syntax::Node& node) {
  if (node.is_quoted() || (!node.tag.empty() && node.tag != "!!float" && node.tag != "!!int"))
    return json_string(node.text);
  switch (syntax::scalar_type(node)) {
  case syntax::ScalarType::null:
    return "null";
  case syntax::ScalarType::boolean:
    return *syntax::as_boolean(node) ? "true" : "false";
  case syntax::ScalarType::integer: {
    const auto value = syntax::as_integer(node);
    return value && std::to_string(*value) == node.text ? std::string(node.text) : json_string(node.text);
  }
  case syntax::ScalarType::number:
  case syntax::ScalarType::string:
    break;
  }
  return json_string(node.text);
}

/// `shuffler` may be null: then keys stay in their order.
class JsonWriter {
public:
  explicit JsonWriter(support::Random* shuffler) : shuffler_(shuffler) {}
  /// False when the tree says what JSON can't.
  [[nodiscard]] bool exact() const { return exact_; }

  // Recursion is bounded as the reader's: 200 levels.
  std::string write(const syntax::Node& node) {
    const auto call = dialect::cloudformation::as_call(node);
    if (!call || !call->tagged) return untagged(node);
    if (!dialect::cloudformation::is_intrinsic(call->name)) exact_ = false; // A preprocessor's.
    const bool bare = call->name == "Ref" || call->name == "Condition";
    std::string argument = untagged(node);
    if (call->name == "GetAtt" && node.is_scalar()) {
      const std::size_t dot = node.text.find('.');
      if (dot != std::string_view::npos)
        argument =
            "[" + json_string(node.text.substr(0, dot)) + "," + json_string(node.text.substr(dot + 1)) + "]";
    }
    return "{" + json_string((bare ? "" : "Fn::") + std::string(call->name)) + ":" + argument + "}";
  }

private:
  std::string untagged(const syntax::Node& node) {
    switch (node.kind) {
    case syntax::NodeKind::scalar:
      return scalar(node);
    case syntax::NodeKind::sequence:
      return sequence(node);
    case syntax::NodeKind::mapping:
      return mapping(node);
    case syntax::NodeKind::unknown:
      break;
    }
    exact_ = false;
    return "null";
  }
  std::string sequence(const syntax::Node& node) {
    std::string out = "[";
    for (const syntax::Entry& entry : node.children) {
      if (out.size() > 1) out += ",\n";
      out += write(*entry.value);
    }
    return out + "]";
  }
  std::string mapping(const syntax::Node& node) {
    std::vector<const syntax::Entry*> entries;
    for (const syntax::Entry& entry : node.children)
      if (node.find(entry.key) == &entry) entries.push_back(&entry);
    if (entries.size() != node.children.size()) exact_ = false;
    if (shuffler_ != nullptr) support::shuffle(entries, *shuffler_);
    std::string out = "{";
    for (const syntax::Entry* entry : entries) {
      if (out.size() > 1) out += ",\n";
      out += json_string(entry->key) + ": " + write(*entry->value);
    }
    return out + "}";
  }

  support::Random* shuffler_;
  bool exact_ = true;
};

// --- comparing ---

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

using Told = std::multiset<std::string>;

struct Found {
  Told whole;      ///< All but places.
  Told identities; ///< What a baseline would know again.
};

/// What is found in the text, as if the file held it.
Found found(const std::filesystem::path& path, const std::string& text) {
  Options options;
  options.profile = "strict";
  options.as_of = "2026-08-01";
  options.unsaved[path.string()] = text;
  const Audit audit({path.string()}, options);
  Found result;
  for (const Finding& finding : audit.findings()) {
    const std::string name = finding.code + " " + std::to_string(static_cast<int>(finding.level));
    result.whole.insert(name + " `" + finding.resource + "` " + finding.property + ": " + finding.message +
                        " / " + finding.assumption);
    result.identities.insert(name + " " + finding.fingerprint);
  }
  for (const Error& error : audit.errors()) {
    result.whole.insert("error " + error.message);
    result.identities.insert("error");
  }
  return result;
}

/// Prints what only one of them has; whether they are the same.
bool same(const std::filesystem::path& path, const char* spelling, const Told& left, const Told& right) {
  if (left == right) return true;
  std::vector<std::string> lost;
  std::vector<std::string> added;
  std::ranges::set_difference(left, right, std::back_inserter(lost));
  std::ranges::set_difference(right, left, std::back_inserter(added));
  std::printf("%s %s\n", path.c_str(), spelling);
  for (const std::string& line : lost) std::printf("  - %s\n", line.c_str());
  for (const std::string& line : added) std::printf("  + %s\n", line.c_str());
  return false;
}

struct Tally {
  int templates = 0;
  int findings = 0;
  int different = 0;
};

void compare(const std::filesystem::path& path, Tally& tally) {
  text::SourceMap sources;
  text::Arena arena;
  std::string bytes = read(path);
  const syntax::Document document = syntax::read(sources, arena, path.string(), bytes);
  if (document.root == nullptr || !document.problems.empty() || !document.root->is_mapping()) return;
  std::string plain(sources.text(document.file));
  for (const syntax::Comment& comment : document.comments)
    std::fill(plain.begin() + comment.span.begin, plain.begin() + comment.span.end, ' ');
  const Found as_written = found(path, plain);
  if (as_written.whole.empty()) return; // Nothing to compare: no template, or a clean one.

  JsonWriter ordered(nullptr);
  const std::string ordered_text = ordered.write(*document.root);
  if (!ordered.exact()) return;
  support::Random random(bytes.size());
  const std::string shuffled_text = JsonWriter(&random).write(*document.root);
  ++tally.templates;
  tally.findings += static_cast<int>(as_written.whole.size());
  const bool as_json = same(path, "as JSON", as_written.whole, found(path, ordered_text).whole);
  const bool shuffled = same(path, "with its keys in another order", as_written.identities,
                             found(path, shuffled_text).identities);
  if (!as_json || !shuffled) ++tally.different;
}

} // namespace

int main(int count, char** arguments) {
  const std::filesystem::path root = count > 1 ? arguments[1] : "";
  if (!std::filesystem::exists(root)) {
    std::printf("no collection of templates at %s: nothing to do\n", root.c_str());
    return 77;
  }
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_regular_file(root)) paths.push_back(root);
  const std::set<std::string> extensions{".yaml", ".yml", ".json", ".template"};
  if (paths.empty())
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
      if (entry.is_regular_file() && extensions.contains(entry.path().extension()) &&
          entry.file_size() < 200000 && entry.path().string().find("/malformed/") == std::string::npos)
        paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Tally tally;
  for (const std::filesystem::path& path : paths) compare(path, tally);
  std::printf("%d templates with %d findings: %d find something else when they are spelt otherwise\n",
              tally.templates, tally.findings, tally.different);
  return tally.templates > 0 && tally.different <= tally.templates * most_different / 100 ? 0 : 1;
}
