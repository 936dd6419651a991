// SPDX-License-Identifier: Apache-2.0
#include "syntax/dump.hpp"

#include <vector>

namespace slsaudit::syntax {

namespace {

void quote(std::string& out, std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20U || byte == 0x7FU) {
      out += "\\x";
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

void open(std::string& out, const Node* node) {
  if (!node->tag.empty()) {
    out += node->tag;
    out += ' ';
  }
  switch (node->kind) {
  case NodeKind::scalar:
    if (node->is_quoted()) {
      quote(out, node->text);
    } else {
      out += node->text.empty() ? std::string_view("~") : node->text;
    }
    break;
  case NodeKind::unknown:
    out += "?(";
    out += node->text;
    out += ')';
    break;
  case NodeKind::sequence: out += '['; break;
  case NodeKind::mapping: out += '{'; break;
  }
}

void close(std::string& out, const Node* node, bool spans) {
  if (node->is_sequence()) out += ']';
  if (node->is_mapping()) out += '}';
  if (spans) out += "@" + std::to_string(node->span.begin) + "-" + std::to_string(node->span.end);
}

} // namespace

std::string dump(const Node* root, bool spans) {
  if (root == nullptr) return "(nothing)";
  struct Frame {
    const Node* node;
    std::size_t next;
  };
  std::string out;
  std::vector<Frame> stack{{root, 0}};
  open(out, root);
  while (!stack.empty()) {
    Frame& top = stack.back();
    if (top.next == top.node->children.size()) {
      close(out, top.node, spans);
      stack.pop_back();
      continue;
    }
    const Entry& entry = top.node->children[top.next];
    if (top.next > 0) out += ", ";
    top.next += 1;
    if (top.node->is_mapping()) {
      out += entry.key;
      out += ": ";
    }
    open(out, entry.value);
    stack.push_back({entry.value, 0});
  }
  return out;
}

} // namespace slsaudit::syntax
