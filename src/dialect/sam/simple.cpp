// SPDX-License-Identifier: Apache-2.0
// SAM resources that become one or two CloudFormation resources: tables, layers, applications, capacity
// providers.
#include "dialect/sam/policies.hpp"
#include "dialect/sam/resources.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

/// "DELETE" → "Delete": RetentionPolicy is read without regard to case.
std::string_view retention(std::string_view given) {
  const auto equal = [&](std::string_view word) {
    return std::equal(given.begin(), given.end(), word.begin(), word.end(),
                      [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  };
  if (equal("Delete")) return "Delete";
  return equal("Retain") ? "Retain" : std::string_view{};
}

const Node* scaling_of(Context& context, const Node* config) {
  if (config == nullptr) return nullptr;
  const Make make = context.make(config->span);
  Map scaling(context.arena);
  scaling.copy(config, "MaxVCpuCount");
  const Node* target = get(config, "AverageCPUUtilization");
  scaling.set("ScalingMode", make.text(target != nullptr ? "Manual" : "Auto"));
  if (target != nullptr) {
    scaling.set("ScalingPolicies",
                make.json(R"([{"PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization",
      "TargetValue": "$target"}])",
                          {{"target", target}}));
  }
  return scaling.node(config->span);
}

const Node* operator_role(Context& context, const Source& source) {
  const Node* given = source.get("OperatorRole");
  if (given != nullptr) return given;
  const Make make = context.make(source.span_of("OperatorRole"));
  const std::string id = std::string(source.id) + "OperatorRole";
  context.emit(
      source, id, "AWS::IAM::Role",
      make.map({{"AssumeRolePolicyDocument", trust(make, "lambda.amazonaws.com")},
                {"ManagedPolicyArns",
                 make.list({managed_policy(context, "AWSLambdaManagedEC2ResourceOperator", make.span())})},
                {"Tags", tag_list(context, nullptr, "lambda:createdBy", make.span())}}),
      make.span(), "OperatorRole");
  return make.get_att(id, "Arn");
}

} // namespace

void lower_simple_table(Context& context, const Source& source) {
  const Make make = context.make(source.span_of("PrimaryKey"));
  const Node* key = context.expect_map(source.get("PrimaryKey"), "PrimaryKey");
  const Node* name = get(key, "Name");
  if (name == nullptr) name = make.text("id");
  const std::string_view type = text_of(get(key, "Type"));
  const Node* letter = make.text(type == "Number" ? "N" : type == "Binary" ? "B" : "S");
  Map table(context.arena);
  table.set("AttributeDefinitions",
            make.list({make.map({{"AttributeName", name}, {"AttributeType", letter}})}));
  table.set("KeySchema", make.list({make.map({{"AttributeName", name}, {"KeyType", make.text("HASH")}})}));
  if (truthy(source.get("ProvisionedThroughput"))) {
    table.copy(source.properties, "ProvisionedThroughput");
  } else {
    table.set("BillingMode", make.text("PAY_PER_REQUEST"));
  }
  for (const std::string_view passed :
       {"PointInTimeRecoverySpecification", "SSESpecification", "TableName"}) {
    table.copy(source.properties, passed);
  }
  table.set("Tags", tag_list(context, source.get("Tags"), "", source.span_of("Tags")));
  context.emit_main(source, "AWS::DynamoDB::Table", table);
}

void lower_application(Context& context, const Source& source) {
  Map stack(context.arena);
  for (const std::string_view key : {"Parameters", "NotificationARNs", "TimeoutInMinutes"})
    stack.copy(source.properties, key);
  const Node* place = source.get("Location");
  const Span span = source.span_of("Location");
  Map tags(context.arena);
  if (is_plain_map(place)) {
    tags.set("serverlessrepo:applicationId", context.resolve(get(place, "ApplicationId")));
    tags.set("serverlessrepo:semanticVersion", context.resolve(get(place, "SemanticVersion")));
    stack.set(
        "TemplateURL",
        syntax::Builder(context.arena)
            .unknown("", "the template of an application of the repository is not in the project", span),
        span);
  } else {
    stack.copy(source.properties, "Location", "TemplateURL");
  }
  tags.add(source.get("Tags"));
  stack.set("Tags", tag_list(context, tags.node(span), "lambda:createdBy", span));
  context.emit_main(source, "AWS::CloudFormation::Stack", stack);
}

void lower_layer_version(Context& context, const Source& source) {
  const Make make = context.make(source.id_span);
  Map layer(context.arena);
  const Node* name = context.resolve(source.get("LayerName"));
  layer.set("LayerName", name != nullptr ? name : make.text(source.id), source.span_of("LayerName"));
  if (const Node* uri = source.get("ContentUri")) {
    layer.set("Content", location(context, uri, "S3Bucket", "S3Key", "S3ObjectVersion"),
              source.span_of("ContentUri"));
  }
  layer.copy(source.properties, "CompatibleArchitectures").copy(source.properties, "CompatibleRuntimes");
  for (const std::string_view key : {"Description", "LicenseInfo"}) {
    if (const Node* value = source.get(key)) layer.set(key, context.resolve(value), source.span_of(key));
  }
  Draft& draft = context.emit_main(source, "AWS::Lambda::LayerVersion", layer);
  const std::string_view policy = retention(context.resolve_text(source.get("RetentionPolicy")));
  const auto written = std::find_if(draft.attributes.begin(), draft.attributes.end(),
                                    [](const Entry& entry) { return entry.key == "DeletionPolicy"; });
  if (written != draft.attributes.end() && policy.empty()) return;
  if (written != draft.attributes.end()) draft.attributes.erase(written);
  const Span span = source.span_of("RetentionPolicy");
  draft.attributes.push_back(
      {"DeletionPolicy", span, context.make(span).text(policy.empty() ? "Retain" : policy)});
}

void lower_capacity_provider(Context& context, const Source& source) {
  const Make make = context.make(source.id_span);
  const Node* role = operator_role(context, source);
  Map provider(context.arena);
  provider.copy(source.properties, "CapacityProviderName").copy(source.properties, "VpcConfig");
  provider.set("PermissionsConfig", make.map({{"CapacityProviderOperatorRoleArn", role}}));
  provider.set("Tags", tag_list(context, source.get("Tags"), "lambda:createdBy", source.span_of("Tags")));
  if (const Node* requirements =
          context.expect_map(source.get("InstanceRequirements"), "InstanceRequirements")) {
    Map instances(context.arena);
    instances.copy(requirements, "Architectures").copy(requirements, "AllowedTypes", "AllowedInstanceTypes");
    instances.copy(requirements, "ExcludedTypes", "ExcludedInstanceTypes");
    provider.set("InstanceRequirements", instances.node(requirements->span),
                 source.span_of("InstanceRequirements"));
  }
  provider.set("CapacityProviderScalingConfig",
               scaling_of(context, context.expect_map(source.get("ScalingConfig"), "ScalingConfig")),
               source.span_of("ScalingConfig"));
  provider.copy(source.properties, "KmsKeyArn");
  context.emit_main(source, "AWS::Lambda::CapacityProvider", provider);
  propagate_tags(context, source);
}

const Node* location(Context& context, const Node* uri, std::string_view bucket, std::string_view key,
                     std::string_view version) {
  const Make make = context.make(uri->span);
  if (is_plain_map(uri)) {
    Map place(context.arena);
    place.copy(uri, "Bucket", bucket).copy(uri, "Key", key).copy(uri, "Version", version);
    return place.node(uri->span);
  }
  constexpr std::string_view scheme = "s3://";
  std::string_view text = text_of(uri);
  const auto slash = text.find('/', scheme.size());
  if (!text.starts_with(scheme) || slash == std::string_view::npos) return uri;
  const std::string_view host = text.substr(scheme.size(), slash - scheme.size());
  std::string_view path = text.substr(slash + 1);
  const auto query = path.find("?versionId=");
  const Node* chosen = query == std::string_view::npos ? nullptr : make.text(path.substr(query + 11));
  path = path.substr(0, path.find('?'));
  return make.map({{bucket, make.text(host)}, {key, make.text(path)}, {version, chosen}});
}

void propagate_tags(Context& context, const Source& source) {
  struct Row {
    std::string_view type;
    std::string_view own_tag; ///< Resources that already carry SAM's tag keep it.
  };
  static constexpr std::string_view taggable[] = {"AWS::SQS::Queue",
                                                  "AWS::SNS::Topic",
                                                  "AWS::IAM::Role",
                                                  "AWS::ApiGateway::RestApi",
                                                  "AWS::ApiGateway::Stage",
                                                  "AWS::ApiGateway::DomainName",
                                                  "AWS::ApiGateway::DomainNameV2",
                                                  "AWS::ApiGateway::UsagePlan",
                                                  "AWS::ApiGateway::ApiKey",
                                                  "AWS::ApiGateway::DomainNameAccessAssociation",
                                                  "AWS::Lambda::Function",
                                                  "AWS::StepFunctions::StateMachine",
                                                  "AWS::Lambda::CapacityProvider",
                                                  "AWS::Events::Rule"};
  const Node* tags = source.get("Tags");
  if (!is_true(source.get("PropagateTags")) || !is_plain_map(tags)) return;
  for (Draft& draft : context.drafts_of(source)) {
    if (draft.untouched != nullptr) continue;
    if (std::find(std::begin(taggable), std::end(taggable), draft.type) == std::end(taggable)) continue;
    Tree& properties = context.edit(draft);
    if (properties.has("Tags") && !draft.type.starts_with("AWS::Lambda::CapacityProvider")) {
      // The translator overwrites its own tag here; the author's tags are all there either way.
      properties.set("Tags", tag_list(context, tags, "", source.span_of("Tags")));
    } else if (!properties.has("Tags")) {
      properties.set("Tags", tag_list(context, tags, "", source.span_of("Tags")));
    }
  }
}

} // namespace slsaudit::dialect::sam
