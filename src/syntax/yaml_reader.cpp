// SPDX-License-Identifier: Apache-2.0
// YAML by libyaml's events. The only file that includes its header. docs/decisions/0001-template-readers.md
// says why.
#include "syntax/yaml_comments.hpp"
#include "syntax/yaml_problems.hpp"
#include "syntax/yaml_text.hpp"
#include "text/assert.hpp"

#include <yaml.h>

#include <algorithm>

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

/// The library resolves `!!str` to this prefix; the tree keeps tags as written.
std::string tag_as_written(std::string_view tag) {
  constexpr std::string_view standard = "tag:yaml.org,2002:";
  if (tag.starts_with(standard)) {
    return "!!" + std::string(tag.substr(standard.size()));
  }
  return std::string(tag);
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
  yaml_parser_t* operator->() { return &parser_; }
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
  yaml_event_t* get() { return &event_; }

private:
  yaml_event_t event_{};
};

class YamlReader {
public:
  YamlReader(Document& document, text::Arena& arena, std::string_view text, const Limits& limits)
      : text_(text), prepared_(text), builder_(document, arena, limits), parser_(prepared_.parser_text()),
        comments_(text, document.file, document.comments) {}

  void run();

private:
  enum class Step { go_on, done, failed };

  [[nodiscard]] Step step(const Event& event);
  [[nodiscard]] Step begin_document(const Event& event);
  void scalar(const Event& event);
  void open(const Event& event, NodeKind kind);
  void note_swallowed_lines(text::Span span);
  void report_no_value();
  void fail();
  [[nodiscard]] std::size_t begin_of(const Event& event) {
    return prepared_.byte_offset(event->start_mark.index);
  }
  [[nodiscard]] std::size_t end_of(const Event& event) {
    return prepared_.byte_offset(event->end_mark.index);
  }

  std::string_view text_;
  YamlText prepared_;
  TreeBuilder builder_;
  Parser parser_;
  CommentScanner comments_;
  YamlFailure failure_; ///< Filled as the reading goes on, in case it fails.
  bool began_ = false;
  bool has_value_ = false; ///< More than the empty scalar that `---` alone makes.
};

void YamlReader::run() {
  report_forbidden_characters(builder_, text_, prepared_);
  Step step = Step::go_on;
  while (step == Step::go_on) {
    Event event;
    if (yaml_parser_parse(parser_.get(), event.get()) == 0) {
      fail();
      step = Step::failed;
    } else {
      step = this->step(event);
    }
  }
  if (step == Step::done && failure_.swallowed) {
    report_swallowed_lines(builder_, *failure_.swallowed, text::ProblemLevel::finding);
  }
  builder_.finish(step == Step::done);
}

YamlReader::Step YamlReader::step(const Event& event) {
  switch (event->type) {
  case YAML_STREAM_END_EVENT:
    comments_.scan_to(text_.size());
    if (has_value_) {
      return Step::done;
    }
    report_no_value();
    return Step::failed;
  case YAML_DOCUMENT_START_EVENT:
    return begin_document(event);
  case YAML_SCALAR_EVENT:
    scalar(event);
    break;
  case YAML_ALIAS_EVENT:
    comments_.scan_to(begin_of(event));
    builder_.alias(view(event->data.alias.anchor), builder_.span(begin_of(event), end_of(event)));
    break;
  case YAML_SEQUENCE_START_EVENT:
    open(event, NodeKind::sequence);
    break;
  case YAML_MAPPING_START_EVENT:
    open(event, NodeKind::mapping);
    break;
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    builder_.close(static_cast<std::uint32_t>(end_of(event)));
    break;
  case YAML_NO_EVENT:
  case YAML_STREAM_START_EVENT:
  case YAML_DOCUMENT_END_EVENT:
    break;
  }
  return builder_.stopped() ? Step::failed : Step::go_on;
}

void YamlReader::report_no_value() {
  const bool blank = text_.find_first_not_of(" \t\r\n") == std::string_view::npos;
  builder_.error("empty-file", blank ? "the file is empty" : "the file holds no value", builder_.span(0, 0),
                 "write a template into it, or leave it out");
}

YamlReader::Step YamlReader::begin_document(const Event& event) {
  if (!began_) {
    began_ = true;
    return Step::go_on;
  }
  builder_.error("several-documents", "a second YAML document begins here; expected one template in the file",
                 builder_.span(begin_of(event), end_of(event)),
                 "put each document into a file of its own; only the first one is read");
  return Step::done;
}

void YamlReader::scalar(const Event& event) {
  const auto& data = event->data.scalar;
  const Style style = style_of(data.style);
  std::size_t begin = begin_of(event);
  std::size_t end = end_of(event);
  comments_.pass_scalar(begin, end);
  if (begin == end) {
    // The library puts the value that `? key` lacks where the next thing stands, maybe many lines below.
    begin = end = comments_.end_of_text_before(begin);
  }
  if (style == Style::literal || style == Style::folded) {
    const std::size_t last = text_.substr(0, end).find_last_not_of(" \t\r\n");
    if (last != std::string_view::npos && last >= begin) {
      end = last + 1;
    }
  }
  const text::Span span = builder_.span(begin, end);
  const bool in_quotes = style == Style::single_quoted || style == Style::double_quoted;
  if (in_quotes) {
    note_swallowed_lines(span);
  }
  failure_.last_scalar_end = end;
  failure_.last_scalar_quoted = in_quotes;
  const std::string tag = tag_as_written(view(data.tag));
  has_value_ = has_value_ || end > begin;
  builder_.scalar(Node{.kind = NodeKind::scalar,
                       .style = style,
                       .span = span,
                       .tag = tag,
                       .text = {reinterpret_cast<const char*>(data.value), data.length},
                       .reason = {},
                       .children = {}},
                  view(data.anchor));
}

void YamlReader::note_swallowed_lines(text::Span span) {
  if (failure_.swallowed || builder_.expects_key()) {
    return;
  }
  failure_.swallowed = find_swallowed_lines(text_, span, builder_.block_column());
}

void YamlReader::open(const Event& event, NodeKind kind) {
  has_value_ = true;
  const bool mapping = kind == NodeKind::mapping;
  const std::size_t begin = begin_of(event);
  const std::size_t end = end_of(event);
  // A lone pair in a flow sequence, `[a: b]`, is called a flow mapping too but has no brackets.
  const char bracket = mapping ? '{' : '[';
  const std::string tag =
      tag_as_written(view(mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag));
  // A comment may stand between a tag and what it belongs to; a block collection's event ends before its
  // first child.
  comments_.scan_to(end);
  builder_.open(
      {.kind = kind,
       .tag = tag,
       .anchor = view(mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor),
       .span = builder_.span(begin, end),
       .column = static_cast<std::uint32_t>(event->end_mark.column),
       .flow = end > begin && text_[end - 1] == bracket});
}

void YamlReader::fail() {
  failure_.problem = parser_->problem != nullptr ? parser_->problem : "the text is not valid";
  failure_.context = parser_->context != nullptr ? parser_->context : "";
  failure_.at = prepared_.byte_offset(parser_->problem_mark.index);
  failure_.context_at = prepared_.byte_offset(parser_->context_mark.index);
  if (parser_->error == YAML_READER_ERROR) {
    failure_.at = std::min(parser_->problem_offset, text_.size());
  }
  // A bad escape inside quotes: the quoted text may have begun lines above, where its closing quote is
  // missing.
  if (failure_.context == "while parsing a quoted scalar") {
    note_swallowed_lines(builder_.span(failure_.context_at, failure_.at));
  }
  report_yaml_failure(builder_, text_, failure_);
}

} // namespace

Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                   const Limits& limits) {
  Document document{.file = file, .format = Format::yaml, .root = nullptr, .comments = {}, .problems = {}};
  YamlReader(document, arena, sources.text(file), limits).run();
  return document;
}

} // namespace slsaudit::syntax
