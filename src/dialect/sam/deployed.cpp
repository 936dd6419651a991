// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/deployed.hpp"

#include "dialect/sam/nodes.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

/// JSON with sorted keys, indented by four, all ASCII. Recursion follows the author's nesting.
class DefinitionWriter {
public:
  explicit DefinitionWriter(text::Arena& arena) : substitutions(arena) {}

  Map substitutions;

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> result(1);
    for (const char c : out_) {
      if (c == '\n') {
        result.emplace_back();
      } else {
        result.back() += c;
      }
    }
    return result;
  }

  void write(const Node& node, std::size_t depth) {
    if (is_intrinsic(&node) || is_dynamic(node)) {
      count_ += 1;
      const std::string name = "definition_substitution_" + std::to_string(count_);
      substitutions.set(name, &node);
      quote("${" + name + "}");
    } else if (node.is_mapping()) {
      mapping(node, depth);
    } else if (node.is_sequence()) {
      sequence(node, depth);
    } else {
      scalar(node);
    }
  }

private:
  static bool is_dynamic(const Node& node) {
    return node.is_scalar() && node.text.starts_with("{{resolve:") && node.text.ends_with("}}");
  }

  void line(std::size_t depth) {
    out_ += '\n';
    out_.append(depth * 4, ' ');
  }

  void mapping(const Node& node, std::size_t depth) {
    std::vector<Entry> entries = kept_entries(node);
    std::ranges::sort(entries, {}, &Entry::key);
    out_ += '{';
    for (const Entry& entry : entries) {
      if (&entry != entries.data()) out_ += ',';
      line(depth + 1);
      quote(entry.key);
      out_ += ": ";
      write(*entry.value, depth + 1);
    }
    if (!entries.empty()) line(depth);
    out_ += '}';
  }

  void sequence(const Node& node, std::size_t depth) {
    out_ += '[';
    bool first = true;
    for (const Entry& entry : node.children) {
      if (!first) out_ += ',';
      first = false;
      line(depth + 1);
      write(*entry.value, depth + 1);
    }
    if (!first) line(depth);
    out_ += ']';
  }

  void scalar(const Node& node) {
    switch (syntax::scalar_type(node)) {
    case syntax::ScalarType::null:
      out_ += "null";
      return;
    case syntax::ScalarType::boolean:
      out_ += *syntax::as_boolean(node) ? "true" : "false";
      return;
    case syntax::ScalarType::integer:
      out_ += std::to_string(*syntax::as_integer(node));
      return;
    case syntax::ScalarType::number:
      out_ += node.text;
      return;
    case syntax::ScalarType::string:
      quote(node.text);
      return;
    }
  }

  void escape(std::uint32_t unit) {
    static constexpr std::string_view hex = "0123456789abcdef";
    out_ += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out_ += hex[(unit >> static_cast<unsigned>(shift)) & 15U];
  }

  /// The readers have checked the encoding; a code point beyond the basic plane is two units.
  void quote(std::string_view text) {
    static constexpr std::string_view plain = "\"\\\n\r\t\b\f";
    static constexpr std::string_view letters = "\"\\nrtbf";
    out_ += '"';
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = static_cast<unsigned char>(text[i]);
      const auto special = plain.find(text[i]);
      const std::size_t length = byte < 0x80U ? 1 : byte < 0xE0U ? 2 : byte < 0xF0U ? 3 : 4;
      if (special != std::string_view::npos) {
        out_ += '\\';
        out_ += letters[special];
      } else if (byte >= 0x20U && byte < 0x7FU) {
        out_ += text[i];
      } else if (length == 1) {
        escape(byte);
      } else {
        std::uint32_t code = byte & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
          code = (code << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        }
        if (code >= 0x10000U) escape(0xD800U + ((code - 0x10000U) >> 10U));
        escape(code >= 0x10000U ? 0xDC00U + ((code - 0x10000U) & 0x3FFU) : code);
      }
      i += length;
    }
    out_ += '"';
  }

  std::string out_;
  int count_ = 0;
};

const Node* with_definition_string(const Node* body, const Node* definition, text::Arena& arena) {
  const Make make(arena, definition->span);
  DefinitionWriter writer(arena);
  writer.write(*definition, 0);
  std::vector<const Node*> lines;
  for (const std::string& line : writer.lines()) lines.push_back(make.text(line));
  const Node* written = get(body, "Properties");
  Map properties(arena);
  properties.add(written).set("Definition", nullptr);
  properties.set("DefinitionString", make.call("Fn::Join", make.list({make.text("\n"), make.list(lines)})));
  if (!writer.substitutions.empty()) {
    Map all(arena);
    all.add(get(written, "DefinitionSubstitutions")).add(writer.substitutions.node(definition->span));
    properties.set("DefinitionSubstitutions", all.node(definition->span));
  }
  Map result(arena);
  result.add(body).set("Properties", properties.node(written->span));
  return result.node(body->span);
}

} // namespace

Lowered as_deployed(const Lowered& lowered, text::Arena& arena) {
  Lowered result = lowered;
  for (LoweredResource& resource : result.resources) {
    if (resource.author.type != "AWS::Serverless::StateMachine" || resource.body == nullptr) continue;
    if (text_of(get(resource.body, "Type")) != "AWS::StepFunctions::StateMachine") continue;
    const Node* definition = get(get(resource.body, "Properties"), "Definition");
    if (is_plain_map(definition)) resource.body = with_definition_string(resource.body, definition, arena);
  }
  return result;
}

} // namespace slsaudit::dialect::sam
