// SPDX-License-Identifier: Apache-2.0
// What is a secret, what is none, and where it is found.
#include "analysis/secret_text.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

std::string judged(const std::string& name, const std::string& text) {
  const auto secret = analysis::judge_secret(name, text);
  return secret ? std::string(analysis::name(secret->strength)) + ": " + secret->what : "none";
}

} // namespace

TEST_CASE("of a webhook's address all is counted that belongs to it") {
  const auto secret = analysis::judge_secret(
      "HOOK",
      "https://discord.com/api/webhooks/1049382756104938275/q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4u?wait=true");
  REQUIRE(secret);
  CHECK(secret->shown == "`http…` (85 characters)");
}

TEST_CASE("a text is judged by its looks and its name") {
  const std::string long_body(220, 'q');
  struct Case {
    std::string name;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"anything", "ghp_q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4uKa60", "key: a GitHub token"},
      {"anything", "xxghp_q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4uKa60", "none"},
      {"anything", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "none"},
      {"anything", "AKIAIOSFODNN7EXAMPLE", "none"},
      {"anything", "export KEY=AKIAZQ3DR7TGVLXY2K4F;", "random: an AWS access key id"},
      {"HOOK", "https://hooks.slack.com/services/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",
       "random: the address of a Slack webhook"},
      {"HOOK",
       "https://discord.com/api/webhooks/1049382756104938275/q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4u/slack?wait=1",
       "random: the address of a Discord webhook"},
      {"HOOK", "https://discord.com/api/webhooks/1049382756104938275", "none"},
      {"HOOK", "https://discord.com/api/webhooks/1049382756104938275/${}", "none"},
      {"HOOK", "https://hooks.slack.com/services/T04QK8Z2M7P/B05RW3N9XLC/xxxxxxxxxxxxxxxxxxxxxxxx", "none"},
      {"anything", "-----BEGIN RSA PRIVATE KEY-----\n" + long_body, "key: a private key"},
      {"anything", "-----BEGIN PUBLIC KEY-----\n" + long_body, "none"},
      {"DB_URL", "postgres://app:Winter.2019@db.internal/shop", "word: a password in an address"},
      {"DB_URL", "postgres://shop:shop@db.internal/shop", "word: a password in an address"},
      {"DB_URL", "postgres://shop:shop@${}/shop", "word: a password in an address"},
      {"DB_URL", "postgres://shop:shop@db/shop", "none"},
      {"DB_URL", "postgres://shop:shop@127.0.0.1:5432/shop", "none"},
      {"DB_URL", "postgres://app:${}@db.internal/shop", "none"},
      {"DB_URL", "https://api.internal/v1", "none"},
      {"dbPassword", "Winter.2019", "word: a password"},
      {"dbPassword", "shopTrustPass1234", "word: a password"},
      {"DB_PASSWORD", "changeme", "none"},
      {"DB_PASSWORD", "<enter it>", "none"},
      {"DB_PASSWORD", "DB_PASSWORD", "none"},
      {"PASSWORD_MIN_LENGTH", "12345678", "none"},
      {"API_TOKEN", "7c1e9b04d25f4a6e8b3d0f92a7c6e518", "random: a secret"},
      {"apiKey", "4be2a98c10f7d3e65a9b", "random: a secret"},
      {"EventSourceToken", "amzn1.ask.skill.4be2a98c-10f7-43e6-8a9b-7c1e9b04d25f", "none"},
      {"API_TOKEN", "shop-api-token-v2", "none"},
      {"API_TOKEN", "/shop/7c1e9b04d25f4a6e8b3d0f92a7c6e518", "none"},
      {"API_TOKEN", "AQICAHh7c1e9b04d25f4a6e8b3d0f92a7c6e518", "none"},
      {"TOKEN_TABLE", "7c1e9b04d25f4a6e8b3d0f92a7c6e518", "none"},
      {"SECRET_ARN", "7c1e9b04d25f4a6e8b3d0f92a7c6e518", "none"},
      {"PUBLIC_KEY", "7c1e9b04d25f4a6e8b3d0f92a7c6e518", "none"},
      {"COMMIT", "7c1e9b04d25f4a6e8b3d0f92a7c6e518", "none"},
      {"API_SECRET", "", "none"},
      {"JWT_SECRET", "supersecret2024", "word: a secret"},
      {"JWT_SIGNING_SECRET", "moonlight", "word: a secret"},
      {"sessionSecret", "moonlight", "word: a secret"},
      {"JWT_SECRET", "shop/jwt", "none"},
      {"JWT_SECRET", "shop-jwt-secret", "none"},
      {"JWT_SECRET", "your-secret-key", "none"},
      {"JWT_SECRET_NAME", "moonlight", "none"},
      {"JWT_SECRET", "jwtsecret", "word: a secret"},
      {"JWT_SECRET", "JWT_SECRET", "none"},
      {"jwtSecret", "jwtsecret", "none"},
      {"DB_PASSWORD", "mydbpassword1", "word: a password"},
      {"DB_PASSWORD", "my-db-password", "none"},
      {"DB_PASSWORD_SECRET", "dbpasswordsecret", "none"},
      {"APP_SECRET", "KJHGSDIOKJOHDF", "word: a secret"},
      {"APP_SECRET", "SHIPMENTSCREDITS", "none"},
      {"MAIL_PASSWORD", "qhrt wxbe mzcl vnta", "random: an application's password"},
      {"MAIL_PASSWORD", "some text goes here", "none"},
      {"API_TOKEN", "qhrt wxbe mzcl vnta", "none"},
      {"PASSWORD1", "Winter.2019", "word: a password"},
      {"CLIENT_SECRET", "moonlight", "none"},
  };
  for (const Case& c : cases) {
    INFO(c.name << ": " << c.text);
    CHECK(judged(c.name, c.text) == c.expected);
  }
}

TEST_CASE("what a service takes as a password is one, but for what is to be filled in") {
  const auto judged_as_password = [](const char* text) {
    const auto secret = analysis::judge_password(text);
    return secret ? std::string(analysis::name(secret->strength)) : "none";
  };
  for (const char* text : {"change-me", "changeme", "password", "admin", "12345678", "test1234"})
    CHECK(judged_as_password(text) == "deployed");
  CHECK(judged_as_password("pX7fQ2mZ9rT4vB1kW8") == "random");
  for (const char* text :
       {"", "<password>", "REPLACE_ME", "your-password", "xxxxxxxx", "********", "aaaa", "{{resolve:x}}"})
    CHECK(judged_as_password(text) == "none");
}

TEST_CASE("a secret is shown by its start at most") {
  const auto secret = analysis::judge_secret("dbPassword", "Winter.2019");
  REQUIRE(secret);
  CHECK(secret->shown == "`Wi…` (11 characters)");
  const auto key = analysis::judge_secret("x", "ghp_q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4uKa60");
  REQUIRE(key);
  CHECK(key->shown == "`ghp_…` (40 characters)");
}

TEST_CASE("secrets are found in properties, names beside values, JSON and defaults") {
  const Model model(R"(Parameters:
  Password: {Type: String, Default: Winter.2019}
  StoredPassword: {Type: "AWS::SSM::Parameter::Value<String>", Default: ShopLogin}
  PasswordCheck: {Type: String, Default: strictly, AllowedValues: [strictly, loosely]}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Environment:
            - {Name: API_TOKEN, Value: 7c1e9b04d25f4a6e8b3d0f92a7c6e518}
            - {Name: STAGE, Value: 7c1e9b04d25f4a6e8b3d0f92a7c6e518}
  Login:
    Type: AWS::SecretsManager::Secret
    Properties: {SecretString: '{"username": "app", "password": "Sommer.2020"}'}
  Orders: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: !Ref Password}}
)");
  CHECK(model.rows("secrets", {"resource", "name", "where", "strength"}) ==
        "null | Password | parameter | word\n"
        "`Task` | API_TOKEN | property | random\n"
        "`Login` | SecretString | property | word\n"
        "`Orders` | MasterUserPassword | parameter | word\n");
}

TEST_CASE("what shows a parameter that is not to be shown") {
  const Model model(R"(Parameters:
  Secret: {Type: String, NoEcho: true, Default: abc}
  Plain: {Type: String}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {A: !Sub "x${Secret}", B: !Ref Plain}}}
  Safe: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Ref Secret}}
Outputs:
  Shown: {Value: !Ref Secret}
  Fine: {Value: !Ref Plain}
)");
  CHECK(model.rows("parameters", {"name", "no_echo", "echoes"}) ==
        "Secret | true | [output `Shown`, the environment of `Worker`]\n"
        "Plain | false | []\n");
}

TEST_CASE("what a store keeps is handed to where it is shown") {
  const std::string function = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n"
                               "      Environment: {Variables: {";
  struct Case {
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {function + "A_TOKEN: '{{resolve:secretsmanager:shop/login:SecretString:token:AWSCURRENT}}'}}\n",
       "A_TOKEN | the environment of `F` | Secrets Manager | shop/login | token | true\n"},
      {function + "LOGIN: "
                  "'{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-"
                  "password-a1}}'"
                  "}}\n",
       "LOGIN | the environment of `F` | Secrets Manager | "
       "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-password-a1 | null | true\n"},
      {function +
           "URL: !Sub 'pg://u:{{resolve:secretsmanager:${AWS::StackName}-db:SecretString:password}}@h'}}\n",
       "URL | the environment of `F` | Secrets Manager | ${AWS::StackName}-db | password | false\n"},
      {function + "A_HOST: '{{resolve:secretsmanager:db-secret:SecretString:host}}', "
                  "A_TOKEN_TABLE: '{{resolve:ssm:/a/token-table}}', A_TOKEN: '{{resolve:ssm:/a/issuer}}', "
                  "B: '{{resolve:secretsmanager:db', C: '{{resolve:ssm-secure:/a/token}}'}}\n",
       ""},
      {"Conditions: {Live: !Equals [!Ref AWS::Region, eu-west-1]}\n"
       "Resources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n"
       "        - {Name: c, Environment: [{Name: API_KEY, Value: !If [Live, '{{resolve:ssm:/a/api-key}}', "
       "none]}]}\n",
       "API_KEY | the container definitions of `T` | Parameter Store | /a/api-key | null | true\n"},
      {"Resources:\n  B:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Environment:\n        "
       "EnvironmentVariables:\n"
       "          - {Name: NPM_TOKEN, Value: '{{resolve:secretsmanager:npm}}'}\n"
       "          - {Name: GIT_TOKEN, Type: PARAMETER_STORE, Value: '{{resolve:secretsmanager:git}}'}\n",
       "NPM_TOKEN | the environment of `B` | Secrets Manager | npm | null | true\n"},
      {"Resources:\n  S: {Type: AWS::ApiGateway::Stage, Properties: {Variables: {token: "
       "'{{resolve:ssm:token}}'}}}\n",
       "token | the stage variables of `S` | Parameter Store | token | null | true\n"},
      {"Parameters: {Token: {Type: String, NoEcho: true, Default: "
       "'{{resolve:secretsmanager:a:SecretString:token}}'}}\n" +
           function + "A_TOKEN: !Ref Token}}\n",
       ""},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(Model(one.text).rows("handed_secrets", {"name", "place", "store", "id", "key", "alone"}) ==
          one.expected);
  }
  const Model service("service: shop\nprovider: {name: aws, runtime: nodejs22.x}\ncustom:\n"
                      "  token: ${ssm:/shop/${sls:stage}/token}\nfunctions:\n  f:\n    handler: f.handler\n"
                      "    environment:\n      A_TOKEN: ${self:custom.token}\n"
                      "      B_TOKEN: x${ssm:/shop/token}\n      C_TOKEN: '{{resolve:ssm:/shop/token}}'\n");
  CHECK(service.rows("handed_secrets", {"name", "id", "variable", "address"}) ==
        "A_TOKEN | /shop/dev/token | ${ssm:/shop/${sls:stage}/token} | /shop/${sls:stage}/token\n"
        "B_TOKEN | /shop/token | x${ssm:/shop/token} | null\n"
        "C_TOKEN | /shop/token | null | null\n");
}

TEST_CASE("actions that do not exist are told with the nearest that does") {
  const Model model(R"(Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: [dynamodb:GetItems, "dynamodb:get*", nosuchservice:Act, "*", GetItem], Resource: "*"}
)");
  const analysis::Table* table = model.table("statements");
  REQUIRE(table != nullptr);
  REQUIRE(table->rows.size() == 1);
  const cel::Value unknown = table->rows.front().field("unknown_actions");
  REQUIRE(unknown.list() != nullptr);
  REQUIRE(unknown.list()->size() == 2);
  std::string all;
  for (const cel::Value& one : *unknown.list()) {
    for (const auto& entry : *one.map()) all += Model::show(entry.second) + " ";
  }
  CHECK(all == "dynamodb:GetItems dynamodb:GetItem GetItem null ");
}

TEST_CASE("an action that is none is the likeliest of those that do what its first word says") {
  const auto nearest = [](const std::string& action) {
    const Model model("Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n"
                      "        - PolicyName: p\n          PolicyDocument:\n            Statement:\n"
                      "              - {Effect: Allow, Action: \"" +
                      action + "\", Resource: \"*\"}\n");
    const cel::Value unknown = model.table("statements")->rows.front().field("unknown_actions");
    REQUIRE(unknown.list()->size() == 1);
    std::string found;
    for (const auto& entry : *unknown.list()->front().map()) found = Model::show(entry.second);
    return found;
  };
  CHECK(nearest("kinesis:DescribeSummary") == "kinesis:DescribeStreamSummary");
  CHECK(nearest("sqs:SendMessageBatch") == "sqs:SendMessage");
  CHECK(nearest("sqs:ChangeMessageVisibilityBatch") == "sqs:ChangeMessageVisibility");
  CHECK(nearest("s3:PutObjectVersion") == "s3:PutObject"); // not GetObjectVersion, which is nearer by letters
  CHECK(nearest("s3:HeadObject") == "s3:GetObject");
  CHECK(nearest("ec2:DescribeInstance") == "ec2:DescribeInstances");
  CHECK(nearest("dynamodb:GetItms") == "dynamodb:GetItem");
  CHECK(nearest("s3:Frobnicate") == "null");
}

TEST_CASE("a deletion policy that can't be known is not none") {
  const Model model(R"(Transform: AWS::LanguageExtensions
Parameters: {Policy: {Type: String}}
Resources:
  A: {Type: AWS::DynamoDB::Table}
  B: {Type: AWS::DynamoDB::Table, DeletionPolicy: Retain}
  C: {Type: AWS::DynamoDB::Table, DeletionPolicy: !Ref Policy}
)");
  CHECK(model.rows("resources", {"id", "deletion_policy"}) == "A | null\nB | Retain\nC | ?\n");
}
