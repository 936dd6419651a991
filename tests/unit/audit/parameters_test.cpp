// SPDX-License-Identifier: Apache-2.0
#include "audit/parameters.hpp"
#include "support/catch.hpp"

using namespace slsaudit;
using audit::Parameters;

TEST_CASE("overrides are split like a command line") {
  CHECK(
      audit::parse_overrides("A=1 B='two words' C=\"x \\\"y\\\"\" ParameterKey=D,ParameterValue=4 junk E=") ==
      Parameters{{"A", "1"}, {"B", "two words"}, {"C", "x \"y\""}, {"D", "4"}, {"E", ""}});
}

TEST_CASE("samconfig.toml gives the overrides of deploy") {
  const text::MemoryFileSystem files({
      {"one.toml",
       "version = 0.1\n[default.global.parameters]\nparameter_overrides = \"A=0\"\n"
       "[default.deploy.parameters]\nstack_name = \"s\"\nparameter_overrides = \"A=\\\"1\\\" B=2\"\n"},
      {"list.toml",
       "[default.deploy.parameters]\nparameter_overrides = [\n  \"A=1\", # note\n  'B=2'\n]\nx = 1\n"},
      {"none.toml", "[other]\n"},
  });
  CHECK(audit::read_parameters(files, "one.toml").value() == Parameters{{"A", "1"}, {"B", "2"}});
  CHECK(audit::read_parameters(files, "list.toml").value() == Parameters{{"A", "1"}, {"B", "2"}});
  CHECK(audit::read_parameters(files, "none.toml").value().empty());
  CHECK_FALSE(audit::read_parameters(files, "absent.toml").ok());
}
