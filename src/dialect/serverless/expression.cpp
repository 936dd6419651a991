// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/expression.hpp"

#include "cel/regex.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace slsaudit::dialect::serverless {

namespace {

struct Operand {
  enum class Kind { text, number, truth, list, pattern };
  Kind kind = Kind::truth;
  std::string text;           ///< Of a pattern: its text for the matcher.
  double number = 0;          ///< Of a truth: 1 or 0.
  std::vector<Operand> items; ///< Of a list: texts, numbers and truths.

  [[nodiscard]] bool is_true() const {
    if (kind == Kind::list || kind == Kind::pattern) return true;
    return kind == Kind::text ? !text.empty() : number != 0;
  }
  [[nodiscard]] bool is_simple() const { return kind != Kind::list && kind != Kind::pattern; }
  [[nodiscard]] bool same_as(const Operand& other) const {
    return kind == other.kind && (kind == Kind::text ? text == other.text : number == other.number);
  }
};
using Result = std::optional<Operand>;
using Arguments = std::vector<Operand>;

Operand text_of(std::string text) {
  return {Operand::Kind::text, std::move(text), 0, {}};
}
Operand number_of(double number) {
  return {Operand::Kind::number, {}, number, {}};
}
Operand truth(bool value) {
  return {Operand::Kind::truth, {}, value ? 1.0 : 0.0, {}};
}

Result matches(const Operand& pattern, const Operand& subject) {
  if (pattern.kind != Operand::Kind::pattern || subject.kind != Operand::Kind::text) return std::nullopt;
  std::string error;
  const auto regex = cel::Regex::compile(pattern.text, error);
  return regex ? Result(truth(regex->matches(subject.text))) : std::nullopt;
}

Result call_text(const Operand& self, std::string_view method, const Arguments& arguments) {
  const std::string& text = self.text;
  if (arguments.empty()) {
    if (method == "toLowerCase") return text_of(text::lower(text));
    if (method == "toUpperCase") return text_of(text::upper(text));
    if (method == "toString") return self;
    if (method != "trim") return std::nullopt;
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return text_of("");
    return text_of(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
  }
  const Operand& first = arguments.front();
  if (arguments.size() != 1) return std::nullopt;
  if (method == "match") return matches(first, self);
  if (first.kind != Operand::Kind::text) return std::nullopt;
  const std::size_t at = text.find(first.text);
  if (method == "includes") return truth(at != text.npos);
  if (method == "startsWith") return truth(text.starts_with(first.text));
  if (method == "endsWith") return truth(text.ends_with(first.text));
  if (method == "indexOf") return number_of(at == text.npos ? -1.0 : static_cast<double>(at));
  if (method != "split" || first.text.empty()) return std::nullopt;
  Operand list{Operand::Kind::list, {}, 0, {}};
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(first.text, begin), text.size());
    list.items.push_back(text_of(text.substr(begin, end - begin)));
    begin = end + first.text.size();
  }
  return list;
}

Result call_list(const Operand& self, std::string_view method, const Arguments& arguments) {
  if (arguments.size() != 1 || !arguments.front().is_simple()) return std::nullopt;
  const auto it = std::find_if(self.items.begin(), self.items.end(),
                               [&](const Operand& item) { return item.same_as(arguments.front()); });
  if (method == "includes") return truth(it != self.items.end());
  if (method != "indexOf") return std::nullopt;
  return number_of(it == self.items.end() ? -1.0 : static_cast<double>(it - self.items.begin()));
}

Result call(const Operand& self, std::string_view method, const Arguments& arguments) {
  if (self.kind == Operand::Kind::text) return call_text(self, method, arguments);
  if (self.kind == Operand::Kind::list) return call_list(self, method, arguments);
  if (self.kind == Operand::Kind::pattern && method == "test" && arguments.size() == 1)
    return matches(self, arguments.front());
  return std::nullopt;
}

/// What JavaScript makes of two kinds is left to it, but for `===`, which asks for one kind.
Result compare(const Result& left, std::string_view sign, const Result& right) {
  if (!left || !right || !left->is_simple() || !right->is_simple()) return std::nullopt;
  const bool strict = sign.size() == 3;
  if (sign.ends_with('=') && (sign.front() == '=' || sign.front() == '!')) {
    if (left->kind != right->kind && !strict) return std::nullopt;
    return truth(left->same_as(*right) == (sign.front() == '='));
  }
  if (left->kind != Operand::Kind::number || right->kind != Operand::Kind::number) return std::nullopt;
  if (sign == "<=") return truth(left->number <= right->number);
  if (sign == ">=") return truth(left->number >= right->number);
  return truth(sign == "<" ? left->number < right->number : left->number > right->number);
}

/// Descends by the strength of operators. Nothing comes out of what it doesn't understand.
class Reader {
public:
  explicit Reader(std::string_view source) : rest_(source) {}

  std::optional<bool> read() {
    const Result result = choice();
    skip_blanks();
    if (!result || !rest_.empty()) return std::nullopt;
    return result->is_true();
  }

private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool take(std::string_view symbol) {
    skip_blanks();
    if (!rest_.starts_with(symbol)) return false;
    rest_.remove_prefix(symbol.size());
    return true;
  }

  /// One of the signs, the longest that stands here; empty for none.
  std::string_view take_sign() {
    constexpr auto signs = std::to_array<std::string_view>({"===", "!==", "==", "!=", "<=", ">=", "<", ">"});
    for (const std::string_view sign : signs) {
      if (take(sign)) return sign;
    }
    return {};
  }

  Result choice() {
    const Result asked = any();
    if (!take("?")) return asked;
    const Result yes = single_choice();
    if (!take(":")) return std::nullopt;
    const Result no = single_choice();
    if (!asked) return std::nullopt;
    return asked->is_true() ? yes : no;
  }
  Result single_choice() {
    return deeper([this] { return choice(); });
  }

  // An operand that decides alone still has the other one read, so that the rest is found.
  Result any() {
    Result left = all();
    while (take("||")) {
      const Result right = all();
      if (!left || !(left->is_true() || right)) return std::nullopt;
      if (!left->is_true()) left = right;
    }
    return left;
  }

  Result all() {
    Result left = comparison();
    while (take("&&")) {
      const Result right = comparison();
      if (!left || !(!left->is_true() || right)) return std::nullopt;
      if (left->is_true()) left = right;
    }
    return left;
  }

  Result comparison() {
    Result left = single();
    for (;;) {
      const std::string_view sign = take_sign();
      if (sign.empty()) return left;
      const Result right = single();
      left = compare(left, sign, right);
      if (!left) return std::nullopt;
    }
  }

  template <class Inner> Result deeper(Inner inner) {
    constexpr int deepest = 50;
    if (depth_ > deepest) return std::nullopt;
    ++depth_;
    const Result result = inner();
    --depth_;
    return result;
  }

  Result single() {
    return deeper([this] { return nested(); });
  }

  Result nested() {
    skip_blanks();
    if (!rest_.starts_with("!=") && take("!")) {
      const Result operand = single();
      return operand ? Result(truth(!operand->is_true())) : std::nullopt;
    }
    Result operand;
    if (take("(")) {
      operand = choice();
      if (!take(")")) return std::nullopt;
    } else if (take("[")) {
      operand = list();
    } else {
      operand = word();
    }
    return members(std::move(operand));
  }

  /// `.length`, `.method(…)` and `[0]` behind an operand.
  Result members(Result operand) {
    while (operand) {
      if (take("[")) {
        const Result index = choice();
        if (!take("]") || !index || operand->kind != Operand::Kind::list) return std::nullopt;
        if (index->kind != Operand::Kind::number || !(index->number >= 0)) return std::nullopt;
        const auto at = static_cast<std::size_t>(index->number);
        if (at >= operand->items.size()) return std::nullopt;
        operand = Operand(operand->items[at]);
        continue;
      }
      if (!take(".")) return operand;
      const std::size_t end = std::min(
          rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), rest_.size());
      const std::string_view name = rest_.substr(0, end);
      rest_.remove_prefix(end);
      if (!take("(")) {
        if (name != "length") return std::nullopt;
        operand = length(*operand);
        continue;
      }
      const auto arguments = this->arguments(")");
      operand = arguments ? call(*operand, name, *arguments) : std::nullopt;
    }
    return std::nullopt;
  }

  static Result length(const Operand& operand) {
    const bool ascii = std::all_of(operand.text.begin(), operand.text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (operand.kind == Operand::Kind::list) return number_of(static_cast<double>(operand.items.size()));
    if (operand.kind == Operand::Kind::text && ascii)
      return number_of(static_cast<double>(operand.text.size()));
    return std::nullopt;
  }

  std::optional<Arguments> arguments(std::string_view closing) {
    Arguments found;
    if (take(closing)) return found;
    do {
      Result one = single_choice();
      if (!one) return std::nullopt;
      found.push_back(std::move(*one));
    } while (take(","));
    return take(closing) ? std::optional(std::move(found)) : std::nullopt;
  }

  Result list() {
    auto items = arguments("]");
    if (!items) return std::nullopt;
    if (!std::all_of(items->begin(), items->end(), [](const Operand& item) { return item.is_simple(); }))
      return std::nullopt;
    return Operand{Operand::Kind::list, {}, 0, std::move(*items)};
  }

  Result word() {
    if (rest_.empty()) return std::nullopt;
    const char quote = rest_.front();
    if (quote == '"' || quote == '\'' || quote == '`') return quoted(quote);
    if (quote == '/') return pattern();
    const bool negative = take("-");
    const std::size_t end = std::min(rest_.find_first_of(" \t\r\n=!&|()<>?:,[]"), rest_.size());
    std::string_view found = rest_.substr(0, end);
    const bool digits = !found.empty() && found.front() >= '0' && found.front() <= '9';
    if (!digits) found = found.substr(0, found.find('.'));
    rest_.remove_prefix(found.size());
    if (!negative && (found == "true" || found == "false")) return truth(found == "true");
    double number = 0;
    const auto [last, error] = std::from_chars(found.data(), found.data() + found.size(), number);
    if (!digits || error != std::errc() || last != found.data() + found.size()) return std::nullopt;
    return number_of(negative ? -number : number);
  }

  Result quoted(char quote) {
    const std::size_t end = rest_.find(quote, 1);
    const std::string_view text = rest_.substr(1, end == rest_.npos ? rest_.npos : end - 1);
    const bool worked_out = text.find('\\') != text.npos || (quote == '`' && text.find("${") != text.npos);
    if (end == rest_.npos || worked_out) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return text_of(std::string(text));
  }

  /// `/…/i`, for a matcher that knows what a plain pattern needs.
  Result pattern() {
    std::string text;
    bool in_class = false;
    std::size_t at = 1;
    for (; at < rest_.size() && (in_class || rest_[at] != '/'); ++at) {
      const char c = rest_[at];
      if (c == '\n') return std::nullopt;
      if (c == '[' || c == ']') in_class = c == '[';
      if (c == '\\' && at + 1 < rest_.size()) {
        if (rest_[at + 1] != '/') text += c;
        text += rest_[++at];
        continue;
      }
      text += c;
    }
    if (at >= rest_.size()) return std::nullopt;
    rest_.remove_prefix(at + 1);
    std::string flags;
    while (!rest_.empty() && rest_.front() >= 'a' && rest_.front() <= 'z') {
      const char flag = rest_.front();
      rest_.remove_prefix(1);
      if (flag == 'i' || flag == 'm' || flag == 's')
        flags += flag;
      else if (flag != 'g')
        return std::nullopt;
    }
    if (!flags.empty()) text = "(?" + flags + ")" + text;
    return Operand{Operand::Kind::pattern, std::move(text), 0, {}};
  }

  std::string_view rest_;
  int depth_ = 0;
};

} // namespace

std::optional<bool> holds(std::string_view expression) {
  return Reader(expression).read();
}

} // namespace slsaudit::dialect::serverless
