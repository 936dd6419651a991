// SPDX-License-Identifier: Apache-2.0
// Tables "costs" and "costs_system": what load costs, and what costs without any.
#include "analysis/costs.hpp"

#include "analysis/analyses.hpp"
#include "analysis/platform.hpp"
#include "analysis/schedule.hpp"

#include <algorithm>

namespace slsaudit::analysis {

std::optional<double> number(const cel::Value& cell) {
  if (cell.number() != nullptr) return *cell.number();
  if (cell.integer() != nullptr) return static_cast<double>(*cell.integer());
  return std::nullopt;
}

void sort_by_cost(std::vector<CostLine>& lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const CostLine& a, const CostLine& b) { return a.usd() > b.usd(); });
}

double sum(const std::vector<CostLine>& lines) {
  double total = 0;
  for (const CostLine& line : lines) total += line.usd();
  return total;
}

namespace {

/// Every entry with a throttle of its own at that throttle; schedules as they fire.
std::vector<Source> sources_at_limits(const Facts& facts) {
  std::vector<Source> sources;
  for (const Row& row : facts.table("entries")->rows) {
    Source source{.node = facts.node_of(row.field("entry").object()),
                  .kind = std::string(*row.field("kind").string())};
    const cel::Value unit = row.field("limit_unit");
    const auto limit = number(row.field("limit"));
    if (const auto firings = number(row.field("schedule_per_month"))) {
      source.rate = *firings / seconds_per_month;
      source.origin = Source::Origin::schedule;
    } else if (limit && unit.string().has_value() && *unit.string() == "requests/s") {
      source.rate = *limit;
      source.origin = Source::Origin::limit;
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

/// A million events a month at every entry that is no schedule.
std::vector<Source> sources_per_million(const Facts& facts) {
  constexpr double million = 1'000'000;
  std::vector<Source> sources;
  for (const Row& row : facts.table("entries")->rows) {
    Source source{.node = facts.node_of(row.field("entry").object()),
                  .kind = std::string(*row.field("kind").string())};
    const bool own = source.kind == "schedule" || source.kind == "deployment";
    const bool again = !sources.empty() && sources.back().node == source.node;
    if (!own && !again) source.rate = million / seconds_per_month;
    sources.push_back(std::move(source));
  }
  return sources;
}

bool has_limit(const std::vector<Source>& sources) {
  return std::any_of(sources.begin(), sources.end(),
                     [](const Source& source) { return source.origin == Source::Origin::limit; });
}

std::vector<Costs> compute_bases(const Facts& facts) {
  std::vector<Costs> all;
  const auto add = [&](std::string_view basis, std::vector<CostLine> lines) {
    if (lines.empty()) return;
    const double total = sum(lines);
    sort_by_cost(lines);
    lines.shrink_to_fit(); // kept as long as the facts
    all.push_back({basis, std::move(lines), total});
  };
  const auto of_load = [&](std::vector<Source> sources) {
    return costs_of_load(facts, Traffic(facts, std::move(sources)));
  };
  add("fixed", idle_costs(facts).lines);
  if (facts.settings().load.given()) {
    add("profile", of_load(sources_of(facts)));
    return all;
  }
  if (auto sources = sources_at_limits(facts); has_limit(sources)) add("limit", of_load(std::move(sources)));
  add("per-million", of_load(sources_per_million(facts)));
  return all;
}

struct Bases {
  explicit Bases(const Facts& facts) : all(compute_bases(facts)) {}
  std::vector<Costs> all;
};

} // namespace

const std::vector<Costs>& costs_of(const Facts& facts) {
  return facts.shared<Bases>().all;
}

namespace {

void compute_costs(const Facts& facts, const Schema& schema, Table& table) {
  for (const Costs& costs : costs_of(facts)) {
    for (const CostLine& line : costs.lines) {
      add_row(table, schema,
              {{"resource", resource_cell(facts, line.node)},
               {"dimension", line.dimension},
               {"basis", costs.basis},
               {"usd", line.usd()},
               {"share", costs.total > 0 ? line.usd() / costs.total : 0},
               {"quantity", line.quantity},
               {"unit", cel::Value::borrowed(line.price->unit)},
               {"price", line.price->usd / line.price->per},
               {"price_id", cel::Value::borrowed(line.price->id)},
               {"verified", line.price->origin.verified},
               {"as_of", cel::Value::borrowed(line.price->origin.as_of)}},
              line.at, {{line.at, explain(line)}});
    }
  }
}

void compute_system(const Facts& facts, const Schema& schema, Table& table) {
  const std::vector<graph::NodeId>& unpriced = idle_costs(facts).unpriced;
  for (const Costs& costs : costs_of(facts)) {
    std::vector<Step> steps;
    constexpr std::size_t most_steps = 20;
    for (const CostLine& line : costs.lines) {
      if (steps.size() == most_steps) break;
      const graph::Node& node = facts.system().node(line.node);
      steps.push_back({line.at, quoted(shown_name(node)) + " " + line.dimension + ": " + explain(line)});
    }
    const CostLine& largest = costs.lines.front();
    add_row(table, schema,
            {{"resource", resource_cell(facts, largest.node)},
             {"basis", costs.basis},
             {"usd", costs.total},
             {"largest", largest.usd()},
             {"dimension", largest.dimension},
             {"lines", static_cast<std::int64_t>(costs.lines.size())},
             {"unpriced", costs.basis == "fixed" ? resource_list(facts, unpriced) : cel::Value(cel::List{})}},
            largest.at, std::move(steps));
  }
}

} // namespace

const Analysis& cost_analysis() {
  static const Analysis analysis{
      {"costs",
       "The monthly cost by resource and dimension at list prices of us-east-1, the largest of each basis "
       "first; "
       "free tiers, discounts and data that is kept are left out, and the proof says what is assumed",
       {
           {"resource", "resource", "", "what costs"},
           {"dimension", "string", "", "`requests`, `duration`, `logs`, `transfer`, `idle` …"},
           {"basis", "string", "",
            "`fixed` (paid without any load), `profile` (the load profile's), and without a profile `limit` "
            "(entries that have a throttle at that throttle, schedules as they fire) and `per-million` (a "
            "million events a month at every entry)"},
           {"usd", "double", "USD/month", "quantity × price"},
           {"share", "double", "", "of all that costs on this basis"},
           {"quantity", "double", "units/month", "how much of `unit`"},
           {"unit", "string", "", "`request`, `GB-second`, `hour` …"},
           {"price", "double", "USD", "of one unit"},
           {"price_id", "string", "", "id of the row of knowledge"},
           {"verified", "bool", "", "whether the price was checked against its source"},
           {"as_of", "string", "", "the price's date"},
       }},
      compute_costs,
      4};
  return analysis;
}

const Analysis& cost_system_analysis() {
  static const Analysis analysis{
      {"costs_system",
       "The monthly cost of a system, one row for each basis; the proof lists the largest lines",
       {
           {"resource", "resource", "", "what costs most"},
           {"basis", "string", "", "as in the table `costs`"},
           {"usd", "double", "USD/month", "the sum"},
           {"largest", "double", "USD/month", "the largest line"},
           {"dimension", "string", "", "of that line"},
           {"lines", "int", "", "how many lines there are"},
           {"unpriced", "list", "", "resources that bill by the hour and have no known price"},
       }},
      compute_system};
  return analysis;
}

} // namespace slsaudit::analysis
