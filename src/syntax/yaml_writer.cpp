// SPDX-License-Identifier: Apache-2.0
#include "syntax/yaml_writer.hpp"

#include "text/json_escape.hpp"

#include <algorithm>

namespace slsaudit::syntax {
namespace {

constexpr std::size_t longest_flow = 72; ///< Bytes that a list in brackets may take.

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c) {
  constexpr std::string_view others = "_-./:$@*+=";
  return is_letter(c) || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
}

/// Whether YAML reads the text as the same string when it stands there without quotes. Never wrongly true.
bool is_plain(std::string_view text, bool in_flow) {
  if (text.empty() || text.back() == ':' || text.back() == ' ') return false;
  if (!is_letter(text.front()) && text.front() != '/' && text.front() != '$' && text.front() != '_')
    return false;
  const auto fits = [&](char c) { return is_word(c) || (!in_flow && (c == ' ' || c == '{' || c == '}')); };
  if (!std::ranges::all_of(text, fits) || text.find(": ") != std::string_view::npos) return false;
  Node bare;
  bare.text = text;
  return scalar_type(bare) == ScalarType::string;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  text::append_json_escaped(out, text);
  return out + '"';
}

/// On one line.
std::string word(const Node& node, bool in_flow) {
  const bool is_string = node.is_quoted();
  if (!is_string && node.text.empty()) return "~";
  if (!is_string && !in_flow && node.text.find('\n') == std::string_view::npos) return std::string(node.text);
  if (is_plain(node.text, in_flow)) return std::string(node.text);
  Node bare = node;
  bare.tag = {};
  return scalar_type(bare) == ScalarType::string ? quoted(node.text) : std::string(node.text);
}

std::string key_text(std::string_view key) {
  return is_plain(key, false) ? std::string(key) : quoted(key);
}

bool is_block_text(const Node& node) {
  return node.is_scalar() && (node.style == Style::literal || node.style == Style::folded) &&
         node.text.find('\n') != std::string_view::npos && node.text.front() != ' ' &&
         node.text.front() != '\n' && !node.text.ends_with("\n\n");
}

/// "[a, b]" where the list is short and of nothing but words.
std::string flow(const Node& node) {
  std::string out = "[";
  for (const Entry& item : node.children) {
    if (!item.value->is_scalar() || !item.value->tag.empty()) return {};
    out += (out.size() > 1 ? ", " : "") + word(*item.value, true);
    if (out.size() > longest_flow) return {};
  }
  return out + "]";
}

/// Recursion follows the tree, whose depth the readers limit.
class Writer {
public:
  explicit Writer(std::size_t max) : max_(max) {}

  /// From where a line has come to, `column` blanks and maybe a dash: nothing stands there yet.
  void block(const Node& node, std::size_t column) {
    if (inline_text(node, column)) return;
    if (!node.tag.empty()) {
      out += node.tag;
      line(column + 2);
      return children(node, column + 2);
    }
    children(node, column);
  }

  /// Behind "key:", whose line is indented by `column`.
  void behind_key(const Node& node, std::size_t column) {
    out += ' ';
    if (inline_text(node, column)) return;
    if (node.tag.empty())
      out.pop_back();
    else
      out += node.tag;
    line(column + 2);
    children(node, column + 2);
  }

  std::string out;

private:
  void line(std::size_t column) {
    out += '\n';
    out.append(column, ' ');
  }

  /// What begins on the line that is there: words, short lists, block texts.
  bool inline_text(const Node& node, std::size_t column) {
    std::string text;
    if (node.kind == NodeKind::unknown) {
      text = word(node, false);
    } else if (is_block_text(node)) {
      text = node.text.back() == '\n' ? "|" : "|-";
    } else if (node.is_scalar()) {
      text = word(node, false);
    } else if (node.children.empty()) {
      text = node.is_mapping() ? "{}" : "[]";
    } else if (node.is_sequence()) {
      text = flow(node);
    }
    if (text.empty()) return false;
    if (!node.tag.empty()) out += std::string(node.tag) + ' ';
    out += text;
    if (is_block_text(node)) lines(node.text, column + 2);
    return true;
  }

  void lines(std::string_view text, std::size_t column) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (true) {
      const std::size_t end = text.find('\n');
      line(text.substr(0, end).empty() ? 0 : column);
      out += text.substr(0, end);
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  void children(const Node& node, std::size_t column) {
    bool first = true;
    for (const Entry& entry : node.children) {
      if (out.size() > max_) return;
      if (node.is_mapping() && node.find(entry.key) != &entry) continue; // A later one of the name counts.
      if (!first) line(column);
      first = false;
      if (node.is_sequence()) {
        out += "- ";
        block(*entry.value, column + 2);
      } else {
        out += key_text(entry.key) + ":";
        behind_key(*entry.value, column);
      }
    }
  }

  std::size_t max_;
};

} // namespace

std::string to_yaml(const Node& node, YamlPlace place, std::size_t max) {
  Writer writer(max);
  if (place.behind_key) {
    writer.behind_key(node, place.column);
    writer.out.erase(0, writer.out.starts_with(' ') ? 1 : 0);
  } else {
    writer.block(node, place.column);
  }
  return std::move(writer.out);
}

} // namespace slsaudit::syntax
