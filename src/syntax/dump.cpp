// SPDX-License-Identifier: Apache-2.0
#include "syntax/dump.hpp"

#include <vector>

namespace slsaudit::syntax {

namespace {

void quote(std::string& out, std::string_view text, char mark) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out += mark;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == mark || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\n" : "\\t";
    } else if (byte < 0x20U || byte == 0x7FU) {
      out += "\\x";
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += mark;
}

/// Would this text, written as it is, read as something else in a dump?
bool needs_marks(std::string_view text) {
  constexpr std::string_view first = "\"'`[{*?@";
  return first.find(text.front()) != std::string_view::npos || text.front() == ' ' || text.back() == ' ' ||
         text.find(", ") != std::string_view::npos || text.find(": ") != std::string_view::npos ||
         text.find_first_of("\n\t\r") != std::string_view::npos;
}

void plain(std::string& out, std::string_view text, std::string_view when_empty) {
  if (text.empty()) {
    out += when_empty;
  } else if (needs_marks(text)) {
    quote(out, text, '`');
  } else {
    out += text;
  }
}

void scalar(std::string& out, const Node& node, bool styles) {
  if (!node.is_quoted()) {
    plain(out, node.text, "~");
    return;
  }
  if (styles && node.style == Style::literal) out += '|';
  if (styles && node.style == Style::folded) out += '>';
  quote(out, node.text, styles && node.style == Style::single_quoted ? '\'' : '"');
}

void open(std::string& out, const Node& node, bool styles) {
  if (!node.tag.empty()) {
    out += node.tag;
    out += ' ';
  }
  switch (node.kind) {
  case NodeKind::scalar:
    scalar(out, node, styles);
    break;
  case NodeKind::unknown:
    out += "?(";
    out += node.text;
    out += ')';
    break;
  case NodeKind::sequence:
    out += '[';
    break;
  case NodeKind::mapping:
    out += '{';
    break;
  }
}

void place(std::string& out, text::Span span, bool spans) {
  if (spans) out += "@" + std::to_string(span.begin) + "-" + std::to_string(span.end);
}

void close(std::string& out, const Node& node, bool spans) {
  if (node.is_sequence()) out += ']';
  if (node.is_mapping()) out += '}';
  place(out, node.span, spans);
}

} // namespace

std::string dump(const Node* root, DumpOptions options) {
  if (root == nullptr) return "(nothing)";
  struct Frame {
    const Node* node;
    std::size_t next;
  };
  std::string out;
  std::vector<Frame> stack{{root, 0}};
  open(out, *root, options.styles);
  while (!stack.empty()) {
    Frame& top = stack.back();
    if (top.next == top.node->children.size()) {
      close(out, *top.node, options.spans);
      stack.pop_back();
      continue;
    }
    const Entry& entry = top.node->children[top.next];
    if (top.next > 0) out += ", ";
    top.next += 1;
    if (top.node->is_mapping()) {
      if (entry.merged) out += '*';
      plain(out, entry.key, "``");
      place(out, entry.key_span, options.spans);
      out += ": ";
    }
    open(out, *entry.value, options.styles);
    stack.push_back({entry.value, 0});
  }
  return out;
}

} // namespace slsaudit::syntax
