// SPDX-License-Identifier: Apache-2.0
// Expressions and what they come to, as messages show it.
#include "cel/functions.hpp"
#include "cel/program.hpp"
#include "cel/store.hpp"
#include "support/catch.hpp"

#include <set>

using namespace slsaudit;

namespace {

cel::Environment names() {
  cel::Environment environment;
  environment.variables = {"one", "text", "items", "lost", "other", "broken", "limits.timeout"};
  environment.functions.push_back({"twice", 1, 1, false, false, [](std::span<const cel::Value> x) {
                                     return cel::Value(*x[0].integer() * 2);
                                   }});
  environment.functions.push_back(
      {"arn.account", 1, 1, false, false, [](std::span<const cel::Value>) { return cel::Value("123"); }});
  environment.functions.push_back({"whole", 1, 1, true, true, [](std::span<const cel::Value> x) {
                                     return cel::Value(x[0].unknown() == nullptr);
                                   }});
  return environment;
}

cel::Bindings bindings() {
  cel::Bindings values;
  values.emplace("one", 1);
  values.emplace("text", "héllo");
  values.emplace("items", cel::List{1, 2, 3});
  values.emplace("lost", cel::Value::unknown("b is not given"));
  values.emplace("other", cel::Value::unknown("a is not given"));
  values.emplace("broken", cel::Value::error("broken"));
  values.emplace("limits.timeout", 900);
  return values;
}

struct Case {
  const char* expression;
  const char* wanted;
};

void check(const Case& each) {
  std::vector<cel::ParseError> errors;
  const auto program = cel::Program::compile(each.expression, names(), errors);
  INFO(each.expression);
  if (!errors.empty()) INFO(errors[0].message);
  REQUIRE_FALSE(program.empty());
  CHECK(program.evaluate(bindings()).display() == each.wanted);
}

} // namespace

TEST_CASE("values and operators") {
  static constexpr Case cases[] = {
      {"1 + 2 * 3 - 4 / 2 % 3", "5"},
      {"-one", "-1"},
      {"7.0 / 2.0", "3.5"},
      {"9223372036854775807 + 1", "(error: integer overflow)"},
      {"-9223372036854775808 / -1", "(error: integer overflow)"},
      {"0u - 1u", "(error: integer overflow)"},
      {"1 / 0", "(error: division by zero)"},
      {"1 + 1.0", "(error: no such overload: `+` of int and double)"},
      {"1 < 1.5 && 2u > 1 && 1 == 1u && 1.0 == 1", "true"},
      {"'a' < 'b' && b'a' < b'b' && false < true", "true"},
      {"'a' == 1", "false"},
      {"'a' < 1", "(error: no such overload: `<` of string and int)"},
      {"[1, 2] + [3]", "[1, 2, 3]"},
      {"{'a': 1, 'b': [2, {'c': 3}]}", "{a: 1, b: [2, {c: 3}]}"},
      {"{'a': 1}.a + {'b': 2}['b']", "3"},
      {"{'a': 1}.b", "(error: no such key: `b`)"},
      {"has({'a': 1}.b) || 'a' in {'a': 1}", "true"},
      {"[1, 2][2]", "(error: index out of bounds: 2)"},
      {"2 in [1, 2]", "true"},
      {"one == 1 ? 'yes' : 'no'", "yes"},
      {"type(1) == int && type([]) == list && type(type(1)) == type", "true"},
      {"size(text) == 5 && text.size() == 5 && size(b'é') == 2", "true"},
      {"text.charAt(1) + text.substring(2)", "éllo"},
      {"r'\\d' + '\\x41\\u00e9' + \"\"\"q\"q\"\"\"", "\\dAéq\"q"},
      {"b'\\xff'", "b\"\\xff\""},
      {"limits.timeout - 1", "899"},
      {"twice(4) + size(arn.account('x'))", "11"},
      {"cel.bind(x, 3, x * x)", "9"},
      {"'%s is %.2f'.format(['pi', 3.14159])", "pi is 3.14"},
      {"'a,b,c'.split(',').map(x, x.upperAscii()).join('-')", "A-B-C"},
      {"[3, 1, 2, 3].distinct().sort()", "[1, 2, 3]"},
      {"[[1, [2]], 3].flatten()", "[1, [2], 3]"},
      {"sum([1, 2, 3]) + [].sum()", "6"},
      {"[0.5, 1.25].sum()", "1.75"},
      {"[duration('1s'), duration('2s')].sum()", "3s"},
      {"sum([9223372036854775807, 1]) > 0 || true", "true"},
      {"[].sum() < 0.5", "true"},
      {"math.greatest(1, 2.5, 2u)", "2.5"},
      {"sets.contains([1, 2], [2])", "true"},
      {"dyn(null) == null", "true"},
      {"timestamp('2024-02-29T12:00:00+02:00')", "2024-02-29T10:00:00Z"},
      {"timestamp('2023-02-29T12:00:00Z')",
       "(error: `2023-02-29T12:00:00Z` is no timestamp or out of range)"},
      {"timestamp(0) + duration('1h30m0.25s')", "1970-01-01T01:30:00.25Z"},
      {"timestamp(0) - duration('1ns')", "1969-12-31T23:59:59.999999999Z"},
      {"timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-01T00:00:00Z') == duration('696h')", "true"},
      {"[duration('-0.5s'), duration('1.5ms'), duration('0')]", "[-0.5s, 0.0015s, 0s]"},
      {"duration('1') == duration('1s')", "(error: `1` is no duration or out of range)"},
  };
  for (const Case& each : cases) check(each);
}

TEST_CASE("loops") {
  static constexpr Case cases[] = {
      {"items.all(x, x > 0) && items.exists(x, x == 2) && items.exists_one(x, x > 2)", "true"},
      {"items.map(x, x * 2).filter(x, x > 2)", "[4, 6]"},
      {"items.map(x, x > 1, x * 10)", "[20, 30]"},
      {"items.map(x, items.map(y, x * y))", "[[1, 2, 3], [2, 4, 6], [3, 6, 9]]"},
      {"items.exists(i, x, i == 0 && x == 1)", "true"},
      {"{'a': 1, 'b': 2}.transformList(k, v, v > 1, k)", "[b]"},
      {"{'a': 1}.transformMap(k, v, v + 1)", "{a: 2}"},
      {"{'a': 1}.transformMapEntry(k, v, {v: k})", "{1: a}"},
      {"items.all(x, 6 / (2 - x) == 6)", "false"},
      {"items.all(x, x / 0 == 1)", "(error: division by zero)"},
      {"one.all(x, true)", "(error: no such overload: `loop` of int)"},
      {"lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, true)))",
       "(error: evaluation takes too long)"},
      {"lists.range(100000).map(a, lists.range(100000))", "(error: evaluation takes too long)"},
  };
  for (const Case& each : cases) check(each);
}

TEST_CASE("unknown and error flow") {
  static constexpr Case cases[] = {
      {"lost", "(unknown: b is not given)"},
      {"lost && false", "false"},
      {"false && lost", "false"},
      {"lost || true", "true"},
      {"lost && true", "(unknown: b is not given)"},
      {"lost && other", "(unknown: a is not given; b is not given)"},
      {"lost + other > 1", "(unknown: a is not given; b is not given)"},
      {"broken && false", "false"},
      {"broken || lost", "(unknown: b is not given)"},
      {"lost && broken", "(unknown: b is not given)"},
      {"broken + lost", "(unknown: b is not given)"},
      {"broken || false", "(error: broken)"},
      {"lost ? 1 : 2", "(unknown: b is not given)"},
      {"true ? 1 : lost", "1"},
      {"!lost", "(unknown: b is not given)"},
      {"size(lost) + twice(lost)", "(unknown: b is not given)"},
      {"[1, lost]", "(unknown: b is not given)"},
      {"{'a': lost}", "(unknown: b is not given)"},
      {"lost.field[0].other", "(unknown: b is not given)"},
      {"has(lost.field)", "(unknown: b is not given)"},
      {"items.exists(x, x == 3 || lost)", "true"},
      {"items.exists(x, x == 4 || lost)", "(unknown: b is not given)"},
      {"items.all(x, x > 1 || lost)", "(unknown: b is not given)"},
      {"items.all(x, x < 2 && lost)", "false"},
      {"items.filter(x, lost)", "(unknown: b is not given)"},
      {"lost.exists(x, true)", "(unknown: b is not given)"},
      {"known(lost)", "false"},
      {"known(one) && known('x')", "true"},
      {"lost.whole()", "false"},
      {"default(lost, 1)", "(unknown: b is not given)"},
      {"default(null, 1)", "1"},
      {"default(2, lost)", "2"},
  };
  for (const Case& each : cases) check(each);
  std::vector<cel::ParseError> errors;
  const auto program = cel::Program::compile("one > 1 || items == []", names(), errors);
  CHECK(program.evaluate(cel::Bindings{}).display() ==
        "(unknown: `items` is not known here; `one` is not known here)");
  CHECK(program.variables_used() == std::vector<std::string>{"items", "one"});
  const cel::Value one = 5;
  struct OnlyOne final : cel::Variables {
    explicit OnlyOne(const cel::Value& value) : value_(value) {}
    [[nodiscard]] const cel::Value* find(std::uint32_t slot) const override {
      return slot == 0 ? &value_ : nullptr;
    }
    const cel::Value& value_;
  };
  CHECK(program.evaluate(OnlyOne(one)).display() == "true");
}

TEST_CASE("what is wrong with an expression, and where") {
  struct Wrong {
    std::string expression;
    std::string message;
    std::size_t offset;
  };
  const std::vector<Wrong> cases{
      {"", "unexpected end; expected a value", 0},
      {"1 +", "unexpected end; expected a value", 3},
      {"1 2", "unexpected `2`; expected an operator or the end", 2},
      {"(1", "unexpected end; expected `)`", 2},
      {"one + two", "unknown name `two`", 6},
      {"one.two()", "unknown function `two`", 4},
      {"size()", "`size` takes 1 argument, not 0", 0},
      {"text.substring(1, 2, 3)", "`substring` takes 1 to 2 arguments, not 3", 5},
      {"startsWith(text, 'a')", "`startsWith` is called as x.startsWith()", 0},
      {"items.default(1)", "`default` is called as default(x)", 6},
      {"has(one)", "`has` needs a field: has(x.name)", 0},
      {"items.all(1, true)", "a new name is expected here", 10},
      {"text.matches('(')", "invalid pattern: missing `)`", 13},
      {"'abc", "unterminated string", 0},
      {"'\\q'", "unknown escape sequence in string", 1},
      {"99999999999999999999", "number too large: `99999999999999999999`", 0},
      {"9223372036854775808", "number too large: `9223372036854775808`", 0},
      {"one # two", "unexpected character \"#\"", 4},
      {"for", "`for` is a reserved word", 0},
      {"Thing{a: 1}", "messages can't be made here", 5},
      {std::string(300, '(') + "1" + std::string(300, ')'), "expression nests too deeply", 250},
  };
  for (const Wrong& each : cases) {
    std::vector<cel::ParseError> errors;
    INFO(each.expression);
    CHECK(cel::Program::compile(each.expression, names(), errors).empty());
    REQUIRE_FALSE(errors.empty());
    CHECK(errors[0].message == each.message);
    CHECK(errors[0].offset == each.offset);
  }
  std::vector<cel::ParseError> errors;
  CHECK(cel::Program::compile("x + y.z + f(q)", names(), errors).empty());
  CHECK(errors.size() == 4);
}

TEST_CASE("a pattern that a variable always holds is compiled with the expression") {
  cel::Environment environment = names();
  environment.texts = {{"text", "^h"}, {"other", "("}};
  std::vector<cel::ParseError> errors;
  const auto compile = [&](const char* expression) {
    return cel::Program::compile(expression, environment, errors);
  };
  const auto pattern_of = [](const cel::Program& program) {
    return cel::links_of(program.tables(), program.place()).front().pattern;
  };
  cel::Bindings values;
  values.emplace("text", "^h");
  values.emplace("other", "(");
  values.emplace("one", "hello");
  const auto known = compile("one.matches(text)");
  CHECK(pattern_of(known) != cel::no_pattern);
  CHECK(known.evaluate(values).display() == "true");
  const auto inner = compile("['o$'].exists(text, one.matches(text))"); // another `text`
  CHECK(pattern_of(inner) == cel::no_pattern);
  CHECK(inner.evaluate(values).display() == "true");
  const auto wrong = compile("one.matches(other)");
  REQUIRE(wrong.evaluate(values).error() != nullptr);
  CHECK(wrong.evaluate(values).error()->message == "invalid pattern: missing `)`");
  CHECK(errors.empty());
}

TEST_CASE("nesting and chains") {
  const auto repeated = [](const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {repeated("(", 200) + "1" + repeated(")", 200), "1"},
      {repeated("[", 200) + "1" + repeated("]", 200) + repeated("[0]", 200), "1"},
      {"1" + repeated(" + 1", 900), "901"},
      {"true" + repeated(" && true", 5000), "true"},
      {repeated("!", 200) + "true", "true"},
      {repeated("false ? 0 : ", 200) + "1", "1"},
  };
  for (const auto& [expression, wanted] : cases) check({expression.c_str(), wanted.c_str()});
}

TEST_CASE("the tables of functions are fit for a reference") {
  std::set<std::string> seen;
  for (const auto table : {cel::rule_functions(), cel::conversion_functions(), cel::string_functions(),
                           cel::list_functions(), cel::math_functions(), cel::time_functions()}) {
    for (const cel::Builtin& each : table) {
      INFO(each.name);
      CHECK(seen.insert(std::string(each.name)).second);
      CHECK(each.call != nullptr);
      CHECK(each.min_arguments <= each.max_arguments);
      CHECK(each.signature.find(each.name) != std::string_view::npos);
      CHECK_FALSE(each.meaning.empty());
      CHECK_FALSE(each.meaning.ends_with('.'));
    }
  }
  CHECK(cel::macros().size() > 8);
}
