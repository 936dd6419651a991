// SPDX-License-Identifier: Apache-2.0
#include "dialect/print.hpp"

#include "text/json_escape.hpp"

#include <charconv>

namespace slsaudit::dialect {

namespace {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using syntax::ScalarType;

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  text::append_json_escaped(out, text);
  out += '"';
}

template <class T> void append_number(std::string& out, T value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, end.ptr);
}

/// Text like 0123 is an account id or a code more often than a number.
bool has_leading_zero(std::string_view text) {
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

void append_scalar(std::string& out, const Node& node) {
  // A tag other than YAML's own has been turned into an intrinsic; its argument is read like any plain text.
  Node bare = node;
  if (!bare.tag.starts_with("!!")) bare.tag = {};
  switch (syntax::scalar_type(bare)) {
  case ScalarType::null:
    out += "null";
    return;
  case ScalarType::boolean:
    out += *syntax::as_boolean(bare) ? "true" : "false";
    return;
  case ScalarType::integer:
    if (has_leading_zero(bare.text)) break;
    append_number(out, *syntax::as_integer(bare));
    return;
  case ScalarType::number:
    if (has_leading_zero(bare.text)) break;
    append_number(out, *syntax::as_number(bare));
    return;
  case ScalarType::string:
    break;
  }
  append_quoted(out, bare.text);
}

/// "Ref" of "!Ref", "Fn::Sub" of "!Sub"; empty where the tag is no intrinsic.
std::string long_form(std::string_view tag) {
  if (tag.size() < 2 || tag[0] != '!' || tag[1] == '!' || tag[1] == '<') return {};
  const std::string_view name = tag.substr(1);
  if (name == "Ref" || name == "Condition") return std::string(name);
  return "Fn::" + std::string(name);
}

/// Recursion follows the tree, whose depth the readers limit.
class Printer {
public:
  explicit Printer(bool is_short = false) : is_short_(is_short) {}

  void node(const Node* node, int depth) {
    if (node == nullptr) {
      out += "null";
      return;
    }
    const std::size_t begin = out.size();
    whole(*node, depth);
    const bool small = node->is_sequence() || node->children.size() == 1 || !node->tag.empty();
    if (is_short_ && small) shorten(begin);
  }

  void key(std::string_view key, int depth, bool first) {
    if (first) {
      open('{', depth + 1);
    } else {
      out += ',';
      line(depth + 1);
    }
    append_quoted(out, key);
    out += ": ";
  }

  void close(char bracket, int depth) {
    line(depth);
    out += bracket;
  }

  std::string out;

private:
  void whole(const Node& node, int depth) {
    const std::string function = long_form(node.tag);
    if (function.empty()) {
      bare(node, depth);
      return;
    }
    open('{', depth + 1);
    append_quoted(out, function);
    out += ": ";
    argument(node, function, depth + 1);
    close('}', depth);
  }

  /// Puts on one line what has been printed since `begin`, if it fits. Strings hold no line ends.
  void shorten(std::size_t begin) {
    constexpr std::size_t longest = 72;
    std::string flat;
    for (std::size_t i = begin; i < out.size(); ++i) {
      if (out[i] != '\n') {
        flat += out[i];
        if (flat.size() > longest) return;
        continue;
      }
      i = out.find_first_not_of(' ', i + 1) - 1;
      if (flat.ends_with(',')) flat += ' ';
    }
    out.replace(begin, std::string::npos, flat);
  }

  void line(int depth) {
    out += '\n';
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
  }

  void open(char bracket, int depth) {
    out += bracket;
    line(depth);
  }

  void argument(const Node& node, std::string_view function, int depth) {
    const auto dot = node.text.find('.');
    if (function != "Fn::GetAtt" || !node.is_scalar() || dot == std::string_view::npos) {
      bare(node, depth);
      return;
    }
    open('[', depth + 1);
    append_quoted(out, node.text.substr(0, dot));
    out += ',';
    line(depth + 1);
    append_quoted(out, node.text.substr(dot + 1));
    close(']', depth);
  }

  void bare(const Node& node, int depth) {
    switch (node.kind) {
    case NodeKind::scalar:
      append_scalar(out, node);
      return;
    case NodeKind::unknown:
      key("slsaudit::unknown", depth, true);
      append_quoted(out, node.reason);
      close('}', depth);
      return;
    case NodeKind::sequence:
      sequence(node, depth);
      return;
    case NodeKind::mapping:
      mapping(node, depth);
      return;
    }
  }

  void sequence(const Node& node, int depth) {
    if (node.children.empty()) {
      out += "[]";
      return;
    }
    open('[', depth + 1);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) {
        out += ',';
        line(depth + 1);
      }
      this->node(node.children[i].value, depth + 1);
    }
    close(']', depth);
  }

  void mapping(const Node& node, int depth) {
    bool first = true;
    for (const Entry& entry : node.children) {
      if (node.find(entry.key) != &entry) continue; // A later one of the same name counts.
      key(entry.key, depth, first);
      this->node(entry.value, depth + 1);
      first = false;
    }
    if (first) {
      out += "{}";
    } else {
      close('}', depth);
    }
  }

  bool is_short_;
};

} // namespace

std::string to_json(const syntax::Node& node) {
  Printer printer;
  printer.node(&node, 0);
  return std::move(printer.out);
}

std::string to_short_json(const syntax::Node& node) {
  Printer printer(true);
  printer.node(&node, 0);
  return std::move(printer.out);
}

std::string to_json(const Lowered& lowered) {
  Printer printer;
  printer.key("AWSTemplateFormatVersion", 0, true);
  printer.out += "\"2010-09-09\"";
  const auto section = [&](std::string_view name, const Node* node) {
    if (node == nullptr) return;
    printer.key(name, 0, false);
    printer.node(node, 1);
  };
  section("Metadata", lowered.metadata);
  section("Parameters", lowered.parameters);
  section("Mappings", lowered.mappings);
  section("Conditions", lowered.conditions);
  printer.key("Resources", 0, false);
  bool first = true;
  for (const LoweredResource& resource : lowered.resources) {
    printer.key(resource.logical_id, 1, first);
    printer.node(resource.body, 2);
    first = false;
  }
  if (first) {
    printer.out += "{}";
  } else {
    printer.close('}', 1);
  }
  section("Outputs", lowered.outputs);
  printer.close('}', 0);
  printer.out += '\n';
  return std::move(printer.out);
}

} // namespace slsaudit::dialect
