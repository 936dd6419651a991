// SPDX-License-Identifier: Apache-2.0
#include "syntax/tree_builder.hpp"

#include "text/encoding.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace slsaudit::syntax {

namespace {

/// More than this of one file helps nobody.
constexpr std::size_t max_problems = 100;

std::string in_backticks(std::string_view key) {
  constexpr std::size_t longest = 60;
  if (key.size() <= longest) {
    return "`" + std::string(key) + "`";
  }
  return "`" + std::string(text::beginning(key, longest)) + "…`";
}

/// The budget, in nodes, also bounds the depth; what takes more counts as different, because values that are
/// shared by aliases could be walked through for ever.
bool same_content(const Node& a, const Node& b, std::size_t& budget) {
  if (budget == 0) return false;
  --budget;
  if (a.kind != b.kind || a.tag != b.tag || a.text != b.text || a.is_quoted() != b.is_quoted()) return false;
  return std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                    [&](const Entry& x, const Entry& y) {
                      return x.key == y.key && same_content(*x.value, *y.value, budget);
                    });
}

} // namespace

text::Span TreeBuilder::span(std::size_t begin, std::size_t end) const {
  return {document_.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

void TreeBuilder::problem(text::ProblemLevel level, std::string name, std::string message, text::Span span,
                          std::string help, std::vector<text::Related> related) {
  if (document_.problems.size() > max_problems) {
    return;
  }
  if (document_.problems.size() == max_problems) {
    document_.problems.push_back({text::ProblemLevel::note,
                                  "too-many-problems",
                                  "further problems of this file are left out",
                                  span,
                                  "correct the ones above and run again",
                                  {}});
    return;
  }
  document_.problems.push_back(
      {level, std::move(name), std::move(message), span, std::move(help), std::move(related)});
}

void TreeBuilder::error(std::string name, std::string message, text::Span span, std::string help,
                        std::vector<text::Related> related) {
  problem(text::ProblemLevel::error, std::move(name), std::move(message), span, std::move(help),
          std::move(related));
}

void TreeBuilder::placeholder(text::Span span, std::string_view mark) {
  if (placeholder_told_) {
    return;
  }
  placeholder_told_ = true;
  error(
      "template-syntax",
      "found `" + std::string(mark) + "`, which begins no value of YAML; expected plain YAML", span,
      "render the file first if it is a Jinja, Helm or cookiecutter template; quote the value if it is not");
}

/// Most scalars say what stands in the text, without escapes.
std::string_view TreeBuilder::kept(std::string_view text) {
  const std::less_equal<> before;
  const bool is_shared = before(shared_.data(), text.data()) &&
                         before(text.data() + text.size(), shared_.data() + shared_.size());
  return is_shared ? text : arena_.copy(text);
}

bool TreeBuilder::count_node(text::Span span) {
  if (stopped_) {
    return false;
  }
  nodes_ += 1;
  expanded_ += 1;
  if (nodes_ <= limits_.max_nodes) {
    return true;
  }
  error("too-many-nodes",
        "the file has more values than the limit of " + std::to_string(limits_.max_nodes) + " (nodes)", span,
        "split the file");
  stopped_ = true;
  return false;
}

bool TreeBuilder::expects_key() const {
  return !frames_.empty() && frames_.back().opening.kind == NodeKind::mapping && !frames_.back().has_key;
}

std::int64_t TreeBuilder::block_column() const {
  if (frames_.empty() || frames_.back().opening.flow) {
    return -1;
  }
  return frames_.back().opening.column;
}

void TreeBuilder::open(const Opening& opening) {
  if (!count_node(opening.span)) {
    return;
  }
  if (frames_.size() >= limits_.max_depth) {
    error("too-deep",
          "this is nested deeper than the limit of " + std::to_string(limits_.max_depth) + " levels (depth)",
          opening.span, "flatten the structure; no template needs so many levels");
    stopped_ = true;
    return;
  }
  Frame frame{.opening = opening};
  frame.opening.tag = kept(opening.tag);
  frame.opening.anchor = kept(opening.anchor);
  frame.node = arena_.make<Node>(Node{.kind = opening.kind,
                                      .style = Style::plain,
                                      .span = opening.span,
                                      .tag = frame.opening.tag,
                                      .text = {},
                                      .reason = {},
                                      .children = {}});
  frame.first_entry = entries_.size();
  frame.first_merge = merges_.size();
  frame.size_before = expanded_ - 1;
  frame.last_end = opening.span.end;
  if (!opening.anchor.empty()) {
    anchors_[std::string(opening.anchor)] = {nullptr, 0, opening.span};
  }
  frames_.push_back(frame);
}

void TreeBuilder::close(std::uint32_t end) {
  const Frame frame = frames_.back();
  frame.node->span.end = frame.opening.flow ? end : frame.last_end;
  if (frame.opening.kind == NodeKind::mapping) {
    check_duplicates(frame.first_entry);
  }
  frame.node->children = merged(frame);
  if (frame.is_placeholder) {
    frame.node->kind = NodeKind::unknown;
    frame.node->reason = "the file is a template that has to be rendered first";
    frame.node->children = {};
  }
  entries_.resize(frame.first_entry);
  merges_.resize(frame.first_merge);
  frames_.pop_back();
  if (!frame.opening.anchor.empty()) {
    Anchor& anchor = anchors_[std::string(frame.opening.anchor)];
    // An anchor of the same name inside of the value stands nearer to what follows.
    const bool is_last = anchor.node == nullptr && anchor.span.begin == frame.opening.span.begin;
    if (is_last) anchor = {frame.node, expanded_ - frame.size_before, frame.node->span};
  }
  place(frame.node, frame.node->span);
}

void TreeBuilder::scalar(Node node, std::string_view anchor) {
  if (!count_node(node.span)) {
    return;
  }
  node.text = kept(node.text);
  node.tag = kept(node.tag);
  // Of a key, its entry has all there is.
  const bool is_key = anchor.empty() && expects_key();
  const Node* made = is_key ? &node : arena_.make<Node>(node);
  if (!anchor.empty()) {
    anchors_[std::string(anchor)] = {made, 1, made->span};
  }
  place(made, made->span);
}

const Node* TreeBuilder::unresolved(std::string_view alias, text::Span span, std::string_view reason) {
  return arena_.make<Node>(Node{.kind = NodeKind::unknown,
                                .style = Style::plain,
                                .span = span,
                                .tag = {},
                                .text = arena_.copy("*" + std::string(alias)),
                                .reason = reason,
                                .children = {}});
}

void TreeBuilder::alias(std::string_view name, text::Span span) {
  const auto found = anchors_.find(name);
  const std::string quoted = in_backticks(name);
  if (found == anchors_.end()) {
    error("undefined-alias", "the alias " + quoted + " names no anchor that stands before it", span,
          "define it with `&" + std::string(name) +
              "` on an earlier value, or quote the text if no alias was meant");
    if (count_node(span)) {
      place(unresolved(name, span, "the alias names no anchor"), span);
    }
    return;
  }
  const Anchor& anchor = found->second;
  if (anchor.node == nullptr) {
    error("cyclic-alias", "the alias " + quoted + " stands inside the value that it names, which never ends",
          span, "take the alias out of the anchored value", {{anchor.span, "the anchor is here"}});
    if (count_node(span)) {
      place(unresolved(name, span, "the alias names a value that contains it"), span);
    }
    return;
  }
  if (expanded_ + anchor.size <= limits_.max_expansion) {
    expanded_ += anchor.size;
    place(anchor.node, span);
    return;
  }
  if (!expansion_told_) {
    error("alias-expansion",
          "with aliases written out, the file has more values than the limit of " +
              std::to_string(limits_.max_expansion) + " (expansion)",
          span, "use fewer aliases of values that hold aliases themselves",
          {{anchor.span, "the anchor is here"}});
  }
  expansion_told_ = true;
  if (count_node(span)) {
    place(unresolved(name, span, "the alias was not followed: too many values"), span);
  }
}

void TreeBuilder::place(const Node* node, text::Span place) {
  if (frames_.empty()) {
    if (root_ == nullptr) {
      root_ = node;
    }
    return;
  }
  Frame& frame = frames_.back();
  frame.last_end = std::max(frame.last_end, place.end);
  if (frame.opening.kind == NodeKind::sequence) {
    entries_.push_back({.key = {}, .key_span = {}, .value = node});
    return;
  }
  if (!frame.has_key) {
    place_key(node, place);
    return;
  }
  frame.has_key = false;
  if (frame.key_is_bad) {
    return;
  }
  if (frame.key_is_merge) {
    merges_.push_back({node, place, entries_.size()});
    return;
  }
  frame.pending.value = node;
  entries_.push_back(frame.pending);
}

void TreeBuilder::place_key(const Node* node, text::Span place) {
  Frame& frame = frames_.back();
  frame.has_key = true;
  frame.key_is_bad = !node->is_scalar();
  frame.key_is_merge = node->is_scalar() && !node->is_quoted() && node->text == "<<" && node->tag.empty();
  frame.pending = {.key = node->text, .key_span = place};
  if (!frame.key_is_bad || node->kind == NodeKind::unknown) {
    return;
  }
  if (node->is_mapping() && frame.opening.flow && place.begin == frame.opening.span.end) {
    frame.is_placeholder = true;
    placeholder(span(frame.opening.span.begin, place.end), "{{");
    return;
  }
  error("non-scalar-key", "found " + std::string(describe(*node)) + " as a mapping's key; expected a string",
        place, "write a plain key, as in `Name: value`");
}

void TreeBuilder::report_duplicate(const Entry& earlier, const Entry& later) {
  document_.repeats_keys = true;
  std::size_t budget = 200;
  const bool same = same_content(*earlier.value, *later.value, budget);
  const std::string what = "the key " + in_backticks(later.key) + " stands twice in this mapping";
  const std::vector<text::Related> related{{earlier.key_span, "the first one is here"}};
  if (same) {
    problem(text::ProblemLevel::finding, "repeated-key", what + ", with the same value", later.key_span,
            "remove one of the two", related);
  } else {
    problem(text::ProblemLevel::finding, "duplicate-key", what + "; only the last one counts", later.key_span,
            "remove the first one, which counts for nothing now, or rename one of the two", related);
  }
}

void TreeBuilder::check_duplicates(std::size_t first) {
  constexpr std::size_t few = 12; // below this, comparing all pairs is cheaper than hashing
  const std::size_t count = entries_.size() - first;
  if (count > few) {
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = first; i < entries_.size(); ++i) {
      const auto [it, inserted] = seen.emplace(entries_[i].key, i);
      if (!inserted) {
        report_duplicate(entries_[it->second], entries_[i]);
      }
    }
    return;
  }
  for (std::size_t later = first + 1; later < entries_.size(); ++later) {
    for (std::size_t earlier = first; earlier < later; ++earlier) {
      if (entries_[earlier].key != entries_[later].key) {
        continue;
      }
      report_duplicate(entries_[earlier], entries_[later]);
      break;
    }
  }
}

std::span<const Entry> TreeBuilder::merged(const Frame& frame) {
  const std::span<const Entry> own(entries_.data() + frame.first_entry, entries_.size() - frame.first_entry);
  if (merges_.size() == frame.first_merge) {
    return arena_.copy(own);
  }
  std::unordered_set<std::string_view> taken;
  for (const Entry& entry : own) {
    taken.insert(entry.key);
  }
  std::vector<Entry> result;
  auto next = own.begin();
  for (std::size_t i = frame.first_merge; i < merges_.size(); ++i) {
    const auto position = own.begin() + static_cast<std::ptrdiff_t>(merges_[i].position - frame.first_entry);
    result.insert(result.end(), next, position);
    next = position;
    merge_from(merges_[i], result, taken);
  }
  result.insert(result.end(), next, own.end());
  return arena_.copy(result);
}

void TreeBuilder::merge_from(const Merge& merge, std::vector<Entry>& result,
                             std::unordered_set<std::string_view>& taken) {
  const auto take = [&](const Node* source) {
    if (source->kind == NodeKind::unknown) {
      return true; // told where the alias was read
    }
    if (!source->is_mapping()) {
      error("merge-not-mapping",
            "`<<` merges " + std::string(describe(*source)) + "; expected a mapping or a list of mappings",
            merge.place, "name an anchored mapping, as in `<<: *defaults`",
            {{source->span, "the value is here"}});
      return false;
    }
    for (Entry entry : source->children) {
      entry.merged = true;
      if (taken.insert(entry.key).second) {
        result.push_back(entry);
      }
    }
    return true;
  };
  if (!merge.source->is_sequence()) {
    take(merge.source);
    return;
  }
  for (const Entry& item : merge.source->children) {
    if (!take(item.value)) {
      break; // one complaint is enough
    }
  }
}

void TreeBuilder::finish(bool complete) {
  if (complete && frames_.empty() && !stopped_) {
    document_.root = root_;
  } else {
    while (!frames_.empty()) {
      close(frames_.back().last_end);
    }
    document_.partial = root_;
  }
  std::stable_sort(
      document_.problems.begin(), document_.problems.end(),
      [](const text::Problem& a, const text::Problem& b) { return a.span.begin < b.span.begin; });
}

} // namespace slsaudit::syntax
