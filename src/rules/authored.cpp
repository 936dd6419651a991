// SPDX-License-Identifier: Apache-2.0
#include "rules/authored.hpp"

#include "syntax/relocate.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::rules {
namespace {

using syntax::Node;

constexpr std::size_t longest_text = 4096;

/// "!GetAtt" of "Fn::GetAtt"; empty where the key is no intrinsic's.
std::string short_tag(std::string_view key) {
  if (key == "Ref") return "!Ref";
  return key.starts_with("Fn::") ? "!" + std::string(key.substr(4)) : std::string();
}

bool is_intrinsic(const Node& node) {
  if (!node.tag.empty()) return true;
  return node.is_mapping() && node.children.size() == 1 && !short_tag(node.children.front().key).empty();
}

/// Where the blocks of a YAML text begin: the lines that stand at its left edge, and below each of them those
/// that stand no further in than all before them. Ascending, with the text's end.
std::vector<std::uint32_t> block_lines(std::string_view text) {
  std::vector<std::uint32_t> begins;
  std::size_t least = std::string_view::npos; // below the last line at the edge
  for (std::size_t line = 0; line < text.size();) {
    std::size_t first = line;
    while (first < text.size() && text[first] == ' ') ++first;
    const char c = first < text.size() ? text[first] : '\n';
    const std::size_t column = first - line;
    if (c != '\n' && c != '\r' && c != '#' && (column == 0 || column <= least)) {
      begins.push_back(static_cast<std::uint32_t>(line));
      least = column == 0 ? std::string_view::npos : column;
    }
    line = std::min(text.find('\n', first), text.size() - 1) + 1;
  }
  begins.push_back(static_cast<std::uint32_t>(text.size()));
  return begins;
}

/// What a value of JSON stands in, with 1 for itself and nothing else; empty where no value stands there, or
/// it would take long to know.
std::string_view json_brackets(std::string_view text, text::Span place) {
  constexpr std::string_view blanks = " \t\r\n";
  constexpr std::size_t longest_line = 4096;
  const std::string_view before = text.substr(0, place.begin);
  const std::string_view line = before.substr(before.rfind('\n') + 1); // npos + 1 is 0
  if (line.size() > longest_line) return {};
  bool in_text = false; // which ends with its line
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') in_text = !in_text;
    if (line[i] == '\\') ++i;
  }
  const std::size_t last = before.find_last_not_of(blanks);
  const std::size_t next = std::min(text.find_first_not_of(blanks, place.end), text.size());
  const bool is_key = next < text.size() && text[next] == ':';
  if (in_text || last == std::string_view::npos || is_key) return {};
  if (before[last] == ':') return "{\"\":1}";
  return before[last] == '[' || before[last] == ',' ? "[1]" : std::string_view();
}

/// Whether what stands behind a key of JSON may be a text that begins with "${".
bool may_be_variable(std::string_view json, text::Span key) {
  const std::size_t value = std::min(json.find_first_not_of(" \t\r\n:", key.end), json.size());
  return json.substr(value).starts_with("\"$") || json.substr(value).starts_with("\"\\");
}

bool has_reference(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

} // namespace

const Node* Authored::root(text::FileId file) {
  if (const syntax::Document* document = texts_.document(file)) return document->root;
  const auto [known, is_new] = roots_.emplace(file, nullptr);
  if (!is_new) return known->second;
  if (is_json(file)) known->second = syntax::read_json(texts_.sources, arena_, file).root;
  if (known->second == nullptr) known->second = syntax::read_yaml(texts_.sources, arena_, file).root;
  return known->second;
}

bool Authored::is_json(text::FileId file) const {
  const std::string_view text = texts_.sources.text(file);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

const Node* Authored::block_around(text::Span place) {
  constexpr std::size_t small = 2048; // bytes: reading all of it once is less work
  const std::string_view text = texts_.sources.text(place.file);
  const bool is_read = texts_.document(place.file) != nullptr || roots_.contains(place.file);
  if (is_read || text.size() < small) return nullptr;
  if (is_json(place.file)) return json_around(text, place);
  std::vector<std::uint32_t>& begins = begins_[place.file];
  if (begins.empty()) begins = block_lines(text);
  const auto behind = std::ranges::upper_bound(begins, place.begin);
  if (behind == begins.begin()) return nullptr;
  const std::uint32_t begin = *std::prev(behind);
  const std::uint32_t end = *std::ranges::upper_bound(begins, std::max(place.begin, place.end - 1));
  const text::Span block{place.file, begin, end};
  const auto [known, is_new] = alone_->roots.try_emplace(block, nullptr);
  if (!is_new) return known->second;
  return known->second = read_alone(syntax::read_yaml, text.substr(begin, end - begin), block);
}

const Node* Authored::json_around(std::string_view text, text::Span place) {
  const std::string_view around = json_brackets(text, place);
  const std::size_t before = around.find('1');
  if (around.empty() || place.begin < before) return nullptr;
  const auto [known, is_new] = alone_->roots.try_emplace(place, nullptr);
  if (!is_new) return known->second;
  std::string alone(around);
  alone.replace(before, 1, text.substr(place.begin, place.end - place.begin));
  const auto begin = static_cast<std::uint32_t>(place.begin - before);
  return known->second = read_alone(syntax::read_json, alone, {place.file, begin, place.end});
}

const Node* Authored::read_alone(Reader read, std::string_view text, text::Span place) {
  text::SourceMap alone;
  text::Arena arena(first_bytes);
  const syntax::Document document = read(alone, arena, alone.add("", std::string(text)), {});
  const bool is_whole = document.root != nullptr && document.problems.empty();
  alone_->bytes += text.size();
  return is_whole ? syntax::relocated(document, place.file, alone_->arena, place.begin).root : nullptr;
}

Authored::Found Authored::find_in(const Node* root, text::Span span) {
  Found found{root, nullptr};
  while (found.node != nullptr && found.node->span != span) {
    const auto inner = std::ranges::find_if(
        found.node->children, [&](const syntax::Entry& entry) { return entry.value->span.contains(span); });
    found = {inner == found.node->children.end() ? nullptr : inner->value, found.node};
  }
  return found;
}

namespace {

/// The entry whose key stands at exactly this span, or null.
const syntax::Entry* entry_at(const Node* node, text::Span key) {
  while (node != nullptr) {
    const auto inner = std::ranges::find_if(node->children, [&](const syntax::Entry& entry) {
      return entry.key_span == key || entry.value->span.contains(key);
    });
    if (inner == node->children.end()) return nullptr;
    if (inner->key_span == key) return &*inner;
    node = inner->value;
  }
  return nullptr;
}

} // namespace

Authored::Found Authored::find(text::Span span) {
  if (!span.valid()) return {};
  const Found found = find_in(block_around(span), span);
  // What a block begins with may stand in something else.
  return found.node != nullptr && found.parent != nullptr ? found : find_in(root(span.file), span);
}

const Node* Authored::at(text::Span span) {
  return find(span).node;
}

const Node* Authored::variable(text::Span key) {
  if (!key.valid()) return nullptr;
  if (is_json(key.file) && !may_be_variable(texts_.sources.text(key.file), key)) return nullptr;
  const syntax::Entry* entry = entry_at(block_around(key), key);
  if (entry == nullptr) entry = entry_at(root(key.file), key);
  if (entry == nullptr) return nullptr;
  const Node& node = *entry->value;
  const bool is_one =
      node.is_scalar() && node.tag.empty() && node.text.starts_with("${") && node.text.ends_with('}');
  return is_one ? &node : nullptr;
}

Authored::TextAround Authored::text_around(text::Span piece) {
  if (!piece.valid() || is_json(piece.file)) return {};
  TextAround found{root(piece.file), false};
  while (found.node != nullptr && !found.node->is_scalar()) {
    const auto inner = std::ranges::find_if(
        found.node->children, [&](const syntax::Entry& entry) { return entry.value->span.contains(piece); });
    if (inner == found.node->children.end()) return {};
    found.has_names = found.has_names || inner->key == "Fn::Sub" || inner->value->tag == "!Sub";
    found.node = inner->value;
  }
  const bool is_verbatim = found.node != nullptr && found.node->style != syntax::Style::double_quoted;
  return is_verbatim ? found : TextAround();
}

bool Authored::is_item(text::Span span) {
  const Found found = find(span);
  return found.node != nullptr && found.parent != nullptr && found.parent->is_sequence();
}

/// A row's text may stand at something that it is not: at the resource that lacks a property.
const Node* Authored::written(const cel::Value& value) {
  const text::Span span = value.is_property() ? value.property()->span() : value.span();
  const Node* node = at(span);
  if (node == nullptr || value.from_template() || value.is_property()) return node;
  const auto text = value.string();
  if (!text) return nullptr;
  const bool same = node->is_scalar() && node->text == *text;
  return same || (is_intrinsic(*node) && has_reference(*text)) ? node : nullptr;
}

const Node* Authored::tree(const cel::Value& value) {
  const Node* node = written(value);
  return node != nullptr ? node : made(value);
}

void Authored::forget_made() {
  constexpr std::size_t most_bytes = 16UL * 1024; // the next fix may look at the same block
  if (alone_->bytes > most_bytes) alone_.emplace();
  constexpr std::size_t most_fixes = 8; // an arena takes some memory to begin with
  if (++fixes_ < most_fixes) return;
  made_.emplace(first_bytes);
  fixes_ = 0;
}

const Node* Authored::made(const cel::Value& value) {
  if (value.list() != nullptr) return made(*value.list());
  if (value.map() != nullptr) return made(*value.map());
  if (value.is_property()) return made(*value.property());
  if (value.unknown() != nullptr) return builder().plain("…", {});
  const bool is_text = value.string().has_value() || value.object() != nullptr;
  const std::string shown = value.is_null() ? "~" : value.display();
  return is_text ? builder().string(shown, {}) : builder().plain(shown, {});
}

const Node* Authored::made(const cel::List& items) {
  std::vector<const Node*> nodes;
  for (const cel::Value& item : items) nodes.push_back(tree(item));
  return builder().sequence(nodes, {});
}

const Node* Authored::made(const cel::Map& entries) {
  if (entries.size() == 1 && entries.front().first.string().has_value()) {
    const std::string tag = short_tag(*entries.front().first.string());
    const Node* argument = tree(entries.front().second);
    if (!tag.empty() && argument->tag.empty()) {
      Node tagged = *argument;
      tagged.tag = made_->copy(tag);
      return made_->make<Node>(tagged);
    }
  }
  std::vector<syntax::Entry> nodes;
  for (const auto& [key, value] : entries) {
    // What a variable gives may mean nothing where it is written, and differs by stage.
    const Node* named = variable(key.span());
    nodes.push_back(builder().entry(key.display(), named != nullptr ? named : tree(value), {}));
  }
  return builder().mapping(nodes, {});
}

const Node* Authored::made(const value::Value& property) {
  if (property.is_list()) {
    cel::List items;
    for (const value::Value& item : property.items()) items.emplace_back(item);
    return made(items);
  }
  if (property.is_map()) {
    cel::Map entries;
    for (const value::Member& member : property.members())
      entries.emplace_back(cel::Value(member.key).at(member.value.key_span()), member.value);
    return made(entries);
  }
  if (property.is(value::Kind::conditional))
    return made(cel::Map{{"Fn::If", cel::List{property.condition(), cel::Value(property.when_true()),
                                              cel::Value(property.when_false())}}});
  const std::string shown = property.display(longest_text);
  return made(cel::Map{{"Fn::Sub", cel::Value(shown)}});
}

} // namespace slsaudit::rules
