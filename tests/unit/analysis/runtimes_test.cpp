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
