// SPDX-License-Identifier: Apache-2.0
// Table "edges": what flows between resources. In a rule, a row is the edge itself.
#include "analysis/analyses.hpp"

namespace slsaudit::analysis {
namespace {

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (std::size_t i = 0; i < facts.system().edges.size(); ++i) {
    const graph::EdgeId edge(i);
    const cel::Object* object = facts.object(edge);
    std::vector<std::uint32_t> cells{table.pool->add(edge_cell(facts, edge))};
    for (std::size_t c = 1; c < schema.columns.size(); ++c)
      cells.push_back(table.pool->add(object->field(schema.columns[c].name)));
    table.rows.emplace_back(schema, *table.pool, cells, object->span());
  }
}

} // namespace

const Analysis& edge_analysis() {
  static const Analysis analysis{
      {"edges",
       "What flows between resources, the way events, requests or data go",
       {
           {"edge", "edge", "", "the edge itself"},
           {"kind", "string", "",
            "`triggers`, `polls`, `routes`, `invokes`, `sends`, `reads`, `writes`, `streams`, "
            "`dead_letters`, `requests`, `assumes`, `logs` or `refers`"},
           {"mode", "string", "", "`none`, `synchronous`, `asynchronous` or `polled`"},
           {"basis", "string", "", "`declared`, `granted` or `hinted`: the strongest evidence of it"},
           {"from", "resource", "", "where it starts"},
           {"to", "resource", "", "where it ends"},
           {"via", "resource", "",
            "the helper resource (event source mapping, subscription …); null when none"},
           {"settings", "map", "",
            "the helper's or target's properties (BatchSize, ScalingConfig …); null when none"},
           {"filter", "map", "", "event pattern, filter policy, S3 filter or FilterCriteria; null when none"},
           {"passes", "string", "",
            "`always` without a filter, `never` where no event of its source can pass the filter, else "
            "`possible`"},
           {"shared", "bool", "",
            "all that shows it shows the same of others (a role that several functions have, an environment "
            "that all get): one of them has it, but maybe not this one"},
           {"declarations", "int", "",
            "how many declarations make it: the routes of an API's definition that lead to one function"},
           {"evidence", "list", "", "how it is known, the strongest first"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
