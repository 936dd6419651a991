// SPDX-License-Identifier: Apache-2.0
#include "graph/extract.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::graph {

namespace {

constexpr std::pair<std::string_view, Extractor> extractors[] = {
    {"AWS::ApiGateway::Authorizer", extract_authorizer},
    {"AWS::ApiGateway::BasePathMapping", extract_domain_mapping},
    {"AWS::ApiGateway::Method", extract_method},
    {"AWS::ApiGateway::RestApi", extract_rest_api},
    {"AWS::ApiGateway::Stage", extract_rest_stage},
    {"AWS::ApiGatewayV2::Api", extract_http_api},
    {"AWS::ApiGatewayV2::ApiMapping", extract_domain_mapping},
    {"AWS::ApiGatewayV2::Authorizer", extract_http_authorizer},
    {"AWS::ApiGatewayV2::Integration", extract_http_integration},
    {"AWS::ApiGatewayV2::Route", extract_route},
    {"AWS::ApiGatewayV2::Stage", extract_http_stage},
    {"AWS::AppRunner::Service", extract_app},
    {"AWS::AppSync::DataSource", extract_data_source},
    {"AWS::AppSync::GraphQLApi", extract_graphql_api},
    {"AWS::AppSync::Resolver", extract_resolver},
    {"AWS::Athena::WorkGroup", extract_workgroup},
    {"AWS::Batch::JobDefinition", extract_task},
    {"AWS::CloudFront::Distribution", extract_distribution},
    {"AWS::CloudWatch::Alarm", extract_alarm},
    {"AWS::CloudWatch::CompositeAlarm", extract_alarm},
    {"AWS::CloudWatch::Dashboard", extract_dashboard},
    {"AWS::CodeBuild::Project", extract_build},
    {"AWS::CodeDeploy::DeploymentGroup", extract_deployment_group},
    {"AWS::Cognito::IdentityPool", extract_identity_pool},
    {"AWS::Cognito::IdentityPoolRoleAttachment", extract_pool_roles},
    {"AWS::Cognito::UserPool", extract_user_pool},
    {"AWS::Cognito::UserPoolIdentityProvider", extract_identity_provider},
    {"AWS::Config::ConfigRule", extract_config_rule},
    {"AWS::DynamoDB::GlobalTable", extract_table},
    {"AWS::DynamoDB::Table", extract_table},
    {"AWS::ECS::TaskDefinition", extract_task},
    {"AWS::ElasticLoadBalancingV2::Listener", extract_listener},
    {"AWS::ElasticLoadBalancingV2::ListenerRule", extract_listener},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", extract_load_balancer},
    {"AWS::Events::ApiDestination", extract_api_destination},
    {"AWS::Events::Archive", extract_archive},
    {"AWS::Events::Rule", extract_rule},
    {"AWS::Glue::Crawler", extract_crawler},
    {"AWS::Glue::Job", extract_task},
    {"AWS::Glue::Trigger", extract_glue_trigger},
    {"AWS::IoT::TopicRule", extract_topic_rule},
    {"AWS::KinesisFirehose::DeliveryStream", extract_firehose},
    {"AWS::Lambda::Alias", extract_alias},
    {"AWS::Lambda::EventInvokeConfig", extract_event_invoke_config},
    {"AWS::Lambda::EventSourceMapping", extract_event_source_mapping},
    {"AWS::Lambda::Function", extract_function},
    {"AWS::Lambda::Url", extract_function_url},
    {"AWS::Logs::LogGroup", extract_log_group},
    {"AWS::Logs::SubscriptionFilter", extract_subscription_filter},
    {"AWS::Pipes::Pipe", extract_pipe},
    {"AWS::RDS::DBCluster", extract_database},
    {"AWS::RDS::DBInstance", extract_database},
    {"AWS::RDS::DBProxy", extract_proxy},
    {"AWS::RDS::DBProxyTargetGroup", extract_proxy_targets},
    {"AWS::RDS::EventSubscription", extract_database_events},
    {"AWS::Route53::RecordSet", extract_record},
    {"AWS::Route53::RecordSetGroup", extract_record},
    {"AWS::S3::Bucket", extract_bucket},
    {"AWS::SES::ReceiptRule", extract_receipt_rule},
    {"AWS::SNS::Subscription", extract_subscription},
    {"AWS::SNS::Topic", extract_topic},
    {"AWS::SQS::Queue", extract_queue},
    {"AWS::Scheduler::Schedule", extract_schedule},
    {"AWS::SecretsManager::RotationSchedule", extract_rotation},
    {"AWS::StepFunctions::StateMachine", extract_state_machine},
    {"AWS::WAFRegional::WebACLAssociation", extract_web_acl_association},
    {"AWS::WAFv2::WebACLAssociation", extract_web_acl_association},
    {"Custom::CognitoUserPool", extract_existing_pool},
    {"Custom::LogRetention", extract_log_group}, // The CDK's: has the same properties.
    {"Custom::S3", extract_existing_bucket},
    {"Custom::S3BucketNotifications", extract_bucket_notifications},
};

} // namespace

Extractor extractor_for(std::string_view type) {
  if (is_of_other_platform(type)) return extract_other_platform;
  const auto found =
      std::ranges::lower_bound(extractors, type, {}, &std::pair<std::string_view, Extractor>::first);
  return found != std::end(extractors) && found->first == type ? found->second : nullptr;
}

Site::Site(Draft& the_draft, NodeId the_self)
    : draft(the_draft), self(the_self), template_index(the_draft.index().template_of(the_self)),
      resource(the_draft.index().resource(the_self)) {}

std::string Site::says(std::string_view what) const {
  return std::string(what) + " `" + std::string(resource.logical_id) + "`";
}

void Site::link(Link link, const value::Value& to) const {
  for (const Target& target : targets(to)) {
    link.to = target.node;
    link.span = target.value.span();
    draft.add(link);
  }
}

void Site::deliver(Link link, const value::Value& to) const {
  for (const Target& target : targets(to)) {
    const Arrival arrival = arrival_at(draft.category(target.node));
    link.kind = arrival.kind;
    link.mode = arrival.mode;
    link.to = target.node;
    link.span = target.value.span();
    draft.add(link);
  }
}

void Site::open_to_internet(std::string_view what, const value::Value& said,
                            const value::Value& settings) const {
  draft.add({.kind = EdgeKind::requests,
             .from = draft.internet(template_index),
             .to = self,
             .mode = Mode::synchronous,
             .settings = settings,
             .span = said.is_present() ? said.span() : resource.id_span,
             .text = says(what)});
}

Arrival arrival_at(Category category) {
  switch (category) {
  case Category::function:
  case Category::workflow:
  case Category::task:
  case Category::rule:
  case Category::api:
  case Category::endpoint:
    return {EdgeKind::triggers, Mode::asynchronous};
  case Category::table:
  case Category::bucket:
  case Category::store:
    return {EdgeKind::writes, Mode::asynchronous};
  case Category::log_group:
    return {EdgeKind::logs, Mode::asynchronous};
  default:
    return {EdgeKind::sends, Mode::asynchronous};
  }
}

std::vector<value::Value> entries(const value::Value& list) {
  std::vector<value::Value> result;
  const auto add = [&](const value::Value& item) {
    if (!item.is(value::Kind::conditional)) {
      if (item.is_present() && !item.is_unknown()) result.push_back(item);
      return;
    }
    for (const value::Value& alternative : item.alternatives()) {
      if (alternative.is_present() && !alternative.is_unknown()) result.push_back(alternative);
    }
  };
  const auto add_items = [&](const value::Value& alternative) {
    if (!alternative.is_list()) add(alternative);
    for (const value::Value& item : alternative.items()) add(item);
  };
  if (!list.is(value::Kind::conditional)) {
    add_items(list);
  } else {
    for (const value::Value& alternative : list.alternatives()) add_items(alternative);
  }
  return result;
}

std::vector<value::Member> members(const value::Value& map) {
  std::vector<value::Member> result;
  for (const value::Value& alternative : map.alternatives()) {
    result.insert(result.end(), alternative.members().begin(), alternative.members().end());
  }
  return result;
}

std::string_view text_of(const value::Value& value) {
  return value.as_string().value_or(std::string_view{});
}

bool holds(const value::Value& list, std::string_view text) {
  return std::ranges::any_of(entries(list),
                             [&](const value::Value& item) { return item.as_string() == text; });
}

// Recursion: depth is that of the author's tree.
void for_each_string(const value::Value& value, const std::function<void(const value::Value&)>& visit) {
  switch (value.kind()) {
  case value::Kind::string:
  case value::Kind::symbolic:
    return visit(value);
  case value::Kind::conditional:
    for_each_string(value.when_true(), visit);
    return for_each_string(value.when_false(), visit);
  case value::Kind::list:
    for (const value::Value& item : value.items()) for_each_string(item, visit);
    return;
  case value::Kind::map:
    for (const value::Member& member : value.members()) for_each_string(member.value, visit);
    return;
  default:
    return;
  }
}

} // namespace slsaudit::graph
