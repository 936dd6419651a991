// SPDX-License-Identifier: Apache-2.0
// Event patterns and filter policies against what is known of an event: EventBridge's language, which Pipes,
// event source mappings and SNS share.
//
// The answer is three-valued and sound: `never` only when no event of that kind can match, `matches` only
// when every one does.
#pragma once

#include "graph/system.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::graph {

/// Ordered: of several ways the best is the greatest, of several demands the verdict is the smallest.
enum class Verdict : std::uint8_t { never, unknown, matches };

/// A text as far as it is known: all of it, or how it starts and ends.
struct Text {
  std::string start;
  std::string end;      ///< Empty where `whole`.
  bool whole = true;    ///< `start` is all of it.
  NodeId node;          ///< The resource that it names, where one is known.
  bool made_up = false; ///< The platform names that resource: no text that somebody writes out is its name.

  /// Of a known or symbolic string; what can't be known is any text.
  [[nodiscard]] static Text of(const System& system, std::size_t template_index, const value::Value& value);
  [[nodiscard]] static Text exactly(std::string_view text) {
    return {std::string(text), {}, true, {}, false};
  }
  [[nodiscard]] static Text between(std::string_view start, std::string_view end) {
    return {std::string(start), std::string(end), false, {}, false};
  }
};

/// What a place in an event may hold: one of what is listed, or something else. By default anything, or
/// nothing.
struct Content {
  bool may_be_missing = true;
  bool may_be_other = true;  ///< Something that is not listed.
  bool may_be_array = false; ///< A list, one of whose items is what is listed, besides others.
  std::vector<Text> texts;
  std::vector<double> numbers;
  std::string never_starts_with; ///< Of what is not listed: texts that start so are excluded. Empty: none.
  bool of_deployment = false;    ///< Not listed, but the account or region that the system is deployed to.
  bool is_object = false;        ///< An object with these members, and, if `open`, any others.
  bool open = true;
  std::vector<std::string> names;
  std::vector<Content> members; ///< By `names`.

  [[nodiscard]] static Content anything() { return {.may_be_missing = false}; }
  [[nodiscard]] static Content missing() { return {.may_be_other = false}; }
  [[nodiscard]] static Content one_of(std::vector<Text> texts);
  [[nodiscard]] static Content text(std::string_view exactly) { return one_of({Text::exactly(exactly)}); }
  [[nodiscard]] static Content object(std::vector<std::pair<std::string, Content>> members, bool open = true);
  /// A member of an object; of anything else, what is not known.
  [[nodiscard]] Content member(std::string_view key) const;
  /// The same where it is one of `members` as it stands there; else null.
  [[nodiscard]] const Content* plain_member(std::string_view key) const;
};

/// Where a pattern stands: its references mean something there.
struct PatternPlace {
  const System& system;
  std::size_t template_index = 0;
};

/// A pattern (a map whose leaves are lists of conditions) or a list of patterns of which one suffices.
/// Patterns written as JSON text are read.
[[nodiscard]] Verdict match(const PatternPlace& place, const value::Value& pattern, const Content& event);

/// Whether every event that gets through `narrow` gets through `wide` too (`matches`), or none does
/// (`never`).
[[nodiscard]] Verdict implies(const PatternPlace& place, const value::Value& narrow,
                              const value::Value& wide);

/// A pattern as a map, read where it is JSON text; any other value as it is.
[[nodiscard]] value::Value read_pattern(const value::Value& pattern, text::Arena& arena);

/// The events that a pattern lets through, as far as its lists of texts tell.
[[nodiscard]] Content content_of_pattern(const PatternPlace& place, const value::Value& pattern);

/// Texts of which both are known in part: whether they can be, or must be, the same.
[[nodiscard]] Verdict same_text(const Text& left, const Text& right);
[[nodiscard]] Verdict starts_with(const Text& text, const Text& prefix);
[[nodiscard]] Verdict ends_with(const Text& text, const Text& suffix);

} // namespace slsaudit::graph
