// SPDX-License-Identifier: Apache-2.0
#include "syntax/relocate.hpp"

#include <unordered_map>

namespace slsaudit::syntax {

namespace {

class Mover {
public:
  Mover(text::FileId from, text::FileId to, text::Arena& arena, std::uint32_t shift)
      : from_(from), to_(to), arena_(arena), shift_(shift) {}

  void move(text::Span& span) const {
    if (span.file != from_) return;
    span = {to_, span.begin + shift_, span.end + shift_};
  }

  /// Recursion: as deep as the reader lets a document be.
  const Node* node(const Node* original) {
    if (original == nullptr) return nullptr;
    const auto known = moved_.find(original);
    if (known != moved_.end()) return known->second;
    Node copy = *original;
    move(copy.span);
    copy.tag = arena_.copy(copy.tag);
    copy.text = arena_.copy(copy.text);
    copy.reason = arena_.copy(copy.reason);
    std::vector<Entry> entries(copy.children.begin(), copy.children.end());
    for (Entry& entry : entries) {
      entry.key = arena_.copy(entry.key);
      move(entry.key_span);
      entry.value = node(entry.value);
    }
    copy.children = arena_.copy(entries);
    const Node* made = arena_.make<Node>(copy);
    moved_.emplace(original, made);
    return made;
  }

  void move(text::Problem& problem) const {
    move(problem.span);
    for (text::Related& related : problem.related) move(related.span);
  }

  void move(Comment& comment) const {
    move(comment.span);
    comment.text = arena_.copy(comment.text);
  }

private:
  text::FileId from_;
  text::FileId to_;
  text::Arena& arena_;
  std::uint32_t shift_;
  std::unordered_map<const Node*, const Node*> moved_; ///< Looked up only, never walked.
};

} // namespace

Document relocated(const Document& document, text::FileId file, text::Arena& arena, std::uint32_t shift) {
  Mover mover(document.file, file, arena, shift);
  Document result = document;
  result.file = file;
  result.root = mover.node(document.root);
  result.partial = mover.node(document.partial);
  for (Comment& comment : result.comments) mover.move(comment);
  for (text::Problem& problem : result.problems) mover.move(problem);
  return result;
}

} // namespace slsaudit::syntax
