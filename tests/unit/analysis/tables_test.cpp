// SPDX-License-Identifier: Apache-2.0
// Tables over single resources and roles, computed by hand.
#include "analysis/describe.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"
#include "text/file_system.hpp"

#include <cstdlib>
#include <set>

using namespace slsaudit;
using support::Model;

namespace {

std::string statement(const std::string& body) {
  return R"(Parameters: {Any: {Type: String}}
Resources:
  Orders: {Type: AWS::DynamoDB::Table}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement: [)" +
         body + "]\n";
}

} // namespace

TEST_CASE("schemas are complete and sorted") {
  std::string last;
  for (const analysis::Schema* schema : analysis::Facts::schemas()) {
    INFO(schema->name);
    CHECK(last < schema->name);
    last = schema->name;
    CHECK_FALSE(schema->summary.empty());
    std::set<std::string_view> names;
    for (const analysis::Column& column : schema->columns) {
      INFO(column.name);
      CHECK(names.insert(column.name).second);
      CHECK_FALSE(column.meaning.empty());
      CHECK_FALSE(column.type.empty());
    }
  }
}

TEST_CASE("statements say how wide they are") {
  struct Case {
    const char* name;
    std::string body;
    const char* expected; ///< is_admin, wildcard_access, star_access, reach, narrowed
  };
  const Case cases[] = {
      {"everything", R"({Effect: Allow, Action: "*", Resource: "*"})",
       "true | permissions | permissions | all | false\n"},
      {"everything, denied", R"({Effect: Deny, Action: "*", Resource: "*"})",
       "false | null | null | all | false\n"},
      {"everything, allowed or denied by a condition that is not decided",
       R"({Effect: !If [X, Allow, Deny], Action: "*", Resource: "*"})", "? | null | null | all | false\n"},
      {"everything under a condition",
       R"({Effect: Allow, Action: "*", Resource: "*", Condition: {StringEquals: {"aws:ResourceTag/team": a}}})",
       "false | permissions | permissions | all | true\n"},
      {"a service on one table", R"({Effect: Allow, Action: "dynamodb:*", Resource: !GetAtt Orders.Arn})",
       "false | permissions | null | specific | false\n"},
      {"reading by wildcard", R"({Effect: Allow, Action: "s3:Get*", Resource: "arn:aws:s3:::invoices/*"})",
       "false | null | null | specific | false\n"},
      {"one write on everything", R"({Effect: Allow, Action: ["dynamodb:PutItem"], Resource: ["*"]})",
       "false | null | write | all | false\n"},
      {"only actions that take no resource",
       R"({Effect: Allow, Action: "xray:PutTraceSegments", Resource: "*"})",
       "false | null | null | all | false\n"},
      {"every bucket", R"({Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::*"})",
       "false | null | null | wide | false\n"},
      {"nobody knows which",
       R"({Effect: Allow, Action: "s3:PutObject", Resource: !If [X, "*", "arn:aws:s3:::a/*"]})",
       "false | null | null | ? | false\n"},
      {"a negative condition narrows nothing",
       R"({Effect: Allow, Action: "s3:PutObject", Resource: "*", Condition: {StringNotEquals: {"s3:prefix": a}}})",
       "false | null | write | all | false\n"},
      {"buckets of other accounts, which have to allow it too",
       R"({Effect: Allow, Action: "s3:PutObject", Resource: "*",
           Condition: {StringNotEquals: {"s3:ResourceAccount": !Ref "AWS::AccountId"}}})",
       "false | null | write | all | true\n"},
      {"all but one account's",
       R"({Effect: Allow, Action: "s3:PutObject", Resource: "*",
           Condition: {StringNotEquals: {"s3:ResourceAccount": "111122223333"}}})",
       "false | null | write | all | false\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(statement(c.body));
      CHECK(model.rows("statements", {"is_admin", "wildcard_access", "star_access", "reach", "narrowed"}) ==
            c.expected);
    }
  }
}

TEST_CASE("resources reach all, a kind, or one") {
  struct Case {
    const char* resource;
    const char* reach;
  };
  const Case cases[] = {
      {R"("*")", "all"},
      {R"("arn:aws:s3:::*")", "wide"},
      {R"("arn:aws:s3:::*/*")", "wide"},
      {R"("arn:aws:s3:::invoices/*")", "specific"},
      {R"("arn:aws:dynamodb:*:*:table/*")", "wide"},
      {R"("arn:aws:dynamodb:*:*:table/orders")", "specific"},
      {R"(!Sub "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*")", "wide"},
      {R"(!Sub "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}")",
       "specific"},
      {R"(!Sub "${Orders.Arn}/index/*")", "specific"},
      {R"(!Sub "${Orders.Arn}/*")", "specific"},
      {R"(!Sub "arn:aws:execute-api:eu-west-1:111122223333:${Any}/*")", "specific"},
      {R"("arn:aws:sqs:*:*:*")", "wide"},
      {R"("arn:aws:logs:*:*:log-group:/aws/lambda/x:*")", "specific"},
      {R"("arn:aws:apigateway:eu-west-1::/restapis/*")", "specific"}, // their ids can't be chosen
      {R"("arn:aws:apigateway:eu-west-1::/*")", "wide"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.resource) {
      const Model model(statement("{Effect: Allow, Action: x, Resource: " + std::string(c.resource) + "}"));
      CHECK(model.rows("statements", {"reach"}) == std::string(c.reach) + "\n");
    }
  }
}

TEST_CASE("what is allowed by a parameter's default is assumed") {
  const std::string text = R"(Parameters: {Where: {Type: String, Default: "*"}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement: [{Effect: Allow, Action: ["dynamodb:PutItem", "*"], Resource: !Ref Where}]
)";
  const Model model(text);
  const analysis::Row& row = model.table("statements")->rows.front();
  for (const char* column : {"is_admin", "star_access", "reach"}) {
    INFO(column);
    REQUIRE(row.field(column).assumption() != nullptr);
    CHECK(row.field(column).assumption()->name == "Where");
  }
}

TEST_CASE("the reference of tables is up to date") {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR"); // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  const text::DiskFileSystem files;
  const auto written = files.read(std::string(root) + "/docs/facts.md", 1U << 20U);
  REQUIRE(written.ok());
  CHECK(written.value() == analysis::tables_as_markdown());
}

TEST_CASE("edges tell whether their filter lets anything through") {
  struct Case {
    const char* name;
    const char* filter;
    const char* expected;
  };
  const Case cases[] = {
      {"no filter", "", "always\n"},
      {"an event that tables make",
       R"(, FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]})", "possible\n"},
      {"every event", R"(, FilterCriteria: {Filters: [{Pattern: '{}'}]})", "possible\n"},
      {"a misspelled field", R"(, FilterCriteria: {Filters: [{Pattern: '{"EventName": ["INSERT"]}'}]})",
       "never\n"},
      {"one of two filters",
       R"(, FilterCriteria: {Filters: [{Pattern: '{"EventName": ["INSERT"]}'}, {Pattern: '{"eventName": ["INSERT"]}'}]})",
       "possible\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(std::string(R"(Resources:
  Orders: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  Work: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Orders.StreamArn, FunctionName: !Ref Work)") +
                        c.filter + "}\n");
      std::string passes;
      for (const analysis::Row& row : model.table("edges")->rows) {
        if (*row.field("kind").string() == "polls") passes += std::string(*row.field("passes").string()) + "\n";
      }
      CHECK(passes == c.expected);
    }
  }
}

TEST_CASE("the concurrency budget adds what is reserved and provisioned") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< reserved, provisioned, unreserved, terms, complete
  };
  const auto fn = [](const std::string& name, const std::string& properties) {
    return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {" + properties + "}}\n";
  };
  const std::string head = "Parameters: {N: {Type: Number}}\nResources:\n";
  const std::string alias = "  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref A, "
                            "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 30}}}\n";
  const Case cases[] = {
      {"nothing", head + fn("A", "Timeout: 3"), "0 | 0 | 1000 | 0 | true\n"},
      {"two reservations",
       head + fn("A", "ReservedConcurrentExecutions: 600") + fn("B", "ReservedConcurrentExecutions: 350"),
       "950 | 0 | 50 | 2 | true\n"},
      {"one is not known",
       head + fn("A", "ReservedConcurrentExecutions: 950") + fn("B", "ReservedConcurrentExecutions: !Ref N"),
       "950 | 0 | 50 | 1 | false\n"},
      {"provisioned outside a reservation", head + fn("A", "Timeout: 3") + alias,
       "0 | 30 | 970 | 1 | true\n"},
      {"provisioned within one", head + fn("A", "ReservedConcurrentExecutions: 100") + alias,
       "100 | 0 | 900 | 1 | true\n"},
      {"zero switches off", head + fn("A", "ReservedConcurrentExecutions: 0"), "0 | 0 | 1000 | 0 | true\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(c.text);
      CHECK(model.rows("concurrency_budget",
                       {"reserved", "provisioned", "unreserved", "terms", "complete"}) == c.expected);
    }
  }
}

TEST_CASE("tables tell how they bill and what their indexes multiply") {
  const std::string head = "Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n";
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< billing, autoscaled, indexes, all_indexes
  };
  const Case cases[] = {
      {"nothing written is provisioned", head + "      TableName: t\n", "PROVISIONED | false | 0 | []\n"},
      {"on demand", head + "      BillingMode: PAY_PER_REQUEST\n", "PAY_PER_REQUEST | false | 0 | []\n"},
      {"scaled by a reference",
       head + "      TableName: t\n  S: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: "
              "{ResourceId: !Sub \"table/${T}\"}}\n",
       "PROVISIONED | true | 0 | []\n"},
      {"scaled by name",
       head + "      TableName: t\n  S: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: "
              "{ResourceId: table/t}}\n",
       "PROVISIONED | true | 0 | []\n"},
      {"another one is scaled",
       head + "      TableName: t\n  S: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: "
              "{ResourceId: table/tt}}\n",
       "PROVISIONED | false | 0 | []\n"},
      {"a container is scaled",
       head + "      TableName: t\n  S: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: "
              "{ServiceNamespace: ecs, ResourceId: !Sub \"service/${AWS::StackName}\"}}\n",
       "PROVISIONED | false | 0 | []\n"},
      {"a table is scaled that another stack names",
       head + "      TableName: t\n  S: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: "
              "{ServiceNamespace: dynamodb, ResourceId: !Sub \"table/${AWS::StackName}\"}}\n",
       "PROVISIONED | ? | 0 | []\n"},
      {"only the other table is scaled",
       head + "      TableName: t\n  O: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: "
              "PAY_PER_REQUEST}}\n  S: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: "
              "{ResourceId: !Sub \"table/${O}\"}}\n",
       "PROVISIONED | false | 0 | []\nPAY_PER_REQUEST | true | 0 | []\n"},
      {"a name that is put together may be the one that is scaled",
       head + "      TableName: !Sub \"${AWS::StackName}-t\"\n  S: {Type: "
              "AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: table/t}}\n",
       "PROVISIONED | ? | 0 | []\n"},
      {"two indexes, one whole",
       head + "      GlobalSecondaryIndexes:\n        - {IndexName: a, Projection: {ProjectionType: ALL}}\n  "
              "      - {IndexName: b, Projection: {ProjectionType: KEYS_ONLY}}\n",
       "PROVISIONED | false | 2 | [a]\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("tables", {"billing", "autoscaled", "indexes", "all_indexes"}) == c.expected);
    }
  }
}

TEST_CASE("functions know who reaches them") {
  const Model model(R"(Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Handler: a.b, CodeUri: .}}
Resources:
  Front:
    Type: AWS::Serverless::Function
    Properties:
      Tracing: Active
      Events: {Get: {Type: HttpApi, Properties: {Path: /, Method: get}}}
  Back:
    Type: AWS::Serverless::Function
    Properties:
      Events: {Job: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}
  Nightly:
    Type: AWS::Serverless::Function
    Properties:
      Events: {Tick: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}
  Q: {Type: AWS::SQS::Queue}
)");
  CHECK(model.rows("functions", {"function", "public", "user_facing", "asynchronous", "traced"}) ==
        "`Front` | true | true | false | true\n"
        "`Back` | false | false | false | false\n"
        "`Nightly` | false | false | true | false\n");
}

TEST_CASE("functions know who may call them, and what they are for") {
  const Model model(R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Open: {Type: AWS::Serverless::Function, Properties: {Events: {Get: {Type: HttpApi, Properties: {Path: /, Method: get}}}}}
  Url: {Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: {AuthType: NONE}}}
  Closed: {Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: {AuthType: AWS_IAM}}}
  Seeder: {Type: AWS::Serverless::Function}
  Seed: {Type: Custom::Seed, Properties: {ServiceToken: !GetAtt Seeder.Arn}}
  Rewriter: {Type: AWS::Serverless::Function}
  Rewrite: {Type: AWS::CloudFormation::Macro, Properties: {Name: rewrite, FunctionName: !GetAtt Rewriter.Arn}}
  Edge: {Type: AWS::Serverless::Function}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        DefaultCacheBehavior: {LambdaFunctionAssociations: [{EventType: viewer-request, LambdaFunctionARN: !Ref Edge.Version}]}
)");
  CHECK(model.rows("functions", {"function", "open", "helper"}) == "`Open` | true | false\n"
                                                                   "`Url` | true | false\n"
                                                                   "`Closed` | false | false\n"
                                                                   "`Seeder` | false | true\n"
                                                                   "`Rewriter` | false | true\n"
                                                                   "`Edge` | false | false\n");
}

TEST_CASE("functions share a cause where one setting would do") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< function, tracing_cause
  };
  const std::string sam = "Transform: AWS::Serverless-2016-10-31\n";
  const std::string function = ": {Type: AWS::Serverless::Function, Properties: {";
  const Case cases[] = {
      {"Globals are there",
       sam + "Globals: {Function: {Timeout: 3}}\nResources:\n  A" + function + "Tracing: Active}}\n  B" +
           function + "Timeout: 5}}\n",
       "`A` | A\n`B` | template\n"},
      {"Globals say it",
       sam + "Globals: {Function: {Tracing: PassThrough}}\nResources:\n  A" + function + "}}\n  B" +
           function + "}}\n",
       "`A` | template\n`B` | template\n"},
      {"most lack it",
       sam + "Resources:\n  A" + function + "Tracing: Active}}\n  B" + function + "}}\n  C" + function +
           "}}\n",
       "`A` | A\n`B` | template\n`C` | template\n"},
      {"one of two lacks it",
       sam + "Resources:\n  A" + function + "Tracing: Active}}\n  B" + function + "}}\n",
       "`A` | A\n`B` | B\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("functions", {"function", "tracing_cause"}) == c.expected);
    }
  }
}

TEST_CASE("a function's log group is found by name, and by the CDK's custom resource") {
  const Model model(R"(Resources:
  A: {Type: AWS::Lambda::Function}
  B: {Type: AWS::Lambda::Function, Properties: {LoggingConfig: {LogGroup: shared}}}
  C: {Type: AWS::Lambda::Function}
  Logs:
    Type: Custom::LogRetention
    Properties: {LogGroupName: !Join ["", [/aws/lambda/, !Ref A]], RetentionInDays: 7}
)");
  CHECK(model.rows("functions", {"function", "log_group", "retention_days"}) == "`A` | `Logs` | 7\n"
                                                                                "`B` | `shared` | ?\n"
                                                                                "`C` | null | null\n");
}

TEST_CASE("what a resource lacks stands where it would be added") {
  const Model model("Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      VpcConfig: "
                    "{SubnetIds: []}\n");
  const cel::Object* fn = model.facts().object(graph::NodeId(0));
  CHECK(model.sources().text(fn->field("Timeout").span()) == "Fn");
  CHECK(fn->field("Timeout").is_null());
  CHECK(fn->field("timeout").display() == "3");
  CHECK(fn->field("nonsense").error() != nullptr);
  CHECK_FALSE(fn->has("Timeout"));
  CHECK(fn->has("VpcConfig"));
}
