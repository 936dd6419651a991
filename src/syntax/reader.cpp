// SPDX-License-Identifier: Apache-2.0
#include "syntax/reader.hpp"

#include "syntax/added.hpp"
#include "syntax/texts.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace slsaudit::syntax {

namespace {

bool is_control(char c) {
  return c >= 0 && c < 0x20 && c != '\n' && c != '\r' && c != '\t';
}

/// More than one character in ten that no text has. Zeros at the end don't count: a text that was being
/// written when the machine stopped has them.
bool looks_binary(const text::Decoded& decoded) {
  const std::string_view all = decoded.text;
  if (decoded.bad_count == 0 && text::plain_ascii_end(all, 0) == all.size()) return false;
  const std::string_view text = all.substr(0, all.find_last_not_of('\0') + 1);
  const auto controls = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_control));
  return (decoded.bad_count + controls) * 10 > text.size();
}

bool begins_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

/// Offset of the first error, or nowhere.
std::uint32_t first_error(const Document& document) {
  for (const text::Problem& problem : document.problems) {
    if (problem.level == text::ProblemLevel::error) {
      return problem.span.begin;
    }
  }
  return std::numeric_limits<std::uint32_t>::max();
}

/// Text that begins like JSON may be a YAML flow mapping too, with comments and trailing commas. Where
/// neither reader accepts it, the one that came further knows better what is wrong.
Document read_json_or_yaml(const text::SourceMap& sources, text::Arena& arena, text::FileId file,
                           const Limits& limits, Texts texts) {
  Document json = read_json(sources, arena, file, limits, texts);
  if (first_error(json) == std::numeric_limits<std::uint32_t>::max()) {
    return json;
  }
  Document yaml = read_yaml(sources, arena, file, limits, texts);
  return first_error(yaml) > first_error(json) ? yaml : json;
}

Document refuse(text::FileId file, std::string name, std::string message, std::string help) {
  Document document{.file = file, .format = Format::yaml, .root = nullptr, .comments = {}, .problems = {}};
  document.problems.push_back(
      {text::ProblemLevel::error, std::move(name), std::move(message), {file, 0, 0}, std::move(help), {}});
  return document;
}

/// One error for all of them, in its place among the document's problems.
void report_bad_bytes(Document& document, const text::Decoded& decoded) {
  const auto at = static_cast<std::uint32_t>(decoded.first_bad);
  const bool utf8 = decoded.encoding == text::Encoding::utf8;
  const std::string more =
      decoded.bad_count == 1 ? "" : " (and " + std::to_string(decoded.bad_count - 1) + " more in the file)";
  text::Problem problem{text::ProblemLevel::error,
                        utf8 ? "invalid-utf8" : "invalid-utf16",
                        std::string("found a byte that is no ") + (utf8 ? "UTF-8" : "UTF-16") + more,
                        {document.file, at, at + 3},
                        "save the file in UTF-8",
                        {}};
  const auto place = std::find_if(document.problems.begin(), document.problems.end(),
                                  [&](const text::Problem& other) { return other.span.begin > at; });
  document.problems.insert(place, std::move(problem));
}

/// Spans hold 32-bit offsets, and decoding can make three bytes of one.
std::size_t most_bytes(const Limits& limits) {
  return std::min<std::size_t>(limits.max_bytes, std::numeric_limits<std::uint32_t>::max() / 4);
}

} // namespace

Decoded decode(std::string path, std::string bytes, const Limits& limits) {
  Decoded decoded;
  decoded.named_json = path.ends_with(".json");
  if (bytes.size() > most_bytes(limits)) {
    decoded.too_many_bytes = bytes.size();
  } else {
    decoded.decoding = text::to_utf8(std::move(bytes));
    decoded.is_binary = looks_binary(decoded.decoding);
  }
  decoded.file = text::SourceMap::file(std::move(path), std::move(decoded.decoding.text));
  return decoded;
}

Added add(text::SourceMap& sources, Decoded decoded, const Limits& limits) {
  Added added;
  added.named_json = decoded.named_json;
  added.decoding = std::move(decoded.decoding);
  added.file = sources.add(std::move(decoded.file));
  if (decoded.too_many_bytes != 0) {
    added.unusable = refuse(added.file, "file-too-large",
                            "the file has " + std::to_string(decoded.too_many_bytes) +
                                " bytes; the limit is " + std::to_string(most_bytes(limits)) + " (file-size)",
                            "split the file");
  } else if (decoded.is_binary) {
    added.unusable =
        refuse(added.file, "not-text", "the file is not text: too many of its bytes are no characters",
               "give a template in YAML or JSON, encoded in UTF-8");
  }
  return added;
}

namespace {

Document read(const text::SourceMap& sources, text::Arena& arena, const Added& added, const Limits& limits,
              Texts texts) {
  if (added.unusable) return *added.unusable;
  const text::FileId file = added.file;
  Document document = added.named_json ? read_json(sources, arena, file, limits, texts)
                      : begins_like_json(sources.text(file))
                          ? read_json_or_yaml(sources, arena, file, limits, texts)
                          : read_yaml(sources, arena, file, limits, texts);
  if (added.decoding.bad_count > 0) {
    report_bad_bytes(document, added.decoding);
  }
  return document;
}

} // namespace

Document read(const text::SourceMap& sources, text::Arena& arena, const Added& added, const Limits& limits) {
  return read(sources, arena, added, limits, Texts::shared);
}

Document read(text::SourceMap& sources, text::Arena& arena, std::string path, std::string bytes,
              const Limits& limits) {
  const Added added = add(sources, decode(std::move(path), std::move(bytes), limits), limits);
  return read(sources, arena, added, limits, Texts::copied);
}

} // namespace slsaudit::syntax
