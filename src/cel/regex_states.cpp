// SPDX-License-Identifier: Apache-2.0
#include "cel/regex_states.hpp"

#include <algorithm>
#include <bitset>
#include <memory>
#include <unordered_map>
#include <utility>

namespace slsaudit::cel {

namespace {

using Op = Regex::Op;

constexpr std::size_t ascii_characters = 128;
constexpr std::size_t most_states = 250;   // more than most patterns have
constexpr std::size_t most_patterns = 512; // of a thread

bool takes(const Regex::Form& form, const Regex::Instruction& set, char32_t c) {
  return std::ranges::any_of(form.ranges.subspan(set.x, set.y),
                             [&](const Regex::Range& range) { return range.first <= c && c <= range.last; });
}

} // namespace

RegexStates::RegexStates(const Regex::Form& form) : seen_(form.program.size()) {
  std::bitset<ascii_characters> begins; // characters that differ from the one before
  for (const Regex::Instruction& instruction : form.program) {
    const bool looks_around = instruction.op == Op::begin_line || instruction.op == Op::end_line ||
                              instruction.op == Op::word_boundary || instruction.op == Op::no_word_boundary;
    is_usable_ = is_usable_ && !looks_around;
    if (instruction.op != Op::set) continue;
    for (const Regex::Range& range : form.ranges.subspan(instruction.x, instruction.y)) {
      if (range.first < ascii_characters) begins.set(range.first);
      if (range.last + 1 < ascii_characters) begins.set(range.last + 1);
    }
  }
  for (std::size_t c = 1; c < ascii_characters; ++c) {
    if (begins.test(c)) ++classes_;
    class_of_[c] = static_cast<std::uint8_t>(classes_ - 1);
  }
  add({});
}

std::optional<bool> RegexStates::matches(const Regex::Form& form, std::string_view text) {
  if (!is_usable_) return std::nullopt;
  std::size_t state = start;
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    if (c >= ascii_characters) return std::nullopt;
    Next next = next_[state * classes_ + class_of_[c]];
    if (next == open) next = step(form, state, c);
    if (next == matched) return true;
    if (next == dead) return false;
    if (next == full) return std::nullopt;
    state = next;
  }
  return matches_end(form, state);
}

RegexStates::Next RegexStates::step(const Regex::Form& form, std::size_t state, unsigned char c) {
  Members waiting;
  Next& next = next_[state * classes_ + class_of_[c]];
  if (follow(form, state, false, waiting)) return next = matched;
  std::erase_if(waiting, [&](std::uint32_t at) { return !takes(form, form.program[at], c); });
  if (waiting.empty() && form.beginnings.anchored) return next = dead;
  std::ranges::sort(waiting);
  const auto known = std::find(states_.begin() + start + 1, states_.end(), waiting);
  if (known != states_.end()) return next = static_cast<Next>(known - states_.begin());
  if (states_.size() == most_states) return full;
  const std::size_t place = state * classes_ + class_of_[c];
  return next_[place] = static_cast<Next>(add(std::move(waiting)));
}

bool RegexStates::matches_end(const Regex::Form& form, std::size_t state) {
  if (!at_end_[state]) {
    Members waiting;
    at_end_[state] = follow(form, state, true, waiting);
  }
  return *at_end_[state];
}

bool RegexStates::follow(const Regex::Form& form, std::size_t state, bool is_end, Members& waiting) {
  ++call_;
  pending_.clear();
  for (const std::uint32_t at : states_[state]) pending_.push_back(at + 1);
  if (state == start || !form.beginnings.anchored) pending_.push_back(0); // the match may begin here
  while (!pending_.empty()) {
    const std::uint32_t at = pending_.back();
    pending_.pop_back();
    if (std::exchange(seen_[at], call_) == call_) continue;
    const Regex::Instruction& instruction = form.program[at];
    switch (instruction.op) {
    case Op::match:
      return true;
    case Op::set:
      waiting.push_back(at);
      break;
    case Op::jump:
      pending_.push_back(instruction.x);
      break;
    case Op::split:
      pending_.push_back(instruction.y);
      pending_.push_back(instruction.x);
      break;
    case Op::begin_text:
      if (state == start) pending_.push_back(at + 1);
      break;
    case Op::end_text:
      if (is_end) pending_.push_back(at + 1);
      break;
    default:
      break; // is_usable_: there are no others
    }
  }
  return false;
}

std::size_t RegexStates::add(Members members) {
  states_.push_back(std::move(members));
  next_.resize(next_.size() + classes_, open);
  at_end_.emplace_back();
  return states_.size() - 1;
}

std::optional<bool> matches_by_states(std::uint64_t pattern, const Regex::Form& form, std::string_view text) {
  struct Entry {
    std::size_t texts = 0;
    std::unique_ptr<RegexStates> states{};
  };
  constexpr std::size_t few = 8;
  thread_local std::unordered_map<std::uint64_t, Entry> entries;
  if (entries.size() == most_patterns && !entries.contains(pattern)) entries.clear();
  Entry& entry = entries[pattern];
  if (++entry.texts <= few) return std::nullopt;
  if (entry.states == nullptr) entry.states = std::make_unique<RegexStates>(form);
  return entry.states->matches(form, text);
}

} // namespace slsaudit::cel
