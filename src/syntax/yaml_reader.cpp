// SPDX-License-Identifier: Apache-2.0
// YAML by libyaml's events. The only file that includes its header.
#include "syntax/reader.hpp"

#include <yaml.h>

#include <map>
#include <string>

namespace slsaudit::syntax {

Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file, const Limits& limits) {
  Document document{.file = file, .format = Format::yaml, .root = nullptr, .comments = {}, .problems = {}};
  const std::string_view text = sources.text(file);
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return document;
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());

  struct Frame {
    Node* node;
    std::vector<Entry> entries;
    bool has_key = false;
    Entry pending;
    std::string anchor;
  };
  std::vector<Frame> stack;
  std::map<std::string, const Node*, std::less<>> anchors;
  const auto span_of = [&](const yaml_event_t& e) {
    return text::Span{file, static_cast<std::uint32_t>(e.start_mark.index), static_cast<std::uint32_t>(e.end_mark.index)};
  };
  const auto str = [](const yaml_char_t* s) { return s == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(s)); };
  const auto place = [&](const Node* node) {
    if (stack.empty()) {
      document.root = node;
      return;
    }
    Frame& top = stack.back();
    if (top.node->kind == NodeKind::sequence) {
      top.entries.push_back({{}, {}, node});
    } else if (!top.has_key) {
      top.pending = {node->text, node->span, nullptr};
      top.has_key = true;
    } else {
      top.pending.value = node;
      top.entries.push_back(top.pending);
      top.has_key = false;
    }
  };
  bool done = false;
  while (!done) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      document.root = nullptr;
      const auto offset = static_cast<std::uint32_t>(std::min(parser.problem_mark.index, text.size()));
      document.problems.push_back({text::ProblemLevel::error, "yaml-syntax", parser.problem, {file, offset, offset}, "", {}});
      break;
    }
    switch (event.type) {
    case YAML_STREAM_END_EVENT: done = true; break;
    case YAML_SCALAR_EVENT: {
      Style style = Style::plain;
      switch (event.data.scalar.style) {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: style = Style::single_quoted; break;
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: style = Style::double_quoted; break;
      case YAML_LITERAL_SCALAR_STYLE: style = Style::literal; break;
      case YAML_FOLDED_SCALAR_STYLE: style = Style::folded; break;
      default: break;
      }
      const Node* node = arena.make<Node>(Node{.kind = NodeKind::scalar, .style = style, .span = span_of(event),
        .tag = arena.copy(str(event.data.scalar.tag)),
        .text = arena.copy(std::string_view(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length)), .reason = {}, .children = {}});
      if (event.data.scalar.anchor != nullptr) anchors[std::string(str(event.data.scalar.anchor))] = node;
      place(node);
      break;
    }
    case YAML_ALIAS_EVENT: {
      const auto it = anchors.find(str(event.data.alias.anchor));
      if (it != anchors.end()) place(it->second);
      break;
    }
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: {
      const bool seq = event.type == YAML_SEQUENCE_START_EVENT;
      Node* node = arena.make<Node>(Node{.kind = seq ? NodeKind::sequence : NodeKind::mapping, .span = span_of(event),
        .tag = arena.copy(str(seq ? event.data.sequence_start.tag : event.data.mapping_start.tag)), .text = {}, .reason = {}, .children = {}});
      const auto* anchor = seq ? event.data.sequence_start.anchor : event.data.mapping_start.anchor;
      stack.push_back({node, {}, false, {}, std::string(str(anchor))});
      if (stack.size() > limits.max_depth) done = true;
      break;
    }
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: {
      Frame frame = std::move(stack.back());
      stack.pop_back();
      frame.node->children = arena.copy(frame.entries);
      frame.node->span.end = frame.entries.empty() ? span_of(event).end : std::max(frame.entries.back().value->span.end, frame.entries.back().key_span.end);
      if (!frame.anchor.empty()) anchors[frame.anchor] = frame.node;
      place(frame.node);
      break;
    }
    default: break;
    }
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return document;
}

Document read_json(const text::SourceMap& sources, text::Arena& arena, text::FileId file, const Limits& limits) {
  return read_yaml(sources, arena, file, limits);
}

Document read(text::SourceMap& sources, text::Arena& arena, std::string path, std::string bytes, const Limits& limits) {
  const text::FileId file = sources.add(std::move(path), std::move(bytes));
  return read_yaml(sources, arena, file, limits);
}

} // namespace slsaudit::syntax
