// SPDX-License-Identifier: Apache-2.0
// Looking rows up by what they equal gives what looking at each of them gives.
#include "cel/lookups.hpp"
#include "cel/program.hpp"
#include "support/catch.hpp"

#include <deque>
#include <random>

using namespace slsaudit;

namespace {

class Thing : public cel::Object {
public:
  Thing(cel::Value type, cel::Value owner, cel::Value parts, cel::Value size)
      : type_(std::move(type)), owner_(std::move(owner)), parts_(std::move(parts)), size_(std::move(size)) {}
  [[nodiscard]] std::string_view type_name() const override { return "thing"; }
  [[nodiscard]] cel::Value field(std::string_view name) const override {
    if (name == "type") return type_;
    if (name == "owner") return owner_;
    if (name == "parts") return parts_;
    return name == "size" ? size_ : cel::Value::error("no such field");
  }
  [[nodiscard]] bool has(std::string_view) const override { return true; }
  [[nodiscard]] std::string display() const override { return "thing " + size_.display(); }
  [[nodiscard]] text::Span span() const override { return {}; }

private:
  cel::Value type_;
  cel::Value owner_;
  cel::Value parts_;
  cel::Value size_;
};

class World : public cel::Object {
public:
  explicit World(cel::List things) : things_(std::move(things)) {}
  [[nodiscard]] std::string_view type_name() const override { return "world"; }
  [[nodiscard]] cel::Value field(std::string_view) const override { return things_; }
  [[nodiscard]] bool has(std::string_view) const override { return true; }
  [[nodiscard]] std::string display() const override { return "world"; }
  [[nodiscard]] text::Span span() const override { return {}; }

private:
  cel::Value things_;
};

/// Slots: the world, and what is looked for.
class Slots : public cel::Variables {
public:
  Slots(const World& world, cel::Value key, cel::Lookups* lookups)
      : values_{cel::Value(&world), std::move(key)}, lookups_(lookups) {}
  [[nodiscard]] const cel::Value* find(std::uint32_t slot) const override { return &values_[slot]; }
  [[nodiscard]] cel::Lookups* lookups(std::uint32_t slot) const override {
    return slot == 0 ? lookups_ : nullptr;
  }

private:
  std::array<cel::Value, 2> values_;
  cel::Lookups* lookups_;
};

struct Fixture {
  std::mt19937 random{7}; // NOLINT(cert-msc51-cpp): the same in each run
  value::Origin assumed{.kind = value::Origin::Kind::parameter_default, .name = "Stage"};
  std::deque<Thing> things;
  std::vector<cel::Value> scalars{cel::Value("a"),
                                  cel::Value("b"),
                                  cel::Value("30"),
                                  cel::Value("30").marked(),
                                  cel::Value(30),
                                  cel::Value(30).marked(),
                                  cel::Value(),
                                  cel::Value().marked(),
                                  cel::Value::unknown("it is not known"),
                                  cel::Value("a").assuming(&assumed),
                                  cel::Value("b").assuming(&assumed),
                                  cel::Value(true),
                                  cel::Value().assuming(&assumed)};

  cel::Value any() { return scalars[random() % scalars.size()]; }

  cel::Value parts(bool clear) {
    cel::List result;
    for (std::size_t i = random() % 4; i > 0; --i) {
      const bool is_thing = !things.empty() && random() % 2 == 0;
      result.push_back(is_thing ? cel::Value(&things[random() % std::min<std::size_t>(things.size(), 4)])
                                : (clear ? scalars[random() % 3] : any()));
    }
    if (clear || random() % 4 != 0) return result;
    return random() % 2 == 0 ? any() : cel::Value(std::move(result)).assuming(&assumed);
  }

  cel::List list(std::size_t count, bool clear) {
    cel::List result;
    for (std::size_t i = 0; i < count; ++i) {
      const cel::Value owner = things.empty() || random() % 3 == 0
                                   ? (clear ? cel::Value() : any())
                                   : cel::Value(&things[random() % std::min<std::size_t>(things.size(), 4)]);
      things.emplace_back(clear ? scalars[random() % 3] : any(), owner, parts(clear),
                          static_cast<std::int64_t>(i));
      result.emplace_back(&things.back());
    }
    return result;
  }
};

std::string shown(const cel::Value& value) {
  std::string text = std::string(value.type_name()) + " " + value.display();
  if (value.assumption() != nullptr) text += " assuming " + std::string(value.assumption()->name);
  return text;
}

} // namespace

TEST_CASE("what is looked up is what would have been found") {
  const bool clear = GENERATE(true, false);
  const std::size_t count = GENERATE(3U, 60U, 300U);
  static constexpr const char* expressions[] = {
      "world.things.filter(t, t.type == 'a').map(t, t.size)",
      "world.things.filter(t, 'a' == t.type && t.owner == key).map(t, t.size)",
      "world.things.filter(t, t.owner == key && t.type == 'b').map(t, t.size)",
      "world.things.filter(t, t.type in ['a', '30'] && t.size > 20).map(t, t.size)",
      "world.things.exists(t, t.type == key)",
      "world.things.exists(t, t.type == 'a' && t.type == 'b' && t.owner == key)",
      "world.things.exists_one(t, t.type == 'a' && t.owner == key)",
      "world.things.all(t, t.type == 'a')",
      "world.things.map(t, t.owner == key, t.size)",
      "world.things.filter(t, t.size > 10 && t.type == 'a').map(t, t.size)",
      "world.things.filter(t, t.owner == key && t.size > 3 && t.type == 'a').map(t, t.size)",
      "world.things.exists(t, t.owner.type == 'a' && t.type == key)",
      "world.things.filter(t, known(t.owner) && t.owner == key && t.type == 'a').map(t, t.size)",
      "world.things.filter(t, t.type == 'a' && known(t.owner == key) && t.owner == key).map(t, t.size)",
      "world.things.exists(t, known(t.type) && known(t.size) && t.type == key)",
      "world.things.filter(t, t.owner == key && t.type == key && t.size == key && t.type == 'b').map(t, "
      "t.size)",
      "world.things.filter(t, t.size % 2 == 0 && t.owner == key).map(t, t.size)",
      "world.things.filter(t, t.owner != 'x' && t.type == key && t.owner == key).map(t, t.size)",
      "world.things.filter(t, t.owner != null && t.owner.type == key).map(t, t.size)",
      "world.things.exists(t, t.type == 'b' && t.owner != null && t.owner.owner == key)",
      "world.things.filter(t, t.parts.exists(p, p == key)).map(t, t.size)",
      "world.things.filter(t, t.type == 'a' && t.parts.exists(p, p == key)).map(t, t.size)",
      "world.things.exists_one(t, t.size > 5 && t.parts.exists(p, p.type == 'b' && p.owner == key))",
      "world.things.filter(t, t.size % 3 != 0 && t.parts.exists(p, [p, t.owner][1] == key)).map(t, t.size)",
      "world.things.filter(t, t.parts.exists(p, default(p.type, t.type) == key)).map(t, t.size)",
      "world.things.map(t, t.parts.exists(p, p != 'a' && p == key) && t.owner == key, t.size)",
  };
  Fixture fixture;
  const World world(fixture.list(count, clear));
  std::vector<cel::Value> keys = fixture.scalars;
  for (std::size_t i = 0; i < 3; ++i) keys.emplace_back(&fixture.things[i]);
  cel::Environment environment;
  environment.variables = {"world", "key"};
  cel::Lookups lookups; // of all expressions: they share answers
  for (const char* expression : expressions) {
    std::vector<cel::ParseError> errors;
    const cel::Program program = cel::Program::compile(expression, environment, errors);
    REQUIRE(errors.empty());
    for (const cel::Value& key : keys) {
      CAPTURE(clear, count, expression, key.display());
      CHECK(shown(program.evaluate(Slots(world, key, &lookups))) ==
            shown(program.evaluate(Slots(world, key, nullptr))));
    }
  }
}
