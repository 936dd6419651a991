// SPDX-License-Identifier: Apache-2.0
#include "cel/regex_parser.hpp"

#include "cel/character_sets.hpp"
#include "cel/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::cel {

namespace {

using Set = Regex::Set;
constexpr std::size_t deepest_group = 100;
constexpr std::uint32_t most_repeats = 1000; // RE2's limit

class PatternParser {
public:
  PatternParser(std::string_view text, std::string& error) : text_(text), error_(error) {}

  Pattern run() {
    if (!is_valid_utf8(text_)) error_ = "pattern is not valid UTF-8";
    pattern_.root = alternatives();
    if (error_.empty() && at_ < text_.size()) error_ = "unmatched `)`";
    return std::move(pattern_);
  }

private:
  struct Flags {
    bool fold = false;
    bool dot_all = false;
    bool multi_line = false;
  };

  [[nodiscard]] bool done() const { return at_ >= text_.size() || !error_.empty(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(std::string_view expected) {
    if (text_.substr(std::min(at_, text_.size()), expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  std::uint32_t fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
    return add({});
  }
  std::uint32_t add(Pattern::Node node) {
    pattern_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(pattern_.nodes.size() - 1);
  }
  std::uint32_t add_set(Set set) {
    if (flags_.fold) set = folded(std::move(set));
    pattern_.sets.push_back(normalized(std::move(set)));
    return add({.kind = Pattern::Kind::set, .set = static_cast<std::uint32_t>(pattern_.sets.size() - 1)});
  }
  std::uint32_t add_assertion(Regex::Op op) {
    return add({.kind = Pattern::Kind::assertion, .assertion = op});
  }

  std::uint32_t alternatives() {
    if (++depth_ > deepest_group) return fail("groups nest too deeply");
    std::vector<std::uint32_t> branches{sequence()};
    while (!done() && take("|")) branches.push_back(sequence());
    --depth_;
    if (branches.size() == 1) return branches[0];
    return add({.kind = Pattern::Kind::alternatives, .children = std::move(branches)});
  }

  std::uint32_t sequence() {
    std::vector<std::uint32_t> items;
    while (!done() && peek() != '|' && peek() != ')') {
      if (take("\\Q")) {
        quote(items);
        continue;
      }
      const std::uint32_t item = atom();
      items.push_back(repeated(item));
    }
    return add({.kind = Pattern::Kind::sequence, .children = std::move(items)});
  }

  void quote(std::vector<std::uint32_t>& items) {
    while (!done() && !take("\\E")) {
      const char32_t c = next_code_point(text_, at_);
      items.push_back(add_set({{c, c}}));
    }
  }

  std::uint32_t repeated(std::uint32_t item) {
    bool again = false;
    while (!done()) {
      std::uint32_t least = 0;
      std::uint32_t most = Pattern::unbounded;
      if (take("*")) {
      } else if (take("+")) {
        least = 1;
      } else if (take("?")) {
        most = 1;
      } else if (peek() != '{' || !counts(least, most)) {
        return item;
      }
      if (again) return fail("nothing to repeat: two repetitions in a row");
      if (least > most || least > most_repeats || (most != Pattern::unbounded && most > most_repeats)) {
        return fail("repetition out of range");
      }
      take("?"); // lazy: the same texts match
      item = add({.kind = Pattern::Kind::repeat, .least = least, .most = most, .children = {item}});
      again = true;
    }
    return item;
  }

  /// {n}, {n,} or {n,m}; anything else is literal text, as in RE2.
  bool counts(std::uint32_t& least, std::uint32_t& most) {
    const std::size_t close = text_.find('}', at_);
    if (close == std::string_view::npos) return false;
    const std::string_view body = text_.substr(at_ + 1, close - at_ - 1);
    const std::size_t comma = body.find(',');
    const auto number = [](std::string_view digits, std::uint32_t& out) {
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out);
      if (parsed.ec == std::errc::result_out_of_range) out = Pattern::unbounded - 1;
      return !digits.empty() && parsed.ec != std::errc::invalid_argument &&
             parsed.ptr == digits.data() + digits.size();
    };
    if (!number(body.substr(0, comma), least)) return false;
    if (comma == std::string_view::npos) {
      most = least;
    } else if (comma + 1 < body.size() && !number(body.substr(comma + 1), most)) {
      return false;
    }
    at_ = close + 1;
    return true;
  }

  std::uint32_t atom() {
    switch (peek()) {
    case '(':
      return group();
    case '[':
      return add_set(bracket());
    case '\\':
      return escape();
    case '*':
    case '+':
    case '?':
      return fail("nothing to repeat");
    case '.':
      ++at_;
      return add_set(flags_.dot_all ? complement({}) : complement({{'\n', '\n'}}));
    case '^':
      ++at_;
      return add_assertion(flags_.multi_line ? Regex::Op::begin_line : Regex::Op::begin_text);
    case '$':
      ++at_;
      return add_assertion(flags_.multi_line ? Regex::Op::end_line : Regex::Op::end_text);
    default:
      break;
    }
    const char32_t c = next_code_point(text_, at_);
    return add_set({{c, c}});
  }

  std::uint32_t group() {
    ++at_;
    const Flags outer = flags_;
    if (take("?P<") || (text_.substr(at_, 2) == "?<" && peek(2) != '=' && peek(2) != '!' && take("?<"))) {
      const std::size_t close = text_.find('>', at_);
      if (close == std::string_view::npos || close == at_) return fail("group name expected");
      at_ = close + 1;
    } else if (take("?")) {
      if (!flags()) return fail("unknown kind of group");
      if (take(")")) return add({}); // holds until the enclosing group ends
      if (!take(":")) return fail("unknown kind of group");
    }
    const std::uint32_t inner = alternatives();
    if (!take(")")) return fail("missing `)`");
    flags_ = outer;
    return inner;
  }

  bool flags() {
    bool on = true;
    for (; at_ < text_.size() && peek() != ':' && peek() != ')'; ++at_) {
      switch (peek()) {
      case '-':
        on = false;
        break;
      case 'i':
        flags_.fold = on;
        break;
      case 's':
        flags_.dot_all = on;
        break;
      case 'm':
        flags_.multi_line = on;
        break;
      case 'U':
        break; // greed does not change what matches
      default:
        return false;
      }
    }
    return true;
  }

  std::uint32_t escape() {
    struct Assertion {
      std::string_view text;
      Regex::Op op;
    };
    static constexpr std::array<Assertion, 4> assertions{{{"\\A", Regex::Op::begin_text},
                                                          {"\\z", Regex::Op::end_text},
                                                          {"\\b", Regex::Op::word_boundary},
                                                          {"\\B", Regex::Op::no_word_boundary}}};
    for (const Assertion& each : assertions) {
      if (take(each.text)) return add_assertion(each.op);
    }
    Set set;
    return perl_set(set) ? add_set(std::move(set)) : literal_escape();
  }

  std::uint32_t literal_escape() {
    const char32_t c = escaped();
    return add_set({{c, c}});
  }

  bool perl_set(Set& out) {
    if (peek() != '\\') return false;
    static constexpr std::string_view letters = "dswDSW";
    static constexpr std::array<std::string_view, 3> ranges{"09", "\t\n\f\r  ", "09AZ__az"};
    const std::size_t found = letters.find(peek(1));
    if (peek(1) == '\0' || found == std::string_view::npos) return false;
    at_ += 2;
    const Set set = from_pairs(ranges[found % 3]);
    const Set chosen = found < 3 ? set : complement(set);
    out.insert(out.end(), chosen.begin(), chosen.end());
    return true;
  }

  /// A backslash and one character's code.
  char32_t escaped() {
    ++at_;
    if (at_ >= text_.size()) {
      fail("trailing backslash");
      return 0;
    }
    static constexpr std::string_view letters = "aftnrv";
    static constexpr std::string_view meanings = "\a\f\t\n\r\v";
    const char letter = peek();
    if (const std::size_t found = letters.find(letter); found != std::string_view::npos) {
      ++at_;
      return static_cast<unsigned char>(meanings[found]);
    }
    if (letter == 'x') return hex();
    if (letter == '0') return octal();
    const bool alphanumeric = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                              (letter >= 'a' && letter <= 'z') || static_cast<unsigned char>(letter) >= 0x80;
    if (alphanumeric) fail("unsupported escape `\\" + std::string(1, letter) + "`");
    ++at_;
    return static_cast<unsigned char>(letter);
  }

  char32_t octal() {
    char32_t value = 0;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i, ++at_) {
      value = value * 8 + static_cast<char32_t>(peek() - '0');
    }
    return value;
  }

  char32_t hex() {
    ++at_;
    std::string_view digits = text_.substr(at_, 2);
    std::size_t length = 2;
    if (peek() == '{') {
      const std::size_t close = std::min(text_.find('}', at_), text_.size());
      digits = text_.substr(at_ + 1, close - at_ - 1);
      length = digits.size() + 2;
    }
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() ||
        value > last_code_point) {
      fail("invalid code in `\\x`");
    }
    at_ += length;
    return value;
  }

  Set bracket() {
    ++at_;
    const bool negated = take("^");
    Set set;
    bool first = true;
    while (!done() && (first || peek() != ']')) {
      first = false;
      if (take_posix_set(set) || perl_set(set)) continue;
      const char32_t low = member();
      char32_t high = low;
      if (peek() == '-' && peek(1) != ']' && at_ + 1 < text_.size()) {
        ++at_;
        high = member();
      }
      if (high < low) fail("range out of order in `[…]`");
      set.push_back({low, high});
    }
    if (!take("]")) fail("missing `]`");
    if (negated && flags_.fold) set = folded(std::move(set));
    return negated ? complement(set) : set;
  }

  char32_t member() {
    if (at_ >= text_.size()) {
      fail("missing `]`");
      return 0;
    }
    return peek() == '\\' ? escaped() : next_code_point(text_, at_);
  }

  bool take_posix_set(Set& out) {
    if (text_.substr(at_, 2) != "[:") return false;
    const std::size_t close = text_.find(":]", at_);
    if (close == std::string_view::npos) return false;
    std::string_view name = text_.substr(at_ + 2, close - at_ - 2);
    const bool negated = !name.empty() && name.front() == '^';
    if (negated) name.remove_prefix(1);
    const std::optional<Set> set = posix_set(name);
    at_ = close + 2;
    if (!set) {
      fail("unknown class `[:" + std::string(name) + ":]`");
      return true;
    }
    const Set chosen = negated ? complement(*set) : *set;
    out.insert(out.end(), chosen.begin(), chosen.end());
    return true;
  }

  std::string_view text_;
  std::string& error_;
  Pattern pattern_;
  Flags flags_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

} // namespace

Pattern parse_pattern(std::string_view pattern, std::string& error) {
  return PatternParser(pattern, error).run();
}

} // namespace slsaudit::cel
