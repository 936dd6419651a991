// SPDX-License-Identifier: Apache-2.0
#include "rules/names.hpp"
#include "rules/suppression.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace slsaudit::rules {
namespace {

using syntax::Comment;
using syntax::Node;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Takes the word from the front, and the blanks behind it.
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text = trimmed(text.substr(word.size()));
  return true;
}

std::vector<std::string> split(std::string_view list, char separator) {
  std::vector<std::string> items;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(separator), list.size());
    const std::string_view item = trimmed(list.substr(0, end));
    if (!item.empty()) items.emplace_back(item);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return items;
}

/// A key, or an item of a list, with all below it.
struct Block {
  text::Span span;
  bool resource = false;
};

/// All blocks of a document by their beginnings, outer ones first. Aliased nodes stand where they are
/// written, once; depth is bounded by the reader.
class Blocks {
public:
  explicit Blocks(const syntax::Document& document) : file_(document.file) {
    if (document.root != nullptr) add(*document.root, document.root->get("functions"));
    std::ranges::stable_sort(blocks_, [](const Block& a, const Block& b) {
      return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end > b.span.end;
    });
  }

  /// The outermost that begins in [begin, end).
  [[nodiscard]] const Block* first_in(std::uint32_t begin, std::uint32_t end) const {
    const auto found =
        std::ranges::lower_bound(blocks_, begin, {}, [](const Block& b) { return b.span.begin; });
    return found != blocks_.end() && found->span.begin < end ? &*found : nullptr;
  }
  /// The resource that a comment at this offset stands in: the last one that begins before it.
  [[nodiscard]] const Block* resource_at(std::uint32_t offset) const {
    const Block* found = nullptr;
    for (const Block& block : blocks_) {
      if (block.span.begin > offset) break;
      if (block.resource) found = &block;
    }
    return found;
  }

private:
  /// Entries of `functions` count as resources, as those with an AWS type do.
  void add(const Node& node, const Node* functions) {
    if (node.children.empty() || !seen_.insert(&node).second) return;
    for (const syntax::Entry& entry : node.children) {
      if (entry.merged || entry.value == nullptr || entry.value->span.file != file_) continue;
      const std::uint32_t begin = entry.key_span.valid() ? entry.key_span.begin : entry.value->span.begin;
      const Node* type = entry.value->get("Type");
      const bool typed =
          type != nullptr && type->is_scalar() && type->text.find("::") != std::string_view::npos;
      const std::uint32_t end = std::max(entry.value->span.end, entry.key_span.end);
      blocks_.push_back({{file_, begin, end}, entry.key_span.valid() && (typed || &node == functions)});
      add(*entry.value, functions);
    }
  }

  text::FileId file_;
  std::set<const Node*> seen_;
  std::vector<Block> blocks_;
};

class CommentReader {
public:
  CommentReader(const syntax::Document& document, const text::SourceMap& sources,
                std::vector<Suppression>& target)
      : document_(document), sources_(sources), target_(target) {}

  void read() {
    for (const Comment& comment : document_.comments) {
      own(comment);
      checkov(comment);
      trivy(comment);
    }
  }

private:
  /// Most comments silence nothing, and most documents have no others.
  [[nodiscard]] const Blocks& blocks() {
    if (!blocks_) blocks_.emplace(document_);
    return *blocks_;
  }
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const {
    return sources_.position(document_.file, offset).line;
  }
  /// The comment's own line.
  [[nodiscard]] text::Span line_span(const Comment& comment) const {
    return {document_.file, sources_.line_start(document_.file, line_of(comment.span.begin)),
            comment.span.begin};
  }
  [[nodiscard]] Suppression at(const Comment& comment) const {
    Suppression made;
    made.span = comment.span;
    return made;
  }
  /// Of a comment on a line of its own: the block that follows. Invalid where none does.
  [[nodiscard]] text::Span following(const Comment& comment) {
    const Block* next = blocks().first_in(comment.span.end, UINT32_MAX);
    return next != nullptr ? next->span : text::Span{document_.file, comment.span.end, comment.span.end};
  }

  /// A comment may say something else first: "# slow # slsaudit: ignore[…]".
  static std::optional<std::string_view> after(std::string_view text, std::string_view marker) {
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t found = text.find(marker, from);
      if (found == std::string_view::npos) return std::nullopt;
      const std::string_view before = trimmed(text.substr(0, found));
      if (before.empty() || before.ends_with('#')) return trimmed(text.substr(found + marker.size()));
      from = found + marker.size();
    }
    return std::nullopt;
  }

  void own(const Comment& comment) {
    const auto words = after(comment.text, "slsaudit:");
    if (!words) return;
    Suppression made = at(comment);
    made.scope = comment.own_line ? following(comment) : line_span(comment);
    made.origin = "slsaudit: " + std::string(*words);
    made.fault = parse(*words, made);
    if (made.fault.empty()) {
      made.origin = "slsaudit: " + std::string(words->substr(0, words->find(']') + 1));
    }
    target_.push_back(std::move(made));
  }

  /// Gives what is wrong, or nothing.
  static std::string parse(std::string_view rest, Suppression& made) {
    const std::string expected = "expected `slsaudit: ignore[RULE, …] until YYYY-MM-DD -- reason`";
    if (!take(rest, "ignore") || !take(rest, "[")) return expected;
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return expected + ", there is no `]`";
    made.terms = split(rest.substr(0, close), ',');
    if (made.terms.empty()) return "no rule stands between the brackets";
    rest = trimmed(rest.substr(close + 1));
    if (take(rest, "until")) {
      const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
      made.until = rest.substr(0, end);
      if (!is_date(made.until)) return "`until` wants a date like 2027-03-31, not `" + made.until + "`";
      rest = trimmed(rest.substr(end));
    }
    if (rest.empty()) return {};
    if (!take(rest, "--")) return expected + ", found `" + std::string(rest) + "`";
    made.reason = rest;
    return {};
  }

  /// `checkov:skip=ID[,ID]:reason`, anywhere in a resource.
  void checkov(const Comment& comment) {
    for (const std::string_view marker : {"checkov:skip=", "bridgecrew:skip="}) {
      const auto words = after(comment.text, marker);
      const Block* resource = words ? blocks().resource_at(comment.span.begin) : nullptr;
      if (resource == nullptr) continue;
      const std::size_t colon = std::min(words->find(':'), words->size());
      Suppression made = at(comment);
      made.tool = "checkov";
      made.terms = split(words->substr(0, colon), ',');
      made.origin = std::string(marker) + std::string(trimmed(words->substr(0, colon)));
      made.reason = trimmed(words->substr(std::min(colon + 1, words->size())));
      made.scope = resource->span;
      if (!made.terms.empty()) target_.push_back(std::move(made));
    }
  }

  /// `trivy:ignore:ID[:exp:YYYY-MM-DD]`, above a block or on the line where it begins; several by blanks.
  void trivy(const Comment& comment) {
    if (comment.text.find(":ignore:") == std::string_view::npos) return;
    const text::Span line = line_span(comment);
    const Block* here = comment.own_line ? nullptr : blocks().first_in(line.begin, line.end);
    for (const std::string& word : split(comment.text, ' ')) {
      std::string_view id = word;
      const bool is_one = id.starts_with("trivy:ignore:") || id.starts_with("tfsec:ignore:");
      if (!is_one || id.find('[') != std::string_view::npos) continue; // [attribute=value] narrows; we can't
      id.remove_prefix(std::string_view("trivy:ignore:").size());
      Suppression made = at(comment);
      made.tool = "trivy";
      made.origin = word;
      const std::size_t expiry = id.find(":exp:");
      if (expiry != std::string_view::npos) made.until = id.substr(expiry + 5);
      if (!made.until.empty() && !is_date(made.until)) continue;
      made.terms = {std::string(id.substr(0, std::min(id.find(':'), id.size())))};
      made.scope = here != nullptr ? here->span : comment.own_line ? following(comment) : line;
      target_.push_back(std::move(made));
    }
  }

  const syntax::Document& document_;
  const text::SourceMap& sources_;
  std::optional<Blocks> blocks_; ///< See blocks().
  std::vector<Suppression>& target_;
};

} // namespace

void read_comments(const syntax::Document& document, const text::SourceMap& sources,
                   std::vector<Suppression>& target) {
  CommentReader(document, sources, target).read();
}

} // namespace slsaudit::rules
