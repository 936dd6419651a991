// SPDX-License-Identifier: Apache-2.0
// Over a collection of public templates: does the fix that is told with a finding, done in that template,
// make the rule find less there, and bring nothing of high severity with it (a circle, a role that lacks what
// it is for, a setting that is refused)? Each file alone is a system.
//
//   corpus_fixes COLLECTION [DIRECTORY|RULE...]
//
// Rules of a directory replace the built-in ones. Prints each rule's share and, for named rules, every fix
// that doesn't. Rules whose fix is advice are left out, and so are findings whose fix is comments alone: no
// edit of a template is meant to silence them.
#include "audit/rule_set.hpp"
#include "rules/examples.hpp"

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

constexpr double least_fixed = 90; ///< Of a hundred.

using Rules = std::vector<const rules::Rule*>;
/// How often each rule is told.
using Told = std::map<std::string, int>;

/// Those that tell what is refused, or does not work at all.
bool is_of_refusals(const rules::Rule& rule) {
  const bool grave = rule.severity->find("high") != std::string::npos;
  const bool others = rule.code == "IAM020" || rule.code == "RES020";
  return grave && (rule.code->starts_with("DEP") || rule.code->starts_with("TPL") || others);
}

Told tally(const std::vector<rules::Finding>& findings) {
  Told told;
  for (const rules::Finding& finding : findings) {
    if (finding.severity >= rules::Severity::high) ++told[finding.code];
  }
  return told;
}

/// What holds now and did not before. Where a fix says that more has to be done, names that it takes away
/// don't count.
std::string brought(const Told& before, const std::vector<rules::Finding>& after, const std::string& fix) {
  const bool says_more =
      fix.find("what names") != std::string::npos || fix.find("with parameters") != std::string::npos;
  for (const auto& [code, times] : tally(after)) {
    const auto known = before.find(code);
    if (known != before.end() && known->second >= times) continue;
    if (code == "TPL003" && says_more) continue;
    const auto told = std::ranges::find(after, code, &rules::Finding::code);
    return "it brings " + code + ": " + told->message;
  }
  return {};
}

struct Count {
  int all = 0;
  int fixed = 0;
};

analysis::Settings settings() {
  analysis::Settings result;
  result.as_of = rules::example_date;
  return result;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

/// Whether a fix is none that can be made: where something can't be known, comments say what is to be chosen.
bool is_advice(const std::string& fix) {
  std::istringstream lines(fix);
  std::string line;
  while (std::getline(lines, line)) {
    if (!line.empty() && line.front() != '#' && !line.starts_with("//")) return false;
  }
  return !fix.empty();
}

/// Why it doesn't fix; empty when it does. A finding that stands for several places is told again for the
/// next of them, with another fix: those are made too.
std::string complaint(const text::MemoryFileSystem& files, const std::string& name, const rules::Rule& rule,
                      const rules::Finding& finding, std::size_t errors_before, const Rules& refusals,
                      const Told& refused_before) {
  constexpr std::size_t most_edits = 10;
  if (finding.fix.empty()) return "there is none";
  const rules::Rule* alone[] = {&rule};
  text::SourceMap sources;
  const std::vector<rules::Finding> before =
      rules::judge_file(files, name, alone, sources, settings()).findings;
  std::vector<rules::Edit> edits = rules::edits_of(finding, sources);
  for (rules::Edit& edit : edits) edit.path.clear();
  while (true) {
    text::SourceMap edited;
    const rules::Trialled after = rules::judge_edited(files, name, edits, alone, edited, settings());
    if (!after.failures.empty()) return after.failures.front();
    if (after.errors.size() > errors_before) return "it breaks the template: " + after.errors.back().message;
    if (after.findings.size() < before.size()) {
      text::SourceMap whole;
      return brought(refused_before,
                     rules::judge_edited(files, name, edits, refusals, whole, settings()).findings,
                     finding.fix);
    }
    // Told of another place than any before.
    const auto next = std::ranges::find_if(after.findings, [&](const rules::Finding& left) {
      return !left.replaced.empty() && std::ranges::none_of(before, [&](const rules::Finding& one) {
        return !one.replaced.empty() && one.replaced.front().place == left.replaced.front().place;
      });
    });
    if (finding.replaced.empty() || next == after.findings.end() || edits.size() >= most_edits)
      return "it leaves: " + after.findings.front().message;
    for (rules::Edit& edit : rules::edits_of(*next, edited)) {
      edit.path.clear();
      edits.push_back(std::move(edit));
    }
  }
}

} // namespace

int main(int count, char** arguments) {
  const std::filesystem::path root = count > 1 ? arguments[1] : "";
  if (!std::filesystem::is_directory(root)) {
    std::printf("no collection of templates at %s: nothing to do\n", root.c_str());
    return 77;
  }
  const std::vector<std::string> words(arguments + std::min(count, 2), arguments + count);
  std::set<std::string> named;
  std::vector<std::string> directories;
  for (const std::string& word : words) {
    if (std::filesystem::is_directory(word))
      directories.push_back(word);
    else
      named.insert(word);
  }
  const audit::RuleSet set = audit::all_rules(text::DiskFileSystem(), directories, audit::Examples::without);
  for (const std::string& error : set.errors) std::printf("%s\n", error.c_str());
  std::map<std::string, const rules::Rule*> by_code;
  Rules judged;
  Rules watching;
  for (const rules::Rule& rule : set.rules) {
    if (is_of_refusals(rule)) watching.push_back(&rule);
    if (rule.fix_is != "edit" || (!named.empty() && !named.contains(rule.code.str()))) continue;
    by_code[rule.code.str()] = &rule;
    judged.push_back(&rule);
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension();
    const bool wanted =
        extension == ".yaml" || extension == ".yml" || extension == ".json" || extension == ".template";
    if (entry.is_regular_file() && wanted && entry.file_size() < 200000 &&
        entry.path().string().find("/malformed/") == std::string::npos)
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::map<std::string, Count> shares;
  int advised = 0;
  for (const std::filesystem::path& path : paths) {
    const std::string name = path.filename();
    const text::MemoryFileSystem files(std::map<std::string, std::string>{{name, read(path)}});
    text::SourceMap sources;
    const rules::Trialled found = rules::judge_file(files, name, judged, sources, settings());
    if (found.findings.empty()) continue;
    text::SourceMap whole;
    const Told refused_before = tally(rules::judge_file(files, name, watching, whole, settings()).findings);
    for (const rules::Finding& finding : found.findings) {
      const auto rule = by_code.find(finding.code);
      if (rule == by_code.end()) continue;
      if (is_advice(finding.edit.empty() ? finding.fix : finding.edit)) {
        ++advised;
        continue;
      }
      Count& share = shares[finding.code];
      ++share.all;
      const std::string why =
          complaint(files, name, *rule->second, finding, found.errors.size(), watching, refused_before);
      if (why.empty()) {
        ++share.fixed;
      } else if (!named.empty()) {
        std::printf("%s %s at `%s`: %s\n%s\n  %s\n", path.c_str(), finding.code.c_str(),
                    finding.resource.c_str(), finding.message.c_str(), finding.fix.c_str(), why.c_str());
      }
    }
  }
  Count total;
  for (const auto& [code, share] : shares) {
    total.all += share.all;
    total.fixed += share.fixed;
    std::printf("%s %d of %d fixed\n", code.c_str(), share.fixed, share.all);
  }
  std::printf("%d findings have advice in the place of an edit\n", advised);
  const double percent = total.all == 0 ? 100 : 100.0 * total.fixed / total.all;
  std::printf("%d of %d findings fixed: %.1f %% (at least %.0f)\n", total.fixed, total.all, percent,
              least_fixed);
  return percent >= least_fixed ? 0 : 1;
}
