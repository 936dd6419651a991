// SPDX-License-Identifier: Apache-2.0
// Edges that several functions have by one and the same text.
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;

namespace {

constexpr const char* common_role = R"(Resources:
  Orders: {Type: AWS::DynamoDB::Table}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [{Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn}]
  One: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}
)";

/// "One true\n" for each function with an edge to the table: whether it is shared.
std::string shared_edges(const std::string& text) {
  const auto model = test::build_system({text});
  std::string result;
  for (const graph::Edge& edge : model->system.edges) {
    if (edge.kind != graph::EdgeKind::writes) continue;
    result += model->system.node(edge.from).label + (edge.shared ? " shared\n" : " own\n");
  }
  return result;
}

} // namespace

TEST_CASE("an edge is shared where all that shows it shows the same of others") {
  const std::string role = common_role;
  CHECK(shared_edges(role) == "One own\n");
  const std::string two =
      role + "  Two: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}\n";
  CHECK(shared_edges(two) == "One shared\nTwo shared\n");
  const std::string named = role +
                            "  Two:\n    Type: AWS::Lambda::Function\n"
                            "    Properties: {Role: !GetAtt Role.Arn, Environment: {Variables: {T: !Ref "
                            "Orders}}}\n";
  CHECK(shared_edges(named) == "One shared\nTwo own\n");
}
