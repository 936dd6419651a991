// SPDX-License-Identifier: Apache-2.0
// What two of a template ask for, read by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

TEST_CASE("two that ask for one thing are told once") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< kind, resource, other, name, other_name
  };
  const std::string head = "Parameters: {P: {Type: String}, S: {Type: String}}\n"
                           "Conditions: {A: !Equals [!Ref P, a], B: !Equals [!Ref P, b]}\nResources:\n";
  const auto table = [](const std::string& id, const std::string& name, const std::string& more = "") {
    return "  " + id + ": {Type: AWS::DynamoDB::Table, " + more + "Properties: {TableName: " + name + "}}\n";
  };
  const auto path = [](const std::string& id, const std::string& part, const std::string& parent = "!Ref P") {
    return "  " + id +
           ": {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref S, ParentId: " + parent +
           ", PathPart: \"" + part + "\"}}\n";
  };
  const std::string body = "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {paths: {\"/a/{b}\": "
                           "{get: {}}, \"/a/{c}/d\": {get: {}}, "
                           "\"/e/{c}\": {get: {}}}}}}\n";
  const Case cases[] = {
      {"three of a name", head + table("X", "t") + table("Y", "t") + table("Z", "t"),
       "name | `Y` | `X` | t | t\nname | `Z` | `X` | t | t\n"},
      {"one parameter", head + table("X", "!Sub \"t-${P}\"") + table("Y", "!Sub \"t-${P}\""),
       "name | `Y` | `X` | t-${P} | t-${P}\n"},
      {"two parameters", head + table("X", "!Ref P") + table("Y", "!Ref S"), ""},
      {"two conditions", head + table("X", "t", "Condition: A, ") + table("Y", "t", "Condition: B, "), ""},
      {"one condition", head + table("X", "t", "Condition: A, ") + table("Y", "t"),
       "name | `Y` | `X` | t | t\n"},
      {"names of two types",
       head + table("X", "t") + "  Y: {Type: AWS::S3::Bucket, Properties: {BucketName: t}}\n", ""},
      {"two variables", head + path("X", "{id}") + path("Y", "{name}"), "path | `Y` | `X` | {name} | {id}\n"},
      {"below two parents", head + path("X", "{id}") + path("Y", "{name}", "!Ref X"), ""},
      {"paths of a document", head + body, "path | `Api` | `Api` | /a/{c}/d | {b}\n"},
      {"a route twice",
       head + "  X: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref P, RouteKey: GET /}}\n"
              "  Y: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref P, RouteKey: GET /}}\n"
              "  Z: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref S, RouteKey: GET /}}\n",
       "route | `Y` | `X` | GET / | GET /\n"},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    CHECK(Model(one.text).rows("namesakes", {"kind", "resource", "other", "name", "other_name"}) ==
          one.expected);
  }
}
