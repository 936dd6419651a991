// SPDX-License-Identifier: Apache-2.0
// The only file that includes the library's header.
#include "syntax/yaml_library.hpp"

#include "text/assert.hpp"

#include <yaml.h>

#include <algorithm>
#include <string>

namespace slsaudit::syntax {

namespace {

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

Style style_of(yaml_scalar_style_t style) {
  switch (style) {
  case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    return Style::single_quoted;
  case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
    return Style::double_quoted;
  case YAML_LITERAL_SCALAR_STYLE:
    return Style::literal;
  case YAML_FOLDED_SCALAR_STYLE:
    return Style::folded;
  case YAML_ANY_SCALAR_STYLE:
  case YAML_PLAIN_SCALAR_STYLE:
    break;
  }
  return Style::plain;
}

/// Owns one parser of the library.
class Parser {
public:
  explicit Parser(std::string_view text) {
    SLSAUDIT_ASSERT(yaml_parser_initialize(&parser_) != 0); // fails only without memory
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  const yaml_parser_t* operator->() const { return &parser_; }
  yaml_parser_t* get() { return &parser_; }

private:
  yaml_parser_t parser_{};
};

/// Owns one event.
class Event {
public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  const yaml_event_t* operator->() const { return &event_; }
  yaml_event_t* renew() {
    yaml_event_delete(&event_);
    return &event_;
  }

private:
  yaml_event_t event_{};
};

} // namespace

struct YamlLibrary::State {
  State(const YamlText& prepared, std::string_view all)
      : text(all), code_points(all), parser(prepared.parser_text()) {}

  std::string_view text;
  CodePoints code_points;
  Parser parser;
  Event raw;
  YamlEvent event;
  std::string tag;

  /// The library resolves `!!str` to this prefix; the tree keeps tags as written.
  void set_tag(std::string_view resolved) {
    constexpr std::string_view standard = "tag:yaml.org,2002:";
    tag = resolved.starts_with(standard) ? "!!" + std::string(resolved.substr(standard.size())) : resolved;
    event.tag = tag;
  }

  void open(const yaml_char_t* resolved, const yaml_char_t* anchor) {
    const bool is_mapping = raw->type == YAML_MAPPING_START_EVENT;
    event.kind = is_mapping ? YamlEventKind::mapping : YamlEventKind::sequence;
    // A lone pair in a flow sequence, `[a: b]`, is called a flow mapping too but has no brackets.
    event.flow = event.end > event.begin && text[event.end - 1] == (is_mapping ? '{' : '[');
    event.column = event.flow ? 0 : static_cast<std::uint32_t>(raw->end_mark.column);
    event.anchor = view(anchor);
    set_tag(view(resolved));
  }

  /// False: it says nothing to the tree.
  bool translate() {
    event = {.begin = static_cast<std::uint32_t>(code_points.byte_offset(raw->start_mark.index)),
             .end = static_cast<std::uint32_t>(code_points.byte_offset(raw->end_mark.index))};
    switch (raw->type) {
    case YAML_STREAM_END_EVENT:
      event.kind = YamlEventKind::stream_end;
      return true;
    case YAML_DOCUMENT_START_EVENT:
      event.kind = YamlEventKind::document;
      return true;
    case YAML_SCALAR_EVENT: {
      const auto& scalar = raw->data.scalar;
      event.kind = YamlEventKind::scalar;
      event.style = style_of(scalar.style);
      event.anchor = view(scalar.anchor);
      event.text = {reinterpret_cast<const char*>(scalar.value), scalar.length};
      set_tag(view(scalar.tag));
      return true;
    }
    case YAML_ALIAS_EVENT:
      event.kind = YamlEventKind::alias;
      event.anchor = view(raw->data.alias.anchor);
      return true;
    case YAML_SEQUENCE_START_EVENT:
      open(raw->data.sequence_start.tag, raw->data.sequence_start.anchor);
      return true;
    case YAML_MAPPING_START_EVENT:
      open(raw->data.mapping_start.tag, raw->data.mapping_start.anchor);
      return true;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      event.kind = YamlEventKind::close;
      return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
    }
    return false;
  }
};

YamlLibrary::YamlLibrary(const YamlText& prepared, std::string_view text)
    : state_(std::make_unique<State>(prepared, text)) {}

YamlLibrary::~YamlLibrary() = default;

const YamlEvent* YamlLibrary::next() {
  do {
    if (yaml_parser_parse(state_->parser.get(), state_->raw.renew()) == 0) return nullptr;
  } while (!state_->translate());
  return &state_->event;
}

YamlLibrary::Failure YamlLibrary::failure() const {
  const Parser& parser = state_->parser;
  Failure failure;
  failure.problem = parser->problem != nullptr ? parser->problem : "the text is not valid";
  failure.context = parser->context != nullptr ? parser->context : "";
  failure.at = state_->code_points.byte_offset(parser->problem_mark.index);
  failure.context_at = state_->code_points.byte_offset(parser->context_mark.index);
  if (parser->error == YAML_READER_ERROR) failure.at = std::min(parser->problem_offset, state_->text.size());
  return failure;
}

} // namespace slsaudit::syntax
