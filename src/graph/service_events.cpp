// SPDX-License-Identifier: Apache-2.0
#include "graph/service_events.hpp"

#include "graph/types.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::graph {

namespace {

constexpr std::string_view by_call = "AWS API Call via CloudTrail";

/// Each service's reference of its events says this; services that are asked to (buckets) among them.
const std::vector<ServiceEvent>& rows() {
  static const std::vector<ServiceEvent> table{
      {"AWS::Batch::JobQueue",
       "aws.batch",
       {"Batch Job State Change"},
       "detail.jobQueue",
       "status",
       {"SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"}},
      {"AWS::CloudWatch::Alarm",
       "aws.cloudwatch",
       {"CloudWatch Alarm State Change", "CloudWatch Alarm Configuration Change"},
       "detail.alarmName",
       {},
       {},
       true},
      {"AWS::CloudWatch::CompositeAlarm",
       "aws.cloudwatch",
       {"CloudWatch Alarm State Change", "CloudWatch Alarm Configuration Change"},
       "detail.alarmName",
       {},
       {},
       true},
      {"AWS::CodeBuild::Project",
       "aws.codebuild",
       {"CodeBuild Build State Change", "CodeBuild Build Phase Change"},
       "detail.project-name",
       {},
       {}},
      {"AWS::CodeCommit::Repository",
       "aws.codecommit",
       {"CodeCommit Repository State Change", "CodeCommit Pull Request State Change",
        "CodeCommit Comment on Commit", "CodeCommit Comment on Pull Request"},
       {},
       {},
       {},
       true},
      {"AWS::CodePipeline::Pipeline",
       "aws.codepipeline",
       {"CodePipeline Pipeline Execution State Change", "CodePipeline Stage Execution State Change",
        "CodePipeline Action Execution State Change"},
       "detail.pipeline",
       {},
       {},
       true},
      {"AWS::DynamoDB::Table",
       "aws.dynamodb",
       {by_call},
       "detail.requestParameters.tableName",
       {},
       {},
       {},
       true},
      {"AWS::ECR::Repository",
       "aws.ecr",
       {"ECR Image Action", "ECR Image Scan"},
       "detail.repository-name",
       {},
       {}},
      {"AWS::ECS::Cluster",
       "aws.ecs",
       {"ECS Task State Change", "ECS Container Instance State Change", "ECS Service Action",
        "ECS Deployment State Change"},
       "detail.clusterArn",
       {},
       {}},
      {"AWS::Glue::Crawler",
       "aws.glue",
       {"Glue Crawler State Change"},
       "detail.crawlerName",
       "state",
       {"Started", "Succeeded", "Failed"}},
      {"AWS::Glue::Job",
       "aws.glue",
       {"Glue Job State Change", "Glue Job Run Status"},
       "detail.jobName",
       {},
       {}},
      {"AWS::S3::Bucket",
       "aws.s3",
       {"Object Created", "Object Deleted", "Object Restore Initiated", "Object Restore Completed",
        "Object Restore Expired", "Object Tags Added", "Object Tags Deleted", "Object ACL Updated",
        "Object Storage Class Changed", "Object Access Tier Changed"},
       "detail.bucket.name",
       {},
       {},
       true},
      {"AWS::S3::Bucket", "aws.s3", {by_call}, "detail.requestParameters.bucketName", {}, {}, {}, true},
      {"AWS::SSM::Parameter",
       "aws.ssm",
       {"Parameter Store Change"},
       "detail.name",
       "operation",
       {"Create", "Update", "Delete", "LabelParameterVersion"},
       true},
      {"AWS::StepFunctions::StateMachine",
       "aws.states",
       {"Step Functions Execution Status Change"},
       "detail.stateMachineArn",
       "status",
       {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"}},
  };
  return table;
}

/// The resource's name or ARN: what it is, and as far as its author wrote it, how it reads.
Content name_of(const System& system, NodeId resource, bool is_arn) {
  if (!resource.valid()) return Content::anything();
  const Node& node = system.node(resource);
  const TypeInfo* info = type_info(node.type);
  Text text = Text::between({}, {});
  if (node.resource != nullptr && info != nullptr && !info->name_property.empty()) {
    const value::Value name = node.resource->properties.at(info->name_property);
    if (!is_arn && name.is_present()) text = Text::of(system, node.template_index, name);
    text.made_up = name.is_absent();
  }
  text.node = resource;
  return Content::one_of({text});
}

Content texts(const std::vector<std::string_view>& words) {
  Content content = Content::one_of({});
  for (const std::string_view word : words) content.texts.push_back(Text::exactly(word));
  return content;
}

/// `content` at a path of objects, the innermost last.
Content nested(std::string_view path, Content content) {
  while (!path.empty()) {
    const std::size_t dot = path.rfind('.');
    const std::string_view name = dot == std::string_view::npos ? path : path.substr(dot + 1);
    content = Content::object({{std::string(name), std::move(content)}});
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  }
  return content;
}

/// What only details of a service's own events have, and what only those of recorded calls have.
constexpr std::string_view service_members[] = {"bucket", "object", "alarmName", "status", "state"};
constexpr std::string_view call_members[] = {"eventSource", "eventName", "requestParameters", "userIdentity"};

void leave_out(Content& event_detail, std::span<const std::string_view> foreign) {
  for (const std::string_view member : foreign) {
    event_detail.names.emplace_back(member);
    event_detail.members.push_back(Content::missing());
  }
}

} // namespace

std::span<const ServiceEvent> service_events() {
  return rows();
}

Content bus_event(Content source, Content detail_type, Content event_detail, Content resources) {
  Content place = Content::anything();
  place.of_deployment = true;
  return Content::object({{"source", std::move(source)},
                          {"detail-type", std::move(detail_type)},
                          {"detail", std::move(event_detail)},
                          {"account", place},
                          {"region", place},
                          {"time", Content::anything()},
                          {"id", Content::anything()},
                          {"version", Content::text("0")},
                          {"resources", std::move(resources)}},
                         false);
}

Content content_of(const System& system, const ServiceEvent& event, NodeId resource) {
  Content body = Content::object({});
  constexpr std::string_view detail = "detail.";
  if (!event.subject.empty()) {
    const std::string_view path = event.subject.substr(detail.size());
    body = nested(path, name_of(system, resource, path.ends_with("Arn") || path == "jobQueue"));
  }
  leave_out(body, event.by_trail ? std::span<const std::string_view>(service_members) : call_members);
  if (!event.state.empty()) {
    body.names.emplace_back(event.state);
    body.members.push_back(texts(event.states));
  }
  Content resources = Content::anything();
  if (event.lists_resource && resource.valid()) resources = name_of(system, resource, true);
  return bus_event(Content::text(event.source), texts(event.detail_types), std::move(body),
                   std::move(resources));
}

bool is_told_of(const System& system, NodeId resource) {
  const std::string& type = system.node(resource).type;
  return std::ranges::find(rows(), type, &ServiceEvent::type) != rows().end();
}

std::vector<Content> told_of(const System& system, NodeId resource) {
  std::vector<Content> result;
  for (const ServiceEvent& event : rows()) {
    if (event.type == system.node(resource).type) result.push_back(content_of(system, event, resource));
  }
  return result;
}

Content bucket_event(const System& system, NodeId bucket, Content detail_type, Content key) {
  Content body = Content::object({{"bucket", Content::object({{"name", name_of(system, bucket, false)}})},
                                  {"object", Content::object({{"key", std::move(key)}})}});
  leave_out(body, call_members);
  return bus_event(Content::text("aws.s3"), std::move(detail_type), std::move(body),
                   name_of(system, bucket, true));
}

Content bucket_call(const System& system, NodeId bucket, Content key) {
  Content body = Content::object(
      {{"eventSource", Content::text("s3.amazonaws.com")},
       {"requestParameters",
        Content::object({{"bucketName", name_of(system, bucket, false)}, {"key", std::move(key)}})}});
  leave_out(body, service_members);
  return bus_event(Content::text("aws.s3"), Content::text(by_call), std::move(body));
}

} // namespace slsaudit::graph
