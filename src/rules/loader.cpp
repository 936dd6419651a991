// SPDX-License-Identifier: Apache-2.0
#include "rules/compiled.hpp"
#include "rules/engine.hpp"
#include "rules/rule_reader.hpp"
#include "rules/silence.hpp"
#include "text/encoding.hpp"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace slsaudit::rules {
namespace {

constexpr std::size_t max_summary = 100; ///< Bytes: summaries are table cells.

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Two to five capitals and three digits.
bool is_code(std::string_view code) {
  const auto letters =
      static_cast<std::size_t>(std::find_if_not(code.begin(), code.end(), is_upper) - code.begin());
  const std::string_view digits = code.substr(letters);
  return letters >= 2 && letters <= 5 && digits.size() == 3 &&
         std::all_of(digits.begin(), digits.end(), is_digit);
}

bool is_kebab(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.back() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

bool is_group(std::string_view folder) {
  return folder.size() >= 2 && folder.size() <= 5 && std::all_of(folder.begin(), folder.end(), is_upper);
}

bool has_table(std::string_view name) {
  const auto& all = analysis::Facts::schemas();
  return std::any_of(all.begin(), all.end(), [&](const auto* schema) { return schema->name == name; });
}

/// Kinds that edges have, for `of`.
bool is_edge_kind(std::string_view word) {
  for (int kind = 0; kind <= static_cast<int>(graph::EdgeKind::refers); ++kind) {
    if (graph::name(static_cast<graph::EdgeKind>(kind)) == word) return true;
  }
  return false;
}

/// In a folder that is named like a group, the file is named like its rule.
void check_path(const Rule& rule, RuleReader& reader) {
  const std::string parent = text::parent_path(rule.path);
  const std::string folder =
      parent.substr(parent.rfind('/') == std::string::npos ? 0 : parent.rfind('/') + 1);
  if (!is_group(folder)) return;
  if (folder != rule.group)
    reader.report("code", "`" + rule.code + "` does not belong into the folder `" + folder + "`");
  const std::string file(rule.path->substr(rule.path->rfind('/') + 1));
  if (file != rule.name + ".yaml" && file != rule.name + ".yml") {
    reader.report("name", "`" + rule.name + "` stands in a file named `" + file + "`");
  }
}

void check_words(const Rule& rule, RuleReader& reader) {
  if (!is_code(rule.code))
    reader.report("code", "a code is two to five capitals and three digits, like `CON007`");
  if (!is_kebab(rule.name)) reader.report("name", "a name is lower-case words with `-` between");
  if (rule.profile != "default" && rule.profile != "strict") {
    reader.report("profile", "a profile is `default` or `strict`");
  }
  const bool assumed = rule.confidence->starts_with("assumed: ") && rule.confidence.size() > 9;
  if (rule.confidence != "proved" && !assumed) {
    reader.report("confidence", "confidence is `proved`, or `assumed: ` and what is taken for granted");
  }
  if (rule.holds != "anywhere" && rule.holds != "everywhere")
    reader.report("holds", "`holds` is `anywhere` or `everywhere`");
  if (rule.fix_is != "edit" && rule.fix_is != "advice")
    reader.report("fix-is", "`fix-is` is `edit` or `advice`");
  for (std::size_t i = 0; i < rule.silences.size(); ++i) {
    const auto silenced = silenced_by(rule.silences[i]);
    if (!silenced || !is_code(silenced->code))
      reader.report("silences." + std::to_string(i),
                    "`" + rule.silences[i] + "` is no code, nor a code and up to what (`ABC001 below high`)");
  }
  for (const auto& [tool, ids] : rule.equivalents) {
    if (!is_kebab(tool)) reader.report("equivalents." + tool + ".0", "`" + tool + "` is no tool's name");
  }
  if (rule.summary.size() > max_summary) reader.report("summary", "a summary has at most 100 bytes");
  if (!rule.summary.empty() && rule.summary->ends_with('.'))
    reader.report("summary", "a summary ends without a period");
  for (std::size_t i = 0; i < rule.tags.size(); ++i) {
    if (std::ranges::find(rule_tags(), rule.tags[i]) == rule_tags().end()) {
      reader.report("tags." + std::to_string(i), "there is no tag `" + rule.tags[i] + "`");
    }
  }
}

void check_selection(const Rule& rule, RuleReader& reader) {
  if (!has_table(rule.for_each)) return reader.report("for", "there is no table `" + rule.for_each + "`");
  if (rule.of.empty() || rule.for_each == "resources") return;
  if (rule.for_each != "edges")
    return reader.report("of.0", "`of` goes with the tables `resources` and `edges` only");
  for (std::size_t i = 0; i < rule.of.size(); ++i) {
    if (!is_edge_kind(rule.of[i]))
      reader.report("of." + std::to_string(i), "there is no kind of edge `" + rule.of[i] + "`");
  }
}

void check_expressions(const Rule& rule, RuleReader& reader) {
  for (ExpressionError& error : rules::check_expressions(rule))
    reader.report(error.part, error.offset, std::move(error.message));
}

void check(const Rule& rule, RuleReader& reader) {
  check_words(rule, reader);
  check_path(rule, reader);
  check_selection(rule, reader);
  if (has_table(rule.for_each)) check_expressions(rule, reader);
}

bool is_rule_file(std::string_view name) {
  const auto ends_with = [&](std::string_view end) {
    return name.size() > end.size() && name.substr(name.size() - end.size()) == end;
  };
  return ends_with(".yaml") || ends_with(".yml");
}

/// Holds rows of facts beside the groups of rules.
constexpr std::string_view facts_folder = "knowledge";

/// Files below a directory in the order of their paths; links are not followed.
std::vector<std::string> rule_files(const text::FileSystem& files, const std::string& directory,
                                    std::vector<RuleFileError>& errors) {
  std::vector<std::string> found;
  std::vector<std::string> work{directory};
  while (!work.empty()) {
    const std::string current = std::move(work.back());
    work.pop_back();
    const auto entries = files.list(current);
    if (!entries) {
      errors.push_back({current, 1, 1, entries.error()});
      continue;
    }
    for (const text::DirectoryEntry& entry : entries.value()) {
      if (entry.is_symlink) continue;
      const std::string path = text::join_path(current, entry.name);
      if (entry.is_directory) {
        if (entry.name != facts_folder) work.push_back(path);
      } else if (is_rule_file(entry.name)) {
        found.push_back(path);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Where a file is no text.
RuleFileError bad_bytes(const std::string& path, const text::Decoded& decoded) {
  const std::string_view before = std::string_view(decoded.text).substr(0, decoded.first_bad);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t begin = before.rfind('\n') + 1; // 0 in the first line
  return {path, static_cast<int>(line), static_cast<int>(before.size() - begin) + 1,
          "this is not UTF-8: save the file as UTF-8"};
}

/// Takes no notice of what a document says.
class Unread final : public YAML::EventHandler {
  using Mark = YAML::Mark;
  using Style = YAML::EmitterStyle::value;
  void OnDocumentStart(const Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                       Style /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  Style /*style*/) override {}
  void OnMapEnd() override {}
};

/// The library finds documents without end in a text that begins with a comma: no more than two are asked
/// for.
bool holds_one_document(const std::string& text) {
  std::istringstream input(text);
  YAML::Parser parser(input);
  Unread unread;
  return parser.HandleNextDocument(unread) && !parser.HandleNextDocument(unread);
}

} // namespace

const std::vector<std::string_view>& rule_tags() {
  static const std::vector<std::string_view> all{"security",    "reliability", "cost",
                                                 "performance", "operability", "lock-in"};
  return all;
}

Loaded load(const std::string& path, const std::string& bytes) {
  Loaded loaded;
  // What it says ends up in reports, which are text.
  const text::Decoded decoded = text::to_utf8(bytes);
  const std::string& text = decoded.text;
  if (decoded.bad_count > 0) {
    loaded.errors.push_back(bad_bytes(path, decoded));
    return loaded;
  }
  try {
    if (!holds_one_document(text)) {
      loaded.errors.push_back({path, 1, 1, "a rule file holds one rule"});
      return loaded;
    }
    RuleReader reader(path, text, loaded.errors);
    Rule rule = reader.read(YAML::Load(text));
    if (loaded.errors.empty()) check(rule, reader);
    if (loaded.errors.empty()) loaded.rules.push_back(std::move(rule));
  } catch (const YAML::Exception& error) {
    loaded.errors.push_back({path, error.mark.line + 1, error.mark.column + 1, error.msg});
  }
  return loaded;
}

Loaded load_directory(const text::FileSystem& files, const std::string& directory) {
  constexpr std::size_t max_bytes = 1U << 20U;
  Loaded all;
  std::map<std::string, std::string> owners;
  for (const std::string& path : rule_files(files, directory, all.errors)) {
    const auto bytes = files.read(path, max_bytes);
    if (!bytes) {
      all.errors.push_back({path, 1, 1, bytes.error()});
      continue;
    }
    Loaded one = load(path, bytes.value());
    all.errors.insert(all.errors.end(), one.errors.begin(), one.errors.end());
    for (Rule& rule : one.rules) {
      const auto [owner, is_new] = owners.emplace(rule.code, path);
      if (is_new) {
        all.rules.push_back(std::move(rule));
      } else {
        all.errors.push_back({path, 1, 1, "`" + rule.code + "` is the code of " + owner->second + " too"});
      }
    }
  }
  std::sort(all.rules.begin(), all.rules.end(), [](const Rule& a, const Rule& b) { return a.code < b.code; });
  return all;
}

} // namespace slsaudit::rules
