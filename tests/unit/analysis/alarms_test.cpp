// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/model.hpp"

using slsaudit::support::Model;

namespace {

/// Rows without the marks around names.
std::string rows(const Model& model, const char* table, const std::vector<std::string>& columns) {
  std::string text = model.rows(table, columns);
  std::erase(text, '`');
  return text;
}

const std::vector<std::string> all_columns{"alarm",        "resource", "failure",
                                           "account_wide", "notifies", "through"};

/// "  NAME: {Type: AWS::CloudWatch::Alarm, Properties: {…}}"
std::string alarm(const std::string& name, const std::string& properties) {
  return "  " + name + ": {Type: AWS::CloudWatch::Alarm, Properties: {" + properties + "}}\n";
}
std::string about(const std::string& space, const std::string& metric, const std::string& dimension,
                  const std::string& value) {
  return "Namespace: " + space + ", MetricName: " + metric + ", Dimensions: [{Name: " + dimension +
         ", Value: " + value + "}]";
}

} // namespace

TEST_CASE("what alarms watch") {
  struct Case {
    const char* name;
    std::vector<std::string> templates;
    const char* rows;
  };
  const std::string fn = "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: shop}}\n";
  const std::string queue = "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: work}}\n";
  const std::vector<Case> cases{
      {"by reference",
       {"Resources:\n" + fn + alarm("A", about("AWS/Lambda", "Errors", "FunctionName", "!Ref F"))},
       "A | F | errors | false | false | null\n"},
      {"by name, with actions",
       {"Resources:\n" + fn +
        alarm("A", about("AWS/Lambda", "Throttles", "FunctionName", "shop") + ", AlarmActions: [t]")},
       "A | F | throttles | false | true | null\n"},
      {"by name from another template",
       {"Resources:\n" + queue,
        "Resources:\n" + alarm("A", about("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "work"))},
       "A | Q | age_of_oldest | false | false | null\n"},
      {"by an alias",
       {"Resources:\n" + fn +
        "  L: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}\n" +
        alarm("A", about("AWS/Lambda", "Duration", "Resource", "!Sub '${F}:live'"))},
       "A | F | duration | false | false | null\n"},
      {"by the name that a queue gives",
       {"Resources:\n" + queue +
        alarm("A",
              about("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "!GetAtt Q.QueueName"))},
       "A | Q | backlog | false | false | null\n"},
      {"all functions of the account",
       {"Resources:\n" + fn + alarm("A", "Namespace: AWS/Lambda, MetricName: Errors")},
       "A | null | errors | true | false | null\n"},
      {"something outside",
       {"Resources:\n" + fn + alarm("A", about("AWS/Lambda", "Errors", "FunctionName", "pay"))},
       "A | null | errors | false | false | null\n"},
      {"a parameter names it",
       {"Parameters: {P: {Type: String}}\nResources:\n" + fn +
        alarm("A", about("AWS/Lambda", "Errors", "FunctionName", "!Ref P"))},
       "A | ? | errors | false | false | null\n"},
      {"a parameter names the metric",
       {"Parameters: {P: {Type: String}}\nResources:\n" + fn +
        alarm("A", about("AWS/Lambda", "!Ref P", "FunctionName", "!Ref F"))},
       "A | ? | ? | false | false | null\n"},
      {"a metric of one's own",
       {"Resources:\n" + alarm("A", "Namespace: Shop, MetricName: Orders")},
       "A | null | other | false | false | null\n"},
      {"actions that are off",
       {"Resources:\n" + fn +
        alarm("A", about("AWS/Lambda", "Errors", "FunctionName", "!Ref F") +
                       ", AlarmActions: [t], ActionsEnabled: false")},
       "A | F | errors | false | false | null\n"},
      {"a sum of metrics",
       {"Resources:\n" + fn +
        alarm("A",
              "Metrics: [{Id: s, Expression: 'e / 2'}, {Id: e, MetricStat: {Metric: {Namespace: AWS/Lambda, "
              "MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref F}]}, Stat: Sum}}]")},
       "A | F | errors | false | false | null\n"},
      {"a search over all functions",
       {"Resources:\n" + fn +
        alarm("A", "Metrics: [{Id: s, Expression: \"SUM(SEARCH('{AWS/Lambda,FunctionName} "
                   "MetricName=\\\"Errors\\\"', 'Sum', 60))\"}]")},
       "A | null | errors | true | false | null\n"},
      {"a composite alarm",
       {"Resources:\n" + fn +
        alarm("A", "AlarmName: shop-errors, " + about("AWS/Lambda", "Errors", "FunctionName", "!Ref F")) +
        alarm("B",
              "AlarmName: shop-errors-2, " + about("AWS/Lambda", "Throttles", "FunctionName", "!Ref F")) +
        "  C: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: 'ALARM(\"shop-errors\")', "
        "AlarmActions: [t]}}\n"},
       "A | F | errors | false | false | null\nB | F | throttles | false | false | null\n"
       "C | F | errors | false | true | A\n"},
      {"a composite alarm by reference",
       {"Resources:\n" + fn + alarm("A", about("AWS/Lambda", "Errors", "FunctionName", "!Ref F")) +
        "  C: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: !Sub 'ALARM(${A})'}}\n"},
       "A | F | errors | false | false | null\nC | F | errors | false | false | A\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const Model model(c.templates);
    CHECK(rows(model, "alarms", all_columns) == c.rows);
  }
}

TEST_CASE("of which failures alarms tell") {
  struct Case {
    const char* name;
    std::string text;
    const char* rows; ///< resource, errors, iterator_age, dead_letters
  };
  const std::string fed =
      "  S: {Type: AWS::Kinesis::Stream}\n  F: {Type: AWS::Lambda::Function}\n"
      "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt S.Arn, "
      "FunctionName: !Ref F}}\n";
  const std::string letters = "  F: {Type: AWS::Lambda::Function, Properties: {DeadLetterConfig: {TargetArn: "
                              "!GetAtt D.Arn}}}\n  D: {Type: AWS::SQS::Queue}\n";
  const std::string redriven =
      "  W: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {maxReceiveCount: 3, "
      "deadLetterTargetArn: !GetAtt D.Arn}}}\n  D: {Type: AWS::SQS::Queue}\n";
  const std::string sent =
      alarm("A", about("AWS/SQS", "NumberOfMessagesSent", "QueueName", "!GetAtt D.QueueName"));
  const std::vector<Case> cases{
      {"of none", "Resources:\n  F: {Type: AWS::Lambda::Function}\n", "F | false | null | null\n"},
      {"of the function's",
       "Resources:\n" + fed + alarm("A", about("AWS/Lambda", "IteratorAge", "FunctionName", "!Ref F")),
       "F | false | true | null\n"},
      {"of the stream's",
       "Resources:\n" + fed +
           alarm("A", about("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName", "!Ref S")),
       "F | false | true | null\n"},
      {"of another stream's",
       "Resources:\n" + fed + alarm("A", about("AWS/Lambda", "IteratorAge", "FunctionName", "x")),
       "F | false | false | null\n"},
      {"of the whole account's",
       "Resources:\n" + fed + alarm("A", "Namespace: AWS/Lambda, MetricName: Errors"),
       "F | true | false | null\n"},
      {"letters that a function sends", "Resources:\n" + letters + sent,
       "F | false | null | null\nD | null | null | true\n"},
      {"letters that a queue's redrive moves are not sent", "Resources:\n" + redriven + sent,
       "W | null | null | null\nD | null | null | false\n"},
      {"letters that lie there",
       "Resources:\n" + redriven +
           alarm("A",
                 about("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "!GetAtt D.QueueName")),
       "W | null | null | null\nD | null | null | true\n"},
      {"a subject that isn't known",
       "Parameters: {P: {Type: String}}\nResources:\n" + letters +
           alarm("A", about("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "!Ref P")),
       "F | false | null | null\nD | null | null | ?\n"},
      {"a metric that isn't known",
       "Parameters: {P: {Type: String}}\nResources:\n  F: {Type: AWS::Lambda::Function}\n" +
           alarm("A", "Namespace: AWS/Lambda, MetricName: !Ref P"),
       "F | ? | null | null\n"},
      {"a nested stack that isn't here",
       "Resources:\n  F: {Type: AWS::Lambda::Function}\n  N: {Type: AWS::CloudFormation::Stack, Properties: "
       "{TemplateURL: !Sub 'https://x/${AWS::Region}/alarms.yaml'}}\n",
       "F | ? | null | null\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const Model model(c.text);
    CHECK(rows(model, "watched", {"resource", "errors", "iterator_age", "dead_letters"}) == c.rows);
  }
}

TEST_CASE("how many alarms a system has") {
  const std::string fn = "Resources:\n  F: {Type: AWS::Lambda::Function}\n";
  const std::vector<std::string> shown{"first", "functions", "alarms", "composites", "any"};
  CHECK(rows(Model(fn), "alarms_system", shown) == "F | 1 | 0 | 0 | false\n");
  CHECK(rows(Model(fn + alarm("A", "Namespace: x, MetricName: y")), "alarms_system", shown) ==
        "F | 1 | 1 | 0 | true\n");
  CHECK(rows(Model("Transform: [Ours]\n" + fn), "alarms_system", shown) == "F | 1 | 0 | 0 | ?\n");
  CHECK(rows(Model(std::vector<std::string>{fn, "Resources:\n" + alarm("A", "Namespace: x, MetricName: y")}),
             "alarms_system", shown) == "F | 1 | 1 | 0 | true\n");
  CHECK(rows(Model("Resources:\n  Q: {Type: AWS::SQS::Queue}\n"), "alarms_system", shown) == "");
}

TEST_CASE("why an alarm never sees data") {
  const std::string resources =
      "Parameters: {P: {Type: String}, D: {Type: String, Default: Error}}\nResources:\n  F: {Type: "
      "AWS::Lambda::Function}\n  Q: {Type: "
      "AWS::SQS::Queue}\n"
      "  T: {Type: AWS::DynamoDB::Table}\n  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}\n"
      "  H: {Type: AWS::ApiGatewayV2::Api}\n  W: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: "
      "WEBSOCKET}}\n  S: {Type: AWS::StepFunctions::StateMachine}\n  N: {Type: "
      "AWS::SNS::Topic}\n";
  const auto none = [](const std::string& space, const std::string& metric) {
    return "Namespace: " + space + ", MetricName: " + metric;
  };
  struct Case {
    std::string alarm;
    const char* fault; ///< "kind | instead"
  };
  const Case cases[] = {
      {about("AWS/Lambda", "errors", "FunctionName", "!Ref F"), "name | Errors"},
      {about("AWS/Lambda", "Throttle", "FunctionName", "!Ref F"), "name | Throttles"},
      {about("AWS/Lambda", "ApproximateAgeOfOldestMessage", "FunctionName", "!Ref F"), "name | null"},
      {about("AWS/SQS", "ApproximateNumberOfMessageVisible", "QueueName", "jobs"),
       "name | ApproximateNumberOfMessagesVisible"},
      {about("AWS/ApiGateway", "5XX", "ApiId", "!Ref H"), "name | 5xx"},
      {about("AWS/Lambda", "SomethingNew", "FunctionName", "!Ref F"), "null | null"},
      {about("AWS/EC2", "CPUUtilisation", "InstanceId", "i-1"), "null | null"},
      {none("AWS/Lambda", "Errors"), "null | null"},
      {none("AWS/SQS", "NumberOfMessagesSent"), "missing | null"},
      {about("AWS/SQS", "NumberOfMessagesSent", "Queuename", "jobs"), "dimension | QueueName"},
      {about("AWS/SQS", "NumberOfMessagesSent", "TopicName", "jobs"), "dimension | null"},
      {about("AWS/SQS", "NumberOfMessagesSent", "!Ref P", "jobs"), "null | null"},
      {about("AWS/Lambda", "UnreservedConcurrentExecutions", "FunctionName", "!Ref F"), "account | null"},
      {none("AWS/Lambda", "UnreservedConcurrentExecutions"), "null | null"},
      {about("AWS/DynamoDB", "ThrottledRequests", "TableName", "!Ref T"), "missing | ReadThrottleEvents"},
      {about("AWS/DynamoDB", "SystemErrors", "TableName", "!Ref T"), "missing | null"},
      {about("AWS/DynamoDB", "WriteThrottleEvents", "TableName", "!Ref T"), "null | null"},
      {about("AWS/ApiGateway", "5XXError", "ApiId", "!Ref H"), "missing | 5xx"},
      {about("AWS/ApiGateway", "5XXError", "ApiId", "!Ref R"), "missing | null"},
      {about("AWS/ApiGateway", "4xx", "ApiName", "shop"), "missing | 4XXError"},
      {about("AWS/ApiGateway", "4XXErrors", "ApiName", "shop"), "name | 4XXError"},
      {about("AWS/ApiGateway", "5XXError", "ApiId", "!Ref W"), "missing | IntegrationError"},
      {about("AWS/ApiGateway", "5xx", "ApiId", "!Ref W"), "name | IntegrationError"},
      {about("AWS/ApiGateway", "MessageCount", "ApiId", "!Ref W"), "null | null"},
      {about("AWS/ApiGateway", "5xx", "ApiId", "!Ref P"), "null | null"},
      {about("AWS/ApiGateway", "Latency", "ApiId", "!Ref H"), "null | null"},
      {about("AWS/ApiGateway", "Latency", "ApiName", "!Ref R"), "value | null"},
      {about("AWS/Lambda", "Errors", "FunctionName", "!GetAtt F.Arn"), "value | F"},
      {about("AWS/Lambda", "Errors", "FunctionName", "!Ref P"), "null | null"},
      {about("AWS/SQS", "NumberOfMessagesSent", "QueueName", "!Ref Q"), "value | Q.QueueName"},
      {about("AWS/SQS", "NumberOfMessagesSent", "QueueName", "!GetAtt Q.QueueName"), "null | null"},
      {about("AWS/SNS", "NumberOfNotificationsFailed", "TopicName", "!Ref N"), "value | N.TopicName"},
      {about("AWS/States", "ExecutionsFailed", "StateMachineArn", "!GetAtt S.Arn"), "null | null"},
      {about("AWS/States", "ExecutionsFailed", "StateMachineArn", "!GetAtt S.Name"), "value | S"},
      {about("AWS/States", "ExecutionsThrottled", "StateMachineArn", "!Ref S"), "name | ExecutionThrottled"},
      {about("Shop", "Errors", "FunctionName", "!GetAtt F.Arn"), "null | null"},
      {about("AWS/Lambda", "!Ref D", "FunctionName", "!Ref F"), "name | Errors"},
  };
  for (const Case& one : cases) {
    INFO(one.alarm);
    CHECK(rows(Model(resources + alarm("A", one.alarm)), "alarms", {"fault_kind", "instead"}) ==
          std::string(one.fault) + "\n");
  }
  const Model told(resources + alarm("A", about("AWS/DynamoDB", "ThrottledRequests", "TableName", "!Ref T")) +
                   alarm("B", about("AWS/DynamoDB", "UserErrors", "TableName", "!Ref T")) +
                   alarm("C", about("AWS/SQS", "NumberOfMessagesSent", "QueueName", "!Ref Q")) +
                   alarm("D", about("AWS/Lambda", "Errors", "FunctionName", "!GetAtt F.Arn")));
  CHECK(told.rows("alarms", {"fault"}) ==
        "data of `ThrottledRequests` has the dimensions `TableName` and `Operation`, the alarm has only "
        "`TableName`, by "
        "which there is `ReadThrottleEvents` or `WriteThrottleEvents`\n"
        "`UserErrors` has no dimension `TableName`: it is the account's, and has none\n"
        "`QueueName` takes what `Ref` of `Q` doesn't give, but `Q.QueueName`\n"
        "`FunctionName` takes what `F.Arn` doesn't give, but `Ref` of `F`\n");
}
