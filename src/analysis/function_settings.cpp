// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// The function that a custom resource or a macro calls while a stack is deployed; absent of anything else.
value::Value deployment_function(const graph::Node& node) {
  if (node.resource == nullptr) return {};
  if (node.type == "AWS::CloudFormation::Macro") return property(node, "FunctionName");
  const bool custom = node.type == "AWS::CloudFormation::CustomResource" ||
                      std::string_view(node.type).starts_with("Custom::");
  return custom ? property(node, "ServiceToken") : value::Value();
}

/// What the CDK's provider framework makes: a custom resource, or the workflow that waits for it, calls
/// these.
bool is_of_framework(const graph::Node& node) {
  const auto handler = property(node, "Handler").as_string();
  return handler == "framework.onEvent" || handler == "framework.isComplete" ||
         handler == "framework.onTimeout";
}

/// By its name or its code one that custom resources call: those under a condition, and of other stacks,
/// aren't always there.
bool answers_custom_resources(const graph::Node& node) {
  std::string name;
  std::ranges::copy_if(text::lower(author_id(node)), std::back_inserter(name),
                       [](char c) { return c != '-' && c != '_'; });
  const auto code = property(node, "Code.ZipFile").as_string();
  return name.find("customresource") != std::string::npos ||
         (code && code->find("cfnresponse") != std::string_view::npos);
}

/// Nothing but helpers starts the function, and something does.
bool serves_helpers_only(const graph::System& system, graph::NodeId function,
                         const std::vector<bool>& helpers) {
  std::size_t callers = 0;
  for (const graph::EdgeId id : system.incoming[function.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (!carries_event(edge) && edge.kind != graph::EdgeKind::requests) continue;
    if (!helpers[edge.from.index()]) return false;
    ++callers;
  }
  return callers > 0;
}

bool is_started_by_events(const graph::System& system, graph::NodeId function) {
  return std::ranges::any_of(system.incoming[function.index()], [&](graph::EdgeId id) {
    const graph::Edge& edge = system.edge(id);
    return carries_event(edge) || edge.kind == graph::EdgeKind::requests;
  });
}

/// Whether a Greengrass core takes the function, or a version or an alias of it.
bool is_on_core(const graph::System& system, graph::NodeId function) {
  const auto by_core = [&](graph::NodeId node) {
    return std::ranges::any_of(system.incoming[node.index()], [&](graph::EdgeId id) {
      return system.node(system.edge(id).from).type.starts_with("AWS::Greengrass");
    });
  };
  return by_core(function) || std::ranges::any_of(system.incoming[function.index()], [&](graph::EdgeId id) {
           const graph::NodeId from = system.edge(id).from;
           return (is_type(system, from, "AWS::Lambda::Version") ||
                   is_type(system, from, "AWS::Lambda::Alias")) &&
                  by_core(from);
         });
}

bool may_trace(const Principal& principal) {
  return std::ranges::any_of(principal.rights, [](const Right& right) {
    return right.allow && std::ranges::any_of(right.actions, [](const std::string& action) {
             const std::string service = text::lower(service_of_action(action));
             return service == "*" || service == "xray";
           });
  });
}

/// Whether a policy can be put behind a role's managed ones. What a variable of the framework gives isn't
/// always in sight.
bool takes_policy(const graph::Node& role, bool framework) {
  const value::Value list = property(role, "ManagedPolicyArns");
  const auto in_sight = [&](const value::Value& item) { return !framework || !item.is_unknown(); };
  return !list.is_present() || (list.is_list() && std::ranges::all_of(list.items(), in_sight));
}

text::Span tracing_section(const graph::System& system, graph::NodeId function) {
  return inherited_place(system, function, {"Globals.Function", "provider.tracing", "provider"});
}

} // namespace

namespace {

std::vector<bool> find_helpers(const Facts& facts) {
  const graph::System& system = facts.system();
  std::vector<bool> helpers(system.nodes.size());
  for (const graph::Node& node : system.nodes) {
    const graph::NodeId function = graph::resolve(system, node.template_index, deployment_function(node));
    if (function.valid() && is_type(system, function, function_type) &&
        !is_started_by_events(system, function)) {
      helpers[function.index()] = true;
    }
  }
  for (const graph::NodeId function : facts.nodes_of_type(function_type)) {
    const graph::Node& node = system.node(function);
    const bool waits = answers_custom_resources(node) && !is_started_by_events(system, function);
    if (waits || is_of_framework(node)) helpers[function.index()] = true;
  }
  // What the framework calls is one hop away; few stacks have two.
  constexpr int most_hops = 3;
  for (int hop = 0; hop < most_hops; ++hop) {
    for (const graph::NodeId function : facts.nodes_of_type(function_type)) {
      if (!helpers[function.index()] && serves_helpers_only(system, function, helpers))
        helpers[function.index()] = true;
    }
  }
  return helpers;
}

struct Helpers {
  explicit Helpers(const Facts& facts) : by_node(find_helpers(facts)) {}
  std::vector<bool> by_node;
};

} // namespace

const std::vector<bool>& deployment_helpers(const Facts& facts) {
  return facts.shared<Helpers>().by_node;
}

bool runs_elsewhere(const graph::System& system, graph::NodeId function) {
  const auto& incoming = system.incoming[function.index()];
  const bool at_edge = std::ranges::any_of(incoming, [&](graph::EdgeId id) {
    const graph::Edge& edge = system.edge(id);
    return edge.kind == graph::EdgeKind::triggers &&
           is_type(system, edge.from, "AWS::CloudFront::Distribution");
  });
  return at_edge || (is_on_core(system, function) && !is_started_by_events(system, function));
}

cel::Value lacking_trace_right(const Facts& facts, graph::NodeId function, graph::NodeId id) {
  const graph::System& system = facts.system();
  const std::size_t here = system.node(function).template_index;
  const graph::Node* role = id.valid() ? &system.node(id) : nullptr;
  if (role == nullptr || role->resource == nullptr || role->template_index != here) return "elsewhere";
  const Principal* principal = facts.shared<Permissions>().of(id);
  // SAM and the framework let roles that they make.
  if (role->resource->author.generated || principal == nullptr || may_trace(*principal)) return {};
  const dialect::Template& source = system.templates[here];
  if (author_id(*role) != role->resource->logical_id)
    return source.own_roles == "plugin" ? cel::Value("plugin") : cel::Value();
  const bool framework = source.dialect == dialect::Dialect::serverless;
  return takes_policy(*role, framework) ? "role" : "elsewhere";
}

text::Span inherited_place(const graph::System& system, graph::NodeId node,
                           std::initializer_list<std::string_view> sections) {
  const dialect::Resource* resource = system.node(node).resource;
  // What is written as plain CloudFormation inherits nothing.
  if (resource == nullptr || resource->author.type.empty() || resource->author.type == resource->type)
    return {};
  const dialect::Sections& known = system.templates[system.node(node).template_index].sections;
  for (const std::string_view section : sections) {
    const auto found = known.find(section);
    if (found != known.end()) return found->second;
  }
  return {};
}

TracingSettings::TracingSettings(const Facts& facts, const std::vector<bool>& helpers) : facts_(facts) {
  for (const graph::NodeId function : facts.nodes_of_type(function_type)) {
    if (helpers[function.index()]) continue;
    Count& count = counts_[facts.system().node(function).template_index];
    ++count.functions;
    const cel::Value mode = property_cell(facts, function, "TracingConfig.Mode");
    if (mode.is_null()) {
      ++count.unset;
    } else {
      ++written_[mode.span()];
    }
  }
}

TracingSettings::Place TracingSettings::place_of(graph::NodeId function) const {
  const graph::Node& node = facts_.system().node(function);
  const cel::Value mode = property_cell(facts_, function, "TracingConfig.Mode");
  const std::string own(author_id(node));
  if (!mode.is_null()) {
    // Text that several functions have in common stands in Globals or the provider section.
    const auto written = written_.find(mode.span());
    const bool common = written != written_.end() && written->second > 1;
    return {mode.span(), common ? "template" : own};
  }
  const text::Span section = tracing_section(facts_.system(), function);
  if (section.valid()) return {section, "template"};
  const auto count = counts_.find(node.template_index);
  const bool most_lack_it = count != counts_.end() && 2 * count->second.unset > count->second.functions;
  return {mode.span(), most_lack_it ? "template" : own};
}

} // namespace slsaudit::analysis
