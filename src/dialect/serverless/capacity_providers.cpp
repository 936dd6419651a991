// SPDX-License-Identifier: Apache-2.0
// `provider.capacityProviders`: instances of the account's own that Lambda runs functions on.
#include "dialect/serverless/capacity_providers.hpp"

#include "dialect/serverless/naming.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view operator_role_id = "LambdaCapacityProviderOperatorRole";
constexpr std::string_view implicit = "default"; ///< A function may name it without its being set up.

Author provider_author(text::Span span, std::string_view id, bool generated) {
  return {.id = id,
          .type = "serverless capacity provider",
          .span = span,
          .generated = generated,
          .feature = "provider.capacityProviders"};
}

/// A list, or an intrinsic that gives one.
bool is_given(const Node* list) {
  if (list == nullptr) return false;
  return !list->is_sequence() || !list->children.empty();
}

const Node* scaling(const Make& at, const Node* written) {
  Properties config;
  copy_properties(config, written, {{"maxVCpuCount", "MaxVCpuCount"}});
  const Node* policies = dig(written, {"policies"});
  if (policies != nullptr && policies->is_sequence() && !policies->children.empty()) {
    std::vector<const Node*> items;
    for (const syntax::Entry& item : policies->children) {
      Properties policy;
      copy_properties(policy, item.value,
                      {{"predefinedMetricType", "PredefinedMetricType"}, {"targetValue", "TargetValue"}});
      items.push_back(at.at(item.value->span).map(policy));
    }
    config.push_back({"ScalingPolicies", at.list(items), {}});
  }
  if (const Node* mode = dig(written, {"mode"})) {
    const auto text = known_text(mode);
    const std::string name = text ? text::lower(*text) : std::string();
    const bool known = name == "auto" || name == "manual";
    config.push_back({"ScalingMode", known ? at.at(mode->span).text(naming::upper_first(name)) : mode, {}});
  }
  return config.empty() ? nullptr : at.map(config);
}

const Node* requirements(const Service& service, const Make& at, const Node* written) {
  const Node* shared = service.from_provider({"architecture"});
  Properties found;
  copy_properties(
      found, written,
      {{"allowedInstanceTypes", "AllowedInstanceTypes"}, {"excludedInstanceTypes", "ExcludedInstanceTypes"}});
  const Node* own = dig(written, {"architectures"});
  if (is_given(own)) {
    found.push_back({"Architectures", own, {}});
  } else if (!found.empty() || (shared != nullptr && known_text(shared) != "x86_64")) {
    found.push_back({"Architectures", at.list({shared != nullptr ? shared : at.text("x86_64")}), {}});
  }
  return found.empty() ? nullptr : at.map(found);
}

const Node* network(Service& service, const Make& at, std::string_view name, const Node* written) {
  const Node* vpc = dig(written, {"vpc"});
  if (vpc == nullptr) vpc = service.from_provider({"vpc"});
  if (vpc != nullptr && vpc->kind == syntax::NodeKind::unknown) return vpc;
  if (!is_given(dig(vpc, {"securityGroupIds"})) || !is_given(dig(vpc, {"subnetIds"}))) {
    service.problem(text::ProblemLevel::finding, "capacity-provider-without-network",
                    "the capacity provider `" + std::string(name) + "` has no `vpc` with subnets and groups",
                    at.span(), "give `vpc` there or in `provider`");
    return nullptr;
  }
  Properties config;
  copy_properties(config, vpc, {{"securityGroupIds", "SecurityGroupIds"}, {"subnetIds", "SubnetIds"}});
  return at.at(vpc->span).map(config);
}

const Node* operator_role(Service& service, const Make& at, const Node* written) {
  if (const Node* given = dig(written, {"permissions", "operatorRole"})) return given;
  if (service.find(operator_role_id) == nullptr)
    service.add(std::string(operator_role_id), "AWS::IAM::Role", provider_author(at.span(), "provider", true),
                {{"AssumeRolePolicyDocument", trust_in(at, "lambda.amazonaws.com"), {}},
                 {"ManagedPolicyArns",
                  at.texts({"arn:aws:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator"}),
                  {}}});
  return at.get_att(operator_role_id, "Arn");
}

void lower_one(Service& service, std::string_view name, text::Span span, const Node* written) {
  const Make at = service.make.at(span);
  const Node* role = operator_role(service, at, written);
  service.add(
      capacity_provider_id(name), "AWS::Lambda::CapacityProvider", provider_author(span, name, false),
      {{"CapacityProviderName", service.dashed(at, {at.text(name)}), {}},
       {"CapacityProviderScalingConfig", scaling(at, dig(written, {"scaling"})), {}},
       {"InstanceRequirements", requirements(service, at, dig(written, {"instanceRequirements"})), {}},
       {"VpcConfig", network(service, at, name, written), {}},
       {"KmsKeyArn", dig(written, {"kmsKeyArn"}), {}},
       {"PermissionsConfig", at.map({{"CapacityProviderOperatorRoleArn", role, {}}}), {}}});
}

const Node* named_by(const Function& function) {
  const Node* written = dig(function.body, {"capacityProvider"});
  const bool settings = written != nullptr && written->is_mapping() && !is_intrinsic(written);
  return settings ? dig(written, {"name"}) : written;
}

} // namespace

std::string capacity_provider_id(std::string_view name) {
  return naming::resource(name) + "LambdaCapacityProvider";
}

bool makes_capacity_provider(const Service& service, std::string_view name) {
  const Node* all = service.from_provider({"capacityProviders"});
  return name == implicit || (all != nullptr && all->is_mapping() && all->find(name) != nullptr);
}

void lower_capacity_providers(Service& service) {
  const Node* all = service.from_provider({"capacityProviders"});
  if (all != nullptr && !all->is_mapping()) {
    service.wrong_shape("provider.capacityProviders", *all, "a mapping of capacity providers");
    all = nullptr;
  }
  if (all != nullptr) {
    for (const syntax::Entry& entry : all->children)
      lower_one(service, entry.key, entry.key_span, entry.value);
  }
  if (all != nullptr && all->find(implicit) != nullptr) return;
  const auto user =
      std::find_if(service.functions.begin(), service.functions.end(),
                   [](const Function& function) { return known_text(named_by(function)) == implicit; });
  if (user != service.functions.end()) lower_one(service, implicit, named_by(*user)->span, nullptr);
}

} // namespace slsaudit::dialect::serverless
