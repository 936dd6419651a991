// SPDX-License-Identifier: Apache-2.0
// `list.filter(r, r.type == 'AWS::S3::Bucket' && …)`, asked again and again, without looking at each item
// each time: which items of a list give which answer to `r.type` is noted once.
#pragma once

#include "cel/value.hpp"
#include "parallel/once.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace slsaudit::cel {

/// Ascending positions in a list.
using Positions = std::vector<std::uint32_t>;

/// Positions of one list, or of several together.
class Choice {
public:
  Choice() = default;
  Choice(Choice&&) = default;
  Choice& operator=(Choice&&) = default;
  Choice(const Choice&) = delete;
  Choice& operator=(const Choice&) = delete;
  ~Choice() = default;

  /// What is added alone is not copied: it has to stay where it is.
  void add(std::span<const std::uint32_t> more);
  void add(const Choice& more);
  [[nodiscard]] std::span<const std::uint32_t> positions() const { return positions_; }

private:
  void unite(std::span<const std::uint32_t> more);

  Positions united_;
  std::span<const std::uint32_t>
      positions_; ///< Of united_ (which keeps its memory when it moves) or elsewhere.
};

/// What one expression gives for the items of a list. Those for which it is null are left out: they equal no
/// key.
class Answers {
public:
  void add(std::uint32_t position, const Value& answer);
  /// An item of which only the whole comparison tells.
  void add_other(std::uint32_t position) { append(others_, position); }
  /// Items that may equal the key, which must be usable: those that surely do, and those of which only the
  /// whole comparison tells.
  [[nodiscard]] const Positions& equal_to(const Value& key) const;
  [[nodiscard]] const Positions& others() const { return others_; }

  /// A string, object or whole number that rests on no assumption (what differs from it does so whatever is
  /// assumed), and that no answer of another type can be equal to: in templates, "30" is 30.
  [[nodiscard]] bool is_usable(const Value& key) const;

private:
  /// An item may have several answers.
  static void append(Positions& positions, std::uint32_t position) {
    if (positions.empty() || positions.back() != position) positions.push_back(position);
  }
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Positions, Hash, std::equal_to<>> strings_;
  std::unordered_map<std::int64_t, Positions> numbers_;
  std::unordered_map<const Object*, Positions> objects_;
  Positions others_;
  bool has_template_strings_ = false;
};

/// The answers of all expressions over lists that stay as they are: those of one system. Safe to use from
/// several threads.
class Lookups {
public:
  /// `make` fills the answers; it is called once for each list and text, which says the same as the
  /// expression.
  template <class Make> const Answers& answers(const List& list, std::string_view text, Make make) {
    Entry& found = entry(list, text);
    found.once.call([&] { make(found.answers); });
    return found.answers;
  }

private:
  struct Entry {
    parallel::Once once;
    Answers answers;
  };
  Entry& entry(const List& list, std::string_view text);

  std::mutex mutex_;
  std::map<const List*, std::map<std::string, std::unique_ptr<Entry>, std::less<>>> entries_;
};

} // namespace slsaudit::cel
