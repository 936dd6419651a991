// SPDX-License-Identifier: Apache-2.0
// CloudWatch Logs: a function's own log group by its name, and subscriptions to log groups.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {
constexpr std::string_view function_logs = "/aws/lambda/";
}

void extract_log_group(Site& site) {
  const value::Value name = site.get("LogGroupName");
  const auto spelling = spell(name);
  if (!spelling || !spelling->text.starts_with(function_logs)) return;
  const std::string_view rest = std::string_view(spelling->text).substr(function_logs.size());
  NodeId function;
  if (const auto token = leading_token(rest); token && token->size == rest.size()) {
    function = site.draft.index().referenced(site.template_index, *token);
  } else {
    function = site.draft.index().named(site.template_index, "AWS::Lambda::Function", rest);
  }
  if (!function.valid() || site.draft.category(function) != Category::function) return;
  site.draft.add({.kind = EdgeKind::logs,
                  .from = function,
                  .to = site.self,
                  .mode = Mode::asynchronous,
                  .span = name.span(),
                  .text = site.says("name of log group")});
}

void extract_subscription_filter(Site& site) {
  value::Value filter = site.get("FilterPattern");
  if (filter.as_string() == "") filter = {}; // lets everything through
  for (const Target& group : site.targets(site.get("LogGroupName"))) {
    site.deliver({.from = group.node,
                  .to = {},
                  .via = site.self,
                  .settings = site.resource.properties,
                  .filter = filter,
                  .text = site.says("subscription filter")},
                 site.get("DestinationArn"));
  }
}

} // namespace slsaudit::graph
