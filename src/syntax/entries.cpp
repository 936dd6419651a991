// SPDX-License-Identifier: Apache-2.0
#include "syntax/entries.hpp"

#include <unordered_map>

namespace slsaudit::syntax {

std::vector<Entry> kept_entries(const Node& map) {
  constexpr std::size_t few = 12; // below this, looking for each is cheaper than hashing
  std::vector<Entry> kept;
  if (!map.is_mapping()) return kept;
  if (map.children.size() <= few) {
    for (const Entry& entry : map.children) {
      if (map.find(entry.key) == &entry) kept.push_back(entry);
    }
    return kept;
  }
  std::unordered_map<std::string_view, const Entry*> last; // looked up only, never walked
  for (const Entry& entry : map.children) last[entry.key] = &entry;
  for (const Entry& entry : map.children) {
    if (last[entry.key] == &entry) kept.push_back(entry);
  }
  return kept;
}

namespace {

/// Copies what holds a key twice, and what that is part of.
class Keeper {
public:
  explicit Keeper(text::Arena& arena) : arena_(arena) {}

  /// Recursion is bounded by the reader's limit of depth.
  const Node* keep(const Node& node) {
    if (node.children.empty()) return &node;
    if (const auto found = results_.find(&node); found != results_.end()) return found->second;
    const Node* made = make(node);
    results_.emplace(&node, made);
    return made;
  }

private:
  const Node* make(const Node& node) {
    std::vector<Entry> entries = node.is_mapping()
                                     ? kept_entries(node)
                                     : std::vector<Entry>(node.children.begin(), node.children.end());
    bool changed = entries.size() != node.children.size();
    for (Entry& entry : entries) {
      const Node* value = keep(*entry.value);
      changed = changed || value != entry.value;
      entry.value = value;
    }
    if (!changed) return &node;
    Node copy = node;
    copy.children = arena_.copy(entries);
    return arena_.make<Node>(copy);
  }

  text::Arena& arena_;
  std::unordered_map<const Node*, const Node*> results_; // aliases share nodes; looked up only
};

} // namespace

std::optional<Document> with_kept_entries(const Document& document, text::Arena& arena) {
  if (!document.repeats_keys || document.root == nullptr) return std::nullopt;
  Document result = document;
  result.root = Keeper(arena).keep(*document.root);
  return result;
}

} // namespace slsaudit::syntax
