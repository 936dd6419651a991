// SPDX-License-Identifier: Apache-2.0
// A directory of templates is one system. What is merged into one of them names no resource of another:
// merged there, it would declare one without a type.
#include "rules/examples.hpp"
#include "support/catch.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <set>

using namespace slsaudit;

namespace {

const syntax::Node* below(const syntax::Node* node, std::string_view key) {
  return node == nullptr || !node->is_mapping() ? nullptr : node->get(key);
}

/// Where a template, or what is merged into one, has resources and functions.
std::vector<const syntax::Node*> sections_of(const syntax::Node* root) {
  return {below(root, "Resources"), below(root, "functions"), below(below(root, "resources"), "Resources")};
}

std::set<std::string> ids_in(const std::string& text) {
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, "template.yaml", text);
  std::set<std::string> ids;
  for (const syntax::Node* section : sections_of(document.root)) {
    if (section == nullptr || !section->is_mapping()) continue;
    for (const syntax::Entry& entry : section->children) ids.emplace(entry.key);
  }
  return ids;
}

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// The same template with other ids.
std::string renamed(std::string text, const std::set<std::string>& ids) {
  const std::string suffix = "Elsewhere";
  for (const std::string& id : ids) {
    for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
      const std::size_t end = at + id.size();
      if ((at > 0 && is_of_word(text[at - 1])) || (end < text.size() && is_of_word(text[end]))) continue;
      text.insert(end, suffix);
    }
  }
  return text;
}

/// Ids of another template that an edit would declare.
std::string foreign_in(const std::string& edit, const std::set<std::string>& own,
                       const std::set<std::string>& others) {
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, "fix.yaml", edit);
  std::vector<const syntax::Node*> sections = sections_of(document.root);
  sections.push_back(document.root);
  std::string found;
  for (const syntax::Node* section : sections) {
    if (section == nullptr || !section->is_mapping()) continue;
    for (const syntax::Entry& entry : section->children) {
      const std::string key(entry.key);
      const bool declares = entry.value->is_mapping() && entry.value->get("Type") == nullptr;
      if (declares && others.contains(key) && !own.contains(key)) found += key + " ";
    }
  }
  return found;
}

/// Ids of another template that an edit names otherwise than in comments.
std::string named_in(const std::string& edit, const std::set<std::string>& own,
                     const std::set<std::string>& others) {
  std::string found;
  std::string word;
  bool is_comment = false;
  for (const char c : edit + "\n") {
    if (c == '#') is_comment = true;
    if (c == '\n') is_comment = false;
    if (!is_comment && is_of_word(c)) {
      word += c;
      continue;
    }
    if (others.contains(word) && !own.contains(word)) found += word + " ";
    word.clear();
  }
  return found;
}

} // namespace

TEST_CASE("templates of one system may call their resources the same") {
  analysis::Settings settings;
  settings.as_of = rules::example_date;
  for (const rules::Rule& rule : rules::builtin()) {
    for (const rules::Example& example : rule.examples) {
      if (example.kind != "failing" || !example.files.empty()) continue;
      const bool is_service = example.dialect == dialect::Dialect::serverless;
      const std::string name = is_service ? "serverless.yml" : "template.yaml";
      const text::MemoryFileSystem files(
          std::map<std::string, std::string>{{"a/" + name, example.text}, {"b/" + name, example.text}});
      text::SourceMap sources;
      const std::vector<const rules::Rule*> judged{&rule};
      CAPTURE(rule.code, example.name);
      CHECK(rules::judge_file(files, "a/" + name, judged, sources, settings).failures.empty());
    }
  }
}

TEST_CASE("the fix of one template of a system is about resources of that template") {
  analysis::Settings settings;
  settings.as_of = rules::example_date;
  for (const rules::Rule& rule : rules::builtin()) {
    for (const rules::Example& example : rule.examples) {
      const std::set<std::string> ids = ids_in(example.text);
      if (example.kind != "failing" || !example.files.empty() || ids.empty()) continue;
      const std::string other = renamed(example.text, ids);
      const bool is_service = example.dialect == dialect::Dialect::serverless;
      const std::string name = is_service ? "serverless.yml" : "template.yaml";
      const std::map<std::string, std::string> texts{{"a/" + name, example.text}, {"b/" + name, other}};
      const text::MemoryFileSystem files(texts);
      text::SourceMap sources;
      const std::vector<const rules::Rule*> judged{&rule};
      const auto trialled = rules::judge_file(files, "a/" + name, judged, sources, settings);
      for (const rules::Finding& finding : trialled.findings) {
        if (!finding.span.valid()) continue;
        const std::string path(
            sources.path(finding.template_file.valid() ? finding.template_file : finding.span.file));
        const bool is_first = path.starts_with("a/");
        const std::set<std::string> theirs = ids_in(is_first ? other : example.text);
        const std::set<std::string> own = ids_in(is_first ? example.text : other);
        for (const rules::Edit& edit : rules::edits_of(finding, sources)) {
          CAPTURE(rule.code, example.name, path, edit.text);
          CHECK(named_in(edit.text, own, theirs) == "");
          if (edit.replaced.valid())
            CHECK(sources.path(edit.replaced.file).starts_with(is_first ? "a/" : "b/"));
          else
            CHECK(foreign_in(edit.text, own, theirs) == "");
        }
      }
    }
  }
}
