// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/domains.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

struct Domain {
  Context& context;
  const Source& source;
  const Node* config = nullptr;
  Span span;
  std::string_view id;       ///< Logical id of the domain name.
  std::string_view endpoint; ///< "REGIONAL", "EDGE", "PRIVATE"

  [[nodiscard]] Make make() const { return {context.arena, span}; }
  [[nodiscard]] const Node* get(std::string_view key) const { return sam::get(config, key); }
  Draft& emit(std::string_view resource_id, std::string_view type, const Node* properties) const {
    return context.emit(source, resource_id, type, properties, span, "Domain");
  }
};

bool check(Domain& domain) {
  if (domain.get("DomainName") != nullptr && domain.get("CertificateArn") != nullptr) return true;
  domain.context.problem(text::ProblemLevel::finding, "incomplete-domain",
                         "`Domain` of `" + std::string(domain.source.id) +
                             "` needs `DomainName` and `CertificateArn`",
                         domain.span);
  return domain.get("DomainName") != nullptr;
}

std::vector<std::string> base_paths(const Domain& domain) {
  std::vector<std::string> result;
  const Node* paths = domain.get("BasePath");
  if (is_text(paths)) result.emplace_back(paths->text);
  if (paths != nullptr && paths->is_sequence() && !is_intrinsic(paths)) {
    for (const Entry& entry : paths->children) result.emplace_back(text_of(entry.value));
  }
  return result;
}

const Node* alias_target(const Domain& domain, const Node* route53) {
  const Make make = domain.make();
  Map target(domain.context.arena);
  target.copy(route53, "EvaluateTargetHealth");
  if (domain.endpoint == "REGIONAL") {
    target.set("HostedZoneId", make.get_att(domain.id, "RegionalHostedZoneId"));
    target.set("DNSName", make.get_att(domain.id, "RegionalDomainName"));
  } else if (domain.endpoint == "EDGE") {
    const Node* name = get(route53, "DistributionDomainName");
    target.set("HostedZoneId", make.text("Z2FDTNDATAQYW2")); // CloudFront's, the same for everyone.
    target.set("DNSName", name != nullptr ? name : make.get_att(domain.id, "DistributionDomainName"));
  } else {
    target.copy(route53, "VpcEndpointHostedZoneId", "HostedZoneId")
        .copy(route53, "VpcEndpointDomainName", "DNSName");
  }
  return target.node(domain.span);
}

/// `alone`: a group of the same zone isn't shared but replaced, as happens between WebSocket APIs.
void emit_records(const Domain& domain, bool alone) {
  const Node* route53 = domain.context.expect_map(domain.get("Route53"), "Domain.Route53");
  if (route53 == nullptr) return;
  const Make make = domain.make();
  const Node* zone = get(route53, "HostedZoneId");
  const Node* zone_name = get(route53, "HostedZoneName");
  const bool separate = truthy(get(route53, "SeparateRecordSetGroup"));
  const Node* content = zone != nullptr ? zone : zone_name;
  if (separate) content = make.list({content, domain.get("DomainName")});
  const std::string_view id = domain.context.id_for_content("RecordSetGroup", content);
  Draft* group = domain.context.find_draft(id);
  if (group == nullptr) {
    Map properties(domain.context.arena);
    properties.copy(route53, "HostedZoneId").copy(route53, "HostedZoneName");
    group = &domain.emit(id, "AWS::Route53::RecordSetGroup", properties.node(domain.span));
  }
  if (alone) group->properties->set("RecordSets", make.list({}));
  Tree& records = group->properties->list_at("RecordSets", domain.span);
  const auto add = [&](std::string_view type) {
    Map record(domain.context.arena);
    record.copy(domain.config, "DomainName", "Name").set("Type", make.text(type));
    record.set("AliasTarget", alias_target(domain, route53));
    record.copy(route53, "Region").copy(route53, "SetIdentifier");
    records.push(record.node(domain.span));
  };
  add("A");
  if (is_true(get(route53, "IpV6"))) add("AAAA");
}

const Node* mutual_tls(const Domain& domain) {
  const Node* given =
      domain.context.expect_map(domain.get("MutualTlsAuthentication"), "Domain.MutualTlsAuthentication");
  if (!truthy(given)) return nullptr;
  Map result(domain.context.arena);
  for (const std::string_view key : {"TruststoreUri", "TruststoreVersion"}) {
    if (truthy(get(given, key))) result.copy(given, key);
  }
  return result.node(given->span);
}

std::string only_alphanumeric(std::string_view text) {
  std::string result;
  std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) {
    return is_alphanumeric({&c, 1});
  });
  return result;
}

void emit_rest_mappings(const Domain& domain, std::string_view stage) {
  const Make make = domain.make();
  const bool is_private = domain.endpoint == "PRIVATE";
  const auto emit = [&](const std::string& id, const Node* path) {
    domain.emit(id, is_private ? "AWS::ApiGateway::BasePathMappingV2" : "AWS::ApiGateway::BasePathMapping",
                make.map({{"BasePath", path},
                          {is_private ? "DomainNameArn" : "DomainName", make.ref(domain.id)},
                          {"RestApiId", make.ref(domain.source.id)},
                          {"Stage", make.ref(stage)}}));
  };
  const std::string own(domain.source.id);
  const auto paths = base_paths(domain);
  if (paths.empty()) emit(own + "BasePathMapping", nullptr);
  const bool normalize = !is_false(domain.get("NormalizeBasePath"));
  for (const std::string& path : paths) {
    const std::string plain = only_alphanumeric(path);
    emit(own + plain + "BasePathMapping", make.text(normalize ? plain : path));
  }
}

void emit_access_association(const Domain& domain) {
  const Node* association =
      domain.context.expect_map(domain.get("AccessAssociation"), "Domain.AccessAssociation");
  if (association == nullptr) return;
  const Make make = domain.make();
  const Node* endpoint = get(association, "VpcEndpointId");
  const std::string_view id = domain.context.id_for_content("DomainNameAccessAssociation",
                                                            make.list({endpoint, make.text(domain.id)}));
  domain.emit(id, "AWS::ApiGateway::DomainNameAccessAssociation",
              make.map({{"DomainNameArn", make.ref(domain.id)},
                        {"AccessAssociationSourceType", make.text("VPCE")},
                        {"AccessAssociationSource", endpoint}}));
}

} // namespace

void emit_rest_domain(Context& context, const Source& source, std::string_view stage) {
  const Node* config = context.expect_map(context.resolve_deep(source.get("Domain")), "Domain");
  if (config == nullptr) return;
  Domain domain{
      context, source, config, source.span_of("Domain"), {}, text_of(get(config, "EndpointConfiguration"))};
  if (!check(domain)) return;
  if (domain.endpoint.empty()) domain.endpoint = "REGIONAL";
  const bool is_private = domain.endpoint == "PRIVATE";
  domain.id = context.id_for_content(is_private ? "ApiGatewayDomainNameV2" : "ApiGatewayDomainName",
                                     domain.get("DomainName"));
  const Make make = domain.make();
  Map properties(context.arena);
  properties.copy(config, "DomainName");
  properties.copy(config, "CertificateArn",
                  domain.endpoint == "REGIONAL" ? "RegionalCertificateArn" : "CertificateArn");
  properties.set("EndpointConfiguration", make.map({{"Types", make.list({make.text(domain.endpoint)})},
                                                    {"IpAddressType", domain.get("IpAddressType")}}));
  if (!is_private) properties.set("MutualTlsAuthentication", mutual_tls(domain));
  for (const std::string_view key :
       {"SecurityPolicy", "EndpointAccessMode", "Policy", "OwnershipVerificationCertificateArn"}) {
    properties.copy(config, key);
  }
  if (context.find_draft(domain.id) == nullptr) {
    domain.emit(domain.id, is_private ? "AWS::ApiGateway::DomainNameV2" : "AWS::ApiGateway::DomainName",
                properties.node(domain.span));
  }
  context.refer(source.id, is_private ? "DomainNameV2" : "DomainName", domain.id);
  emit_rest_mappings(domain, stage);
  emit_records(domain, false);
  if (is_private) emit_access_association(domain);
}

void emit_v2_domain(Context& context, const Source& source, std::string_view stage, std::string_view tag) {
  const Node* config = context.expect_map(context.resolve_deep(source.get("Domain")), "Domain");
  if (config == nullptr) return;
  Domain domain{context, source, config, source.span_of("Domain"), {}, "REGIONAL"};
  if (!check(domain)) return;
  domain.id = context.id_for_content("ApiGatewayDomainNameV2", domain.get("DomainName"));
  const Make make = domain.make();
  Map configuration(context.arena);
  configuration.copy(config, "CertificateArn").set("EndpointType", make.text(domain.endpoint));
  configuration.copy(config, "OwnershipVerificationCertificateArn").copy(config, "SecurityPolicy");
  Map properties(context.arena);
  properties.copy(config, "DomainName");
  properties.set("DomainNameConfigurations", make.list({configuration.node(domain.span)}));
  properties.set("MutualTlsAuthentication", mutual_tls(domain));
  properties.set("Tags", make.map({{tag, make.text("SAM")}}));
  if (context.find_draft(domain.id) == nullptr)
    domain.emit(domain.id, "AWS::ApiGatewayV2::DomainName", properties.node(domain.span));
  context.refer(source.id, "DomainName", domain.id);
  const auto emit = [&](const std::string& id, const Node* path) {
    domain.emit(id, "AWS::ApiGatewayV2::ApiMapping",
                make.map({{"DomainName", make.ref(domain.id)},
                          {"ApiId", make.ref(source.id)},
                          {"Stage", make.ref(stage)},
                          {"ApiMappingKey", path}}));
  };
  const auto paths = base_paths(domain);
  if (paths.empty()) emit(std::string(source.id) + "ApiMapping", nullptr);
  for (const std::string& path : paths) {
    const auto begin = path.find_first_not_of('/');
    const auto end = path.find_last_not_of('/');
    const std::string key = begin == std::string::npos ? "" : path.substr(begin, end - begin + 1);
    emit(std::string(source.id) + only_alphanumeric(path) + "ApiMapping", make.text(key));
  }
  emit_records(domain, tag.starts_with("websocket"));
}

} // namespace slsaudit::dialect::sam
