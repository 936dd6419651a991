// SPDX-License-Identifier: Apache-2.0
// What the table of APIs says, computed by hand.
#include "analysis/describe.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

TEST_CASE("APIs know their limits and who may call") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< kind, throttled, authenticated, open_routes
  };
  const std::string http =
      "Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n"
      "  Get: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /a}}\n";
  const Case cases[] = {
      {"open", http + "  S: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api}}\n",
       "http | false | none | [GET /a]\n"},
      {"throttled",
       http + "  S: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, DefaultRouteSettings: "
              "{ThrottlingRateLimit: 10}}}\n",
       "http | true | none | [GET /a]\n"},
      {"one route is closed",
       http + "  Put: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: PUT /a, "
              "AuthorizationType: JWT}}\n",
       "http | false | some | [GET /a]\n"},
      {"an empty policy closes nothing",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Policy: ''}}\n"
       "  Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET}}\n"
       "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}\n",
       "rest | false | none | [GET Get]\n"},
      {"REST with a throttle on methods",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi}\n"
       "  Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET, "
       "AuthorizationType: AWS_IAM}}\n"
       "  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, MethodSettings: "
       "[{ThrottlingRateLimit: 5}]}}\n",
       "rest | true | all | []\n"},
      {"a demand of nothing",
       "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n"
       "        paths:\n          /a:\n"
       "            get: {security: [{NONE: []}], x-amazon-apigateway-integration: {type: aws_proxy}}\n"
       "            put: {security: [{}], x-amazon-apigateway-integration: {type: aws_proxy}}\n"
       "            post: {security: [{users: []}], x-amazon-apigateway-integration: {type: mock}}\n"
       "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}\n",
       "rest | false | some | [GET /a, PUT /a]\n"},
      {"an empty policy restricts nothing",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Policy: ''}}\n"
       "  Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET}}\n",
       "rest | false | none | [GET Get]\n"},
      {"a throttle on the stage that a deployment makes",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi}\n"
       "  Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET}}\n"
       "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live, "
       "StageDescription: {ThrottlingRateLimit: 5}}}\n",
       "rest | true | none | [GET Get]\n"},
      {"a WebSocket API that asks who connects",
       "Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}\n"
       "  C: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: $connect, "
       "AuthorizationType: CUSTOM}}\n"
       "  S: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: send}}\n",
       "websocket | false | all | []\n"},
      {"routes by their paths",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi}\n"
       "  Todos: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !GetAtt "
       "Api.RootResourceId, PathPart: todos}}\n"
       "  Todo: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !Ref Todos, "
       "PathPart: \"{id}\"}}\n"
       "  Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET, "
       "ResourceId: "
       "!Ref Todo}}\n"
       "  Root: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: ANY, "
       "ResourceId: "
       "!GetAtt Api.RootResourceId}}\n",
       "rest | false | none | [GET /todos/{id}, ANY /]\n"},
      {"what API Gateway answers by itself has nothing behind it",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {swagger: \"2.0\", paths: "
       "{/a: {get: {x-amazon-apigateway-integration: {type: mock}}}}}}}\n"
       "  Put: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: PUT, "
       "ResourceId: "
       "!GetAtt Api.RootResourceId, Integration: {Type: MOCK}}}\n",
       "rest | false | none | []\n"},
      {"a name that stands for no scheme, as SAM writes it, asks for nothing",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {swagger: \"2.0\", security: "
       "[{key: []}], securityDefinitions: {key: {type: apiKey, name: a, in: header}}, paths: {/in: {post: "
       "{security: [{NONE: []}], x-amazon-apigateway-integration: {type: aws_proxy}}}, /me: {get: "
       "{x-amazon-apigateway-integration: {type: aws_proxy}}}}}}}\n"
       "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}\n",
       "rest | false | some | [POST /in]\n"},
      {"a scheme of that name asks for it",
       "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {swagger: \"2.0\", "
       "securityDefinitions: {NONE: {type: apiKey, name: a, in: header}}, paths: {/in: {post: {security: "
       "[{NONE: []}], x-amazon-apigateway-integration: {type: aws_proxy}}}}}}}\n"
       "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api, StageName: live}}\n",
       "rest | false | all | []\n"},
      {"GraphQL by key",
       "Resources:\n  Api: {Type: AWS::AppSync::GraphQLApi, Properties: {AuthenticationType: API_KEY}}\n",
       "graphql | false | none | []\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("apis", {"kind", "throttled", "authenticated", "open_routes"}) == c.expected);
    }
  }
}

TEST_CASE("open writers of an API") {
  std::string deployment = "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}}\n";
  const auto text = [&](const std::string& method, const std::string& more) {
    return "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi" + more + "}\n" +
           "  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: " + method +
           ", Integration: {Uri: !Sub "
           "\"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations\"}}}\n"
           "  Fn: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}\n"
           "  T: {Type: AWS::DynamoDB::Table}\n" +
           deployment +
           "  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Fn, Principal: "
           "apigateway.amazonaws.com, SourceArn: !Sub "
           "\"arn:aws:execute-api:eu-west-1:111122223333:${Api}/*\"}}\n"
           "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - PolicyName: p\n"
           "          PolicyDocument: {Statement: [{Effect: Allow, Action: \"dynamodb:PutItem\", Resource: "
           "!GetAtt T.Arn}]}\n";
  };
  const std::string policy = ", Properties: {Policy: {Statement: []}}";
  CHECK(Model(text("POST", "")).rows("apis", {"open_writers"}) == "[`Fn`]\n");
  CHECK(Model(text("OPTIONS", "")).rows("apis", {"open_writers"}) == "[]\n");
  CHECK(Model(text("POST", policy)).rows("apis", {"open_writers"}) == "[]\n");
  CHECK(Model(text("POST, AuthorizationType: AWS_IAM", "")).rows("apis", {"open_writers"}) == "[]\n");
  const std::string closed = "  Closed: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}\n";
  CHECK(Model(text("POST", "") + closed).rows("apis", {"open_writers"}) == "[]\n");
  const std::string open = closed + "  M2: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, "
                                    "HttpMethod: PUT, Integration: {Uri: !Sub "
                                    "\"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
                                    "${Closed.Arn}/invocations\"}}}\n";
  CHECK(Model(text("POST", "") + open).rows("apis", {"open_writers"}) == "[`Fn`, `Closed`]\n");
  // Nobody can call what nothing deploys.
  deployment.clear();
  CHECK(Model(text("POST", "")).rows("apis", {"open_writers"}) == "[]\n");
}

TEST_CASE("of the functions that may write, those that are asked to come first") {
  const auto route = [](const std::string& id, const std::string& method) {
    return "  " + id +
           "Function: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, "
           "CodeUri: ., Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Table}}], Events: {E: {Type: Api, "
           "Properties: {Path: /" +
           id + ", Method: " + method + "}}}}}\n";
  };
  const auto writers = [&](const std::string& first, const std::string& second) {
    return Model("Transform: AWS::Serverless-2016-10-31\nResources:\n" + route("A", first) +
                 route("B", second) + "  Table: {Type: AWS::DynamoDB::Table}\n")
        .rows("apis", {"open_writers"});
  };
  CHECK(writers("get", "post") == "[`BFunction`, `AFunction`]\n");
  CHECK(writers("post", "get") == "[`AFunction`, `BFunction`]\n");
  CHECK(writers("put", "delete") == "[`AFunction`, `BFunction`]\n");
  CHECK(writers("head", "any") == "[`BFunction`, `AFunction`]\n");
}

TEST_CASE("a usage plan holds an API all of whose routes demand a key") {
  const auto throttled = [](const std::string& first, const std::string& second) {
    return Model("Parameters: {Keyed: {Type: String}}\nResources:\n  Api: {Type: AWS::ApiGateway::RestApi}\n"
                 "  Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET" +
                 first +
                 "}}\n"
                 "  Put: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: PUT" +
                 second +
                 "}}\n"
                 "  P: {Type: AWS::ApiGateway::UsagePlan, Properties: {Throttle: {RateLimit: 1}, ApiStages: "
                 "[{ApiId: !Ref Api}]}}\n")
        .rows("apis", {"throttled"});
  };
  const std::string keyed = ", ApiKeyRequired: true";
  CHECK(throttled(keyed, keyed) == "true\n");
  CHECK(throttled(keyed, "") == "false\n");
  CHECK(throttled(keyed, ", ApiKeyRequired: false") == "false\n");
  CHECK(throttled(keyed, ", ApiKeyRequired: !Ref Keyed") == "?\n");
  CHECK(throttled("", ", ApiKeyRequired: !Ref Keyed") == "false\n");
}

TEST_CASE("a usage plan holds the operations of a document that ask for a key of API Gateway") {
  const auto throttled = [](const std::string& scheme, const std::string& operation) {
    return Model("Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n"
                 "        securityDefinitions: {key: {" +
                 scheme +
                 "}}\n"
                 "        paths: {/a: {get: {" +
                 operation +
                 "x-amazon-apigateway-integration: {type: mock}}}}\n"
                 "  P: {Type: AWS::ApiGateway::UsagePlan, Properties: {Throttle: {RateLimit: 1}, ApiStages: "
                 "[{ApiId: !Ref Api}]}}\n")
        .rows("apis", {"throttled"});
  };
  const std::string key = "type: apiKey, in: header, name: x-api-key";
  CHECK(throttled(key, "security: [{key: []}], ") == "true\n");
  CHECK(throttled(key, "") == "false\n");
  CHECK(throttled("type: apiKey, in: header, name: Authorization", "security: [{key: []}], ") == "false\n");
  CHECK(throttled(key + ", x-amazon-apigateway-authtype: custom", "security: [{key: []}], ") == "false\n");
}

TEST_CASE("a firewall protects what it is associated with, and one that is associated with nothing may be") {
  const auto firewall = [](const std::string& more) {
    return Model("Parameters: {Other: {Type: String}}\nResources:\n"
                 "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n"
                 "  Mail: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n" +
                 more)
        .rows("apis", {"api", "firewall"});
  };
  const auto list = [](const std::string& scope) {
    return "  List: {Type: AWS::WAFv2::WebACL, Properties: {Scope: " + scope + "}}\n";
  };
  const auto association = [](const std::string& arn) {
    return "  Guard: {Type: AWS::WAFv2::WebACLAssociation, Properties: {WebACLArn: !GetAtt List.Arn, "
           "ResourceArn: " +
           arn + "}}\n";
  };
  CHECK(firewall("") == "`Api` | false\n`Mail` | false\n");
  CHECK(firewall(list("REGIONAL")) == "`Api` | ?\n`Mail` | ?\n");
  CHECK(firewall(list("CLOUDFRONT")) == "`Api` | false\n`Mail` | false\n");
  const std::string stage = "!Sub \"arn:aws:apigateway:eu-west-1::/apis/${Api}/stages/live\"";
  CHECK(firewall(list("REGIONAL") + association(stage)) == "`Api` | true\n`Mail` | false\n");
}

TEST_CASE("what a condition or a parameter decides about an API isn't known") {
  struct Case {
    const char* name;
    std::string api;      ///< Properties of the API.
    std::string more;     ///< Properties of the stage, and what follows.
    const char* expected; ///< public, throttled
  };
  const std::string plan =
      "\n  P: {Type: AWS::ApiGateway::UsagePlan, Properties: {Throttle: {RateLimit: 1}, ApiStages: ";
  const Case cases[] = {
      {"neither", "", "", "true | false\n"},
      {"an endpoint of a parameter", "EndpointConfiguration: {Types: [!Ref Stage]}", "", "? | false\n"},
      {"an endpoint that a condition makes private",
       "EndpointConfiguration: {Types: !If [Prod, [REGIONAL], [PRIVATE]]}", "", "false | false\n"},
      {"two public endpoints", "EndpointConfiguration: {Types: !If [Prod, [REGIONAL], [EDGE]]}", "",
       "true | false\n"},
      {"settings of a condition", "",
       ", MethodSettings: !If [Prod, [{ThrottlingRateLimit: 5}], !Ref AWS::NoValue]", "true | ?\n"},
      {"a plan that a condition applies", "", "}}" + plan + "!If [Prod, [{ApiId: !Ref Api}], []]",
       "true | ?\n"},
      {"a plan", "", "}}" + plan + "[{ApiId: !Ref Api}]", "true | true\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model(
          "Parameters: {Stage: {Type: String}}\nConditions: {Prod: !Equals [!Ref Stage, prod]}\n"
          "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {" +
          c.api + "}}\n  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api" + c.more +
          "}}\n");
      CHECK(model.rows("apis", {"public", "throttled"}) == c.expected);
    }
  }
}
