// SPDX-License-Identifier: Apache-2.0
#include "rules/told_fix.hpp"

#include "dialect/cloudformation/call.hpp"
#include "dialect/print.hpp"
#include "rules/snippet.hpp"
#include "syntax/yaml_writer.hpp"

#include <optional>
#include <vector>

namespace slsaudit::rules {
namespace {

using syntax::Comment;
using syntax::Entry;
using syntax::Node;

/// A null that is written; a key without anything behind it waits for its value.
bool is_removal(const Node& node) {
  return node.tag.empty() && !node.text.empty() && syntax::is_null(node);
}

/// What merging goes into.
bool is_merged(const Node& node) {
  return node.is_mapping() && node.tag.empty();
}

/// Recursion is as deep as the snippet, whose depth the reader limits.
bool removes(const Node& node) {
  return std::ranges::any_of(node.children, [](const Entry& entry) {
    return is_removal(*entry.value) || (is_merged(*entry.value) && removes(*entry.value));
  });
}

/// The rest of the line behind a place: what its comment says; empty where it has none.
std::string_view remark_behind(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
  const std::size_t mark = rest.find('#');
  const std::size_t first = mark == std::string_view::npos ? mark : rest.find_first_not_of("# ", mark);
  return first == std::string_view::npos ? std::string_view() : rest.substr(first);
}

/// Whether a text is comments alone.
bool is_comment(std::string_view text) {
  while (!text.empty()) {
    const std::size_t first = text.find_first_not_of(" \n");
    if (first == std::string_view::npos) return true;
    if (text[first] != '#') return false;
    text.remove_prefix(std::min(text.find('\n', first), text.size()));
  }
  return true;
}

/// Something else in the place of a part of a text.
struct Change {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// The changes are in the order of the text, but for what an alias repeats, which is changed where it stands.
std::string changed(std::string_view text, const std::vector<Change>& changes) {
  std::string out;
  std::size_t done = 0;
  for (const Change& change : changes) {
    if (change.begin < done) continue;
    out += text.substr(done, change.begin - done);
    out += change.text;
    done = change.end;
  }
  return out += text.substr(done);
}

/// Mappings in braces that lose a key, as blocks: a comment needs a line of its own.
class Blocks {
public:
  explicit Blocks(const Snippet& snippet) : snippet_(snippet) {}

  std::string run() {
    if (is_in_braces(*snippet_.root())) {
      add(*snippet_.root(), snippet_.root()->span.begin, {});
    } else {
      find(*snippet_.root());
    }
    return changed(snippet_.text(), changes_);
  }

private:
  [[nodiscard]] bool is_in_braces(const Node& node) const {
    return snippet_.text().substr(node.span.begin).starts_with('{');
  }

  void find(const Node& node) {
    for (const Entry& entry : node.children) {
      if (!is_merged(*entry.value) || !removes(*entry.value)) continue;
      if (!is_in_braces(*entry.value)) {
        find(*entry.value);
        continue;
      }
      const std::size_t colon = snippet_.text().find(':', entry.key_span.end);
      if (colon > entry.value->span.begin) continue; // an alias, which stands for what is elsewhere
      add(*entry.value, colon + 1,
          {.column = entry.key_span.begin - snippet_.line_of(entry.key_span), .behind_key = true});
    }
  }

  void add(const Node& node, std::size_t begin, syntax::YamlPlace place) {
    changes_.push_back({begin, node.span.end, syntax::to_yaml(node, place)});
  }

  const Snippet& snippet_;
  std::vector<Change> changes_;
};

void add_removals(const Node& node, std::string_view text, std::vector<Change>& changes) {
  for (const Entry& entry : node.children) {
    if (is_merged(*entry.value)) add_removals(*entry.value, text, changes);
    if (!is_removal(*entry.value)) continue;
    const std::string_view why = remark_behind(text, entry.value->span.end);
    std::string told = "# remove " + std::string(entry.key);
    if (!why.empty()) (told += "; ") += why;
    changes.push_back(
        {entry.key_span.begin, std::min(text.find('\n', entry.value->span.end), text.size()), told});
  }
}

/// A snippet's comments and what goes, as lines for above its JSON, and the tree without what goes.
class JsonSnippet {
public:
  JsonSnippet(std::string_view text, const syntax::Document& document, Part part)
      : text_(text), document_(document), builder_(arena_), part_(part) {}

  std::string run() {
    const Node* tree = document_.root;
    if (part_ == Part::merged) tree = kept(*tree, {}).value_or(nullptr);
    add_comments();
    std::ranges::stable_sort(lines_, {}, &Line::at);
    std::string out;
    for (const Line& line : lines_) ((out += "//") += line.text) += '\n';
    return out += json(tree, out.empty());
  }

private:
  struct Line {
    std::size_t at = 0;
    std::string text;
  };
  /// A key or an item, for what a comment beside or above it speaks of.
  struct Begin {
    std::size_t at = 0;
    std::string_view key;
    bool is_top = false;
  };

  [[nodiscard]] std::string json(const Node* tree, bool alone) const {
    const bool empty =
        tree == nullptr || (part_ != Part::merged && tree->is_sequence() && tree->children.empty());
    if (empty) return alone ? "// nothing\n" : "";
    if (part_ != Part::items || !tree->is_sequence()) return dialect::to_short_json(*tree) + '\n';
    std::string out;
    for (const Entry& item : tree->children)
      (out += out.empty() ? "" : ",\n") += dialect::to_short_json(*item.value);
    return out += '\n';
  }

  /// Without what goes, which is told; nothing where nothing else is left. Recursion is as deep as the
  /// snippet.
  std::optional<const Node*> kept(const Node& node, const std::string& path) {
    if (!is_merged(node)) return &node;
    std::vector<Entry> entries;
    for (const Entry& entry : node.children) {
      const std::string inner = (path.empty() ? "" : path + ".") + std::string(entry.key);
      if (is_removal(*entry.value)) {
        const std::string_view why = remark_behind(text_, entry.value->span.end);
        lines_.push_back(
            {entry.key_span.begin, " remove " + inner + (why.empty() ? "" : "; " + std::string(why))});
        if (!why.empty()) told_.push_back(static_cast<std::size_t>(why.data() - text_.data()));
      } else if (syntax::is_null(*entry.value) && entry.value->text.empty()) {
        entries.push_back({entry.key, entry.key_span, builder_.string("…", {}), false});
      } else if (const auto value = kept(*entry.value, inner)) {
        entries.push_back({entry.key, entry.key_span, *value, false});
      }
    }
    if (entries.empty() && !node.children.empty()) return std::nullopt;
    return builder_.mapping(entries, node.span);
  }

  void add_begins(const Node& node, std::string_view key, bool is_top) {
    for (const Entry& entry : node.children) {
      const bool is_item = !entry.key_span.valid();
      const std::string_view name = is_item ? key : entry.key;
      begins_.push_back({is_item ? entry.value->span.begin : entry.key_span.begin, name, is_top});
      add_begins(*entry.value, name, false);
    }
  }

  void add_comments() {
    if (document_.root != nullptr) add_begins(*document_.root, {}, true);
    std::ranges::stable_sort(begins_, {}, &Begin::at);
    std::size_t last = std::string_view::npos; // where the comment before ended
    for (const Comment& comment : document_.comments) {
      const std::size_t first = text_.find_first_not_of("# ", comment.span.begin);
      if (first == std::string_view::npos || std::ranges::find(told_, first) != told_.end()) continue;
      const bool goes_on =
          comment.own_line && last != std::string_view::npos &&
          text_.substr(last, comment.span.begin - last).find_first_not_of(" \n") == std::string_view::npos;
      const std::string name = goes_on ? std::string() : subject(comment);
      lines_.push_back(
          {comment.span.begin,
           (name.empty() ? "" : " " + name + ":") +
               std::string(text_.substr(comment.span.begin + 1, comment.span.end - comment.span.begin - 1))});
      last = comment.own_line ? comment.span.end : std::string_view::npos;
    }
  }

  /// The key that a comment stands beside or, on a line of its own, above; empty for what is said of the
  /// whole.
  [[nodiscard]] std::string subject(const Comment& comment) const {
    const auto behind = std::ranges::upper_bound(begins_, comment.span.begin, {}, &Begin::at);
    if (comment.own_line) return behind == begins_.end() || behind->is_top ? "" : std::string(behind->key);
    return behind == begins_.begin() ? "" : std::string(std::prev(behind)->key);
  }

  std::string_view text_;
  const syntax::Document& document_;
  text::Arena arena_;
  syntax::Builder builder_;
  Part part_;
  std::vector<Line> lines_;
  std::vector<Begin> begins_;
  std::vector<std::size_t> told_; ///< Where comments begin that are told with what goes.
};

/// Lines of comments with JSON's mark.
std::string remarks(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    if (line.starts_with('#')) out += "//";
    out += line.substr(line.starts_with('#') ? 1 : 0);
    begin = end;
  }
  return out;
}

} // namespace

std::string with_removals(std::string snippet) {
  if (snippet.find('~') == std::string::npos && snippet.find("null") == std::string::npos) return snippet;
  const Snippet whole(snippet);
  if (whole.root() == nullptr || !removes(*whole.root())) return snippet;
  const Snippet blocks(Blocks(whole).run());
  if (blocks.root() == nullptr) return snippet;
  std::vector<Change> changes;
  add_removals(*blocks.root(), blocks.text(), changes);
  // Whose names are YAML themselves may not be read as meant.
  const Snippet told(changed(blocks.text(), changes));
  const bool broken = told.document().root == nullptr && !is_comment(told.text());
  return broken ? snippet : std::string(told.text());
}

std::string as_item(const std::string& snippet) {
  const Snippet read(snippet);
  const Node* root = read.document().root;
  if (root == nullptr || root->is_sequence() || (syntax::is_null(*root) && root->tag.empty())) return snippet;
  std::string out;
  std::string_view rest = snippet;
  for (bool begun = false; !rest.empty();) {
    const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    const bool is_remark = !begun && line.starts_with('#');
    if (!is_remark && line != "\n") out += begun ? "  " : "- ";
    begun = begun || !is_remark;
    out += line;
    rest.remove_prefix(line.size());
  }
  return out;
}

namespace {

/// A snippet's tree as JSON inside of a text has it.
class InText {
public:
  InText(const syntax::Builder& builder, bool has_names) : builder_(builder), has_names_(has_names) {}

  /// Null where it can't be said there. Recursion is as deep as the snippet.
  const Node* run(const Node& node) {
    if (const auto name = reference(node)) {
      const bool is_known = has_names_ || name->find("${") == std::string::npos;
      return is_known && !name->empty() ? builder_.string(*name, node.span) : nullptr;
    }
    const bool is_text = node.is_scalar() && syntax::scalar_type(node) == syntax::ScalarType::string;
    if (is_text && has_names_ && node.text.find("${") != std::string_view::npos) return nullptr;
    std::vector<Entry> entries;
    for (const Entry& entry : node.children) {
      const Node* value = run(*entry.value);
      if (value == nullptr) return nullptr;
      entries.push_back({entry.key, entry.key_span, value, false});
    }
    Node copy = node;
    copy.children = builder_.arena().copy(entries);
    return builder_.arena().make<Node>(copy);
  }

private:
  /// What an intrinsic's text is with names in it; empty where it is none of those that give text.
  static std::optional<std::string> reference(const Node& node) {
    const auto call = dialect::cloudformation::as_call(node);
    if (!call) return std::nullopt;
    const auto text = call->text();
    if (text && call->name == "Sub") return std::string(*text);
    if (text && (call->name == "Ref" || call->name == "GetAtt")) return "${" + std::string(*text) + "}";
    const auto parts = call->list();
    if (!parts || call->name != "GetAtt") return "";
    std::string name;
    for (const Entry& part : *parts) (name += name.empty() ? "" : ".") += part.value->text;
    return "${" + name + "}";
  }

  const syntax::Builder& builder_;
  bool has_names_;
};

} // namespace

std::optional<JsonEdit> as_json_in_text(const std::string& snippet, Part part, bool has_names) {
  const Snippet read(snippet);
  const Node* root = read.document().root;
  if (root == nullptr || syntax::is_null(*root)) return std::nullopt;
  text::Arena arena;
  const syntax::Builder builder(arena);
  syntax::Document document = read.document();
  document.root = InText(builder, has_names).run(*root);
  if (document.root == nullptr) return std::nullopt;
  std::string told = JsonSnippet(read.text(), document, part).run();
  for (std::size_t line = 0; told.compare(line, 2, "//") == 0; line = told.find('\n', line) + 1)
    told.replace(line, 2, "#");
  return JsonEdit{dialect::to_json(*document.root), std::move(told)};
}

std::string as_json(const std::string& snippet, Part part) {
  const Snippet read(snippet);
  const Node* root = read.document().root;
  const bool is_edit =
      part == Part::merged ? read.root() != nullptr : root != nullptr && !syntax::is_null(*root);
  return is_edit ? JsonSnippet(read.text(), read.document(), part).run() : remarks(snippet);
}

} // namespace slsaudit::rules
