// SPDX-License-Identifier: Apache-2.0
// Files that are no templates, or hardly: the first error of each, and where it is.
#include "audit/load.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace slsaudit;

namespace {

using namespace std::string_literals;

struct Row {
  std::string path;
  std::string text;
  std::string expected; ///< "NAME LINE:COLUMN", or "ok".
};

std::string many(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string first_error(const Row& row) {
  const text::MemoryFileSystem files{{row.path, row.text}};
  text::SourceMap sources;
  text::Arena arena;
  const audit::Loaded loaded = audit::load({.paths = {row.path}}, files, sources, arena);
  if (!loaded.failures.empty()) return loaded.failures.front();
  if (loaded.errors.empty()) return loaded.templates.empty() ? "nothing" : "ok";
  const auto first = std::ranges::min_element(loaded.errors, {}, &text::Problem::span);
  const text::Position at = sources.position(first->span.file, first->span.begin);
  return first->name + " " + std::to_string(at.line) + ":" + std::to_string(at.column);
}

const std::string queue = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n";

std::vector<Row> rows() {
  return {
      {"t.yaml", "", "empty-file 1:1"},
      {"t.yaml", "\n\n", "empty-file 1:1"},
      {"t.yaml", "# only a comment\n", "empty-file 1:1"},
      {"t.yaml", "---\n...\n", "empty-file 1:1"},
      {"t.yaml", "~\n", "not-a-template 1:1"},
      {"t.yaml", "word\n", "not-a-template 1:1"},
      {"t.yaml", "[]\n", "not-a-template 1:1"},
      {"t.yaml", "{}\n", "not-a-template 1:1"},
      {"t.yaml", "- Resources\n", "not-a-template 1:1"},
      {"t.yaml", "Resources\n", "not-a-template 1:1"},
      {"t.yaml", "Resources:\n", "not-a-template 1:1"},
      {"t.yaml", "Resources: {}\n", "not-a-template 1:1"},
      {"t.yaml", queue + "---\n" + queue, "several-documents 3:1"},
      {"t.yaml", queue + "...\nmore\n", "bad-indentation 4:1"},
      {"t.yaml", "\tResources: {}\n", "tab-indentation 1:1"},
      {"t.yaml", "Resources:\n\tQ: {}\n", "tab-indentation 2:1"},
      {"t.yaml", "Resources: [\n", "missing-value 2:1"},
      {"t.yaml", "Resources: {Q: {\n", "missing-value 2:1"},
      {"t.yaml", "Resources: }\n", "missing-value 1:12"},
      {"t.yaml", "Resources: ]\n", "missing-value 1:12"},
      {"t.yaml", "Resources: \"open\n", "unclosed-quote 1:12"},
      {"t.yaml", R"(Resources: 'open)", "unclosed-quote 1:12"},
      {"t.yaml", "Resources: *gone\n", "undefined-alias 1:12"},
      {"t.yaml", "Resources: &a *a\n", "bad-indentation 1:15"},
      {"t.yaml", "Resources: &a {b: *a}\n", "cyclic-alias 1:19"},
      {"t.yaml", "Resources: &a &b {}\n", "bad-indentation 1:15"},
      {"t.yaml", "Resources: !\n", "not-a-template 1:1"},
      {"t.yaml", "Resources: !<unclosed {}\n", "bad-tag 1:12"},
      {"t.yaml", "%YAML 9.9\n---\n" + queue, "bad-directive 1:1"},
      {"t.yaml", "%TAG ! tag:example.com,2000:\n---\n" + queue, "ok"},
      {"t.yaml", "%NONE\n" + queue, "bad-directive 1:1"},
      {"t.yaml", "? Resources\n: {Q: {Type: AWS::SQS::Queue}}\n", "ok"},
      {"t.yaml", "? [a, b]\n: c\n" + queue, "non-scalar-key 1:3"},
      {"t.yaml", "{a: b}: c\n" + queue, "json-syntax 1:2"},
      {"t.yaml", "Resources: {Q: 1}\nResources: {R: 2}\n", "not-a-template 1:1"},
      {"t.yaml", "Resources:\n  Q: {Type: AWS::SQS::Queue}\n Z: 1\n", "bad-indentation 3:2"},
      {"t.yaml", "Resources:\n  Q: a: b\n", "unexpected-colon 2:7"},
      {"t.yaml", "Resources: @at\n", "reserved-character 1:12"},
      {"t.yaml", "Resources: `tick`\n", "reserved-character 1:12"},
      {"t.yaml", "Resources: |+9x\n  a\n", "bad-block-text 1:15"},
      {"t.yaml", "Resources: |\nless\n", "missing-colon 2:1"},
      {"t.yaml", "Resources: \"\\q\"\n", "bad-escape 1:13"},
      {"t.yaml", "Resources: \"\\xZZ\"\n", "bad-escape 1:15"},
      {"t.yaml", "Resources: \"\\uD800\"\n", "bad-escape 1:15"},
      {"t.yaml", "Resources: \"\\U00110000\"\n", "bad-escape 1:15"},
      {"t.yaml", "Resources: \0\n"s, "control-character 1:12"},
      {"t.yaml", "Res\0ources: {}\n"s, "control-character 1:4"},
      {"t.yaml", "Resources: {Q: \x1B[31m}\n", "control-character 1:16"},
      {"t.yaml", "Resources: \xFF\xFE\n", "not-text 1:1"},
      {"t.yaml",
       "\xFF\xFE"
       "R\0e\0s\0"s,
       "not-a-template 1:1"},
      {"t.yaml", "\xFE\xFF\0R\0e"s, "not-a-template 1:1"},
      {"t.yaml", "\xEF\xBB\xBF" + queue, "ok"},
      {"t.yaml", "\xEF\xBB" + queue, "invalid-utf8 1:1"},
      {"t.yaml", "\xC0\xAE" + queue, "invalid-utf8 1:1"},
      {"t.yaml", queue + "\xED\xA0\x80: 1\n", "invalid-utf8 3:1"},
      {"t.yaml", queue + many("# c\n", 5000), "ok"},
      {"t.yaml", "Resources: " + many("[", 300) + "\n", "too-deep 1:211"},
      {"t.yaml", "Resources: " + many("{a: ", 300) + "\n", "too-deep 1:808"},
      {"t.yaml", "Resources:\n" + many(" ", 3000) + "Q: {Type: AWS::SQS::Queue}\n", "ok"},
      {"t.yaml", many("- ", 300) + "\n", "too-deep 1:401"},
      {"t.yaml", many("? ", 300) + "\n", "non-scalar-key 1:203"},
      {"t.yaml", many("!a ", 300) + "\n", "text-after-document 1:4"},
      {"t.yaml", many("&a ", 300) + "\n", "text-after-document 1:4"},
      {"t.yaml", many("\"", 3001) + "\n", "text-after-document 1:3"},
      {"t.yaml", "Resources: {<<: 1, Q: {Type: AWS::SQS::Queue}}\n", "merge-not-mapping 1:17"},
      {"t.yaml", "Resources: {<<: [1, {}]}\n", "merge-not-mapping 1:17"},
      {"t.yaml", "Resources:\r  Q: {Type: AWS::SQS::Queue}\r", "ok"},
      {"t.yaml", "<<<<<<< HEAD\n" + queue + "=======\n>>>>>>> other\n", "unexpected-colon 2:1"},
      {"t.yaml", "{{ template }}\n" + queue, "json-syntax 1:2"},
      {"t.yaml", "{% if x %}\n" + queue + "{% endif %}\n", "json-syntax 1:2"},
      {"t.yaml", "<xml>Resources</xml>\n", "not-a-template 1:1"},
      {"t.yaml", "#!/bin/sh\necho Resources:\n", "not-a-template 2:1"},
      {"t.yaml",
       "\x7F"
       "ELF\0\0\0\0\0\0\0\0"s,
       "control-character 1:1"},
      {"t.yaml", "PK\3\4\0\0\0\0\0\0"s, "not-text 1:1"},
      {"t.yaml", "\x1F\x8B\b\0\0\0\0\0"s, "not-text 1:1"},
      {"t.json", "", "empty-file 1:1"},
      {"t.json", "{", "unclosed-bracket 1:2"},
      {"t.json", "}", "json-syntax 1:1"},
      {"t.json", "[", "unclosed-bracket 1:2"},
      {"t.json", "null", "not-a-template 1:1"},
      {"t.json", "nul", "bad-value 1:1"},
      {"t.json", "1", "not-a-template 1:1"},
      {"t.json", "\"Resources\"", "not-a-template 1:1"},
      {"t.json", R"({"Resources": })", "json-syntax 1:15"},
      {"t.json", R"({"Resources": {}, })", "trailing-comma 1:19"},
      {"t.json", R"({'Resources': {}})", "json-syntax 1:2"},
      {"t.json", R"({Resources: {}})", "json-syntax 1:2"},
      {"t.json", R"({"Resources" {}})", "json-syntax 1:14"},
      {"t.json", R"({"Resources": {}} x)", "several-values 1:19"},
      {"t.json", R"({"Resources": {}}{})", "several-values 1:18"},
      {"t.json", R"({"Resources": {}, "Resources": {}})", "not-a-template 1:2"},
      {"t.json", R"({"Resources": "a)", "unclosed-quote 1:15"},
      {"t.json", "{\"Resources\": \"a\nb\"}", "unclosed-quote 1:15"},
      {"t.json", R"({"Resources": "\q"})", "bad-escape 1:16"},
      {"t.json", R"({"Resources": "\u12"})", "bad-escape 1:16"},
      {"t.json", R"({"Resources": "\ud800"})", "not-a-template 1:2"},
      {"t.json", R"({"Resources": 01})", "bad-number 1:15"},
      {"t.json", R"({"Resources": 1.})", "bad-number 1:15"},
      {"t.json", R"({"Resources": .5})", "bad-number 1:15"},
      {"t.json", R"({"Resources": -})", "bad-value 1:15"},
      {"t.json", R"({"Resources": 1e})", "bad-number 1:15"},
      {"t.json", R"({"Resources": +1})", "bad-number 1:15"},
      {"t.json", R"({"Resources": NaN})", "bad-number 1:15"},
      {"t.json", R"({"Resources": 0x1})", "bad-number 1:15"},
      {"t.json", R"({"Resources": 1e999999})", "not-a-template 1:2"},
      {"t.json", R"(// note
{"Resources": {}})",
       "json-comment 1:1"},
      {"t.json", R"(/* note */ {"Resources": {}})", "json-comment 1:1"},
      {"t.json", R"({"Resources": [1 2]})", "json-syntax 1:18"},
      {"t.json", R"({"Resources": [,]})", "json-syntax 1:16"},
      {"t.json", R"({,})", "json-syntax 1:2"},
      {"t.json", R"({"a":1,,"Resources": {}})", "json-syntax 1:8"},
      {"t.json", R"({1: 2})", "json-syntax 1:2"},
      {"t.json", R"({"Resources": TRUE})", "bad-value 1:15"},
      {"t.json", "{\"Resources\": \0}"s, "json-syntax 1:15"},
      {"t.json", "{\"Resources\": \"\x1B\"}", "control-character 1:16"},
      {"t.json", "{\"Resources\": \"\xFF\"}", "invalid-utf8 1:16"},
      {"t.json", "\xEF\xBB\xBF{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}}}", "ok"},
      {"t.json", "{\"Resources\": " + many("[", 300), "too-deep 1:214"},
      {"t.json", many("{\"a\":", 300), "too-deep 1:1001"},
      {"t.json", "{\"Resources\": " + many("9", 5000) + "}", "not-a-template 1:2"},
      {"t.json", "{\"Resources\": \"" + many("\\\\", 5001) + "}", "unclosed-quote 1:15"},
      {"t.json", "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}}}\n\n\n", "ok"},
      {"serverless.yml", "service:\n", "not-a-template 1:1"},
      {"serverless.yml", "service: s\n", "not-a-template 1:1"},
      {"serverless.yml", "service: s\nprovider:\n", "not-a-template 1:1"},
      {"serverless.yml", "service: s\nprovider: aws\n", "ok"},
      {"serverless.yml", "service: s\nprovider: {name: aws}\nfunctions: ${file(f.yml)}\n", "ok"},
      {"serverless.yml", "service: ${self:service}\nprovider: {name: aws}\n", "variable-cycle 1:10"},
      {"serverless.yml",
       "service: s\nprovider: {name: aws}\ncustom: {a: \"${self:custom.b}\", b: "
       "\"${self:custom.a}\"}\nresources: {Description: \"${self:custom.a}\"}\n",
       "variable-cycle 3:13"},
      {"serverless.yml", "service: s\nprovider: ${self:}\n", "variable-cycle 2:11"},
      {"serverless.yml", "service: s\nprovider: {name: aws, stage: \"${\"}\n", "ok"},
      {"serverless.yml", "service: s\nprovider: {name: aws, stage: \"${}\"}\n", "ok"},
      {"serverless.yml",
       "service: s\nprovider: {name: aws, stage: \"" + many("${self:", 200) + many("}", 200) + "\"}\n", "ok"},
      {"serverless.yml", "service: s\nprovider: {name: aws}\nfunctions: [f]\n", "wrong-shape 3:13"},
      {"serverless.yml", "service: s\nprovider: {name: aws}\nfunctions: {f: }\n", "ok"},
      {"serverless.yml", "service: s\nprovider: {name: aws}\nfunctions: {f: {handler: a.b, events: [{}]}}\n",
       "wrong-shape 3:40"},
      {"serverless.yml",
       "service: s\nprovider: {name: aws}\nfunctions: {f: {handler: a.b, events: [http]}}\n",
       "http-event-without-path 3:40"},
      {"serverless.yml", "service: s\nprovider: {name: [aws]}\n", "ok"},
      {"serverless.yml", "service: s\nprovider: {name: mars}\nfunctions: {f: {handler: a.b}}\n", "ok"},
      {"serverless.yml", "service: s\nprovider: {name: aws}\nresources: [1, [2], {Resources: 3}]\n",
       "wrong-shape 3:13"},
  };
}

} // namespace

TEST_CASE("broken files have the stated outcome") {
  for (const Row& row : rows()) {
    CAPTURE(row.path);
    CAPTURE(row.text.substr(0, 80));
    CHECK(first_error(row) == row.expected);
  }
}
