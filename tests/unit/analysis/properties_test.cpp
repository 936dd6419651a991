// SPDX-License-Identifier: Apache-2.0
// What must hold of facts whatever the system: on systems made at random from fixed seeds.
#include "analysis/entries.hpp"
#include "analysis/event_flow.hpp"
#include "analysis/path_search.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"
#include "support/random_system.hpp"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <regex>
#include <set>

using namespace slsaudit;
using analysis::PathRank;
using support::Model;
using support::Sketch;

namespace {

constexpr std::uint64_t seeds = 60;
constexpr std::size_t nodes = 12;
constexpr std::size_t edges = 18;

/// Entry and end of a path, by their labels.
using Pair = std::pair<std::string, std::string>;

struct Numbers {
  double at_most = 0; ///< Infinite where nothing bounds it.
  double at_once = 0;
  std::int64_t deepest = 0;
};

double or_infinite(const cel::Value& value) {
  return value.number() == nullptr ? analysis::unbounded : *value.number();
}

std::map<Pair, Numbers> paths_of(const Model& model) {
  std::map<Pair, Numbers> result;
  for (const analysis::Row& row : model.facts().table("paths")->rows) {
    const Pair pair{row.field("entry").display(), row.field("end").display()};
    result[pair] = {or_infinite(row.field("at_most")), or_infinite(row.field("at_once")),
                    *row.field("deepest").integer()};
  }
  return result;
}

/// The most that each function may run at once, where that is known.
std::map<std::string, std::int64_t> possible_of(const Model& model) {
  std::map<std::string, std::int64_t> result;
  for (const analysis::Row& row : model.facts().table("concurrency")->rows) {
    const cel::Value possible = row.field("possible");
    if (possible.integer() != nullptr) result[row.field("function").display()] = *possible.integer();
  }
  return result;
}

/// Resources that events at an entry may get to, by a walk of its own.
std::set<std::string> reached_from(const Model& model, const std::string& entry) {
  const graph::System& system = model.system();
  std::set<std::string> seen{entry};
  std::vector<std::string> work{entry};
  while (!work.empty()) {
    const std::string from = work.back();
    work.pop_back();
    for (const graph::Edge& edge : system.edges) {
      const bool leaves = model.facts().object(edge.from)->display() == from;
      if (!leaves || !analysis::carries_event(edge)) continue;
      const std::string to = model.facts().object(edge.to)->display();
      if (seen.insert(to).second) work.push_back(to);
    }
  }
  return seen;
}

/// "function column store" of the table "reach".
std::set<std::string> reached_stores(const Model& model) {
  std::set<std::string> result;
  for (const analysis::Row& row : model.facts().table("reach")->rows) {
    for (const char* column : {"readable", "writable", "deletable", "changeable"}) {
      const cel::Value stores = row.field(column);
      if (stores.list() == nullptr) continue;
      for (const cel::Value& store : *stores.list())
        result.insert(row.field("function").display() + " " + column + " " + Model::show(store));
    }
  }
  return result;
}

/// Every way from a state to the ends, one by one: what the search does without listing them.
void enumerate(const analysis::EventFlow& flow, std::size_t state, const PathRank& rank,
               std::map<std::size_t, PathRank>& best) {
  if (flow.outgoing(state).empty()) {
    const auto [known, is_new] = best.try_emplace(state, rank);
    if (!is_new && known->second < rank) known->second = rank;
  }
  for (const std::size_t arc : flow.outgoing(state)) {
    const graph::EdgeId id = flow.arcs()[arc].edge;
    const analysis::Multiplication& factor = flow.multiplication(id);
    const bool synchronous = flow.system().edge(id).mode == graph::Mode::synchronous;
    PathRank next = rank;
    next.unbounded += factor.most == analysis::unbounded ? 1 : 0;
    next.most *= factor.most == analysis::unbounded ? 1 : factor.most;
    next.least *= factor.least;
    next.prefix += synchronous && rank.prefix == rank.hops ? 1 : 0;
    next.asynchronous += synchronous ? 0 : 1;
    ++next.hops;
    enumerate(flow, flow.arcs()[arc].to, next, best);
  }
}

Sketch without_an_edge(Sketch sketch, std::uint64_t seed) {
  sketch.edges.erase(sketch.edges.begin() + static_cast<std::ptrdiff_t>(seed % sketch.edges.size()));
  return sketch;
}

/// Rows of a table as lines, names mapped back, items of lists and lines sorted.
std::string normalized(const Model& model, const char* table, const std::vector<const char*>& columns,
                       const std::map<std::string, std::string>& original) {
  const auto show = [&](const cel::Value& value) {
    std::string text = Model::show(value);
    static const std::regex name("N[0-9]+[xy]");
    std::string result;
    for (std::smatch match; std::regex_search(text, match, name); text = match.suffix()) {
      const auto found = original.find(match.str());
      result += match.prefix().str() + (found == original.end() ? match.str() : found->second);
    }
    return result + text;
  };
  std::set<std::string> lines;
  for (const analysis::Row& row : model.facts().table(table)->rows) {
    std::string line;
    for (const char* column : columns) {
      const cel::Value value = row.field(column);
      std::multiset<std::string> items;
      if (value.list() == nullptr) {
        items.insert(show(value));
      } else {
        for (const cel::Value& item : *value.list()) items.insert(show(item));
      }
      for (const std::string& item : items) line += item + " ";
      line += "| ";
    }
    lines.insert(line);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// The numbers and verdicts of a table's rows, as sorted lines; the order of sums may change last digits.
std::multiset<std::string> measures_of(const Model& model, const analysis::Schema& schema) {
  std::multiset<std::string> lines;
  for (const analysis::Row& row : model.facts().table(schema.name)->rows) {
    std::string line;
    for (const analysis::Column& column : schema.columns) {
      if (column.type != "int" && column.type != "double" && column.type != "bool") continue;
      const cel::Value value = row.field(column.name);
      char digits[32] = "";
      if (value.number() != nullptr) std::snprintf(digits, sizeof digits, "%.9g", *value.number());
      line +=
          std::string(column.name) + " " + (value.number() != nullptr ? digits : Model::show(value)) + " ";
    }
    lines.insert(line);
  }
  return lines;
}

} // namespace

TEST_CASE("the search finds what listing every path finds") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Model model(support::random_sketch(seed, nodes, edges, false).text());
    const analysis::EventFlow flow(model.facts());
    analysis::PathSearch search(flow);
    const std::vector<double> free(model.system().nodes.size(), analysis::unbounded);
    for (const graph::NodeId entry : analysis::entry_nodes(model.facts())) {
      std::map<std::size_t, PathRank> best;
      enumerate(flow, flow.start_of(entry), {}, best);
      search.run({flow.start_of(entry)}, free);
      for (const auto& end : best) {
        CAPTURE(seed, model.facts().object(flow.node_of(end.first))->display());
        const PathRank& found = search.label(end.first).rank;
        CHECK_FALSE(found < end.second);
        CHECK_FALSE(end.second < found);
      }
    }
  }
}

TEST_CASE("removing an edge never adds a path") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Sketch whole = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    if (whole.edges.empty()) continue;
    const Model before(whole.text());
    const Model after(without_an_edge(whole, seed).text());
    const auto known = paths_of(before);
    for (const auto& path : paths_of(after)) {
      CAPTURE(seed, path.first.first, path.first.second);
      CHECK(reached_from(before, path.first.first).count(path.first.second) == 1);
      const auto old = known.find(path.first);
      if (old == known.end()) continue; // What passes nothing on any more has become an end.
      CHECK(path.second.at_most <= old->second.at_most);
      CHECK(path.second.at_once <= old->second.at_once);
    }
  }
}

TEST_CASE("removing an edge never adds a row to what is reached, waited for or carried on") {
  // A row by the cells that say what it is about; what it may say of that at most.
  struct Claim {
    const char* table;
    std::vector<const char*> about;
    std::vector<const char*> at_most;
  };
  const std::vector<Claim> claims{
      {"edges", {"from", "to", "kind"}, {}},
      {"exposure", {"resource", "who", "access"}, {}},
      {"fan_out", {"source"}, {"consumers", "unbounded"}},
      {"loops", {}, {}},
      {"sync_chains", {"entry", "first"}, {"depth"}},
      {"traces", {"edge"}, {}},
  };
  const auto shown = [](const analysis::Row& row, const std::vector<const char*>& columns) {
    std::string text;
    for (const char* column : columns) text += Model::show(row.field(column)) + " | ";
    return text;
  };
  for (std::uint64_t seed = 1; seed <= 2 * seeds; ++seed) {
    const Sketch whole = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    if (whole.edges.empty()) continue;
    const Model before(whole.text());
    const Model after(without_an_edge(whole, seed).text());
    for (const Claim& claim : claims) {
      // Of a loop fan-out counts one round of what hands to all: it sees more where the loop is cut.
      if (seed % 2 == 0 && claim.table == std::string_view("fan_out")) continue;
      std::map<std::string, const analysis::Row*> known;
      for (const analysis::Row& row : before.facts().table(claim.table)->rows)
        known[shown(row, claim.about)] = &row;
      for (const analysis::Row& row : after.facts().table(claim.table)->rows) {
        CAPTURE(seed, claim.table, shown(row, claim.about));
        const auto old = known.find(shown(row, claim.about));
        REQUIRE(old != known.end());
        for (const char* column : claim.at_most) {
          CAPTURE(column);
          CHECK(or_infinite(row.field(column)) <= or_infinite(old->second->field(column)));
        }
      }
    }
    CHECK(reached_stores(after).size() <= reached_stores(before).size());
    for (const std::string& reached : reached_stores(after)) {
      CAPTURE(seed, reached);
      CHECK(reached_stores(before).count(reached) == 1);
    }
  }
}

TEST_CASE("removing an edge never starts a trace") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Sketch whole = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    if (whole.edges.empty()) continue;
    const Model before(whole.text());
    const Model after(without_an_edge(whole, seed).text());
    std::map<std::string, std::string> started;
    for (const analysis::Row& row : before.facts().table("traces")->rows)
      started[Model::show(row.field("edge"))] = Model::show(row.field("starts_on"));
    for (const analysis::Row& row : after.facts().table("traces")->rows) {
      const std::string edge = Model::show(row.field("edge"));
      CAPTURE(seed, edge);
      if (Model::show(row.field("starts_on")) == "true") CHECK(started[edge] == "true");
    }
  }
}

TEST_CASE("adding a bound never raises a demand") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Sketch open = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    Sketch bounded = open;
    support::Random random(seed);
    for (support::SketchNode& node : bounded.nodes) {
      if (node.reserved == 0 && random.chance(40)) node.reserved = 5;
      if (node.receives == 0 && random.chance(40)) node.receives = 4;
    }
    for (support::SketchEdge& edge : bounded.edges) {
      if (edge.bound == 0 && random.chance(40)) edge.bound = 3;
    }
    const Model free(open.text());
    const Model held(bounded.text());
    const auto most = possible_of(free);
    for (const auto& function : possible_of(held)) {
      CAPTURE(seed, function.first);
      const auto known = most.find(function.first);
      CHECK((known == most.end() || function.second <= known->second));
    }
    const auto before = paths_of(free);
    const auto after = paths_of(held);
    REQUIRE(before.size() == after.size());
    for (const auto& path : after) {
      CAPTURE(seed, path.first.first, path.first.second);
      REQUIRE(before.count(path.first) == 1);
      CHECK(path.second.at_most <= before.at(path.first).at_most);
      CHECK(path.second.at_once <= before.at(path.first).at_once);
      CHECK(path.second.deepest == before.at(path.first).deepest);
    }
  }
}

TEST_CASE("other names and another order change nothing but names") {
  const std::pair<const char*, std::vector<const char*>> tables[] = {
      {"entries", {"entry", "kind", "access", "fed", "synchronous", "limit", "limit_unit", "functions"}},
      {"paths", {"entry", "end", "hops", "asynchronous_hops", "deepest", "at_least", "at_most", "at_once"}},
      {"retries", {"function", "edge", "attempts", "unbounded", "complete", "levels"}},
      {"timeouts", {"edge", "kind", "caller_limit", "callee_limit", "inverted", "need", "too_short"}},
      {"sync_chains", {"entry", "first", "depth", "worst_latency", "cold_starts", "availability"}},
      {"failure_points", {"resource", "requests", "broken_requests", "entry"}},
      {"event_logs", {"log", "producers", "consumers", "readers", "retention", "replayable"}},
      {"fan_out", {"source", "consumers", "unbounded", "open_ended"}},
  };
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Sketch sketch = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    Sketch renamed = sketch;
    std::map<std::string, std::string> original;
    for (std::size_t i = 0; i < sketch.nodes.size(); ++i) {
      renamed.nodes[i].name = "N" + std::to_string(1000 - 7 * i) + "y";
      original[renamed.nodes[i].name] = sketch.nodes[i].name;
    }
    const Model before(sketch.text());
    const Model after(renamed.text(seed));
    for (const auto& table : tables) {
      CAPTURE(seed, table.first);
      CHECK(normalized(after, table.first, table.second, original) ==
            normalized(before, table.first, table.second, {}));
    }
  }
}

TEST_CASE("other names and another order change no number and no verdict of any table") {
  // Of equally short loops, and of the ways round a circle of references, the first is told.
  const std::set<std::string_view> by_order{"loops", "cycles"};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Sketch sketch = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    Sketch renamed = sketch;
    for (std::size_t i = 0; i < sketch.nodes.size(); ++i) { // Of one length: templates are measured too.
      sketch.nodes[i].name = "N" + std::to_string(10 + i) + "x";
      renamed.nodes[i].name = "N" + std::to_string(99 - 7 * i) + "y";
    }
    const Model before(sketch.text());
    const Model after(renamed.text(seed));
    for (const analysis::Schema* schema : analysis::Facts::schemas()) {
      if (by_order.count(schema->name) == 1) continue;
      CAPTURE(seed, schema->name);
      CHECK(measures_of(after, *schema) == measures_of(before, *schema));
    }
  }
}

TEST_CASE("scaling the load scales the demand of every function alike") {
  const auto demands_at = [](const std::string& text, double scale) {
    analysis::Settings settings;
    settings.load.size = "medium";
    settings.load.scale = scale;
    const Model model(text, settings);
    std::map<std::string, double> result;
    for (const analysis::Row& row : model.facts().table("concurrency")->rows) {
      if (row.field("demand_kind").display() == "profile")
        result[row.field("function").display()] = *row.field("demand").number();
    }
    return result;
  };
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Sketch sketch = support::random_sketch(seed, nodes, edges, seed % 2 == 0);
    for (support::SketchNode& node : sketch.nodes) { // Schedules fire as they do.
      if (node.kind == support::Kind::schedule) node.kind = support::Kind::api;
    }
    const auto once = demands_at(sketch.text(), 1);
    for (const double scale : {0.5, 3.0, 100.0}) {
      const auto scaled = demands_at(sketch.text(), scale);
      REQUIRE(scaled.size() == once.size());
      for (const auto& demand : scaled) {
        CAPTURE(seed, scale, demand.first);
        const double expected = once.at(demand.first) * scale;
        CHECK(std::abs(demand.second - expected) <= 1e-9 * expected);
      }
    }
  }
}

TEST_CASE("facts on events stay cheap as systems grow, whatever their shape") {
  // A loose bound on the processor's time: tests run unoptimized.
  const auto seconds_for = [](support::Shape shape, std::size_t resources) {
    const Model model(support::large_sketch(shape, resources).text());
    const std::clock_t start = std::clock();
    for (const char* table :
         {"entries", "paths", "retries", "timeouts", "sync_chains", "failure_points", "event_logs"})
      CHECK(model.facts().table(table) != nullptr);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  for (const auto& shape : support::shapes) {
    INFO(shape.second);
    const double small = seconds_for(shape.first, 150);
    const double large = seconds_for(shape.first, 1200);
    CAPTURE(small, large);
    CHECK(large < 60 * (small + 0.02));
  }
}
