// SPDX-License-Identifier: Apache-2.0
// Makes a tree of a YAML text, with its comments. What is written as most templates are is read here, all
// else by libyaml. docs/decisions/0001-template-readers.md says why.
#include "syntax/yaml_reader.hpp"

#include "syntax/texts.hpp"
#include "syntax/usual_yaml.hpp"
#include "syntax/yaml_comments.hpp"
#include "syntax/yaml_library.hpp"
#include "syntax/yaml_problems.hpp"
#include "syntax/yaml_text.hpp"

namespace slsaudit::syntax {

namespace {

class YamlReader final : YamlListener {
public:
  YamlReader(Document& document, text::Arena& arena, std::string_view text, const Limits& limits, Texts texts)
      : document_(document), text_(text),
        builder_(document, arena, texts == Texts::shared ? text : std::string_view(), limits),
        comments_(text, document.file, document.comments) {}

  /// False, and nothing of use, where the text isn't usual.
  [[nodiscard]] bool read_usual();
  void read_by_library(const YamlText& prepared);

private:
  enum class Step { go_on, done, failed };

  bool take(const YamlEvent& event) override;
  void finish();
  [[nodiscard]] Step step(const YamlEvent& event);
  [[nodiscard]] Step begin_document(const YamlEvent& event);
  void scalar(const YamlEvent& event);
  void open(const YamlEvent& event);
  void note_swallowed_lines(text::Span span);
  void report_no_value();
  void fail(const YamlLibrary::Failure& failure);

  Document& document_;
  std::string_view text_;
  TreeBuilder builder_;
  CommentScanner comments_;
  YamlFailure failure_; ///< Filled as the reading goes on, in case it fails.
  Step step_ = Step::go_on;
  bool is_usual_ = false; ///< Its comments are known before its values.
  bool began_ = false;
  bool has_value_ = false; ///< More than the empty scalar that `---` alone makes.
};

bool YamlReader::take(const YamlEvent& event) {
  step_ = step(event);
  return step_ == Step::go_on;
}

bool YamlReader::read_usual() {
  is_usual_ = true;
  UsualYaml usual(text_, *this);
  if (!usual.run()) return false;
  for (const UsualYaml::Comment& comment : usual.comments())
    document_.comments.push_back(
        comment_at(text_, document_.file, comment.begin, comment.end, comment.own_line));
  finish();
  return true;
}

void YamlReader::read_by_library(const YamlText& prepared) {
  report_forbidden_characters(builder_, text_, prepared);
  YamlLibrary library(prepared, text_);
  while (step_ == Step::go_on) {
    const YamlEvent* event = library.next();
    if (event == nullptr) {
      fail(library.failure());
      step_ = Step::failed;
    } else {
      take(*event);
    }
  }
  finish();
}

void YamlReader::finish() {
  if (step_ == Step::done && failure_.swallowed) {
    report_swallowed_lines(builder_, *failure_.swallowed, text::ProblemLevel::finding);
  }
  builder_.finish(step_ == Step::done);
}

YamlReader::Step YamlReader::step(const YamlEvent& event) {
  switch (event.kind) {
  case YamlEventKind::stream_end:
    if (!is_usual_) comments_.scan_to(text_.size());
    if (has_value_) {
      return Step::done;
    }
    report_no_value();
    return Step::failed;
  case YamlEventKind::document:
    return begin_document(event);
  case YamlEventKind::scalar:
    scalar(event);
    break;
  case YamlEventKind::alias:
    if (!is_usual_) comments_.scan_to(event.begin);
    builder_.alias(event.anchor, builder_.span(event.begin, event.end));
    break;
  case YamlEventKind::sequence:
  case YamlEventKind::mapping:
    open(event);
    break;
  case YamlEventKind::close:
    builder_.close(event.end);
    break;
  }
  return builder_.stopped() ? Step::failed : Step::go_on;
}

void YamlReader::report_no_value() {
  const bool blank = text_.find_first_not_of(" \t\r\n") == std::string_view::npos;
  builder_.error("empty-file", blank ? "the file is empty" : "the file holds no value", builder_.span(0, 0),
                 "write a template into it, or leave it out");
}

YamlReader::Step YamlReader::begin_document(const YamlEvent& event) {
  if (!began_) {
    began_ = true;
    return Step::go_on;
  }
  builder_.error("several-documents", "a second YAML document begins here; expected one template in the file",
                 builder_.span(event.begin, event.end),
                 "put each document into a file of its own; only the first one is read");
  return Step::done;
}

void YamlReader::scalar(const YamlEvent& event) {
  const Style style = event.style;
  std::size_t begin = event.begin;
  std::size_t end = event.end;
  if (!is_usual_) comments_.pass_scalar(begin, end);
  if (begin == end && !is_usual_) {
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
  has_value_ = has_value_ || end > begin;
  builder_.scalar(Node{.kind = NodeKind::scalar,
                       .style = style,
                       .span = span,
                       .tag = event.tag,
                       .text = event.text,
                       .reason = {},
                       .children = {}},
                  event.anchor);
}

void YamlReader::note_swallowed_lines(text::Span span) {
  if (failure_.swallowed || builder_.expects_key()) {
    return;
  }
  failure_.swallowed = find_swallowed_lines(text_, span, builder_.block_column());
}

void YamlReader::open(const YamlEvent& event) {
  has_value_ = true;
  // A comment may stand between a tag and what it belongs to; a block collection's event ends before its
  // first child.
  if (!is_usual_) comments_.scan_to(event.end);
  builder_.open({.kind = event.kind == YamlEventKind::mapping ? NodeKind::mapping : NodeKind::sequence,
                 .tag = event.tag,
                 .anchor = event.anchor,
                 .span = builder_.span(event.begin, event.end),
                 .column = event.column,
                 .flow = event.flow});
}

void YamlReader::fail(const YamlLibrary::Failure& failure) {
  failure_.problem = failure.problem;
  failure_.context = failure.context;
  failure_.at = failure.at;
  failure_.context_at = failure.context_at;
  // A bad escape inside quotes: the quoted text may have begun lines above, where its closing quote is
  // missing.
  if (failure_.context == "while parsing a quoted scalar") {
    note_swallowed_lines(builder_.span(failure_.context_at, failure_.at));
  }
  report_yaml_failure(builder_, text_, failure_);
}

Document nothing_of(text::FileId file) {
  return {.file = file, .format = Format::yaml, .root = nullptr, .comments = {}, .problems = {}};
}

} // namespace

Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                   const Limits& limits) {
  return read_yaml(sources, arena, file, limits, Texts::copied);
}

Document read_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                   const Limits& limits, Texts texts) {
  const std::string_view text = sources.text(file);
  const YamlText prepared(text);
  Document document = nothing_of(file);
  if (prepared.forbidden().empty() && YamlReader(document, arena, text, limits, texts).read_usual())
    return document;
  document = nothing_of(file);
  YamlReader(document, arena, text, limits, texts).read_by_library(prepared);
  return document;
}

Document read_yaml_by_library(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                              const Limits& limits) {
  const std::string_view text = sources.text(file);
  Document document = nothing_of(file);
  YamlReader(document, arena, text, limits, Texts::copied).read_by_library(YamlText(text));
  return document;
}

} // namespace slsaudit::syntax
