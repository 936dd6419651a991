// SPDX-License-Identifier: Apache-2.0
// Attempts on an event that always fails, computed by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const std::string head = "Parameters: {P: {Type: Number}}\nResources:\n";
const std::string fn = "  F: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}\n";
const std::string topic =
    "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: "
    "!GetAtt F.Arn}]}}\n";

std::string mapping(const std::string& source, const std::string& more = "") {
  return "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: " +
         source + more + "}}\n";
}
std::string queue(const std::string& receives) {
  const std::string redrive =
      receives.empty()
          ? ""
          : "RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: " + receives + "}";
  return "  Q: {Type: AWS::SQS::Queue, Properties: {" + redrive + "}}\n  D: {Type: AWS::SQS::Queue}\n";
}
std::string config(const std::string& retries) {
  return "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, Qualifier: $LATEST, "
         "MaximumRetryAttempts: " +
         retries + "}}\n";
}
std::string workflow(const std::string& retry, const std::string& resource = "!GetAtt F.Arn",
                     const std::string& id = "W") {
  return "  " + id +
         ": {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: {StartAt: A, States: {A: "
         "{Type: Task, "
         "End: true, " +
         resource + retry + "}}}}}\n";
}

} // namespace

TEST_CASE("attempts multiply where failures come back") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< source, attempts, unbounded, complete, levels
  };
  const std::string calls = "Resource: !GetAtt F.Arn";
  const std::string pipe =
      "  Pipe: {Type: AWS::Pipes::Pipe, Properties: {Source: !GetAtt Q.Arn, Target: !GetAtt F.Arn";
  const Case cases[] = {
      {"asynchronous, as the platform does it", head + fn + topic, "`T` | 3 | false | true | 1\n"},
      {"asynchronous, as configured", head + fn + topic + config("1"), "`T` | 2 | false | true | 1\n"},
      {"asynchronous, not at all", head + fn + topic + config("0"), "`T` | 1 | false | true | 1\n"},
      {"asynchronous, not known", head + fn + topic + config("!Ref P"), "`T` | 1 | false | false | 1\n"},
      {"a queue", head + fn + queue("5") + mapping("!GetAtt Q.Arn"), "`Q` | 5 | false | true | 1\n"},
      {"a queue without redrive", head + fn + queue("") + mapping("!GetAtt Q.Arn"),
       "`Q` | 1 | true | true | 1\n"},
      {"a stream", head + fn + "  K: {Type: AWS::Kinesis::Stream}\n" + mapping("!GetAtt K.Arn"),
       "`K` | 1 | true | true | 1\n"},
      {"a stream with an end",
       head + fn + "  K: {Type: AWS::Kinesis::Stream}\n" +
           mapping("!GetAtt K.Arn", ", MaximumRetryAttempts: 9"),
       "`K` | 10 | false | true | 1\n"},
      {"a stream with an explicit none",
       head + fn + "  K: {Type: AWS::Kinesis::Stream}\n" +
           mapping("!GetAtt K.Arn", ", MaximumRetryAttempts: -1"),
       "`K` | 1 | true | true | 1\n"},
      {"a state without Retry", head + fn + workflow("", calls), "`W` | 1 | false | true | 0\n"},
      {"a state's Retry",
       head + fn + workflow(", Retry: [{ErrorEquals: [States.ALL], MaxAttempts: 4}]", calls),
       "`W` | 5 | false | true | 1\n"},
      {"a state's Retry with the platform's attempts",
       head + fn + workflow(", Retry: [{ErrorEquals: [States.TaskFailed]}]", calls),
       "`W` | 4 | false | true | 1\n"},
      {"a state that retries only the service",
       head + fn +
           workflow(", Retry: [{ErrorEquals: [Lambda.ServiceException, Lambda.SdkClientException], "
                    "MaxAttempts: 6}]",
                    calls),
       "`W` | 1 | false | true | 0\n"},
      {"a workflow that a topic's function would start is no multiple",
       head + fn + workflow(", Retry: [{ErrorEquals: [States.ALL], MaxAttempts: 4}]", calls) +
           "  R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, "
           "Arn: !Ref "
           "W, RetryPolicy: {MaximumRetryAttempts: 9}}]}}\n",
       "`R` | 5 | false | true | 1\n"},
      {"workflows within workflows",
       head + fn + workflow(", Retry: [{ErrorEquals: [States.ALL], MaxAttempts: 4}]", calls) +
           workflow(", Retry: [{ErrorEquals: [States.ALL], MaxAttempts: 2}]",
                    "Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: "
                    "{StateMachineArn: !Ref W}",
                    "Outer"),
       "`Outer` | 15 | false | true | 2\n"},
      {"a pipe waits for its target", head + fn + queue("5") + pipe + "}}\n", "`Q` | 5 | false | true | 1\n"},
      {"a pipe that doesn't",
       head + fn + queue("5") + pipe +
           ", TargetParameters: {LambdaFunctionParameters: {InvocationType: FIRE_AND_FORGET}}}}\n",
       "`Pipe` | 3 | false | true | 1\n"},
      {"an API",
       head + fn +
           "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Target: !GetAtt F.Arn}}\n",
       "`Api` | 1 | false | true | 0\n"},
      {"a queue behind a topic",
       head + fn + queue("5") + mapping("!GetAtt Q.Arn") +
           "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt "
           "Q.Arn}]}}\n",
       "`Q` | 5 | false | true | 1\n"},
      {"an imported queue", head + fn + mapping("!ImportValue Orders"),
       "`imported Orders` | 1 | false | false | 1\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.text).rows("retries", {"source", "attempts", "unbounded", "complete", "levels"}) ==
            c.expected);
    }
  }
}

TEST_CASE("attempts of a queue multiply with those of the states that it waits for") {
  const Model model(
      head + fn + queue("3") +
      "  Pipe: {Type: AWS::Pipes::Pipe, Properties: {Source: !GetAtt Q.Arn, Enrichment: !GetAtt F.Arn, "
      "Target: !Ref T2}}\n  T2: {Type: AWS::SNS::Topic}\n" +
      topic);
  CHECK(model.rows("retries", {"function", "source", "attempts", "factors"}) ==
        "`F` | `Q` | 3 | [3 receives]\n`F` | `T` | 3 | [3 asynchronous attempts]\n");
}
