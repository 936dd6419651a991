// SPDX-License-Identifier: Apache-2.0
#include "value/text_places.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace slsaudit::value {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// What a character behind a backslash stands for; itself where it is no letter of an escape.
char escaped(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  default:
    return c;
  }
}

/// Walks through a text and what was written of it at once. Blanks may be more or fewer there: indentation,
/// folded lines.
class Follower {
public:
  Follower(std::string_view source, std::size_t at) : source_(source), at_(at) {
    const std::size_t before = source.substr(0, at).find_last_not_of(" \t\r\n");
    if (before != std::string_view::npos) quote_ = source[before];
    // `"\n  {"`: a line end that is written as such.
    if (before != std::string_view::npos && before > 0 && source[before - 1] == '\\') quote_ = '"';
  }

  /// Whether the literal text stands here.
  bool literal(std::string_view text, std::vector<std::uint32_t>& places) {
    for (std::size_t i = 0; i < text.size();) {
      const char c = text[i];
      skip_blanks_but(c);
      const std::size_t here = at_;
      if (takes(c)) {
        places.push_back(static_cast<std::uint32_t>(here));
        ++i;
      } else if (source_.substr(at_).starts_with("${")) {
        const std::size_t length = substituted(text.substr(i));
        if (length == std::string_view::npos) return false;
        places.insert(places.end(), length, static_cast<std::uint32_t>(here));
        i += length;
      } else if (is_blank(c)) {
        places.push_back(static_cast<std::uint32_t>(here));
        ++i;
      } else if (source_.substr(0, at_ + 1).ends_with("${!")) {
        ++at_; // `${!Name}` is text
      } else {
        return false;
      }
    }
    return true;
  }

  /// Whether `${…}` stands here.
  bool reference() {
    skip_blanks_but('$');
    return source_.substr(at_).starts_with("${") && skip_name();
  }

  [[nodiscard]] std::size_t at() const { return at_; }

private:
  void skip_blanks_but(char c) {
    while (at_ < source_.size() && is_blank(source_[at_]) && source_[at_] != c) ++at_;
  }

  bool takes(char c) {
    if (at_ >= source_.size()) return false;
    const char next = at_ + 1 < source_.size() ? source_[at_ + 1] : '\0';
    std::size_t length = 1;
    char written = source_[at_];
    if (quote_ == '"' && written == '\\') {
      written = escaped(next);
      length = 2;
    } else if (quote_ == '\'' && written == '\'' && next == '\'') {
      length = 2;
    }
    if (written != c) return false;
    at_ += length;
    return true;
  }

  bool skip_name() {
    constexpr std::size_t longest = 512;
    const std::size_t end = source_.substr(0, std::min(source_.size(), at_ + longest)).find('}', at_);
    if (end == std::string_view::npos) return false;
    at_ = end + 1;
    return true;
  }

  /// How much of the text the name here stands for, whose value is known: up to where what follows the name
  /// goes on.
  std::size_t substituted(std::string_view text) {
    constexpr std::size_t longest = 512;
    constexpr std::size_t enough = 4;
    if (!skip_name()) return std::string_view::npos;
    std::string_view rest = source_.substr(at_, enough);
    if (quote_ == '"' && rest.starts_with('\\')) rest = rest.substr(1, 1);
    rest = rest.substr(0, rest.find_first_of("\\\n\r$"));
    const std::string_view near = text.substr(0, longest);
    const std::size_t found = rest.empty() ? std::string_view::npos : near.find(rest);
    if (found != std::string_view::npos) return found;
    return near.size() == text.size() ? text.size() : std::string_view::npos;
  }

  std::string_view source_;
  std::size_t at_;
  char quote_ = '\0';
};

/// The offset in the source of each byte of a text and of its end; nothing where they don't go together.
std::optional<std::vector<std::uint32_t>> follow(std::span<const Part> parts, std::string_view text,
                                                 std::string_view source, std::size_t at) {
  Follower follower(source, at);
  std::vector<std::uint32_t> places;
  places.reserve(text.size() + 1);
  for (const Part& part : parts) {
    const std::size_t here = follower.at();
    const bool follows = part.is_reference ? follower.reference() : follower.literal(part.literal, places);
    if (!follows) return std::nullopt;
    if (!part.is_reference) continue;
    const std::size_t end = text.find(mark_end, places.size()) + mark_end.size();
    places.resize(text.substr(end).starts_with('"') && text[places.size()] == '"' ? end + 1 : end,
                  static_cast<std::uint32_t>(here));
  }
  places.push_back(static_cast<std::uint32_t>(follower.at()));
  return places;
}

/// A reference outside quotes gets some.
std::string with_marks(std::span<const Part> parts) {
  std::string text;
  bool quoted = false;
  bool escapes = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].is_reference) {
      const std::string mark = std::string(mark_begin) + std::to_string(i) + std::string(mark_end);
      text += quoted ? mark : '"' + mark + '"';
      continue;
    }
    for (const char c : parts[i].literal) {
      if (escapes) {
        escapes = false;
      } else if (c == '\\') {
        escapes = quoted;
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    text += parts[i].literal;
  }
  return text;
}

} // namespace

MarkedText marked_text(const Value& written, std::string_view source) {
  const Part known{.literal = written.as_string().value_or(""), .name = {}, .attribute = {}};
  const std::span<const Part> parts = written.is(Kind::symbolic) ? written.parts() : std::span(&known, 1);
  MarkedText result{with_marks(parts), {}};
  // A brace before it may be that of `{"Fn::Sub": "{…}"}`.
  constexpr std::size_t most_braces = 4;
  std::size_t at = source.find('{');
  for (std::size_t i = 0; i < most_braces && at != std::string_view::npos; ++i) {
    if (auto places = follow(parts, result.text, source, at)) {
      result.places = std::move(*places);
      break;
    }
    at = source.find('{', at + 1);
  }
  return result;
}

} // namespace slsaudit::value
