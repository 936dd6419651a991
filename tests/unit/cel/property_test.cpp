// SPDX-License-Identifier: Apache-2.0
// Values of templates in expressions: lazily read, converted as CloudFormation converts, known as far as
// provable.
#include "cel/program.hpp"
#include "support/catch.hpp"

using namespace slsaudit;
using value::Part;
using value::ReferenceKind;

namespace {

class Orders : public cel::Object {
public:
  [[nodiscard]] std::string_view type_name() const override { return "resource"; }
  [[nodiscard]] cel::Value field(std::string_view name) const override {
    return name == "id" ? cel::Value("Orders")
                        : cel::Value::error("no such field `" + std::string(name) + "`");
  }
  [[nodiscard]] bool has(std::string_view name) const override { return name == "id"; }
  [[nodiscard]] std::string display() const override { return "`Orders`"; }
  [[nodiscard]] text::Span span() const override { return {text::FileId(0), 7, 13}; }
};

text::Span at(std::uint32_t begin) {
  return {text::FileId(0), begin, begin + 1};
}

struct Fixture {
  text::Arena arena;
  value::Factory make{arena};
  Orders orders;
  value::Origin default_origin{
      .kind = value::Origin::Kind::parameter_default, .span = at(90), .name = "Size"};

  [[nodiscard]] value::Value symbolic(const std::string& before, const std::string& name,
                                      const std::string& after) {
    return make.symbolic(
        {{.literal = before},
         {.is_reference = true, .kind = ReferenceKind::attribute, .name = name, .attribute = "Arn"},
         {.literal = after}},
        at(50));
  }

  [[nodiscard]] value::Value properties() {
    const auto assumed = make.integer(128, at(20)).with_origin(arena, default_origin);
    const auto small =
        make.map({{"Size", make.integer(10, at(30))}, {"Same", make.string("x", at(31))}}, at(29));
    const auto large = make.map({{"Size", make.integer(20, at(33))},
                                 {"Same", make.string("x", at(34))},
                                 {"Extra", make.integer(1, at(35))}},
                                at(32));
    return make.map(
        {{"Timeout", make.string("30", at(1))},
         {"Memory", make.integer(128, at(2))},
         {"Enabled", make.string("true", at(3))},
         {"Runtime", make.string("nodejs18.x", at(4))},
         {"Account", make.integer(12345, at(5), "012345")},
         {"Version", make.number(1.1, at(6), "1.10")},
         {"Nothing", make.null(at(7))},
         {"Lost", make.unknown("`Size` has no default", at(8))},
         {"Assumed", assumed},
         {"Arn", symbolic("", "Orders", "")},
         {"Items", symbolic("arn:", "Orders", "/*")},
         {"Others", symbolic("arn:", "Others", "/*")},
         {"Name", symbolic("app-", "Stage", "-queue")},
         {"List",
          make.list({make.string("a", at(10)), make.unknown("lost item", at(11)), make.string("c", at(12))},
                    at(9))},
         {"Tags", make.map({{"team", make.string("x", at(14)).with_key_span(at(13))}}, at(14))},
         {"Either", make.conditional("IsProd", small, large, at(40))},
         {"Number", make.conditional("IsProd", make.integer(10, at(41)), make.integer(20, at(42)), at(40))},
         {"Maybe", make.conditional("IsProd", make.integer(10, at(41)), make.absent(at(42)), at(40))}},
        at(0));
  }

  cel::Value run(const std::string& expression) {
    cel::Environment names;
    names.variables = {"x", "resource", "values"};
    std::vector<cel::ParseError> errors;
    const auto program = cel::Program::compile(expression, names, errors);
    INFO(expression);
    REQUIRE(errors.empty());
    cel::Bindings bindings;
    bindings.emplace("x", properties());
    bindings.emplace("resource", static_cast<const cel::Object*>(&orders));
    bindings.emplace("values", cel::Map{{"a", 1}});
    return program.evaluate(bindings);
  }
};

struct Case {
  const char* expression;
  const char* wanted;
};

} // namespace

TEST_CASE("members of templates") {
  static constexpr Case cases[] = {
      {"x.Memory", "128"},
      {"x['Memory'] == 128", "true"},
      {"x.Missing", "null"},
      {"x.Missing == null && x.Nothing == null", "true"},
      {"x.Missing.Deeper[0].Still == null", "true"},
      {"x.Memory.Deeper == null", "true"},
      {"has(x.Memory) && !has(x.Missing) && !has(x.Nothing) && !has(x.Missing.Deeper)", "true"},
      {"has(x.Lost)", "(unknown: `Size` has no default)"},
      {"x.Lost.Deeper", "(unknown: `Size` has no default)"},
      {"'Memory' in x && !('Missing' in x)", "true"},
      {"size(x.List) == 3 && size(x.Tags) == 1 && size(x.Missing) == 0", "true"},
      {"x.List[0] == 'a' && x.List[2] == 'c'", "true"},
      {"x.List[1]", "(unknown: lost item)"},
      {"x.List[7] == null", "true"},
      {"'c' in x.List", "true"},
      {"'d' in x.List", "(unknown: lost item)"},
      {"'d' in x.Missing", "false"},
      {"x.List.exists(i, i == 'c')", "true"},
      {"x.List.all(i, i != 'a')", "false"},
      {"x.Missing.exists(i, true) || x.Missing.map(i, i) == []", "true"},
      {"x.Tags.exists(k, k == 'team') && x.Tags.all(k, v, v == 'x')", "true"},
      {"x.Tags == {'team': 'x'} && x.Tags != {'team': 'y'}", "true"},
      {"x.List == ['a', 'b']", "false"},
      {"x.List == ['a', 'b', 'd']", "false"},
      {"x.List == ['a', 'b', 'c']", "(unknown: lost item)"},
      {"type(x.List) == list && type(x.Tags) == map && type(x.Arn) == string", "true"},
      {"default(x.Missing, 3) + default(x.Memory, 0)", "131"},
      {"x.Tags", "{team: x}"},
      {"values.b", "(error: no such key: `b`)"},
      {"resource.id + text(resource)", "Orders`Orders`"},
      {"resource.what", "(error: no such field `what`)"},
      {"has(resource.id) && 'id' in resource && resource == resource", "true"},
  };
  Fixture fixture;
  for (const Case& each : cases) {
    INFO(each.expression);
    CHECK(fixture.run(each.expression).display() == each.wanted);
  }
}

TEST_CASE("scalars of templates convert") {
  static constexpr Case cases[] = {
      {"x.Timeout == 30 && x.Timeout < 31 && x.Timeout * 2 == 60 && 90 / x.Timeout == 3", "true"},
      {"x.Timeout * 1.5", "45"},
      {"x.Timeout * 2 * 1.5", "90"},
      {"x.Timeout < x.Memory", "true"},
      {"x.Memory == '128'", "true"},
      {"x.Memory == x.Timeout", "false"},
      {"x.Timeout in [10, 30]", "true"},
      {"-x.Timeout", "-30"},
      {"math.greatest(x.Timeout, 4)", "30"},
      {"x.Enabled && x.Enabled == true && (x.Enabled ? true : false)", "true"},
      {"!x.Enabled", "false"},
      {"x.Account == '012345' && x.Account == 12345 && size(x.Account) == 6", "true"},
      {"x.Version == '1.10' && x.Version < 2", "true"},
      {"'v' + x.Memory", "v128"},
      {"x.Memory.startsWith('12')", "true"},
      {"x.Runtime < 5", "(unknown: `nodejs18.x` is not what `<` needs)"},
      {"x.Runtime.all(i, true)", "(unknown: `nodejs18.x` is not what `loop` needs)"},
      {"x.Runtime && true", "(unknown: `nodejs18.x` is not what `logic` needs)"},
      {"int(x.Runtime)", "(unknown: `nodejs18.x` is no int)"},
      {"x.Missing < 5", "(error: no such overload: `<` of null_type and int)"},
      {"'30' == 30", "false"},
      {"x.Runtime.matches('^nodejs(16|18)')", "true"},
  };
  Fixture fixture;
  for (const Case& each : cases) {
    INFO(each.expression);
    CHECK(fixture.run(each.expression).display() == each.wanted);
  }
}

TEST_CASE("symbolic strings are known as far as their pieces prove") {
  static constexpr Case cases[] = {
      {"x.Arn", "${Orders.Arn}"},
      {"text(x.Items)", "arn:${Orders.Arn}/*"},
      {"x.Items == x.Items", "true"},
      {"x.Items == x.Others", "(unknown: `arn:${Orders.Arn}/*` is known only once deployed; "
                              "`arn:${Others.Arn}/*` is known only once deployed)"},
      {"x.Items == x.Name", "false"},
      {"x.Items == '*'", "false"},
      {"x.Items != 'arn:aws:s3:::b/*'", "(unknown: `arn:${Orders.Arn}/*` is known only once deployed)"},
      {"x.Items == null || x.Items == [1]", "false"},
      {"x.Items.startsWith('arn') && x.Items.endsWith('*') && x.Items.contains('/')", "true"},
      {"x.Items.startsWith('b') || x.Items.endsWith('-')", "false"},
      {"x.Items.contains('b')", "(unknown: `arn:${Orders.Arn}/*` is known only once deployed)"},
      {"x.Items.startsWith('arn:aws')", "(unknown: `arn:${Orders.Arn}/*` is known only once deployed)"},
      {"x.Name in ['a', 'b']", "false"},
      {"x.Name in ['app-dev-queue']", "(unknown: `app-${Stage.Arn}-queue` is known only once deployed)"},
      {"size(x.Arn)", "(unknown: `${Orders.Arn}` is known only once deployed)"},
      {"x.Arn < 5", "(unknown: `${Orders.Arn}` is known only once deployed)"},
      {"x.Arn + 'x'", "(unknown: `${Orders.Arn}` is known only once deployed)"},
      {"x.Arn.matches('a')", "(unknown: `${Orders.Arn}` is known only once deployed)"},
      {"x.Name == 5", "false"},
      {"known(x.Arn)", "true"},
      {"[x.Arn, 'b'].exists(a, a == 'b')", "true"},
  };
  Fixture fixture;
  for (const Case& each : cases) {
    INFO(each.expression);
    CHECK(fixture.run(each.expression).display() == each.wanted);
  }
}

TEST_CASE("conditionals are known where their sides agree") {
  static constexpr const char* undecided = "(unknown: depends on the condition `IsProd`)";
  static constexpr Case cases[] = {
      {"x.Either.Same", "x"},
      {"x.Either.Size", undecided},
      {"x.Either.Size < 30 && x.Number > 5", "true"},
      {"x.Number > 15", undecided},
      {"x.Number == 10", undecided},
      {"x.Number == 11", "false"},
      {"x.Number in [10, 20]", "true"},
      {"has(x.Either) && has(x.Number)", "true"},
      {"has(x.Either.Extra)", undecided},
      {"has(x.Maybe)", undecided},
      {"default(x.Number, 1) < 30", "true"},
      {"default(x.Maybe, 1)", undecided},
      {"known(x.Number)", "false"},
      {"math.greatest(x.Number, 40)", "40"},
      {"x.Either['Size'] - 5 > 0", undecided},
      {"false && x.Number", "false"},
      {"[x.Number].exists(n, n > 5)", "true"},
      {"x.Number * 0", "0"},
  };
  Fixture fixture;
  for (const Case& each : cases) {
    INFO(each.expression);
    CHECK(fixture.run(each.expression).display() == each.wanted);
  }
}

TEST_CASE("results rest on the first assumption, and stand where their value stands") {
  Fixture fixture;
  for (const char* expression :
       {"x.Assumed", "x.Assumed > 5", "1 + x.Assumed", "x.Assumed > 5 && true", "x.Assumed > 5 ? 1 : 2",
        "math.greatest(x.Assumed, 1)", "[1].exists(i, x.Assumed > i)", "x.Timeout == 31 || x.Assumed == 128",
        "string(x.Assumed)", "default(x.Assumed, 2)", "[1].filter(i, x.Assumed > i)",
        "[x.Assumed].filter(i, i > 1).filter(i, true).size() > 0"}) {
    INFO(expression);
    const auto result = fixture.run(expression);
    REQUIRE(result.assumption() != nullptr);
    CHECK(result.assumption()->name == "Size");
  }
  for (const char* expression :
       {"x.Timeout", "x.Timeout == 30 || x.Assumed == 1", "1 > 2 && x.Assumed > 1"}) {
    CHECK(fixture.run(expression).assumption() == nullptr);
  }
  CHECK(fixture.run("x.Timeout").span() == at(1));
  CHECK(fixture.run("true ? x.Timeout : 3").span() == at(1));
  CHECK(fixture.run("default(x.Timeout, 3)").span() == at(1));
  CHECK(fixture.run("x.List[2]").span() == at(12));
  CHECK(fixture.run("x.Missing.Deeper").span() == at(0));
  CHECK(fixture.run("x.Tags.Missing").span() == at(14));
  CHECK(fixture.run("x.Tags.map(k, k)[0]").span() == at(13));
  CHECK(fixture.run("x.Lost").span() == at(8));
  CHECK(fixture.run("resource").span() == text::Span{text::FileId(0), 7, 13});
  CHECK_FALSE(fixture.run("1 + 1").span().valid());
}
