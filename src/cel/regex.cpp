// SPDX-License-Identifier: Apache-2.0
// Thompson's construction: all states at once, each at most once a code point. What many texts are compared
// with goes by a table of what it has met (regex_states.hpp).
#include "cel/regex.hpp"

#include "cel/regex_parser.hpp"
#include "cel/regex_states.hpp"
#include "cel/text.hpp"

#include <algorithm>
#include <atomic>

namespace slsaudit::cel {

namespace {

constexpr std::size_t longest_program = 20'000;
constexpr std::size_t ascii_characters = 128;

using Op = Regex::Op;

// Recursion: the pattern's groups nest at most 100 levels; each repetition adds one.
class Emitter {
public:
  Emitter(const Pattern& pattern, std::vector<Regex::Instruction>& program, std::vector<Regex::Range>& ranges)
      : pattern_(pattern), program_(program) {
    for (const Regex::Set& set : pattern.sets) {
      first_ranges_.push_back(static_cast<std::uint32_t>(ranges.size()));
      ranges.insert(ranges.end(), set.begin(), set.end());
    }
  }

  bool emit(std::uint32_t id) {
    if (++emitted_ > 10 * longest_program) return false; // repetitions of nothing cost no instructions
    const Pattern::Node& node = pattern_.nodes[id];
    switch (node.kind) {
    case Pattern::Kind::empty:
      return true;
    case Pattern::Kind::set:
      return put(Op::set, first_ranges_[node.set],
                 static_cast<std::uint32_t>(pattern_.sets[node.set].size()));
    case Pattern::Kind::assertion:
      return put(node.assertion);
    case Pattern::Kind::sequence:
      return std::all_of(node.children.begin(), node.children.end(),
                         [&](std::uint32_t each) { return emit(each); });
    case Pattern::Kind::alternatives:
      return alternatives(node);
    case Pattern::Kind::repeat:
      return repeat(node);
    }
    return false;
  }

  bool put(Op op, std::uint32_t x = 0, std::uint32_t y = 0) {
    program_.push_back({op, x, y});
    return program_.size() <= longest_program;
  }

private:
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(program_.size()); }

  bool alternatives(const Pattern::Node& node) {
    std::vector<std::uint32_t> jumps;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const std::uint32_t split = here();
      if (!last && !put(Op::split, split + 1)) return false;
      if (!emit(node.children[i])) return false;
      if (last) break;
      jumps.push_back(here());
      if (!put(Op::jump)) return false;
      program_[split].y = here();
    }
    for (const std::uint32_t jump : jumps) program_[jump].x = here();
    return true;
  }

  bool repeat(const Pattern::Node& node) {
    const std::uint32_t body = node.children[0];
    for (std::uint32_t i = 0; i < node.least; ++i) {
      if (!emit(body)) return false;
    }
    if (node.most == Pattern::unbounded) {
      const std::uint32_t split = here();
      if (!put(Op::split, split + 1) || !emit(body) || !put(Op::jump, split)) return false;
      program_[split].y = here();
      return true;
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = node.least; i < node.most; ++i) {
      splits.push_back(here());
      if (!put(Op::split, here() + 1) || !emit(body)) return false;
    }
    for (const std::uint32_t split : splits) program_[split].y = here();
    return true;
  }

  const Pattern& pattern_;
  std::vector<Regex::Instruction>& program_;
  std::vector<std::uint32_t> first_ranges_; ///< By set.
  std::size_t emitted_ = 0;
};

bool is_word(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr char32_t nothing = 0xFFFFFFFFU; // before the first and behind the last code point

bool holds(Op assertion, char32_t before, char32_t behind) {
  switch (assertion) {
  case Op::begin_text:
    return before == nothing;
  case Op::end_text:
    return behind == nothing;
  case Op::begin_line:
    return before == nothing || before == '\n';
  case Op::end_line:
    return behind == nothing || behind == '\n';
  case Op::word_boundary:
    return is_word(before) != is_word(behind);
  case Op::no_word_boundary:
    return is_word(before) == is_word(behind);
  default:
    return true;
  }
}

bool contains(std::span<const Regex::Range> set, char32_t c) {
  if (set.size() == 1) return set[0].first <= c && c <= set[0].last;
  const auto found = std::upper_bound(
      set.begin(), set.end(), c, [](char32_t each, const Regex::Range& range) { return each < range.first; });
  return found != set.begin() && c <= std::prev(found)->last;
}

bool may_begin(char c, const Regex::Beginnings& beginnings) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= ascii_characters || beginnings.test(byte);
}

/// The next place where a match may begin; the text's end for none.
std::size_t next_beginning(std::string_view text, std::size_t offset, const Regex::Beginnings& beginnings) {
  while (offset < text.size() && !may_begin(text[offset], beginnings)) ++offset;
  return offset;
}

/// What matches from one of the instructions on may begin with; `anchors` gets the `^` on the way, or may be
/// null for where these are behind.
Regex::Beginnings beginnings_from(std::vector<std::uint32_t> pending, const Regex::Form& form,
                                  std::vector<std::uint32_t>* anchors) {
  const auto [program, ranges, unused] = form;
  Regex::Beginnings result;
  result.anchored = true;
  std::vector<bool> seen(program.size());
  while (!pending.empty()) {
    const std::uint32_t at = pending.back();
    pending.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const Regex::Instruction& instruction = program[at];
    if (instruction.op == Op::begin_text && anchors != nullptr) {
      anchors->push_back(at + 1);
      continue;
    }
    if (instruction.op == Op::jump || instruction.op == Op::split) pending.push_back(instruction.x);
    if (instruction.op == Op::split) pending.push_back(instruction.y);
    if (instruction.op == Op::jump || instruction.op == Op::split) continue;
    result.anchored = false;
    if (instruction.op != Op::set) result.may_be_empty = true;
    if (instruction.op != Op::set) continue;
    for (const Regex::Range& range : ranges.subspan(instruction.x, instruction.y)) {
      for (char32_t c = range.first; c <= range.last && c < ascii_characters; ++c) result.set(c);
    }
  }
  return result;
}

Regex::Beginnings beginnings_of(const Regex::Form& form) {
  std::vector<std::uint32_t> anchors;
  const Regex::Beginnings anywhere = beginnings_from({0}, form, &anchors);
  if (!anywhere.anchored) return anywhere;
  Regex::Beginnings result = beginnings_from(std::move(anchors), form, nullptr);
  result.anchored = true;
  return result;
}

} // namespace

Regex::Regex(const Form& form) : form_(form) {
  static std::atomic<std::uint64_t> made = 0;
  id_ = ++made;
}

std::optional<Regex> Regex::compile(std::string_view pattern, std::string& error) {
  error.clear();
  Pattern parsed = parse_pattern(pattern, error);
  if (!error.empty()) return std::nullopt;
  auto owned = std::make_shared<Owned>();
  Emitter emitter(parsed, owned->program, owned->ranges);
  if (!emitter.emit(parsed.root) || !emitter.put(Op::match)) {
    error = "pattern is too large";
    return std::nullopt;
  }
  Form form{owned->program, owned->ranges, {}};
  form.beginnings = beginnings_of(form);
  Regex regex(form);
  regex.owned_ = std::move(owned);
  return regex;
}

std::shared_ptr<const Regex> Patterns::find(std::string_view pattern, std::string& error) const {
  constexpr std::size_t most = 64;
  const std::scoped_lock lock(mutex_);
  for (const auto& [text, regex] : known_) {
    if (text == pattern) return regex;
  }
  auto compiled = Regex::compile(pattern, error);
  if (!compiled) return nullptr;
  auto regex = std::make_shared<const Regex>(std::move(*compiled));
  if (known_.size() < most) known_.emplace_back(pattern, regex);
  return regex;
}

namespace {

/// What matching works with, kept from one text to the next.
struct Scratch {
  std::vector<std::uint32_t> current{};
  std::vector<std::uint32_t> next{};
  std::vector<std::uint32_t> pending{};
  std::vector<std::size_t> seen{}; ///< The step in which a state was last added.
  std::size_t step = 0;            ///< Of all texts.
};

} // namespace

bool Regex::matches(std::string_view text) const {
  const Beginnings& beginnings = form_.beginnings;
  if (beginnings.anchored && !beginnings.may_be_empty &&
      (text.empty() || !may_begin(text.front(), beginnings)))
    return false;
  if (const auto told = matches_by_states(id_, form_, text)) return *told;
  return matches_by_instructions(text);
}

bool Regex::matches_by_instructions(std::string_view text) const {
  const std::span program = form_.program;
  const std::span ranges = form_.ranges;
  const Beginnings& beginnings = form_.beginnings;
  thread_local Scratch scratch;
  std::vector<std::uint32_t>& current = scratch.current;
  std::vector<std::uint32_t>& next = scratch.next;
  std::vector<std::uint32_t>& pending = scratch.pending;
  std::vector<std::size_t>& seen = scratch.seen;
  std::size_t& step = scratch.step;
  next.clear();
  pending.clear();
  if (seen.size() < program.size()) seen.resize(program.size(), 0);
  bool matched = false;
  const auto follow = [&](std::uint32_t start, std::vector<std::uint32_t>& states, char32_t before,
                          char32_t behind) {
    pending.push_back(start);
    while (!pending.empty()) {
      const std::uint32_t at = pending.back();
      pending.pop_back();
      if (seen[at] == step) continue;
      seen[at] = step;
      const Instruction& instruction = program[at];
      switch (instruction.op) {
      case Op::match:
        matched = true;
        break;
      case Op::set:
        states.push_back(at);
        break;
      case Op::jump:
        pending.push_back(instruction.x);
        break;
      case Op::split:
        pending.push_back(instruction.y);
        pending.push_back(instruction.x);
        break;
      default:
        if (holds(instruction.op, before, behind)) pending.push_back(at + 1);
        break;
      }
    }
  };
  char32_t before = nothing;
  std::size_t offset = 0;
  while (true) {
    if (next.empty() && beginnings.anchored && offset > 0) return false;
    // At the text's beginning an alternative with `^` may begin with other characters.
    if (offset > 0 && next.empty() && !beginnings.anchored && !beginnings.may_be_empty) {
      offset = next_beginning(text, offset, beginnings);
      if (offset == text.size()) return false;
    }
    std::size_t behind_offset = offset;
    const char32_t behind = offset < text.size() ? next_code_point(text, behind_offset) : nothing;
    ++step;
    current.clear();
    // `next` holds the set states that took the last code point.
    for (const std::uint32_t state : next) follow(state + 1, current, before, behind);
    if (!beginnings.anchored || offset == 0) follow(0, current, before, behind); // the match may begin here
    if (matched) return true;
    if (behind == nothing) return false;
    next.clear();
    for (const std::uint32_t state : current) {
      if (contains(ranges.subspan(program[state].x, program[state].y), behind)) next.push_back(state);
    }
    before = behind;
    offset = behind_offset;
  }
}

} // namespace slsaudit::cel
