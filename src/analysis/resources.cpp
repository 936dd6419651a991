// SPDX-License-Identifier: Apache-2.0
// Table "resources": every node of the graph. In a rule, a row is the resource itself.
#include "analysis/analyses.hpp"

namespace slsaudit::analysis {
namespace {

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (std::size_t i = 0; i < facts.system().nodes.size(); ++i) {
    const graph::NodeId node(i);
    const cel::Object* object = facts.object(node);
    std::vector<std::uint32_t> cells{table.pool->add(resource_cell(facts, node))};
    for (std::size_t c = 1; c < schema.columns.size(); ++c)
      cells.push_back(table.pool->add(object->field(schema.columns[c].name)));
    table.rows.emplace_back(schema, *table.pool, cells, object->span());
  }
}

} // namespace

const Analysis& resource_analysis() {
  static const Analysis analysis{
      {"resources",
       "Everything that a template declares and the outside parties it names; properties by their own names",
       {
           {"resource", "resource", "", "the resource itself"},
           {"id", "string", "", "logical id, or the outside party's name"},
           {"label", "string", "", "the same as `id`"},
           {"type", "string", "",
            "AWS type, or `outside::internet`, `outside::import`, `outside::arn`, `outside::host`"},
           {"kind", "string", "", "`resource` or `outside`"},
           {"author", "string", "",
            "the id that the author gave: of the SAM resource or the framework's function"},
           {"author_type", "string", "", "the type as the author wrote it"},
           {"looped", "bool", "",
            "the body of an `Fn::ForEach` makes it: others share its text, and its id is written nowhere"},
           {"rewritten", "bool", "",
            "a macro that can't be run may add to what its template says, or change it"},
           {"dialect", "string", "", "`cloudformation`, `sam` or `serverless`"},
           {"template", "int", "", "which template of the system it stands in"},
           {"service", "string", "", "the Serverless Framework service; null elsewhere"},
           {"own_roles", "string", "",
            "what gives a function of the Serverless Framework service a role of its own: `plugin` "
            "(serverless-iam-roles-per-function) or `framework` (version 4); null where neither does"},
           {"defaults", "any", "",
            "of functions and their log groups: stands at the section that all of them inherit "
            "(`Globals.Function`, `provider`); null where there is none; for `at`"},
           {"generated", "bool", "", "the dialect added it; nobody wrote it"},
           {"feature", "string", "", "of a generated one, the property that made it; else null"},
           {"properties", "map", "", "all properties"},
           {"metadata", "map", "", "the Metadata attribute; null when there is none"},
           {"condition", "string", "", "name of the condition it is made under; null when always"},
           {"update_policy", "map", "", "the UpdatePolicy attribute; null when there is none"},
           {"deletion_policy", "string", "", "null when not said"},
           {"update_replace_policy", "string", "", "null when not said"},
           {"depends_on", "list", "", "logical ids"},
           {"outgoing", "list", "", "edges that leave it"},
           {"incoming", "list", "", "edges that arrive"},
           {"timeout", "int", "s", "of a function: Timeout, or the platform's 3"},
           {"memory", "int", "MB", "of a function: MemorySize, or the platform's 128"},
           {"visibility_timeout", "int", "s", "of a queue: VisibilityTimeout, or the platform's 30"},
           {"retention", "int", "s", "of a queue: MessageRetentionPeriod, or the platform's 345600"},
           {"retention_hours", "int", "h", "of a Kinesis stream: RetentionPeriodHours, or the platform's 24"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
