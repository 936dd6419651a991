// SPDX-License-Identifier: Apache-2.0
#include "graph/integration.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

bool is_of_service(Site& site, NodeId node, std::string_view service) {
  const TypeInfo* info = node.valid() ? type_info(site.draft.node(node).type) : nullptr;
  return info != nullptr && info->service == service;
}

void add(Site& site, Link& link, NodeId to, text::Span span) {
  link.to = to;
  link.span = span;
  site.draft.add(link);
}

/// A piece of a path such as "123456789012/orders": a reference, or the name of a resource of that service.
NodeId named_in_path(Site& site, std::string_view piece, std::string_view service) {
  if (const auto token = leading_token(piece))
    return site.draft.index().referenced(site.template_index, *token);
  for (const TypeInfo* info : types_of_service(service)) {
    const NodeId node = site.draft.index().named(site.template_index, info->type, piece);
    if (node.valid()) return node;
  }
  return {};
}

/// arn:aws:apigateway:REGION:SERVICE:path/… or :action/…: the target is in the path, in a parameter or in a
/// template.
void link_service(Site& site, Link& link, const value::Value& uri, const Arn& arn,
                  const value::Value& whole) {
  const std::string_view service = arn.account;
  std::string_view path = arn.resource;
  while (!path.empty()) {
    const std::size_t slash = std::min(find_outside_tokens(path, "/"), path.size());
    const NodeId node = named_in_path(site, path.substr(0, slash), service);
    if (is_of_service(site, node, service)) add(site, link, node, uri.span());
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  for_each_string(whole, [&](const value::Value& text) {
    for (const value::Part& part : text.parts()) {
      if (!part.is_reference) continue;
      const NodeId node = site.draft.index().referenced(site.template_index, part);
      if (is_of_service(site, node, service)) add(site, link, node, text.span());
    }
    const NodeId node =
        text.is(value::Kind::string) ? site.draft.index().resolve(site.template_index, text) : NodeId{};
    if (is_of_service(site, node, service)) add(site, link, node, text.span());
  });
}

} // namespace

void link_integration(Site& site, Link link, const value::Value& uri, const value::Value& whole) {
  link.kind = EdgeKind::routes;
  link.mode = Mode::synchronous;
  for (const value::Value& alternative : uri.alternatives()) {
    const auto spelling = spell(alternative);
    if (!spelling) continue;
    const auto arn = parse_arn(spelling->text);
    if (arn && arn->service == "apigateway" && arn->account != "lambda") {
      link_service(site, link, alternative, *arn, whole);
      continue;
    }
    for (const Target& target : site.targets(alternative)) add(site, link, target.node, target.value.span());
  }
}

void link_access_log(Site& site, const value::Value& api, const value::Value& destination) {
  for (const Target& target : site.targets(api)) {
    site.link({.kind = EdgeKind::logs,
               .from = target.node,
               .to = {},
               .mode = Mode::asynchronous,
               .via = site.self,
               .text = site.says("access log of stage")},
              destination);
  }
}

} // namespace slsaudit::graph
