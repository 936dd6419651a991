// SPDX-License-Identifier: Apache-2.0
#include "dialect/print.hpp"
#include "support/catch.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

TEST_CASE("nodes print as CloudFormation JSON") {
  struct Row {
    std::string yaml;
    std::string json;
  };
  const Row row = GENERATE(
      Row{"!Ref A", "{\n  \"Ref\": \"A\"\n}"}, Row{"!Sub '${A}/*'", "{\n  \"Fn::Sub\": \"${A}/*\"\n}"},
      Row{"!Condition C", "{\n  \"Condition\": \"C\"\n}"},
      Row{"!GetAtt A.Outputs.B", "{\n  \"Fn::GetAtt\": [\n    \"A\",\n    \"Outputs.B\"\n  ]\n}"},
      Row{"!GetAtt [A, B]", "{\n  \"Fn::GetAtt\": [\n    \"A\",\n    \"B\"\n  ]\n}"},
      Row{"!Join ['', []]", "{\n  \"Fn::Join\": [\n    \"\",\n    []\n  ]\n}"}, Row{"{}", "{}"},
      Row{"[1, '1', 1.50, true, yes, ~, 007]",
          "[\n  1,\n  \"1\",\n  1.5,\n  true,\n  true,\n  null,\n  \"007\"\n]"},
      Row{"{a: \"x\\n\\\"\\\\\\x01é\"}", "{\n  \"a\": \"x\\n\\\"\\\\\\u0001é\"\n}"});
  CAPTURE(row.yaml);
  text::SourceMap sources;
  text::Arena arena;
  const auto document = syntax::read(sources, arena, "t.yaml", row.yaml);
  REQUIRE(document.root != nullptr);
  CHECK(dialect::to_json(*document.root) == row.json);
}

TEST_CASE("an unresolved node prints its reason") {
  text::Arena arena;
  const syntax::Builder builder(arena);
  CHECK(dialect::to_json(*builder.unknown("${x}", "no such file", {})) ==
        "{\n  \"slsaudit::unknown\": \"no such file\"\n}");
}

TEST_CASE("sections print in CloudFormation's order and absent ones are left out") {
  text::Arena arena;
  const syntax::Builder builder(arena);
  dialect::Lowered lowered;
  lowered.outputs = builder.mapping({}, {});
  dialect::LoweredResource resource;
  resource.logical_id = "A";
  resource.body = builder.mapping({builder.entry("Type", builder.string("T", {}), {})}, {});
  lowered.resources.push_back(resource);
  CHECK(dialect::to_json(lowered) ==
        "{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n  \"Resources\": {\n"
        "    \"A\": {\n      \"Type\": \"T\"\n    }\n  },\n  \"Outputs\": {}\n}\n");
}
