// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/parameter_file.hpp"
#include "support/catch.hpp"

using namespace slsaudit;
using dialect::cloudformation::read_overrides;
using dialect::cloudformation::read_parameter_file;

namespace {

std::string dump(const text::Result<dialect::cloudformation::ParameterValues>& result) {
  if (!result) return "! " + result.error();
  std::string out;
  for (const auto& [key, value] : result.value()) out += (out.empty() ? "" : "; ") + key + "=" + value;
  return out;
}

struct Row {
  const char* text;
  const char* expected;
};

} // namespace

TEST_CASE("shapes of CloudFormation's parameter files") {
  const auto row = GENERATE(
      Row{R"([{"ParameterKey": "A", "ParameterValue": "x"}, {"ParameterKey": "B", "ParameterValue": 2}])",
          "A=x; B=2"},
      Row{R"([{"ParameterKey": "A", "UsePreviousValue": true}])", ""},
      Row{R"({"Parameters": {"A": "x", "L": ["a", "b"]}})", "A=x; L=a,b"},
      Row{R"({"A": "x", "B": true})", "A=x; B=true"}, Row{R"(["A=x", "B=y=z"])", "A=x; B=y=z"},
      Row{"A: x\nB: 'y'\n", "A=x; B=y"},
      Row{"default: {deploy: {parameters: {parameter_overrides: [A=x, 'B=\"y z\"']}}}", "A=x; B=y z"},
      Row{R"([{"Key": "A"}])", "! p:1:2: a mapping stands where a parameter is expected; write "
                               "`{\"ParameterKey\": …, \"ParameterValue\": …}` or `\"Key=Value\"`"},
      Row{"[5]", "! p:1:2: a number stands where a parameter is expected; write `{\"ParameterKey\": …, "
                 "\"ParameterValue\": …}` or "
                 "`\"Key=Value\"`"});
  CAPTURE(row.text);
  CHECK(dump(read_parameter_file("p", row.text)) == row.expected);
}

TEST_CASE("overrides as a shell would read them") {
  const auto row = GENERATE(
      Row{"A=x B=y", "A=x; B=y"}, Row{"A=\"v 2\" B='it is' C=\"a\\\"b\"", "A=v 2; B=it is; C=a\"b"},
      Row{"  A=  B=y ", "A=; B=y"}, Row{"\"A=x y\"", "A=x y"},
      Row{"ParameterKey=A,ParameterValue=x ParameterKey=B,ParameterValue=y=z", "A=x; B=y=z"}, Row{"", ""},
      Row{"A", "! `A` is no `Key=Value`"}, Row{"A='x", "! a quote in `A='x` is not closed"});
  CAPTURE(row.text);
  CHECK(dump(read_overrides(row.text)) == row.expected);
}

TEST_CASE("samconfig in TOML, by environment") {
  const char* text = R"(version = 0.1
[default.global.parameters]
parameter_overrides = "A=global B=\"v 2\""
[default.deploy.parameters]
stack_name = "s"
parameter_overrides = ["A=deploy", "C=3"]
[prod.deploy.parameters]
parameter_overrides = "A=prod"
[table.deploy.parameters.parameter_overrides]
A = "x"
L = ["a", "b"]
N = 5
)";
  CHECK(dump(read_parameter_file("samconfig.toml", text)) == "A=deploy; B=v 2; C=3");
  CHECK(dump(read_parameter_file("samconfig.toml", text, "prod")) == "A=prod");
  CHECK(dump(read_parameter_file("samconfig.toml", text, "table")) == "A=x; L=a,b; N=5");
  CHECK(dump(read_parameter_file("samconfig.toml", text, "none")) ==
        "! samconfig.toml: no environment `none`");
  CHECK(dump(read_parameter_file("samconfig.toml", "a = [1,\n b")).starts_with("! samconfig.toml:2:"));
  CHECK(dump(read_parameter_file("samconfig.toml", "[{\"a\": 1}]")).starts_with("! samconfig.toml:"));
  CHECK(dump(read_parameter_file("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = 5")) ==
        "! samconfig.toml: `parameter_overrides` is neither text nor a list");
}
