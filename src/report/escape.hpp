// SPDX-License-Identifier: Apache-2.0
// Text of others made safe for each medium it goes to. Whatever a template, a path or a rule of somebody's
// says passes through one of these before it is written; none of them changes well-behaved text more than the
// medium asks for. For terminals and logs: printable() in report/screen.hpp, on which all but JSON rest.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::report {

/// printable() on one line: line breaks become blanks.
[[nodiscard]] std::string one_line(std::string_view text);

/// Words of GitHub's and GitLab's markdown, on one line, also for a table's cell: no markup, HTML, link,
/// image, mention, reference or formula starts in it.
[[nodiscard]] std::string markdown_text(std::string_view text);
/// The same as a code span.
[[nodiscard]] std::string markdown_code(std::string_view text);
/// A message, in which backticks stand round names: those become code spans, the rest words.
[[nodiscard]] std::string markdown_prose(std::string_view message);
/// Lines as a fenced block, with a line feed at its end. `indentation` goes before each line, as a list's
/// item needs.
[[nodiscard]] std::string markdown_block(std::string_view lines, std::string_view indentation = {});

/// For element content and, quoted either way, attributes of XML and HTML. Characters that XML can't hold are
/// shown as `\u{…}`; line feeds stay in content and become `&#10;` in attributes.
[[nodiscard]] std::string xml_text(std::string_view text);
[[nodiscard]] std::string xml_attribute(std::string_view text);

/// The message and a property's value of a workflow command (`::error file=VALUE::MESSAGE`).
[[nodiscard]] std::string workflow_message(std::string_view text);
[[nodiscard]] std::string workflow_property(std::string_view text);

/// One field of RFC 4180, on one line and quoted where it must be. What a spreadsheet would take for a
/// formula gets a quotation mark (') in front.
[[nodiscard]] std::string csv_field(std::string_view text);

/// A serialised JSON text whose strings hold no hidden character raw: those become `\uXXXX`, which every
/// reader gives back as the same character.
[[nodiscard]] std::string json_text(std::string_view serialised);

/// Plain text of a SARIF message: printable(), and no `[text](target)` in it is a link.
[[nodiscard]] std::string sarif_text(std::string_view text);

/// A path as part of a URI (RFC 3986); slashes stay.
[[nodiscard]] std::string uri_path(std::string_view path);

} // namespace slsaudit::report
