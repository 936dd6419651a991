// SPDX-License-Identifier: Apache-2.0
#include "audit/gitignore.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::audit {

namespace {

/// Trailing blanks don't count unless a backslash stands before them.
std::string_view without_trailing_blanks(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
    const bool escaped = line.size() >= 2 && line[line.size() - 2] == '\\' && line.back() != '\r';
    if (escaped) break;
    line.remove_suffix(1);
  }
  return line;
}

struct NamedClass {
  std::string_view name;
  bool (*contains)(unsigned char);
};

constexpr bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(unsigned char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(unsigned char c) {
  return c >= 'A' && c <= 'Z';
}

constexpr std::array<NamedClass, 6> named_classes{{
    {"[:alnum:]", [](unsigned char c) { return is_digit(c) || is_lower(c) || is_upper(c); }},
    {"[:alpha:]", [](unsigned char c) { return is_lower(c) || is_upper(c); }},
    {"[:digit:]", is_digit},
    {"[:lower:]", is_lower},
    {"[:space:]", [](unsigned char c) { return c == ' ' || (c >= 9 && c <= 13); }},
    {"[:upper:]", is_upper},
}};

/// Adds a named class to the set and moves past it; false when none stands here.
bool take_named_class(std::string_view glob, std::size_t& at, std::bitset<256>& set) {
  for (const NamedClass& named : named_classes) {
    if (!glob.substr(at).starts_with(named.name)) continue;
    for (unsigned c = 0; c < 256; ++c) {
      if (named.contains(static_cast<unsigned char>(c))) set.set(c);
    }
    at += named.name.size();
    return true;
  }
  return false;
}

} // namespace

std::optional<IgnorePattern> IgnorePattern::parse(std::string_view line) {
  line = without_trailing_blanks(line);
  if (line.empty() || line.front() == '#') return std::nullopt;
  IgnorePattern pattern;
  if (line.front() == '!') {
    pattern.negated_ = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    pattern.directory_only_ = true;
    line.remove_suffix(1);
  }
  // A slash that isn't the last character ties the pattern to the directory of its file.
  const bool anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  if (line.empty()) return std::nullopt;
  if (!anchored) pattern.add_directories();
  if (!pattern.compile(line)) return std::nullopt;
  return pattern;
}

void IgnorePattern::add_literal(char c) {
  Token token;
  token.set.set(static_cast<unsigned char>(c));
  tokens_.push_back(token);
}

void IgnorePattern::add_directories() {
  tokens_.push_back({Kind::directories, {}});
  tokens_.push_back({Kind::in_directory, {}});
}

bool IgnorePattern::compile(std::string_view glob) {
  std::size_t at = 0;
  while (at < glob.size()) {
    const bool component_start = at == 0 || glob[at - 1] == '/';
    if (component_start && glob.substr(at).starts_with("**/")) {
      add_directories();
      at += 3;
    } else if (component_start && at > 0 && glob.substr(at) == "**") {
      tokens_.push_back({Kind::everything, {}});
      at += 2;
    } else if (glob[at] == '*') {
      tokens_.push_back({Kind::star, {}});
      at += 1;
    } else if (glob[at] == '?') {
      Token any;
      any.set.set().reset('/');
      tokens_.push_back(any);
      at += 1;
    } else if (glob[at] == '[') {
      if (!compile_class(glob, at)) return false;
    } else {
      if (glob[at] == '\\') at += 1;
      if (at == glob.size()) return false; // a backslash that escapes nothing matches nothing
      add_literal(glob[at]);
      at += 1;
    }
  }
  return true;
}

bool IgnorePattern::compile_class(std::string_view glob, std::size_t& at) {
  Token token;
  at += 1;
  const bool inverted = at < glob.size() && (glob[at] == '!' || glob[at] == '^');
  if (inverted) at += 1;
  for (bool first = true; at < glob.size() && (first || glob[at] != ']'); first = false) {
    if (take_named_class(glob, at, token.set)) continue;
    if (glob[at] == '\\' && at + 1 < glob.size()) at += 1;
    const auto low = static_cast<unsigned char>(glob[at]);
    auto high = low;
    if (at + 2 < glob.size() && glob[at + 1] == '-' && glob[at + 2] != ']') {
      high = static_cast<unsigned char>(glob[at + 2]);
      at += 2;
    }
    for (unsigned c = low; c <= high; ++c) token.set.set(c);
    at += 1;
  }
  if (at >= glob.size()) return false; // never closed
  at += 1;
  if (inverted) token.set.flip();
  token.set.reset('/');
  tokens_.push_back(token);
  return true;
}

void IgnorePattern::enter(std::size_t state, std::vector<bool>& states) const {
  // Tokens that may match nothing also let their successor be tried. At most one pass over the tokens.
  while (!states[state]) {
    states[state] = true;
    if (state == tokens_.size()) return;
    const Kind kind = tokens_[state].kind;
    if (kind == Kind::star || kind == Kind::everything) {
      state += 1;
    } else if (kind == Kind::directories) {
      state += 2;
    } else {
      return;
    }
  }
}

void IgnorePattern::step(std::size_t state, unsigned char c, std::vector<bool>& next) const {
  switch (tokens_[state].kind) {
  case Kind::character:
    if (tokens_[state].set.test(c)) enter(state + 1, next);
    break;
  case Kind::star:
    if (c != '/') enter(state, next);
    break;
  case Kind::directories:
    if (c != '/') enter(state + 1, next);
    break;
  case Kind::in_directory:
    enter(c == '/' ? state - 1 : state, next);
    break;
  case Kind::everything:
    enter(state, next);
    break;
  }
}

bool IgnorePattern::matches(std::string_view path, bool is_directory) const {
  if (directory_only_ && !is_directory) return false;
  std::vector<bool> states(tokens_.size() + 1, false);
  std::vector<bool> next(tokens_.size() + 1, false);
  enter(0, states);
  for (const char c : path) {
    std::fill(next.begin(), next.end(), false);
    for (std::size_t state = 0; state < tokens_.size(); ++state) {
      if (states[state]) step(state, static_cast<unsigned char>(c), next);
    }
    std::swap(states, next);
  }
  return states.back();
}

void IgnoreRules::add(std::string_view directory, std::string_view text) {
  File file;
  file.prefix = directory.empty() || directory == "." ? "" : std::string(directory) + "/";
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto pattern = IgnorePattern::parse(text.substr(0, end)))
      file.patterns.push_back(std::move(*pattern));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!file.patterns.empty()) files_.push_back(std::move(file));
}

bool IgnoreRules::ignored(std::string_view path, bool is_directory) const {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    if (!path.starts_with(file->prefix)) continue;
    const std::string_view inner = path.substr(file->prefix.size());
    for (auto pattern = file->patterns.rbegin(); pattern != file->patterns.rend(); ++pattern) {
      if (pattern->matches(inner, is_directory)) return !pattern->negated();
    }
  }
  return false;
}

} // namespace slsaudit::audit
