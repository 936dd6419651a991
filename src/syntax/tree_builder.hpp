// SPDX-License-Identifier: Apache-2.0
// Makes a Document's tree from a reader's events: what YAML and JSON share (limits, duplicate keys) and what
// only YAML has (anchors, merge keys). Internal to this folder.
#pragma once

#include "syntax/reader.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace slsaudit::syntax {

class TreeBuilder {
public:
  /// What stands in `shared` is not copied.
  TreeBuilder(Document& document, text::Arena& arena, std::string_view shared, const Limits& limits)
      : document_(document), arena_(arena), shared_(shared), limits_(limits) {}

  /// Where a sequence or mapping begins.
  struct Opening {
    NodeKind kind = NodeKind::mapping;
    std::string_view tag;
    std::string_view anchor;
    text::Span span;          ///< The opening mark, for messages; the node's span begins where it does.
    std::uint32_t column = 0; ///< Of a block collection, from 0; see block_column().
    bool flow = false;        ///< Ends with a bracket.
  };

  void open(const Opening& opening);
  /// `end` counts for flow collections only: block collections end with their last child.
  void close(std::uint32_t end);
  /// A scalar or unknown value, or a mapping's key where one is expected. `node.text` and `tag` are copied
  /// unless they are shared.
  void scalar(Node node, std::string_view anchor = {});
  void alias(std::string_view name, text::Span span);

  void problem(text::ProblemLevel level, std::string name, std::string message, text::Span span,
               std::string help, std::vector<text::Related> related = {});
  void error(std::string name, std::string message, text::Span span, std::string help,
             std::vector<text::Related> related = {});

  /// Tells, once a file, that it is written in a template language.
  void placeholder(text::Span span, std::string_view mark);

  /// A limit was exceeded: the reader must stop. The problem is already told.
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] std::size_t depth() const { return frames_.size(); }
  [[nodiscard]] bool expects_key() const;
  /// Is the innermost collection a block collection? Then its column, else -1.
  [[nodiscard]] std::int64_t block_column() const;
  /// The innermost collection that is still open, for messages.
  [[nodiscard]] const Opening* innermost() const {
    return frames_.empty() ? nullptr : &frames_.back().opening;
  }
  [[nodiscard]] text::Span span(std::size_t begin, std::size_t end) const;

  /// Gives the document its root, or its partial tree when the reading stopped early, and puts problems in
  /// order.
  void finish(bool complete);

private:
  struct Frame {
    Opening opening;
    Node* node = nullptr;
    std::size_t first_entry = 0; ///< Of this collection, in entries_.
    std::size_t first_merge = 0; ///< In merges_.
    std::size_t size_before = 0; ///< expanded_ when this collection began.
    std::uint32_t last_end = 0;
    Entry pending; ///< A key that waits for its value.
    bool has_key = false;
    bool key_is_merge = false;
    bool key_is_bad = false;
    bool is_placeholder = false; ///< `{{ name }}` of a template language.
  };
  /// The value of one `<<`, merged when its mapping closes: explicit keys that follow it must win too.
  struct Merge {
    const Node* source = nullptr;
    text::Span place;         ///< Of the value as written: an alias, mostly.
    std::size_t position = 0; ///< In entries_: where the merged entries go.
  };
  struct Anchor {
    const Node* node = nullptr; ///< Null while the anchored collection is still open.
    std::size_t size = 0;       ///< Nodes, aliases counted as copies.
    text::Span span;
  };

  [[nodiscard]] std::string_view kept(std::string_view text);
  [[nodiscard]] bool count_node(text::Span span);
  void place(const Node* node, text::Span place);
  void place_key(const Node* node, text::Span place);
  [[nodiscard]] const Node* unresolved(std::string_view alias, text::Span span, std::string_view reason);
  void check_duplicates(std::size_t first);
  void report_duplicate(const Entry& earlier, const Entry& later);
  [[nodiscard]] std::span<const Entry> merged(const Frame& frame);
  void merge_from(const Merge& merge, std::vector<Entry>& result,
                  std::unordered_set<std::string_view>& taken);

  Document& document_;
  text::Arena& arena_;
  std::string_view shared_;
  const Limits& limits_;
  std::vector<Frame> frames_;
  std::vector<Entry> entries_; ///< Of all open collections, innermost last.
  std::vector<Merge> merges_;
  std::map<std::string, Anchor, std::less<>> anchors_;
  const Node* root_ = nullptr;
  std::size_t nodes_ = 0;
  std::size_t expanded_ = 0; ///< Nodes so far, aliases counted as copies; never much above the limit.
  bool stopped_ = false;
  bool expansion_told_ = false;
  bool placeholder_told_ = false;
};

} // namespace slsaudit::syntax
