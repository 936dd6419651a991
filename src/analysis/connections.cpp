// SPDX-License-Identifier: Apache-2.0
// Table "connections": how many connections functions may open to each database, against what its class
// takes.
#include "analysis/analyses.hpp"
#include "analysis/databases.hpp"
#include "analysis/platform.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

constexpr std::int64_t usual_connections = 1;

std::int64_t connections_of(const Facts& facts, graph::NodeId function, bool& given) {
  for (const auto& item : facts.settings().load.functions) {
    if (!item.second.connections || !is_named(facts.system().node(function), item.first)) continue;
    given = true;
    return *item.second.connections;
  }
  return usual_connections;
}

/// What functions may open in all, term by term.
struct Sum {
  struct Term {
    graph::NodeId function;
    std::int64_t amount = 0;
    Step step;
  };
  std::vector<Term> terms;
  std::int64_t total = 0;
  std::int64_t widest = 0; ///< Connections of one instance, of the function that opens most.
  std::int64_t instances = 0;
  bool complete = true;

  void add(const Facts& facts, const Client& client) {
    const Row* row = facts.row_about("concurrency", client.function);
    const cel::Value possible = row != nullptr ? row->field("possible") : cel::Value();
    if (possible.integer() == nullptr) {
      complete = false;
      return;
    }
    bool given = false;
    const std::int64_t each = connections_of(facts, client.function, given);
    const std::int64_t amount = *possible.integer() * each;
    std::string text = quoted(shown_name(facts.system().node(client.function))) + " may run " +
                       shown(static_cast<double>(*possible.integer())) + " × " +
                       shown(static_cast<double>(each)) + (each == 1 ? " connection" : " connections") +
                       (given ? "" : " (assumed)") + " = " + shown(static_cast<double>(amount));
    widest = std::max(widest, each);
    instances += *possible.integer();
    total += amount;
    terms.push_back({client.function, amount, {client.span, std::move(text)}});
  }

  /// Functions can't run more instances together than the account has.
  void bound(const Facts& facts) {
    const std::int64_t limit = facts.settings().account_concurrency;
    if (instances > limit) total = std::min(total, limit * widest);
    std::stable_sort(terms.begin(), terms.end(),
                     [](const Term& a, const Term& b) { return a.amount > b.amount; });
  }
};

std::vector<graph::NodeId> functions_of(const std::vector<Client>& clients) {
  std::vector<graph::NodeId> functions;
  for (const Client& client : clients) functions.push_back(client.function);
  return functions;
}

cel::Value limit_cell(const Database& database) {
  if (!database.limit_reason.empty())
    return cel::Value::unknown(database.limit_reason).at(database.limit_span);
  return cel::Value(database.limit).at(database.limit_span).assuming(database.assumption);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (const Database& database : databases_of(facts)) {
    Sum sum;
    bool named = false;
    for (const Client& client : database.direct) {
      sum.add(facts, client);
      named = named || client.basis != "network";
    }
    sum.bound(facts);
    const cel::Value limit = limit_cell(database);
    const bool known = limit.integer() != nullptr;
    std::vector<Step> steps;
    for (const Sum::Term& term : sum.terms) steps.push_back(term.step);
    const std::string name = quoted(shown_name(facts.system().node(database.node)));
    steps.push_back(
        {database.limit_span, "together " + shown(static_cast<double>(sum.total)) +
                                  (sum.complete ? "" : " at least") + "; " + name +
                                  (known ? " takes " + shown(static_cast<double>(database.limit)) + " (" +
                                               database.class_name + ")"
                                         : ": " + database.limit_reason)});
    cel::Value exceeded = known ? cel::Value(sum.total > database.limit) : limit;
    if (known && !sum.complete && sum.total <= database.limit)
      exceeded = cel::Value::unknown("how many instances of a function run is not known");
    const graph::NodeId largest = sum.terms.empty() ? graph::NodeId{} : sum.terms.front().function;
    add_row(table, schema,
            {{"database", resource_cell(facts, database.node)},
             {"engine", database.engine.empty() ? cel::Value() : cel::Value(database.engine)},
             {"class", database.class_name.empty() ? cel::Value() : cel::Value(database.class_name)},
             {"limit", limit},
             {"limit_verified", database.verified},
             {"limit_source", database.source},
             {"connections", sum.total},
             {"complete", sum.complete},
             {"exceeded", exceeded},
             {"functions", resource_list(facts, functions_of(database.direct))},
             {"function", resource_cell(facts, largest)},
             {"named", named},
             {"has_proxy", database.has_proxy},
             {"proxied", resource_list(facts, functions_of(database.proxied))},
             {"data_api", resource_list(facts, database.data_api)}},
            id_span(facts.system().node(database.node)), std::move(steps));
  }
}

} // namespace

const Analysis& connection_analysis() {
  static const Analysis analysis{
      {"connections",
       "Databases that take so many connections at once, against what functions may open; the proof is the "
       "formula",
       {
           {"database", "resource", "",
            "RDS instance, Aurora or DocumentDB cluster, Redis or Memcached cluster"},
           {"engine", "string", "", "`mysql`, `aurora-postgresql`, `redis` …; null when not known"},
           {"class", "string", "", "of the (smallest) instance, or the most capacity of a serverless one"},
           {"limit", "int", "connections",
            "that it takes at once: max_connections of its parameter group, else the default of its class"},
           {"limit_verified", "bool", "", "the row of knowledge was checked, or the author wrote it"},
           {"limit_source", "string", "", "where the limit is from"},
           {"connections", "int", "connections",
            "that functions without a proxy may open: the most that can run × connections of each instance "
            "(1 "
            "unless the load profile says more), never more instances than the account has; a lower bound "
            "unless "
            "`complete`"},
           {"complete", "bool", "", "how many can run is known of each function"},
           {"exceeded", "bool", "", "connections > limit"},
           {"functions", "list", "", "functions that reach it without a proxy"},
           {"function", "resource", "", "the one that may open most; null when there is none"},
           {"named", "bool", "",
            "one of them names the database, or reads its secret; else they only share a network with it"},
           {"has_proxy", "bool", "", "an RDS Proxy has it as its target"},
           {"proxied", "list", "", "functions that go through the proxy"},
           {"data_api", "list", "", "functions that use its Data API, which holds no connections"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
