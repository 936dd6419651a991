// SPDX-License-Identifier: Apache-2.0
// Quotas, connections and costs: computed by hand.
#include "analysis/analyses.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"
#include "support/pieces.hpp"

#include <algorithm>
#include <cmath>

using namespace slsaudit;
using support::function_tail;
using support::Model;
using support::one;

namespace {

/// The row of one quota: count, limit, exact.
std::string quota(const Model& model, std::string_view id) {
  std::string text;
  for (const analysis::Row& row : model.table("quotas")->rows) {
    if (*row.field("quota").string() != id) continue;
    text += row.field("count").display() + " of " + row.field("limit").display() +
            (*row.field("exact").boolean() ? "" : " at least");
  }
  return text;
}

double usd(const Model& model, std::string_view basis, std::string_view dimension) {
  double total = 0;
  for (const analysis::Row& row : model.table("costs")->rows) {
    if (*row.field("basis").string() == basis && *row.field("dimension").string() == dimension)
      total += *row.field("usd").number();
  }
  return std::round(total * 100) / 100;
}

std::string repeated(const std::string& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

} // namespace

TEST_CASE("counts stand against their quotas") {
  struct Case {
    const char* name;
    std::string text;
    const char* quota;
    const char* expected;
  };
  const Case cases[] = {
      {"layers", one("AWS::Lambda::Function", "Layers: [a, b, c], " + function_tail),
       "lambda/layers-per-function", "3 of 5"},
      {"a layer under a condition",
       "Conditions: {C: !Equals [!Ref P, x]}\nParameters: {P: {Type: String}}\n" +
           one("AWS::Lambda::Function", "Layers: [a, !If [C, b, !Ref AWS::NoValue]], " + function_tail),
       "lambda/layers-per-function", "1 of 5 at least"},
      {"environment variables are keys and values",
       one("AWS::Lambda::Function", "Environment: {Variables: {A: xyz, BB: '12'}}, " + function_tail),
       "lambda/environment-size", "8 of 4096"},
      {"an environment with a reference",
       one("AWS::Lambda::Function", "Environment: {Variables: {A: !Ref R}}, " + function_tail),
       "lambda/environment-size", "1 of 4096 at least"},
      {"targets of a rule", one("AWS::Events::Rule", "Targets: [{Id: a, Arn: x}, {Id: b, Arn: y}]"),
       "eventbridge/targets-per-rule", "2 of 5"},
      {"indexes of a table",
       one("AWS::DynamoDB::Table", "GlobalSecondaryIndexes: [{IndexName: a}, {IndexName: b}]"),
       "dynamodb/global-indexes", "2 of 20"},
      {"resources of a template", one("AWS::SQS::Queue", "DelaySeconds: 5"), "cloudformation/resources",
       "1 of 500"},
      {"no white space counts in a policy",
       one("AWS::IAM::ManagedPolicy", "PolicyDocument: {Statement: [ {Effect: Allow} ]}"),
       "iam/managed-policy-size", "34 of 6144"},
      {"inline policies of a role add up",
       "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: a, PolicyDocument: "
       "{Statement: []}}]}}\n"
       "  P: {Type: AWS::IAM::Policy, Properties: {PolicyName: b, Roles: [!Ref R], PolicyDocument: "
       "{Statement: []}}}\n",
       "iam/role-inline-size", "32 of 10240"},
      {"routes of an HTTP API",
       "Resources:\n  A: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n"
       "  X: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref A, RouteKey: GET /x}}\n"
       "  Y: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref A, RouteKey: GET /y}}\n",
       "apigateway/routes-per-http-api", "2 of 300"},
      {"paths of an OpenAPI body are resources, with what they begin with",
       one("AWS::ApiGateway::RestApi",
           "Body: {paths: {'/orders/{id}/lines': {get: {}}, /orders: {get: {}}}}"),
       "apigateway/resources-per-rest-api", "3 of 300"},
      {"nothing to count", one("AWS::SQS::Queue", "DelaySeconds: 5"), "lambda/layers-per-function", ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(quota(Model(c.text), c.quota) == c.expected);
    }
  }
  const Model many("Resources:\n  R: {Type: AWS::Lambda::Function, Properties: {Layers: [" +
                   repeated("a, ", 5) + "b], " + function_tail + "}}\n");
  CHECK(quota(many, "lambda/layers-per-function") == "6 of 5");
  const Model timeout(one("AWS::Lambda::Function", "Timeout: 900, " + function_tail));
  CHECK(quota(timeout, "lambda/timeout-max") == "900 of 900");
  for (const analysis::Row& row : timeout.table("quotas")->rows) {
    if (*row.field("quota").string() == "lambda/timeout-max") CHECK(*row.field("setting").boolean());
  }
}

TEST_CASE("connections that functions may open stand against what the class takes") {
  const std::string db =
      "  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, DBInstanceClass: db.t3.micro}}\n";
  const auto reader = [](const std::string& id, const std::string& more,
                         const std::string& target = "!GetAtt Db.Endpoint.Address") {
    return "  " + id + ": {Type: AWS::Lambda::Function, Properties: {" + more +
           "Environment: {Variables: {DB: " + target + "}}, " + function_tail + "}}\n";
  };
  const std::string queue =
      "  Q: {Type: AWS::SQS::Queue}\n  M: {Type: AWS::Lambda::EventSourceMapping, Properties: "
      "{EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref F, ScalingConfig: "
      "{MaximumConcurrency: 20}}}\n";
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< limit, connections, exceeded, has_proxy, named
  };
  const std::string r = "Resources:\n";
  const Case cases[] = {
      {"nobody reaches it", r + db, "85 | 0 | false | false | false\n"},
      {"as many as the account runs", r + db + reader("F", ""), "85 | 1000 | true | false | true\n"},
      {"a reservation", r + db + reader("F", "ReservedConcurrentExecutions: 10, "),
       "85 | 10 | false | false | true\n"},
      {"two of them",
       r + db + reader("F", "ReservedConcurrentExecutions: 60, ") +
           reader("G", "ReservedConcurrentExecutions: 60, "),
       "85 | 120 | true | false | true\n"},
      {"a mapping's maximum", r + db + reader("F", "") + queue, "85 | 20 | false | false | true\n"},
      {"two without a bound share the account", r + db + reader("F", "") + reader("G", ""),
       "85 | 1000 | true | false | true\n"},
      {"a proxy between",
       r + db +
           "  Proxy: {Type: AWS::RDS::DBProxy, Properties: {DBProxyName: p}}\n"
           "  Group: {Type: AWS::RDS::DBProxyTargetGroup, Properties: {DBProxyName: !Ref Proxy, "
           "DBInstanceIdentifiers: [!Ref Db]}}\n" +
           reader("F", "", "!GetAtt Proxy.Endpoint"),
       "85 | 0 | false | true | false\n"},
      {"a class that isn't known",
       "Parameters: {C: {Type: String}}\n" + r +
           "  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, DBInstanceClass: !Ref C}}\n" +
           reader("F", ""),
       "? | 1000 | ? | false | true\n"},
      {"max_connections that the author wrote",
       r +
           "  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, DBInstanceClass: db.t3.micro, "
           "DBParameterGroupName: !Ref G}}\n  G: {Type: AWS::RDS::DBParameterGroup, Properties: {Parameters: "
           "{max_connections: 2000}}}\n" +
           reader("F", ""),
       "2000 | 1000 | false | false | true\n"},
      {"the same network",
       r +
           "  Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, DBInstanceClass: db.t3.micro, "
           "VPCSecurityGroups: [!Ref S]}}\n  S: {Type: AWS::EC2::SecurityGroup, Properties: "
           "{SecurityGroupIngress: "
           "[{SourceSecurityGroupId: !Ref T}]}}\n  T: {Type: AWS::EC2::SecurityGroup}\n"
           "  F: {Type: AWS::Lambda::Function, Properties: {VpcConfig: {SecurityGroupIds: [!Ref T], "
           "SubnetIds: [s]}, " +
           function_tail + "}}\n",
       "85 | 1000 | true | false | false\n"},
      {"Redis",
       r + "  Db: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {CacheNodeType: cache.t3.micro}}\n",
       "65000 | 0 | false | false | false\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("connections", {"limit", "connections", "exceeded", "has_proxy", "named"}) ==
            c.expected);
    }
  }
  analysis::Settings settings;
  settings.load.functions["F"] = {.duration_ms = std::nullopt, .connections = 10};
  const Model pooled(r + db + reader("F", "ReservedConcurrentExecutions: 10, "), settings);
  CHECK(pooled.rows("connections", {"connections", "exceeded"}) == "100 | true\n");
}

TEST_CASE("what costs without any load is counted by the month") {
  struct Case {
    const char* name;
    std::string text;
    const char* dimension;
    double usd;
  };
  const Case cases[] = {
      {"NAT", one("AWS::EC2::NatGateway", "SubnetId: s"), "idle", 32.85},
      {"an interface endpoint in two subnets",
       one("AWS::EC2::VPCEndpoint", "VpcEndpointType: Interface, SubnetIds: [a, b]"), "idle", 14.6},
      {"a gateway endpoint", one("AWS::EC2::VPCEndpoint", "VpcEndpointType: Gateway"), "idle", 0},
      {"a database", one("AWS::RDS::DBInstance", "Engine: mysql, DBInstanceClass: db.t3.micro"), "idle",
       12.41},
      {"a database in two zones",
       one("AWS::RDS::DBInstance", "Engine: mysql, DBInstanceClass: db.t3.micro, MultiAZ: true"), "idle",
       24.82},
      {"provisioned capacity",
       one("AWS::DynamoDB::Table", "ProvisionedThroughput: {ReadCapacityUnits: 10, WriteCapacityUnits: 20}"),
       "write capacity", 9.49},
      {"capacity on demand", one("AWS::DynamoDB::Table", "BillingMode: PAY_PER_REQUEST"), "write capacity",
       0},
      {"shards", one("AWS::Kinesis::Stream", "ShardCount: 4"), "shards", 43.8},
      {"a key", one("AWS::KMS::Key", "Enabled: true"), "key", 1},
      {"a secret", one("AWS::SecretsManager::Secret", "Name: x"), "secrets", 0.4},
      {"a cache of three nodes",
       one("AWS::ElastiCache::ReplicationGroup", "CacheNodeType: cache.t3.micro, NumCacheClusters: 3"),
       "idle", 37.23},
      {"search",
       one("AWS::OpenSearchService::Domain",
           "ClusterConfig: {InstanceType: t3.small.search, InstanceCount: 2}"),
       "idle", 52.56},
      {"a firewall with two rules", one("AWS::WAFv2::WebACL", "Rules: [{Name: a}, {Name: b}]"), "rules", 2},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(std::fabs(usd(Model(c.text), "fixed", c.dimension) - c.usd) < 0.006);
    }
  }
  const Model odd(
      one("AWS::RDS::DBInstance", "Engine: mysql, DBInstanceClass: db.x2.huge, AllocatedStorage: 10"));
  CHECK(odd.rows("costs_system", {"basis", "unpriced"}) == "fixed | [`R`]\n");
  const Model beside("Resources:\n  Key: {Type: AWS::KMS::Key}\n  Log: {Type: AWS::MSK::Cluster}\n"
                     "  Idle: {Type: AWS::ECS::Service, Properties: {LaunchType: FARGATE, DesiredCount: 0}}\n"
                     "  Web: {Type: AWS::ECS::Service, Properties: {LaunchType: FARGATE}}\n");
  CHECK(beside.rows("costs_system", {"basis", "unpriced"}) == "fixed | [`Log`, `Web`]\n");
}

TEST_CASE("a system costs the sum of its lines, by basis") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< resource, basis, usd, largest, dimension, lines
  };
  const std::string nat = "  N: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: s}}\n";
  const std::string key = "  K: {Type: AWS::KMS::Key, Properties: {Enabled: true}}\n";
  const Case cases[] = {
      {"nothing that costs", "Resources:\n  R: {Type: AWS::IAM::Role}\n", ""},
      {"730 hours of a NAT gateway", "Resources:\n" + nat, "`N` | fixed | 32.85 | 32.85 | idle | 1\n"},
      {"and a key", "Resources:\n" + nat + key, "`N` | fixed | 33.85 | 32.85 | idle | 2\n"},
      // A million messages in full batches of ten: 1.2 M requests are 0.48, and 0.1 M invocations 0.02, of
      // one second at 128 MB 0.208, and a KB of log for each 0.048.
      {"a queue and its function",
       "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  F: {Type: AWS::Lambda::Function, Properties: {" +
           function_tail +
           "}}\n  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn, "
           "FunctionName: !Ref F}}\n",
       "`Q` | per-million | 0.76 | 0.48 | requests | 4\n"},
      {"a service's secret",
       "service: shop\nprovider: {name: aws, runtime: nodejs22.x}\n"
       "resources: {Resources: {S: {Type: AWS::SecretsManager::Secret, Properties: {Name: a}}}}\n",
       "`S` | fixed | 0.4 | 0.4 | secrets | 1\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      std::string text;
      const Model model(c.text);
      for (const analysis::Row& row : model.table("costs_system")->rows) {
        text += Model::show(row.field("resource")) + " | " + std::string(*row.field("basis").string());
        for (const char* column : {"usd", "largest"}) {
          const cel::Value cents = std::round(*row.field(column).number() * 100) / 100;
          text += " | " + cents.display();
        }
        text += " | " + row.field("dimension").display() + " | " + row.field("lines").display() + "\n";
      }
      CHECK(text == c.expected);
    }
  }
}

TEST_CASE("load costs by what it does") {
  const std::string api =
      "Transform: AWS::Serverless-2016-10-31\nResources:\n"
      "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}\n"
      "  F: {Type: AWS::Serverless::Function, Properties: {MemorySize: 512, CodeUri: ., Handler: i.h, "
      "Runtime: "
      "nodejs22.x, Events: {Get: {Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Api}}}}}\n";
  const Model plain(api);
  CHECK(usd(plain, "per-million", "duration") == 1.67); // 1M × 200 ms × 0.5 GB
  CHECK(usd(plain, "per-million", "requests") == 3.7);  // 3.50 for the API and 0.20 for the function
  CHECK(usd(plain, "limit", "requests") == 0);          // no throttle
  CHECK(usd(plain, "profile", "requests") == 0);
  analysis::Settings settings;
  settings.load.entries["Api"] = {.rate = 10, .burst = std::nullopt, .payload_kb = 4};
  settings.load.functions["F"] = {.duration_ms = 100, .connections = std::nullopt};
  const Model loaded(api, settings);
  CHECK(usd(loaded, "profile", "requests") == 97.24); // 26.28M × 3.70
  CHECK(usd(loaded, "profile", "duration") == 21.9);  // 26.28M × 0.1 s × 0.5 GB = 1.314M GB-s
  CHECK(usd(loaded, "per-million", "requests") == 0);
}

TEST_CASE("what Lambda sends on is sent once, and only what failed is a dead letter") {
  const Model model(R"(Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SNS, Destination: !Ref Done}}}
      Events: {Get: {Type: HttpApi, Properties: {Path: /, Method: get}}}
  Dead: {Type: AWS::SQS::Queue}
  Done: {Type: AWS::SNS::Topic}
)");
  std::string text;
  for (const analysis::Row& row : model.table("costs")->rows) {
    const std::string resource = Model::show(row.field("resource"));
    if (resource == "`Dead`" || resource == "`Done`")
      text += resource + " " + row.field("quantity").display() + "\n";
  }
  CHECK(text == "`Done` 1e+06\n");
}
