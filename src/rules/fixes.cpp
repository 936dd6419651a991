// SPDX-License-Identifier: Apache-2.0
#include "rules/fixes.hpp"

#include "dialect/print.hpp"
#include "rules/snippet.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace slsaudit::rules {
namespace {

using syntax::Entry;
using syntax::Node;

constexpr std::array<std::string_view, 12> sections{"AWSTemplateFormatVersion",
                                                    "Conditions",
                                                    "Description",
                                                    "Globals",
                                                    "Hooks",
                                                    "Mappings",
                                                    "Metadata",
                                                    "Outputs",
                                                    "Parameters",
                                                    "Resources",
                                                    "Rules",
                                                    "Transform"};

bool is_section(const Entry& entry) {
  return std::ranges::find(sections, entry.key) != sections.end();
}

/// The lines of each key of a snippet, with what is below it and the comments above.
std::vector<std::string_view> paragraphs(const Snippet& snippet) {
  std::vector<std::string_view> result;
  std::size_t begin = 0;
  const auto& entries = snippet.root()->children;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool last = i + 1 == entries.size();
    const text::Span whole{entries[i].key_span.file, entries[i].key_span.begin,
                           std::max(entries[i].key_span.end, entries[i].value->span.end)};
    const std::size_t end = last ? snippet.text().size() : snippet.line_behind(whole);
    result.push_back(snippet.text().substr(begin, end - begin));
    begin = end;
  }
  return result;
}

std::string indented(std::string_view text, std::size_t by) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    if (text[begin] != '\n') out.append(by, ' ');
    out += text.substr(begin, end - begin);
    begin = end;
  }
  return out;
}

bool is_resource(const Entry& entry) {
  return entry.value->get("Type") != nullptr || entry.value->get("Properties") != nullptr;
}

/// What is written as a text of JSON, as the map that it says.
const Node* as_map(const Node* node, const syntax::Builder& builder) {
  if (node == nullptr || !node->is_scalar() || !node->tag.empty() || !node->text.starts_with('{'))
    return node;
  text::SourceMap sources;
  const Node* read =
      syntax::read_json(sources, builder.arena(), sources.add("text", std::string(node->text))).root;
  return read != nullptr && read->is_mapping() ? read : node;
}

/// Recursion is as deep as the snippet, whose depth the reader limits.
const Node* merged(const Node* below, const Node& above, const syntax::Builder& builder) {
  if (above.is_mapping() && above.tag.empty()) below = as_map(below, builder);
  if (!above.is_mapping() || (below != nullptr && !below->is_mapping()) || !above.tag.empty()) return &above;
  std::vector<Entry> entries;
  if (below != nullptr) entries.assign(below->children.begin(), below->children.end());
  for (const Entry& entry : above.children) {
    // Of a key that is written twice the last one counts.
    const auto last = std::ranges::find(entries.rbegin(), entries.rend(), entry.key, &Entry::key);
    const auto old = last == entries.rend() ? entries.end() : std::prev(last.base());
    const bool null = syntax::is_null(*entry.value);
    if (null && entry.value->text.empty()) {
      // Nothing came of what was to stand below it: that is no removal, which is written `~`.
      if (old == entries.end()) entries.push_back(entry);
    } else if (null) {
      std::erase_if(entries, [&](const Entry& one) { return one.key == entry.key; });
    } else if (old != entries.end()) {
      old->value = merged(old->value, *entry.value, builder);
    } else {
      entries.push_back({entry.key, entry.key_span, merged(nullptr, *entry.value, builder), false});
    }
  }
  return builder.mapping(entries, below != nullptr ? below->span : above.span);
}

const Node* below(std::string_view key, const Node& inner, const syntax::Builder& builder) {
  return builder.mapping({builder.entry(key, &inner, inner.span)}, inner.span);
}

/// The key of a loop's body that gives a resource's id: `Table${Name}` of `TableOrders`; empty for no such.
std::string_view looped_key(const Node& body, std::string_view id) {
  for (const Entry& entry : body.children) {
    const std::size_t open = std::min(entry.key.find("${"), entry.key.find("&{"));
    const std::size_t close = entry.key.rfind('}');
    if (open == std::string_view::npos || close == std::string_view::npos) continue;
    const std::string_view end = entry.key.substr(close + 1);
    if (id.size() > open + end.size() && id.starts_with(entry.key.substr(0, open)) && id.ends_with(end))
      return entry.key;
  }
  return {};
}

/// What a snippet says of a resource that a loop makes is said where the loop has it.
Entry in_loop(const Node* resources, const Entry& said, const syntax::Builder& builder) {
  if (resources == nullptr || resources->get(said.key) != nullptr) return said;
  for (const Entry& loop : resources->children) {
    const auto& parts = loop.value->children;
    if (!loop.key.starts_with("Fn::ForEach::") || parts.size() != 3 || !parts[2].value->is_mapping())
      continue;
    const std::string_view key = looped_key(*parts[2].value, said.key);
    if (key.empty()) continue;
    const Node* body = merged(parts[2].value, *below(key, *said.value, builder), builder);
    return builder.entry(loop.key, builder.sequence({parts[0].value, parts[1].value, body}, loop.value->span),
                         loop.key_span);
  }
  return said;
}

/// What a snippet says of a resource by its id, wherever it stands.
const Node* body_of(const Node& root, std::string_view id) {
  const Node* framework = root.get("resources");
  const Node* resources = (framework != nullptr ? framework : &root)->get("Resources");
  const Node* body = resources == nullptr ? nullptr : resources->get(id);
  return body != nullptr ? body : root.get(id);
}

/// A tree that has one node replaced wherever it is shared.
class Replacer {
public:
  Replacer(text::Span replaced, const Node& edit, const syntax::Builder& builder,
           const text::SourceMap& sources)
      : replaced_(replaced), edit_(edit), builder_(builder), sources_(sources) {}

  /// Recursion is as deep as the template, whose depth the readers limit.
  const Node* run(const Node* node) {
    if (node->span == replaced_) return &edit_;
    if (node->is_scalar() && node->span.contains(replaced_)) return spliced(*node);
    if (node->children.empty()) return node;
    const auto [known, is_new] = done_.emplace(node, node);
    if (!is_new) return known->second;
    const Node* result = rebuilt(*node);
    return done_[node] = result;
  }

private:
  /// A text of JSON, as it is written but for what is replaced in it: what stands round that may have been
  /// replaced already, behind it.
  const Node* spliced(const Node& node) {
    const std::string_view written = sources_.text(node.span);
    const std::size_t brace = std::min(written.find('{'), written.size());
    const std::string_view json = written.substr(brace, written.rfind('}') + 1 - brace); // npos + 1 is 0
    const std::size_t begin = replaced_.begin - node.span.begin - brace;
    const std::size_t length = replaced_.end - replaced_.begin;
    if (replaced_.begin < node.span.begin + brace || begin + length > json.size()) return &node;
    const std::string_view before = json.substr(0, begin);
    std::string text(node.text.starts_with(before) ? node.text : json);
    std::string edit;
    if (is_json_item(replaced_, sources_) && edit_.is_sequence()) {
      for (const Entry& item : edit_.children)
        (edit += edit.empty() ? "" : ", ") += dialect::to_json(*item.value);
    } else {
      edit = dialect::to_json(edit_);
    }
    text.replace(begin, length, edit);
    Node copy = node;
    copy.text = builder_.arena().copy(text);
    return builder_.arena().make<Node>(copy);
  }

  const Node* rebuilt(const Node& node) {
    std::vector<Entry> entries;
    bool changed = false;
    for (const Entry& entry : node.children) {
      const Node* value = run(entry.value);
      changed = changed || value != entry.value;
      if (value == &edit_ && node.is_sequence() && edit_.is_sequence())
        entries.insert(entries.end(), edit_.children.begin(), edit_.children.end());
      else
        entries.push_back({entry.key, entry.key_span, value, entry.merged});
    }
    if (!changed) return &node;
    Node copy = node;
    copy.children = builder_.arena().copy(entries);
    return builder_.arena().make<Node>(copy);
  }

  text::Span replaced_;
  const Node& edit_;
  const syntax::Builder& builder_;
  const text::SourceMap& sources_;
  std::unordered_map<const Node*, const Node*> done_;
};

/// What a snippet says of a resource: the lines of its key and those that stand further in; all of the
/// snippet where the key is none that begins a line, and nothing where it isn't there.
std::string_view block_of(std::string_view snippet, std::string_view id) {
  for (std::size_t at = snippet.find(id); at != snippet.npos; at = snippet.find(id, at + 1)) {
    const std::size_t line = snippet.substr(0, at).rfind('\n') + 1; // npos + 1 is 0
    const std::size_t column = at - line;
    if (!snippet.substr(at + id.size()).starts_with(':')) {
      if (snippet.substr(at + id.size()).find_first_of("\"':{") == 0) return snippet;
      continue;
    }
    if (snippet.find_first_not_of(' ', line) != at) return snippet;
    std::size_t end = std::min(snippet.find('\n', at), snippet.size());
    while (end < snippet.size()) {
      const std::size_t first = std::min(snippet.find_first_not_of(" \n", end), snippet.size());
      const std::size_t its_line = snippet.substr(0, first).rfind('\n') + 1;
      if (first == snippet.size() || first - its_line <= column) break;
      end = std::min(snippet.find('\n', first), snippet.size());
    }
    return snippet.substr(line, end - line);
  }
  return {};
}

/// Whether a snippet may give a resource another type than this: most do not, and need no look at their tree.
bool may_retype(std::string_view snippet, std::string_view type) {
  constexpr std::string_view key = "Type";
  for (std::size_t at = snippet.find(key); at != snippet.npos; at = snippet.find(key, at + 1)) {
    const auto is_letter = [&](std::size_t i) {
      return i < snippet.size() && text::lower(snippet[i]) >= 'a' && text::lower(snippet[i]) <= 'z';
    };
    const std::size_t behind = at + key.size();
    if ((at > 0 && is_letter(at - 1)) || is_letter(behind)) continue; // of AttributeType, of Types
    if (!snippet.substr(behind).starts_with(": ")) return true;
    const std::string_view said = snippet.substr(behind + 2);
    if (said.substr(0, said.find_first_of(",}\n")) != type) return true;
  }
  return false;
}

} // namespace

std::string with_own_type(std::string fix, std::string_view id, const dialect::Resource& resource) {
  // A dialect's own resource may have to become a plain one.
  if (id.empty() || !resource.author.type.empty() || !may_retype(block_of(fix, id), resource.type))
    return fix;
  const Snippet snippet(fix);
  const Node* body = snippet.root() == nullptr ? nullptr : body_of(*snippet.root(), id);
  const Entry* type = body == nullptr ? nullptr : body->find("Type");
  // What has nothing else to say of the resource says what it is.
  if (type == nullptr || body->get("Properties") == nullptr || type->value->text == resource.type) return fix;
  const std::size_t line = snippet.line_of(type->key_span);
  const bool alone = snippet.text().find_first_not_of(' ', line) == type->key_span.begin;
  if (alone) fix.erase(line, snippet.line_behind(type->value->span) - line);
  return fix;
}

const Node* apply_fix(const Node& root, const Node& fix, dialect::Dialect dialect, std::string_view resource,
                      const syntax::Builder& builder) {
  if (dialect == dialect::Dialect::serverless || !fix.is_mapping()) return merged(&root, fix, builder);
  std::vector<Entry> at_root;
  std::vector<Entry> resources;
  std::vector<Entry> properties;
  for (const Entry& entry : fix.children) {
    const bool is_of_root = is_section(entry) || root.find(entry.key) != nullptr;
    const bool of_resource = !is_of_root && is_resource(entry);
    (is_of_root    ? at_root
     : of_resource ? resources
                   : properties)
        .push_back(of_resource ? in_loop(root.get("Resources"), entry, builder) : entry);
  }
  const Node* whole = merged(&root, *builder.mapping(at_root, fix.span), builder);
  whole = merged(whole, *below("Resources", *builder.mapping(resources, fix.span), builder), builder);
  if (properties.empty()) return whole;
  const Node* inner = below("Properties", *builder.mapping(properties, fix.span), builder);
  return merged(whole, *below("Resources", *below(resource, *inner, builder), builder), builder);
}

const Node* replace_at(const Node& root, text::Span replaced, const Node& edit,
                       const syntax::Builder& builder, const text::SourceMap& sources) {
  replaced.file = root.span.file; // The same text has another number where it was read before.
  return Replacer(replaced, edit, builder, sources).run(&root);
}

namespace {

/// What stands before a place on its line.
std::string_view before_on_line(text::Span place, const text::SourceMap& sources) {
  const std::uint32_t line = sources.position(place.file, place.begin).line;
  return sources.line(place.file, line).substr(0, place.begin - sources.line_start(place.file, line));
}

} // namespace

bool is_json_item(text::Span place, const text::SourceMap& sources) {
  const std::string_view before = sources.text(place.file).substr(0, place.begin);
  const std::size_t last = before.find_last_not_of(" \t\r\n");
  return last != std::string_view::npos && (before[last] == '[' || before[last] == ',');
}

bool has_own_lines(text::Span place, const text::SourceMap& sources) {
  return before_on_line(place, sources).find_first_not_of(" \t-") == std::string_view::npos;
}

std::string with_comma(std::string told, text::Span place, const text::SourceMap& sources) {
  const std::string_view rest = sources.text(place.file).substr(place.end);
  const std::size_t next = rest.find_first_not_of(" \t\r\n");
  const bool goes = has_own_lines(place, sources) && next != std::string_view::npos && rest[next] == ',';
  const std::size_t line = told.substr(0, told.size() - 1).rfind('\n') + 1; // npos + 1 is 0
  if (goes && told.ends_with('\n') && !std::string_view(told).substr(line).starts_with("//"))
    told.insert(told.size() - 1, ",");
  return told;
}

std::string in_place_of(text::Span replaced, text::FileId file, const text::SourceMap& sources) {
  constexpr std::size_t longest = 60;
  std::uint32_t first = sources.position(replaced.file, replaced.begin).line;
  const std::uint32_t last = sources.position(replaced.file, replaced.end).line;
  // Beside a key or other items, it is the value alone that goes.
  const std::string_view before = before_on_line(replaced, sources);
  const bool beside = !has_own_lines(replaced, sources);
  // An item may begin below its dash, which goes too.
  const std::string_view above = first > 1 ? sources.line(replaced.file, first - 1) : std::string_view();
  const std::size_t dash = above.find_first_not_of(" \t");
  const bool below_dash = dash != std::string_view::npos && above.substr(dash, 1) == "-" &&
                          above.find_first_not_of(" \t\r", dash + 1) == std::string_view::npos;
  if (below_dash && before.find_first_not_of(" \t") == std::string_view::npos) --first;
  const std::string_view old = sources.text(replaced);
  const bool shown = first == last && old.size() <= longest && old.find('`') == std::string_view::npos;
  std::string text = "# in place of ";
  if (beside) text += shown ? "`" + std::string(old) + "` in " : "the value in ";
  text += std::string(first == last ? "line " : "lines ") + std::to_string(first);
  if (last != first) text += " to " + std::to_string(last);
  if (replaced.file != file) text += " of " + std::string(sources.path(replaced.file));
  return text + ":\n";
}

std::string below_resources(std::string_view snippet, std::string_view resource) {
  const Snippet read{std::string(snippet)};
  if (read.root() == nullptr) return std::string(snippet);
  const std::vector<std::string_view> texts = paragraphs(read);
  std::string others;
  std::string resources;
  std::string properties;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Entry& entry = read.root()->children[i];
    if (entry.key == "Resources") {
      const std::size_t line = texts[i].find(entry.key);
      resources += indented(texts[i].substr(0, line), 4);
      resources += indented(texts[i].substr(texts[i].find('\n', line) + 1), 2);
    } else if (is_section(entry)) {
      others += indented(texts[i], 2);
    } else if (is_resource(entry)) {
      resources += indented(texts[i], 4);
    } else {
      properties += indented(texts[i], 8);
    }
  }
  if (!properties.empty())
    resources += "    " + std::string(resource) + ":\n      Properties:\n" + properties;
  return "resources:\n" + others + (resources.empty() ? "" : "  Resources:\n" + resources);
}

} // namespace slsaudit::rules
