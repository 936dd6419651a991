// SPDX-License-Identifier: Apache-2.0
// The one tree that every later stage reads: what the author wrote, with each piece's place in the text.
//
// Nodes are immutable and live in the run's Arena, so a pointer to a node is a value that may be shared
// freely: YAML aliases share nodes, and a dialect's lowered tree refers to the author's nodes instead of
// copying them. Nodes that a dialect makes carry the span of the author's text that caused them.
#pragma once

#include "text/arena.hpp"
#include "text/problem.hpp"
#include "text/span.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace slsaudit::syntax {

enum class NodeKind : std::uint8_t {
  scalar,
  sequence,
  mapping,
  unknown, ///< What stands here could not be resolved: `reason` says why. From a dialect, or an alias that
           ///< names nothing.
};

/// How a scalar was written. JSON strings are double_quoted, other JSON literals plain.
enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

struct Node;

/// A sequence's item has an empty key and an invalid key span. Entries that came through a merge key are
/// marked; their key and value stand where the merged mapping was written.
struct Entry {
  std::string_view key;
  text::Span key_span; ///< Quotes included.
  const Node* value = nullptr;
  bool merged = false;
};

struct Node {
  NodeKind kind = NodeKind::scalar;
  Style style = Style::plain;
  text::Span span;         ///< From tag, quote or bracket to the last character; no line end, no comment.
  std::string_view tag;    ///< As written ("!GetAtt"); empty when there is none.
  std::string_view text;   ///< scalar: decoded content; unknown: the author's text.
  std::string_view reason; ///< unknown: why, as a sentence without period.
  std::span<const Entry> children; ///< sequence and mapping, in source order, duplicate keys kept.

  [[nodiscard]] bool is_scalar() const { return kind == NodeKind::scalar; }
  [[nodiscard]] bool is_sequence() const { return kind == NodeKind::sequence; }
  [[nodiscard]] bool is_mapping() const { return kind == NodeKind::mapping; }
  [[nodiscard]] bool is_quoted() const { return style != Style::plain; }
  /// The last entry with that key (what CloudFormation keeps), or null; null too when this is no mapping.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  /// The value of find(), or null.
  [[nodiscard]] const Node* get(std::string_view key) const;
};

/// What a plain scalar means. slsaudit follows YAML 1.1 as CloudFormation and the Serverless Framework read
/// it, less sexagesimal numbers and dates: null is empty, ~ or null; booleans are true/false/yes/no/on/off in
/// the three usual spellings; integers are decimal, 0x and 0o; the text is always kept (account ids keep
/// their leading zeros).
enum class ScalarType : std::uint8_t { null, boolean, integer, number, string };
[[nodiscard]] ScalarType scalar_type(const Node& scalar);
[[nodiscard]] std::optional<bool> as_boolean(const Node& scalar);
[[nodiscard]] std::optional<std::int64_t> as_integer(const Node& scalar);
/// Nothing too for a number that no double can hold.
[[nodiscard]] std::optional<double> as_number(const Node& scalar);
[[nodiscard]] bool is_null(const Node& node);

/// "a mapping", "a list", "a string" …: for messages that say what was found.
[[nodiscard]] std::string_view describe(const Node& node);

struct Comment {
  text::Span span;       ///< From '#' to the end of the line.
  std::string_view text; ///< Without '#' and surrounding blanks.
  bool own_line = false; ///< Nothing but blanks before it.
};

enum class Format : std::uint8_t { yaml, json };

/// One file as read. `root` is null where the reader had to stop; `problems` then says why. `partial` is what
/// it had read until then: enough to tell whether the file is a template at all, too little to judge what the
/// template lacks. Problems and comments are in the order of the text.
struct Document {
  text::FileId file;
  Format format = Format::yaml;
  const Node* root = nullptr;
  std::vector<Comment> comments;
  text::Problems problems;
  const Node* partial = nullptr; ///< Null when `root` isn't.
  bool repeats_keys = false;     ///< Some mapping has a key twice.
};

/// Makes nodes that no reader read. All text is copied into the arena.
class Builder {
public:
  explicit Builder(text::Arena& arena) : arena_(arena) {}
  [[nodiscard]] const Node* string(std::string_view text,
                                   text::Span span) const; ///< A string whatever it looks like.
  [[nodiscard]] const Node* plain(std::string_view text,
                                  text::Span span) const; ///< A number, boolean or null.
  [[nodiscard]] const Node* sequence(const std::vector<const Node*>& items, text::Span span) const;
  [[nodiscard]] const Node* mapping(const std::vector<Entry>& entries, text::Span span) const;
  [[nodiscard]] const Node* unknown(std::string_view text, std::string_view reason, text::Span span) const;
  [[nodiscard]] Entry entry(std::string_view key, const Node* value, text::Span key_span) const;
  [[nodiscard]] text::Arena& arena() const { return arena_; }

private:
  text::Arena& arena_;
};

} // namespace slsaudit::syntax
