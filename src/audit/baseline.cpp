// SPDX-License-Identifier: Apache-2.0
#include "audit/baseline.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace slsaudit::audit {
namespace {

constexpr std::size_t max_baseline_bytes = 64U << 20U;
constexpr std::string_view first_line = "slsaudit baseline 1";

} // namespace

text::Result<std::vector<BaselineEntry>> read_baseline(const text::FileSystem& files,
                                                       const std::string& path) {
  auto bytes = files.read(path, max_baseline_bytes);
  if (!bytes.ok()) return text::Failure{bytes.error()};
  std::istringstream lines(bytes.value());
  std::string line;
  if (!std::getline(lines, line) || line != first_line)
    return text::Failure{path + " is no baseline: its first line is not `" + std::string(first_line) + "`"};
  std::vector<BaselineEntry> entries;
  for (int number = 2; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    std::istringstream words(line);
    BaselineEntry entry;
    if (!(words >> entry.fingerprint >> entry.pathless >> entry.code))
      return text::Failure{path + ":" + std::to_string(number) + ": no entry of a baseline"};
    std::getline(words >> std::ws, entry.path);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<BaselineEntry> baseline_of(const std::vector<rules::Finding>& findings,
                                       const text::SourceMap& sources) {
  std::vector<BaselineEntry> entries;
  for (const rules::Finding& finding : findings) {
    const text::FileId file = finding.template_file.valid() ? finding.template_file : finding.span.file;
    entries.push_back({finding.fingerprint, finding.pathless, finding.code,
                       file.valid() ? std::string(sources.path(file)) : std::string()});
  }
  return entries;
}

std::string baseline_text(const std::vector<rules::Finding>& findings, const text::SourceMap& sources) {
  std::vector<std::string> lines;
  for (const BaselineEntry& entry : baseline_of(findings, sources))
    lines.push_back(entry.fingerprint + " " + entry.pathless + " " + entry.code + " " + entry.path);
  std::ranges::sort(lines);
  std::string text = std::string(first_line) + "\n";
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

BaselineComparison compare(std::vector<rules::Finding> findings, const std::vector<BaselineEntry>& known) {
  BaselineComparison compared;
  if (known.empty()) {
    compared.fresh = std::move(findings);
    return compared;
  }
  std::map<std::string_view, std::size_t> left;
  for (const BaselineEntry& entry : known) ++left[entry.fingerprint];
  std::vector<bool> is_known(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto entry = left.find(findings[i].fingerprint);
    if (entry == left.end() || entry->second == 0) continue;
    --entry->second;
    is_known[i] = true;
  }
  std::map<std::string_view, std::size_t> moved; // what no finding has the whole fingerprint of
  for (const BaselineEntry& entry : known) {
    std::size_t& count = left[entry.fingerprint];
    if (count == 0) continue;
    --count;
    ++moved[entry.pathless];
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!is_known[i]) {
      const auto entry = moved.find(findings[i].pathless);
      is_known[i] = entry != moved.end() && entry->second > 0;
      if (is_known[i]) --entry->second;
    }
    (is_known[i] ? compared.debt : compared.fresh).push_back(std::move(findings[i]));
  }
  return compared;
}

} // namespace slsaudit::audit
