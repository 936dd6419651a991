// SPDX-License-Identifier: Apache-2.0
#include "graph/links.hpp"

#include "graph/extract.hpp"
#include "graph/references.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::graph {

namespace {

/// Services that start functions on behalf of people or devices, with nothing in a template between.
constexpr std::pair<std::string_view, std::string_view> spokesmen[] = {
    {"alexa-appkit.amazon.com", "Alexa"}, {"alexa-connectedhome.amazon.com", "Alexa"},
    {"bedrock.amazonaws.com", "Bedrock"}, {"connect.amazonaws.com", "Connect"},
    {"iot.amazonaws.com", "IoT devices"}, {"lex.amazonaws.com", "Lex"},
    {"lexv2.amazonaws.com", "Lex"},
};

std::string_view spokesman(std::string_view principal) {
  const auto found =
      std::ranges::find(spokesmen, principal, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(spokesmen) ? std::string_view{} : found->second;
}

bool is_waited_for(std::string_view principal) {
  return principal.starts_with("apigateway.") || principal.starts_with("cognito-idp.") ||
         principal.starts_with("elasticloadbalancing.") || principal.starts_with("appsync.") ||
         !spokesman(principal).empty();
}

bool is_account(std::string_view principal) {
  return principal.size() == 12 && principal.find_first_not_of("0123456789") == std::string_view::npos;
}

bool flows(const Draft& draft, NodeId from, NodeId to) {
  for (const EdgeKind kind :
       {EdgeKind::triggers, EdgeKind::polls, EdgeKind::routes, EdgeKind::invokes, EdgeKind::sends}) {
    if (draft.has(kind, from, to)) return true;
  }
  return false;
}

/// Whether a rule of the system starts the function for IoT: then that is what the permission is for.
bool hears_devices(const Draft& draft, NodeId function) {
  return std::ranges::any_of(draft.system().edges, [&](const Edge& edge) {
    return edge.to == function && draft.node(edge.from).type == "AWS::IoT::TopicRule";
  });
}

/// Of what is no source of events itself (a target group), the edge that it is a helper of says it all.
bool is_helper(const Draft& draft, NodeId source, NodeId function) {
  return draft.node(source).type == "AWS::ElasticLoadBalancingV2::TargetGroup" &&
         draft.related(source, function);
}

void link_permission(Site& site) {
  const std::string_view principal = text_of(site.get("Principal"));
  for (const Target& function : site.draft.known_targets(site.template_index, site.get("FunctionName"))) {
    Link link{.kind = EdgeKind::triggers,
              .from = {},
              .to = function.node,
              .mode = is_waited_for(principal) ? Mode::synchronous : Mode::asynchronous,
              .via = site.self,
              .settings = site.resource.properties,
              .span = site.get("Principal").span(),
              .text = site.says("permission")};
    if (is_account(principal)) {
      link.kind = EdgeKind::requests;
      link.from =
          site.draft.outside(site.template_index, "outside::account", "account " + std::string(principal));
      site.draft.add(link);
    }
    const std::vector<Target> sources = site.draft.known_targets(site.template_index, site.get("SourceArn"));
    const std::string_view speaker = spokesman(principal);
    const bool devices = principal.starts_with("iot.");
    if (!speaker.empty() && sources.empty() && !(devices && hears_devices(site.draft, function.node))) {
      link.kind = EdgeKind::requests;
      link.from = site.draft.outside(site.template_index, "outside::service", std::string(speaker));
      site.draft.add(link);
    }
    for (const Target& source : sources) {
      if (source.node == function.node || flows(site.draft, source.node, function.node)) continue;
      if (is_helper(site.draft, source.node, function.node)) continue;
      link.kind = site.draft.category(source.node) == Category::api ? EdgeKind::routes : EdgeKind::triggers;
      link.from = source.node;
      link.span = source.value.span();
      site.draft.add(link);
    }
  }
}

} // namespace

void link_permissions(Draft& draft) {
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    if (draft.index().resource(NodeId(i)).type != "AWS::Lambda::Permission") continue;
    Site site(draft, NodeId(i));
    link_permission(site);
  }
}

void link_references(Draft& draft, const References& references) {
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    const NodeId self(i);
    for (const References::Named& named : references.named_by(self)) {
      if (!draft.related(self, named.node)) draft.add_reference(self, named.node, named.span);
    }
  }
}

} // namespace slsaudit::graph
