// SPDX-License-Identifier: Apache-2.0
// Which action somebody may have meant by a name that is none.
#include "analysis/grants.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::analysis {
namespace {

/// Whether words stand in others in the same order: "Describe Summary" in "Describe Stream Summary".
bool stand_in(const std::vector<std::string>& few, const std::vector<std::string>& many) {
  std::size_t found = 0;
  for (const std::string& word : many) {
    if (found < few.size() && few[found] == word) ++found;
  }
  return found == few.size();
}

/// How an action may be meant by a name that is none, the likeliest first.
enum class Likeness : std::uint8_t {
  misspelt, ///< One or two letters differ.
  longer,   ///< Without words at the end it is the name: SendMessage, of SendMessageBatch.
  shorter,  ///< It lacks words in the middle: DescribeStreamSummary, of DescribeSummary.
  similar,  ///< Some letters differ.
  none,
};

/// Of an action whose words are `others`; `distance` and `letters` are those of the names as written.
Likeness likeness_of(const std::vector<std::string>& words, const std::vector<std::string>& others,
                     std::size_t distance, std::size_t letters) {
  constexpr std::size_t few_letters = 2;
  if (words.empty() || others.empty()) return Likeness::none;
  if (distance <= few_letters && words.front() == others.front()) return Likeness::misspelt;
  const bool cut = others.size() > 1 && others.size() < words.size() &&
                   std::equal(others.begin(), others.end(), words.begin());
  if (cut) return Likeness::longer;
  const bool framed = words.size() > 1 && words.front() == others.front() && words.back() == others.back();
  if (framed && stand_in(words, others)) return Likeness::shorter;
  return distance <= letters / 3 ? Likeness::similar : Likeness::none;
}

/// Whether a name begins with those letters, in lower case; the names of actions begin with a letter.
bool begins_with(std::string_view name, std::string_view letters) {
  return name.size() >= letters.size() &&
         std::ranges::equal(name.substr(0, letters.size()), letters,
                            [](char c, char wanted) { return text::lower(c) == wanted; });
}

/// At least so many edits turn one name into the other: the letters that only one of them has.
std::size_t least_distance(std::string_view left, std::string_view right) {
  std::array<int, 256> counts{};
  for (const char c : left) ++counts[static_cast<unsigned char>(text::lower(c))];
  for (const char c : right) --counts[static_cast<unsigned char>(text::lower(c))];
  std::size_t more = 0;
  for (const char c : left) {
    int& count = counts[static_cast<unsigned char>(text::lower(c))];
    if (count <= 0) continue;
    --count;
    ++more;
  }
  // As many more or fewer are the other's own.
  return left.size() >= right.size() ? more : more + (right.size() - left.size());
}

} // namespace

std::string nearest_action(const Expansions& expansions, std::string_view pattern) {
  const std::size_t colon = pattern.find(':');
  constexpr std::size_t longest = 64;
  if (colon == std::string_view::npos || pattern.size() > longest) return {};
  // A list's comma or quotes that got into the text: without them it may be one, wildcards and all.
  constexpr std::string_view marks = " ,;\"'";
  const std::size_t begin = pattern.find_first_not_of(marks);
  const std::size_t end = pattern.find_last_not_of(marks);
  const std::string trimmed(pattern.substr(begin, end + 1 - begin));
  if (trimmed != pattern && !expansions.of(trimmed).empty()) return trimmed;
  const std::string_view name = pattern.substr(colon + 1);
  const auto& actions = expansions.of(std::string(pattern.substr(0, colon)) + ":*");
  const std::vector<std::string> words = text::words_of(name);
  if (words.empty()) return {};
  const auto same_verb = [&](const knowledge::Action& action) {
    if (!begins_with(action.name, words.front())) return false; // most, without taking all of them apart
    return text::words_of(action.name).front() == words.front();
  };
  // What begins with a verb of the service does that, and nothing else: PutObjectVersion is no
  // GetObjectVersion.
  const bool is_verb = std::ranges::any_of(actions, same_verb);
  std::pair best(Likeness::none, std::size_t{0});
  std::string nearest;
  for (const knowledge::Action& action : actions) {
    if (is_verb && !same_verb(action)) continue;
    const std::vector<std::string> others = text::words_of(action.name);
    const auto at_distance = [&](std::size_t distance) {
      return std::pair(likeness_of(words, others, distance, name.size()), distance);
    };
    const auto is_nearer = [&](const std::pair<Likeness, std::size_t>& likeness) {
      return likeness.first != Likeness::none && (nearest.empty() || likeness < best);
    };
    if (!is_nearer(at_distance(least_distance(name, action.name)))) continue; // tells most that are too far
    const auto likeness = at_distance(text::edit_distance(name, action.name));
    if (!is_nearer(likeness)) continue;
    best = likeness;
    nearest = std::string(action.service) + ":" + std::string(action.name);
  }
  return nearest;
}

} // namespace slsaudit::analysis
