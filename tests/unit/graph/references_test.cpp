// SPDX-License-Identifier: Apache-2.0
// What resources refer to, and that several threads find the same graph.
#include "graph/references.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

#include <algorithm>

using namespace slsaudit;

namespace {

constexpr std::string_view shop = R"(
Parameters:
  Stage: { Type: String }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Orders: { Type: AWS::DynamoDB::Table, Properties: { TableName: !Sub '${Stage}-orders' } }
  Queue: { Type: AWS::SQS::Queue }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: store
          PolicyDocument:
            Statement: [{ Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn }]
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment:
        Variables:
          PLAIN: text
          SELF: !Ref Handler
          WHERE: !Sub '${Orders} ${Queue.Arn} ${AWS::Region}'
          EITHER: !If [IsProd, !Ref Queue, !GetAtt Orders.StreamArn]
)";

std::vector<std::string> named_by(const graph::System& system, const char* id) {
  std::vector<std::string> labels;
  for (const graph::References::Named& named : system.references->named_by(system.find(0, id)))
    labels.push_back(system.node(named.node).label);
  return labels;
}

std::vector<std::string> needed_by(const graph::System& system, const char* id) {
  std::vector<std::string> labels;
  for (const graph::NodeId node : system.references->needed_by(system.find(0, id)))
    labels.push_back(system.node(node).label);
  return labels;
}

} // namespace

TEST_CASE("resources refer to those that their texts name, in their order") {
  const auto built = test::build_system({std::string(shop)});
  using Labels = std::vector<std::string>;
  CHECK(named_by(built->system, "Handler") == Labels{"Role", "Orders", "Queue", "Queue", "Orders"});
  CHECK(named_by(built->system, "Role") == Labels{"Orders"});
  CHECK(named_by(built->system, "Queue").empty());
  // What is made before it, and the resource itself where it waits for itself.
  CHECK(needed_by(built->system, "Handler") ==
        Labels{"Role", "Handler", "Orders", "Queue", "Queue", "Orders"});
  CHECK(needed_by(built->system, "Orders").empty());
  const graph::References& references = *built->system.references;
  CHECK(references.of(built->system.find(0, "Orders")).size() == 1); // of a parameter
  CHECK(references.of(built->system.find(0, "Handler")).size() == 5);
  CHECK(references.of(graph::NodeId()).empty());
  CHECK(references.needed_by(graph::NodeId()).empty());
  CHECK(references.of(graph::NodeId(built->system.nodes.size())).empty());
}

TEST_CASE("several threads build the graph that one builds") {
  std::vector<std::string> texts;
  for (int i = 0; i < 20; ++i) texts.emplace_back(shop);
  const auto built = test::build_system(texts);
  const std::vector<std::string> kinds{"refers", "assumes"};
  for (const unsigned threads : {2U, 4U}) {
    parallel::Workers workers(threads);
    text::Arena arena;
    const graph::System system = graph::build(built->system.templates, arena, workers);
    CHECK(graph::verify(system) == "");
    CHECK(test::dump_edges(system, kinds) == test::dump_edges(built->system, kinds));
    CHECK(std::ranges::equal(system.statements, built->system.statements, {}, &graph::Statement::span,
                             &graph::Statement::span));
    CHECK(system.statements.size() == texts.size());
  }
}
