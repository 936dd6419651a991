// SPDX-License-Identifier: Apache-2.0
#include "audit/configuration.hpp"
#include "audit/units.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

text::MemoryFileSystem with(std::map<std::string, std::string> files) {
  return text::MemoryFileSystem(std::move(files));
}

audit::ReadConfiguration read(const std::string& text) {
  return audit::read_configuration(with({{"slsaudit.yaml", text}}), "slsaudit.yaml");
}

std::string found(const std::map<std::string, std::string>& files, const std::vector<std::string>& paths) {
  const auto result = audit::find_configuration(with(files), paths);
  return result.ok() ? result.value() : "error: " + result.error();
}

} // namespace

TEST_CASE("quantities are read with their units") {
  struct Case {
    std::optional<double> (*parse)(std::string_view);
    const char* text;
    std::optional<double> expected;
  };
  const Case cases[] = {
      {audit::parse_rate, "50", 50},
      {audit::parse_rate, "50/s", 50},
      {audit::parse_rate, "3000/min", 50},
      {audit::parse_rate, "1.5k / s", 1500},
      {audit::parse_rate, "8.64M/day", 100},
      {audit::parse_rate, "50/week", std::nullopt},
      {audit::parse_rate, "-1/s", std::nullopt},
      {audit::parse_rate, "fast", std::nullopt},
      {audit::parse_rate, "inf", std::nullopt},
      {audit::parse_rate, "", std::nullopt},
      {audit::parse_duration, "200ms", 200},
      {audit::parse_duration, "1.5s", 1500},
      {audit::parse_duration, "2min", 120'000},
      {audit::parse_duration, "200", std::nullopt},
      {audit::parse_size, "4KB", 4},
      {audit::parse_size, "512B", 0.5},
      {audit::parse_size, "1MB", 1024},
      {audit::parse_size, "4", std::nullopt},
      {audit::parse_factor, "10x", 10},
      {audit::parse_factor, "0.5", 0.5},
      {audit::parse_factor, "0x", std::nullopt},
      {audit::parse_factor, "x", std::nullopt},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.text) {
      const auto amount = c.parse(c.text);
      REQUIRE(amount.has_value() == c.expected.has_value());
      if (amount) CHECK(std::abs(*amount - *c.expected) < 1e-9);
    }
  }
}

TEST_CASE("a configuration is read") {
  const auto result = read(R"(load:
  size: medium
  entries:
    OrdersApi: {rate: 50/s, burst: 200, payload: 4KB}
    Nightly:
      rate: 1/day
  functions:
    Checkout: {duration: 300ms, connections: 5}
account:
  concurrency: 3000
portability: {minimum: 60}
)");
  REQUIRE(result.errors.empty());
  const analysis::LoadProfile& load = result.configuration.load;
  CHECK(load.size == "medium");
  CHECK(load.entries.at("OrdersApi").rate == 50);
  CHECK(load.entries.at("OrdersApi").burst == 200);
  CHECK(load.entries.at("OrdersApi").payload_kb == 4);
  CHECK_FALSE(load.entries.at("Nightly").burst.has_value());
  CHECK(load.functions.at("Checkout").duration_ms == 300);
  CHECK(load.functions.at("Checkout").connections == 5);
  analysis::Settings settings;
  result.configuration.apply(settings);
  CHECK(settings.account_concurrency == 3000);
  CHECK(settings.minimum_portability == 60);
  CHECK(settings.load.given());
}

TEST_CASE("an empty configuration sets nothing") {
  for (const char* text : {"", "# nothing yet\n", "load:\n", "{}\n"}) {
    INFO(text);
    const auto result = read(text);
    CHECK(result.errors.empty());
    CHECK_FALSE(result.configuration.load.given());
    CHECK_FALSE(result.configuration.account_concurrency.has_value());
  }
}

TEST_CASE("what is wrong in a configuration is told where it stands") {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"lode: {}\n", "slsaudit.yaml:1:1: error: the configuration has no key `lode`; did you mean `load`?"},
      {"colour: red\n",
       "slsaudit.yaml:1:1: error: the configuration has no key `colour`; there is `account`, "
       "`as-of`, `baseline`, `deploy`, `exclude`, `fail-on`, `ignore`, `knowledge`, `load`, `overrides`, "
       "`portability`, `profile`, `rule-directories`, `rules`, `select`, `suppress` and `suppressions`"},
      {"load:\n  entries:\n    Api: {rates: 5}\n",
       "slsaudit.yaml:3:11: error: `Api` has no key `rates`; did you mean `rate`?"},
      {"load:\n  size: huge\n",
       "slsaudit.yaml:2:9: error: `size` is `small`, `medium` or `large`, not `huge`"},
      {"load: [a]\n", "slsaudit.yaml:1:7: error: `load` is a map, not a list"},
      {"load: {entries: {Api: {rate: fast}}}\n", "slsaudit.yaml:1:30: error: `rate` is a number a second, or "
                                                 "like 50/s, 3000/min or 1M/day, not `fast`"},
      {"load: {functions: {F: {duration: 200}}}\n",
       "slsaudit.yaml:1:34: error: `duration` is a time with its unit, like 200ms or 1.5s, not `200`"},
      {"account: {concurrency: 0}\n",
       "slsaudit.yaml:1:24: error: `concurrency` is a whole number from 1 to 1000000000, not `0`"},
      {"portability: {minimum: 101}\n",
       "slsaudit.yaml:1:24: error: `minimum` is a whole number from 0 to 100, not `101`"},
      {"load: {entries: 5}\n",
       "slsaudit.yaml:1:17: error: `entries` is a map from ids to their figures, not `5`"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.text) {
      const auto result = read(c.text);
      REQUIRE(result.errors.size() == 1);
      CHECK(result.errors.front() == c.error);
    }
  }
}

TEST_CASE("a setting that is written twice or can't be parsed is an error") {
  CHECK_FALSE(read("account: {concurrency: 1}\naccount: {concurrency: 2}\n").errors.empty());
  CHECK_FALSE(read("account: [\n").errors.empty());
}

TEST_CASE("the nearest configuration at or above the path holds") {
  const std::map<std::string, std::string> files{
      {"a/.git/HEAD", ""},      {"a/slsaudit.yaml", ""}, {"a/b/c/t.yaml", ""}, {"a/d/.slsaudit.yaml", ""},
      {"a/d/t.yaml", ""},       {"slsaudit.yaml", ""},   {"e/t.yaml", ""},     {"f/slsaudit.yaml", ""},
      {"f/.slsaudit.yaml", ""}, {"g/.git/HEAD", ""},     {"g/t.yaml", ""}};
  struct Case {
    std::vector<std::string> paths;
    const char* expected;
  };
  const Case cases[] = {
      {{"a"}, "a/slsaudit.yaml"},
      {{"a/b/c/t.yaml"}, "a/slsaudit.yaml"},
      {{"a/d"}, "a/d/.slsaudit.yaml"},
      {{"a/d/t.yaml"}, "a/d/.slsaudit.yaml"},
      {{"e/t.yaml"}, "slsaudit.yaml"},
      {{"."}, "slsaudit.yaml"},
      {{"-"}, "slsaudit.yaml"},
      {{"g/t.yaml"}, ""}, // the repository's root has none
      {{"f"}, "error: there are both f/slsaudit.yaml and f/.slsaudit.yaml; keep one"},
      {{"a", "a/b"}, "a/slsaudit.yaml"},
      {{"a", "g"},
       "error: the paths have different configuration files (a/slsaudit.yaml and none); name one "
       "with --config, or give --no-config"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.paths.front() << " " << c.paths.back()) {
      CHECK(found(files, c.paths) == c.expected);
    }
  }
}
