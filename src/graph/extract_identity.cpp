// SPDX-License-Identifier: Apache-2.0
// Who vouches for callers: identity pools and providers, issuers of tokens; what stands guard before an API.
#include "graph/extract.hpp"

#include <utility>

namespace slsaudit::graph {

namespace {

/// Providers that a user pool knows by their kind.
constexpr std::pair<std::string_view, std::string_view> known_providers[] = {
    {"Facebook", "graph.facebook.com"},
    {"Google", "accounts.google.com"},
    {"LoginWithAmazon", "www.amazon.com"},
    {"SignInWithApple", "appleid.apple.com"},
};

void trust(Site& site, NodeId from, NodeId via, NodeId host, text::Span span, const std::string& text) {
  site.draft.add({.kind = EdgeKind::reads,
                  .from = from,
                  .to = host,
                  .mode = Mode::synchronous,
                  .via = via,
                  .span = span,
                  .text = text});
}

} // namespace

void link_issuer(Site& site, NodeId api, NodeId via, const value::Value& issuer) {
  for (const value::Value& alternative : issuer.alternatives()) {
    const NodeId host = site.draft.host(site.template_index, alternative);
    trust(site, api, via, host, alternative.span(), site.says("issuer of tokens for"));
  }
}

/// Users of the pool do what its roles allow.
void extract_pool_roles(Site& site) {
  for (const Target& pool : site.draft.known_targets(site.template_index, site.get("IdentityPoolId"))) {
    for (const value::Member& role : members(site.get("Roles"))) {
      site.link({.kind = EdgeKind::assumes,
                 .from = pool.node,
                 .to = {},
                 .via = site.self,
                 .text = site.says(std::string(role.key) + " role in")},
                role.value);
    }
  }
}

void extract_identity_pool(Site& site) {
  const value::Value guests = site.get("AllowUnauthenticatedIdentities");
  if (guests.as_boolean() != true) return;
  site.open_to_internet("guests of identity pool", guests, site.resource.properties);
}

void extract_identity_provider(Site& site) {
  const value::Value details = site.get("ProviderDetails");
  const std::string_view type = text_of(site.get("ProviderType"));
  for (const Target& pool : site.targets(site.get("UserPoolId"))) {
    for (const auto& row : known_providers) {
      if (row.first != type) continue;
      const NodeId host = site.draft.outside(site.template_index, "outside::host", std::string(row.second));
      trust(site, pool.node, site.self, host, site.get("ProviderType").span(),
            site.says("identity provider"));
    }
    for (const std::string_view key : {"MetadataURL", "oidc_issuer"})
      link_issuer(site, pool.node, site.self, details.get(key));
  }
}

/// The one that guards is not on the way of requests, but it belongs to what it guards.
void extract_web_acl_association(Site& site) {
  const value::Value guarded = site.get("ResourceArn");
  const auto link = [&](NodeId to) {
    for (const Target& acl : site.draft.known_targets(site.template_index, site.get("WebACLArn"))) {
      site.draft.add({.kind = EdgeKind::refers,
                      .from = acl.node,
                      .to = to,
                      .via = site.self,
                      .span = guarded.span(),
                      .text = site.says("web ACL association")});
    }
  };
  for (const Target& target : site.draft.known_targets(site.template_index, guarded)) {
    link(target.node);
    return;
  }
  for (const value::Part& part : guarded.parts()) { // arn:aws:apigateway:REGION::/restapis/${Api}/stages/x
    const NodeId node = site.draft.index().referenced(site.template_index, part);
    if (!node.valid() || site.draft.category(node) != Category::api) continue;
    link(node);
    return;
  }
}

} // namespace slsaudit::graph
