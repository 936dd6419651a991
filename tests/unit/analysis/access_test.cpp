// SPDX-License-Identifier: Apache-2.0
// Blast radius, ownership, hubs, dead ends and links of services, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

std::string function(const std::string& name, const std::string& statements, const std::string& more = {}) {
  std::string text = "  " + name + "Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n" +
                     "        - {PolicyName: p, PolicyDocument: {Statement: [" + statements + "]}}\n" + "  " +
                     name + ":\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: !GetAtt " +
                     name + "Role.Arn\n";
  return text + more;
}

const char* const tables = R"(Resources:
  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  Invoices: {Type: AWS::DynamoDB::Table, Properties: {TableName: invoices}}
  Photos: {Type: AWS::S3::Bucket}
)";

std::string reach(const std::string& statements, const std::string& more = {}) {
  return Model(tables + function("Hello", statements, more))
      .rows("reach", {"readable", "writable", "deletable", "unused", "stores_total"});
}

} // namespace

TEST_CASE("reach counts what a function could change") {
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt Orders.Arn})") ==
        "[`Orders`] | [] | [] | [] | 3\n");
  // Its own role names the table: it was written for it.
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn})") ==
        "[] | [`Orders`] | [] | [] | 3\n");
  // What its code names without being told isn't known.
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:*", Resource: "*"})") ==
        "[`Orders`, `Invoices`] | [`Orders`, `Invoices`] | [`Orders`, `Invoices`] | [] | 3\n");
  // What no function is shown to use, this one's code may name as well.
  const std::string told = "      Environment: {Variables: {TABLE: !Ref Orders}}\n";
  const std::string all = "[`Orders`, `Invoices`]";
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:*", Resource: "*"})", told) ==
        all + " | " + all + " | " + all + " | [] | 3\n");
  const std::string billing =
      "  Billing:\n    Type: AWS::Lambda::Function\n    Properties:\n"
      "      Environment: {Variables: {ORDERS: !Ref Orders, INVOICES: !Ref Invoices}}\n";
  const std::string nothing = "[] | [] | [] | [] | 3\n"; // of Billing
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:*", Resource: "*"})", told + billing) ==
        all + " | " + all + " | " + all + " | [`Invoices`] | 3\n" + nothing);
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:DeleteItem", Resource: "*"},
                 {Effect: Deny, Action: "dynamodb:*", Resource: !GetAtt Invoices.Arn})",
              "      Environment: {Variables: {BUCKET: !Ref Photos}}\n" + billing) ==
        "[] | [] | [`Orders`] | [`Orders`] | 3\n" + nothing);
}

TEST_CASE("reach leaves out what is narrowed or in part") {
  CHECK(reach(R"({Effect: Allow, Action: "dynamodb:*", Resource: "*",
                  Condition: {StringEquals: {"aws:ResourceTag/team": a}}})") == "[] | [] | [] | [] | 3\n");
  CHECK(reach(R"({Effect: Allow, Action: "s3:*Object", Resource: !Sub "${Photos.Arn}/new/*"})") ==
        "[] | [] | [] | [] | 3\n");
  // A grant on the bucket alone says nothing of its objects.
  CHECK(reach(R"({Effect: Allow, Action: "s3:*Object", Resource: !GetAtt Photos.Arn})") ==
        "[] | [] | [] | [] | 3\n");
  CHECK(reach(R"({Effect: Allow, Action: "s3:*Object", Resource: !Sub "${Photos.Arn}/*"})") ==
        "[`Photos`] | [`Photos`] | [`Photos`] | [] | 3\n");
}

TEST_CASE("reach counts all stores, and lists the first hundred") {
  const auto counts = [](const std::string& statements, const std::string& more = {}) {
    std::string text = "Resources:\n";
    for (int i = 100; i < 250; ++i) text += "  T" + std::to_string(i) + ": {Type: AWS::DynamoDB::Table}\n";
    text += "  Photos: {Type: AWS::S3::Bucket}\n";
    const Model model(text + function("Hello", statements, more));
    const analysis::Row& row = model.table("reach")->rows.front();
    CHECK(row.field("changeable").list()->size() ==
          std::min<std::size_t>(100, static_cast<std::size_t>(*row.field("changeable_count").integer())));
    CHECK(row.field("unused").list()->size() ==
          std::min<std::size_t>(100, static_cast<std::size_t>(*row.field("unused_count").integer())));
    const std::string proof = row.steps().empty() ? "" : row.steps().front().text;
    return model.rows("reach", {"readable_count", "writable_count", "deletable_count", "changeable_count",
                                "unused_count", "changeable_by_name", "unused_by_name"}) +
           proof;
  };
  const std::string all = R"({Effect: Allow, Action: "dynamodb:*", Resource: "*"})";
  CHECK(counts(all) == "150 | 150 | 150 | 150 | 0 | [] | []\n"
                       "policy `p` lets it change 150 of them by `*`");
  // What a Deny names is told apart, as is what is named.
  CHECK(counts(all +
               R"(, {Effect: Deny, Action: "dynamodb:*", Resource: [!GetAtt T101.Arn, !GetAtt T240.Arn]})" +
               R"(, {Effect: Allow, Action: "s3:PutObject", Resource: !Sub "${Photos.Arn}/*"})") ==
        "148 | 149 | 148 | 149 | 0 | [`Photos`] | []\npolicy `p` lets it change 148 of them by `*`");
  CHECK(
      counts(
          R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: [!GetAtt T240.Arn, !GetAtt T101.Arn]})") ==
      "0 | 2 | 0 | 2 | 0 | [`T101`, `T240`] | []\npolicy `p` lets it change 2 of them by `${T240.Arn}`");
  // Others are shown to use three of them; one of those this one is tied to, another its own role names.
  const std::string told = "      Environment: {Variables: {TABLE: !Ref T110}}\n"
                           "  Other:\n    Type: AWS::Lambda::Function\n    Properties:\n"
                           "      Environment: {Variables: {A: !Ref T110, B: !Ref T120, C: !Ref T130}}\n";
  CHECK(counts(all, told) == "150 | 150 | 150 | 150 | 2 | [] | []\n0 | 0 | 0 | 0 | 0 | [] | []\n"
                             "policy `p` lets it change 150 of them by `*`");
  CHECK(counts(all + R"(, {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt T120.Arn})", told) ==
        "150 | 150 | 150 | 150 | 1 | [`T120`] | []\n0 | 0 | 0 | 0 | 0 | [] | []\n"
        "policy `p` lets it change 150 of them by `*`");
}

TEST_CASE("stores that several services write are shared") {
  const std::string first =
      std::string(tables) +
      function("Hello", R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn})");
  const std::string writes =
      R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:*:*:table/orders"})";
  const std::string reads =
      R"({Effect: Allow, Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:*:*:table/orders"})";
  const auto orders = [](const Model& model) {
    const analysis::Row& row = model.table("ownership")->rows.front();
    return Model::show(row.field("writers")) + " " + Model::show(row.field("foreign_writers")) + " " +
           Model::show(row.field("shared"));
  };
  CHECK(orders(Model(first)) == "[`Hello`] [] false");
  CHECK(orders(Model({first, "Resources:\n" + function("Other", writes)})) ==
        "[`Hello`, `Other`] [`Other`] true");
  CHECK(orders(Model({first, "Resources:\n" + function("Other", reads)})) == "[`Hello`] [] false");
}

TEST_CASE("links of services, and circles of them") {
  const auto calls = [](const char* name, const char* other) {
    return "Resources:\n" +
           function(
               name,
               R"({Effect: Allow, Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:*:*:function:)" +
                   std::string(other) + "\"}",
               "      FunctionName: " + std::string(name) + "\n");
  };
  CHECK(Model({calls("a", "b"), calls("b", "c")}).rows("service_links", {"from", "to", "cycle"}) ==
        "the stack of `aRole` | the stack of `bRole` | false\n");
  CHECK(Model({calls("a", "b"), calls("b", "a")}).rows("service_links", {"callers", "targets", "cycle"}) ==
        "[`a`] | [`b`] | true\n[`b`] | [`a`] | true\n");
  CHECK(Model(calls("a", "a")).rows("service_links", {"from"}).empty());
}

TEST_CASE("who writes a store is told by grants and declarations") {
  const std::vector<std::string> columns{"store", "owner", "writers", "readers", "shared"};
  // Both functions of the service have the role that may read, so either may.
  CHECK(Model(R"(service: shop
provider:
  name: aws
  runtime: nodejs22.x
  iam: {role: {statements: [{Effect: Allow, Action: ["dynamodb:GetItem"], Resource: !GetAtt Orders.Arn}]}}
functions: {take: {handler: a.b}, tell: {handler: a.b}}
resources: {Resources: {Orders: {Type: AWS::DynamoDB::Table}}}
)")
            .rows("ownership", columns) == "`Orders` | shop | [] | [`take`, `tell`] | false\n");
  CHECK(Model(R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Photos: {Type: AWS::S3::Bucket}
  Show: {Type: AWS::Serverless::Function, Properties: {Policies: [{S3ReadPolicy: {BucketName: !Ref Photos}}]}}
)")
            .rows("ownership", columns) == "`Photos` | the stack of `Photos` | [] | [`Show`] | false\n");
  CHECK(Model("Resources: {Jobs: {Type: AWS::SQS::Queue}}\n").rows("ownership", columns).empty()); // no store
}

TEST_CASE("links tell calls that wait from those that don't") {
  const std::string other = "Resources:\n  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: b}}\n";
  const std::vector<std::string> columns{"from", "to", "synchronous", "asynchronous", "cycle"};
  const std::string arn = "'arn:aws:lambda:eu-west-1:111122223333:function:b'";
  CHECK(Model({"Resources:\n  News: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, "
               "Endpoint: " +
                   arn + "}]}}\n",
               other})
            .rows("service_links", columns) == "the stack of `News` | the stack of `B` | 0 | 1 | false\n");
  // A table that both use is a store.
  const auto writes = [](const std::string& name) {
    return function(
        name,
        R"({Effect: Allow, Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:*:*:table/orders"})");
  };
  CHECK(Model({tables + writes("Hello"), "Resources:\n" + writes("Other")})
            .rows("service_links", columns)
            .empty());
}

TEST_CASE("a hub lies between most beginnings and ends") {
  const char* text = R"(Resources:
  First: {Type: AWS::SQS::Queue}
  Second: {Type: AWS::SQS::Queue}
  Hello: {Type: AWS::Lambda::Function}
  Other: {Type: AWS::Lambda::Function}
  A: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt First.Arn, FunctionName: !Ref Hello}}
  B: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Second.Arn, FunctionName: !Ref Hello}}
  Done: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Other.Arn}]}}
  Config:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Hello
      Qualifier: $LATEST
      DestinationConfig: {OnSuccess: {Destination: !Ref Done}}
)";
  // First and Second are where it begins, Other is where it ends: two pairs, all through Hello and Done.
  CHECK(Model(text).rows("hubs", {"resource", "fan_in", "fan_out", "pairs", "pairs_share"}) ==
        "`Hello` | 2 | 1 | 2 | 1\n`Done` | 1 | 1 | 2 | 1\n");
}

TEST_CASE("a hub has its share of the pairs, and ends of flow are none") {
  const auto mapping = [](const std::string& queue, const std::string& function) {
    return "  " + queue + function +
           ": {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt " + queue +
           ".Arn, FunctionName: !Ref " + function + "}}\n";
  };
  const auto named = [](const std::string& name, const std::string& type) {
    return "  " + name + ": {Type: AWS::" + type + "}\n";
  };
  const std::vector<std::string> columns{"resource", "fan_in",      "fan_out",
                                         "pairs",    "pairs_share", "edges_share"};
  const std::string pair =
      "Resources:\n" + named("Q", "SQS::Queue") + named("F", "Lambda::Function") + mapping("Q", "F");
  CHECK(Model(pair).rows("hubs", columns).empty());
  // Q → F → T → G and R → H: two pairs, one of which is through F and T; 2 of 4 edges are theirs.
  const std::string send = function("F", R"({Effect: Allow, Action: "sns:Publish", Resource: !Ref T})") +
                           named("G", "Lambda::Function") +
                           "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, "
                           "Endpoint: !GetAtt G.Arn}]}}\n";
  const std::string other = named("R", "SQS::Queue") + named("H", "Lambda::Function") + mapping("R", "H");
  CHECK(Model("Resources:\n" + named("Q", "SQS::Queue") + send + mapping("Q", "F") + other)
            .rows("hubs", columns) == "`F` | 1 | 1 | 1 | 0.5 | 0.5\n`T` | 1 | 1 | 1 | 0.5 | 0.5\n");
  // internet → HttpApi → take → its destination: one pair.
  CHECK(Model(R"(service: shop
provider: {name: aws, runtime: nodejs22.x}
functions:
  take: {handler: a.b, destinations: {onSuccess: tell}, events: [{httpApi: 'POST /orders'}]}
  tell: {handler: a.b}
)")
            .rows("hubs", {"resource", "begins", "ends", "pairs", "all_pairs", "services"}) ==
        "`take` | 1 | 1 | 1 | 1 | 1\n`HttpApi` | 1 | 1 | 1 | 1 | 1\n");
  // Two beginnings and two ends: all four pairs are through F.
  CHECK(Model("Resources:\n" + named("Q", "SQS::Queue") + named("R", "SQS::Queue") +
              named("S", "SQS::Queue") + named("T", "SNS::Topic") + mapping("Q", "F") + mapping("R", "F") +
              function("F", R"({Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt S.Arn},
                               {Effect: Allow, Action: "sns:Publish", Resource: !Ref T})"))
            .rows("hubs", {"resource", "begins", "ends", "pairs", "pairs_share"}) == "`F` | 2 | 2 | 4 | 1\n");
}

TEST_CASE("what leads nowhere, and what nothing leads to") {
  struct Case {
    const char* name;
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"a topic", "  News: {Type: AWS::SNS::Topic}\n", "`News` | topic | true\n"},
      {"a topic with a subscriber",
       "  News: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: email, Endpoint: "
       "a@example.com}]}}\n",
       ""},
      {"a topic that is put out", "  News: {Type: AWS::SNS::Topic}\nOutputs: {News: {Value: !Ref News}}\n",
       "`News` | topic | ?\n"},
      {"a queue", "  Jobs: {Type: AWS::SQS::Queue}\n", "`Jobs` | queue | true\n"},
      {"a queue for dead letters",
       "  Dead: {Type: AWS::SQS::Queue}\n"
       "  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n"
       "      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}\n",
       "`Jobs` | queue | true\n"},
      {"a queue that a role may poll",
       "  Jobs: {Type: AWS::SQS::Queue}\n"
       "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n"
       "        - {PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "
       "\"sqs:ReceiveMessage\", Resource: "
       "!GetAtt Jobs.Arn}]}}\n",
       "`Jobs` | queue | ?\n"},
      {"a function", "  Hello: {Type: AWS::Lambda::Function}\n", "`Hello` | function | true\n"},
      {"a function with a permission",
       "  Hello: {Type: AWS::Lambda::Function}\n"
       "  Grant:\n    Type: AWS::Lambda::Permission\n"
       "    Properties: {Action: \"lambda:InvokeFunction\", FunctionName: !Ref Hello, Principal: "
       "iot.amazonaws.com}\n",
       ""},
      {"a function behind a custom resource",
       "  Hello: {Type: AWS::Lambda::Function}\n"
       "  Setup: {Type: \"Custom::Setup\", Properties: {ServiceToken: !GetAtt Hello.Arn}}\n",
       ""},
      {"a rule without targets",
       "  Nightly: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day)}}\n",
       "`Nightly` | rule | true\n"},
      {"a topic of nearly the name that a subscription gives, which nothing declares",
       "  OrderTopic: {Type: AWS::SNS::Topic}\n"
       "  Mail: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref OrdersChannel, Protocol: email, "
       "Endpoint: a@example.com}}\n",
       "`OrderTopic` | topic | ?\n"},
      {"a queue beside an undeclared name of other words",
       "  Jobs: {Type: AWS::SQS::Queue}\n"
       "  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Uploads}}\n",
       "`Jobs` | queue | true\n"},
      {"a bus without rules", "  Bus: {Type: AWS::Events::EventBus, Properties: {Name: shop}}\n",
       "`Bus` | bus | true\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model("Resources:\n" + std::string(c.text));
      CHECK(model.rows("dead_ends", {"resource", "kind", "certain"}) == c.expected);
    }
  }
}
