// SPDX-License-Identifier: Apache-2.0
// What the shards of an audit left behind, put together: systems (docs/schemas/system-line.schema.json) from
// ndjson and from SARIF, and the findings that baselines know. Shards are somebody's files: nothing of them
// is taken over but fields that are known, each with the type that it must have.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

/// Something wrong with a shard; `place` is "FILE:LINE", or the file.
struct ShardProblem {
  std::string place;
  std::string message;
  friend bool operator<(const ShardProblem& left, const ShardProblem& right) {
    return left.place != right.place ? left.place < right.place : left.message < right.message;
  }
  friend bool operator==(const ShardProblem&, const ShardProblem&) = default;
};

class Shards {
public:
  /// Takes in one shard: lines of `slsaudit check --roots-from`, a SARIF log of slsaudit or a baseline. What
  /// is wrong with it is told in problems(); the rest is taken.
  void add(const std::string& path, std::string text);

  /// Canonical lines by root, without line feeds: the same whatever the order of shards, and however often
  /// one came. They live as long as this.
  [[nodiscard]] const std::map<std::string, std::string_view>& systems() const { return systems_; }
  /// Entries of baselines, and how many of each there are in the baseline that has most.
  [[nodiscard]] const std::map<std::string, std::size_t>& baseline() const { return baseline_; }
  /// Roots that came several times and differently, and in how many ways.
  [[nodiscard]] const std::map<std::string, std::size_t>& conflicts() const { return conflicts_; }
  /// Sorted, each once.
  [[nodiscard]] std::vector<ShardProblem> problems() const;

private:
  void add_lines(const std::string& path, std::string_view text);
  void add_sarif(const std::string& path, std::string_view text);
  void add_baseline(const std::string& path, std::string_view text);
  /// `written` is the line in texts_, which is kept where nothing in it had to be changed.
  void keep(const std::string& root, std::string line, std::string_view written = {});
  void tell(std::string place, std::string message) {
    problems_.push_back({std::move(place), std::move(message)});
  }

  std::deque<std::string> texts_; ///< Of shards of lines.
  std::deque<std::string> made_;  ///< Lines that are in none of them as they are kept.
  std::map<std::string, std::string_view> systems_;
  std::map<std::string, std::set<std::string>> seen_; ///< Of conflicts: all lines.
  std::map<std::string, std::size_t> baseline_;
  std::map<std::string, std::size_t> conflicts_;
  std::vector<ShardProblem> problems_;
};

} // namespace slsaudit::report
