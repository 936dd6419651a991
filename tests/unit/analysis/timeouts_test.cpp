// SPDX-License-Identifier: Apache-2.0
// Who waits for whom, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const std::string cfn = "Parameters: {P: {Type: Number}}\nResources:\n";

std::string fn(const std::string& name, const std::string& properties) {
  return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {" + properties + "}}\n";
}

std::string rest(const std::string& integration) {
  return "  Api: {Type: AWS::ApiGateway::RestApi}\n  Get: {Type: AWS::ApiGateway::Method, Properties: "
         "{RestApiId: !Ref "
         "Api, HttpMethod: GET, Integration: {Type: AWS, Uri: !Sub "
         "'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'" +
         integration + "}}}\n";
}

std::string workflow(const std::string& more) {
  return "  W: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: {StartAt: A, States: {A: "
         "{Type: Task, "
         "End: true, Resource: !GetAtt F.Arn" +
         more + "}}}}}\n";
}

std::string queue(const std::string& properties, const std::string& mapping = "") {
  return "  Q: {Type: AWS::SQS::Queue, Properties: {" + properties +
         "}}\n  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn, "
         "FunctionName: "
         "!Ref F" +
         mapping + "}}\n";
}

/// F may invoke G.
std::string invokes(const std::string& more) {
  return "  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: "
         "[{Effect: "
         "Allow, Action: 'lambda:InvokeFunction', Resource: !GetAtt G.Arn}]}}]}}\n" +
         more;
}

} // namespace

TEST_CASE("callers give up before what they wait for") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< kind, waits, caller_limit, callee_limit, inverted, ceiling, at_ceiling
  };
  const Case cases[] = {
      {"a REST API and a short function", cfn + fn("F", "Timeout: 10") + rest(""),
       "api | true | 29 | 10 | false | 29 | false\n"},
      {"a REST API and a long function", cfn + fn("F", "Timeout: 30") + rest(""),
       "api | true | 29 | 30 | true | 29 | true\n"},
      {"just below", cfn + fn("F", "Timeout: 29") + rest(""), "api | true | 29 | 29 | false | 29 | true\n"},
      {"an integration that gives up sooner", cfn + fn("F", "Timeout: 10") + rest(", TimeoutInMillis: 5000"),
       "api | true | 5 | 10 | true | 29 | false\n"},
      {"an integration with a timeout that is not known",
       cfn + fn("F", "Timeout: 10") + rest(", TimeoutInMillis: !Ref P"),
       "api | true | ? | 10 | ? | 29 | false\n"},
      {"an integration that hands over",
       cfn + fn("F", "Timeout: 300") +
           rest(", RequestParameters: {integration.request.header.X-Amz-Invocation-Type: \"'Event'\"}"),
       ""},
      {"a function whose timeout is not known", cfn + fn("F", "Timeout: !Ref P") + rest(""),
       "api | true | 29 | ? | ? | 29 | ?\n"},
      {"a HTTP API",
       cfn + fn("F", "Timeout: 30") +
           "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !GetAtt F.Arn}}\n",
       "api | true | 30 | 30 | false | 30 | true\n"},
      {"a state without a timeout", cfn + fn("F", "Timeout: 300") + workflow(""),
       "workflow | true | null | 300 | false | null | false\n"},
      {"a state with one", cfn + fn("F", "Timeout: 300") + workflow(", TimeoutSeconds: 60"),
       "workflow | true | 60 | 300 | true | null | false\n"},
      {"a user pool",
       cfn + fn("F", "Timeout: 6") +
           "  U: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt F.Arn}}}\n",
       "user-pool | true | 5 | 6 | true | 5 | true\n"},
      {"a load balancer",
       cfn + fn("F", "Timeout: 90") +
           "  B: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {LoadBalancerAttributes: "
           "[{Key: "
           "idle_timeout.timeout_seconds, Value: '120'}]}}\n"
           "  T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: lambda, Targets: "
           "[{Id: "
           "!GetAtt F.Arn}]}}\n"
           "  L: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref B, "
           "DefaultActions: "
           "[{Type: forward, TargetGroupArn: !Ref T}]}}\n",
       "api | true | 120 | 90 | false | null | false\n"},
      {"functions, perhaps",
       cfn + fn("F", "Timeout: 10, Role: !GetAtt R.Arn") + fn("G", "Timeout: 20") + invokes(""),
       "function | ? | 10 | 20 | ? | 900 | false\n"},
      {"functions, never mind",
       cfn + fn("F", "Timeout: 20, Role: !GetAtt R.Arn") + fn("G", "Timeout: 10") + invokes(""),
       "function | ? | 20 | 10 | false | 900 | false\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("timeouts", {"kind", "waits", "caller_limit", "callee_limit", "inverted",
                                            "ceiling", "at_ceiling"}) == c.expected);
    }
  }
}

TEST_CASE("queues hide messages long enough, or not") {
  struct Case {
    std::string queue;
    std::string mapping;
    const char* expected; ///< caller_limit, inverted, need, too_short
  };
  const Case cases[] = {
      {"VisibilityTimeout: 120", "", "120 | false | 120 | false\n"},
      {"VisibilityTimeout: 119", "", "119 | false | 120 | true\n"},
      {"", "", "30 | false | 120 | true\n"},
      {"VisibilityTimeout: 10", "", "10 | true | 120 | true\n"},
      {"VisibilityTimeout: 120", ", MaximumBatchingWindowInSeconds: 30", "120 | false | 150 | true\n"},
      {"VisibilityTimeout: !Ref P", "", "? | ? | 120 | ?\n"},
      {"VisibilityTimeout: 120", ", MaximumBatchingWindowInSeconds: !Ref P", "120 | false | ? | ?\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.queue << c.mapping) {
      CHECK(Model(cfn + fn("F", "Timeout: 20") + queue(c.queue, c.mapping))
                .rows("timeouts", {"caller_limit", "inverted", "need", "too_short"}) == c.expected);
    }
  }
}
