// SPDX-License-Identifier: Apache-2.0
#include "report/shards.hpp"

#include "report/shard_json.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace slsaudit::report {

namespace {

constexpr std::string_view baseline_line = "slsaudit baseline 1";

std::string at_line(const std::string& path, std::size_t number) {
  return path + ":" + std::to_string(number);
}

/// Lines of systems say `type` first; a SARIF log is one object, of many lines or of one.
bool looks_like_sarif(std::string_view text) {
  return !text.starts_with("{\"type\"") && text.substr(0, 4096).find("\"runs\"") != text.npos;
}

std::string serialised(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Of two lines of one system the one that counts: the later, then one that is complete; else whichever, but
/// always the same.
bool beats(std::string_view left, std::string_view right) {
  const auto rank = [](std::string_view line) {
    const auto json = parse_foreign(line);
    if (!json) return std::pair(std::string(), false);
    return std::pair(json->value("as_of", ""), json->value("outcome", "") != "incomplete");
  };
  const auto a = rank(left);
  const auto b = rank(right);
  return a != b ? a > b : left < right;
}

} // namespace

void Shards::add(const std::string& path, std::string whole) {
  std::string_view text = whole;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return; // a shard without roots
  if (text.starts_with(baseline_line)) return add_baseline(path, text);
  if (looks_like_sarif(text.substr(begin))) return add_sarif(path, text);
  const std::size_t skipped = whole.size() - text.size();
  texts_.push_back(std::move(whole));
  add_lines(path, std::string_view(texts_.back()).substr(skipped));
}

void Shards::add_lines(const std::string& path, std::string_view text) {
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const bool ended = end < text.size();
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    number += 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (line.size() > max_line_bytes) {
      tell(at_line(path, number), "the line is longer than " + std::to_string(max_line_bytes) + " bytes");
      continue;
    }
    const auto json = parse_foreign(line);
    if (!json || !json->is_object()) {
      tell(at_line(path, number),
           !ended ? "the line ends in the middle: its shard was stopped; audit its roots again"
                  : "no line of JSON as `slsaudit check --roots-from` writes it");
      continue;
    }
    if (const auto type = json->find("type"); type == json->end() || *type != "system") {
      tell(at_line(path, number),
           "not the line of a system: is it of `slsaudit check` without --roots-from?");
      continue;
    }
    CanonicalLine canonical = canonical_line(*json);
    if (!canonical.wrong.empty())
      tell(at_line(path, number), canonical.wrong);
    else
      keep(canonical.root, serialised(canonical.json), line);
  }
}

void Shards::add_sarif(const std::string& path, std::string_view text) {
  const auto log = text.size() <= max_line_bytes ? parse_foreign(text) : std::nullopt;
  const auto runs = log && log->is_object() ? log->find("runs") : Json::const_iterator();
  if (!log || !log->is_object() || runs == log->end() || !runs->is_array()) {
    tell(path, "no whole SARIF log: its shard was stopped, or it is longer than " +
                   std::to_string(max_line_bytes) + " bytes");
    return;
  }
  for (std::size_t i = 0; i < runs->size(); ++i) {
    const std::string name = runs->size() == 1 ? path : path + "#" + std::to_string(i + 1);
    CanonicalLine line = line_of_sarif((*runs)[i], name);
    if (!line.wrong.empty())
      tell(path, "run " + std::to_string(i + 1) + ": " + line.wrong);
    else
      keep(line.root, serialised(line.json));
  }
}

void Shards::add_baseline(const std::string& path, std::string_view text) {
  std::map<std::string, std::size_t> entries;
  std::istringstream lines{std::string(text.substr(text.find('\n') + 1))};
  std::size_t number = 1;
  for (std::string line; std::getline(lines, line);) {
    number += 1;
    if (line.empty()) continue;
    std::istringstream words(line);
    std::string fingerprint;
    std::string pathless;
    std::string code;
    if (words >> fingerprint >> pathless >> code)
      entries[line] += 1;
    else
      tell(at_line(path, number), "no entry of a baseline");
  }
  if (!text.ends_with('\n'))
    tell(at_line(path, number), "the line ends in the middle: write the baseline again");
  for (const auto& [line, count] : entries) baseline_[line] = std::max(baseline_[line], count);
}

void Shards::keep(const std::string& root, std::string line, std::string_view written) {
  const auto [place, is_new] = systems_.try_emplace(root);
  if (!is_new) {
    if (place->second == line) return;
    auto& spellings = seen_[root];
    spellings.insert({std::string(place->second), line});
    conflicts_[root] = spellings.size();
    if (!beats(line, place->second)) return;
  }
  place->second = line == written ? written : made_.emplace_back(std::move(line));
}

std::vector<ShardProblem> Shards::problems() const {
  std::vector<ShardProblem> all = problems_;
  std::ranges::sort(all, [](const ShardProblem& left, const ShardProblem& right) { return left < right; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

} // namespace slsaudit::report
