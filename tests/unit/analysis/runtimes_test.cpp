// SPDX-License-Identifier: Apache-2.0
// What the table of runtimes says.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

TEST_CASE("functions know what they run on, and services whose functions are out of sight what all get") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< function, service, runtime, deprecation, successor
  };
  const std::string function = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {";
  const std::string service = "service: orders\nprovider: {name: aws, runtime: nodejs14.x}\n";
  const Case cases[] = {
      {"one that gets no patches", function + "Runtime: nodejs14.x}}\n",
       "`F` | null | nodejs14.x | 2023-12-04 | nodejs24.x\n"},
      {"an image", function + "PackageType: Image}}\n", "`F` | null | null | null | null\n"},
      {"one that nobody knows", function + "Runtime: cobol85}}\n", "`F` | null | cobol85 | null | null\n"},
      {"one that nobody has decided",
       "Parameters:\n  Runtime: {Type: String}\n" + function + "Runtime: !Ref Runtime}}\n",
       "`F` | null | ${Runtime} | null | null\n"},
      {"a service's own", service + "functions: {place: {handler: a.b}}\n",
       "`place` | orders | nodejs14.x | 2023-12-04 | nodejs24.x\n"},
      {"a service whose functions stand in code", service + "functions: ${file(functions.js)}\n",
       "null | orders | nodejs14.x | 2023-12-04 | nodejs24.x\n"},
      {"a service that has none", service + "functions: {}\n", ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("runtimes", {"function", "service", "runtime", "deprecation", "successor"}) ==
            c.expected);
    }
  }
}

TEST_CASE("a runtime knows the mapping's entry or the parameter that says it") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< runtime, mapping, parameter
  };
  const std::string function = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {Runtime: ";
  const Case cases[] = {
      {"written at the function", function + "python3.9}}\n", "python3.9 | null | null\n"},
      {"an entry by its keys",
       "Mappings:\n  M: {A: {R: python3.9}, B: {R: python3.8}}\n" + function + "!FindInMap [M, A, R]}}\n",
       "python3.9 | M/A/R | null\n"},
      {"one entry of several that agree",
       "Mappings:\n  M: {eu-west-1: {R: python3.9}, us-east-1: {R: python3.9}}\n" + function +
           "!FindInMap [M, !Ref AWS::Region, R]}}\n",
       "python3.9 | M | null\n"},
      {"a parameter's default",
       "Parameters:\n  P: {Type: String, Default: python3.9}\n" + function + "!Ref P}}\n",
       "python3.9 | null | P\n"},
      {"what the deployer says", "Parameters:\n  P: {Type: String}\n" + function + "!Ref P}}\n",
       "${P} | null | null\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("runtimes", {"runtime", "mapping", "parameter"}) == c.expected);
    }
  }
}
