// SPDX-License-Identifier: Apache-2.0
#include "analysis/secret_text.hpp"
#include "knowledge/key_formats.hpp"
#include "report/redact.hpp"
#include "report/screen.hpp"
#include "support/catch.hpp"

using namespace slsaudit;
using namespace slsaudit::report;

TEST_CASE("nothing in a template reaches the terminal as a command") {
  CHECK(printable("a\x1b[31mb") == "a\\u{1b}[31mb");
  CHECK(printable("a\xE2\x80\xAE"
                  "b") == "a\\u{202e}b");
  CHECK(printable("\xC2\x9B") == "\\u{9b}");
  CHECK(printable("\xFFx") == "\\u{ff}x");
  CHECK(printable("one\ntwo\tthree") == "one\ntwo three");
  CHECK(printable("\xC3\xA9\xF0\x9F\x98\x80") == "\xC3\xA9\xF0\x9F\x98\x80");
}

TEST_CASE("columns follow what is shown") {
  const ScreenLine line = screen_line("\ta\xC3\xA9\xE6\xBC\xA2z");
  CHECK(line.text == "    a\xC3\xA9\xE6\xBC\xA2z");
  CHECK(line.columns[1] == 4); // a
  CHECK(line.columns[2] == 5); // é
  CHECK(line.columns[4] == 6); // 漢, two cells
  CHECK(line.columns[7] == 8); // z
  CHECK(line.columns.back() == 9);
}

TEST_CASE("long lines are cut round the span") {
  const ScreenLine line = screen_line(std::string(50, 'a') + "HERE" + std::string(50, 'b'));
  const Clipped clipped = clip(line, 50, 54, 30);
  CHECK(clipped.text == "\xE2\x80\xA6"
                        "aaaaaaaaaHERE" +
                            std::string(15, 'b') + "\xE2\x80\xA6");
  CHECK(clipped.begin == 10);
  CHECK(clipped.end == 14);
  CHECK(clip(line, 0, 4, 30).text == std::string(29, 'a') + "\xE2\x80\xA6");
  CHECK(clip(line, 100, 104, 30).begin == 26);
  CHECK(clip(line, 0, 104, 30).end == 30);
  CHECK(clip(line, 0, 4, 200).text == line.text);
}

TEST_CASE("secrets are not printed whole, and lengths stay") {
  struct Case {
    const char* line;
    const char* shown;
  };
  const auto c = GENERATE(values<Case>({
      {"AWS_KEY: AKIAIOSFODNN7EXAMPLE", "AWS_KEY: AKIA****************"},
      {"  DbPassword: hunter22", "  DbPassword: hu******"},
      {"  \"ApiKey\": \"abcdefgh12345678\",", "  \"ApiKey\": \"abcd************\","},
      {"MasterUserPassword: !Ref Password", "MasterUserPassword: !Ref Password"},
      {"SecretString: ~   # put in by hand", "SecretString: ~   # put in by hand"},
      {"ManageMasterUserPassword: true   # AWS makes one",
       "ManageMasterUserPassword: true   # AWS makes one"},
      {"Password: '{{resolve:ssm:/x}}'", "Password: '{{resolve:ssm:/x}}'"},
      {"TOKEN: ${env:TOKEN}", "TOKEN: ${env:TOKEN}"},
      {"SecretArn: arn:aws:x", "SecretArn: arn:aws:x"},
      {"Secret: arn:aws:x", "Secret: arn:aws:x"},
      {"Url: postgres://me:s3cretpw@db/x", "Url: postgres://me:s3******@db/x"},
      {"Url: https://host:8080/a@b", "Url: https://host:8080/a@b"},
      {"QueueName: orders", "QueueName: orders"},
      {"  MIIEpAIBAAKCAQEA04up8hoqzS1+APIB0RhjXyObwHQnOzhAk5Bd7mhkSbPkyhP1",
       "  MIIE************************************************************"},
      {"CustomResourceProviderframeworkisComplete2713CDE6",
       "CustomResourceProviderframeworkisComplete2713CDE6"}, // an id that the CDK makes
      {"AccessKey: ~\nUploader: {Type: T}", "AccessKey: ~\nUploader: {Type: T}"},
      {"Password:\nPassword: hunter22\n", "Password:\nPassword: hu******\n"},
      {"Resource: !Sub arn:aws:secretsmanager:${AWS::Region}:secret:shop/db",
       "Resource: !Sub arn:aws:secretsmanager:${AWS::Region}:secret:shop/db"},
      {"Token:", "Token:"},
      {"Password: \"", "Password: \""},
      {"a=b: password", "a=b: password"},
      {"  Password: a secret of words # why", "  Password: a se************* # why"},
      {"  - Password: a secret of words", "  - Password: a se*************"},
      {"Variables: {PASSWORD: two words, X: y}", "Variables: {PASSWORD: tw*******, X: y}"},
      {"the key password: found a list", "the key password: f**** a list"},
      {"!Sub \"{{resolve:secretsmanager:${Login}:SecretString:password}}\"",
       "!Sub \"{{resolve:secretsmanager:${Login}:SecretString:password}}\""},
      {"{{resolve:ssm:x}} SecretString:password", "{{resolve:ssm:x}} SecretString:pa******"},
  }));
  CAPTURE(c.line);
  CHECK(redact(c.line) == c.shown);
}

TEST_CASE("references that say no more than where a text comes from") {
  for (const std::string_view value : {"!Ref Password", "!GetAtt Login.Arn", "{\"Ref\": \"Password\"}",
                                       "{\"Fn::GetAtt\": [\"Login\", \"Arn\"]}", "{Ref: Password}"}) {
    CAPTURE(value);
    CHECK(report::is_mere_reference(value));
  }
  for (const std::string_view value :
       {"", "!Ref", "hunter2", "!Sub secret-${Name}", "!Ref a-b", "Reference 1", "{\"Ref\": \"s3cr3t!\"}"}) {
    CAPTURE(value);
    CHECK_FALSE(report::is_mere_reference(value));
  }
}

TEST_CASE("a secret whose key stands above is not printed whole either") {
  struct Case {
    std::string above;
    std::string line;
    std::string shown;
  };
  const auto c = GENERATE(values<Case>({
      {"Password:\n", "  hunter22", "  hu******"},
      {"Password: >-\n", "  hunter22", "  hu******"},
      {"Password: |\n  first\n\n    second\n", "      a: hunter22", "      a: hu******"},
      {"Password: hunter\n", "  hunter22", "  hu******"},
      {"DbPassword:\n  Type: String\n", "  Default: hunter22", "  Default: hu******"},
      {"  \"DbPassword\": {\n    \"Type\": \"String\",\n", "    \"Default\": \"hunter22\",",
       "    \"Default\": \"hu******\","},
      {"Environment:\n  - Name: DB_PASSWORD\n", "    Value: hunter22", "    Value: hu******"},
      {"Environment:\n  - Name: DB_PASSWORD\n", "    Value: !Ref DbPassword", "    Value: !Ref DbPassword"},
      {"Environment:\n  - Name: DB_HOST\n", "    Value: localhost", "    Value: localhost"},
      {"Environment:\n  - Name: DB_PASSWORD\n    Value: x\n  - Name: HOST\n", "    Value: localhost",
       "    Value: localhost"},
      {"DbPassword:\n", "  Type: String", "  Type: String"},
      {"Secret:\n  Type: AWS::SecretsManager::Secret\n  Properties:\n", "    Name: orders-db",
       "    Name: orders-db"},
      {"Password: x\n", "Handler: app.handler", "Handler: app.handler"},
      {"", "  text", "  text"},
  }));
  CAPTURE(c.above, c.line);
  CHECK(redact_below(c.above, c.line) == c.shown);
}

TEST_CASE("each kind of key that is found is hidden, wherever it stands") {
  constexpr std::string_view made_up = "q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4uKa60";
  for (const knowledge::KeyFormat& format : knowledge::key_formats()) {
    std::string body;
    while (body.size() < format.least) body += made_up;
    body.resize(format.least);
    std::string key = std::string(format.prefix) + body;
    if (format.is_address()) key += "/B05RW3N9XLC/" + std::string(made_up);
    CAPTURE(format.prefix, key);
    const auto found = analysis::judge_secret("anything", "see " + key + ", or ask");
    REQUIRE(found);
    CHECK(found->what == format.what);
    const std::string shown = redact("the value of `anything`: see " + key + ", or ask");
    CHECK(shown.find(key.substr(4)) == std::string::npos);
    CHECK(shown.find(made_up.substr(0, 12)) == std::string::npos);
    CHECK(shown.ends_with(", or ask"));
    const std::string inside = "x" + key; // of a longer word, it is none
    CHECK((format.is_address() || !analysis::judge_secret("anything", inside)));
  }
}
