// SPDX-License-Identifier: Apache-2.0
#include "syntax/yaml_problems.hpp"

#include "syntax/yaml_comments.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::syntax {

namespace {

enum class At : std::uint8_t { problem, context };

/// `{found}` in a message stands for what was found at the problem, `{begun}` for what stands at the context.
struct Row {
  std::string_view problem; ///< A beginning of the library's words; empty matches all.
  std::string_view context; ///< The same of its context.
  At at = At::problem;
  std::string_view name;
  std::string_view message;
  std::string_view help;
};

constexpr std::string_view quote_help =
    "close the quote; inside, write '' for a single and \\\" for a double quote of the same kind";
constexpr std::string_view tab_help = "replace the tab by spaces";
constexpr std::string_view escape_help = "write \\\\ for a backslash, or put the text into single quotes";
constexpr std::string_view tag_help =
    "write a tag as in `!Ref Name`, with a blank after it; quote a text that begins with `!`";
constexpr std::string_view directive_help = "remove the line that begins with `%`; templates need none";

// In order: the first row that matches counts.
constexpr std::array rows = std::to_array<Row>({
    {"found unexpected end of stream", "while scanning a quoted", At::context, "unclosed-quote",
     "this quote is never closed; expected a matching quote before the end of the file", quote_help},
    {"found unexpected document indicator", "while scanning a quoted", At::context, "unclosed-quote",
     "this quote is not closed before the next document begins", quote_help},
    {"found unknown escape character", "", At::problem, "bad-escape",
     "found {found}, which is no escape in double quotes", escape_help},
    {"did not find expected hexdecimal number", "", At::problem, "bad-escape",
     "found {found} in an escape; expected hexadecimal digits", escape_help},
    {"found invalid Unicode character escape", "", At::problem, "bad-escape",
     "found an escape for a character that does not exist", escape_help},
    {"found a tab character", "", At::problem, "tab-indentation",
     "found a tab in the indentation; expected spaces", tab_help},
    {"could not find expected ':'", "", At::context, "missing-colon",
     "found {begun} where a key stands; expected `:` after it",
     "write `:` and a value behind it, or indent the line if it continues the text above"},
    {"mapping keys are not allowed", "", At::problem, "unexpected-key", "found a key where none can stand",
     "begin the mapping on a line of its own"},
    {"block sequence entries are not allowed", "", At::problem, "unexpected-item",
     "found a list's `-` where none can stand", "write the list on lines of its own, below its key"},
    {"did not find expected '-' indicator", "", At::problem, "bad-indentation",
     "found {found} in the indentation of a list; expected `-`",
     "indent the line as deep as what it belongs to"},
    {"did not find expected node content", "", At::problem, "missing-value",
     "found {found}; expected a value", "write a value here, or quote the text if it shall be one"},
    {"did not find expected alphabetic", "while scanning an alias", At::context, "bad-alias",
     "found `*` without a name; expected an alias as in `*name`",
     "quote the text if no alias is meant: \"*\""},
    {"did not find expected alphabetic", "while scanning an anchor", At::context, "bad-anchor",
     "found `&` without a name; expected an anchor as in `&name`", "quote the text if no anchor is meant"},
    {"did not find expected comment or line break", "while scanning a block", At::problem, "bad-block-text",
     "found {found} behind the mark of a block text; expected the end of the line",
     "begin the text on the next line, or quote a value that begins with `|` or `>`"},
    {"found an indentation indicator", "", At::problem, "bad-block-text",
     "found 0 as a block text's indentation; expected 1 to 9", "remove the digit"},
    {"found incompatible YAML document", "", At::problem, "bad-directive",
     "the file asks for a version of YAML that is not 1.1 or 1.2", directive_help},
    {"", "while scanning a directive", At::context, "bad-directive",
     "found {begun}, which is no directive of YAML", directive_help},
    {"", "while scanning a %", At::context, "bad-directive", "found {begun}, which is no directive of YAML",
     directive_help},
    {"found duplicate %", "", At::problem, "bad-directive", "found the same directive twice", directive_help},
    {"found undefined tag handle", "", At::problem, "bad-tag",
     "found {found}, whose first part names no tag handle", tag_help},
    {"", "while scanning a tag", At::context, "bad-tag", "found {begun}, which is no tag", tag_help},
    {"", "while parsing a tag", At::context, "bad-tag", "found {begun}, which is no tag", tag_help},
});

bool is_end_of_line(std::string_view text, std::size_t at) {
  return at >= text.size() || line_break_length(text, at) > 0;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.find_last_of("\r\n", at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

/// The character at `at`; nothing at the end.
std::size_t character_length(std::string_view text, std::size_t at) {
  return at >= text.size() ? 0 : std::max<std::size_t>(1, text::sequence_length(text, at));
}

std::size_t word_length(std::string_view text, std::size_t at) {
  constexpr std::size_t longest = 30;
  constexpr std::string_view ends = " \t,{}[]";
  std::size_t end = at + (is_end_of_line(text, at) ? 0 : character_length(text, at));
  while (end > at && end - at < longest && !is_end_of_line(text, end) &&
         ends.find(text[end]) == std::string_view::npos) {
    end += character_length(text, end);
  }
  return end - at;
}

/// Does the line hold `key:` and no more than what a key is made of before the colon?
std::size_t key_length(std::string_view line) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-:";
  const std::size_t end = std::min(line.find_first_not_of(letters), line.size());
  if (end < 2 || line[end - 1] != ':') return 0;
  return end == line.size() || line[end] == ' ' ? end - 1 : 0;
}

std::string found_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the end of the file";
  if (is_end_of_line(text, at)) return "the end of the line";
  if (text[at] == '\t') return "a tab";
  std::string word(text.substr(at, word_length(text, at)));
  std::replace_if(
      word.begin(), word.end(), [](char c) { return c >= 0 && (c < 0x20 || c == 0x7F); }, '?');
  return "`" + word + "`";
}

std::string filled(std::string_view message, std::string_view text, const YamlFailure& failure) {
  std::string result(message);
  const auto fill = [&](std::string_view mark, std::size_t at) {
    if (const auto where = result.find(mark); where != std::string::npos) {
      result.replace(where, mark.size(), found_at(text, at));
    }
  };
  fill("{found}", failure.at);
  fill("{begun}", failure.context_at);
  return result;
}

text::Span word_span(const TreeBuilder& builder, std::string_view text, std::size_t at) {
  return builder.span(at, at + word_length(text, at));
}

text::Span character_span(const TreeBuilder& builder, std::string_view text, std::size_t at) {
  return builder.span(at, at + character_length(text, at));
}

/// `{%` or `{{` that begins a word on the line of the failure, and is no dynamic reference.
std::size_t find_placeholder(std::string_view text, std::size_t at) {
  const std::size_t begin = line_begin(text, at);
  const std::string_view line = text.substr(begin, line_end(text, begin) - begin);
  for (const std::string_view mark : {"{%", "{{"}) {
    const std::size_t where = line.find(mark);
    if (where == std::string_view::npos || line.substr(where).starts_with("{{resolve:")) continue;
    if (where == 0 || line[where - 1] == ' ') return begin + where;
  }
  return std::string_view::npos;
}

bool report_placeholder(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  const std::size_t where = find_placeholder(text, failure.at);
  if (where == std::string_view::npos) return false;
  const std::size_t begin = failure.at == where + 1 ? failure.at : where;
  builder.placeholder(builder.span(begin, where + 2), text.substr(where, 2));
  return true;
}

bool report_flow(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  const bool mapping = failure.problem == "did not find expected ',' or '}'";
  if (!mapping && failure.problem != "did not find expected ',' or ']'") return false;
  const std::string open = mapping ? "`{`" : "`[`";
  const std::string expected = mapping ? "expected `,` or `}`" : "expected `,` or `]`";
  const std::string found = found_at(text, failure.at);
  const auto opening = character_span(builder, text, failure.context_at);
  const auto place = word_span(builder, text, failure.at);
  if (line_begin(text, failure.at) == line_begin(text, failure.context_at) && failure.at < text.size()) {
    builder.error("missing-comma", "found " + found + "; " + expected, place,
                  "write the missing mark, or quote the value if it shall hold " + found,
                  {{opening, open + " opens here"}});
  } else {
    builder.error("unclosed-bracket", "this " + open + " is not closed: found " + found + "; " + expected,
                  opening, "close the bracket", {{place, "the bracket is still open here"}});
  }
  return true;
}

bool only_blanks_before(std::string_view text, std::size_t at) {
  const std::size_t begin = line_begin(text, at);
  return text.substr(begin, at - begin).find_first_not_of(' ') == std::string_view::npos;
}

/// Column, from 1, in which the nearest line above that isn't blank begins; 0 where there is none.
std::size_t column_of_line_above(std::string_view text, std::size_t at) {
  const std::size_t begin = line_begin(text, at);
  const std::size_t last = begin == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", begin - 1);
  if (last == std::string_view::npos) return 0;
  const std::size_t above = line_begin(text, last);
  return text.find_first_not_of(' ', above) - above + 1;
}

/// A root in a column of its own, or more text behind a root in brackets.
bool report_after_document(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  if (failure.problem != "did not find expected <document start>") return false;
  const std::string found = "found " + found_at(text, failure.at);
  const text::Span place = word_span(builder, text, failure.at);
  if (only_blanks_before(text, failure.at)) {
    builder.error("bad-indentation",
                  found + " after the end of the document; expected the column of the first line", place,
                  "begin all top-level keys in the same column");
  } else {
    builder.error("text-after-document",
                  found + " after the end of the document; expected the end of the file", place,
                  "remove it, or correct the brackets before it");
  }
  return true;
}

bool report_key(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  if (failure.problem != "did not find expected key") return false;
  const std::string found = found_at(text, failure.at);
  const std::size_t end = failure.last_scalar_end;
  const bool after_quote =
      failure.last_scalar_quoted && end <= failure.at &&
      text.substr(end, failure.at - end).find_first_not_of(" \t") == std::string_view::npos;
  const text::Span place = word_span(builder, text, failure.at);
  if (after_quote) {
    builder.error("text-after-quote",
                  "found " + found + " after a closing quote; expected the end of the line", place,
                  "quote the whole value; inside, write '' for a single and \\\" for a double quote",
                  {{character_span(builder, text, end - 1), "the quote closes here"}});
    return true;
  }
  const std::size_t column = failure.at - line_begin(text, failure.at) + 1;
  const std::size_t expected = failure.context_at - line_begin(text, failure.context_at) + 1;
  if (column == expected || failure.at >= text.size()) {
    builder.error("missing-key", "found " + found + "; expected a key", place,
                  "write a key, as in `Name: value`",
                  {{word_span(builder, text, failure.context_at), "the mapping begins here"}});
    return true;
  }
  const std::size_t above = column_of_line_above(text, failure.at);
  const std::string deeper = above > column ? " or " + std::to_string(above) : "";
  builder.error(
      "bad-indentation",
      "found " + found + " in column " + std::to_string(column) +
          ", where no open mapping has its keys; expected column " + std::to_string(expected) + deeper,
      place, "indent the line as deep as what it belongs to",
      {{word_span(builder, text, failure.context_at), "the mapping that is still open begins here"}});
  return true;
}

/// Either a colon inside a value, or a key whose line was taken for the rest of the value above.
bool report_colon(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  if (!failure.problem.starts_with("mapping values are not allowed")) return false;
  const std::size_t begin = line_begin(text, failure.at);
  const std::size_t key = text.find_first_not_of(' ', begin);
  const bool first_on_line = key + key_length(text.substr(key, failure.at + 1 - key)) == failure.at;
  const std::size_t above = begin == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", begin - 1);
  if (!first_on_line || key == failure.at || above == std::string_view::npos) {
    builder.error("unexpected-colon", "found a second `:` in this line; expected a value",
                  character_span(builder, text, failure.at), "quote the value if the colon belongs to it");
    return true;
  }
  const std::size_t line = text.find_first_not_of(' ', line_begin(text, above));
  builder.error("unexpected-colon",
                "found the key `" + std::string(text.substr(key, failure.at - key)) +
                    "` where the text of the line above goes on",
                builder.span(key, failure.at),
                "give this line the indentation of its mapping, or write the `:` that the line above lacks",
                {{builder.span(line, above + 1), "this text is not finished by its line end"}});
  return true;
}

bool report_bad_start(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  if (failure.problem != "found character that cannot start any token") return false;
  const text::Span place = character_span(builder, text, failure.at);
  if (failure.at < text.size() && text[failure.at] == '\t') {
    builder.error("tab-indentation", "found a tab in the indentation; expected spaces", place,
                  std::string(tab_help));
    return true;
  }
  const std::string found =
      "`" + std::string(text.substr(failure.at, character_length(text, failure.at))) + "`";
  builder.error("reserved-character", "found " + found + ", with which no plain value can begin", place,
                "put the value into quotes");
  return true;
}

bool report_by_table(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& candidate) {
    return failure.problem.starts_with(candidate.problem) && failure.context.starts_with(candidate.context);
  });
  if (row == rows.end()) return false;
  const bool quote = row->name == "unclosed-quote";
  const std::size_t at = row->at == At::context && !failure.context.empty() ? failure.context_at : failure.at;
  builder.error(std::string(row->name), filled(row->message, text, failure),
                quote ? character_span(builder, text, at) : word_span(builder, text, at),
                std::string(row->help));
  return true;
}

} // namespace

std::optional<SwallowedLines> find_swallowed_lines(std::string_view text, text::Span scalar,
                                                   std::int64_t column) {
  std::size_t at = line_end(text, scalar.begin);
  while (at < scalar.end) {
    at += line_break_length(text, at);
    const std::size_t begin = std::min(text.find_first_not_of(' ', at), text.size());
    const std::size_t end = line_end(text, begin);
    const std::size_t length = key_length(text.substr(begin, end - begin));
    if (length > 0 && begin < scalar.end && static_cast<std::int64_t>(begin - at) <= column) {
      const std::size_t quote = text.find_first_of("'\"", scalar.begin);
      const auto offset = [](std::size_t value) { return static_cast<std::uint32_t>(value); };
      return SwallowedLines{{scalar.file, offset(quote), offset(quote + 1)},
                            {scalar.file, offset(begin), offset(begin + length)}};
    }
    at = end;
  }
  return std::nullopt;
}

void report_swallowed_lines(TreeBuilder& builder, const SwallowedLines& swallowed, text::ProblemLevel level) {
  builder.problem(
      level, "unclosed-quote",
      "this quote is not closed on its line, and the text in quotes goes on over lines that look like keys",
      swallowed.quote, std::string(quote_help), {{swallowed.line, "this key became part of the text"}});
}

void report_yaml_failure(TreeBuilder& builder, std::string_view text, const YamlFailure& failure) {
  if (failure.swallowed) {
    report_swallowed_lines(builder, *failure.swallowed, text::ProblemLevel::error);
    return;
  }
  if (report_placeholder(builder, text, failure)) return;
  if (report_flow(builder, text, failure)) return;
  if (report_key(builder, text, failure)) return;
  if (report_after_document(builder, text, failure)) return;
  if (report_colon(builder, text, failure)) return;
  if (report_bad_start(builder, text, failure)) return;
  if (report_by_table(builder, text, failure)) return;
  std::string message(failure.problem);
  if (!failure.context.empty()) message += " " + std::string(failure.context);
  builder.error("yaml-syntax", message, word_span(builder, text, failure.at),
                "correct the text here or just before");
}

} // namespace slsaudit::syntax
