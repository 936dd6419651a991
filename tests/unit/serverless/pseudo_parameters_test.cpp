// SPDX-License-Identifier: Apache-2.0
// Plugins that read texts as Fn::Sub.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {

using test::Lowering;

TEST_CASE("pseudo parameters beside a variable that isn't known, in one Fn::Sub") {
  const Lowering lowering(
      "service: shop\nprovider: {name: aws, runtime: nodejs20.x}\nplugins: [serverless-pseudo-parameters]\n"
      "resources: {Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub "
      "'arn:#{AWS::Region}:${env:NAME}'}}}}\n");
  const std::string shown = lowering.shown("P", "Value");
  CHECK(shown.find("arn:${AWS::Region}:${SlsVariable1}") != std::string::npos);
  CHECK(shown.find("Fn::Sub") == shown.rfind("Fn::Sub"));
}

TEST_CASE("the text of a Fn::Sub with variables of its own, by the plugin that reads it") {
  const auto shown = [](const std::string& plugin) {
    return Lowering("service: shop\nprovider: {name: aws, runtime: nodejs20.x}\nplugins: [" + plugin +
                    "]\nresources: {Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Type: String, "
                    "Value: !Sub ['#{Name}/*', {Name: x}]}}}}\n")
        .shown("P", "Value");
  };
  CHECK(shown("serverless-cloudformation-sub-variables") == R"({"Fn::Sub":["${Name}/*",{"Name":"x"}]})");
  CHECK(shown("serverless-pseudo-parameters").find(R"([{"Fn::Sub")") != std::string::npos);
}

} // namespace slsaudit
