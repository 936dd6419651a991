// SPDX-License-Identifier: Apache-2.0
#include "value/value.hpp"

#include "support/catch.hpp"

using namespace slsaudit;
using value::Kind;
using value::Part;

TEST_CASE("members of maps, unknowns and conditionals") {
  text::Arena arena;
  const value::Factory make(arena);
  const text::Span span{text::FileId(0), 0, 9};
  const auto one = make.map({{"A", make.integer(1, span)}, {"B", make.string("x", span)}}, span);
  CHECK(one.at("A").as_integer() == 1);
  CHECK(one.at("C").is_absent());
  CHECK(one.at("C").span() == span);
  CHECK(one.at("A.B").is_absent());
  CHECK(make.unknown("no default", span).at("A.B").reason() == "no default");

  const auto other = make.map({{"A", make.integer(1, span)}, {"B", make.string("y", span)}}, span);
  const auto either = make.conditional("IsProd", one, other, span);
  CHECK(either.at("A").as_integer() == 1);
  CHECK(either.at("B").is(Kind::conditional));
  CHECK(either.at("B").alternatives().size() == 2);
  CHECK(either.at("C").is_absent());
  CHECK(make.conditional("IsProd", one, one, span).is_map());
}

TEST_CASE("members of maps of every size, and those that are missing") {
  text::Arena arena;
  const value::Factory make(arena);
  // The first, the last and the number of their characters are alike.
  const std::vector<std::string> keys{"Aa.", "Ab.", "Ac.", "Ad.", "Ae.", "Af.", "", "B", "Name", "Type", "Ag."};
  for (std::size_t count = 0; count <= keys.size(); ++count) {
    std::vector<value::Member> members;
    for (std::size_t i = 0; i < count; ++i)
      members.push_back({keys[i], make.integer(static_cast<std::int64_t>(i), {})});
    const auto map = make.map(members, {});
    for (std::size_t i = 0; i < keys.size(); ++i) {
      CAPTURE(count, keys[i]);
      CHECK(map.get(keys[i]).is_present() == (i < count));
      if (i < count) CHECK(map.get(keys[i]).as_integer() == static_cast<std::int64_t>(i));
    }
    CHECK(map.get("Ax.").is_absent());
    if (count == 0) continue;
    members.push_back({keys[0], make.integer(100, {})}); // said again: the last one counts
    CHECK(make.map(members, {}).get(keys[0]).as_integer() == 100);
  }
}

TEST_CASE("symbolic strings") {
  text::Arena arena;
  const value::Factory make(arena);
  const std::vector<Part> parts{{.literal = "a"},
                                {.literal = "b"},
                                {.is_reference = true, .kind = value::ReferenceKind::attribute, .name = "Q", .attribute = "Arn"}};
  const auto text = make.symbolic(parts, {});
  CHECK(text.parts().size() == 2);
  CHECK(text.display() == "ab${Q.Arn}");
  CHECK(text.sole_reference() == nullptr);
  CHECK(make.symbolic({{.literal = "a"}, {.literal = "b"}}, {}).as_string() == "ab");
}

TEST_CASE("scalars convert as CloudFormation converts") {
  text::Arena arena;
  const value::Factory make(arena);
  CHECK(make.string("30", {}).as_integer() == 30);
  CHECK(make.integer(30, {}).as_string() == "30");
  CHECK(make.string("true", {}).as_boolean() == true);
  CHECK(make.string("30x", {}).as_integer() == std::nullopt);
  CHECK(make.string("", {}).as_number() == std::nullopt);
  CHECK(make.string("30", {}).equals(make.integer(30, {})));
}
