// SPDX-License-Identifier: Apache-2.0
// What the framework deploys whatever the functions are: the deployment bucket; and `layers`.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/service.hpp"
#include "syntax/entries.hpp"

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view bucket_id = "ServerlessDeploymentBucket";

Author provider_author(text::Span span, std::string_view feature) {
  return {
      .id = "provider", .type = "serverless provider", .span = span, .generated = true, .feature = feature};
}

const Node* bucket_policy(const Make& at) {
  const Node* bucket = at.arn({at.text(":s3:::"), at.ref(bucket_id)});
  const Node* objects = at.arn({at.text(":s3:::"), at.ref(bucket_id), at.text("/*")});
  const Node* insecure = at.map({{"Bool", at.map({{"aws:SecureTransport", at.boolean(false), {}}}), {}}});
  return at.map({{"Statement",
                  at.list({at.map({{"Action", at.text("s3:*"), {}},
                                   {"Effect", at.text("Deny"), {}},
                                   {"Principal", at.text("*"), {}},
                                   {"Resource", at.list({objects, bucket}), {}},
                                   {"Condition", insecure, {}}})}),
                  {}}});
}

const Node* encryption(const Make& at) {
  const Node* by_default = at.map({{"SSEAlgorithm", at.text("AES256"), {}}});
  return at.map({{"ServerSideEncryptionConfiguration",
                  at.list({at.map({{"ServerSideEncryptionByDefault", by_default, {}}})}),
                  {}}});
}

void add_bucket_output(Service& service, const Make& at, const Node* value) {
  const Node* name =
      at.concat({at.text("sls-"), service.dashed(at), at.text("-ServerlessDeploymentBucketName")});
  service.outputs.push_back({"ServerlessDeploymentBucketName",
                             at.map({{"Value", value, {}}, {"Export", at.map({{"Name", name, {}}}), {}}}),
                             {}});
}

void lower_layer(Service& service, const syntax::Entry& entry) {
  const Make at = service.make.at(entry.key_span);
  const std::string id = naming::resource(entry.key) + "LambdaLayer";
  const Node* name = dig(entry.value, {"name"});
  Properties properties = {
      {"Content",
       at.map({{"S3Bucket", at.ref(bucket_id), {}},
               {"S3Key", at.unknown("the package gets its key when the service is deployed"), {}}}),
       {}},
      {"LayerName", name != nullptr ? name : at.text(entry.key), {}}};
  copy_properties(properties, entry.value,
                  {{"description", "Description"},
                   {"licenseInfo", "LicenseInfo"},
                   {"compatibleRuntimes", "CompatibleRuntimes"},
                   {"compatibleArchitectures", "CompatibleArchitectures"}});
  const Author author{
      .id = entry.key, .type = "serverless layer", .span = entry.key_span, .generated = false, .feature = {}};
  Draft& draft = service.add(id, "AWS::Lambda::LayerVersion", author, properties);
  if (is_set(dig(entry.value, {"retain"}))) draft.deletion_policy = "Retain";
  const Node* accounts = dig(entry.value, {"allowedAccounts"});
  if (accounts == nullptr || !accounts->is_sequence()) return;
  for (const syntax::Entry& account : accounts->children) {
    const auto text = known_text(account.value);
    const std::string part = text ? (*text == "*" ? "Wild" : std::string(*text)) : "Unknown";
    const Make here = service.make.at(account.value->span);
    Author permission = author;
    permission.span = account.value->span;
    service.add(naming::resource(entry.key) + part + "LambdaLayerPermission",
                "AWS::Lambda::LayerVersionPermission", permission,
                {{"Action", here.text("lambda:GetLayerVersion"), {}},
                 {"LayerVersionArn", here.ref(id), {}},
                 {"Principal", account.value, {}}});
  }
}

} // namespace

void lower_deployment_bucket(Service& service) {
  const syntax::Entry* entry = service.provider->find("deploymentBucket");
  const Node* settings = service.from_provider({"deploymentBucket"});
  const Make at = service.make.at(entry != nullptr ? entry->key_span : service.make.span());
  const Node* name = settings != nullptr && settings->is_mapping() && !is_intrinsic(settings)
                         ? dig(settings, {"name"})
                         : settings;
  if (name != nullptr) {
    add_bucket_output(service, at, name);
    return;
  }
  Properties properties = {{"BucketEncryption", encryption(at), {}}};
  properties.push_back({"Tags", tag_list(at, dig(settings, {"tags"})), {}});
  if (is_set(dig(settings, {"blockPublicAccess"}))) {
    properties.push_back({"PublicAccessBlockConfiguration",
                          at.map({{"BlockPublicAcls", at.boolean(true), {}},
                                  {"BlockPublicPolicy", at.boolean(true), {}},
                                  {"IgnorePublicAcls", at.boolean(true), {}},
                                  {"RestrictPublicBuckets", at.boolean(true), {}}}),
                          {}});
  }
  if (is_set(dig(settings, {"versioning"}))) {
    properties.push_back({"VersioningConfiguration", at.map({{"Status", at.text("Enabled"), {}}}), {}});
  }
  service.add(std::string(bucket_id), "AWS::S3::Bucket",
              provider_author(at.span(), "provider.deploymentBucket"), properties);
  add_bucket_output(service, at, at.ref(bucket_id));
  if (is_set(dig(settings, {"skipPolicySetup"}))) return;
  service.add("ServerlessDeploymentBucketPolicy", "AWS::S3::BucketPolicy",
              provider_author(at.span(), "provider.deploymentBucket"),
              {{"Bucket", at.ref(bucket_id), {}}, {"PolicyDocument", bucket_policy(at), {}}});
}

void lower_layers(Service& service) {
  const Node* layers = dig(service.root, {"layers"});
  if (layers == nullptr) return;
  if (!layers->is_mapping()) {
    service.wrong_shape("layers", *layers, "a mapping of layers");
    return;
  }
  for (const syntax::Entry& entry : syntax::kept_entries(*layers)) {
    if (entry.value->is_mapping()) lower_layer(service, entry);
  }
}

} // namespace slsaudit::dialect::serverless
