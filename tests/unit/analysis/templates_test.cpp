// SPDX-License-Identifier: Apache-2.0
// What templates declare, pass and hold: resources, parameters, identities, secrets, stages, problems.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

struct Case {
  const char* name;
  std::string text;
  const char* expected;
};

template <std::size_t count>
void check(const Case (&cases)[count], std::string_view table, const std::vector<std::string>& columns) {
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows(table, columns) == c.expected);
    }
  }
}

const std::string sam = "Transform: AWS::Serverless-2016-10-31\n";
const std::string service = "service: shop\nprovider: {name: aws, runtime: nodejs22.x}\n";

} // namespace

TEST_CASE("problems become rows") {
  const Model model("Resources:\n  T:\n    Type: AWS::SQS::Queue\n    Type: AWS::SQS::Queue\n");
  CHECK(model.rows("problems", {"name", "dialect"}) == "repeated-key | cloudformation\n");
}

TEST_CASE("problems are named, and sound templates have none") {
  const Case cases[] = {
      {"a sound template", "Resources: {Q: {Type: AWS::SQS::Queue}}\n", ""},
      {"a reference to nothing",
       "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Missing}}}\n",
       "undeclared-reference | cloudformation\n"},
      {"a mapping that isn't there",
       "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [A, b, c]}}}\n",
       "undeclared-mapping | cloudformation\n"},
      {"a resource that waits for itself", "Resources: {Q: {Type: AWS::SQS::Queue, DependsOn: Q}}\n",
       "depends-on-itself | cloudformation\n"},
      {"an item past the end of a list",
       sam + "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Select [2, [a, b]]}}}\n",
       "select-out-of-range | sam\n"},
  };
  check(cases, "problems", {"name", "dialect"});
}

TEST_CASE("resources tell who made them and from what") {
  const Case cases[] = {
      {"defaults of the platform",
       "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  F: {Type: AWS::Lambda::Function, Condition: C}\n"
       "  K: {Type: AWS::Kinesis::Stream}\nParameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, "
       "x]}\n",
       "Q | AWS::SQS::Queue | false | cloudformation | null | null\n"
       "F | AWS::Lambda::Function | false | cloudformation | C | null\n"
       "K | AWS::Kinesis::Stream | false | cloudformation | null | null\n"},
      {"a SAM function brings its role", sam + "Resources: {F: {Type: AWS::Serverless::Function}}\n",
       "F | AWS::Lambda::Function | false | sam | null | null\n"
       "FRole | AWS::IAM::Role | true | sam | null | null\n"},
      {"what a service is called", service + "resources: {Resources: {Q: {Type: AWS::SQS::Queue}}}\n",
       "ServerlessDeploymentBucket | AWS::S3::Bucket | true | serverless | null | shop\n"
       "ServerlessDeploymentBucketPolicy | AWS::S3::BucketPolicy | true | serverless | null | shop\n"
       "Q | AWS::SQS::Queue | false | serverless | null | shop\n"},
      {"outside parties",
       "Resources:\n  F: {Type: AWS::Lambda::Function}\n"
       "  U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !Ref F}}\n",
       "F | AWS::Lambda::Function | false | cloudformation | null | null\n"
       "U | AWS::Lambda::Url | false | cloudformation | null | null\n"
       "internet | outside::internet | ? | ? | ? | ?\n"},
  };
  check(cases, "resources", {"id", "type", "generated", "dialect", "condition", "service"});
  const Model set("Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 90}}\n"
                  "  R: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: !Ref P}}\n"
                  "Parameters: {P: {Type: Number}}\n");
  CHECK(set.rows("resources", {"visibility_timeout", "retention"}) == "90 | 345600\n30 | ${P}\n");
}

TEST_CASE("parameters tell what they are and who shows them") {
  const Case cases[] = {
      {"none", "Resources: {Q: {Type: AWS::SQS::Queue}}\n", ""},
      {"one with a default and one of the store",
       "Parameters:\n  Size: {Type: Number, Default: 3}\n"
       "  Login: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/login}\n"
       "Resources: {Q: {Type: AWS::SQS::Queue}}\n",
       "Size | Number | 3 | false | []\nLogin | AWS::SSM::Parameter::Value<String> | /shop/login | false | "
       "[]\n"},
      {"not shown, and not shown by anything",
       "Parameters: {Key: {Type: String, NoEcho: true}}\n"
       "Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: !Ref Key}}}\n",
       "Key | String | null | true | []\n"},
      {"shown by what all functions get",
       sam + "Parameters: {Key: {Type: String, NoEcho: true}}\n"
             "Globals: {Function: {Environment: {Variables: {KEY: !Ref Key}}}}\n"
             "Resources: {F: {Type: AWS::Serverless::Function}}\n",
       "Key | String | null | true | [the environment of `F`]\n"},
      {"shown in a stored parameter of a service",
       service +
           "resources:\n  Parameters: {Key: {Type: String, NoEcho: true}}\n"
           "  Resources: {Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Key}}}\n",
       "Key | String | null | true | [the value of `Kept`]\n"},
  };
  check(cases, "parameters", {"name", "type", "default", "no_echo", "echoes"});
}

TEST_CASE("identities stand in ARNs and endpoints that somebody wrote") {
  const auto env = [](const std::string& text) {
    return "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {A: " + text +
           "}}}}}\n";
  };
  const Case cases[] = {
      {"an ARN", env("'arn:aws:sqs:eu-west-1:111122223333:jobs'"), "`F` | 111122223333 | eu-west-1\n"},
      {"an endpoint", env("'https://sqs.us-east-2.amazonaws.com/111122223333/jobs'"),
       "`F` | 111122223333 | us-east-2\n"},
      {"a region alone", env("!Sub 'arn:aws:sqs:eu-west-1:${AWS::AccountId}:jobs'"),
       "`F` | null | eu-west-1\n"},
      {"where it is deployed", env("!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs'"), ""},
      {"a bucket has neither", env("'arn:aws:s3:::photos/*'"), ""},
      {"a number that is no account", env("'111122223333'"), ""},
      {"a service",
       service +
           "functions: {f: {handler: a.b, environment: {A: 'arn:aws:sqs:eu-west-1:111122223333:jobs'}}}\n",
       "`f` | 111122223333 | eu-west-1\n"},
  };
  check(cases, "identities", {"resource", "account", "region"});
}

TEST_CASE("secrets are what opens something and stands there in plain text") {
  const auto env = [](const std::string& name, const std::string& text) {
    return "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {" + name +
           ": " + text + "}}}}}\n";
  };
  const Case cases[] = {
      {"a password", env("DB_PASSWORD", "Winter.2019"), "`F` | DB_PASSWORD | property | word\n"},
      {"a token by its format", env("X", "ghp_q8Zt3LkV7wYc2RmN5xPbJ1dHsF9gTe4uKa60"),
       "`F` | X | property | key\n"},
      {"a reference", env("DB_PASSWORD", "'{{resolve:secretsmanager:db:SecretString:password}}'"), ""},
      {"the secret's name", env("DB_PASSWORD_SECRET_NAME", "shop/db/login"), ""},
      {"a setting of a service",
       service + "custom: {dbPassword: Winter.2019}\nfunctions: {f: {handler: a.b}}\n",
       "null | dbPassword | custom | word\n"},
  };
  check(cases, "secrets", {"resource", "name", "where", "strength"});
}

TEST_CASE("stages are those of a service, or of a parameter that names are made of") {
  const auto named = [](const std::string& parameter, const std::string& name) {
    return "Parameters: {" + parameter + "}\nResources:\n  Asked: {Type: AWS::SNS::Topic" + name +
           "}\n  F: {Type: AWS::Lambda::Function}\n"
           "  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Asked, Protocol: lambda, "
           "Endpoint: "
           "!GetAtt F.Arn}}\n";
  };
  const std::string stage = "Stage: {Type: String, AllowedValues: [test, prod]}";
  const std::string name = ", Properties: {TopicName: !Sub '${Stage}-asked'}";
  const Case cases[] = {
      {"a parameter", named(stage, name), "parameter | [test, prod] | false | [`F`]\n"},
      {"one that no name is made of", named(stage, ""), ""},
      {"a parameter for something else", named("Size: {Type: String, AllowedValues: [s, m]}", ""), ""},
      {"a service's",
       "service: shop\nparams: {test: {a: 1}, prod: {a: 2}}\n"
       "provider: {name: aws, runtime: nodejs22.x, profile: shop}\n"
       "functions: {work: {handler: a.b, events: [{sns: asked}]}}\n",
       "service | [prod, test] | true | [`work`]\n"},
      {"whose function reserves",
       "service: shop\nparams: {test: {a: 1}, prod: {a: 2}}\n"
       "provider: {name: aws, runtime: nodejs22.x}\n"
       "functions: {work: {handler: a.b, reservedConcurrency: 5, events: [{sns: asked}]}}\n",
       "service | [prod, test] | false | []\n"},
      {"a service of one stage", service + "functions: {work: {handler: a.b, events: [{sns: asked}]}}\n", ""},
  };
  check(cases, "stages", {"source", "stages", "one_account", "unbounded"});
}
