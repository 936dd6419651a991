// SPDX-License-Identifier: Apache-2.0
// Values of expressions: small, shared, and each a place of its own.
#include "cel/value.hpp"
#include "support/catch.hpp"
#include "text/arena.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace slsaudit;
using cel::List;
using cel::Value;

namespace {

constexpr text::Span span_at(std::uint32_t begin) {
  return {text::FileId(1), begin, begin + 4};
}

} // namespace

TEST_CASE("values are small") {
  CHECK(sizeof(Value) == 32);
}

TEST_CASE("copies share what they hold") {
  const Value list = List{Value("a text that is longer than what strings keep in place"), Value(2)};
  const Value copy = list;
  REQUIRE(copy.list() != nullptr);
  CHECK(copy.list() == list.list());
  Value moved = copy;
  const Value taken = std::move(moved);
  CHECK(taken.list() == list.list());
}

TEST_CASE("a value may become an item of its own") {
  Value nested = List{Value(List{Value("inner"), Value(1)}), Value(2)};
  nested = (*nested.list())[0];
  REQUIRE(nested.list() != nullptr);
  nested = (*nested.list())[0];
  CHECK(nested.string() == "inner");
  const Value& same = nested;
  nested = same;
  CHECK(nested.string() == "inner");
}

TEST_CASE("texts of templates stay where they are") {
  text::Arena arena;
  const value::Factory factory(arena);
  const value::Value written = factory.string("orders", span_at(7));
  const Value text(written);
  CHECK(text.string()->data() == written.as_string()->data());
  CHECK(text.span() == span_at(7));
  CHECK(text.from_template());
  const Value zip(factory.integer(12, span_at(9), "012"));
  CHECK(zip.string() == "012");
}

TEST_CASE("a borrowed text that is too long is copied") {
  const std::string fits(65'535, 'x');
  const std::string longer(65'536, 'x');
  CHECK(Value::borrowed(fits).string()->data() == fits.data());
  CHECK(Value::borrowed(longer).string()->data() != longer.data());
  CHECK(Value::borrowed(longer).string() == longer);
  CHECK(Value("").string() == "");
}

TEST_CASE("a property keeps its own place, and what it is, wherever it is shown") {
  text::Arena arena;
  const value::Factory factory(arena);
  const auto inner = factory.string("v", span_at(20));
  const value::Value map =
      factory.map({{"K", inner.with_key_span(span_at(15))}}, span_at(10)).with_key_span(span_at(5));
  const Value value(map);
  REQUIRE(value.is_property(value::Kind::map));
  CHECK(value.span() == span_at(10));
  CHECK(value.property()->key_span() == span_at(5));

  const Value elsewhere = value.at(span_at(90));
  REQUIRE(elsewhere.is_property(value::Kind::map));
  CHECK(elsewhere.span() == span_at(90));
  CHECK(elsewhere.from_template());
  CHECK(elsewhere.property()->span() == span_at(10));
  CHECK(elsewhere.property()->key_span() == span_at(5));
  CHECK(elsewhere.type_name() == "map");
  CHECK(elsewhere.at(span_at(95)).span() == span_at(95));
  CHECK(elsewhere.at(span_at(95)).property()->members().size() == 1);
}

TEST_CASE("threads may copy a value at the same time") {
  const Value shared = List(100, Value("item"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&shared] {
      for (int n = 0; n < 10'000; ++n) {
        const Value copy = shared;
        const Value item = (*copy.list())[static_cast<std::size_t>(n) % 100];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(shared.list()->size() == 100);
  CHECK((*shared.list())[99].string() == "item");
}
