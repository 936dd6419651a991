// SPDX-License-Identifier: Apache-2.0
// Precedence climbing, so that a level of nesting costs few stack frames; levels are bounded by
// deepest_expression.
#include "cel/parser.hpp"

#include "cel/lexer.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace slsaudit::cel {

namespace {

struct BinaryOperator {
  std::string_view text;
  Operator op;
  int precedence;
};

constexpr int precedence_or = 1;
constexpr int precedence_and = 2;
constexpr int precedence_relation = 3;

constexpr std::array<BinaryOperator, 12> binary_operators{{
    {"==", Operator::equal, precedence_relation},
    {"!=", Operator::not_equal, precedence_relation},
    {"<=", Operator::less_equal, precedence_relation},
    {">=", Operator::greater_equal, precedence_relation},
    {"<", Operator::less, precedence_relation},
    {">", Operator::greater, precedence_relation},
    {"in", Operator::in, precedence_relation},
    {"+", Operator::add, 4},
    {"-", Operator::subtract, 4},
    {"*", Operator::multiply, 5},
    {"/", Operator::divide, 5},
    {"%", Operator::modulo, 5},
}};

constexpr std::array<std::string_view, 17> reserved_words{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

using Id = std::uint32_t;

class Parser {
public:
  Parser(std::vector<Token> tokens, std::vector<ParseError>& errors)
      : tokens_(std::move(tokens)), errors_(errors) {}

  Draft run() {
    draft_.root = expression();
    if (!failed_ && peek().kind != TokenKind::end) unexpected("an operator or the end");
    return std::move(draft_);
  }

private:
  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  [[nodiscard]] bool sees(std::string_view symbol) const {
    return peek().kind == TokenKind::symbol && peek().text == symbol;
  }
  bool take(std::string_view symbol) {
    if (failed_ || !sees(symbol)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view symbol) {
    if (!failed_ && !take(symbol)) unexpected("`" + std::string(symbol) + "`");
  }

  Id fail(std::size_t offset, std::string message) {
    if (!failed_) errors_.push_back({std::move(message), offset});
    failed_ = true;
    return add({}, {}, offset);
  }
  Id unexpected(const std::string& wanted) {
    const bool end = peek().kind == TokenKind::end;
    return fail(peek().offset, (end ? "unexpected end" : "unexpected `" + std::string(peek().text) + "`") +
                                   "; expected " + wanted);
  }

  Id add(Node node, const std::vector<Id>& children, std::size_t offset) {
    std::size_t height = 0;
    for (const Id child : children) height = std::max<std::size_t>(height, draft_.nodes[child].height);
    // Chains like a + a + a … nest to the left without nesting in the text, so they may be longer.
    if (height + 1 > 4 * deepest_expression && !failed_) return fail(offset, "expression nests too deeply");
    node.height = static_cast<std::uint16_t>(std::min<std::size_t>(height + 1, 4 * deepest_expression));
    node.offset = static_cast<std::uint32_t>(offset);
    node.first_child = static_cast<Id>(draft_.children.size());
    node.child_count = static_cast<Id>(children.size());
    draft_.children.insert(draft_.children.end(), children.begin(), children.end());
    draft_.nodes.push_back(node);
    return static_cast<Id>(draft_.nodes.size() - 1);
  }

  Id add_constant(Value value, std::size_t offset) {
    draft_.constants.push_back(std::move(value));
    return add({.kind = NodeKind::constant, .index = static_cast<Id>(draft_.constants.size() - 1)}, {},
               offset);
  }

  Id add_name(std::string_view name) {
    draft_.names.emplace_back(name);
    return static_cast<Id>(draft_.names.size() - 1);
  }

  /// One level of nesting; ends by itself.
  struct Level {
    explicit Level(std::size_t& levels) : depth(levels) { ++depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --depth; }
    std::size_t& depth;
  };

  // expression = or ['?' or ':' expression]; the right end is a loop, so that chains of ?: cost no stack.
  Id expression() {
    const Level level(depth_);
    if (depth_ > deepest_expression) return fail(peek().offset, "expression nests too deeply");
    struct Open {
      Id condition;
      Id then;
      std::size_t offset;
    };
    std::vector<Open> open;
    Id result = binary(precedence_or);
    while (!failed_ && sees("?")) {
      const std::size_t offset = peek().offset;
      take("?");
      const Id then = binary(precedence_or);
      expect(":");
      open.push_back({result, then, offset});
      result = binary(precedence_or);
    }
    for (; !open.empty(); open.pop_back()) {
      const Open& last = open.back();
      result = add({.kind = NodeKind::ternary}, {last.condition, last.then, result}, last.offset);
    }
    return result;
  }

  Id binary(int precedence) {
    Id left = unary();
    while (!failed_ && peek().kind == TokenKind::symbol) {
      const std::size_t offset = peek().offset;
      if (const bool conjunction = sees("&&"); conjunction || sees("||")) {
        const int own = conjunction ? precedence_and : precedence_or;
        if (own < precedence) return left;
        left = logical(conjunction, left, own, offset);
        continue;
      }
      const auto found = std::find_if(binary_operators.begin(), binary_operators.end(),
                                      [&](const BinaryOperator& each) { return each.text == peek().text; });
      if (found == binary_operators.end() || found->precedence < precedence) return left;
      ++at_;
      const Id right = binary(found->precedence + 1);
      left = add({.kind = NodeKind::binary, .detail = static_cast<std::uint8_t>(found->op)}, {left, right},
                 offset);
    }
    return left;
  }

  // a && b && c is one node.
  Id logical(bool conjunction, Id left, int precedence, std::size_t offset) {
    std::vector<Id> operands{left};
    while (take(conjunction ? "&&" : "||")) operands.push_back(binary(precedence + 1));
    return add({.kind = conjunction ? NodeKind::logical_and : NodeKind::logical_or}, operands, offset);
  }

  Id unary() {
    if (!sees("!") && !sees("-")) return member();
    const bool minus = sees("-");
    std::vector<std::size_t> offsets;
    while (sees(minus ? "-" : "!")) {
      offsets.push_back(peek().offset);
      ++at_;
    }
    Id operand = 0;
    if (minus && peek().kind == TokenKind::literal &&
        (peek().value.unsigned_integer() || peek().value.number())) {
      operand = member(offsets.back());
      offsets.pop_back();
    } else {
      operand = member();
    }
    for (; !offsets.empty() && !failed_; offsets.pop_back()) {
      operand = add({.kind = minus ? NodeKind::negate : NodeKind::logical_not}, {operand}, offsets.back());
    }
    return operand;
  }

  static constexpr std::size_t no_minus = std::numeric_limits<std::size_t>::max();

  Id member(std::size_t minus = no_minus) {
    Id result = primary(minus);
    while (!failed_) {
      const std::size_t offset = peek().offset;
      if (take(".")) {
        result = selection(result);
      } else if (take("[")) {
        const Id key = expression();
        expect("]");
        result = add({.kind = NodeKind::index}, {result, key}, offset);
      } else if (sees("{")) {
        return fail(offset, "messages can't be made here");
      } else {
        return result;
      }
    }
    return result;
  }

  Id selection(Id operand) {
    const Token& name = peek();
    if (name.kind != TokenKind::identifier && name.kind != TokenKind::quoted_identifier && !sees("in")) {
      return unexpected("a name");
    }
    ++at_;
    if (name.kind == TokenKind::identifier && take("(")) {
      std::vector<Id> children{operand};
      list_until(")", children);
      return add({.kind = NodeKind::call, .receiver = true, .index = add_name(name.text)}, children,
                 name.offset);
    }
    return add({.kind = NodeKind::select, .index = add_name(name.text)}, {operand}, name.offset);
  }

  void list_until(std::string_view close, std::vector<Id>& items) {
    while (!failed_ && !sees(close)) {
      items.push_back(expression());
      if (!take(",")) break;
      if (close == ")" && sees(close)) unexpected("an argument");
    }
    expect(close);
  }

  Id primary(std::size_t minus) {
    const Token& token = peek();
    if (token.kind == TokenKind::literal) return literal(minus);
    const bool rooted = take(".");
    const Token& name = peek();
    if (name.kind == TokenKind::identifier) return identifier(rooted);
    if (rooted) return unexpected("a name");
    if (take("(")) {
      const Id inner = expression();
      expect(")");
      return inner;
    }
    if (take("[")) {
      std::vector<Id> items;
      list_until("]", items);
      return add({.kind = NodeKind::list}, items, token.offset);
    }
    if (take("{")) return map(token.offset);
    return unexpected("a value");
  }

  Id map(std::size_t offset) {
    std::vector<Id> children;
    while (!failed_ && !sees("}")) {
      children.push_back(expression());
      expect(":");
      children.push_back(expression());
      if (!take(",")) break;
    }
    expect("}");
    return add({.kind = NodeKind::map}, children, offset);
  }

  Id identifier(bool rooted) {
    const Token& name = peek();
    if (std::find(reserved_words.begin(), reserved_words.end(), name.text) != reserved_words.end()) {
      return fail(name.offset, "`" + std::string(name.text) + "` is a reserved word");
    }
    ++at_;
    if (take("(")) {
      std::vector<Id> children;
      list_until(")", children);
      return add({.kind = NodeKind::call, .index = add_name(name.text)}, children, name.offset);
    }
    return add({.kind = NodeKind::name, .rooted = rooted, .index = add_name(name.text)}, {}, name.offset);
  }

  Id literal(std::size_t minus) {
    const Token& token = peek();
    ++at_;
    const bool negative = minus != no_minus;
    if (const auto* number = token.value.number(); number != nullptr && negative) {
      return add_constant(-*number, minus);
    }
    const auto* integer = token.value.unsigned_integer();
    if (integer == nullptr) return add_constant(token.value, token.offset);
    if (token.text.back() == 'u' || token.text.back() == 'U') {
      const Id constant = add_constant(token.value, token.offset);
      return negative ? add({.kind = NodeKind::negate}, {constant}, minus) : constant;
    }
    constexpr std::uint64_t limit = std::uint64_t{1} << 63U;
    if (*integer > limit || (*integer == limit && !negative)) {
      return fail(token.offset, "number too large: `" + std::string(token.text) + "`");
    }
    const std::uint64_t bits = negative ? std::uint64_t{0} - *integer : *integer;
    return add_constant(static_cast<std::int64_t>(bits), negative ? minus : token.offset);
  }

  std::vector<Token> tokens_;
  std::vector<ParseError>& errors_;
  Draft draft_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
};

} // namespace

Draft parse(std::string_view expression, std::vector<ParseError>& errors) {
  const std::size_t before = errors.size();
  std::vector<Token> tokens = tokenize(expression, errors);
  if (errors.size() != before) return {};
  return Parser(std::move(tokens), errors).run();
}

std::string_view symbol(Operator op) {
  for (const BinaryOperator& each : binary_operators) {
    if (each.op == op) return each.text;
  }
  return "?";
}

} // namespace slsaudit::cel
