// SPDX-License-Identifier: Apache-2.0
// Strict JSON (RFC 8259) in one pass over the text, without recursion: a flat loop over what may come next.
// Slips that leave no doubt about what was meant (comments, trailing commas, NaN) are told as errors and read
// over. docs/decisions/0001-template-readers.md says why this is our own.
#include "syntax/json_text.hpp"
#include "syntax/texts.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <string>

namespace slsaudit::syntax {

namespace {

enum class Expect : std::uint8_t { value, value_or_close, key, key_or_close, colon, comma_or_close, end };

class JsonReader {
public:
  JsonReader(Document& document, text::Arena& arena, std::string_view text, const Limits& limits, Texts texts)
      : document_(document), text_(text),
        builder_(document, arena, texts == Texts::shared ? text : std::string_view(), limits) {}

  void run();

private:
  [[nodiscard]] bool step();
  [[nodiscard]] bool structure(char c);
  [[nodiscard]] bool open(char c);
  [[nodiscard]] bool close(char c);
  [[nodiscard]] bool string();
  [[nodiscard]] bool word();
  [[nodiscard]] bool placeholder();
  [[nodiscard]] bool unexpected();
  void bad_word(std::string_view word, text::Span span);
  void skip_blanks();
  [[nodiscard]] bool skip_comment();
  void comment(std::size_t end, std::size_t mark_length, std::size_t tail_length);
  void value_done() { expect_ = builder_.depth() == 0 ? Expect::end : Expect::comma_or_close; }
  [[nodiscard]] bool takes_value() const {
    return expect_ == Expect::value || expect_ == Expect::value_or_close;
  }
  [[nodiscard]] bool takes_key() const { return expect_ == Expect::key || expect_ == Expect::key_or_close; }
  [[nodiscard]] std::string found() const;

  Document& document_;
  std::string_view text_;
  TreeBuilder builder_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t last_comma_ = 0;
  Expect expect_ = Expect::value;
  bool comment_told_ = false;
  bool placeholder_told_ = false;
};

void JsonReader::run() {
  bool go_on = true;
  while (go_on) {
    skip_blanks();
    if (expect_ == Expect::end) {
      if (at_ < text_.size()) {
        builder_.error("several-values",
                       "found " + found() + " after the end of the value; expected the end of the file",
                       builder_.span(at_, text_.find_last_not_of(" \t\r\n") + 1),
                       "remove it; a template is one JSON object");
      }
      break;
    }
    go_on = step() && !builder_.stopped();
  }
  builder_.finish(go_on);
}

bool JsonReader::step() {
  if (at_ >= text_.size()) {
    return unexpected();
  }
  const char c = text_[at_];
  switch (c) {
  case '"':
    return string();
  case '{':
  case '[':
    return open(c);
  case '}':
  case ']':
    return close(c);
  case ',':
  case ':':
    return structure(c);
  default:
    break;
  }
  if (takes_value() && text_.substr(at_).starts_with("${")) {
    return placeholder();
  }
  return takes_value() && json_word_length(text_, at_) > 0 ? word() : unexpected();
}

bool JsonReader::structure(char c) {
  if (c == ':' && expect_ == Expect::colon) {
    expect_ = Expect::value;
  } else if (c == ',' && expect_ == Expect::comma_or_close) {
    last_comma_ = at_;
    expect_ = builder_.innermost()->kind == NodeKind::mapping ? Expect::key : Expect::value;
  } else {
    return unexpected();
  }
  ++at_;
  return true;
}

bool JsonReader::open(char c) {
  if (!takes_value()) {
    return unexpected();
  }
  const bool mapping = c == '{';
  builder_.open({.kind = mapping ? NodeKind::mapping : NodeKind::sequence,
                 .tag = {},
                 .anchor = {},
                 .span = builder_.span(at_, at_ + 1),
                 .column = 0,
                 .flow = true});
  expect_ = mapping ? Expect::key_or_close : Expect::value_or_close;
  ++at_;
  return true;
}

bool JsonReader::close(char c) {
  const auto* opening = builder_.innermost();
  const bool mapping = opening != nullptr && opening->kind == NodeKind::mapping;
  if (opening == nullptr || c != (mapping ? '}' : ']')) {
    return unexpected();
  }
  const bool after_comma = mapping ? expect_ == Expect::key : expect_ == Expect::value;
  if (expect_ == Expect::colon || (mapping && takes_value())) {
    return unexpected();
  }
  if (after_comma) {
    builder_.error("trailing-comma",
                   std::string("found `") + c + "` after a comma; expected another " +
                       (mapping ? "key" : "value"),
                   builder_.span(at_, at_ + 1), "remove the comma",
                   {{builder_.span(last_comma_, last_comma_ + 1), "this comma is one too many"}});
  }
  ++at_;
  builder_.close(static_cast<std::uint32_t>(at_));
  value_done();
  return true;
}

bool JsonReader::string() {
  if (!takes_value() && !takes_key()) {
    return unexpected();
  }
  const JsonString read = read_json_string(builder_, text_, at_, buffer_);
  if (!read.closed) {
    return false;
  }
  builder_.scalar(Node{.kind = NodeKind::scalar,
                       .style = Style::double_quoted,
                       .span = builder_.span(at_, read.end),
                       .tag = {},
                       .text = read.text,
                       .reason = {},
                       .children = {}});
  at_ = read.end;
  if (takes_key()) {
    expect_ = Expect::colon;
  } else {
    value_done();
  }
  return true;
}

bool JsonReader::word() {
  const std::string_view word = text_.substr(at_, json_word_length(text_, at_));
  const text::Span span = builder_.span(at_, at_ + word.size());
  at_ += word.size();
  Node node{.kind = NodeKind::scalar,
            .style = Style::plain,
            .span = span,
            .tag = {},
            .text = word,
            .reason = {},
            .children = {}};
  if (word != "true" && word != "false" && word != "null" && !is_json_number(word)) {
    bad_word(word, span);
    node.kind = NodeKind::unknown;
    node.reason = "the text is no JSON value";
  }
  builder_.scalar(node);
  value_done();
  return true;
}

/// State machine definitions may hold a bare `${Name}` that SAM's DefinitionSubstitutions replace before
/// anyone parses the file.
bool JsonReader::placeholder() {
  const std::size_t close = text_.find_first_of("}\r\n", at_);
  if (close == std::string_view::npos || text_[close] != '}') {
    return unexpected();
  }
  const text::Span span = builder_.span(at_, close + 1);
  if (!placeholder_told_) {
    builder_.problem(text::ProblemLevel::finding, "json-placeholder",
                     "found a bare `${…}`, which is no JSON until something replaces it", span,
                     "put it into quotes if nothing replaces it before the file is read");
  }
  placeholder_told_ = true;
  builder_.scalar(Node{.kind = NodeKind::unknown,
                       .style = Style::plain,
                       .span = span,
                       .tag = {},
                       .text = text_.substr(at_, close + 1 - at_),
                       .reason = "the placeholder is replaced before the file is read",
                       .children = {}});
  at_ = close + 1;
  value_done();
  return true;
}

void JsonReader::bad_word(std::string_view word, text::Span span) {
  const std::string shown(text::beginning(word, 40));
  const std::string_view bare = word.substr(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
  const bool digits = bare.find_first_of("0123456789") <= 1; // the point of .5 may stand before
  if (digits) {
    builder_.error(
        "bad-number", "found `" + shown + "`, which is no number in JSON", span,
        "write it as in 10, -0.5 or 1e3: no leading `+`, zeros or point; or quote it if it is text");
    return;
  }
  if (bare == "NaN" || bare == "Infinity" || bare == "inf" || bare == "nan") {
    builder_.error("bad-number", "found `" + shown + "`; JSON has finite numbers only", span,
                   "write a number");
    return;
  }
  builder_.error("bad-value", "found `" + shown + "`; expected a JSON value", span,
                 "write true, false or null in lower case, and put text into double quotes");
}

std::string JsonReader::found() const {
  if (at_ >= text_.size()) {
    return "the end of the file";
  }
  const auto byte = static_cast<unsigned char>(text_[at_]);
  if (byte < 0x20 || byte == 0x7F) {
    return "a control character";
  }
  if (const std::size_t length = json_word_length(text_, at_); length > 0) {
    return "`" + std::string(text_.substr(at_, std::min<std::size_t>(length, 30))) + "`";
  }
  return byte < 0x80 ? std::string("`") + text_[at_] + "`" : "a character that is not ASCII";
}

bool JsonReader::unexpected() {
  const auto* opening = builder_.innermost();
  const bool mapping = opening != nullptr && opening->kind == NodeKind::mapping;
  const auto expected = [&]() -> std::string {
    switch (expect_) {
    case Expect::value:
      return "expected a value";
    case Expect::value_or_close:
      return "expected a value or `]`";
    case Expect::key:
      return "expected a key in double quotes";
    case Expect::key_or_close:
      return "expected a key in double quotes or `}`";
    case Expect::colon:
      return "expected `:` after the key";
    case Expect::comma_or_close:
      return mapping ? "expected `,` or `}`" : "expected `,` or `]`";
    case Expect::end:
      break;
    }
    return "expected the end of the file";
  };
  std::vector<text::Related> related;
  if (opening != nullptr) {
    related.push_back({opening->span, mapping ? "in this object" : "in this array"});
  }
  const bool ended = at_ >= text_.size();
  const bool empty = ended && builder_.depth() == 0;
  const bool quote = !ended && text_[at_] == '\'';
  const std::size_t width =
      ended ? 0 : std::max({std::size_t{1}, json_word_length(text_, at_), text::sequence_length(text_, at_)});
  builder_.error(empty   ? "empty-file"
                 : ended ? "unclosed-bracket"
                         : "json-syntax",
                 empty ? "the file is empty" : "found " + found() + "; " + expected(),
                 builder_.span(at_, at_ + width),
                 empty   ? "write a template into it, or leave it out"
                 : ended ? "complete the file; it may have been cut off"
                 : quote ? "use double quotes"
                         : "correct the text here or just before",
                 std::move(related));
  return false;
}

void JsonReader::skip_blanks() {
  do {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  } while (skip_comment());
}

bool JsonReader::skip_comment() {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with('#') || rest.starts_with("//")) {
    comment(std::min(text_.find_first_of("\r\n", at_), text_.size()), rest[0] == '#' ? 1 : 2, 0);
    return true;
  }
  if (!rest.starts_with("/*")) {
    return false;
  }
  const std::size_t close = text_.find("*/", at_ + 2);
  const bool closed = close != std::string_view::npos;
  comment(closed ? close + 2 : text_.size(), 2, closed ? 2 : 0);
  return true;
}

void JsonReader::comment(std::size_t end, std::size_t mark_length, std::size_t tail_length) {
  const text::Span span = builder_.span(at_, end);
  if (!comment_told_) {
    builder_.error("json-comment", "found a comment, which JSON does not allow", span,
                   "remove it, or rename the file to .yaml and write the comment with `#`");
  }
  comment_told_ = true;
  std::string_view inner = text_.substr(at_ + mark_length, end - at_ - mark_length - tail_length);
  while (!inner.empty() && (inner.front() == ' ' || inner.front() == '\t')) {
    inner.remove_prefix(1);
  }
  while (!inner.empty() && (inner.back() == ' ' || inner.back() == '\t')) {
    inner.remove_suffix(1);
  }
  const std::size_t line = at_ == 0 ? std::string_view::npos : text_.find_last_of("\r\n", at_ - 1);
  const std::size_t begin = line == std::string_view::npos ? 0 : line + 1;
  const bool own_line = text_.substr(begin, at_ - begin).find_first_not_of(" \t") == std::string_view::npos;
  document_.comments.push_back({.span = span, .text = inner, .own_line = own_line});
  at_ = end;
}

} // namespace

Document read_json(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                   const Limits& limits) {
  return read_json(sources, arena, file, limits, Texts::copied);
}

Document read_json(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                   const Limits& limits, Texts texts) {
  Document document{.file = file, .format = Format::json, .root = nullptr, .comments = {}, .problems = {}};
  JsonReader(document, arena, sources.text(file), limits, texts).run();
  return document;
}

} // namespace slsaudit::syntax
