// SPDX-License-Identifier: Apache-2.0
// Large systems build in time that grows with their size.
#include "graph/delivery.hpp"
#include "graph/system.hpp"
#include "support/catch.hpp"
#include "value/value.hpp"

#include <chrono>
#include <string>

using namespace slsaudit;

namespace {

class Maker {
public:
  explicit Maker(std::size_t units) {
    for (std::size_t i = 0; i < units; ++i) add_unit(i, units);
  }

  [[nodiscard]] graph::System build() { return graph::build({template_}, arena_); }

private:
  [[nodiscard]] value::Value text(const std::string& value) { return make_.string(value, next()); }
  [[nodiscard]] value::Value reference(const std::string& name, const std::string& attribute) {
    return make_.symbolic({{.is_reference = true,
                            .kind = value::ReferenceKind::attribute,
                            .literal = {},
                            .name = name,
                            .attribute = attribute}},
                          next());
  }
  [[nodiscard]] value::Value map(const std::vector<value::Member>& members) {
    return make_.map(members, next());
  }
  [[nodiscard]] value::Value list(const std::vector<value::Value>& items) {
    return make_.list(items, next());
  }
  text::Span next() { return {text::FileId(0), offset_++, offset_}; }

  void add(const std::string& id, std::string_view type, value::Value properties) {
    dialect::Resource resource;
    resource.logical_id = arena_.copy(id);
    resource.type = type;
    resource.properties = properties;
    template_.resources.push_back(resource);
  }

  /// A queue, a function that polls it, its role with grants on nine tables, a mapping and a table.
  void add_unit(std::size_t i, std::size_t units) {
    const std::string n = std::to_string(i);
    add("Queue" + n, "AWS::SQS::Queue", map({{"QueueName", text("queue-" + n)}}));
    add("Table" + n, "AWS::DynamoDB::Table", map({{"TableName", text("table-" + n)}}));
    std::vector<value::Value> tables;
    std::vector<value::Member> variables;
    for (std::size_t k = 0; k < 9; ++k) {
      const std::string table = std::to_string((i * 7 + k) % units);
      tables.push_back(text("arn:aws:dynamodb:eu-west-1:111122223333:table/table-" + table));
      variables.push_back({arena_.copy("T" + std::to_string(k)), text("table-" + table)});
    }
    const auto statement =
        map({{"Effect", text("Allow")}, {"Action", text("dynamodb:*Item")}, {"Resource", list(tables)}});
    const auto policy =
        map({{"PolicyName", text("P")}, {"PolicyDocument", map({{"Statement", list({statement})}})}});
    add("Role" + n, "AWS::IAM::Role", map({{"Policies", list({policy})}}));
    add("Handler" + n, "AWS::Lambda::Function",
        map({{"Role", reference("Role" + n, "Arn")}, {"Environment", map({{"Variables", map(variables)}})}}));
    add("Mapping" + n, "AWS::Lambda::EventSourceMapping",
        map({{"FunctionName", reference("Handler" + n, "Arn")},
             {"EventSourceArn", reference("Queue" + n, "Arn")}}));
  }

  text::Arena arena_;
  value::Factory make_{arena_};
  dialect::Template template_;
  std::uint32_t offset_ = 0;
};

} // namespace

TEST_CASE("five thousand resources and twenty thousand edges") {
  Maker maker(1000);
  const auto start = std::chrono::steady_clock::now();
  const graph::System system = maker.build();
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(graph::verify(system) == "");
  CHECK(system.nodes.size() == 5000);
  CHECK(system.edges.size() == 1000 * (9 * 2 + 1 + 1)); // reads and writes, the role, the mapping
  const graph::Deliveries deliveries(system);
  std::size_t failing = 0;
  for (std::size_t i = 0; i < system.edges.size(); ++i) {
    const graph::EdgeId edge(i);
    failing += deliveries.of(edge).failures.size();
  }
  CHECK(failing == 0);
  INFO(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
  // Generous: unoptimized builds on a busy machine must pass, a quadratic step must not.
  CHECK(took < std::chrono::seconds(10));
}
