// SPDX-License-Identifier: Apache-2.0
#include "analysis/event_source.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

using graph::EdgeKind;
using graph::Mode;

struct FromType {
  std::string_view type;
  std::string_view id;
};

/// Of routes.
constexpr FromType callers[] = {
    {"AWS::ApiGateway::RestApi", "apigateway-rest"},
    {"AWS::AppSync::GraphQLApi", "appsync"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "elb"},
};

/// Of polls.
constexpr FromType polled[] = {
    {"AWS::AmazonMQ::Broker", "mq"},
    {"AWS::DocDB::DBCluster", "documentdb"},
    {"AWS::DynamoDB::GlobalTable", "dynamodb-stream"},
    {"AWS::DynamoDB::Table", "dynamodb-stream"},
    {"AWS::Kinesis::Stream", "kinesis"},
    {"AWS::MSK::Cluster", "msk"},
    {"AWS::MSK::ServerlessCluster", "msk"},
};

/// Of what triggers and sends.
constexpr FromType senders[] = {
    {"AWS::Cognito::UserPool", "cognito-trigger"},
    {"AWS::Events::Rule", "eventbridge-rule"},
    {"AWS::IoT::TopicRule", "iot-rule"},
    {"AWS::Logs::LogGroup", "cloudwatch-logs"},
    {"AWS::Pipes::Pipe", "eventbridge-pipe"},
    {"AWS::S3::Bucket", "s3"},
    {"AWS::SES::ReceiptRule", "ses"},
    {"AWS::SNS::Topic", "sns"},
    {"AWS::Scheduler::Schedule", "eventbridge-scheduler"},
};

template <std::size_t size> std::string_view id_for(const FromType (&rows)[size], std::string_view type) {
  const auto found = std::ranges::find(rows, type, &FromType::type);
  return found == std::end(rows) ? std::string_view{} : found->id;
}

std::string_view id_of_api(const graph::Node& api) {
  if (api.type != "AWS::ApiGatewayV2::Api") return id_for(callers, api.type);
  return property(api, "ProtocolType").as_string() == "WEBSOCKET" ? "apigateway-websocket"
                                                                  : "apigateway-http";
}

std::string_view id_of_queue(const graph::Node& source) {
  if (source.type != "AWS::SQS::Queue") return id_for(polled, source.type);
  return property(source, "FifoQueue").as_boolean() == true ? "sqs-fifo" : "sqs-standard";
}

std::string_view id_at_edge(const graph::Edge& edge) {
  const std::string_view event = edge.settings.get("EventType").as_string().value_or("");
  if (event.starts_with("viewer-")) return "lambda-edge-viewer";
  return event.starts_with("origin-") ? "lambda-edge-origin" : std::string_view{};
}

std::string_view id_of_call(const graph::Node& caller, const graph::Edge& edge) {
  if (caller.type == "AWS::StepFunctions::StateMachine") return "stepfunctions-task";
  if (caller.type == "AWS::KinesisFirehose::DeliveryStream") return "firehose-transform";
  if (caller.type == "AWS::Pipes::Pipe") return "eventbridge-pipe";
  if (edge.mode == Mode::none) return {};
  return edge.mode == Mode::synchronous ? "invoke-synchronous" : "invoke-asynchronous";
}

std::string_view id_of(const graph::System& system, const graph::Edge& edge) {
  const graph::Node& from = system.node(edge.from);
  switch (edge.kind) {
  case EdgeKind::routes:
    // A method of another stack's API: only REST APIs have those.
    return is_type(system, edge.via, "AWS::ApiGateway::Method") ? "apigateway-rest" : id_of_api(from);
  case EdgeKind::polls:
    return id_of_queue(from);
  case EdgeKind::invokes:
    return id_of_call(from, edge);
  case EdgeKind::requests:
    return is_type(system, edge.via, "AWS::Lambda::Url") ? "function-url" : std::string_view{};
  case EdgeKind::triggers:
  case EdgeKind::sends:
    return from.type == "AWS::CloudFront::Distribution" ? id_at_edge(edge) : id_for(senders, from.type);
  default:
    return {};
  }
}

} // namespace

const knowledge::EventSource* event_source_of(const Facts& facts, const graph::Edge& edge) {
  const std::string_view id = id_of(facts.system(), edge);
  return id.empty() ? nullptr : facts.knowledge().event_source(id);
}

double quota_of(const Facts& facts, std::string_view id, double otherwise) {
  const knowledge::Quota* quota = facts.knowledge().quota(id);
  return quota == nullptr ? otherwise : quota->value;
}

bool hands_over(const value::Value& route) {
  constexpr std::string_view header = "integration.request.header.X-Amz-Invocation-Type";
  const std::vector<value::Value> routes = each_of(route);
  const auto is_event = [&](const value::Value& one) {
    for (const char* path :
         {"Integration.RequestParameters", "x-amazon-apigateway-integration.requestParameters"}) {
      const value::Value setting = one.at(path).get(header);
      if (setting.as_string() == "'Event'") return true;
    }
    return false;
  };
  return !routes.empty() && std::ranges::all_of(routes, is_event);
}

} // namespace slsaudit::analysis
