// SPDX-License-Identifier: Apache-2.0
// Any bytes as the definition of a state machine: as YAML, and as JSON in a string with substitutions.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"
#include "text/encoding.hpp"

namespace slsaudit::fuzz {

void run_states(std::string_view bytes) {
  Reading reading;
  reading.add("Resources:\n"
              "  Function: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Runtime: nodejs22.x}}\n"
              "  Table: {Type: AWS::DynamoDB::Table}\n"
              "  Other:\n"
              "    Type: AWS::StepFunctions::StateMachine\n"
              "    Properties:\n"
              "      DefinitionSubstitutions: {Function: !GetAtt Function.Arn, Table: !Ref Table}\n"
              "      DefinitionString: " +
              quoted(text::to_utf8(std::string(bytes)).text) +
              "\n"
              "  Machine:\n"
              "    Type: AWS::StepFunctions::StateMachine\n"
              "    Properties:\n"
              "      DefinitionSubstitutions: {Function: !GetAtt Function.Arn, Table: !Ref Table}\n"
              "      Definition:\n" +
              indented(bytes, 8));
  Reading::compute_facts(reading.build());
}

} // namespace slsaudit::fuzz
