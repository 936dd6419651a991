// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/dotenv.hpp"

#include "dialect/serverless/naming.hpp"
#include "text/encoding.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::size_t max_value = 1U << 16U; ///< Bytes of one value, names in it replaced.

/// Parts of names whose values are kept to themselves.
constexpr auto secret_words = std::to_array<std::string_view>(
    {"SECRET",       "PASS",   "PWD",  "TOKEN", "KEY",  "CREDENTIAL", "PRIVATE", "AUTH",  "DSN",
     "CERT",         "SIGN",   "SALT", "HOOK",  "CONN", "COOKIE",     "SESSION", "LICEN", "JWT",
     "DATABASE_URL", "DB_URL", "URI",  "PIN",   "HASH", "CLIENT_ID",  "SEED",    "OTP",   "ACCOUNT"});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

class DotenvReader {
public:
  DotenvReader(std::string_view text, const Environment& known) : text_(text), known_(known) {}

  Environment read() {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    while (at_ < text_.size()) {
      read_line();
      skip_line();
    }
    return std::move(result_);
  }

private:
  void skip_line() {
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void read_line() {
    skip_blanks();
    std::string_view name = word();
    skip_blanks();
    if (name == "export") {
      name = word();
      skip_blanks();
    }
    if (name.empty() || at_ >= text_.size() || text_[at_] != '=') return;
    ++at_;
    skip_blanks();
    result_.insert_or_assign(std::string(name), read_value());
  }

  std::string read_value() {
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote == '"' || quote == '\'' || quote == '`') {
      const std::size_t end = closing(quote);
      if (end != std::string_view::npos) {
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return quote == '\'' ? std::string(inside)
                             : replaced(quote == '"' ? unescaped(inside) : std::string(inside));
      }
    }
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view value = text_.substr(at_, end - at_);
    at_ = end;
    value = value.substr(0, value.find('#'));
    while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
    return replaced(std::string(value));
  }

  [[nodiscard]] std::size_t closing(char quote) const {
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == quote)
        return i;
    }
    return std::string_view::npos;
  }

  static std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool newline = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
      out += newline ? '\n' : text[i];
      if (newline) ++i;
    }
    return out;
  }

  /// `${NAME}` replaced once: what a value brings in is not looked at again.
  [[nodiscard]] std::string replaced(const std::string& text) const {
    std::string out;
    std::size_t plain = 0;
    for (std::size_t open = text.find("${"); open != std::string::npos; open = text.find("${", plain)) {
      const std::size_t close = text.find('}', open);
      if (close == std::string::npos || out.size() > max_value) break;
      out.append(text, plain, open - plain);
      out += value_of(text.substr(open + 2, close - open - 2));
      plain = close + 1;
    }
    out.append(text, plain);
    return std::string(text::beginning(out, max_value));
  }

  [[nodiscard]] std::string value_of(const std::string& name) const {
    for (const Environment* from : {&known_, &result_}) {
      if (const auto it = from->find(name); it != from->end()) return it->second;
    }
    return {};
  }

  std::string_view text_;
  const Environment& known_;
  std::size_t at_ = 0;
  Environment result_;
};

/// A stretch of letters and digits that could be a generated key: long, and of both.
bool looks_generated(std::string_view run) {
  const bool digits = std::any_of(run.begin(), run.end(), is_digit);
  const bool letters = std::any_of(run.begin(), run.end(), is_letter);
  return run.size() > 24 || (digits && letters && run.size() > 8);
}

} // namespace

Environment read_dotenv(std::string_view text, const Environment& known) {
  return DotenvReader(text, known).read();
}

bool is_plain_setting(std::string_view name, std::string_view value) {
  const std::string upper = text::upper(name);
  for (const std::string_view word : secret_words) {
    if (upper.find(word) != std::string::npos) return false;
  }
  constexpr std::size_t longest = 64;
  if (value.size() > longest) return false;
  std::size_t run = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const char c = i < value.size() ? value[i] : ' ';
    if (is_letter(c) || is_digit(c)) continue;
    if (looks_generated(value.substr(run, i - run))) return false;
    run = i + 1;
    if (i < value.size() && std::string_view("-_./:").find(c) == std::string_view::npos) return false;
  }
  return true;
}

} // namespace slsaudit::dialect::serverless
