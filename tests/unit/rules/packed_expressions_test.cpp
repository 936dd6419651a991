// SPDX-License-Identifier: Apache-2.0
// What the build has compiled is what would be compiled now.
#include "cel/store.hpp"
#include "rules/compiled.hpp"
#include "rules/engine.hpp"
#include "rules/expression_store.hpp"
#include "support/catch.hpp"

#include <array>
#include <deque>
#include <sstream>

using namespace slsaudit;

namespace {

void write(std::ostream& out, const cel::Regex::Form& form) {
  for (const auto& each : form.program) out << int(each.op) << ' ' << each.x << ' ' << each.y << ", ";
  for (const auto& each : form.ranges) out << std::uint32_t(each.first) << '-' << std::uint32_t(each.last);
  out << form.beginnings.ascii[0] << ' ' << form.beginnings.ascii[1] << form.beginnings.anchored
      << form.beginnings.may_be_empty << '\n';
}

/// Everything that evaluation reads.
std::string dump(const cel::Program& program) {
  std::ostringstream out;
  const cel::Tables& tables = program.tables();
  const cel::Tree tree = cel::tree_of(tables, program.place());
  out << tables.source(program.place()) << '\n' << tree.root << ' ' << tree.locals << '\n';
  for (const cel::Node& node : tree.nodes) {
    out << int(node.kind) << ' ' << int(node.detail) << node.receiver << node.two_variables
        << node.with_filter << node.rooted << ' ' << node.height << ' ' << node.offset << ' '
        << node.first_child << ' ' << node.child_count << ' ' << node.index << ' ' << node.joins << '\n';
  }
  for (const std::uint32_t child : tree.children) out << child << ' ';
  for (std::size_t i = 0; i < tree.names.size(); ++i) out << '.' << tree.names[i];
  for (std::size_t i = 0; i < tree.variables.size(); ++i) out << '$' << tree.variables[i];
  for (const cel::Value& value : cel::constants_of(tables, program.place(), true)) {
    out << value.type_name() << ' ' << value.display() << '\n';
  }
  for (const cel::Link& link : cel::links_of(tables, program.place())) {
    out << link.name.of(tables.text) << ' ' << link.host << link.function << link.any_pattern << '\n';
    if (link.pattern != cel::no_pattern) write(out, cel::form_of(tables, link.pattern));
  }
  for (const cel::Joins& joins : tree.joins) {
    out << joins.owner << '\n';
    for (const cel::Join& join : tree.list_of(joins)) {
      out << join.item << ' ' << tree.text_of(join) << join.constant;
      for (const std::uint32_t key : tree.keys_of(join)) out << ' ' << key;
    }
  }
  return out.str();
}

/// The same value for every variable.
class Everywhere final : public cel::Variables {
public:
  explicit Everywhere(cel::Value value) : value_(std::move(value)) {}
  [[nodiscard]] const cel::Value* find(std::uint32_t /*slot*/) const override { return &value_; }

private:
  cel::Value value_;
};

std::string shown(const cel::Value& value) {
  if (value.error() != nullptr) return "error " + value.error()->message;
  if (value.unknown() != nullptr) return "unknown " + value.unknown()->reasons.front();
  return std::string(value.type_name()) + " " + value.display();
}

/// All parts of a rule as lines, and how many of them lie in the given tables.
class Lines final : public rules::PartVisitor {
public:
  explicit Lines(const rules::PackedExpressions& packed) : packed_(packed) {}

  void visit(const cel::Program& program) override { add(program); }
  void visit(const rules::Text& text, std::string_view source) override {
    lines.push_back("text " + std::string(source));
    for (const rules::Text::Part& part : text.parts()) {
      lines.push_back(part.literal.str());
      add(part.program);
    }
  }

  std::vector<std::string> lines;
  std::size_t in_place = 0;
  std::size_t compiled = 0;

private:
  void add(const cel::Program& program) {
    if (program.empty()) {
      lines.emplace_back("empty");
      return;
    }
    const bool is_packed = program.tables().text.data() == packed_.tables.text.data();
    ++(is_packed ? in_place : compiled);
    lines.push_back(dump(program));
    static const std::array<cel::Value, 4> samples{
        cel::Value().marked(), cel::Value("30").marked(),
        cel::Value(cel::Map{{"Timeout", 3}, {"type", "AWS::SQS::Queue"}, {"id", "A"}}).marked(),
        cel::Value(cel::List{cel::Value("a"), cel::Value(2)})};
    for (const cel::Value& sample : samples) lines.push_back(shown(program.evaluate(Everywhere(sample))));
  }
  const rules::PackedExpressions& packed_;
};

std::size_t different(const Lines& a, const Lines& b) {
  std::size_t i = 0;
  while (i < a.lines.size() && i < b.lines.size() && a.lines[i] == b.lines[i]) ++i;
  return i;
}

} // namespace

TEST_CASE("built-in rules' expressions are packed as they are compiled, and give the same") {
  const rules::PackedExpressions& packed = rules::builtin_expressions();
  std::size_t all = 0;
  for (const rules::Rule& rule : rules::builtin()) {
    CAPTURE(rule.code);
    Lines now(packed);
    rules::each_part(rule, nullptr, now);
    Lines then(packed);
    rules::each_part(rule, &packed, then);
    CHECK(now.in_place == 0);
    CHECK(then.compiled == 0);
    CHECK(then.in_place == now.compiled);
    CHECK(now.lines.size() == then.lines.size());
    CHECK(different(now, then) == now.lines.size());
    all += then.in_place;
  }
  CHECK(all + 1 == packed.tables.expressions.size());
}

TEST_CASE("a rule that is not the packed one is compiled") {
  const std::string head = "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: medium\nfor: resources\n";
  const std::string tail = "when: a == b\nmessage: it\nwhy: because\nfix: {cloudformation: change it}\n";
  struct Case {
    const char* name;
    std::string text;
    std::size_t in_place; ///< Of its expressions.
  };
  const Case cases[] = {
      {"the same", head + "let: {a: \"1\", b: \"2\"}\n" + tail, 3},
      {"another order of names", head + "let: {b: \"2\", a: \"1\"}\n" + tail, 0},
      {"another expression", head + "let: {a: \"1\", b: \"3\"}\n" + tail,
       1}, // what uses it may know what it is
      {"another table",
       "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: medium\nfor: edges\n"
       "let: {a: \"1\", b: \"2\"}\n" +
           tail,
       0},
  };
  const rules::Loaded own = rules::load("rule.yaml", cases[0].text);
  REQUIRE(own.errors.empty());
  rules::ExpressionStore store("");
  store.add(own.rules.at(0));
  const rules::PackedExpressions packed = store.packed();
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const rules::Loaded loaded = rules::load("rule.yaml", c.text);
      REQUIRE(loaded.errors.empty());
      Lines lines(packed);
      rules::each_part(loaded.rules.at(0), &packed, lines);
      CHECK(lines.in_place == c.in_place);
      CHECK(lines.in_place + lines.compiled == 3);
    }
  }
}
